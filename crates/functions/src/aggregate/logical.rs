//! `bool_and`, `bool_or`, `bit_and`, `bit_or`, `bit_xor`.

use std::sync::Arc;

use arrow::datatypes::DataType;
use datafusion::functions_aggregate::bit_and_or_xor::{bit_and_udaf, bit_or_udaf, bit_xor_udaf};
use datafusion::functions_aggregate::bool_and_or::{bool_and_udaf, bool_or_udaf};
use datafusion::logical_expr::{AggregateUDF, Expr};
use lang::Result;

use super::adapted::adapted;
use crate::{Call, cast, types};

/// `bool_and(condition)`
pub(super) fn bool_and(call: &Call<'_>) -> Result<Expr> {
    boolean(call, bool_and_udaf())
}

/// `bool_or(condition)`
pub(super) fn bool_or(call: &Call<'_>) -> Result<Expr> {
    boolean(call, bool_or_udaf())
}

fn boolean(call: &Call<'_>, function: Arc<AggregateUDF>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    super::unordered(call)?;
    let argument = &call.arguments[0];
    if !matches!(argument.data_type(), DataType::Boolean | DataType::Null) {
        return Err(call.unexpected_type(0, "\"BOOLEAN\""));
    }
    let condition = cast::implicit(argument, &DataType::Boolean, call.context)?;
    Ok(super::plain_node(call, adapted(function), vec![condition]))
}

/// `bit_and(value)`
pub(super) fn bit_and(call: &Call<'_>) -> Result<Expr> {
    let value = integral(call)?;
    Ok(super::plain_node(call, adapted(bit_and_udaf()), vec![value]))
}

/// `bit_or(value)`
pub(super) fn bit_or(call: &Call<'_>) -> Result<Expr> {
    let value = integral(call)?;
    Ok(super::plain_node(call, adapted(bit_or_udaf()), vec![value]))
}

/// `bit_xor(value)`
pub(super) fn bit_xor(call: &Call<'_>) -> Result<Expr> {
    let value = integral(call)?;
    Ok(super::node(call, adapted(bit_xor_udaf()), vec![value]))
}

fn integral(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    super::unordered(call)?;
    let argument = &call.arguments[0];
    match argument.data_type() {
        t if types::is_integral(t) => Ok(argument.expr.clone()),
        DataType::Null => cast::implicit(argument, &DataType::Int64, call.context),
        _ => Err(call.unexpected_type(0, "\"INTEGRAL\"")),
    }
}
