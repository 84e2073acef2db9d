//! Arithmetic on dates, timestamps, times and intervals, one batch at a time.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::datatypes::{
    DataType, Date32Type, DurationMicrosecondType, Int32Type, IntervalMonthDayNano, IntervalMonthDayNanoType,
    IntervalUnit, IntervalYearMonthType, Time64NanosecondType, TimestampMicrosecondType,
};
use lang::{Error, Result, RuntimeClass};

use super::interval_kernel;
use super::kernel::{Operand, combine};
use super::temporal_operation::Operation;
use crate::cast::Mode;
use crate::cast::calendar::{MICROS_PER_DAY, NANOS_PER_MICRO, add_months};
use crate::cast::zone::Zone;

/// Evaluates one operation over a batch.
pub(super) fn evaluate(
    operation: Operation,
    operands: &[Operand],
    mode: Mode,
    zone: Zone,
) -> Result<ArrayRef> {
    if let (Operation::Negate, [operand]) = (operation, operands) {
        return interval_kernel::negate(operand, mode);
    }
    let [left, right] = operands else {
        return Err(Error::internal(format!("{operation:?} of {} operands", operands.len())));
    };
    let zone_of = |zoned: bool| if zoned { zone } else { Zone::UTC };
    match operation {
        Operation::AddDays { back } => {
            pairs::<Date32Type, Int32Type, Date32Type>(left, right, mode, |date, days| {
                Some(if back { date.wrapping_sub(days) } else { date.wrapping_add(days) })
            })
        }
        Operation::AddWholeDays { back } => {
            pairs::<Date32Type, DurationMicrosecondType, Date32Type>(left, right, mode, |date, micros| {
                let days = i32::try_from(micros / MICROS_PER_DAY).ok()?;
                date.checked_add(if back { -days } else { days })
            })
        }
        Operation::AddMonths { back } => {
            pairs::<Date32Type, IntervalYearMonthType, Date32Type>(left, right, mode, |date, months| {
                i32::try_from(add_months(date.into(), signed(months.into(), back))).ok()
            })
        }
        Operation::AddCalendarToDate { back } => add_calendar_to_date(left, right, back, mode, zone),
        Operation::AddMonthsToTimestamp { back, zoned } => {
            let zone = zone_of(zoned);
            timestamps::<IntervalYearMonthType>(left, right, mode, |micros, months| {
                move_timestamp(micros, signed(months.into(), back), 0, 0, zone)
            })
        }
        Operation::AddDayTime { back, zoned } => {
            let zone = zone_of(zoned);
            timestamps::<DurationMicrosecondType>(left, right, mode, |micros, step| {
                let step = signed(step, back);
                move_timestamp(micros, 0, step / MICROS_PER_DAY, step % MICROS_PER_DAY, zone)
            })
        }
        Operation::AddCalendar { back, zoned } => {
            let zone = zone_of(zoned);
            timestamps::<IntervalMonthDayNanoType>(left, right, mode, |micros, step| {
                let step = Step::new(step, back);
                move_timestamp(micros, step.months, step.days, step.micros, zone)
            })
        }
        Operation::AddToTime { back } => pairs::<
            Time64NanosecondType,
            DurationMicrosecondType,
            Time64NanosecondType,
        >(left, right, mode, |time, step| {
            let moved = time.checked_add(signed(step, back).checked_mul(NANOS_PER_MICRO)?)?;
            (0..MICROS_PER_DAY * NANOS_PER_MICRO).contains(&moved).then_some(moved)
        }),
        Operation::DateDifference => {
            pairs::<Date32Type, Date32Type, DurationMicrosecondType>(left, right, mode, |a, b| {
                (i64::from(a) - i64::from(b)).checked_mul(MICROS_PER_DAY)
            })
        }
        Operation::TimestampDifference { zoned } => {
            let zone = zone_of(zoned);
            pairs::<TimestampMicrosecondType, TimestampMicrosecondType, DurationMicrosecondType>(
                left,
                right,
                mode,
                |a, b| zone.to_local(a).checked_sub(zone.to_local(b)),
            )
        }
        Operation::TimeDifference => pairs::<
            Time64NanosecondType,
            Time64NanosecondType,
            DurationMicrosecondType,
        >(left, right, mode, |a, b| Some((a - b) / NANOS_PER_MICRO)),
        _ => interval_kernel::evaluate(operation, left, right, mode),
    }
}

/// `compute` over all pairs; `None` from it is an overflow, which Spark reports even without ANSI.
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
    Ok(Arc::new(checked::<A, B, C>(left, right, mode, compute)?))
}

fn checked<A, B, C>(
    left: &Operand,
    right: &Operand,
    mode: Mode,
    compute: impl Fn(A::Native, B::Native) -> Option<C::Native>,
) -> Result<PrimitiveArray<C>>
where
    A: ArrowPrimitiveType,
    B: ArrowPrimitiveType,
    C: ArrowPrimitiveType,
{
    let pair = |a, b| compute(a, b).map_or((C::Native::default(), true), |value| (value, false));
    combine::<A, B, C>(left, right, pair, |_, _| match mode {
        Mode::Try => Ok(None),
        Mode::Ansi | Mode::Legacy => Err(datetime_overflow()),
    })
}

/// [`pairs`] on timestamps, which keep their zone.
fn timestamps<B: ArrowPrimitiveType>(
    left: &Operand,
    right: &Operand,
    mode: Mode,
    compute: impl Fn(i64, B::Native) -> Option<i64>,
) -> Result<ArrayRef> {
    let result =
        checked::<TimestampMicrosecondType, B, TimestampMicrosecondType>(left, right, mode, compute)?;
    Ok(match left.array.data_type() {
        DataType::Timestamp(_, Some(zone)) => Arc::new(result.with_timezone(Arc::clone(zone))),
        _ => Arc::new(result),
    })
}

fn datetime_overflow() -> Error {
    Error::runtime(RuntimeClass::Arithmetic, "DATETIME_OVERFLOW")
        .with("operation", "the result is outside the supported range")
}

fn signed(value: i64, back: bool) -> i64 {
    if back { value.saturating_neg() } else { value }
}

/// A calendar interval's parts, in the direction asked for.
struct Step {
    months: i64,
    days: i64,
    micros: i64,
}

impl Step {
    fn new(interval: IntervalMonthDayNano, back: bool) -> Step {
        Step {
            months: signed(interval.months.into(), back),
            days: signed(interval.days.into(), back),
            micros: signed(interval.nanoseconds / NANOS_PER_MICRO, back),
        }
    }
}

/// Months and days move the wall clock, microseconds the instant.
fn move_timestamp(micros: i64, months: i64, days: i64, rest: i64, zone: Zone) -> Option<i64> {
    if months == 0 && days == 0 {
        return micros.checked_add(rest);
    }
    let offset = zone.offset_seconds(micros);
    let local = micros.checked_add(i64::from(offset) * 1_000_000)?;
    let (day, of_day) = (local.div_euclid(MICROS_PER_DAY), local.rem_euclid(MICROS_PER_DAY));
    let day = if months == 0 { day } else { add_months(day, months) };
    let moved = day.checked_add(days)?.checked_mul(MICROS_PER_DAY)?.checked_add(of_day)?;
    zone.to_instant_from(moved, offset).checked_add(rest)
}

fn add_calendar_to_date(
    left: &Operand,
    right: &Operand,
    back: bool,
    mode: Mode,
    zone: Zone,
) -> Result<ArrayRef> {
    let move_date = |date: i32, step: &Step| {
        let day = add_months(date.into(), step.months).checked_add(step.days)?;
        if step.micros == 0 {
            return i32::try_from(day).ok();
        }
        let instant = zone.to_instant(day.checked_mul(MICROS_PER_DAY)?).checked_add(step.micros)?;
        i32::try_from(zone.to_local(instant).div_euclid(MICROS_PER_DAY)).ok()
    };
    let compute = |date: i32, interval| {
        let step = Step::new(interval, back);
        let partial = mode != Mode::Legacy && step.micros != 0;
        move_date(date, &step).map_or((0, true), |value| (value, partial))
    };
    let judge = |_, interval: IntervalMonthDayNano| match mode {
        Mode::Try => Ok(None),
        Mode::Ansi if interval.nanoseconds != 0 => {
            Err(Error::runtime(RuntimeClass::Other, "INVALID_INTERVAL_WITH_MICROSECONDS_ADDITION")
                .with("ansiConfig", "\"spark.sql.ansi.enabled\""))
        }
        _ => Err(datetime_overflow()),
    };
    let result = combine::<Date32Type, IntervalMonthDayNanoType, Date32Type>(left, right, compute, judge)?;
    Ok(Arc::new(result))
}

/// Whether an operand holds year-month intervals.
pub(super) fn is_year_month(operand: &Operand) -> bool {
    matches!(operand.array.data_type(), DataType::Interval(IntervalUnit::YearMonth))
}
