//! Fields of dates, timestamps and times: `year`, `hour`, `dayname` …

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Int32Type, Time64NanosecondType, TimestampMicrosecondType,
};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use lang::Result;

use super::calendar::{DAY, civil, day_of_year, iso_week, iso_weekday};
use super::pattern::{MONTHS, WEEKDAYS};
use super::zone::Zone;
use crate::Call;
use crate::error::external;
use crate::kernel::{Inputs, Invoke, typed};
use crate::signature::{expect, nullable_as, timestamp};

/// Defines one function of a date to an INT: its kernel and its builder.
macro_rules! date_field {
    ($($name:ident: $part:expr;)*) => {$(
        pub(super) fn $name(call: &Call<'_>) -> Result<Expr> {
            fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
                let part: fn(i32) -> i32 = $part;
                Ok(Arc::new(inputs.primitive::<Date32Type>(0)?.unary::<_, Int32Type>(part)))
            }
            call.expect_arguments(1..=1)?;
            of_date(call, 0, stringify!($name), kernel, DataType::Int32)
        }
    )*};
}

date_field! {
    year: |days| civil(days).0;
    quarter: |days| (civil(days).1 as i32 - 1) / 3 + 1;
    month: |days| civil(days).1 as i32;
    day: |days| civil(days).2 as i32;
    dayofweek: |days| iso_weekday(days) % 7 + 1;
    dayofweek_iso: iso_weekday;
    dayofyear: day_of_year;
    weekday: |days| iso_weekday(days) - 1;
    weekofyear: |days| iso_week(days).1;
    yearofweek: |days| iso_week(days).0;
}

fn of_date(
    call: &Call<'_>,
    index: usize,
    name: &'static str,
    kernel: Invoke,
    returns: DataType,
) -> Result<Expr> {
    let nullable = nullable_as(&call.arguments[index], &DataType::Date32);
    Ok(typed(name, kernel, returns, nullable, vec![expect(call, index, &DataType::Date32)?]))
}

pub(super) fn dayname(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        names(inputs, |days| &WEEKDAYS[iso_weekday(days) as usize - 1][..3])
    }
    call.expect_arguments(1..=1)?;
    of_date(call, 0, "dayname", kernel, DataType::Utf8)
}

pub(super) fn monthname(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        names(inputs, |days| &MONTHS[civil(days).1 as usize - 1][..3])
    }
    call.expect_arguments(1..=1)?;
    of_date(call, 0, "monthname", kernel, DataType::Utf8)
}

fn names(inputs: &Inputs<'_>, name: fn(i32) -> &'static str) -> DataFusionResult<ArrayRef> {
    let days = inputs.primitive::<Date32Type>(0)?;
    Ok(Arc::new(days.iter().map(|day| day.map(name)).collect::<StringArray>()))
}

/// Defines one function of a time of day to an INT.
macro_rules! time_field {
    ($($name:ident: $part:expr;)*) => {$(
        pub(super) fn $name(call: &Call<'_>) -> Result<Expr> {
            fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
                let part: fn(i64) -> i32 = $part;
                Ok(Arc::new(micros_of_day(inputs)?.unary::<_, Int32Type>(part)))
            }
            call.expect_arguments(1..=1)?;
            of_time(call, 0, stringify!($name), kernel, DataType::Int32)
        }
    )*};
}

time_field! {
    hour: |micros| (micros / 3_600_000_000) as i32;
    minute: |micros| (micros / 60_000_000 % 60) as i32;
    second: |micros| (micros / 1_000_000 % 60) as i32;
}

/// Seconds with their fraction, as `extract(SECOND …)` gives them.
pub(super) fn second_with_fraction(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let seconds =
            micros_of_day(inputs)?.unary::<_, Decimal128Type>(|micros| i128::from(micros % 60_000_000));
        Ok(Arc::new(seconds.with_precision_and_scale(8, 6)?))
    }
    of_time(call, 0, "second_with_fraction", kernel, DataType::Decimal128(8, 6))
}

fn of_time(
    call: &Call<'_>,
    index: usize,
    name: &'static str,
    kernel: Invoke,
    returns: DataType,
) -> Result<Expr> {
    let argument = &call.arguments[index];
    let to = match argument.data_type() {
        DataType::Time32(_) | DataType::Time64(_) => crate::signature::TIME,
        DataType::Timestamp(_, None) => crate::signature::TIMESTAMP_NTZ,
        _ => timestamp(),
    };
    let nullable = nullable_as(argument, &to);
    Ok(typed(name, kernel, returns, nullable, vec![expect(call, index, &to)?]))
}

/// Microseconds since midnight of a TIME, a wall clock or an instant in the session's zone.
fn micros_of_day(inputs: &Inputs<'_>) -> DataFusionResult<arrow::array::Int64Array> {
    let array = inputs.array(0)?;
    if let Some(times) = array.as_primitive_opt::<Time64NanosecondType>() {
        return Ok(times.unary(|nanos| nanos / 1000));
    }
    let instants = inputs.primitive::<TimestampMicrosecondType>(0)?;
    if instants.timezone().is_none() {
        return Ok(instants.unary(|micros| micros.rem_euclid(DAY)));
    }
    let zone = Zone::parse(inputs.time_zone()).map_err(external)?;
    Ok(instants.unary(|micros| zone.to_local(micros).rem_euclid(DAY)))
}
