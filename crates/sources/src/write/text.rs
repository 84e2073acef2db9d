//! Columns as texts, the way CSV and JSON files spell values.

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Date32Type, Field, TimeUnit, TimestampMicrosecondType};
use functions::cast::format::{Style, to_string_array};
use functions::cast::zone::Zone as CastZone;
use functions::datetime::pattern::{DateTimePattern, Moment};
use functions::datetime::zone::Zone;
use functions::types::from_field;
use lang::Result;

use crate::option::OptionReader;

/// How dates and timestamps are written.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    zone: Zone,
    cast_zone: CastZone,
    date: Option<DateTimePattern>,
    timestamp: DateTimePattern,
    timestamp_ntz: DateTimePattern,
}

/// The patterns of one write; Spark's defaults have milliseconds and, for instants, an offset.
///
/// # Errors
/// Malformed patterns and time zones.
pub(crate) fn timestamp_patterns(options: &OptionReader<'_>, session_zone: Zone) -> Result<Texts> {
    let pattern = |key: &str, default: &str| DateTimePattern::compile(options.text(key).unwrap_or(default));
    let zone = options.text("timezone").map_or(Ok(session_zone), Zone::parse)?;
    Ok(Texts {
        cast_zone: CastZone::parse(&zone.id())?,
        zone,
        date: options.text("dateformat").map(DateTimePattern::compile).transpose()?,
        timestamp: pattern("timestampformat", "yyyy-MM-dd'T'HH:mm:ss[.SSS][XXX]")?,
        timestamp_ntz: pattern("timestampntzformat", "yyyy-MM-dd'T'HH:mm:ss[.SSS]")?,
    })
}

impl Texts {
    /// The values of a column that is not nested; nulls stay null.
    ///
    /// # Errors
    /// Types that have no text.
    pub(crate) fn column(&self, array: &ArrayRef, field: &Field) -> Result<StringArray> {
        match array.data_type() {
            DataType::Utf8 => Ok(array.as_string::<i32>().clone()),
            DataType::Date32 if self.date.is_some() => {
                let days = array.as_primitive::<Date32Type>();
                Ok(self.print(self.date.as_ref(), days.iter().map(|d| d.map(Moment::date)), array.len()))
            }
            DataType::Timestamp(TimeUnit::Microsecond, zone) => {
                let micros = array.as_primitive::<TimestampMicrosecondType>();
                let pattern = if zone.is_some() { &self.timestamp } else { &self.timestamp_ntz };
                let moment = |micros| match zone {
                    Some(_) => Moment::at(micros, self.zone),
                    None => Moment::local(micros),
                };
                Ok(self.print(Some(pattern), micros.iter().map(|m| m.map(moment)), array.len()))
            }
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
                to_string_array(array, &from_field(field), self.cast_zone, Style::Show)
            }
            _ => to_string_array(array, &from_field(field), self.cast_zone, Style::LegacyCast),
        }
    }

    fn print(
        &self,
        pattern: Option<&DateTimePattern>,
        moments: impl Iterator<Item = Option<Moment>>,
        rows: usize,
    ) -> StringArray {
        let mut builder = StringBuilder::with_capacity(rows, rows * 24);
        let mut text = String::new();
        for moment in moments {
            match (moment, pattern) {
                (Some(moment), Some(pattern)) => {
                    text.clear();
                    pattern.format(&moment, &mut text);
                    builder.append_value(&text);
                }
                _ => builder.append_null(),
            }
        }
        builder.finish()
    }
}
