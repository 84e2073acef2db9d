//! How often the items of a group come, and the lists that are made of it.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, StructArray, new_empty_array};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{Result, ScalarValue, internal_datafusion_err};

use super::frequent::{FrequentItems, Item};
use super::top_k_bytes;
use super::top_k_item::{for_each, scalar};
use crate::aggregate::one_list;

/// The items of a group, NULLs apart.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) items: FrequentItems,
    pub(super) nulls: i64,
}

impl Counts {
    /// Counts of at least `tracked` items at once.
    pub(super) fn new(tracked: usize) -> Self {
        Counts { items: FrequentItems::new(tracked), nulls: 0 }
    }

    pub(super) fn update(&mut self, column: &ArrayRef) -> Result<()> {
        self.nulls += column.logical_null_count() as i64;
        for_each(column, |item| self.items.add(item, 1))
    }

    pub(super) fn merge(&mut self, other: &Counts) {
        self.items.merge(&other.items);
        self.nulls += other.nulls;
    }

    pub(super) fn to_bytes(&self, data_type: &DataType) -> Vec<u8> {
        top_k_bytes::write(&self.items, self.nulls, data_type)
    }

    /// What [`Counts::to_bytes`] wrote; `None` for other bytes.
    pub(super) fn from_bytes(bytes: &[u8], data_type: &DataType) -> Option<Self> {
        top_k_bytes::read(bytes, data_type).map(|(items, nulls)| Counts { items, nulls })
    }

    /// The state of one stage of an aggregation, in the next one.
    pub(super) fn from_state(bytes: &[u8], data_type: &DataType) -> Result<Self> {
        Counts::from_bytes(bytes, data_type)
            .ok_or_else(|| internal_datafusion_err!("the state of approx_top_k is no sketch"))
    }

    /// The `k` most frequent items with their counts, in the form of [`entry`].
    pub(super) fn top(&self, k: usize, item: &Field) -> Result<StructArray> {
        let ranked = self.items.ranked();
        let mut entries: Vec<(Option<&Item>, i64)> =
            ranked.into_iter().map(|(item, count)| (Some(item), count)).collect();
        if self.nulls > 0 {
            let place = entries.partition_point(|(_, count)| *count >= self.nulls);
            entries.insert(place, (None, self.nulls));
        }
        entries.truncate(k);
        let data_type = item.data_type();
        let items = entries.iter().map(|(item, _)| scalar(*item, data_type)).collect::<Result<Vec<_>>>()?;
        let items = match items.is_empty() {
            true => new_empty_array(data_type),
            false => ScalarValue::iter_to_array(items)?,
        };
        let counts: ArrayRef =
            Arc::new(Int64Array::from_iter_values(entries.iter().map(|(_, count)| *count)));
        Ok(StructArray::try_new(entry_fields(item), vec![items, counts], None)?)
    }

    /// [`Counts::top`] as a list.
    pub(super) fn top_list(&self, k: usize, item: &Field) -> Result<ScalarValue> {
        one_list(entry(item), Arc::new(self.top(k, item)?))
    }

    pub(super) fn size(&self) -> usize {
        size_of_val(self) + self.items.size()
    }
}

fn entry_fields(item: &Field) -> Fields {
    let item = item.clone().with_name("item").with_nullable(true);
    Fields::from(vec![item, Field::new("count", DataType::Int64, false)])
}

/// An element of the result: an item of the type of `item`, and its count.
pub(super) fn entry(item: &Field) -> FieldRef {
    Arc::new(Field::new("element", DataType::Struct(entry_fields(item)), false))
}
