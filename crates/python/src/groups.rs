//! Cuts rows that are sorted by their keys into groups, batch by batch.

use std::collections::VecDeque;
use std::ops::Range;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::{concat, partition};
use datafusion::execution::SendableRecordBatchStream;
use functions::error::from_datafusion;
use futures::StreamExt;
use lang::Result;

use crate::error;

/// Finds where groups begin; groups may span batches.
#[derive(Debug)]
pub(crate) struct Groups {
    /// Places of the keys in a batch; none: all rows are one group.
    keys: Vec<usize>,
    /// The keys of the last row seen.
    last: Option<Vec<ArrayRef>>,
    begun: bool,
}

impl Groups {
    pub(crate) fn new(keys: Vec<usize>) -> Self {
        Groups { keys, last: None, begun: false }
    }

    #[allow(clippy::single_range_in_vec_init, reason = "one group is one range of rows")]
    /// The groups in a batch that has rows, and whether the first of them is a new one.
    pub(crate) fn cut(&mut self, rows: &RecordBatch) -> Result<(bool, Vec<Range<usize>>)> {
        if self.keys.is_empty() {
            return Ok((!std::mem::replace(&mut self.begun, true), vec![0..rows.num_rows()]));
        }
        let keys: Vec<ArrayRef> = self.keys.iter().map(|key| rows.column(*key).clone()).collect();
        let ranges = partition(&keys).map_err(error::arrow)?.ranges();
        let is_new = match &self.last {
            None => true,
            Some(last) => !same_key(last, &keys)?,
        };
        let end = rows.num_rows() - 1;
        // Copied, so that one row does not hold a batch.
        let last = keys.iter().map(|key| concat(&[key.slice(end, 1).as_ref()]));
        self.last = Some(last.collect::<Result<_, _>>().map_err(error::arrow)?);
        Ok((is_new, ranges))
    }
}

/// Whether one row of keys equals the first of others; NULLs are equal to each other.
fn same_key(last: &[ArrayRef], keys: &[ArrayRef]) -> Result<bool> {
    let both = last.iter().zip(keys).map(|(last, key)| concat(&[last.as_ref(), key.slice(0, 1).as_ref()]));
    let both: Vec<ArrayRef> = both.collect::<Result<_, _>>().map_err(error::arrow)?;
    Ok(partition(&both).map_err(error::arrow)?.len() == 1)
}

/// Whole groups of sorted rows, one at a time.
pub(crate) struct GroupReader {
    input: SendableRecordBatchStream,
    groups: Groups,
    /// Pieces of groups, and whether they begin one.
    pending: VecDeque<(bool, RecordBatch)>,
}

impl GroupReader {
    pub(crate) fn new(input: SendableRecordBatchStream, keys: Vec<usize>) -> Self {
        GroupReader { input, groups: Groups::new(keys), pending: VecDeque::new() }
    }

    /// The pieces of the next group; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<RecordBatch>>> {
        let mut group = Vec::new();
        loop {
            if let Some((begins, _)) = self.pending.front()
                && *begins
                && !group.is_empty()
            {
                return Ok(Some(group));
            }
            match self.pending.pop_front() {
                Some((_, piece)) => group.push(piece),
                None => match self.input.next().await {
                    Some(rows) => self.cut(&rows.map_err(from_datafusion)?)?,
                    None => return Ok((!group.is_empty()).then_some(group)),
                },
            }
        }
    }

    fn cut(&mut self, rows: &RecordBatch) -> Result<()> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let (first_is_new, ranges) = self.groups.cut(rows)?;
        let pieces = ranges.into_iter().enumerate();
        self.pending.extend(pieces.map(|(i, r)| (i > 0 || first_is_new, rows.slice(r.start, r.len()))));
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init, reason = "one group is one range of rows")]
mod tests {
    use std::sync::Arc;

    use arrow::array::Int64Array;

    use super::*;

    fn batch(keys: &[Option<i64>]) -> RecordBatch {
        RecordBatch::try_from_iter([("k", Arc::new(Int64Array::from(keys.to_vec())) as ArrayRef)]).unwrap()
    }

    #[test]
    fn groups_span_batches_and_nulls_are_one_group() {
        let mut groups = Groups::new(vec![0]);
        assert_eq!(groups.cut(&batch(&[None, None, Some(1)])).unwrap(), (true, vec![0..2, 2..3]));
        assert_eq!(groups.cut(&batch(&[Some(1), Some(2)])).unwrap(), (false, vec![0..1, 1..2]));
        assert_eq!(groups.cut(&batch(&[Some(3)])).unwrap(), (true, vec![0..1]));
    }

    #[test]
    fn without_keys_there_is_one_group() {
        let mut groups = Groups::new(Vec::new());
        assert_eq!(groups.cut(&batch(&[Some(1), Some(2)])).unwrap(), (true, vec![0..2]));
        assert_eq!(groups.cut(&batch(&[Some(3)])).unwrap(), (false, vec![0..1]));
    }
}
