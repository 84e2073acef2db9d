//! Dates and timestamps from their parts.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, Int32Array, StringArray};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int32Type, Time64NanosecondType};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::calendar::{checked_day_number, join};
use super::timestamp_arithmetic::Timestamps;
use super::zone::Zone;
use crate::error::external;
use crate::expect::only;
use crate::kernel::{Inputs, Invoke, typed};
use crate::signature::{TIME, TIMESTAMP_NTZ, any_nullable, expect, timestamp};
use crate::{Argument, Call};

/// Seconds with microseconds, as Spark types them here.
pub(super) const SECONDS: DataType = DataType::Decimal128(16, 6);

pub(super) fn out_of_bounds(message: String) -> Error {
    Error::runtime(RuntimeClass::DateTime, "DATETIME_FIELD_OUT_OF_BOUNDS.WITHOUT_SUGGESTION")
        .with("rangeMessage", message)
}

pub(super) fn make_date(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let arguments = (0..3).map(|index| expect(call, index, &DataType::Int32)).collect::<Result<Vec<_>>>()?;
    let nullable = any_nullable(call) || !call.context.ansi;
    Ok(typed("make_date", date_kernel, DataType::Date32, nullable, arguments))
}

fn date_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let parts = ints(inputs, 3)?;
    let mut result = Date32Array::builder(inputs.rows);
    for row in 0..inputs.rows {
        let Some([year, month, day]) = at::<3>(&parts, row) else {
            result.append_null();
            continue;
        };
        match checked_day_number(year.into(), month.into(), day.into()) {
            Some(days) => result.append_value(days),
            None if inputs.ansi() => return Err(external(invalid_date(year, month, day))),
            None => result.append_null(),
        }
    }
    Ok(Arc::new(result.finish()))
}

fn invalid_date(year: i32, month: i32, day: i32) -> Error {
    out_of_bounds(if !(1..=12).contains(&month) {
        format!("Invalid value for MonthOfYear (valid values 1 - 12): {month}")
    } else if !(1..=31).contains(&day) {
        format!("Invalid value for DayOfMonth (valid values 1 - 28/31): {day}")
    } else {
        format!("Invalid date {year}-{month}-{day}")
    })
}

/// The first `count` arguments, which are INT.
pub(super) fn ints(inputs: &Inputs<'_>, count: usize) -> DataFusionResult<Vec<Int32Array>> {
    (0..count).map(|index| inputs.primitive::<Int32Type>(index)).collect()
}

/// The values of one row, unless one is NULL.
pub(super) fn at<const N: usize>(columns: &[Int32Array], row: usize) -> Option<[i32; N]> {
    let mut values = [0; N];
    for (value, column) in values.iter_mut().zip(columns) {
        if column.is_null(row) {
            return None;
        }
        *value = column.value(row);
    }
    Some(values)
}

pub(super) fn make_timestamp(call: &Call<'_>) -> Result<Expr> {
    make(call, timestamp(), false)
}

pub(super) fn try_make_timestamp(call: &Call<'_>) -> Result<Expr> {
    make(call, timestamp(), true)
}

pub(super) fn make_timestamp_ntz(call: &Call<'_>) -> Result<Expr> {
    make(call, TIMESTAMP_NTZ, false)
}

pub(super) fn try_make_timestamp_ntz(call: &Call<'_>) -> Result<Expr> {
    make(call, TIMESTAMP_NTZ, true)
}

/// `(year, month, day, hour, minute, second[, zone])` or `(date, time[, zone])`
fn make(call: &Call<'_>, returns: DataType, forgiving: bool) -> Result<Expr> {
    let zoned = usize::from(returns != TIMESTAMP_NTZ);
    let count = call.arguments.len();
    if call.arguments.iter().any(|argument| argument.keyword.is_some()) {
        return make(&by_position(call)?, returns, forgiving);
    }
    if count == 2 || (count == 3 && zoned == 1) {
        return from_date_and_time(call, returns);
    }
    call.expect_arguments(6..=6 + zoned)?;
    let mut arguments =
        (0..5).map(|index| expect(call, index, &DataType::Int32)).collect::<Result<Vec<_>>>()?;
    arguments.push(expect(call, 5, &SECONDS)?);
    arguments.push(zone_argument(call, 6)?);
    let lenient = forgiving || !call.context.ansi;
    let (name, kernel): (_, Invoke) =
        if lenient { ("try_make_timestamp", lenient_kernel) } else { ("make_timestamp", strict_kernel) };
    Ok(typed(name, kernel, returns, any_nullable(call) || lenient, arguments))
}

/// `date => …, time => …, timezone => …` in that order.
fn by_position<'a>(call: &Call<'a>) -> Result<Call<'a>> {
    let order = ["date", "time", "timezone"];
    let mut arguments: Vec<Option<Argument>> = vec![None; order.len()];
    for (position, argument) in call.arguments.iter().enumerate() {
        let slot = match &argument.keyword {
            Some(keyword) => order.iter().position(|name| keyword.eq_ignore_ascii_case(name)),
            None => Some(position),
        };
        match slot.and_then(|slot| arguments.get_mut(slot)) {
            Some(slot) => *slot = Some(Argument { keyword: None, ..argument.clone() }),
            None => return Err(Error::unsupported(format!("the named arguments of {}", call.name))),
        }
    }
    Ok(call.with_arguments(arguments.into_iter().flatten().collect()))
}

/// The zone argument, or the session's zone.
fn zone_argument(call: &Call<'_>, index: usize) -> Result<Expr> {
    if index < call.arguments.len() {
        return expect(call, index, &DataType::Utf8);
    }
    Ok(lit(call.context.time_zone.to_string()))
}

fn strict_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    timestamps(inputs, true)
}

fn lenient_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    timestamps(inputs, false)
}

fn timestamps(inputs: &Inputs<'_>, strict: bool) -> DataFusionResult<ArrayRef> {
    let parts = ints(inputs, 5)?;
    let (seconds, zones) = (inputs.primitive::<Decimal128Type>(5)?, inputs.strings(6)?);
    let mut result = Timestamps::builder(inputs.rows).with_data_type(inputs.returns.clone());
    for row in 0..inputs.rows {
        let Some(parts) = at::<5>(&parts, row).filter(|_| seconds.is_valid(row) && zones.is_valid(row))
        else {
            result.append_null();
            continue;
        };
        // What is no zone is an error whatever else is.
        let zone = zone_of(inputs, &zones, row).map_err(external)?;
        // Java keeps the last 32 bits of the microseconds.
        match local(parts, i128::from(seconds.value(row) as i32)) {
            Ok(micros) => result.append_value(zone.to_instant(micros)),
            Err(error) if strict => return Err(external(error)),
            Err(_) => result.append_null(),
        }
    }
    Ok(Arc::new(result.finish()))
}

/// The zone of a row; wall clocks have none.
fn zone_of(inputs: &Inputs<'_>, zones: &StringArray, row: usize) -> Result<Zone> {
    if *inputs.returns == TIMESTAMP_NTZ { Ok(Zone::UTC) } else { Zone::parse(zones.value(row)) }
}

/// The wall clock of checked parts; 60 whole seconds are the next minute.
fn local([year, month, day, hour, minute]: [i32; 5], second_micros: i128) -> Result<i64> {
    let days = checked_day_number(year.into(), month.into(), day.into())
        .ok_or_else(|| invalid_date(year, month, day))?;
    let overflow = || out_of_bounds("The timestamp is out of range".to_string());
    join(days, micros_of_day(hour, minute, second_micros, true)?).ok_or_else(overflow)
}

/// Microseconds of the day; with `leap`, 60 whole seconds are allowed.
pub(super) fn micros_of_day(hour: i32, minute: i32, second_micros: i128, leap: bool) -> Result<i64> {
    if !(0..24).contains(&hour) {
        return Err(out_of_bounds(format!("Invalid value for HourOfDay (valid values 0 - 23): {hour}")));
    }
    if !(0..60).contains(&minute) {
        return Err(out_of_bounds(format!("Invalid value for MinuteOfHour (valid values 0 - 59): {minute}")));
    }
    if leap && (60_000_001..61_000_000).contains(&second_micros) {
        return Err(Error::runtime(RuntimeClass::DateTime, "INVALID_FRACTION_OF_SECOND").with(
            "secAndMicros",
            format!("{}.{:06}", second_micros / 1_000_000, second_micros % 1_000_000),
        ));
    }
    if !((0..60_000_000).contains(&second_micros) || leap && second_micros == 60_000_000) {
        let second = second_micros.div_euclid(1_000_000);
        return Err(out_of_bounds(format!(
            "Invalid value for SecondOfMinute (valid values 0 - 59): {second}"
        )));
    }
    Ok((i64::from(hour) * 60 + i64::from(minute)) * 60_000_000 + second_micros as i64)
}

fn from_date_and_time(call: &Call<'_>, returns: DataType) -> Result<Expr> {
    let zone =
        if call.arguments.len() > 2 { only(call, 2, &DataType::Utf8)? } else { zone_argument(call, 2)? };
    let arguments = vec![only(call, 0, &DataType::Date32)?, only(call, 1, &TIME)?, zone];
    Ok(typed("make_timestamp_from_date", date_time_kernel, returns, any_nullable(call), arguments))
}

fn date_time_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (dates, times) = (inputs.primitive::<Date32Type>(0)?, inputs.primitive::<Time64NanosecondType>(1)?);
    let zones = inputs.strings(2)?;
    let mut result = Timestamps::builder(inputs.rows).with_data_type(inputs.returns.clone());
    for row in 0..inputs.rows {
        if dates.is_null(row) || times.is_null(row) || zones.is_null(row) {
            result.append_null();
            continue;
        }
        let local = join(dates.value(row), times.value(row) / 1000)
            .ok_or_else(|| external(out_of_bounds("The timestamp is out of range".to_string())))?;
        result.append_value(zone_of(inputs, &zones, row).map_err(external)?.to_instant(local));
    }
    Ok(Arc::new(result.finish()))
}
