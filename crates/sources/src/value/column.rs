//! One column of texts as an Arrow array.

use std::sync::Arc;

use arrow::array::NullBufferBuilder;
use arrow::array::types::{
    ArrowPrimitiveType, Date32Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, TimestampMicrosecondType,
};
use arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, BooleanBufferBuilder, NullArray, PrimitiveArray, StringArray,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, TimeUnit};
use lang::{Error, ErrorKind, Result};

use super::{Formats, decimal, number};

/// Whether [`parse_column`] makes columns of that type.
pub(crate) fn is_supported(data_type: &DataType) -> bool {
    use DataType::{
        Binary, Boolean, Date32, Decimal128, Float32, Float64, Int8, Int16, Int32, Int64, Timestamp, Utf8,
    };
    matches!(
        data_type,
        Boolean
            | Int8
            | Int16
            | Int32
            | Int64
            | Float32
            | Float64
            | Decimal128(..)
            | Date32
            | Timestamp(TimeUnit::Microsecond, _)
            | Utf8
            | Binary
    )
}

/// The column that `cells` spell; rows with cells that do not parse are null and marked in `bad`.
///
/// # Errors
/// A type that is not [`is_supported`], or more text than one column can hold.
pub(crate) fn parse_column<'a>(
    data_type: &DataType,
    cells: impl Iterator<Item = Option<&'a [u8]>>,
    formats: &Formats,
    bad: &mut [bool],
) -> Result<ArrayRef> {
    Ok(match data_type {
        DataType::Int8 => primitive::<Int8Type>(cells, bad, |t| i8::try_from(number::integer(t)?).ok()),
        DataType::Int16 => primitive::<Int16Type>(cells, bad, |t| i16::try_from(number::integer(t)?).ok()),
        DataType::Int32 => primitive::<Int32Type>(cells, bad, |t| i32::try_from(number::integer(t)?).ok()),
        DataType::Int64 => primitive::<Int64Type>(cells, bad, number::integer),
        DataType::Float32 => primitive::<Float32Type>(cells, bad, |t| formats.float(t)),
        DataType::Float64 => primitive::<Float64Type>(cells, bad, |t| formats.double(t)),
        DataType::Date32 => primitive::<Date32Type>(cells, bad, |t| formats.date(t)),
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            primitive::<TimestampMicrosecondType>(cells, bad, |t| formats.timestamp_ntz(t))
        }
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
            typed::<TimestampMicrosecondType>(cells, bad, |t| formats.timestamp(t), data_type)
        }
        DataType::Decimal128(precision, scale) => {
            typed::<Decimal128Type>(cells, bad, |t| decimal::decimal(t, *precision, *scale), data_type)
        }
        DataType::Boolean => booleans(cells, bad),
        DataType::Utf8 => strings(cells, bad.len())?,
        DataType::Binary => binaries(cells, bad.len())?,
        DataType::Null => Arc::new(NullArray::new(bad.len())),
        other => return Err(Error::unsupported(format!("reading text as {other}"))),
    })
}

fn primitive<'a, T: ArrowPrimitiveType>(
    cells: impl Iterator<Item = Option<&'a [u8]>>,
    bad: &mut [bool],
    parse: impl Fn(&[u8]) -> Option<T::Native>,
) -> ArrayRef {
    Arc::new(values::<T>(cells, bad, parse))
}

/// Like [`primitive`] for types that carry a parameter.
fn typed<'a, T: ArrowPrimitiveType>(
    cells: impl Iterator<Item = Option<&'a [u8]>>,
    bad: &mut [bool],
    parse: impl Fn(&[u8]) -> Option<T::Native>,
    data_type: &DataType,
) -> ArrayRef {
    Arc::new(values::<T>(cells, bad, parse).with_data_type(data_type.clone()))
}

fn values<'a, T: ArrowPrimitiveType>(
    cells: impl Iterator<Item = Option<&'a [u8]>>,
    bad: &mut [bool],
    parse: impl Fn(&[u8]) -> Option<T::Native>,
) -> PrimitiveArray<T> {
    let mut values = Vec::with_capacity(bad.len());
    let mut nulls = NullBufferBuilder::new(bad.len());
    for (cell, bad) in cells.zip(bad) {
        let parsed = match cell {
            None => None,
            Some(text) => {
                let parsed = parse(text);
                *bad |= parsed.is_none();
                parsed
            }
        };
        nulls.append(parsed.is_some());
        values.push(parsed.unwrap_or_default());
    }
    PrimitiveArray::new(values.into(), nulls.finish())
}

fn booleans<'a>(cells: impl Iterator<Item = Option<&'a [u8]>>, bad: &mut [bool]) -> ArrayRef {
    let mut values = BooleanBufferBuilder::new(bad.len());
    let mut nulls = NullBufferBuilder::new(bad.len());
    for (cell, bad) in cells.zip(bad) {
        let parsed = cell.and_then(number::boolean);
        *bad |= cell.is_some() && parsed.is_none();
        nulls.append(parsed.is_some());
        values.append(parsed.unwrap_or_default());
    }
    Arc::new(BooleanArray::new(values.finish(), nulls.finish()))
}

/// The cells as strings; bytes that are not UTF-8 become the replacement character.
pub(crate) fn strings<'a>(cells: impl Iterator<Item = Option<&'a [u8]>>, rows: usize) -> Result<ArrayRef> {
    let (offsets, data, nulls) = gather(cells, rows)?;
    let data = Buffer::from_vec(data);
    if let Ok(array) = StringArray::try_new(offsets.clone(), data.clone(), nulls.clone()) {
        return Ok(Arc::new(array));
    }
    let repaired: StringArray = offsets
        .windows(2)
        .enumerate()
        .map(|(row, range)| {
            let valid = nulls.as_ref().is_none_or(|n| n.is_valid(row));
            valid.then(|| String::from_utf8_lossy(&data[range[0] as usize..range[1] as usize]))
        })
        .collect();
    Ok(Arc::new(repaired))
}

fn binaries<'a>(cells: impl Iterator<Item = Option<&'a [u8]>>, rows: usize) -> Result<ArrayRef> {
    let (offsets, data, nulls) = gather(cells, rows)?;
    Ok(Arc::new(BinaryArray::new(offsets, Buffer::from_vec(data), nulls)))
}

type Gathered = (OffsetBuffer<i32>, Vec<u8>, Option<NullBuffer>);

fn gather<'a>(cells: impl Iterator<Item = Option<&'a [u8]>>, rows: usize) -> Result<Gathered> {
    let mut data = Vec::with_capacity(rows * 12);
    let mut offsets = Vec::with_capacity(rows + 1);
    let mut nulls = NullBufferBuilder::new(rows);
    offsets.push(0i32);
    for cell in cells {
        nulls.append(cell.is_some());
        data.extend_from_slice(cell.unwrap_or_default());
        offsets.push(i32::try_from(data.len()).map_err(|_| too_long())?);
    }
    Ok((OffsetBuffer::new(offsets.into()), data, nulls.finish()))
}

fn too_long() -> Error {
    Error::new(ErrorKind::Resources, "UNABLE_TO_ACQUIRE_MEMORY")
        .with("message", "a batch of one column holds more than 2 GiB of text")
}
