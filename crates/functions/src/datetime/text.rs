//! Dates and timestamps from and to text by a pattern.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, Int64Array, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Field, Int64Type, TimestampMicrosecondType};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::{Expr, lit};
use lang::ir::CastMode;
use lang::{Error, Result, RuntimeClass};

use super::calendar::{DAY, SECOND};
use super::pattern::{DateTimePattern, Moment, Parsed};
use super::timestamp_arithmetic::Timestamps;
use super::zone::Zone;
use crate::error::external;
use crate::expect::only_string;
use crate::kernel::{Inputs, Invoke, typed};
use crate::signature::{TIMESTAMP_NTZ, any_nullable, expect, timestamp};
use crate::types::is_string;
use crate::{Argument, Call, Context, cast};

const DEFAULT_PATTERN: &str = "yyyy-MM-dd HH:mm:ss";

/// A column of patterns, the last one compiled kept: usually all are the same.
pub(super) struct Patterns {
    texts: StringArray,
    last: Option<(String, DateTimePattern)>,
    readable: bool,
}

impl Patterns {
    pub(super) fn new(inputs: &Inputs<'_>, index: usize, readable: bool) -> DataFusionResult<Self> {
        Ok(Patterns { texts: inputs.strings(index)?, last: None, readable })
    }

    pub(super) fn get(&mut self, row: usize) -> DataFusionResult<Option<&DateTimePattern>> {
        if self.texts.is_null(row) {
            return Ok(None);
        }
        let text = self.texts.value(row);
        if self.last.as_ref().is_none_or(|(known, _)| known != text) {
            let pattern = DateTimePattern::compile(text).map_err(external)?;
            if self.readable {
                pattern.expect_readable().map_err(external)?;
            }
            self.last = Some((text.to_string(), pattern));
        }
        Ok(self.last.as_ref().map(|(_, pattern)| pattern))
    }
}

pub(super) fn date_format(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let arguments = vec![expect(call, 0, &timestamp())?, expect(call, 1, &DataType::Utf8)?];
    Ok(typed("date_format", format_kernel, DataType::Utf8, any_nullable(call), arguments))
}

fn format_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let instants = inputs.primitive::<TimestampMicrosecondType>(0)?;
    let zone = Zone::parse(inputs.time_zone()).map_err(external)?;
    print(inputs, instants.iter().map(|instant| instant.map(|micros| Moment::at(micros, zone))))
}

/// `from_unixtime(seconds[, format])`
pub(super) fn from_unixtime(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let seconds = inputs.primitive::<Int64Type>(0)?;
        let zone = Zone::parse(inputs.time_zone()).map_err(external)?;
        print(inputs, seconds.iter().map(|s| s.map(|s| Moment::at(s.wrapping_mul(SECOND), zone))))
    }
    call.expect_arguments(1..=2)?;
    let format =
        if call.arguments.len() == 2 { expect(call, 1, &DataType::Utf8)? } else { lit(DEFAULT_PATTERN) };
    let arguments = vec![expect(call, 0, &DataType::Int64)?, format];
    Ok(typed("from_unixtime", kernel, DataType::Utf8, any_nullable(call), arguments))
}

/// Prints moments by the patterns of the second argument.
fn print(inputs: &Inputs<'_>, moments: impl Iterator<Item = Option<Moment>>) -> DataFusionResult<ArrayRef> {
    let mut patterns = Patterns::new(inputs, 1, false)?;
    let mut result = StringBuilder::with_capacity(inputs.rows, inputs.rows * DEFAULT_PATTERN.len());
    let mut text = String::new();
    for (row, moment) in moments.enumerate() {
        match (moment, patterns.get(row)?) {
            (Some(moment), Some(pattern)) => {
                text.clear();
                pattern.format(&moment, &mut text);
                result.append_value(&text);
            }
            _ => result.append_null(),
        }
    }
    Ok(Arc::new(result.finish()))
}

/// What reading text yields, and what happens when it cannot be read.
fn read(
    call: &Call<'_>,
    to: &DataType,
    forgiving: bool,
    strict: (&'static str, Invoke),
    lenient: (&'static str, Invoke),
) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    if *call.arguments[0].data_type() == DataType::Boolean {
        let mut call = call.with_arguments(call.arguments.clone());
        call.arguments[0] = as_text(&call)?;
        return read(&call, to, forgiving, strict, lenient);
    }
    if call.arguments.len() == 2 && crate::types::is_numeric(call.arguments[0].data_type()) {
        // Spark does not get further than this either.
        return Err(Error::internal(format!("{} with a format does not read numbers", call.name)));
    }
    if call.arguments.len() == 1 || !is_string(call.arguments[0].data_type()) {
        let to = Field::new(call.name, to.clone(), true);
        if forgiving && crate::types::is_numeric(call.arguments[0].data_type()) {
            // Spark forgives by leaving out ANSI, which is not the same as `try_cast` for numbers.
            let context = Context { ansi: false, ..call.context.clone() };
            return cast::cast(&call.arguments[0], &to, CastMode::Session, &context);
        }
        let mode = if forgiving { CastMode::Try } else { CastMode::Session };
        return cast::cast(&call.arguments[0], &to, mode, call.context);
    }
    let arguments = vec![expect(call, 0, &DataType::Utf8)?, expect(call, 1, &DataType::Utf8)?];
    let (name, kernel) = if forgiving || !call.context.ansi { lenient } else { strict };
    Ok(typed(name, kernel, to.clone(), true, arguments))
}

/// The first argument as a text.
fn as_text(call: &Call<'_>) -> Result<Argument> {
    let field = Arc::new(Field::new(call.arguments[0].name(), DataType::Utf8, true));
    Ok(Argument { expr: expect(call, 0, &DataType::Utf8)?, field, keyword: None })
}

pub(super) fn to_date(call: &Call<'_>) -> Result<Expr> {
    read_date(call, false)
}

pub(super) fn try_to_date(call: &Call<'_>) -> Result<Expr> {
    read_date(call, true)
}

/// What is neither text nor a date is read by its text.
fn read_date(call: &Call<'_>, forgiving: bool) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let date =
        matches!(call.arguments[0].data_type(), DataType::Date32 | DataType::Timestamp(..) | DataType::Null);
    let mut call = call.with_arguments(call.arguments.clone());
    if !date && !is_string(call.arguments[0].data_type()) {
        call.arguments[0] = as_text(&call)?;
    }
    read(&call, &DataType::Date32, forgiving, ("to_date", strict_date), ("try_to_date", lenient_date))
}

const STRICT: (&str, Invoke) = ("to_timestamp", strict_timestamp);
const LENIENT: (&str, Invoke) = ("try_to_timestamp", lenient_timestamp);

pub(super) fn to_timestamp(call: &Call<'_>) -> Result<Expr> {
    read(call, &timestamp(), false, STRICT, LENIENT)
}

pub(super) fn try_to_timestamp(call: &Call<'_>) -> Result<Expr> {
    read(call, &timestamp(), true, STRICT, LENIENT)
}

pub(super) fn to_timestamp_ntz(call: &Call<'_>) -> Result<Expr> {
    read(call, &TIMESTAMP_NTZ, false, STRICT, LENIENT)
}

fn strict_date(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    dates(inputs, true)
}

fn lenient_date(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    dates(inputs, false)
}

fn dates(inputs: &Inputs<'_>, strict: bool) -> DataFusionResult<ArrayRef> {
    let zone = Zone::parse(inputs.time_zone()).map_err(external)?;
    let mut result = Date32Array::builder(inputs.rows);
    // A text that names its zone is an instant first and a date of the session's zone then.
    let date = |parsed: Parsed| match parsed.zone() {
        Some(_) => parsed.instant(zone).map(|micros| zone.to_local(micros).div_euclid(DAY) as i32),
        None => parsed.time().and(parsed.date()),
    };
    parse(inputs, strict, date, |value| result.append_option(value))?;
    Ok(Arc::new(result.finish()))
}

fn strict_timestamp(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    timestamps(inputs, true)
}

fn lenient_timestamp(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    timestamps(inputs, false)
}

fn timestamps(inputs: &Inputs<'_>, strict: bool) -> DataFusionResult<ArrayRef> {
    let zone = Zone::parse(inputs.time_zone()).map_err(external)?;
    let local = *inputs.returns == TIMESTAMP_NTZ;
    let mut result = Timestamps::builder(inputs.rows).with_data_type(inputs.returns.clone());
    let micros = |parsed: Parsed| if local { parsed.local() } else { parsed.instant(zone) };
    parse(inputs, strict, micros, |value| result.append_option(value))?;
    Ok(Arc::new(result.finish()))
}

/// Reads the first argument by the second; what cannot be read is an error or NULL.
pub(super) fn parse<T>(
    inputs: &Inputs<'_>,
    strict: bool,
    value: impl Fn(Parsed) -> Option<T>,
    mut append: impl FnMut(Option<T>),
) -> DataFusionResult<()> {
    let texts = inputs.strings(0)?;
    let mut patterns = Patterns::new(inputs, 1, true)?;
    for (row, text) in texts.iter().enumerate() {
        let (Some(text), Some(pattern)) = (text, patterns.get(row)?) else {
            append(None);
            continue;
        };
        let parsed = pattern.parse(text).and_then(&value);
        if parsed.is_none() && strict {
            return Err(external(unreadable(text)));
        }
        append(parsed);
    }
    Ok(())
}

fn unreadable(text: &str) -> Error {
    Error::runtime(RuntimeClass::DateTime, "CANNOT_PARSE_TIMESTAMP")
        .with("message", format!("Text '{text}' could not be parsed"))
        .with("func", "`try_to_timestamp`")
}

/// `unix_timestamp([value[, format]])`: seconds since the epoch.
pub(super) fn unix_timestamp(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=2)?;
    if call.arguments.is_empty() {
        return Ok(lit(call.context.now_micros.div_euclid(SECOND)));
    }
    to_unix_timestamp(call)
}

pub(super) fn to_unix_timestamp(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let argument = &call.arguments[0];
    if is_string(argument.data_type()) {
        let format = if call.arguments.len() == 2 { only_string(call, 1)? } else { lit(DEFAULT_PATTERN) };
        let (name, kernel): (_, Invoke) = if call.context.ansi {
            ("to_unix_timestamp", strict_seconds)
        } else {
            ("try_to_unix_timestamp", lenient_seconds)
        };
        return Ok(typed(name, kernel, DataType::Int64, true, vec![argument.expr.clone(), format]));
    }
    if call.arguments.len() == 2 {
        only_string(call, 1)?;
    }
    // Towards zero, unlike `unix_seconds`.
    let seconds = |inputs: &Inputs<'_>| -> DataFusionResult<ArrayRef> {
        let instants = inputs.primitive::<TimestampMicrosecondType>(0)?;
        Ok(Arc::new(instants.unary::<_, Int64Type>(|micros| micros / SECOND)))
    };
    let arguments = vec![expect(call, 0, &timestamp())?];
    Ok(typed("to_unix_timestamp", seconds, DataType::Int64, argument.nullable(), arguments))
}

fn strict_seconds(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    seconds(inputs, true)
}

fn lenient_seconds(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    seconds(inputs, false)
}

fn seconds(inputs: &Inputs<'_>, strict: bool) -> DataFusionResult<ArrayRef> {
    let zone = Zone::parse(inputs.time_zone()).map_err(external)?;
    let mut result = Int64Array::builder(inputs.rows);
    let value = |parsed: Parsed| parsed.instant(zone).map(|micros| micros / SECOND);
    parse(inputs, strict, value, |value| result.append_option(value))?;
    Ok(Arc::new(result.finish()))
}
