//! The values of partition columns: texts in the log, and what rows have.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, Field, TimeUnit, TimestampMicrosecondType};
use datafusion::common::ScalarValue;
use functions::cast::format::{Style, to_string_array};
use functions::cast::zone::Zone as CastZone;
use functions::datetime::zone::Zone;
use functions::types::from_field;
use lang::{Error, ErrorKind, Result};

use crate::error::from_arrow;

/// The folder name that stands for a null value.
const NULL_FOLDER: &str = "__HIVE_DEFAULT_PARTITION__";

/// A value by the text that the log has of it.
///
/// # Errors
/// `DELTA_FAILED_CAST_PARTITION_VALUE`
pub(crate) fn from_text(text: &str, data_type: &DataType, zone: Zone) -> Result<ScalarValue> {
    let failed = || {
        let shown = from_field(&Field::new("value", data_type.clone(), true)).simple_string();
        Error::new(ErrorKind::Data, "DELTA_FAILED_CAST_PARTITION_VALUE")
            .with("value", text)
            .with("dataType", shown)
    };
    if let DataType::Timestamp(TimeUnit::Microsecond, stored) = data_type {
        let micros = instant(text, stored.as_ref().map(|_| zone)).ok_or_else(failed)?;
        return Ok(ScalarValue::TimestampMicrosecond(Some(micros), stored.clone()));
    }
    let texts: ArrayRef = Arc::new(StringArray::from(vec![text]));
    let cast = arrow::compute::cast(&texts, data_type).map_err(|_| failed())?;
    match cast.is_valid(0) {
        true => ScalarValue::try_from_array(&cast, 0).map_err(|_| failed()),
        false => Err(failed()),
    }
}

/// A value of a file's map of partition values; empty texts are NULL.
///
/// # Errors
/// As [`from_text`].
pub(crate) fn value(text: Option<&String>, data_type: &DataType, zone: Zone) -> Result<ScalarValue> {
    match text {
        Some(text) if !text.is_empty() => from_text(text, data_type, zone),
        _ => ScalarValue::try_from(data_type).map_err(crate::error::from_datafusion),
    }
}

/// `2024-01-01 12:00:00.5` on the clock of a zone, or `2024-01-01T12:00:00.500000Z`.
pub(crate) fn instant(text: &str, zone: Option<Zone>) -> Option<i64> {
    if let Ok(time) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_micros());
    }
    let formats = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M"];
    let time = formats.iter().find_map(|f| chrono::NaiveDateTime::parse_from_str(text, f).ok());
    let time = match time {
        Some(time) => time,
        None => chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?,
    };
    let local = time.and_utc().timestamp_micros();
    Some(zone.map_or(local, |zone| zone.to_instant(local)))
}

/// The texts that the log has of values; empty texts and NULL are both NULL.
///
/// # Errors
/// Types that no partition column has.
pub(crate) fn texts(values: &ArrayRef, field: &Field) -> Result<StringArray> {
    let plain = match values.data_type() {
        DataType::Utf8View => arrow::compute::cast(values, &DataType::Utf8).map_err(from_arrow)?,
        DataType::BinaryView => arrow::compute::cast(values, &DataType::Binary).map_err(from_arrow)?,
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => return Ok(instants(values)),
        _ => Arc::clone(values),
    };
    let texts = to_string_array(&plain, &from_field(field), CastZone::UTC, Style::Cast)?;
    Ok(texts.iter().map(|text| text.filter(|text| !text.is_empty())).collect())
}

/// Instants as texts that mean the same in every zone.
fn instants(values: &ArrayRef) -> StringArray {
    let values = values.as_primitive::<TimestampMicrosecondType>();
    let text = |micros: Option<i64>| {
        let time = chrono::DateTime::from_timestamp_micros(micros?)?;
        Some(time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
    };
    values.iter().map(text).collect()
}

/// The folder of files with these values: `a=1/b=x`. Readers go by the log, so only file systems have to like it.
pub(crate) fn folder<'a>(values: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> String {
    let parts: Vec<String> = values
        .map(|(name, value)| format!("{}={}", escape(name), value.map_or(NULL_FOLDER.to_string(), escape)))
        .collect();
    parts.join("/")
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{0}'..='\u{1f}'
            | '\u{7f}'
            | '"'
            | '#'
            | '%'
            | '\''
            | '*'
            | '/'
            | ':'
            | '='
            | '?'
            | '\\'
            | '{'
            | '['
            | ']'
            | '^' => out.push_str(&format!("%{:02X}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_there_and_back() {
        let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        for (text, data_type) in [
            ("2024-02-29", DataType::Date32),
            ("-7", DataType::Int16),
            ("1.50", DataType::Decimal128(10, 2)),
            ("true", DataType::Boolean),
            ("2024-02-29T12:34:56.123456Z", time),
            ("a/b=c", DataType::Utf8),
        ] {
            let value = from_text(text, &data_type, Zone::UTC).expect(text);
            let array = value.to_array().expect(text);
            let back = texts(&array, &Field::new("p", data_type, true)).expect(text);
            assert_eq!(back.value(0), text);
        }
        assert!(from_text("x", &DataType::Int32, Zone::UTC).is_err());
    }
}
