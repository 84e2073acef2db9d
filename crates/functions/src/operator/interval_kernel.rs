//! Arithmetic on intervals: sums, multiples, quotients, negatives.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray};
use arrow::datatypes::{
    DataType, Decimal128Type, DurationMicrosecondType, Float64Type, Int64Type, IntervalMonthDayNano,
    IntervalMonthDayNanoType, IntervalYearMonthType,
};
use lang::{Error, Result, RuntimeClass};

use super::kernel::{Operand, combine};
use super::temporal_kernel::is_year_month;
use super::temporal_operation::Operation;
use crate::cast::Mode;
use crate::cast::calendar::{MICROS_PER_DAY, NANOS_PER_MICRO};
use crate::error::{divide_by_zero, overflow};

type YearMonth = IntervalYearMonthType;
type DayTime = DurationMicrosecondType;
type Calendar = IntervalMonthDayNanoType;

/// An operation whose first operand is an interval.
pub(super) fn evaluate(
    operation: Operation,
    left: &Operand,
    right: &Operand,
    mode: Mode,
) -> Result<ArrayRef> {
    let add = Rules { overflow: || too_large("try_add"), zero: interval_by_zero };
    let subtract = Rules { overflow: || too_large("try_subtract"), zero: interval_by_zero };
    let scale = Rules { overflow: interval_overflow, zero: interval_by_zero };
    match operation {
        Operation::AddYearMonth { back: false } => {
            pairs::<YearMonth, YearMonth, YearMonth>(left, right, mode, add, None, i32::checked_add)
        }
        Operation::AddYearMonth { back: true } => {
            pairs::<YearMonth, YearMonth, YearMonth>(left, right, mode, subtract, None, i32::checked_sub)
        }
        Operation::AddIntervals { back: false } => {
            pairs::<DayTime, DayTime, DayTime>(left, right, mode, add, None, i64::checked_add)
        }
        Operation::AddIntervals { back: true } => {
            pairs::<DayTime, DayTime, DayTime>(left, right, mode, subtract, None, i64::checked_sub)
        }
        Operation::AddCalendarIntervals { back } => {
            pairs::<Calendar, Calendar, Calendar>(left, right, mode, add, None, |a, b| {
                add_calendar(a, b, back)
            })
        }
        Operation::ScaleYearMonth { divide } => scale_year_month(left, right, divide, mode, scale),
        Operation::ScaleDayTime { divide } => scale_day_time(left, right, divide, mode, scale),
        Operation::ScaleCalendar { divide } => {
            let rules = Rules {
                overflow: || overflow("integer overflow", Some("try_multiply")),
                zero: calendar_by_zero,
            };
            let zero = divide.then_some(is_zero as fn(f64) -> bool);
            pairs::<Calendar, Float64Type, Calendar>(left, right, mode, rules, zero, |interval, factor| {
                scale_calendar(interval, if divide { 1.0 / factor } else { factor })
            })
        }
        Operation::Ratio => ratio(left, right, mode),
        other => Err(Error::internal(format!("no {other:?} of intervals"))),
    }
}

fn ratio(left: &Operand, right: &Operand, mode: Mode) -> Result<ArrayRef> {
    let zero = |mode| if mode == Mode::Ansi { Some(divide_by_zero()) } else { None };
    let rules = Rules { overflow: || overflow("Overflow in integral divide", Some("try_divide")), zero };
    if is_year_month(left) {
        let is_zero: fn(i32) -> bool = |b| b == 0;
        return pairs::<YearMonth, YearMonth, Int64Type>(left, right, mode, rules, Some(is_zero), |a, b| {
            i64::from(a).checked_div(b.into())
        });
    }
    let is_zero: fn(i64) -> bool = |b| b == 0;
    pairs::<DayTime, DayTime, Int64Type>(left, right, mode, rules, Some(is_zero), i64::checked_div)
}

fn is_zero(value: f64) -> bool {
    value == 0.0
}

fn interval_overflow() -> Error {
    Error::runtime(RuntimeClass::Arithmetic, "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION")
}

fn too_large(alternative: &str) -> Error {
    Error::runtime(RuntimeClass::Arithmetic, "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION")
        .with("functionName", format!("`{alternative}`"))
}

/// ANSI intervals divided by zero fail in every mode.
fn interval_by_zero(_mode: Mode) -> Option<Error> {
    Some(Error::runtime(RuntimeClass::Arithmetic, "INTERVAL_DIVIDED_BY_ZERO"))
}

fn calendar_by_zero(mode: Mode) -> Option<Error> {
    if mode == Mode::Ansi { interval_by_zero(mode) } else { None }
}

/// The errors of an operation; no error for a zero divisor is NULL.
#[derive(Clone, Copy)]
struct Rules {
    overflow: fn() -> Error,
    zero: fn(Mode) -> Option<Error>,
}

/// `compute` over all pairs; where it has no answer, the divisor was zero or the result too large.
fn pairs<A, B, C>(
    left: &Operand,
    right: &Operand,
    mode: Mode,
    rules: Rules,
    zero: Option<fn(B::Native) -> bool>,
    compute: impl Fn(A::Native, B::Native) -> Option<C::Native>,
) -> Result<ArrayRef>
where
    A: ArrowPrimitiveType,
    B: ArrowPrimitiveType,
    C: ArrowPrimitiveType,
{
    let is_zero = |b| zero.is_some_and(|zero| zero(b));
    let pair = |a, b| {
        let value = if is_zero(b) { None } else { compute(a, b) };
        value.map_or((C::Native::default(), true), |value| (value, false))
    };
    let judge = |_, b| match mode {
        Mode::Try => Ok(None),
        _ if is_zero(b) => (rules.zero)(mode).map_or(Ok(None), Err),
        _ => Err((rules.overflow)()),
    };
    Ok(Arc::new(combine::<A, B, C>(left, right, pair, judge)?))
}

fn add_calendar(
    a: IntervalMonthDayNano,
    b: IntervalMonthDayNano,
    back: bool,
) -> Option<IntervalMonthDayNano> {
    if back {
        return Some(IntervalMonthDayNano {
            months: a.months.checked_sub(b.months)?,
            days: a.days.checked_sub(b.days)?,
            nanoseconds: a.nanoseconds.checked_sub(b.nanoseconds)?,
        });
    }
    Some(IntervalMonthDayNano {
        months: a.months.checked_add(b.months)?,
        days: a.days.checked_add(b.days)?,
        nanoseconds: a.nanoseconds.checked_add(b.nanoseconds)?,
    })
}

/// What is left of a month becomes nothing, what is left of a day becomes time.
fn scale_calendar(interval: IntervalMonthDayNano, factor: f64) -> Option<IntervalMonthDayNano> {
    let months = f64::from(interval.months) * factor;
    let days = f64::from(interval.days) * factor;
    let micros = (interval.nanoseconds / NANOS_PER_MICRO) as f64 * factor;
    let micros = micros + (days - days.trunc()) * MICROS_PER_DAY as f64;
    let whole = |value: f64| (value.abs() <= f64::from(i32::MAX)).then_some(value.trunc() as i32);
    let micros = (micros.abs() < i64::MAX as f64).then_some(micros.round() as i64)?;
    Some(IntervalMonthDayNano {
        months: whole(months)?,
        days: whole(days)?,
        nanoseconds: micros.checked_mul(NANOS_PER_MICRO)?,
    })
}

fn scale_year_month(
    left: &Operand,
    right: &Operand,
    divide: bool,
    mode: Mode,
    rules: Rules,
) -> Result<ArrayRef> {
    let narrow = |value: Option<i64>| value.and_then(|value| i32::try_from(value).ok());
    match right.array.data_type() {
        DataType::Float64 => {
            let zero = divide.then_some(is_zero as fn(f64) -> bool);
            pairs::<YearMonth, Float64Type, YearMonth>(left, right, mode, rules, zero, |a, b| {
                narrow(scale_by_double(a.into(), b, divide))
            })
        }
        DataType::Decimal128(_, scale) => {
            let zero: Option<fn(i128) -> bool> = divide.then_some(|b| b == 0);
            pairs::<YearMonth, Decimal128Type, YearMonth>(left, right, mode, rules, zero, |a, b| {
                narrow(scale_by_decimal(a.into(), b, *scale, divide))
            })
        }
        _ => {
            let zero: Option<fn(i64) -> bool> = divide.then_some(|b| b == 0);
            pairs::<YearMonth, Int64Type, YearMonth>(left, right, mode, rules, zero, |a, b| {
                narrow(scale_by_long(a.into(), b, divide))
            })
        }
    }
}

fn scale_day_time(
    left: &Operand,
    right: &Operand,
    divide: bool,
    mode: Mode,
    rules: Rules,
) -> Result<ArrayRef> {
    match right.array.data_type() {
        DataType::Float64 => {
            let zero = divide.then_some(is_zero as fn(f64) -> bool);
            pairs::<DayTime, Float64Type, DayTime>(left, right, mode, rules, zero, |a, b| {
                scale_by_double(a, b, divide)
            })
        }
        DataType::Decimal128(_, scale) => {
            let zero: Option<fn(i128) -> bool> = divide.then_some(|b| b == 0);
            pairs::<DayTime, Decimal128Type, DayTime>(left, right, mode, rules, zero, |a, b| {
                scale_by_decimal(a, b, *scale, divide)
            })
        }
        _ => {
            let zero: Option<fn(i64) -> bool> = divide.then_some(|b| b == 0);
            pairs::<DayTime, Int64Type, DayTime>(left, right, mode, rules, zero, |a, b| {
                scale_by_long(a, b, divide)
            })
        }
    }
}

/// Rounded half up, as all scaling of intervals is.
fn scale_by_double(value: i64, factor: f64, divide: bool) -> Option<i64> {
    let scaled = if divide { value as f64 / factor } else { value as f64 * factor };
    (scaled.abs() < i64::MAX as f64).then(|| scaled.round() as i64)
}

fn scale_by_long(value: i64, factor: i64, divide: bool) -> Option<i64> {
    if !divide {
        return value.checked_mul(factor);
    }
    i64::try_from(half_up(value.into(), factor.into())?).ok()
}

fn scale_by_decimal(value: i64, factor: i128, scale: i8, divide: bool) -> Option<i64> {
    let unit = 10_i128.checked_pow(scale.max(0).unsigned_abs().into())?;
    let value = i128::from(value);
    let scaled = match divide {
        false => half_up(value.checked_mul(factor)?, unit)?,
        true => half_up(value.checked_mul(unit)?, factor)?,
    };
    i64::try_from(scaled).ok()
}

fn half_up(value: i128, divisor: i128) -> Option<i128> {
    let (quotient, remainder) = (value.checked_div(divisor)?, value.checked_rem(divisor)?);
    let (rest, size) = (remainder.unsigned_abs(), divisor.unsigned_abs());
    if rest == 0 || rest < size - rest {
        return Some(quotient);
    }
    Some(if (value < 0) == (divisor < 0) { quotient + 1 } else { quotient - 1 })
}

/// The negative of intervals.
pub(super) fn negate(operand: &Operand, mode: Mode) -> Result<ArrayRef> {
    match operand.array.data_type() {
        DataType::Duration(_) => negated::<DayTime>(operand, mode, i64::checked_neg),
        DataType::Interval(_) if is_year_month(operand) => {
            negated::<YearMonth>(operand, mode, i32::checked_neg)
        }
        _ => negated::<Calendar>(operand, mode, |interval| {
            add_calendar(IntervalMonthDayNano { months: 0, days: 0, nanoseconds: 0 }, interval, true)
        }),
    }
}

fn negated<T: ArrowPrimitiveType>(
    operand: &Operand,
    mode: Mode,
    negate: impl Fn(T::Native) -> Option<T::Native>,
) -> Result<ArrayRef> {
    let array = operand.array.as_primitive::<T>();
    match mode {
        Mode::Try => Ok(Arc::new(array.unary_opt::<_, T>(negate))),
        _ => {
            Ok(Arc::new(array.try_unary::<_, T, Error>(|value| negate(value).ok_or_else(interval_overflow))?))
        }
    }
}
