//! Integer and floating point arithmetic by Spark's rules for overflow and zero divisors.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type};
use lang::{Error, Result, RuntimeClass};

use super::function::Operation;
use super::kernel::{Operand, combine};
use crate::cast::Mode;
use crate::error::{divide_by_zero, overflow, remainder_by_zero};

/// An operation on two operands of one integer or floating point type.
pub(super) fn evaluate(
    operation: Operation,
    left: &Operand,
    right: &Operand,
    mode: Mode,
) -> Result<ArrayRef> {
    macro_rules! integers {
        ($t:ty, $n:ty) => {
            Arc::new(match operation {
                Operation::Add => checked::<$t>(left, right, <$n>::overflowing_add, operation, mode)?,
                Operation::Subtract => checked::<$t>(left, right, <$n>::overflowing_sub, operation, mode)?,
                Operation::Multiply => checked::<$t>(left, right, <$n>::overflowing_mul, operation, mode)?,
                Operation::IntegralDivide => {
                    let divide = |a: $n, b: $n| if b == 0 { (0, true) } else { a.overflowing_div(b) };
                    let judge = |a: $n, b: $n| match b {
                        0 => by_zero(mode, divide_by_zero),
                        _ => overflowed(a.wrapping_div(b), mode, || {
                            overflow("Overflow in integral divide", Some("try_divide"))
                        }),
                    };
                    combine::<$t, $t, $t>(left, right, divide, judge)?
                }
                Operation::Remainder => {
                    let remainder =
                        |a: $n, b: $n| if b == 0 { (0, true) } else { (a.wrapping_rem(b), false) };
                    combine::<$t, $t, $t>(left, right, remainder, |_, _| by_zero(mode, remainder_by_zero))?
                }
                Operation::PositiveRemainder => {
                    let remainder = |a: $n, b: $n| if b == 0 { (0, true) } else { (positive(a, b), false) };
                    combine::<$t, $t, $t>(left, right, remainder, |_, _| by_zero(mode, remainder_by_zero))?
                }
                _ => return Err(unexpected(operation, left)),
            })
        };
    }
    Ok(match left.array.data_type() {
        DataType::Int8 => integers!(Int8Type, i8),
        DataType::Int16 => integers!(Int16Type, i16),
        DataType::Int32 => integers!(Int32Type, i32),
        DataType::Int64 => integers!(Int64Type, i64),
        DataType::Float32 => Arc::new(floats::<Float32Type>(operation, left, right, mode)?),
        DataType::Float64 => Arc::new(floats::<Float64Type>(operation, left, right, mode)?),
        _ => return Err(unexpected(operation, left)),
    })
}

fn unexpected(operation: Operation, operand: &Operand) -> Error {
    Error::internal(format!("no {operation:?} of {}", operand.array.data_type()))
}

/// Addition, subtraction or multiplication of integers.
fn checked<T>(
    left: &Operand,
    right: &Operand,
    compute: impl Fn(T::Native, T::Native) -> (T::Native, bool),
    operation: Operation,
    mode: Mode,
) -> Result<PrimitiveArray<T>>
where
    T: ArrowPrimitiveType,
    T::Native: std::fmt::Display,
{
    let judge = |a: T::Native, b: T::Native| {
        overflowed(compute(a, b).0, mode, || integer_overflow::<T>(operation, a, b))
    };
    combine::<T, T, T>(left, right, &compute, judge)
}

fn integer_overflow<T>(operation: Operation, a: T::Native, b: T::Native) -> Error
where
    T: ArrowPrimitiveType,
    T::Native: std::fmt::Display,
{
    let alternative = operation.alternative();
    let suffix = match T::DATA_TYPE {
        DataType::Int32 => return overflow("integer overflow", Some(alternative)),
        DataType::Int64 => return overflow("long overflow", Some(alternative)),
        DataType::Int8 => "Y",
        _ => "S",
    };
    Error::runtime(RuntimeClass::Arithmetic, "BINARY_ARITHMETIC_OVERFLOW")
        .with("value1", format!("{a}{suffix}"))
        .with("symbol", operation.symbol())
        .with("value2", format!("{b}{suffix}"))
        .with("functionName", format!("`{alternative}`"))
}

/// What becomes of an overflow: the wrapped value, NULL or the error.
pub(super) fn overflowed<T>(wrapped: T, mode: Mode, error: impl FnOnce() -> Error) -> Result<Option<T>> {
    match mode {
        Mode::Legacy => Ok(Some(wrapped)),
        Mode::Try => Ok(None),
        Mode::Ansi => Err(error()),
    }
}

/// What becomes of a zero divisor: NULL or the error.
pub(super) fn by_zero<T>(mode: Mode, error: impl FnOnce() -> Error) -> Result<Option<T>> {
    match mode {
        Mode::Legacy | Mode::Try => Ok(None),
        Mode::Ansi => Err(error()),
    }
}

/// The remainder moved to the divisor's sign.
fn positive<N>(a: N, b: N) -> N
where
    N: arrow::array::ArrowNativeTypeOp,
{
    let remainder = a.mod_wrapping(b);
    if remainder.is_lt(N::ZERO) { remainder.add_wrapping(b).mod_wrapping(b) } else { remainder }
}

fn floats<T: ArrowPrimitiveType>(
    operation: Operation,
    left: &Operand,
    right: &Operand,
    mode: Mode,
) -> Result<PrimitiveArray<T>>
where
    T::Native: arrow::array::ArrowNativeTypeOp
        + PartialEq
        + std::ops::Div<Output = T::Native>
        + std::ops::Rem<Output = T::Native>,
    T::Native: std::ops::Add<Output = T::Native>
        + std::ops::Sub<Output = T::Native>
        + std::ops::Mul<Output = T::Native>
        + PartialOrd,
{
    use arrow::array::ArrowNativeTypeOp;
    let zero = T::Native::ZERO;
    let never = |_, _| Ok(None);
    match operation {
        Operation::Add => combine::<T, T, T>(left, right, |a, b| (a + b, false), never),
        Operation::Subtract => combine::<T, T, T>(left, right, |a, b| (a - b, false), never),
        Operation::Multiply => combine::<T, T, T>(left, right, |a, b| (a * b, false), never),
        Operation::Divide => {
            combine::<T, T, T>(left, right, |a, b| (a / b, b == zero), |_, _| by_zero(mode, divide_by_zero))
        }
        Operation::Remainder => combine::<T, T, T>(
            left,
            right,
            |a, b| (a % b, b == zero),
            |_, _| by_zero(mode, remainder_by_zero),
        ),
        Operation::PositiveRemainder => {
            let positive = |a: T::Native, b: T::Native| {
                let remainder = a % b;
                (if remainder < zero { (remainder + b) % b } else { remainder }, b == zero)
            };
            combine::<T, T, T>(left, right, positive, |_, _| by_zero(mode, remainder_by_zero))
        }
        _ => Err(unexpected(operation, left)),
    }
}

/// The negative of integers.
pub(super) fn negate(operand: &Operand, mode: Mode) -> Result<ArrayRef> {
    macro_rules! integers {
        ($t:ty, $n:ty) => {{
            let array = operand.array.as_primitive::<$t>();
            let message = if <$n>::BITS == 64 { "long overflow" } else { "integer overflow" };
            let smallest = mode != Mode::Legacy && array.iter().flatten().any(|value| value == <$n>::MIN);
            match (smallest, mode) {
                (true, Mode::Ansi) => return Err(overflow(message, None).placeless()),
                (true, _) => Arc::new(array.unary_opt::<_, $t>(<$n>::checked_neg)),
                _ => Arc::new(array.unary::<_, $t>(<$n>::wrapping_neg)),
            }
        }};
    }
    Ok(match operand.array.data_type() {
        DataType::Int8 => integers!(Int8Type, i8),
        DataType::Int16 => integers!(Int16Type, i16),
        DataType::Int32 => integers!(Int32Type, i32),
        DataType::Int64 => integers!(Int64Type, i64),
        _ => return Err(unexpected(Operation::Negate, operand)),
    })
}
