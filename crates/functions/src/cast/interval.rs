//! Casts between ANSI intervals and numbers, and from one interval unit to another.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, PrimitiveArray};
use arrow::datatypes::{
    Decimal128Type, DurationMicrosecondType, Int32Type, Int64Type, IntervalYearMonthType, i256,
};
use lang::{DataType as Spark, DayTimeField, Error, Result, YearMonthField};

use super::format_interval::micros_of;
use super::format_number::decimal_text;
use super::kernel::{Mode, Options, overflow, unexpected};
use super::numeric::{self, checked};
use super::to_decimal::{self, divide_half_up};

/// A cast from or to an ANSI interval, strings excepted.
pub(super) fn cast(array: &ArrayRef, source: &Spark, target: &Spark, options: &Options) -> Result<ArrayRef> {
    match (source, target) {
        (Spark::YearMonthInterval { .. }, Spark::YearMonthInterval { end, .. }) => {
            let unit = months_of(*end);
            let months = array.as_primitive::<IntervalYearMonthType>();
            Ok(Arc::new(months.unary::<_, IntervalYearMonthType>(|value| value / unit * unit)))
        }
        (Spark::DayTimeInterval { .. }, Spark::DayTimeInterval { end, .. }) => {
            let unit = if *end == DayTimeField::Second { 1 } else { micros_of(*end) };
            let micros = array.as_primitive::<DurationMicrosecondType>();
            Ok(Arc::new(micros.unary::<_, DurationMicrosecondType>(|value| value / unit * unit)))
        }
        (Spark::YearMonthInterval { end, .. }, _) => {
            let unit = months_of(*end);
            let units =
                array.as_primitive::<IntervalYearMonthType>().unary::<_, Int32Type>(|value| value / unit);
            number_from(Arc::new(units), &Spark::Integer, target, options)
        }
        (Spark::DayTimeInterval { end, .. }, _) => from_day_time(array.as_primitive(), *end, target, options),
        (_, Spark::YearMonthInterval { end, .. }) => {
            let unit = i128::from(months_of(*end));
            let (numbers, scale) = as_decimals(array, source, options)?;
            let options = &strict(options);
            let convert = |value| i32::try_from(scaled(value, unit, scale)?).ok();
            let error = |value| overflow(&decimal_text(value, scale), source, target);
            Ok(Arc::new(checked::<_, IntervalYearMonthType>(&numbers, options, convert, error)?))
        }
        (_, Spark::DayTimeInterval { end, .. }) => {
            let unit = i128::from(micros_of(*end));
            let (numbers, scale) = as_decimals(array, source, options)?;
            let options = &strict(options);
            let convert = |value| i64::try_from(scaled(value, unit, scale)?).ok();
            let error = |value| overflow(&decimal_text(value, scale), source, target);
            Ok(Arc::new(checked::<_, DurationMicrosecondType>(&numbers, options, convert, error)?))
        }
        _ => Err(unexpected(source, target)),
    }
}

/// Numbers that make no interval, and intervals that make no such number, are errors even without ANSI.
fn strict(options: &Options) -> Options {
    let mode = if options.mode == Mode::Try { Mode::Try } else { Mode::Ansi };
    Options { mode, ..*options }
}

fn months_of(field: YearMonthField) -> i32 {
    match field {
        YearMonthField::Year => 12,
        YearMonthField::Month => 1,
    }
}

/// `value` (unscaled) times `unit`, rounded half up to a whole number.
fn scaled(value: i128, unit: i128, scale: i8) -> Option<i128> {
    let divisor = 10_i128.checked_pow(scale.max(0).unsigned_abs().into())?;
    if let Some(product) = value.checked_mul(unit) {
        return Some(divide_half_up(product, divisor));
    }
    let product = i256::from_i128(value).checked_mul(i256::from_i128(unit))?;
    let divisor = i256::from_i128(divisor);
    let (quotient, remainder) = (product.checked_div(divisor)?, product.checked_rem(divisor)?);
    let up = remainder.wrapping_abs() >= divisor.wrapping_sub(remainder.wrapping_abs());
    quotient.to_i128()?.checked_add(if up { value.signum() } else { 0 })
}

fn as_decimals(
    array: &ArrayRef,
    source: &Spark,
    options: &Options,
) -> Result<(PrimitiveArray<Decimal128Type>, i8)> {
    if let Spark::Decimal { scale, .. } = source {
        return Ok((array.as_primitive::<Decimal128Type>().clone(), *scale));
    }
    let decimals = to_decimal::cast(array, source, 20, 0, options)?;
    Ok((decimals.as_primitive::<Decimal128Type>().clone(), 0))
}

fn number_from(units: ArrayRef, source: &Spark, target: &Spark, options: &Options) -> Result<ArrayRef> {
    let options = &strict(options);
    match target {
        target if target == source => Ok(units),
        Spark::Decimal { precision, scale } => to_decimal::cast(&units, source, *precision, *scale, options),
        _ => numeric::cast(&units, source, target, options),
    }
}

fn from_day_time(
    array: &PrimitiveArray<DurationMicrosecondType>,
    end: DayTimeField,
    target: &Spark,
    options: &Options,
) -> Result<ArrayRef> {
    if let (DayTimeField::Second, Spark::Decimal { precision, scale }) = (end, target) {
        let seconds = array.unary::<_, Decimal128Type>(i128::from);
        let seconds = seconds.with_precision_and_scale(25, 6).map_err(|e| Error::internal(e.to_string()))?;
        let seconds: ArrayRef = Arc::new(seconds);
        return to_decimal::cast(
            &seconds,
            &Spark::Decimal { precision: 25, scale: 6 },
            *precision,
            *scale,
            &strict(options),
        );
    }
    let unit = micros_of(end);
    let units = array.unary::<_, Int64Type>(|value| value / unit);
    number_from(Arc::new(units), &Spark::Long, target, options)
}
