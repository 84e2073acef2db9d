//! Splits batches by the values of partition columns.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, UInt32Array};
use arrow::compute::{take, take_record_batch};
use arrow::row::{RowConverter, SortField};
use lang::Result;

use super::Target;
use crate::error::from_arrow;
use crate::partition::texts;

/// The texts of the partition columns' values, in the columns' order.
pub(super) type Values = Arc<[Option<String>]>;

/// How many tuples of values are remembered.
const REMEMBERED: usize = 100_000;

/// Splits the batches of one task.
pub(super) struct Splitter {
    target: Arc<Target>,
    rows: RowConverter,
    known: HashMap<Box<[u8]>, Values>,
}

impl Splitter {
    pub(super) fn new(target: &Arc<Target>) -> Result<Self> {
        let sort =
            |(place, _): &(usize, String)| SortField::new(target.rows.field(*place).data_type().clone());
        let rows = RowConverter::new(target.partitions.iter().map(sort).collect()).map_err(from_arrow)?;
        Ok(Splitter { target: Arc::clone(target), rows, known: HashMap::new() })
    }

    /// The rows of each tuple of values, in the order in which they are met.
    pub(super) fn split(&mut self, batch: &RecordBatch) -> Result<Vec<(Values, RecordBatch)>> {
        if self.target.partitions.is_empty() {
            return Ok(vec![(Arc::from([]), batch.clone())]);
        }
        let keys: Vec<ArrayRef> =
            self.target.partitions.iter().map(|(place, _)| Arc::clone(batch.column(*place))).collect();
        let rows = self.rows.convert_columns(&keys).map_err(from_arrow)?;
        let mut groups: HashMap<&[u8], usize> = HashMap::new();
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut order: Vec<&[u8]> = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let group = *groups.entry(row.data()).or_insert_with(|| {
                members.push(Vec::new());
                order.push(row.data());
                members.len() - 1
            });
            members[group].push(index as u32);
        }
        let firsts = UInt32Array::from_iter_values(members.iter().map(|rows| rows[0]));
        let mut written: Option<Vec<StringArray>> = None;
        let mut pieces = Vec::with_capacity(members.len());
        for (group, (key, places)) in order.into_iter().zip(members).enumerate() {
            let values = match self.known.get(key) {
                Some(values) => Arc::clone(values),
                None => {
                    let written = match &written {
                        Some(written) => written,
                        None => written.insert(self.texts(&keys, &firsts)?),
                    };
                    let text =
                        |texts: &StringArray| texts.is_valid(group).then(|| texts.value(group).to_string());
                    let values: Values = written.iter().map(text).collect();
                    if self.known.len() == REMEMBERED {
                        self.known.clear();
                    }
                    self.known.insert(key.into(), Arc::clone(&values));
                    values
                }
            };
            let piece = match places.len() == batch.num_rows() {
                true => batch.clone(),
                false => take_record_batch(batch, &UInt32Array::from(places)).map_err(from_arrow)?,
            };
            pieces.push((values, piece));
        }
        Ok(pieces)
    }

    fn texts(&self, keys: &[ArrayRef], rows: &UInt32Array) -> Result<Vec<StringArray>> {
        keys.iter()
            .zip(&self.target.partitions)
            .map(|(key, (place, _))| {
                let few = take(key, rows, None).map_err(from_arrow)?;
                texts(&few, self.target.rows.field(*place))
            })
            .collect()
    }
}
