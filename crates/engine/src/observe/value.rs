//! Metrics as constants.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType as Arrow, Date32Type, Decimal128Type, DurationMicrosecondType, Field, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, IntervalMonthDayNanoType, IntervalYearMonthType,
    Time64NanosecondType, TimestampMicrosecondType,
};
use functions::types;
use lang::ir::Literal;
use lang::{DataType, Error, Result};

const NANOS_PER_MICRO: i64 = 1000;

/// The values of the one row that an aggregation without groups yields.
pub(crate) fn only_row(batches: &[RecordBatch]) -> Result<Vec<Literal>> {
    let mut rows = batches.iter().filter(|batch| batch.num_rows() > 0);
    match (rows.next(), rows.next()) {
        (Some(batch), None) if batch.num_rows() == 1 => {
            let schema = batch.schema();
            let columns = batch.columns().iter().zip(schema.fields());
            columns.map(|(column, field)| literal(column, field, 0)).collect()
        }
        _ => Err(Error::internal("observed metrics are one row")),
    }
}

/// The value at `row`; `field` tells the Spark type.
fn literal(column: &ArrayRef, field: &Field, row: usize) -> Result<Literal> {
    let data_type = types::from_field(field);
    if column.is_null(row) || data_type == DataType::Null {
        return Ok(Literal::Null(data_type));
    }
    Ok(match column.data_type() {
        Arrow::Boolean => Literal::Boolean(column.as_boolean().value(row)),
        Arrow::Int8 => Literal::Byte(column.as_primitive::<Int8Type>().value(row)),
        Arrow::Int16 => Literal::Short(column.as_primitive::<Int16Type>().value(row)),
        Arrow::Int32 => Literal::Integer(column.as_primitive::<Int32Type>().value(row)),
        Arrow::Int64 => Literal::Long(column.as_primitive::<Int64Type>().value(row)),
        Arrow::Float32 => Literal::Float(column.as_primitive::<Float32Type>().value(row)),
        Arrow::Float64 => Literal::Double(column.as_primitive::<Float64Type>().value(row)),
        Arrow::Decimal128(precision, scale) => {
            let value = column.as_primitive::<Decimal128Type>().value(row);
            Literal::Decimal { value, precision: *precision, scale: *scale }
        }
        Arrow::Utf8 => Literal::String(column.as_string::<i32>().value(row).to_string()),
        Arrow::Binary => Literal::Binary(column.as_binary::<i32>().value(row).to_vec()),
        _ => return temporal(column, data_type, row),
    })
}

fn temporal(column: &ArrayRef, data_type: DataType, row: usize) -> Result<Literal> {
    Ok(match (&data_type, column.data_type()) {
        (DataType::Date, _) => Literal::Date(column.as_primitive::<Date32Type>().value(row)),
        (DataType::Timestamp, _) => {
            Literal::Timestamp(column.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        (DataType::TimestampNtz, _) => {
            Literal::TimestampNtz(column.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        (DataType::Time { precision }, _) => Literal::Time {
            value_ns: column.as_primitive::<Time64NanosecondType>().value(row),
            precision: *precision,
        },
        (DataType::YearMonthInterval { .. }, _) => {
            let months = column.as_primitive::<IntervalYearMonthType>().value(row);
            Literal::YearMonthInterval { months, data_type }
        }
        (DataType::DayTimeInterval { .. }, Arrow::Duration(_)) => {
            let micros = column.as_primitive::<DurationMicrosecondType>().value(row);
            Literal::DayTimeInterval { micros, data_type }
        }
        (DataType::CalendarInterval, _) => {
            let interval = column.as_primitive::<IntervalMonthDayNanoType>().value(row);
            let (months, days) = (interval.months, interval.days);
            Literal::CalendarInterval { months, days, micros: interval.nanoseconds / NANOS_PER_MICRO }
        }
        _ => return nested(column, data_type, row),
    })
}

fn nested(column: &ArrayRef, data_type: DataType, row: usize) -> Result<Literal> {
    Ok(match (column.data_type(), data_type) {
        (Arrow::List(field), DataType::Array { element, .. }) => {
            let values = all(&column.as_list::<i32>().value(row), field)?;
            Literal::Array { element_type: *element, values }
        }
        (Arrow::Struct(fields), data_type @ DataType::Struct(_)) => {
            let parts = column.as_struct().columns().iter().zip(fields);
            let values = parts.map(|(part, field)| literal(part, field, row)).collect::<Result<_>>()?;
            Literal::Struct { data_type, values }
        }
        (Arrow::Map(..), DataType::Map { key, value, .. }) => {
            let entries = column.as_map().value(row);
            let fields = entries.fields();
            Literal::Map {
                keys: all(entries.column(0), &fields[0])?,
                values: all(entries.column(1), &fields[1])?,
                key_type: *key,
                value_type: *value,
            }
        }
        (_, other) => return Err(Error::unsupported(format!("observed metrics of type {}", other.sql()))),
    })
}

fn all(column: &ArrayRef, field: &Field) -> Result<Vec<Literal>> {
    (0..column.len()).map(|row| literal(column, field, row)).collect()
}
