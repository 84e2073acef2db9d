//! `count`, `count_if`, `regr_count`: counting by DataFusion's own count, which the optimizer knows.

use arrow::datatypes::DataType;
use datafusion::functions::core::expr_fn::r#struct as struct_of;
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::{Expr, lit, when};
use lang::Result;

use crate::{Call, cast, error};

/// `count(*)`, `count(value, …)`
pub(super) fn count(call: &Call<'_>) -> Result<Expr> {
    super::unordered(call)?;
    let counted = match call.arguments.as_slice() {
        [] => lit(1i64),
        // Spelled like this the optimizer answers it from statistics.
        [one] if one.literal().is_some_and(|l| !l.is_null()) => lit(1i64),
        [one] => one.expr.clone(),
        _ if call.distinct => where_all_present(call, struct_of(call.exprs()))?,
        _ => where_all_present(call, lit(1i64))?,
    };
    Ok(super::node(call, count_udaf(), vec![counted]))
}

/// `count_if(condition)`
pub(super) fn count_if(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    super::unordered(call)?;
    let condition = match call.arguments[0].data_type() {
        DataType::Boolean => call.arguments[0].expr.clone(),
        DataType::Null => cast::implicit(&call.arguments[0], &DataType::Boolean, call.context)?,
        _ => return Err(call.unexpected_type(0, "\"BOOLEAN\"")),
    };
    let counted = when(condition, lit(true)).end().map_err(error::from_datafusion)?;
    Ok(super::node(call, count_udaf(), vec![counted]))
}

/// `regr_count(y, x)`
pub(super) fn pairs(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    super::unordered(call)?;
    let counted = where_all_present(call, lit(1i64))?;
    Ok(super::node(call, count_udaf(), vec![counted]))
}

/// `value` on rows without NULL arguments, else NULL.
pub(super) fn where_all_present(call: &Call<'_>, value: Expr) -> Result<Expr> {
    let present = call.arguments.iter().filter(|a| a.nullable()).map(|a| a.expr.clone().is_not_null());
    match present.reduce(Expr::and) {
        None => Ok(value),
        Some(present) => when(present, value).end().map_err(error::from_datafusion),
    }
}
