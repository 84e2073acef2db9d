//! Values as text: casts to string and what `show()` prints.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, IntervalMonthDayNanoType, IntervalYearMonthType, Time64NanosecondType,
    TimestampMicrosecondType,
};
use lang::{DataType as Spark, Error, Result};

use super::calendar::{MICROS_PER_DAY, NANOS_PER_MICRO, civil_of_days};
use super::format_interval::{write_calendar, write_day_time, write_year_month};
use super::format_number::{write_decimal, write_decimal_scientific, write_double, write_float};
use super::zone::Zone;
use crate::variant::{self, column::Variants};
use crate::{error, types};

/// Who asks for the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A cast to string.
    Cast,
    /// A cast to string without ANSI: small decimals have an exponent.
    LegacyCast,
    /// `show()`: binary as hexadecimal bytes, nested nulls as `NULL`.
    Show,
}

/// Writes the value of one row, which is not null.
type Print = Box<dyn Fn(usize, &mut String)>;

/// Every value of `array` (of the Spark type `source`) as text; nulls stay null.
///
/// # Errors
/// Types that have no text are refused, malformed variants too.
pub fn to_string_array(array: &ArrayRef, source: &Spark, zone: Zone, style: Style) -> Result<StringArray> {
    if *source == Spark::Null {
        return Ok(StringArray::new_null(array.len()));
    }
    let print = printer(array, source, zone, style)?;
    let mut builder = StringBuilder::with_capacity(array.len(), array.len() * 8);
    let mut text = String::new();
    for row in 0..array.len() {
        if array.is_null(row) {
            builder.append_null();
            continue;
        }
        text.clear();
        print(row, &mut text);
        builder.append_value(&text);
    }
    Ok(builder.finish())
}

/// A printer for the values of `array`, its type looked at once.
fn printer(array: &ArrayRef, source: &Spark, zone: Zone, style: Style) -> Result<Print> {
    match source {
        Spark::Array { element, .. } => return print_list(array, element, zone, style),
        Spark::Map { key, value, .. } => return print_map(array, key, value, zone, style),
        Spark::Struct(schema) => {
            let children: Vec<_> = schema.fields.iter().map(|f| &f.data_type).collect();
            return print_struct(array, &children, zone, style);
        }
        Spark::Udt { sql_type, .. } => return printer(array, sql_type, zone, style),
        Spark::Variant => return print_variant(array),
        Spark::Null => return Ok(Box::new(|_, _| {})),
        _ => {}
    }
    let expected = types::to_arrow(source);
    if *array.data_type() != expected {
        let array = arrow::compute::cast(array, &expected).map_err(|e| error::from_arrow(&e))?;
        return print_scalar(&array, source, zone, style);
    }
    print_scalar(array, source, zone, style)
}

fn print_scalar(array: &ArrayRef, source: &Spark, zone: Zone, style: Style) -> Result<Print> {
    macro_rules! primitive {
        ($t:ty, |$value:ident, $out:ident| $write:expr) => {{
            let array = array.as_primitive::<$t>().clone();
            Box::new(move |row: usize, $out: &mut String| {
                let $value = array.value(row);
                let _ = $write;
            })
        }};
    }
    Ok(match (source, array.data_type()) {
        (Spark::YearMonthInterval { start, end }, _) => {
            let (start, end) = (*start, *end);
            primitive!(IntervalYearMonthType, |value, out| write_year_month(value, start, end, out))
        }
        (Spark::DayTimeInterval { start, end }, _) => {
            let (start, end) = (*start, *end);
            primitive!(DurationMicrosecondType, |value, out| write_day_time(value, start, end, out))
        }
        (Spark::CalendarInterval, _) => primitive!(IntervalMonthDayNanoType, |value, out| write_calendar(
            value.months,
            value.days,
            value.nanoseconds / NANOS_PER_MICRO,
            out
        )),
        (Spark::Timestamp, _) => {
            primitive!(TimestampMicrosecondType, |value, out| write_timestamp(zone.to_local(value), out))
        }
        (Spark::TimestampNtz, _) => {
            primitive!(TimestampMicrosecondType, |value, out| write_timestamp(value, out))
        }
        (_, DataType::Boolean) => {
            let array = array.as_boolean().clone();
            Box::new(move |row, out| out.push_str(if array.value(row) { "true" } else { "false" }))
        }
        (_, DataType::Int8) => primitive!(Int8Type, |value, out| write!(out, "{value}")),
        (_, DataType::Int16) => primitive!(Int16Type, |value, out| write!(out, "{value}")),
        (_, DataType::Int32) => primitive!(Int32Type, |value, out| write!(out, "{value}")),
        (_, DataType::Int64) => primitive!(Int64Type, |value, out| write!(out, "{value}")),
        (_, DataType::Float32) => primitive!(Float32Type, |value, out| write_float(value, out)),
        (_, DataType::Float64) => primitive!(Float64Type, |value, out| write_double(value, out)),
        (_, DataType::Decimal128(_, scale)) => {
            let (scale, plain) = (*scale, style != Style::LegacyCast);
            primitive!(Decimal128Type, |value, out| match plain {
                true => write_decimal(value, scale, out),
                false => write_decimal_scientific(value, scale, out),
            })
        }
        (_, DataType::Utf8) => {
            let array = array.as_string::<i32>().clone();
            Box::new(move |row, out| out.push_str(array.value(row)))
        }
        (_, DataType::Binary) => {
            let array = array.as_binary::<i32>().clone();
            Box::new(move |row, out| write_binary(array.value(row), style, out))
        }
        (_, DataType::Date32) => primitive!(Date32Type, |value, out| write_date(i64::from(value), out)),
        (_, DataType::Time64(_)) => {
            primitive!(Time64NanosecondType, |value, out| write_time(value / NANOS_PER_MICRO, out))
        }
        (_, other) => return Err(Error::unsupported(format!("{other} values as text"))),
    })
}

/// Prints child values, nulls included.
fn print_child(array: &ArrayRef, source: &Spark, zone: Zone, style: Style) -> Result<Print> {
    let print = printer(array, source, zone, style)?;
    let null = if style == Style::Show { "NULL" } else { "null" };
    let always_null = *source == Spark::Null;
    let nulls = array.logical_nulls();
    Ok(Box::new(move |row, out| {
        if always_null || nulls.as_ref().is_some_and(|n| n.is_null(row)) {
            out.push_str(null)
        } else {
            print(row, out)
        }
    }))
}

/// Variants as JSON, timestamps in UTC whatever the session's zone is.
fn print_variant(array: &ArrayRef) -> Result<Print> {
    let variants = Variants::of(array)?;
    let mut texts = vec![String::new(); variants.len()];
    for (row, text) in texts.iter_mut().enumerate() {
        if let Some(variant) = variants.get(row) {
            variant::json::write(&variant, &Zone::UTC, text)?;
        }
    }
    Ok(Box::new(move |row, out| out.push_str(&texts[row])))
}

fn print_list(array: &ArrayRef, element: &Spark, zone: Zone, style: Style) -> Result<Print> {
    let array = match array.data_type() {
        DataType::List(_) => Arc::clone(array),
        other => {
            let field = types::to_field("element", element, true);
            arrow::compute::cast(array, &DataType::List(Arc::new(field)))
                .map_err(|_| Error::unsupported(format!("{other} values as text")))?
        }
    };
    let list = array.as_list::<i32>().clone();
    let print = print_child(list.values(), element, zone, style)?;
    Ok(Box::new(move |row, out| {
        let offsets = list.value_offsets();
        write_separated(offsets[row] as usize..offsets[row + 1] as usize, "[", "]", out, &print);
    }))
}

fn print_map(array: &ArrayRef, key: &Spark, value: &Spark, zone: Zone, style: Style) -> Result<Print> {
    let map = array.as_map_opt().ok_or_else(|| Error::internal("a map that is not an Arrow map"))?.clone();
    let keys = print_child(map.keys(), key, zone, style)?;
    let values = print_child(map.values(), value, zone, style)?;
    let print: Print = Box::new(move |row, out| {
        keys(row, out);
        out.push_str(" -> ");
        values(row, out);
    });
    Ok(Box::new(move |row, out| {
        let offsets = map.value_offsets();
        write_separated(offsets[row] as usize..offsets[row + 1] as usize, "{", "}", out, &print);
    }))
}

fn print_struct(array: &ArrayRef, children: &[&Spark], zone: Zone, style: Style) -> Result<Print> {
    let array =
        array.as_struct_opt().ok_or_else(|| Error::internal("a struct that is not an Arrow struct"))?;
    let columns = array.columns().iter().zip(children);
    let prints =
        columns.map(|(column, child)| print_child(column, child, zone, style)).collect::<Result<Vec<_>>>()?;
    Ok(Box::new(move |row, out| {
        write_separated(0..prints.len(), "{", "}", out, &|index: usize, out: &mut String| {
            prints[index](row, out)
        });
    }))
}

fn write_separated(
    range: std::ops::Range<usize>,
    open: &str,
    close: &str,
    out: &mut String,
    print: &dyn Fn(usize, &mut String),
) {
    out.push_str(open);
    let first = range.start;
    for index in range {
        if index > first {
            out.push_str(", ");
        }
        print(index, out);
    }
    out.push_str(close);
}

fn write_binary(bytes: &[u8], style: Style, out: &mut String) {
    if style != Style::Show {
        return out.push_str(&String::from_utf8_lossy(bytes));
    }
    out.push('[');
    for (index, byte) in bytes.iter().enumerate() {
        let _ = write!(out, "{}{byte:02X}", if index > 0 { " " } else { "" });
    }
    out.push(']');
}

/// `2024-01-31`; years beyond 9999 have a sign.
pub fn write_date(days: i64, out: &mut String) {
    let civil = civil_of_days(days);
    let _ = match civil.year {
        0..=9999 => write!(out, "{:04}", civil.year),
        10_000.. => write!(out, "+{}", civil.year),
        _ => write!(out, "-{:04}", civil.year.unsigned_abs()),
    };
    let _ = write!(out, "-{:02}-{:02}", civil.month, civil.day);
}

/// `2024-01-31 12:00:00.5` from wall-clock microseconds.
pub fn write_timestamp(local_micros: i64, out: &mut String) {
    write_date(local_micros.div_euclid(MICROS_PER_DAY), out);
    out.push(' ');
    write_time(local_micros.rem_euclid(MICROS_PER_DAY), out);
}

/// `12:00:00.5`, without trailing zeros.
pub fn write_time(micros_of_day: i64, out: &mut String) {
    let seconds = micros_of_day / 1_000_000;
    let _ = write!(out, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    write_fraction(micros_of_day % 1_000_000, out);
}

/// `.5` for 500 000 microseconds; nothing for none.
pub(super) fn write_fraction(micros: i64, out: &mut String) {
    if micros != 0 {
        let _ = write!(out, ".{micros:06}");
        out.truncate(out.trim_end_matches('0').len());
    }
}
