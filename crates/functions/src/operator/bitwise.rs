//! `& | ^ ~` and the shifts.

use std::ops::{BitAnd, BitOr, BitXor};
use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::compute::binary as binary_values;
use arrow::datatypes::{DataType, Int8Type, Int16Type, Int32Type, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use lang::{DataType as Spark, Error, Result};

use super::refusal::mismatch;
use crate::coercion::{self, integral_digits, is_string};
use crate::scalar::{self, Input};
use crate::{Call, cast, error, types};

pub(super) fn and(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operator::BitwiseAnd)
}

pub(super) fn or(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operator::BitwiseOr)
}

pub(super) fn xor(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operator::BitwiseXor)
}

fn binary(call: &Call<'_>, operator: Operator) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let (l, r) = (types::from_field(&call.arguments[0].field), types::from_field(&call.arguments[1].field));
    let common =
        common_integer(&l, &r, call.context.ansi).ok_or_else(|| mismatch(call, &l, &r, "\"INTEGRAL\""))?;
    let target = types::to_arrow(&common);
    let left = cast::implicit(&call.arguments[0], &target, call.context)?;
    let right = cast::implicit(&call.arguments[1], &target, call.context)?;
    let plain = |operand: &Expr| matches!(operand, Expr::Column(_) | Expr::Literal(..));
    if plain(&left) && plain(&right) {
        return Ok(Expr::BinaryExpr(BinaryExpr::new(Box::new(left), operator, Box::new(right))));
    }
    // DataFusion leaves out an operand that decides nothing (`0 & x`), and with it its errors.
    let (name, body): (_, scalar::Body) = match operator {
        Operator::BitwiseAnd => ("bitwise_and", |input| bitwise(input, Operator::BitwiseAnd)),
        Operator::BitwiseOr => ("bitwise_or", |input| bitwise(input, Operator::BitwiseOr)),
        _ => ("bitwise_xor", |input| bitwise(input, Operator::BitwiseXor)),
    };
    Ok(scalar::apply(name, target, vec![left, right], body))
}

fn bitwise(input: &Input, operator: Operator) -> Result<ArrayRef> {
    fn run<T>(left: &ArrayRef, right: &ArrayRef, operator: Operator) -> Result<ArrayRef>
    where
        T: ArrowPrimitiveType,
        T::Native: BitAnd<Output = T::Native> + BitOr<Output = T::Native> + BitXor<Output = T::Native>,
    {
        let compute = |left: T::Native, right: T::Native| match operator {
            Operator::BitwiseAnd => left & right,
            Operator::BitwiseOr => left | right,
            _ => left ^ right,
        };
        let result: PrimitiveArray<T> =
            binary_values(left.as_primitive::<T>(), right.as_primitive::<T>(), compute)
                .map_err(|e| error::from_arrow(&e))?;
        Ok(Arc::new(result))
    }
    let (left, right) = (input.column(0)?, input.column(1)?);
    match left.data_type() {
        DataType::Int8 => run::<Int8Type>(&left, &right, operator),
        DataType::Int16 => run::<Int16Type>(&left, &right, operator),
        DataType::Int32 => run::<Int32Type>(&left, &right, operator),
        DataType::Int64 => run::<Int64Type>(&left, &right, operator),
        other => Err(Error::internal(format!("bits of {other}"))),
    }
}

fn common_integer(l: &Spark, r: &Spark, ansi: bool) -> Option<Spark> {
    let integral = |t: &Spark| integral_digits(t).is_some();
    match (l, r) {
        (Spark::Null, Spark::Null) => Some(Spark::Integer),
        (Spark::Null, other) | (other, Spark::Null) if integral(other) => Some(other.clone()),
        (text, other) | (other, text) if ansi && is_string(text) && integral(other) => Some(Spark::Long),
        _ if integral(l) && integral(r) => coercion::tightest_common_type(l, r, true),
        _ => None,
    }
}

/// `~x`: every bit differs from that of -1's opposite.
pub(super) fn not(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    let target = match types::from_field(&argument.field) {
        Spark::Null => DataType::Int32,
        text if is_string(&text) => DataType::Int64,
        integer if integral_digits(&integer).is_some() => argument.data_type().clone(),
        _ => return Err(call.unexpected_type(0, "\"INTEGRAL\"")),
    };
    let ones = match target {
        DataType::Int8 => ScalarValue::Int8(Some(-1)),
        DataType::Int16 => ScalarValue::Int16(Some(-1)),
        DataType::Int32 => ScalarValue::Int32(Some(-1)),
        _ => ScalarValue::Int64(Some(-1)),
    };
    let operand = cast::implicit(argument, &target, call.context)?;
    let ones = Expr::Literal(ones, None);
    Ok(Expr::BinaryExpr(BinaryExpr::new(Box::new(operand), Operator::BitwiseXor, Box::new(ones))))
}

pub(super) fn shift_left(call: &Call<'_>) -> Result<Expr> {
    shift(call, "shiftleft", |input| {
        shifted(input, |value, by| value.wrapping_shl(by), |value, by| value.wrapping_shl(by))
    })
}

pub(super) fn shift_right(call: &Call<'_>) -> Result<Expr> {
    shift(call, "shiftright", |input| {
        shifted(input, |value, by| value.wrapping_shr(by), |value, by| value.wrapping_shr(by))
    })
}

pub(super) fn shift_right_unsigned(call: &Call<'_>) -> Result<Expr> {
    shift(call, "shiftrightunsigned", |input| {
        let int = |value: i32, by| (value as u32).wrapping_shr(by) as i32;
        let long = |value: i64, by| (value as u64).wrapping_shr(by) as i64;
        shifted(input, int, long)
    })
}

/// Shifts work on ints and longs; narrower integers are widened.
fn shift(call: &Call<'_>, name: &'static str, body: scalar::Body) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let target = match types::from_field(&call.arguments[0].field) {
        Spark::Long => DataType::Int64,
        Spark::Byte | Spark::Short | Spark::Integer | Spark::Null | Spark::String { .. } => DataType::Int32,
        _ => return Err(call.unexpected_type(0, "(\"INT\" or \"BIGINT\")")),
    };
    let by = types::from_field(&call.arguments[1].field);
    if integral_digits(&by).is_none() && by != Spark::Null && !is_string(&by) {
        return Err(call.unexpected_type(1, "\"INT\""));
    }
    let base = cast::implicit(&call.arguments[0], &target, call.context)?;
    let by = cast::implicit(&call.arguments[1], &DataType::Int32, call.context)?;
    Ok(scalar::apply(name, target, vec![base, by], body))
}

/// Java takes the distance modulo the width, as Rust's wrapping shifts do.
fn shifted(input: &Input, int: fn(i32, u32) -> i32, long: fn(i64, u32) -> i64) -> Result<ArrayRef> {
    let by = input.numbers::<Int32Type>(1)?;
    if *input.data_type(0) == DataType::Int32 {
        let values = input.numbers::<Int32Type>(0)?;
        return input.to_numbers::<Int32Type>(|row| Ok(Some(int(values.value(row), by.value(row) as u32))));
    }
    let values = input.numbers::<Int64Type>(0)?;
    input.to_numbers::<Int64Type>(|row| Ok(Some(long(values.value(row), by.value(row) as u32))))
}
