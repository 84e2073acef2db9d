//! Rows of table functions, beside the rows they were made of.
//!
//! A worker answers each row with a list of rows, and its end with one more list, which stands beside the last row.
//! Functions over Arrow batches answer with plain rows, which have nothing to stand beside.

use arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, StructArray, UInt64Array};
use arrow::compute::{concat_batches, take, take_record_batch};
use lang::{Error, Result};

use crate::answers::{batch, declared, mismatch};
use crate::error;
use crate::kept::Kept;
use crate::protocol::invalid;
use crate::work::Work;

/// The rows that wait for their results, and the last one that has got them.
#[derive(Debug)]
pub(crate) struct Generated {
    kept: Kept,
    last: Option<RecordBatch>,
}

impl Generated {
    pub(crate) fn new(kept: Kept) -> Self {
        Generated { kept, last: None }
    }

    pub(crate) fn take(&mut self, work: &Work, answer: &RecordBatch) -> Result<RecordBatch> {
        let [column] = answer.columns() else {
            return Err(error::protocol(&invalid("a table function answers with one column")));
        };
        if let Some(rows) = column.as_struct_opt() {
            return plain(work, rows);
        }
        match column.as_list_opt::<i32>() {
            Some(lists) => self.beside(work, lists),
            None => Err(error::protocol(&invalid("a table function answers with rows"))),
        }
    }

    fn beside(&mut self, work: &Work, lists: &ListArray) -> Result<RecordBatch> {
        let waiting = lists.len().min(self.kept.rows());
        let rows = self.kept.take(waiting)?;
        if waiting > 0 {
            self.last = Some(rows.slice(waiting - 1, 1));
        }
        let Some(results) = lists.values().as_struct_opt() else {
            return Err(error::protocol(&invalid("a table function answers with rows")));
        };
        let offsets = lists.value_offsets();
        let (first, end) = (offsets[0] as u64, offsets[lists.len()] as u64);
        let mut origins: Vec<u64> = Vec::with_capacity((end - first) as usize);
        for (index, bounds) in offsets.windows(2).enumerate() {
            // What comes at the end stands beside the last row.
            let origin = index.min(waiting.saturating_sub(1)) as u64;
            origins.extend((bounds[0]..bounds[1]).map(|_| origin));
        }
        let rows = match (waiting, &self.last) {
            (0, Some(last)) => last.clone(),
            _ => rows,
        };
        let rows = repeated(&rows, &UInt64Array::from(origins))?;
        let places = UInt64Array::from_iter_values(first..end);
        let columns = members(work, results, &places)?;
        let columns = rows.columns().iter().cloned().chain(columns).collect();
        batch(&work.output, columns, places.len())
    }
}

/// Rows that stand beside nothing.
fn plain(work: &Work, rows: &StructArray) -> Result<RecordBatch> {
    if work.inputs.iter().any(|input| input.values > 0) {
        return Err(Error::unsupported("functions over Arrow batches beside other columns"));
    }
    let all = UInt64Array::from_iter_values(0..rows.len() as u64);
    batch(&work.output, members(work, rows, &all)?, rows.len())
}

/// The fields of the rows at `places`, in their declared types.
fn members(work: &Work, rows: &StructArray, places: &UInt64Array) -> Result<Vec<ArrayRef>> {
    let fields = work.declared();
    if rows.num_columns() != fields.len() {
        return Err(mismatch(work, rows.fields()));
    }
    let columns: Vec<ArrayRef> = rows
        .columns()
        .iter()
        .map(|c| take(c, places, None))
        .collect::<Result<_, _>>()
        .map_err(error::arrow)?;
    declared(work, &columns, fields).ok_or_else(|| mismatch(work, rows.fields()))?
}

/// The rows at `origins`, of which there may be any number where rows have no columns.
fn repeated(rows: &RecordBatch, origins: &UInt64Array) -> Result<RecordBatch> {
    if rows.num_columns() == 0 || origins.is_empty() {
        return concat_batches(&rows.schema(), [&rows.slice(0, 0)]).map_err(error::arrow);
    }
    if rows.num_rows() == 0 {
        // The end of a partition without rows: there is nothing to stand beside.
        let nulls = UInt64Array::from(vec![None; origins.len()]);
        let columns: Result<Vec<ArrayRef>, _> = rows
            .columns()
            .iter()
            .map(|c| take(&arrow::array::new_null_array(c.data_type(), 1), &nulls, None))
            .collect();
        return RecordBatch::try_new(rows.schema(), columns.map_err(error::arrow)?).map_err(error::arrow);
    }
    take_record_batch(rows, origins).map_err(error::arrow)
}
