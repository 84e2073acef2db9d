//! Adding to dates and counting between them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, Float64Array};
use arrow::compute::{binary, try_binary};
use arrow::datatypes::{DataType, Date32Type, Int32Type, TimestampMicrosecondType};
use arrow::error::ArrowError;
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::calendar::{DAY, add_months as shift_months, civil, days_in_month, split};
use super::zone::Zone;
use crate::Call;
use crate::error::external;
use crate::kernel::{Inputs, Invoke, typed};
use crate::signature::{any_nullable, expect, expect_int, nullable_as, timestamp};

/// `DATETIME_OVERFLOW`
pub(super) fn overflow(operation: &str) -> Error {
    Error::runtime(RuntimeClass::Arithmetic, "DATETIME_OVERFLOW").with("operation", operation)
}

pub(super) fn arrow_error(error: Error) -> ArrowError {
    ArrowError::ExternalError(Box::new(error))
}

pub(super) fn date_add(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let (dates, days) = (inputs.primitive::<Date32Type>(0)?, inputs.primitive::<Int32Type>(1)?);
        Ok(Arc::new(binary::<_, _, _, Date32Type>(&dates, &days, i32::wrapping_add)?))
    }
    // `dateadd(unit, count, timestamp)` is the other function of that name.
    if call.arguments.len() == 3 {
        return super::timestamp_arithmetic::timestampadd(call);
    }
    date_and_int(call, "date_add", kernel)
}

pub(super) fn date_sub(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let (dates, days) = (inputs.primitive::<Date32Type>(0)?, inputs.primitive::<Int32Type>(1)?);
        Ok(Arc::new(binary::<_, _, _, Date32Type>(&dates, &days, i32::wrapping_sub)?))
    }
    date_and_int(call, "date_sub", kernel)
}

pub(super) fn add_months(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let (dates, months) = (inputs.primitive::<Date32Type>(0)?, inputs.primitive::<Int32Type>(1)?);
        let moved: Date32Array = try_binary(&dates, &months, |days, months| {
            shift_months(days, months.into()).ok_or_else(|| arrow_error(overflow("add months to a date")))
        })?;
        Ok(Arc::new(moved))
    }
    date_and_int(call, "add_months", kernel)
}

fn date_and_int(call: &Call<'_>, name: &'static str, kernel: Invoke) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let nullable = nullable_as(&call.arguments[0], &DataType::Date32)
        || nullable_as(&call.arguments[1], &DataType::Int32);
    let arguments = vec![expect(call, 0, &DataType::Date32)?, expect_int(call, 1)?];
    Ok(typed(name, kernel, DataType::Date32, nullable, arguments))
}

pub(super) fn date_diff(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let (end, start) = (inputs.primitive::<Date32Type>(0)?, inputs.primitive::<Date32Type>(1)?);
        Ok(Arc::new(binary::<_, _, _, Int32Type>(&end, &start, i32::wrapping_sub)?))
    }
    if call.arguments.len() == 3 {
        return super::timestamp_arithmetic::timestampdiff(call);
    }
    call.expect_arguments(2..=2)?;
    let nullable = call.arguments.iter().any(|argument| nullable_as(argument, &DataType::Date32));
    let arguments = vec![expect(call, 0, &DataType::Date32)?, expect(call, 1, &DataType::Date32)?];
    Ok(typed("date_diff", kernel, DataType::Int32, nullable, arguments))
}

pub(super) fn last_day(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let dates = inputs.primitive::<Date32Type>(0)?;
        Ok(Arc::new(dates.unary::<_, Date32Type>(|days| {
            let (year, month, day) = civil(days);
            days + (days_in_month(year, month) - day) as i32
        })))
    }
    call.expect_arguments(1..=1)?;
    let nullable = nullable_as(&call.arguments[0], &DataType::Date32);
    Ok(typed("last_day", kernel, DataType::Date32, nullable, vec![expect(call, 0, &DataType::Date32)?]))
}

/// `next_day(date, 'MON')`
pub(super) fn next_day(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let arguments = vec![expect(call, 0, &DataType::Date32)?, expect(call, 1, &DataType::Utf8)?];
    Ok(typed("next_day", next_day_kernel, DataType::Date32, true, arguments))
}

fn next_day_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (dates, names) = (inputs.primitive::<Date32Type>(0)?, inputs.strings(1)?);
    let mut result = Date32Array::builder(inputs.rows);
    for (date, name) in dates.iter().zip(names.iter()) {
        let (Some(date), Some(name)) = (date, name) else {
            result.append_null();
            continue;
        };
        match weekday(name) {
            Some(day) => result.append_value(date + 1 + (day - 1 - date).rem_euclid(7)),
            None if inputs.ansi() => {
                let error = Error::runtime(RuntimeClass::Other, "ILLEGAL_DAY_OF_WEEK");
                return Err(external(error.with("string", name)));
            }
            None => result.append_null(),
        }
    }
    Ok(Arc::new(result.finish()))
}

/// Days since a Thursday, the weekday of 1970-01-01.
fn weekday(name: &str) -> Option<i32> {
    Some(match name.trim().to_ascii_uppercase().as_str() {
        "TH" | "THU" | "THURSDAY" => 0,
        "FR" | "FRI" | "FRIDAY" => 1,
        "SA" | "SAT" | "SATURDAY" => 2,
        "SU" | "SUN" | "SUNDAY" => 3,
        "MO" | "MON" | "MONDAY" => 4,
        "TU" | "TUE" | "TUESDAY" => 5,
        "WE" | "WED" | "WEDNESDAY" => 6,
        _ => return None,
    })
}

/// `months_between(end, start[, roundOff])`
pub(super) fn months_between(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let round = if call.arguments.len() == 3 { expect(call, 2, &DataType::Boolean)? } else { lit(true) };
    let nullable =
        any_nullable(call) || call.arguments.iter().any(|a| crate::types::is_string(a.data_type()));
    let arguments = vec![expect(call, 0, &timestamp())?, expect(call, 1, &timestamp())?, round];
    Ok(typed("months_between", months_between_kernel, DataType::Float64, nullable, arguments))
}

fn months_between_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let zone = Zone::parse(inputs.time_zone()).map_err(external)?;
    let ends = inputs.primitive::<TimestampMicrosecondType>(0)?;
    let starts = inputs.primitive::<TimestampMicrosecondType>(1)?;
    let round = inputs.array(2)?;
    let round = arrow::array::AsArray::as_boolean(&round);
    let months = ends.iter().zip(starts.iter()).enumerate().map(|(row, pair)| match pair {
        (Some(end), Some(start)) if round.is_valid(row) => {
            let months = fractional_months(zone, end, start);
            Some(if round.value(row) { (months * 1e8).round() / 1e8 } else { months })
        }
        _ => None,
    });
    Ok(Arc::new(months.collect::<Float64Array>()))
}

/// Whole months when both are the same day of the month or both the last; otherwise 31-day fractions, in which a day
/// has the seconds that passed since its midnight.
fn fractional_months(zone: Zone, end: i64, start: i64) -> f64 {
    let day_and_time = |instant: i64| {
        let (days, _) = split(zone.to_local(instant));
        (days, instant.saturating_sub(zone.to_instant(i64::from(days) * DAY)))
    };
    let ((end_days, end_time), (start_days, start_time)) = (day_and_time(end), day_and_time(start));
    let ((end_year, end_month, end_day), (start_year, start_month, start_day)) =
        (civil(end_days), civil(start_days));
    let months = i64::from(end_year - start_year) * 12 + i64::from(end_month) - i64::from(start_month);
    let is_last = |year, month, day| day == days_in_month(year, month);
    let both_last = is_last(end_year, end_month, end_day) && is_last(start_year, start_month, start_day);
    if end_day == start_day || both_last {
        return months as f64;
    }
    let days = i64::from(end_day) - i64::from(start_day);
    let seconds = days * 86_400 + end_time / 1_000_000 - start_time / 1_000_000;
    months as f64 + seconds as f64 / (31.0 * 86_400.0)
}
