//! What the log says of a file's values, for planning and for leaving files out.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, UInt64Array};
use arrow::datatypes::{DataType, FieldRef, SchemaRef, TimeUnit};
use datafusion::common::pruning::PruningStatistics;
use datafusion::common::stats::Precision;
use datafusion::common::{Column, ColumnStatistics, ScalarValue, Statistics};
use functions::datetime::zone::Zone;
use serde_json::Value;

use crate::file::DataFile;
use crate::partition::from_text;

/// How many microseconds the statistics of a timestamp may be too low: they are cut off at milliseconds.
const CUT_OFF_MICROS: i64 = 999;

/// The statistics of a file: those of its own columns, by their names in files, then its partition values, which all rows
/// share.
pub(crate) fn statistics(
    file: &DataFile,
    columns: &[(String, FieldRef)],
    values: &[ScalarValue],
) -> Statistics {
    let known = file.stats.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let known = known.unwrap_or(Value::Null);
    let whole = file.deletion.is_none();
    let rows = known.get("numRecords").and_then(Value::as_u64).and_then(|rows| usize::try_from(rows).ok());
    let deleted = usize::try_from(file.deleted()).unwrap_or_default();
    let rows = match rows {
        Some(rows) if whole => Precision::Exact(rows),
        Some(rows) => Precision::Inexact(rows.saturating_sub(deleted)),
        None => Precision::Absent,
    };
    let mut columns: Vec<ColumnStatistics> =
        columns.iter().map(|(name, field)| column(&known, name, field.data_type(), whole)).collect();
    columns.extend(values.iter().map(|value| constant(value, rows)));
    let size = usize::try_from(file.size).unwrap_or(usize::MAX);
    Statistics { num_rows: rows, total_byte_size: Precision::Inexact(size), column_statistics: columns }
}

fn column(known: &Value, name: &str, data_type: &DataType, whole: bool) -> ColumnStatistics {
    let of = |kind: &str| known.get(kind).and_then(|values| values.get(name));
    let nulls = of("nullCount").and_then(Value::as_u64).and_then(|nulls| usize::try_from(nulls).ok());
    let bound = |kind: &str, is_maximum: bool| {
        // Writers differ in whether a maximum tells of NaN, which is above all numbers.
        let hides_nan = is_maximum && data_type.is_floating();
        let value = of(kind).filter(|_| !hides_nan).and_then(|value| scalar(value, data_type, is_maximum));
        match value {
            Some(value) if whole && is_exact(data_type) => Precision::Exact(value),
            Some(value) => Precision::Inexact(value),
            None => Precision::Absent,
        }
    };
    ColumnStatistics {
        null_count: match nulls {
            Some(nulls) if whole => Precision::Exact(nulls),
            Some(nulls) => Precision::Inexact(nulls),
            None => Precision::Absent,
        },
        min_value: bound("minValues", false),
        max_value: bound("maxValues", true),
        ..ColumnStatistics::new_unknown()
    }
}

/// All rows of a file have the same partition value; null is one of them.
fn constant(value: &ScalarValue, rows: Precision<usize>) -> ColumnStatistics {
    if value.is_null() {
        return ColumnStatistics { null_count: rows, ..ColumnStatistics::new_unknown() };
    }
    ColumnStatistics {
        null_count: Precision::Exact(0),
        min_value: Precision::Exact(value.clone()),
        max_value: Precision::Exact(value.clone()),
        distinct_count: Precision::Exact(1),
        ..ColumnStatistics::new_unknown()
    }
}

/// Whether the log holds minima and maxima of the type as they are: texts are cut, times are cut off, and floating numbers
/// may have been written without their NaNs.
fn is_exact(data_type: &DataType) -> bool {
    data_type.is_integer() || matches!(data_type, DataType::Date32 | DataType::Decimal128(..))
}

/// A minimum or maximum; `None` where it is not understood.
fn scalar(value: &Value, data_type: &DataType, is_maximum: bool) -> Option<ScalarValue> {
    let micros =
        |text: &str| instant(text).map(|micros| if is_maximum { micros + CUT_OFF_MICROS } else { micros });
    Some(match data_type {
        DataType::Int8 => ScalarValue::Int8(Some(i8::try_from(value.as_i64()?).ok()?)),
        DataType::Int16 => ScalarValue::Int16(Some(i16::try_from(value.as_i64()?).ok()?)),
        DataType::Int32 => ScalarValue::Int32(Some(i32::try_from(value.as_i64()?).ok()?)),
        DataType::Int64 => ScalarValue::Int64(Some(value.as_i64()?)),
        DataType::Float32 => ScalarValue::Float32(Some(value.as_f64()? as f32)),
        DataType::Float64 => ScalarValue::Float64(Some(value.as_f64()?)),
        DataType::Utf8 => ScalarValue::Utf8(Some(value.as_str()?.to_string())),
        DataType::Utf8View => ScalarValue::Utf8View(Some(value.as_str()?.to_string())),
        DataType::Boolean => ScalarValue::Boolean(Some(value.as_bool()?)),
        DataType::Decimal128(_, _) => from_text(&number_text(value)?, data_type, Zone::UTC).ok()?,
        DataType::Date32 => from_text(value.as_str()?, data_type, Zone::UTC).ok()?,
        DataType::Timestamp(TimeUnit::Microsecond, zone) => {
            ScalarValue::TimestampMicrosecond(Some(micros(value.as_str()?)?), zone.clone())
        }
        _ => return None,
    })
}

fn number_text(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()).filter(|text| !text.contains(['e', 'E'])),
        Value::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// `2024-02-29T12:34:56.123Z`, `2024-02-29T01:02:03.500+01:00`, or without a zone.
fn instant(text: &str) -> Option<i64> {
    if let Ok(time) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_micros());
    }
    let time = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(time.and_utc().timestamp_micros())
}

/// The bounds of files, a container a file.
pub(crate) struct Bounds {
    pub statistics: Vec<Arc<Statistics>>,
    pub schema: SchemaRef,
}

impl Bounds {
    fn values(
        &self,
        column: &Column,
        of: impl Fn(&ColumnStatistics) -> &Precision<ScalarValue>,
    ) -> Option<ArrayRef> {
        let (index, field) = self.schema.column_with_name(column.name())?;
        let null = ScalarValue::try_from(field.data_type()).ok()?;
        let values = self.statistics.iter().map(|file| {
            let known = file.column_statistics.get(index).and_then(|known| of(known).get_value());
            known.cloned().unwrap_or_else(|| null.clone())
        });
        ScalarValue::iter_to_array(values).ok()
    }

    fn counts(&self, of: impl Fn(&Statistics) -> Option<usize>) -> Option<ArrayRef> {
        let counts = self.statistics.iter().map(|file| of(file).map(|count| count as u64));
        Some(Arc::new(counts.collect::<UInt64Array>()))
    }
}

impl PruningStatistics for Bounds {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.values(column, |known| &known.min_value)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.values(column, |known| &known.max_value)
    }

    fn num_containers(&self) -> usize {
        self.statistics.len()
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        let (index, _) = self.schema.column_with_name(column.name())?;
        self.counts(|file| {
            let exact = |count: &Precision<usize>| match count {
                Precision::Exact(count) => Some(*count),
                _ => None,
            };
            exact(&file.column_statistics.get(index)?.null_count)
        })
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        self.counts(|file| match file.num_rows {
            Precision::Exact(rows) => Some(rows),
            _ => None,
        })
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read_by_type() {
        use serde_json::json;
        let cases = [
            (json!(5), DataType::Int32, ScalarValue::Int32(Some(5))),
            (json!("2024-01-01"), DataType::Date32, ScalarValue::Date32(Some(19723))),
            (json!(1.5), DataType::Decimal128(10, 2), ScalarValue::Decimal128(Some(150), 10, 2)),
            (
                json!("1970-01-01T00:00:00.001Z"),
                DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
                ScalarValue::TimestampMicrosecond(Some(1999), Some("UTC".into())),
            ),
        ];
        for (value, data_type, expected) in cases {
            assert_eq!(scalar(&value, &data_type, true), Some(expected));
        }
        assert_eq!(scalar(&json!("NaN"), &DataType::Float64, true), None);
    }
}
