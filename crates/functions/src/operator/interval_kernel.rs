//! Arithmetic on intervals: sums, multiples, quotients, negatives.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray};
use arrow::datatypes::{
    DataType, Decimal128Type, DurationMicrosecondType, Float64Type, Int64Type, IntervalMonthDayNano,
    IntervalMonthDayNanoType, IntervalYearMonthType,
};
use lang::{Error, Result, RuntimeClass};

use super::kernel::{Operand, combine};
use super::temporal_kernel::{Operation, Quotient, is_year_month};
use crate::cast::Mode;
use crate::cast::calendar::{MICROS_PER_DAY, NANOS_PER_MICRO};
use crate::error::divide_by_zero;

type YearMonth = IntervalYearMonthType;
type DayTime = DurationMicrosecondType;
type Calendar = IntervalMonthDayNanoType;

/// An operation whose first operand is an interval.
pub(super) fn evaluate(operation: Operation, left: &Operand, right: &Operand, mode: Mode) -> Result<ArrayRef> {
    match operation {
        Operation::AddYearMonth { back } => {
            pairs::<YearMonth, YearMonth, YearMonth>(left, right, mode, |a, b| {
                if back { a.checked_sub(b) } else { a.checked_add(b) }
            })
        }
        Operation::AddIntervals { back } => pairs::<DayTime, DayTime, DayTime>(left, right, mode, |a, b| {
            if back { a.checked_sub(b) } else { a.checked_add(b) }
        }),
        Operation::AddCalendarIntervals { back } => {
            pairs::<Calendar, Calendar, Calendar>(left, right, mode, |a, b| add_calendar(a, b, back))
        }
        Operation::ScaleYearMonth { divide } => scale_year_month(left, right, divide, mode),
        Operation::ScaleDayTime { divide } => scale_day_time(left, right, divide, mode),
        Operation::ScaleCalendar { divide } => {
            scaled::<Calendar, Float64Type>(left, right, mode, divide.then_some(is_zero), |interval, factor| {
                scale_calendar(interval, if divide { 1.0 / factor } else { factor })
            })
        }
        Operation::Ratio if is_year_month(left) => {
            let zero: Option<fn(i32) -> bool> = Some(|b| b == 0);
            by_zero::<YearMonth, YearMonth, Quotient>(left, right, mode, zero, |a, b| {
                a.checked_div(b).map(i64::from)
            })
        }
        Operation::Ratio => {
            let zero: Option<fn(i64) -> bool> = Some(|b| b == 0);
            by_zero::<DayTime, DayTime, Quotient>(left, right, mode, zero, i64::checked_div)
        }
        other => Err(Error::internal(format!("no {other:?} of intervals"))),
    }
}

fn is_zero(value: f64) -> bool {
    value == 0.0
}

fn interval_overflow() -> Error {
    Error::runtime(RuntimeClass::Arithmetic, "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION")
}

fn interval_by_zero(mode: Mode) -> Error {
    match mode {
        Mode::Ansi => divide_by_zero(),
        _ => Error::runtime(RuntimeClass::Arithmetic, "INTERVAL_DIVIDED_BY_ZERO"),
    }
}

fn pairs<A, B, C>(
    left: &Operand,
    right: &Operand,
    mode: Mode,
    compute: impl Fn(A::Native, B::Native) -> Option<C::Native>,
) -> Result<ArrayRef>
where
    A: ArrowPrimitiveType,
    B: ArrowPrimitiveType,
    C: ArrowPrimitiveType,
{
    by_zero::<A, B, C>(left, right, mode, None, compute)
}

fn scaled<A: ArrowPrimitiveType, B: ArrowPrimitiveType>(
    left: &Operand,
    right: &Operand,
    mode: Mode,
    zero: Option<fn(B::Native) -> bool>,
    compute: impl Fn(A::Native, B::Native) -> Option<A::Native>,
) -> Result<ArrayRef> {
    by_zero::<A, B, A>(left, right, mode, zero, compute)
}

/// `compute` over all pairs; where it has no answer, the divisor was zero or the result too large.
fn by_zero<A, B, C>(
    left: &Operand,
    right: &Operand,
    mode: Mode,
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
        _ if is_zero(b) => Err(interval_by_zero(mode)),
        _ => Err(interval_overflow()),
    };
    Ok(Arc::new(combine::<A, B, C>(left, right, pair, judge)?))
}

fn add_calendar(a: IntervalMonthDayNano, b: IntervalMonthDayNano, back: bool) -> Option<IntervalMonthDayNano> {
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

fn scale_year_month(left: &Operand, right: &Operand, divide: bool, mode: Mode) -> Result<ArrayRef> {
    let narrow = |value: Option<i64>| value.and_then(|value| i32::try_from(value).ok());
    match right.array.data_type() {
        DataType::Float64 => scaled::<YearMonth, Float64Type>(left, right, mode, divide.then_some(is_zero), |a, b| {
            narrow(scale_by_double(a.into(), b, divide))
        }),
        DataType::Decimal128(_, scale) => {
            let zero: Option<fn(i128) -> bool> = divide.then_some(|b| b == 0);
            scaled::<YearMonth, Decimal128Type>(left, right, mode, zero, |a, b| {
                narrow(scale_by_decimal(a.into(), b, *scale, divide))
            })
        }
        _ => {
            let zero: Option<fn(i64) -> bool> = divide.then_some(|b| b == 0);
            scaled::<YearMonth, Int64Type>(left, right, mode, zero, |a, b| narrow(scale_by_long(a.into(), b, divide)))
        }
    }
}

fn scale_day_time(left: &Operand, right: &Operand, divide: bool, mode: Mode) -> Result<ArrayRef> {
    match right.array.data_type() {
        DataType::Float64 => scaled::<DayTime, Float64Type>(left, right, mode, divide.then_some(is_zero), |a, b| {
            scale_by_double(a, b, divide)
        }),
        DataType::Decimal128(_, scale) => {
            let zero: Option<fn(i128) -> bool> = divide.then_some(|b| b == 0);
            scaled::<DayTime, Decimal128Type>(left, right, mode, zero, |a, b| scale_by_decimal(a, b, *scale, divide))
        }
        _ => {
            let zero: Option<fn(i64) -> bool> = divide.then_some(|b| b == 0);
            scaled::<DayTime, Int64Type>(left, right, mode, zero, |a, b| scale_by_long(a, b, divide))
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
        DataType::Interval(_) if is_year_month(operand) => negated::<YearMonth>(operand, mode, i32::checked_neg),
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
        _ => Ok(Arc::new(array.try_unary::<_, T, Error>(|value| negate(value).ok_or_else(interval_overflow))?)),
    }
}
