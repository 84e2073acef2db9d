//! The statistics of a file that has just been written, as the log has them.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Schema};
use chrono::{DateTime, NaiveDate, TimeDelta};
use datafusion::common::ScalarValue;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::file::metadata::ParquetMetaData;

/// The JSON text of the statistics of a file with so many rows. `unordered` says of each column whether it holds values
/// that Parquet's statistics pass over.
pub(super) fn json(
    metadata: &ParquetMetaData,
    schema: &Schema,
    indexed: usize,
    unordered: &[bool],
) -> String {
    let rows: i64 = metadata.row_groups().iter().map(|group| group.num_rows()).sum();
    let (mut minima, mut maxima, mut nulls) = (Vec::new(), Vec::new(), Vec::new());
    for (place, field) in schema.fields().iter().enumerate().take(indexed) {
        if field.data_type().is_nested() {
            continue;
        }
        let parquet = metadata.file_metadata().schema_descr();
        let Ok(column) = StatisticsConverter::try_new(field.name(), schema, parquet) else { continue };
        let name = quoted(field.name());
        let groups = || metadata.row_groups().iter();
        if let Ok(counts) = column.row_group_null_counts(groups())
            && counts.null_count() == 0
        {
            nulls.push(format!("{name}:{}", counts.values().iter().sum::<u64>()));
        }
        if unordered.get(place) == Some(&true) {
            continue;
        }
        let minimum = column.row_group_mins(groups()).ok().and_then(|values| extreme(&values, true));
        let maximum = column.row_group_maxes(groups()).ok().and_then(|values| extreme(&values, false));
        if let (Some(minimum), Some(maximum)) =
            (minimum.and_then(|value| text(&value)), maximum.and_then(|value| text(&value)))
        {
            minima.push(format!("{name}:{minimum}"));
            maxima.push(format!("{name}:{maximum}"));
        }
    }
    format!(
        "{{\"numRecords\":{rows},\"minValues\":{{{}}},\"maxValues\":{{{}}},\"nullCount\":{{{}}}}}",
        minima.join(","),
        maxima.join(","),
        nulls.join(",")
    )
}

/// Marks the columns that hold NaN.
pub(super) fn mark_unordered(batch: &RecordBatch, unordered: &mut Vec<bool>) {
    unordered.resize(batch.num_columns(), false);
    for (mark, column) in unordered.iter_mut().zip(batch.columns()) {
        *mark = *mark || has_nan(column);
    }
}

fn has_nan(column: &ArrayRef) -> bool {
    match column.data_type() {
        DataType::Float32 => column.as_primitive::<Float32Type>().iter().flatten().any(f32::is_nan),
        DataType::Float64 => column.as_primitive::<Float64Type>().iter().flatten().any(f64::is_nan),
        _ => false,
    }
}

/// The least or greatest of the row groups' values; `None` when one does not tell and has values.
fn extreme(values: &ArrayRef, least: bool) -> Option<ScalarValue> {
    let mut found: Option<ScalarValue> = None;
    for row in 0..values.len() {
        let value = ScalarValue::try_from_array(values, row).ok()?;
        if value.is_null() {
            // All NULL, or unknown: then nothing is known of the whole.
            return None;
        }
        let better = match &found {
            None => true,
            Some(known) => {
                let order = value.partial_cmp(known)?;
                if least { order.is_lt() } else { order.is_gt() }
            }
        };
        if better {
            found = Some(value);
        }
    }
    found
}

/// A value as JSON; `None` for types without an order that all readers share.
fn text(value: &ScalarValue) -> Option<String> {
    use ScalarValue as S;
    Some(match value {
        S::Int8(Some(v)) => v.to_string(),
        S::Int16(Some(v)) => v.to_string(),
        S::Int32(Some(v)) => v.to_string(),
        S::Int64(Some(v)) => v.to_string(),
        S::Float32(Some(v)) if v.is_finite() => format!("{v:?}"),
        S::Float64(Some(v)) if v.is_finite() => format!("{v:?}"),
        S::Decimal128(Some(v), _, scale) => decimal(*v, *scale)?,
        S::Utf8(Some(v)) | S::Utf8View(Some(v)) | S::LargeUtf8(Some(v)) => quoted(v),
        S::Date32(Some(days)) => {
            let day = NaiveDate::from_ymd_opt(1970, 1, 1)?
                .checked_add_signed(TimeDelta::try_days((*days).into())?)?;
            let plain = (0..=9999).contains(&chrono::Datelike::year(&day));
            plain.then(|| quoted(&day.format("%Y-%m-%d").to_string()))?
        }
        S::TimestampMicrosecond(Some(micros), zone) => {
            let time = DateTime::from_timestamp_micros(*micros)?;
            let plain = (0..=9999).contains(&chrono::Datelike::year(&time));
            let form = if zone.is_some() { "%Y-%m-%dT%H:%M:%S%.6fZ" } else { "%Y-%m-%dT%H:%M:%S%.6f" };
            plain.then(|| quoted(&time.format(form).to_string()))?
        }
        _ => return None,
    })
}

fn decimal(value: i128, scale: i8) -> Option<String> {
    let scale = usize::try_from(scale).ok()?;
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let sign = if value < 0 { "-" } else { "" };
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    Some(if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_string()).to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn values_are_written_as_json() {
        let cases = [
            (ScalarValue::Decimal128(Some(-5), 10, 2), Some("-0.05")),
            (ScalarValue::Decimal128(Some(12345), 10, 2), Some("123.45")),
            (ScalarValue::Date32(Some(19782)), Some("\"2024-02-29\"")),
            (ScalarValue::TimestampMicrosecond(Some(1), None), Some("\"1970-01-01T00:00:00.000001\"")),
            (ScalarValue::Float64(Some(1.0)), Some("1.0")),
            (ScalarValue::Float64(Some(f64::INFINITY)), None),
            (ScalarValue::Utf8(Some("a\"b".into())), Some("\"a\\\"b\"")),
            (ScalarValue::Boolean(Some(true)), None),
        ];
        for (value, expected) in cases {
            assert_eq!(text(&value).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn nan_is_noticed() {
        let column: ArrayRef =
            Arc::new(arrow::array::Float64Array::from(vec![Some(1.0), None, Some(f64::NAN)]));
        assert!(has_nan(&column));
    }
}
