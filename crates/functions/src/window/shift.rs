//! Values of other rows: `lag`, `lead`, `nth_value`.

use std::sync::Arc;

use datafusion::functions_window::lead_lag::{lag_udwf, lead_udwf};
use datafusion::functions_window::nth_value::nth_value_udwf;
use datafusion::logical_expr::expr::{NullTreatment, WindowFunction};
use datafusion::logical_expr::{Expr, WindowFunctionDefinition, WindowUDF, lit, when};
use lang::Result;

use crate::aggregate::{constant_integer, ignore_nulls, out_of_range};
use crate::{Call, cast, error};

/// `lag(value [, offset [, default]])`
pub(super) fn lag(call: &Call<'_>) -> Result<Expr> {
    shift(call, lag_udwf())
}

/// `lead(value [, offset [, default]])`
pub(super) fn lead(call: &Call<'_>) -> Result<Expr> {
    shift(call, lead_udwf())
}

fn shift(call: &Call<'_>, function: Arc<WindowUDF>) -> Result<Expr> {
    call.expect_arguments(1..=3)?;
    let value = &call.arguments[0];
    let offset = if call.arguments.len() > 1 { constant_integer(call, 1, "offset")? } else { 1 };
    let ignore = call.ignore_nulls == Some(true);
    let shifted = |args: Vec<Expr>| window(function.clone(), args, ignore);
    let plain = || shifted(vec![value.expr.clone(), lit(offset)]);
    let Some(default) = call.arguments.get(2) else { return Ok(plain()) };
    if default.literal().is_some_and(|l| l.is_null()) {
        return Ok(plain());
    }
    let default = cast::implicit(default, value.data_type(), call.context)?;
    if matches!(default, Expr::Literal(..)) {
        return Ok(shifted(vec![value.expr.clone(), lit(offset), default]));
    }
    // The default of this row stands in where there is no other row, which a shifted marker tells.
    let marker = if ignore {
        when(value.expr.clone().is_not_null(), lit(true)).end().map_err(error::from_datafusion)?
    } else {
        lit(true)
    };
    let is_there = shifted(vec![marker, lit(offset), lit(false)]);
    when(is_there, plain()).otherwise(default).map_err(error::from_datafusion)
}

/// `nth_value(value, n [, ignoreNulls])`
pub(super) fn nth_value(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let n = constant_integer(call, 1, "offset")?;
    if n <= 0 {
        return Err(out_of_range(call, "offset", "(0, 9223372036854775807]", &format!("{n}L")));
    }
    let ignore = ignore_nulls(call, 2)?;
    Ok(window(nth_value_udwf(), vec![call.arguments[0].expr.clone(), lit(n)], ignore))
}

pub(super) fn window(function: Arc<WindowUDF>, args: Vec<Expr>, ignore_nulls: bool) -> Expr {
    let mut window = WindowFunction::new(WindowFunctionDefinition::WindowUDF(function), args);
    window.params.null_treatment = ignore_nulls.then_some(NullTreatment::IgnoreNulls);
    Expr::from(window)
}
