//! `extract(field FROM source)` and `date_part`.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Decimal128Type, DurationMicrosecondType, Int8Type, Int32Type, IntervalMonthDayNanoType,
    IntervalUnit, IntervalYearMonthType,
};
use datafusion::common::{Result as DataFusionResult, internal_err};
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use super::parts;
use crate::kernel::{Inputs, Invoke, typed};
use crate::signature::expect_text;
use crate::types::from_field;
use crate::{Argument, Call};

type Build = fn(&Call<'_>) -> Result<Expr>;

/// `extract('YEAR', source)`: the field is a constant.
pub(super) fn extract(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let field = expect_text(call, 0)?.to_ascii_uppercase();
    let source = call.arguments[1].clone();
    let interval = matches!(source.data_type(), DataType::Interval(_) | DataType::Duration(_));
    if interval {
        return of_interval(call, &field, &source);
    }
    let build = of_datetime(&field).ok_or_else(|| invalid(call, &field, &source))?;
    build(&call.with_arguments(vec![source]))
}

fn of_datetime(field: &str) -> Option<Build> {
    Some(match field {
        "YEAR" | "Y" | "YEARS" | "YR" | "YRS" => parts::year,
        "YEAROFWEEK" => parts::yearofweek,
        "QUARTER" | "QTR" => parts::quarter,
        "MONTH" | "MON" | "MONS" | "MONTHS" => parts::month,
        "WEEK" | "W" | "WEEKS" => parts::weekofyear,
        "DAY" | "D" | "DAYS" => parts::day,
        "DAYOFWEEK" | "DOW" => parts::dayofweek,
        "DAYOFWEEK_ISO" | "DOW_ISO" => parts::dayofweek_iso,
        "DOY" => parts::dayofyear,
        "HOUR" | "H" | "HOURS" | "HR" | "HRS" => parts::hour,
        "MINUTE" | "M" | "MIN" | "MINS" | "MINUTES" => parts::minute,
        "SECOND" | "S" | "SEC" | "SECONDS" | "SECS" => parts::second_with_fraction,
        _ => return None,
    })
}

fn of_interval(call: &Call<'_>, field: &str, source: &Argument) -> Result<Expr> {
    let months = matches!(
        source.data_type(),
        DataType::Interval(IntervalUnit::YearMonth | IntervalUnit::MonthDayNano)
    );
    let time = !matches!(source.data_type(), DataType::Interval(IntervalUnit::YearMonth));
    let (name, kernel, returns): (&'static str, Invoke, DataType) = match field {
        "YEAR" | "Y" | "YEARS" | "YR" | "YRS" if months => ("interval_years", years, DataType::Int32),
        "MONTH" | "MON" | "MONS" | "MONTHS" if months => ("interval_months", months_of_year, DataType::Int8),
        "DAY" | "D" | "DAYS" if time => ("interval_days", days, DataType::Int32),
        "HOUR" | "H" | "HOURS" | "HR" | "HRS" if time => ("interval_hours", hours, DataType::Int8),
        "MINUTE" | "M" | "MIN" | "MINS" | "MINUTES" if time => ("interval_minutes", minutes, DataType::Int8),
        "SECOND" | "S" | "SEC" | "SECONDS" | "SECS" if time => {
            ("interval_seconds", seconds, DataType::Decimal128(8, 6))
        }
        _ => return Err(invalid(call, field, source)),
    };
    Ok(typed(name, kernel, returns, source.nullable(), vec![source.expr.clone()]))
}

fn invalid(call: &Call<'_>, field: &str, source: &Argument) -> Error {
    Error::analysis("INVALID_EXTRACT_FIELD")
        .with("field", format!("`{field}`"))
        .with("expr", format!("\"{}\"", source.name()))
        .with("sqlExpr", call.sql())
        .with("type", from_field(&source.field).sql())
}

/// Whole months of each interval.
fn total_months(inputs: &Inputs<'_>) -> DataFusionResult<arrow::array::Int32Array> {
    let array = inputs.array(0)?;
    if let Some(intervals) = array.as_primitive_opt::<IntervalYearMonthType>() {
        return Ok(intervals.unary(|months| months));
    }
    match array.as_primitive_opt::<IntervalMonthDayNanoType>() {
        Some(intervals) => Ok(intervals.unary(|interval| interval.months)),
        None => internal_err!("no months in {}", array.data_type()),
    }
}

fn years(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    Ok(Arc::new(total_months(inputs)?.unary::<_, Int32Type>(|months| months / 12)))
}

fn months_of_year(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    Ok(Arc::new(total_months(inputs)?.unary::<_, Int8Type>(|months| (months % 12) as i8)))
}

fn days(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let array = inputs.array(0)?;
    if let Some(intervals) = array.as_primitive_opt::<IntervalMonthDayNanoType>() {
        return Ok(Arc::new(intervals.unary::<_, Int32Type>(|interval| interval.days)));
    }
    Ok(Arc::new(micros(inputs)?.unary::<_, Int32Type>(|micros| (micros / super::calendar::DAY) as i32)))
}

/// The microseconds of each interval, for a calendar interval those besides its months and days.
fn micros(inputs: &Inputs<'_>) -> DataFusionResult<arrow::array::Int64Array> {
    let array = inputs.array(0)?;
    if let Some(intervals) = array.as_primitive_opt::<IntervalMonthDayNanoType>() {
        return Ok(intervals.unary(|interval| interval.nanoseconds / 1000));
    }
    Ok(inputs.primitive::<DurationMicrosecondType>(0)?.unary(|micros| micros))
}

fn hours(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    Ok(Arc::new(micros(inputs)?.unary::<_, Int8Type>(|micros| (micros / 3_600_000_000 % 24) as i8)))
}

fn minutes(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    Ok(Arc::new(micros(inputs)?.unary::<_, Int8Type>(|micros| (micros / 60_000_000 % 60) as i8)))
}

fn seconds(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let seconds = micros(inputs)?.unary::<_, Decimal128Type>(|micros| i128::from(micros % 60_000_000));
    Ok(Arc::new(seconds.with_precision_and_scale(8, 6)?))
}
