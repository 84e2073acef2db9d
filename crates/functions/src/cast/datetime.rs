//! Casts between dates, timestamps, times and numbers.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray, new_null_array};
use arrow::datatypes::{
    Date32Type, Decimal128Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, Time64NanosecondType,
    TimestampMicrosecondType,
};
use lang::{DataType as Spark, Error, Result, RuntimeClass};

use super::calendar::{MICROS_PER_DAY, MICROS_PER_SECOND, NANOS_PER_MICRO};
use super::format_number::double_text;
use super::kernel::{Mode, Options, overflow, unexpected};
use super::numeric::{self, checked};
use super::to_decimal;
use crate::{java_decimal, types};

type Timestamps = PrimitiveArray<TimestampMicrosecondType>;

/// A cast whose source or target is a date, timestamp or time (and neither is a string).
pub(super) fn cast(array: &ArrayRef, source: &Spark, target: &Spark, options: &Options) -> Result<ArrayRef> {
    match source {
        Spark::Date => from_date(array, target, options),
        Spark::Timestamp => from_timestamp(array, target, options),
        Spark::TimestampNtz => from_timestamp_ntz(array.as_primitive(), target, options),
        Spark::Time { .. } => from_time(array, target, options),
        _ if *target == Spark::Timestamp => number_to_timestamp(array, source, options),
        _ => Err(unexpected(source, target)),
    }
}

fn zoned(array: Timestamps) -> ArrayRef {
    Arc::new(array.with_timezone("UTC"))
}

fn from_date(array: &ArrayRef, target: &Spark, options: &Options) -> Result<ArrayRef> {
    let midnight = |days: i32| i64::from(days).checked_mul(MICROS_PER_DAY);
    let error = |days: i32| overflow(&days.to_string(), &Spark::Date, target);
    match target {
        Spark::Timestamp => {
            let instant = |days| midnight(days).map(|local| options.zone.to_instant(local));
            checked::<Date32Type, TimestampMicrosecondType>(array.as_primitive(), options, instant, error)
                .map(zoned)
        }
        Spark::TimestampNtz => {
            let result = checked::<Date32Type, TimestampMicrosecondType>(
                array.as_primitive(),
                options,
                midnight,
                error,
            );
            Ok(Arc::new(result?))
        }
        // Without ANSI the cast exists, and yields nothing.
        _ => Ok(new_null_array(&types::to_arrow(target), array.len())),
    }
}

fn days_of(local: i64) -> i32 {
    local.div_euclid(MICROS_PER_DAY) as i32
}

/// Nanoseconds of the last digit of a TIME.
fn unit_of_precision(precision: u8) -> i64 {
    10_i64.pow(9 - u32::from(precision).min(9))
}

/// The time of day of a wall clock, further digits cut off.
fn time_of(local: i64, precision: u8) -> i64 {
    let unit = unit_of_precision(precision);
    local.rem_euclid(MICROS_PER_DAY) * NANOS_PER_MICRO / unit * unit
}

fn from_timestamp_ntz(array: &Timestamps, target: &Spark, options: &Options) -> Result<ArrayRef> {
    match target {
        Spark::Date => Ok(Arc::new(array.unary::<_, Date32Type>(days_of))),
        Spark::Time { precision } => {
            Ok(Arc::new(array.unary::<_, Time64NanosecondType>(|local| time_of(local, *precision))))
        }
        Spark::Timestamp => {
            Ok(zoned(array.unary::<_, TimestampMicrosecondType>(|local| options.zone.to_instant(local))))
        }
        _ => Err(unexpected(&Spark::TimestampNtz, target)),
    }
}

fn from_timestamp(array: &ArrayRef, target: &Spark, options: &Options) -> Result<ArrayRef> {
    let timestamps: &Timestamps = array.as_primitive();
    let zone = options.zone;
    match target {
        Spark::Date => {
            Ok(Arc::new(timestamps.unary::<_, Date32Type>(|micros| days_of(zone.to_local(micros)))))
        }
        Spark::TimestampNtz => {
            Ok(Arc::new(timestamps.unary::<_, TimestampMicrosecondType>(|micros| zone.to_local(micros))))
        }
        Spark::Time { precision } => {
            let time = |micros| time_of(zone.to_local(micros), *precision);
            Ok(Arc::new(timestamps.unary::<_, Time64NanosecondType>(time)))
        }
        Spark::Boolean => {
            let numbers: ArrayRef = Arc::new(timestamps.unary::<_, Int64Type>(|micros| micros));
            numeric::cast(&numbers, &Spark::Long, target, options)
        }
        Spark::Float | Spark::Double => {
            let seconds =
                timestamps.unary::<_, Float64Type>(|micros| micros as f64 / MICROS_PER_SECOND as f64);
            let seconds: ArrayRef = Arc::new(seconds);
            if *target == Spark::Double {
                Ok(seconds)
            } else {
                numeric::cast(&seconds, &Spark::Double, target, options)
            }
        }
        Spark::Decimal { precision, scale } => {
            let seconds = decimal_seconds(timestamps.unary::<_, Decimal128Type>(i128::from))?;
            to_decimal::cast(&seconds, target, *precision, *scale, options)
        }
        _ => to_seconds(timestamps, target, options),
    }
}

/// Microseconds as seconds with six fraction digits.
fn decimal_seconds(micros: PrimitiveArray<Decimal128Type>) -> Result<ArrayRef> {
    let seconds = micros.with_precision_and_scale(25, 6).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Arc::new(seconds))
}

fn to_seconds(array: &Timestamps, target: &Spark, options: &Options) -> Result<ArrayRef> {
    macro_rules! integers {
        ($t:ty, $n:ty) => {{
            let convert = |micros: i64| <$n>::try_from(micros.div_euclid(MICROS_PER_SECOND)).ok();
            let error = |micros: i64| overflow(&format!("{micros}L"), &Spark::Timestamp, target);
            Arc::new(checked::<_, $t>(array, options, convert, error)?)
        }};
    }
    Ok(match target {
        Spark::Byte => integers!(Int8Type, i8),
        Spark::Short => integers!(Int16Type, i16),
        Spark::Integer => integers!(Int32Type, i32),
        Spark::Long => integers!(Int64Type, i64),
        _ => return Err(unexpected(&Spark::Timestamp, target)),
    })
}

/// Numbers are seconds since the epoch; `true` is one microsecond.
/// The microseconds of unscaled seconds, digits beyond cut off; as in Java the lowest 64 bits of what is too large.
fn decimal_micros(seconds: i128, scale: u32) -> i64 {
    let seconds = java_decimal::rounded(seconds);
    match scale.checked_sub(6) {
        None => seconds.wrapping_mul(10_i128.pow(6 - scale)) as i64,
        Some(beyond) => 10_i128.checked_pow(beyond).map_or(0, |unit| seconds / unit) as i64,
    }
}

fn number_to_timestamp(array: &ArrayRef, source: &Spark, options: &Options) -> Result<ArrayRef> {
    macro_rules! seconds {
        ($t:ty) => {
            array
                .as_primitive::<$t>()
                .unary::<_, TimestampMicrosecondType>(|s| i64::from(s).saturating_mul(MICROS_PER_SECOND))
        };
    }
    Ok(zoned(match source {
        Spark::Boolean => {
            let numbers = numeric::cast(array, source, &Spark::Long, options)?;
            numbers.as_primitive::<Int64Type>().unary::<_, TimestampMicrosecondType>(|one| one)
        }
        Spark::Byte => seconds!(Int8Type),
        Spark::Short => seconds!(Int16Type),
        Spark::Integer => seconds!(Int32Type),
        Spark::Long => seconds!(Int64Type),
        Spark::Float | Spark::Double => {
            let doubles = match source {
                Spark::Float => numeric::cast(array, source, &Spark::Double, options)?,
                _ => Arc::clone(array),
            };
            let convert = |s: f64| {
                let micros = s * MICROS_PER_SECOND as f64;
                let fits = options.mode == Mode::Legacy || micros.abs() < i64::MAX as f64;
                (s.is_finite() && fits).then_some(micros as i64)
            };
            checked::<Float64Type, _>(doubles.as_primitive(), options, convert, |s| not_a_time(s, source))?
        }
        Spark::Decimal { scale, .. } => {
            let scale = u32::from(scale.max(&0).unsigned_abs());
            array
                .as_primitive::<Decimal128Type>()
                .unary::<_, TimestampMicrosecondType>(|seconds| decimal_micros(seconds, scale))
        }
        _ => return Err(unexpected(source, &Spark::Timestamp)),
    }))
}

fn not_a_time(seconds: f64, source: &Spark) -> Error {
    if seconds.is_finite() {
        return overflow(&double_text(seconds), source, &Spark::Timestamp);
    }
    Error::runtime(RuntimeClass::DateTime, "CAST_INVALID_INPUT")
        .with("expression", double_text(seconds))
        .with("sourceType", format!("\"{}\"", source.sql()))
        .with("targetType", "\"TIMESTAMP\"")
}

fn from_time(array: &ArrayRef, target: &Spark, options: &Options) -> Result<ArrayRef> {
    let times = array.as_primitive::<Time64NanosecondType>();
    match target {
        Spark::Time { precision } => {
            let unit = unit_of_precision(*precision);
            Ok(Arc::new(times.unary::<_, Time64NanosecondType>(|nanos| nanos / unit * unit)))
        }
        Spark::Decimal { precision, scale } => {
            let micros = times.unary::<_, Decimal128Type>(|nanos| i128::from(nanos / NANOS_PER_MICRO));
            to_decimal::cast(&decimal_seconds(micros)?, target, *precision, *scale, options)
        }
        _ => {
            let seconds: ArrayRef = Arc::new(times.unary::<_, Int64Type>(|nanos| nanos / 1_000_000_000));
            // Seconds that do not fit are never wrapped.
            let mode = if options.mode == Mode::Legacy { Mode::Try } else { options.mode };
            numeric::cast(&seconds, &Spark::Long, target, &Options { mode, ..*options })
        }
    }
}
