//! The elements of lists and the entries of maps laid end to end, each knowing its row.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::take;
use datafusion::common::Result as DataFusionResult;

use crate::collection::list::as_list;

/// Lists (or maps) without slack: every value belongs to a row.
pub(super) struct Elements {
    offsets: OffsetBuffer<i32>,
    pub nulls: Option<NullBuffer>,
}

impl Elements {
    fn new(offsets: &OffsetBuffer<i32>, nulls: Option<&NullBuffer>) -> Self {
        let first = offsets.first().copied().unwrap_or(0);
        let offsets = OffsetBuffer::new(offsets.iter().map(|offset| offset - first).collect());
        Elements { offsets, nulls: nulls.cloned() }
    }

    /// The elements of lists, and their values.
    pub(super) fn of_lists(array: &ArrayRef) -> DataFusionResult<(Self, ArrayRef)> {
        let list = as_list(array)?;
        let list = if has_slack(list.offsets(), list.nulls()) {
            as_list(&compacted(&(Arc::new(list) as ArrayRef))?)?
        } else {
            list
        };
        let values = window(list.values(), list.offsets());
        Ok((Elements::new(list.offsets(), list.nulls()), values))
    }

    /// The entries of maps: keys and values.
    pub(super) fn of_maps(array: &ArrayRef) -> DataFusionResult<(Self, ArrayRef, ArrayRef)> {
        let map = array.as_map();
        let array = if has_slack(map.offsets(), map.nulls()) { compacted(array)? } else { Arc::clone(array) };
        let map = array.as_map();
        let (keys, values) = (window(map.keys(), map.offsets()), window(map.values(), map.offsets()));
        Ok((Elements::new(map.offsets(), map.nulls()), keys, values))
    }

    pub(super) fn rows(&self) -> usize {
        self.offsets.len() - 1
    }

    pub(super) fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row))
    }

    /// Where the elements of a row lie.
    pub(super) fn range(&self, row: usize) -> Range<usize> {
        self.offsets[row] as usize..self.offsets[row + 1] as usize
    }

    pub(super) fn offsets(&self) -> OffsetBuffer<i32> {
        self.offsets.clone()
    }

    /// The row of each element.
    pub(super) fn row_of_each(&self) -> UInt32Array {
        (0..self.rows()).flat_map(|row| self.range(row).map(move |_| row as u32)).collect::<Vec<_>>().into()
    }

    /// The place of each element in its list, counted from 0.
    pub(super) fn place_of_each(&self) -> Int32Array {
        (0..self.rows()).flat_map(|row| 0..self.range(row).len() as i32).collect::<Vec<_>>().into()
    }
}

/// Whether values lie under NULL rows: lambdas must not see them.
fn has_slack(offsets: &OffsetBuffer<i32>, nulls: Option<&NullBuffer>) -> bool {
    nulls.is_some_and(|nulls| {
        offsets.windows(2).enumerate().any(|(row, pair)| nulls.is_null(row) && pair[0] != pair[1])
    })
}

fn compacted(array: &ArrayRef) -> DataFusionResult<ArrayRef> {
    Ok(take(array, &UInt32Array::from_iter_values(0..array.len() as u32), None)?)
}

fn window(values: &ArrayRef, offsets: &OffsetBuffer<i32>) -> ArrayRef {
    let (first, last) = (offsets.first().copied().unwrap_or(0), offsets.last().copied().unwrap_or(0));
    values.slice(first as usize, (last - first) as usize)
}
