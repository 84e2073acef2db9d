//! Decimal arithmetic exact to the last digit: 128 bits where they suffice, 256 where they do not.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Decimal128Type, Int64Type, i256};
use lang::{Error, Result};

use super::function::Operation;
use super::integer::by_zero;
use super::kernel::{Operand, combine};
use crate::cast::Mode;
use crate::cast::format_number::decimal_text;
use crate::error::{decimal_out_of_range, divide_by_zero, remainder_by_zero};

/// Scales of both operands and the type of the result.
#[derive(Debug, Clone, Copy)]
struct Shape {
    left: i8,
    right: i8,
    precision: u8,
    scale: i8,
}

impl Shape {
    /// The scale at which both operands are whole numbers.
    fn common(&self) -> i8 {
        self.left.max(self.right)
    }
}

/// An operation on two decimal operands; the result is of `returns`.
pub(super) fn evaluate(
    operation: Operation,
    left: &Operand,
    right: &Operand,
    returns: &DataType,
    mode: Mode,
) -> Result<ArrayRef> {
    let (DataType::Decimal128(_, s1), DataType::Decimal128(_, s2)) =
        (left.array.data_type(), right.array.data_type())
    else {
        return Err(Error::internal(format!("no decimal {operation:?} of {}", left.array.data_type())));
    };
    if operation == Operation::IntegralDivide {
        return integral_divide(left, right, (*s1, *s2), mode);
    }
    let DataType::Decimal128(precision, scale) = returns else {
        return Err(Error::internal(format!("no decimal {operation:?} to {returns}")));
    };
    let shape = Shape { left: *s1, right: *s2, precision: *precision, scale: *scale };
    let array = match operation {
        Operation::Add => run(left, right, (operation, shape, mode), add, None),
        Operation::Subtract => run(left, right, (operation, shape, mode), subtract, None),
        Operation::Multiply => run(left, right, (operation, shape, mode), multiply, None),
        Operation::Divide => run(left, right, (operation, shape, mode), divide, Some(divide_by_zero)),
        Operation::Remainder => {
            run(left, right, (operation, shape, mode), remainder, Some(remainder_by_zero))
        }
        Operation::PositiveRemainder => {
            run(left, right, (operation, shape, mode), positive_remainder, Some(remainder_by_zero))
        }
        _ => return Err(Error::internal(format!("no decimal {operation:?}"))),
    }?;
    Ok(array)
}

/// Runs `compute` over all pairs; `None` from it is a value out of range, a zero divisor is `zero`'s error.
fn run(
    left: &Operand,
    right: &Operand,
    (operation, shape, mode): (Operation, Shape, Mode),
    compute: impl Fn(i128, i128, Shape) -> Option<i128>,
    zero: Option<fn() -> Error>,
) -> Result<ArrayRef> {
    let limit = 10_i128.pow(u32::from(shape.precision));
    let pair = |a: i128, b: i128| match compute(a, b, shape) {
        Some(value) => (value, value >= limit || value <= -limit),
        None => (0, true),
    };
    let judge = |a: i128, b: i128| match zero {
        Some(error) if b == 0 => by_zero(mode, error),
        _ if mode == Mode::Ansi => {
            Err(decimal_out_of_range(&exact_text(operation, a, b, shape), shape.precision, shape.scale))
        }
        _ => Ok(None),
    };
    let array = combine::<Decimal128Type, Decimal128Type, Decimal128Type>(left, right, pair, judge)?;
    let array = array.with_precision_and_scale(shape.precision, shape.scale);
    Ok(Arc::new(array.map_err(|e| Error::internal(e.to_string()))?))
}

/// The result that does not fit, as text.
fn exact_text(operation: Operation, a: i128, b: i128, shape: Shape) -> String {
    let (wide_a, wide_b) = (i256::from_i128(a), i256::from_i128(b));
    let exact = match operation {
        Operation::Multiply => wide_a.checked_mul(wide_b).map(|product| (product, shape.left + shape.right)),
        Operation::Add => aligned(a, b, shape).and_then(|(a, b)| Some((a.checked_add(b)?, shape.common()))),
        Operation::Subtract => {
            aligned(a, b, shape).and_then(|(a, b)| Some((a.checked_sub(b)?, shape.common())))
        }
        Operation::IntegralDivide => {
            aligned(a, b, shape).and_then(|(a, b)| Some((a.checked_div(b)?, shape.scale)))
        }
        _ => None,
    };
    let Some((value, scale)) = exact else {
        return format!(
            "{} {} {}",
            decimal_text(a, shape.left),
            operation.symbol(),
            decimal_text(b, shape.right)
        );
    };
    let digits = format!("{:0>1$}", value.to_string().trim_start_matches('-'), scale.max(0) as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale.max(0) as usize);
    let sign = if value.is_negative() { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

fn power(exponent: i8) -> i128 {
    10_i128.pow(exponent.clamp(0, 38) as u32)
}

fn wide_power(exponent: i32) -> Option<i256> {
    i256::from_i128(10).checked_pow(u32::try_from(exponent).ok()?)
}

fn narrow(value: i256) -> Option<i128> {
    value.to_i128()
}

/// `value / divisor`, rounded half away from zero.
fn wide_half_up(value: i256, divisor: i256) -> Option<i256> {
    let quotient = value.checked_div(divisor)?;
    let remainder = value.checked_rem(divisor)?;
    let magnitude = |v: i256| if v.is_negative() { v.wrapping_neg() } else { v };
    let twice = magnitude(remainder).checked_mul(i256::from_i128(2))?;
    if twice < magnitude(divisor) {
        return Some(quotient);
    }
    let step = if value.is_negative() == divisor.is_negative() { 1 } else { -1 };
    quotient.checked_add(i256::from_i128(step))
}

fn half_up(value: i128, divisor: i128) -> i128 {
    let (quotient, remainder) = (value / divisor, value % divisor);
    // Comparing with what is missing to the divisor cannot overflow.
    let (rest, size) = (remainder.unsigned_abs(), divisor.unsigned_abs());
    match rest != 0 && rest >= size - rest {
        true if (value < 0) == (divisor < 0) => quotient + 1,
        true => quotient - 1,
        false => quotient,
    }
}

fn add(a: i128, b: i128, shape: Shape) -> Option<i128> {
    let common = shape.common();
    let scaled = |value: i128, scale: i8| match common - scale {
        0 => Some(value),
        shift => value.checked_mul(power(shift)),
    };
    let sum = scaled(a, shape.left).zip(scaled(b, shape.right)).and_then(|(a, b)| a.checked_add(b));
    match (sum, common.cmp(&shape.scale)) {
        (Some(sum), Ordering::Equal) => Some(sum),
        (Some(sum), Ordering::Greater) => Some(half_up(sum, power(common - shape.scale))),
        _ => {
            let scaled = |value: i128, scale: i8| {
                i256::from_i128(value).checked_mul(wide_power(i32::from(common - scale))?)
            };
            let sum = scaled(a, shape.left)?.checked_add(scaled(b, shape.right)?)?;
            narrow(wide_half_up(sum, wide_power(i32::from(common - shape.scale))?)?)
        }
    }
}

fn subtract(a: i128, b: i128, shape: Shape) -> Option<i128> {
    add(a, -b, shape)
}

fn multiply(a: i128, b: i128, shape: Shape) -> Option<i128> {
    let excess = i32::from(shape.left) + i32::from(shape.right) - i32::from(shape.scale);
    match (a.checked_mul(b), excess) {
        (Some(product), 0) => Some(product),
        (Some(product), 1..=38) => Some(half_up(product, power(excess as i8))),
        _ => {
            let product = i256::from_i128(a).checked_mul(i256::from_i128(b))?;
            narrow(wide_half_up(product, wide_power(excess)?)?)
        }
    }
}

fn divide(a: i128, b: i128, shape: Shape) -> Option<i128> {
    if b == 0 {
        return None;
    }
    let shift = i32::from(shape.scale) + i32::from(shape.right) - i32::from(shape.left);
    if (0..=38).contains(&shift)
        && let Some(numerator) = a.checked_mul(power(shift as i8))
    {
        return Some(half_up(numerator, b));
    }
    let (a, b) = (i256::from_i128(a), i256::from_i128(b));
    match shift {
        // A numerator beyond 256 bits leaves a quotient beyond 38 digits.
        0.. => narrow(wide_half_up(a.checked_mul(wide_power(shift)?)?, b)?),
        _ => narrow(wide_half_up(a, b.checked_mul(wide_power(-shift)?)?)?),
    }
}

/// Both operands as whole numbers of their common scale.
fn aligned(a: i128, b: i128, shape: Shape) -> Option<(i256, i256)> {
    let common = i32::from(shape.common());
    let scaled =
        |value: i128, scale: i8| i256::from_i128(value).checked_mul(wide_power(common - i32::from(scale))?);
    Some((scaled(a, shape.left)?, scaled(b, shape.right)?))
}

fn remainder(a: i128, b: i128, shape: Shape) -> Option<i128> {
    if b == 0 {
        return None;
    }
    if shape.left == shape.right {
        return Some(a % b);
    }
    let (a, b) = aligned(a, b, shape)?;
    narrow(a.checked_rem(b)?)
}

fn positive_remainder(a: i128, b: i128, shape: Shape) -> Option<i128> {
    if b == 0 {
        return None;
    }
    let (a, b) = aligned(a, b, shape)?;
    let remainder = a.checked_rem(b)?;
    let moved = if remainder.is_negative() { remainder.checked_add(b)?.checked_rem(b)? } else { remainder };
    narrow(moved)
}

/// `div`: the whole part of the quotient, a long.
fn integral_divide(left: &Operand, right: &Operand, scales: (i8, i8), mode: Mode) -> Result<ArrayRef> {
    let shape = Shape { left: scales.0, right: scales.1, precision: 38, scale: 0 };
    let whole = |a: i128, b: i128| -> Option<i128> {
        if b == 0 {
            return None;
        }
        let (a, b) = aligned(a, b, shape)?;
        narrow(a.checked_div(b)?).filter(|value| value.unsigned_abs() < 10_u128.pow(38))
    };
    let compute = |a, b| match whole(a, b).map(|value| (value, i64::try_from(value))) {
        Some((_, Ok(value))) => (value, false),
        Some((value, Err(_))) => (value as i64, true),
        None => (0, true),
    };
    let judge = |a, b: i128| match b {
        0 => by_zero(mode, divide_by_zero),
        // A decimal quotient beyond BIGINT is wrapped by Spark, ANSI or not; one that is no decimal is not.
        _ => match whole(a, b) {
            Some(value) => Ok(Some(value as i64)),
            None if mode == Mode::Ansi => {
                let text = exact_text(Operation::IntegralDivide, a, b, shape);
                Err(decimal_out_of_range(&text, shape.precision, shape.scale))
            }
            None => Ok(None),
        },
    };
    Ok(Arc::new(combine::<Decimal128Type, Decimal128Type, Int64Type>(left, right, compute, judge)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(left: i8, right: i8, scale: i8) -> Shape {
        Shape { left, right, precision: 38, scale }
    }

    #[test]
    fn results_are_rounded_half_up() {
        assert_eq!(divide(100, 300, shape(2, 2, 6)), Some(333_333));
        assert_eq!(divide(200, 300, shape(2, 2, 6)), Some(666_667));
        assert_eq!(divide(-200, 300, shape(2, 2, 6)), Some(-666_667));
        assert_eq!(divide(1, 8, shape(0, 0, 2)), Some(13));
        assert_eq!(multiply(15, 5, shape(1, 1, 1)), Some(8));
        assert_eq!(add(155, 0, shape(2, 0, 1)), Some(16));
        assert_eq!(remainder(-7, 3, shape(0, 0, 0)), Some(-1));
        assert_eq!(positive_remainder(-7, 3, shape(0, 0, 0)), Some(2));
    }

    #[test]
    fn wide_values_take_the_wide_way() {
        let large = 10_i128.pow(37);
        assert_eq!(multiply(large, large, shape(37, 37, 6)), Some(1_000_000));
        assert_eq!(multiply(large, large, shape(0, 0, 0)), None);
        assert_eq!(divide(large, large, shape(0, 0, 6)), Some(1_000_000));
        assert_eq!(add(large * 9, large * 9, shape(0, 1, 0)), Some(large * 9 + large * 9 / 10));
    }
}
