//! TIME values: making, reading, truncating and subtracting them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, Time64NanosecondArray};
use arrow::datatypes::{DataType, Decimal128Type, Field, Float64Type, Int64Type, Time64NanosecondType};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::{Expr, lit};
use lang::ir::CastMode;
use lang::{Error, Result, RuntimeClass};

use super::calendar::DAY;
use super::make::{SECONDS, at, ints, micros_of_day, out_of_bounds};
use super::text::parse;
use super::unit::Unit;
use crate::error::external;
use crate::expect::only_strings;
use crate::kernel::{Inputs, Invoke, call as kernel_call, typed};
use crate::signature::{TIME, any_nullable, expect, expect_all};
use crate::types::{is_integral, is_string, to_field};
use crate::{Call, cast};

/// What times without a format look like.
const DEFAULT_PATTERN: &str = "HH:mm:ss.SSSSSS";

/// `time`, typed `TIME(digits)`.
pub(super) fn with_precision(time: Expr, digits: u8) -> Expr {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        inputs.array(0)
    }
    let field = to_field("time", &lang::DataType::Time { precision: digits }, false);
    kernel_call("time_precision", kernel, field, vec![time])
}

/// `make_time(hour, minute, second)`
pub(super) fn make_time(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let arguments = expect_all(call, &[DataType::Int32, DataType::Int32, SECONDS])?;
    Ok(typed("make_time", make_kernel, TIME, any_nullable(call), arguments))
}

fn make_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (parts, seconds) = (ints(inputs, 2)?, inputs.primitive::<Decimal128Type>(2)?);
    let mut result = Time64NanosecondArray::builder(inputs.rows);
    for row in 0..inputs.rows {
        let Some([hour, minute]) = at::<2>(&parts, row).filter(|_| seconds.is_valid(row)) else {
            result.append_null();
            continue;
        };
        let micros = micros_of_day(hour, minute, seconds.value(row), false).map_err(external)?;
        result.append_value(micros * 1000);
    }
    Ok(Arc::new(result.finish()))
}

pub(super) fn to_time(call: &Call<'_>) -> Result<Expr> {
    read(call, false)
}

pub(super) fn try_to_time(call: &Call<'_>) -> Result<Expr> {
    read(call, true)
}

fn read(call: &Call<'_>, forgiving: bool) -> Result<Expr> {
    fn strict_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        times(inputs, true)
    }
    fn lenient_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        times(inputs, false)
    }
    call.expect_arguments(1..=2)?;
    if !is_string(call.arguments[0].data_type()) && *call.arguments[0].data_type() != DataType::Null {
        return Err(call.unexpected_type(0, "\"STRING\""));
    }
    if call.arguments.len() == 1 {
        let text = &call.arguments[0];
        let time = cast::cast(text, &Field::new(call.name, TIME, true), CastMode::Try, call.context)?;
        if forgiving {
            return Ok(time);
        }
        let format = lit(DEFAULT_PATTERN);
        return Ok(typed("checked_time", checked_kernel, TIME, true, vec![text.expr.clone(), format, time]));
    }
    let arguments = only_strings(call)?;
    let (name, kernel): (_, Invoke) =
        if forgiving { ("try_to_time", lenient_kernel) } else { ("to_time", strict_kernel) };
    Ok(typed(name, kernel, TIME, true, arguments))
}

/// The third argument is the first as a TIME, NULL where that failed.
fn checked_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    checked(inputs, inputs.primitive::<Time64NanosecondType>(2)?)
}

fn times(inputs: &Inputs<'_>, strict: bool) -> DataFusionResult<ArrayRef> {
    let mut result = Time64NanosecondArray::builder(inputs.rows);
    parse(
        inputs,
        false,
        |parsed| parsed.time(),
        |time| result.append_option(time.map(|micros| micros * 1000)),
    )?;
    let result = result.finish();
    if strict { checked(inputs, result) } else { Ok(Arc::new(result)) }
}

/// Fails when there is a text and a format but no time.
fn checked(inputs: &Inputs<'_>, result: Time64NanosecondArray) -> DataFusionResult<ArrayRef> {
    let (texts, formats) = (inputs.strings(0)?, inputs.strings(1)?);
    let unread =
        (0..inputs.rows).find(|row| result.is_null(*row) && texts.is_valid(*row) && formats.is_valid(*row));
    match unread {
        Some(row) => Err(external(
            Error::runtime(RuntimeClass::DateTime, "CANNOT_PARSE_TIME")
                .with("input", format!("'{}'", texts.value(row)))
                .with("format", format!("'{}'", formats.value(row))),
        )),
        _ => Ok(Arc::new(result)),
    }
}

fn unit(text: &str, function: &str) -> DataFusionResult<i64> {
    Unit::of_arithmetic(text).and_then(Unit::micros).ok_or_else(|| {
        external(
            Error::runtime(RuntimeClass::Other, "INVALID_PARAMETER_VALUE.TIME_UNIT")
                .with("functionName", format!("`{function}`"))
                .with("parameter", "`unit`")
                .with("invalidValue", text),
        )
    })
}

/// `time_diff(unit, start, end)`
pub(super) fn time_diff(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let units = inputs.strings(0)?;
        let starts = inputs.primitive::<Time64NanosecondType>(1)?;
        let ends = inputs.primitive::<Time64NanosecondType>(2)?;
        let mut result = Int64Array::builder(inputs.rows);
        for ((text, start), end) in units.iter().zip(starts.iter()).zip(ends.iter()) {
            match (text, start, end) {
                (Some(text), Some(start), Some(end)) => {
                    result.append_value((end - start) / 1000 / unit(text, "time_diff")?);
                }
                _ => result.append_null(),
            }
        }
        Ok(Arc::new(result.finish()))
    }
    call.expect_arguments(3..=3)?;
    let arguments = expect_all(call, &[DataType::Utf8, TIME, TIME])?;
    Ok(typed("time_diff", kernel, DataType::Int64, any_nullable(call), arguments))
}

/// `time_trunc(unit, time)`
pub(super) fn time_trunc(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let (units, times) = (inputs.strings(0)?, inputs.primitive::<Time64NanosecondType>(1)?);
        let mut result = Time64NanosecondArray::builder(inputs.rows);
        for (text, time) in units.iter().zip(times.iter()) {
            match (text, time) {
                (Some(text), Some(time)) => {
                    let nanos = unit(text, "time_trunc")? * 1000;
                    result.append_value(time / nanos * nanos);
                }
                _ => result.append_null(),
            }
        }
        Ok(Arc::new(result.finish()))
    }
    call.expect_arguments(2..=2)?;
    let arguments = expect_all(call, &[DataType::Utf8, TIME])?;
    Ok(typed("time_trunc", kernel, TIME, any_nullable(call), arguments))
}

/// Defines functions of a number to a TIME that many units after midnight.
macro_rules! time_from {
    ($($name:ident: $unit:expr;)*) => {$(
        pub(super) fn $name(call: &Call<'_>) -> Result<Expr> {
            fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
                from_units(inputs, $unit)
            }
            from_number(call, stringify!($name), $unit == 1_000_000, kernel)
        }
    )*};
}

time_from! {
    time_from_seconds: 1_000_000;
    time_from_millis: 1_000;
    time_from_micros: 1;
}

fn from_number(call: &Call<'_>, name: &'static str, fraction: bool, kernel: Invoke) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let to = match call.arguments[0].data_type() {
        DataType::Float32 | DataType::Float64 if fraction => DataType::Float64,
        DataType::Decimal128(..) if fraction => DataType::Decimal128(38, 6),
        other if is_integral(other) || *other == DataType::Null => DataType::Int64,
        _ => return Err(call.unexpected_type(0, if fraction { "\"NUMERIC\"" } else { "\"INTEGRAL\"" })),
    };
    Ok(typed(name, kernel, TIME, any_nullable(call), vec![expect(call, 0, &to)?]))
}

fn from_units(inputs: &Inputs<'_>, unit: i64) -> DataFusionResult<ArrayRef> {
    let array = inputs.array(0)?;
    let time = |micros: Option<i64>| match micros {
        Some(micros @ 0..DAY) => Ok(micros * 1000),
        _ => {
            Err(external(out_of_bounds("The time must be between 00:00:00 and 23:59:59.999999".to_string())))
        }
    };
    let times: Time64NanosecondArray = match array.data_type() {
        DataType::Float64 => array
            .as_primitive::<Float64Type>()
            .try_unary(|seconds| time(seconds.is_finite().then_some((seconds * 1e6).round() as i64)))?,
        DataType::Decimal128(..) => {
            array.as_primitive::<Decimal128Type>().try_unary(|micros| time(i64::try_from(micros).ok()))?
        }
        _ => array.as_primitive::<Int64Type>().try_unary(|count| time(count.checked_mul(unit)))?,
    };
    Ok(Arc::new(times))
}

/// `time_to_seconds(time)`: DECIMAL(14,6).
pub(super) fn time_to_seconds(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let times = inputs.primitive::<Time64NanosecondType>(0)?;
        let seconds = times.unary::<_, Decimal128Type>(|nanos| i128::from(nanos / 1000));
        Ok(Arc::new(seconds.with_precision_and_scale(14, 6)?))
    }
    to_number(call, "time_to_seconds", DataType::Decimal128(14, 6), kernel)
}

pub(super) fn time_to_millis(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        Ok(Arc::new(
            inputs.primitive::<Time64NanosecondType>(0)?.unary::<_, Int64Type>(|nanos| nanos / 1_000_000),
        ))
    }
    to_number(call, "time_to_millis", DataType::Int64, kernel)
}

pub(super) fn time_to_micros(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        Ok(Arc::new(
            inputs.primitive::<Time64NanosecondType>(0)?.unary::<_, Int64Type>(|nanos| nanos / 1_000),
        ))
    }
    to_number(call, "time_to_micros", DataType::Int64, kernel)
}

fn to_number(call: &Call<'_>, name: &'static str, returns: DataType, kernel: Invoke) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(typed(name, kernel, returns, any_nullable(call), vec![expect(call, 0, &TIME)?]))
}
