//! Positions within the partition: `row_number`, `rank`, `dense_rank`, `percent_rank`, `cume_dist`, `ntile`.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::functions_window::cume_dist::cume_dist_udwf;
use datafusion::functions_window::ntile::ntile_udwf;
use datafusion::functions_window::rank::{dense_rank_udwf, percent_rank_udwf, rank_udwf};
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::{Cast, Expr, WindowFunctionDefinition, WindowUDF, lit};
use lang::Result;

use crate::Call;
use crate::aggregate::{constant_integer, out_of_range};

/// `row_number()`
pub(super) fn row_number(call: &Call<'_>) -> Result<Expr> {
    position(call, row_number_udwf())
}

/// `rank()`
pub(super) fn rank(call: &Call<'_>) -> Result<Expr> {
    position(call, rank_udwf())
}

/// `dense_rank()`
pub(super) fn dense_rank(call: &Call<'_>) -> Result<Expr> {
    position(call, dense_rank_udwf())
}

/// `percent_rank()`
pub(super) fn percent_rank(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(window(percent_rank_udwf(), vec![]))
}

/// `cume_dist()`
pub(super) fn cume_dist(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(window(cume_dist_udwf(), vec![]))
}

/// `ntile([buckets])`
pub(super) fn ntile(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=1)?;
    let buckets = if call.arguments.is_empty() { 1 } else { constant_integer(call, 0, "buckets")? };
    if !(1..=i64::from(i32::MAX)).contains(&buckets) {
        return Err(out_of_range(call, "buckets", "(0, 2147483647]", &buckets.to_string()));
    }
    Ok(as_integer(window(ntile_udwf(), vec![lit(buckets)])))
}

fn position(call: &Call<'_>, function: Arc<WindowUDF>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(as_integer(window(function, vec![])))
}

fn as_integer(expr: Expr) -> Expr {
    Expr::Cast(Cast::new(Box::new(expr), DataType::Int32))
}

fn window(function: Arc<WindowUDF>, args: Vec<Expr>) -> Expr {
    Expr::from(WindowFunction::new(WindowFunctionDefinition::WindowUDF(function), args))
}
