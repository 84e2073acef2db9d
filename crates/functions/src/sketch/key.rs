//! Values as the sketches' hash function sees them.

use std::hash::{Hash, Hasher};

use arrow::array::{Array, ArrayRef, AsArray, ListArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};
use lang::{Error, Result};

use crate::error::from_arrow;

/// One value that is counted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Key<'a> {
    Long(i64),
    Double(f64),
    Bytes(&'a [u8]),
}

impl Hash for Key<'_> {
    /// Feeds exactly the bytes that other implementations of these sketches hash, without length or tag.
    fn hash<H: Hasher>(&self, state: &mut H) {
        match *self {
            Key::Long(value) => state.write(&value.to_le_bytes()),
            // All zeros are one key, and all NaNs.
            Key::Double(0.0) => state.write(&0u64.to_le_bytes()),
            Key::Double(value) if value.is_nan() => state.write(&0x7ff8_0000_0000_0000u64.to_le_bytes()),
            Key::Double(value) => state.write(&value.to_bits().to_le_bytes()),
            Key::Bytes(bytes) => state.write(bytes),
        }
    }
}

/// Calls `visit` with row and key of every value that counts: neither NULL nor empty.
pub(super) fn for_each(column: &ArrayRef, mut visit: impl FnMut(usize, Key<'_>)) -> Result<()> {
    match column.data_type() {
        DataType::Int32 | DataType::Int64 => {
            let values = converted(column, &DataType::Int64)?;
            let values = values.as_primitive::<Int64Type>();
            values
                .iter()
                .enumerate()
                .for_each(|(row, v)| v.into_iter().for_each(|v| visit(row, Key::Long(v))));
        }
        DataType::Float32 | DataType::Float64 => {
            let values = converted(column, &DataType::Float64)?;
            let values = values.as_primitive::<Float64Type>();
            values
                .iter()
                .enumerate()
                .for_each(|(row, v)| v.into_iter().for_each(|v| visit(row, Key::Double(v))));
        }
        DataType::List(_) => lists(column.as_list(), visit)?,
        _ => {
            let values = converted(column, &DataType::Binary)?;
            for (row, bytes) in values.as_binary::<i32>().iter().enumerate() {
                if let Some(bytes) = bytes.filter(|b| !b.is_empty()) {
                    visit(row, Key::Bytes(bytes));
                }
            }
        }
    }
    Ok(())
}

fn converted(column: &ArrayRef, to: &DataType) -> Result<ArrayRef> {
    cast(column, to).map_err(|e| from_arrow(&e))
}

/// Arrays of integers: the bytes of all elements, one after the other; a NULL element counts as 0.
fn lists(lists: &ListArray, mut visit: impl FnMut(usize, Key<'_>)) -> Result<()> {
    let mut bytes = Vec::new();
    for row in (0..lists.len()).filter(|row| lists.is_valid(*row)) {
        let elements = lists.value(row);
        bytes.clear();
        match elements.data_type() {
            DataType::Int32 => elements
                .as_primitive::<Int32Type>()
                .iter()
                .for_each(|v| bytes.extend_from_slice(&v.unwrap_or_default().to_le_bytes())),
            DataType::Int64 => elements
                .as_primitive::<Int64Type>()
                .iter()
                .for_each(|v| bytes.extend_from_slice(&v.unwrap_or_default().to_le_bytes())),
            other => return Err(Error::internal(format!("an array of {other} is no key of a sketch"))),
        }
        if !bytes.is_empty() {
            visit(row, Key::Bytes(&bytes));
        }
    }
    Ok(())
}
