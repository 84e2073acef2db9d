//! `sum` and `try_sum`: which sum a type gets.

use arrow::datatypes::{DataType, IntervalUnit};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::Expr;
use lang::Result;

use super::checked_sum::{CheckedSum, Overflow};
use super::own::udaf;
use crate::{Call, cast, types};

/// Decimals up to this precision cannot overflow in practice: it takes ten billion rows of the largest value.
const SAFE_PRECISION: u8 = 28;

/// `sum(value)`
pub(super) fn sum(call: &Call<'_>) -> Result<Expr> {
    let overflow = if call.context.ansi { Some(Overflow::Fails("try_sum")) } else { None };
    build(call, overflow)
}

/// `try_sum(value)`
pub(super) fn try_sum(call: &Call<'_>) -> Result<Expr> {
    build(call, Some(Overflow::Null))
}

/// Without `overflow`, integers wrap around and decimals become NULL.
fn build(call: &Call<'_>, overflow: Option<Overflow>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    super::unordered(call)?;
    let argument = &call.arguments[0];
    let native = |to: &DataType| -> Result<Expr> {
        Ok(super::node(call, sum_udaf(), vec![cast::implicit(argument, to, call.context)?]))
    };
    match argument.data_type() {
        DataType::Int8 | DataType::Int16 | DataType::Int32 => native(&DataType::Int64),
        DataType::Int64 => match overflow {
            None => native(&DataType::Int64),
            Some(overflow) => Ok(checked(call, overflow)),
        },
        DataType::Decimal128(precision, _) if *precision <= SAFE_PRECISION => native(argument.data_type()),
        DataType::Decimal128(..) => Ok(checked(call, overflow.unwrap_or(Overflow::Null))),
        DataType::Duration(_) | DataType::Interval(IntervalUnit::YearMonth) => {
            Ok(checked(call, overflow.unwrap_or(Overflow::Fails("try_sum"))))
        }
        DataType::Float32 | DataType::Float64 | DataType::Null => native(&DataType::Float64),
        t if types::is_string(t) => native(&DataType::Float64),
        _ => Err(call.unexpected_type(0, "(\"NUMERIC\" or \"ANSI INTERVAL\")")),
    }
}

/// A sum of the argument as it is that notices overflow.
pub(super) fn checked(call: &Call<'_>, overflow: Overflow) -> Expr {
    super::node(call, udaf(CheckedSum { overflow }), call.exprs())
}

/// The sum that an average of decimals or intervals divides.
pub(super) fn for_average(call: &Call<'_>, overflow: Overflow) -> Expr {
    match call.arguments[0].data_type() {
        DataType::Decimal128(precision, _) if *precision <= SAFE_PRECISION => {
            super::node(call, sum_udaf(), call.exprs())
        }
        _ => checked(call, overflow),
    }
}
