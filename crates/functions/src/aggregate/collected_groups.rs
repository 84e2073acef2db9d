//! Collected rows of many groups: batches are kept as they came, with the group of every row beside them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, UInt32Array, new_empty_array};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::compute::take;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::logical_expr::{EmitTo, GroupsAccumulator};

use super::collected::{Collector, Columns};
use super::distinct::item;
use super::own::Shape;
use super::sliding::pieces_size;

pub(super) struct CollectedGroups<C> {
    collector: C,
    shape: Shape,
    columns: Columns,
    pieces: Vec<Vec<ArrayRef>>,
    /// The group of every collected row, in the order of the pieces.
    groups: Vec<u32>,
    total: usize,
}

/// Rows put into the order of their groups.
struct Sorted {
    columns: Vec<ArrayRef>,
    /// Where each group starts; one more than there are groups.
    offsets: Vec<i32>,
}

impl<C: Collector> CollectedGroups<C> {
    pub(super) fn new(collector: C, shape: Shape) -> Self {
        let columns = Columns::new(&collector, &shape);
        CollectedGroups { collector, shape, columns, pieces: Vec::new(), groups: Vec::new(), total: 0 }
    }

    fn push(&mut self, piece: Vec<ArrayRef>, groups: impl IntoIterator<Item = usize>) {
        if piece.first().is_some_and(|p| !p.is_empty()) {
            self.groups.extend(groups.into_iter().map(|g| g as u32));
            self.pieces.push(piece);
        }
    }

    /// Takes the rows of the groups to emit out.
    fn emit(&mut self, emit_to: EmitTo) -> Result<Sorted> {
        let count = match emit_to {
            EmitTo::All => self.total,
            EmitTo::First(count) => count,
        };
        let all = self.columns.join(&self.pieces)?;
        let sorted = sort(&all, &self.groups, count)?;
        self.keep_from(count, &all)?;
        Ok(sorted)
    }

    fn keep_from(&mut self, count: usize, all: &[ArrayRef]) -> Result<()> {
        self.pieces.clear();
        let groups = std::mem::take(&mut self.groups);
        if count < self.total {
            let rest: UInt32Array =
                (0u32..).zip(&groups).filter(|(_, g)| **g as usize >= count).map(|(row, _)| row).collect();
            let piece = all.iter().map(|a| Ok(take(a, &rest, None)?)).collect::<Result<Vec<_>>>()?;
            self.push(piece, rest.values().iter().map(|row| groups[*row as usize] as usize - count));
        }
        self.total -= count;
        Ok(())
    }
}

/// Stable counting sort of the rows of the first `count` groups.
fn sort(columns: &[ArrayRef], groups: &[u32], count: usize) -> Result<Sorted> {
    let mut offsets = vec![0i32; count + 1];
    for group in groups.iter().map(|g| *g as usize).filter(|g| *g < count) {
        offsets[group + 1] += 1;
    }
    for group in 0..count {
        offsets[group + 1] = offsets[group + 1]
            .checked_add(offsets[group])
            .ok_or_else(|| exec_datafusion_err!("more than 2^31 rows collected by one aggregate"))?;
    }
    let mut next: Vec<_> = offsets[..count].to_vec();
    let mut order = vec![0u32; offsets[count] as usize];
    for (row, group) in (0u32..).zip(groups.iter().map(|g| *g as usize)).filter(|(_, g)| *g < count) {
        order[next[group] as usize] = row;
        next[group] += 1;
    }
    let order = UInt32Array::from(order);
    let columns = columns.iter().map(|c| Ok(take(c, &order, None)?)).collect::<Result<_>>()?;
    Ok(Sorted { columns, offsets })
}

impl<C: Collector> GroupsAccumulator for CollectedGroups<C> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.total = total;
        let mask = self.columns.mask(values, filter)?;
        let piece = self.columns.pick(values, mask.as_ref())?;
        match mask {
            None => self.push(piece, groups.iter().copied()),
            Some(mask) => {
                let passes = |row: usize| mask.is_valid(row) && mask.value(row);
                self.push(piece, groups.iter().enumerate().filter(|(row, _)| passes(*row)).map(|(_, g)| *g));
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let Sorted { columns, offsets } = self.emit(emit_to)?;
        if let Some(lists) = self.collector.lists(&columns, &offsets, &self.shape)? {
            return Ok(Arc::new(lists));
        }
        let results = offsets.windows(2).map(|bounds| {
            let (start, length) = (bounds[0] as usize, (bounds[1] - bounds[0]) as usize);
            let group: Vec<_> = columns.iter().map(|c| c.slice(start, length)).collect();
            self.collector.finish(&group, &self.shape)
        });
        let results = results.collect::<Result<Vec<_>>>()?;
        if results.is_empty() {
            return Ok(new_empty_array(self.shape.result.data_type()));
        }
        ScalarValue::iter_to_array(results)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let Sorted { columns, offsets } = self.emit(emit_to)?;
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        let list = |(field, values)| -> Result<ArrayRef> {
            Ok(Arc::new(ListArray::try_new(item(field), offsets.clone(), values, None)?))
        };
        self.columns.fields.iter().zip(columns).map(list).collect()
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.total = total;
        let lists = values.iter().map(|v| v.as_list::<i32>()).collect::<Vec<_>>();
        let Some(first) = lists.first() else { return Ok(()) };
        let offsets = first.value_offsets();
        let (start, end) = (offsets[0] as usize, offsets[first.len()] as usize);
        let piece = lists.iter().map(|list| {
            let own_start = list.value_offsets()[0] as usize;
            list.values().slice(own_start, end - start)
        });
        let piece = piece.collect();
        let of_row =
            |(row, group): (usize, &usize)| std::iter::repeat_n(*group, first.value_length(row) as usize);
        self.push(piece, groups.iter().enumerate().flat_map(of_row));
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |v| v.len());
        let mut rowwise = CollectedGroups::new(self.collector.clone(), self.shape.clone());
        let groups: Vec<_> = (0..rows).collect();
        rowwise.update_batch(values, &groups, filter, rows)?;
        rowwise.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        pieces_size(&self.pieces) + self.groups.capacity() * size_of::<u32>()
    }
}
