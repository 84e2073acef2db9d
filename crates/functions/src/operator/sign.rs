//! `+x` and `-x`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal128Type, Field};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use lang::{DataType as Spark, Error, Result};

use super::arithmetic::{is_number, operand, session_mode};
use super::function::{Operation, apply};
use super::temporal::{self, is_interval};
use crate::cast::Mode;
use crate::coercion::{integral_digits, is_string};
use crate::error::{fitting, from_arrow};
use crate::scalar::{self, Input};
use crate::{Call, java_decimal, types};

/// `+x`
pub(super) fn positive(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    match types::from_field(&argument.field) {
        text if is_string(&text) || text == Spark::Null => operand(call, argument, None, &Spark::Double),
        number if is_number(&number) || is_interval(&number) => Ok(argument.expr.clone()),
        _ => Err(call.unexpected_type(0, "(\"NUMERIC\" or \"INTERVAL\")")),
    }
}

/// `-x`
pub(super) fn negative(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    let mode = session_mode(call);
    if let Some(negated) = argument.literal().and_then(negated_literal) {
        return Ok(Expr::Literal(negated, None));
    }
    match types::from_field(&argument.field) {
        text if is_string(&text) || text == Spark::Null => {
            Ok(Expr::Negative(Box::new(operand(call, argument, None, &Spark::Double)?)))
        }
        interval if is_interval(&interval) => Ok(temporal::negate(argument, &interval, mode)),
        number if integral_digits(&number).is_some() && mode == Mode::Ansi => {
            let returns = Field::new("result", argument.data_type().clone(), true);
            Ok(apply(Operation::Negate, mode, returns, vec![argument.expr.clone()]))
        }
        // Shorter ones keep all their digits.
        Spark::Decimal { precision: 35.., .. } => {
            Ok(scalar::apply("negative", argument.data_type().clone(), call.exprs(), negated_decimals))
        }
        number if is_number(&number) => Ok(Expr::Negative(Box::new(argument.expr.clone()))),
        _ => Err(call.unexpected_type(0, "(\"NUMERIC\" or \"INTERVAL\")")),
    }
}

fn negated_decimals(input: &Input) -> Result<ArrayRef> {
    let column = input.column(0)?;
    let DataType::Decimal128(precision, scale) = *column.data_type() else {
        return Err(Error::internal("decimals are negated"));
    };
    let negated = column.as_primitive::<Decimal128Type>().try_unary::<_, Decimal128Type, Error>(|value| {
        fitting(-java_decimal::rounded(value), precision, scale)
    })?;
    let negated = negated.with_precision_and_scale(precision, scale).map_err(|e| from_arrow(&e))?;
    Ok(Arc::new(negated))
}

fn negated_literal(value: &ScalarValue) -> Option<ScalarValue> {
    Some(match value {
        ScalarValue::Int8(Some(value)) => ScalarValue::Int8(Some(value.checked_neg()?)),
        ScalarValue::Int16(Some(value)) => ScalarValue::Int16(Some(value.checked_neg()?)),
        ScalarValue::Int32(Some(value)) => ScalarValue::Int32(Some(value.checked_neg()?)),
        ScalarValue::Int64(Some(value)) => ScalarValue::Int64(Some(value.checked_neg()?)),
        ScalarValue::Float32(Some(value)) => ScalarValue::Float32(Some(-value)),
        ScalarValue::Float64(Some(value)) => ScalarValue::Float64(Some(-value)),
        ScalarValue::Decimal128(Some(value), precision @ ..=34, scale) => {
            ScalarValue::Decimal128(Some(-value), *precision, *scale)
        }
        _ => return None,
    })
}
