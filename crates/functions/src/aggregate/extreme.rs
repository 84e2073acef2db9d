//! `min` and `max`: DataFusion's, but for floats, and for values that hold others.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::logical_expr::{AggregateUDF, Expr};
use lang::Result;

use super::float_extreme::FloatExtreme;
use super::own::udaf;
use crate::Call;

/// `max(value)`
pub(super) fn max(call: &Call<'_>) -> Result<Expr> {
    build(call, max_udaf(), true)
}

/// `min(value)`
pub(super) fn min(call: &Call<'_>) -> Result<Expr> {
    build(call, min_udaf(), false)
}

fn build(call: &Call<'_>, function: Arc<AggregateUDF>, greatest: bool) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    super::unordered(call)?;
    super::orderable(call, 0)?;
    let argument = &call.arguments[0];
    let extreme = |function| super::plain_node(call, function, call.exprs());
    Ok(match argument.data_type() {
        DataType::Float32 | DataType::Float64 => extreme(udaf(FloatExtreme { greatest })),
        DataType::List(_) | DataType::Struct(_) => super::extreme_by::of_itself(call, greatest),
        _ => super::with_metadata_of(argument, extreme(function)),
    })
}
