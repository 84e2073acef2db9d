//! Values of any type as comparable byte rows: equality, order and hashing of elements and map keys.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::Result;

/// Ascending, NULL first.
pub(crate) const ASCENDING: SortOptions = SortOptions { descending: false, nulls_first: true };

/// Comparable rows of several arrays of one type.
pub(crate) fn keys<const N: usize>(arrays: [&ArrayRef; N], options: SortOptions) -> Result<[Rows; N]> {
    let data_type = arrays[0].data_type().clone();
    let converter = RowConverter::new(vec![SortField::new_with_options(data_type.clone(), options)])?;
    let mut rows = Vec::with_capacity(N);
    for array in arrays {
        let array = crate::kernel::conform(Arc::clone(array), &data_type)?;
        rows.push(converter.convert_columns(&[normalized(&array)])?);
    }
    // The vector has exactly N entries.
    match rows.try_into() {
        Ok(rows) => Ok(rows),
        Err(_) => datafusion::common::internal_err!("as many rows as arrays"),
    }
}

/// Comparable rows of one array.
pub(crate) fn keys_of(array: &ArrayRef, options: SortOptions) -> Result<Rows> {
    let [rows] = keys([array], options)?;
    Ok(rows)
}

/// Spark knows one NaN, above all numbers, and one zero.
fn normalized(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Float64 => Arc::new(
            array
                .as_primitive::<Float64Type>()
                .unary::<_, Float64Type>(|value| if value.is_nan() { f64::NAN.abs() } else { value + 0.0 }),
        ),
        DataType::Float32 => Arc::new(
            array
                .as_primitive::<Float32Type>()
                .unary::<_, Float32Type>(|value| if value.is_nan() { f32::NAN.abs() } else { value + 0.0 }),
        ),
        _ => Arc::clone(array),
    }
}
