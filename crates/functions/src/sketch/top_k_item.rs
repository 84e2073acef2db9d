//! The values `approx_top_k` counts, between Arrow's columns and a table's items.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Time64NanosecondType, TimestampMicrosecondType,
};
use datafusion::common::{Result, ScalarValue, internal_err};

use super::frequent::Item;
use crate::types::is_string;

/// Whether values of the type can be counted.
pub(super) fn is_supported(data_type: &DataType) -> bool {
    use DataType as T;
    is_string(data_type)
        || matches!(
            data_type,
            T::Boolean | T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::Float32 | T::Float64
        )
        || matches!(data_type, T::Date32 | T::Timestamp(..) | T::Time64(_) | T::Decimal128(..))
}

/// Calls `visit` with the item of every value that is not NULL.
pub(super) fn for_each(column: &ArrayRef, mut visit: impl FnMut(Item)) -> Result<()> {
    macro_rules! each {
        ($array:expr, $item:expr) => {
            $array.iter().flatten().for_each(|value| visit($item(value)))
        };
    }
    match column.data_type() {
        DataType::Boolean => each!(column.as_boolean(), Item::Bool),
        DataType::Int8 => each!(column.as_primitive::<Int8Type>(), |v| Item::Int(i32::from(v))),
        DataType::Int16 => each!(column.as_primitive::<Int16Type>(), |v| Item::Int(i32::from(v))),
        DataType::Int32 => each!(column.as_primitive::<Int32Type>(), Item::Int),
        DataType::Date32 => each!(column.as_primitive::<Date32Type>(), Item::Int),
        DataType::Int64 => each!(column.as_primitive::<Int64Type>(), Item::Long),
        DataType::Timestamp(..) => each!(column.as_primitive::<TimestampMicrosecondType>(), Item::Long),
        DataType::Time64(_) => each!(column.as_primitive::<Time64NanosecondType>(), Item::Long),
        DataType::Decimal128(_, scale) => {
            each!(column.as_primitive::<Decimal128Type>(), |v| Item::Decimal(v, *scale))
        }
        DataType::Float32 => each!(column.as_primitive::<Float32Type>(), |v: f32| {
            Item::Float(if v.is_nan() { f32::NAN.to_bits() } else { v.to_bits() })
        }),
        DataType::Float64 => each!(column.as_primitive::<Float64Type>(), |v: f64| {
            Item::Double(if v.is_nan() { f64::NAN.to_bits() } else { v.to_bits() })
        }),
        DataType::Utf8 => each!(column.as_string::<i32>(), |v: &str| Item::Text(v.into())),
        DataType::LargeUtf8 => each!(column.as_string::<i64>(), |v: &str| Item::Text(v.into())),
        DataType::Utf8View => each!(column.as_string_view(), |v: &str| Item::Text(v.into())),
        other => return internal_err!("approx_top_k of {other}"),
    }
    Ok(())
}

/// An item as a value of the column's type; NULL for none.
pub(super) fn scalar(item: Option<&Item>, data_type: &DataType) -> Result<ScalarValue> {
    let value = match item {
        None => return ScalarValue::try_from(data_type),
        Some(Item::Bool(value)) => ScalarValue::from(*value),
        Some(Item::Int(value)) if *data_type == DataType::Date32 => ScalarValue::Date32(Some(*value)),
        Some(Item::Int(value)) => ScalarValue::from(*value),
        Some(Item::Long(value)) => match data_type {
            DataType::Timestamp(_, zone) => ScalarValue::TimestampMicrosecond(Some(*value), zone.clone()),
            DataType::Time64(_) => ScalarValue::Time64Nanosecond(Some(*value)),
            _ => ScalarValue::from(*value),
        },
        Some(Item::Float(bits)) => ScalarValue::from(f32::from_bits(*bits)),
        Some(Item::Double(bits)) => ScalarValue::from(f64::from_bits(*bits)),
        Some(Item::Decimal(value, _)) => match data_type {
            DataType::Decimal128(precision, scale) => {
                ScalarValue::Decimal128(Some(*value), *precision, *scale)
            }
            other => return internal_err!("a decimal among {other}"),
        },
        Some(Item::Text(text)) => ScalarValue::from(text.as_ref()),
    };
    if value.data_type() == *data_type { Ok(value) } else { value.cast_to(data_type) }
}
