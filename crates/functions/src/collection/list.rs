//! Lists as kernels see them: ranges of one values array, and lists picked from values by index.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, internal_err};
use lang::{Error, ErrorKind, RuntimeClass};

use crate::error::external;

/// The name of a list's element field.
pub(crate) const ELEMENT: &str = "element";

/// Longest array Spark can hold.
const MAX_LENGTH: usize = 2_147_483_632;

/// Most elements that all arrays of one batch may have together: what is built here is in no memory pool.
const MAX_ELEMENTS: usize = 1 << 27;

/// Most bytes that they may have where they repeat values.
const MAX_BYTES: u128 = 1 << 30;

/// The element field of a list type, whichever layout it has.
pub(crate) fn element(data_type: &DataType) -> Option<&FieldRef> {
    match data_type {
        DataType::List(field)
        | DataType::LargeList(field)
        | DataType::ListView(field)
        | DataType::LargeListView(field)
        | DataType::FixedSizeList(field, _) => Some(field),
        _ => None,
    }
}

/// A list type of elements like `field`.
pub(crate) fn list_like(field: &Field, contains_null: bool) -> DataType {
    DataType::List(Arc::new(field.clone().with_name(ELEMENT).with_nullable(contains_null)))
}

/// A list type of plain elements.
pub(crate) fn list_of(element: &DataType, contains_null: bool) -> DataType {
    DataType::List(Arc::new(Field::new(ELEMENT, element.clone(), contains_null)))
}

/// The array as the plain list layout.
pub(crate) fn as_list(array: &ArrayRef) -> DataFusionResult<ListArray> {
    if let Some(list) = array.as_list_opt::<i32>() {
        return Ok(list.clone());
    }
    match element(array.data_type()) {
        Some(field) => {
            let list = cast(array, &DataType::List(Arc::clone(field)))?;
            Ok(list.as_list::<i32>().clone())
        }
        None => internal_err!("expected a list, got {}", array.data_type()),
    }
}

/// Where the elements of a row lie in the values; `None` for NULL.
pub(crate) fn range(list: &ListArray, row: usize) -> Option<Range<usize>> {
    if list.is_null(row) {
        return None;
    }
    let offsets = list.value_offsets();
    Some(offsets[row] as usize..offsets[row + 1] as usize)
}

/// Builds lists by picking values of an array that exists already.
#[derive(Default)]
pub(crate) struct Picker {
    indices: Vec<Option<u32>>,
    offsets: Vec<i32>,
    valid: Vec<bool>,
}

impl Picker {
    pub(crate) fn with_capacity(rows: usize, values: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Picker { indices: Vec::with_capacity(values), offsets, valid: Vec::with_capacity(rows) }
    }

    /// Adds a value to the open list.
    pub(crate) fn pick(&mut self, index: usize) {
        self.indices.push(Some(index as u32));
    }

    pub(crate) fn pick_all(&mut self, range: Range<usize>) {
        self.indices.extend(range.map(|index| Some(index as u32)));
    }

    /// Adds a NULL element to the open list.
    pub(crate) fn pick_null(&mut self) {
        self.indices.push(None);
    }

    /// The elements of the open list.
    pub(crate) fn open(&mut self) -> &mut [Option<u32>] {
        let start = self.offsets.last().map_or(0, |offset| *offset as usize);
        &mut self.indices[start..]
    }

    /// Ends the open list.
    pub(crate) fn close(&mut self) -> DataFusionResult<()> {
        self.end(true)
    }

    /// Ends the open list as NULL.
    pub(crate) fn close_null(&mut self) -> DataFusionResult<()> {
        let start = self.offsets.last().map_or(0, |offset| *offset as usize);
        self.indices.truncate(start);
        self.end(false)
    }

    fn end(&mut self, valid: bool) -> DataFusionResult<()> {
        match i32::try_from(self.indices.len()) {
            Ok(end) if self.indices.len() <= MAX_ELEMENTS => self.offsets.push(end),
            _ => return Err(external(too_large(self.indices.len() as i128))),
        }
        self.valid.push(valid);
        Ok(())
    }

    /// The lists, their elements taken from `values`, as a list of type `data_type`.
    pub(crate) fn finish(self, values: &ArrayRef, data_type: &DataType) -> DataFusionResult<ArrayRef> {
        check_size(values, self.indices.len())?;
        let values = take(values, &UInt32Array::from(self.indices), None)?;
        let Some(field) = element(data_type) else {
            return internal_err!("expected a list type, got {data_type}");
        };
        let values = crate::kernel::conform(values, field.data_type())?;
        let nulls = self.valid.contains(&false).then(|| NullBuffer::from(self.valid));
        let offsets = OffsetBuffer::new(self.offsets.into());
        Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, values, nulls)?))
    }
}

/// Fails when so many of the values, as large as they are on the average, are larger than memory should hold.
fn check_size(values: &ArrayRef, picked: usize) -> DataFusionResult<()> {
    if picked <= values.len().saturating_mul(2) || values.is_empty() {
        return Ok(());
    }
    let bytes = values.to_data().get_slice_memory_size()? as u128 * picked as u128 / values.len() as u128;
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(external(Error::new(ErrorKind::Resources, "UNABLE_TO_ACQUIRE_MEMORY").with_message(format!(
        "Arrays of {bytes} bytes in one batch of rows are too large; {MAX_BYTES} may be."
    ))))
}

/// Fails when a list would have more elements than Spark allows, or than memory should hold; to be asked before they
/// are made.
pub(crate) fn check_length(function: &str, length: i128) -> DataFusionResult<()> {
    if length > MAX_LENGTH as i128 {
        return Err(external(too_long(function, length)));
    }
    if length > MAX_ELEMENTS as i128 { Err(external(too_large(length))) } else { Ok(()) }
}

/// [`check_length`] where an argument decides how many there are.
pub(crate) fn check_count(function: &str, count: i128) -> DataFusionResult<()> {
    if count > MAX_LENGTH as i128 {
        return Err(external(
            Error::runtime(RuntimeClass::Other, "COLLECTION_SIZE_LIMIT_EXCEEDED.PARAMETER")
                .with("numberOfElements", count.to_string())
                .with("maxRoundedArrayLength", MAX_LENGTH.to_string())
                .with("functionName", format!("`{function}`"))
                .with("parameter", "`count`"),
        ));
    }
    check_length(function, count)
}

fn too_large(length: i128) -> Error {
    Error::new(ErrorKind::Resources, "UNABLE_TO_ACQUIRE_MEMORY").with_message(format!(
        "Arrays of {length} elements in one batch of rows are too large; {MAX_ELEMENTS} may be."
    ))
}

fn too_long(function: &str, length: i128) -> Error {
    Error::runtime(RuntimeClass::Other, "COLLECTION_SIZE_LIMIT_EXCEEDED.FUNCTION")
        .with("numberOfElements", length.to_string())
        .with("maxRoundedArrayLength", MAX_LENGTH.to_string())
        .with("functionName", format!("`{function}`"))
}
