//! Rows that wait here while a worker computes what belongs beside them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use datafusion::execution::memory_pool::MemoryReservation;
use functions::error::from_datafusion;
use lang::Result;

use crate::error;
use crate::protocol::invalid;

/// A queue of rows; what they take is told to the engine's memory pool.
#[derive(Debug, Clone)]
pub(crate) struct Kept(Arc<Mutex<Queue>>);

#[derive(Debug)]
struct Queue {
    schema: SchemaRef,
    batches: VecDeque<RecordBatch>,
    rows: usize,
    memory: MemoryReservation,
}

impl Kept {
    pub(crate) fn new(schema: SchemaRef, memory: MemoryReservation) -> Self {
        Kept(Arc::new(Mutex::new(Queue { schema, batches: VecDeque::new(), rows: 0, memory })))
    }

    /// # Errors
    /// `UNABLE_TO_ACQUIRE_MEMORY`
    pub(crate) fn push(&self, rows: RecordBatch) -> Result<()> {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        queue.memory.try_grow(bytes(&rows)).map_err(from_datafusion)?;
        queue.rows += rows.num_rows();
        queue.batches.push_back(rows);
        Ok(())
    }

    /// The oldest `count` rows.
    ///
    /// # Errors
    /// When there are not so many.
    pub(crate) fn take(&self, count: usize) -> Result<RecordBatch> {
        let mut queue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if count > queue.rows {
            let message = format!("{count} rows of results for {} rows of arguments", queue.rows);
            return Err(error::protocol(&invalid(message)));
        }
        let mut taken = Vec::new();
        let mut missing = count;
        while missing > 0
            && let Some(first) = queue.batches.pop_front()
        {
            let size = bytes(&first);
            if first.num_rows() <= missing {
                queue.memory.shrink(size.min(queue.memory.size()));
                missing -= first.num_rows();
                taken.push(first);
            } else {
                taken.push(first.slice(0, missing));
                let rest = first.slice(missing, first.num_rows() - missing);
                queue.memory.shrink((size - bytes(&rest).min(size)).min(queue.memory.size()));
                queue.batches.push_front(rest);
                missing = 0;
            }
        }
        queue.rows -= count;
        match taken.as_slice() {
            [one] => Ok(one.clone()),
            many => concat_batches(&queue.schema, many).map_err(error::arrow),
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rows
    }
}

/// What a piece of a batch takes, as its share of the columns.
fn bytes(rows: &RecordBatch) -> usize {
    rows.columns()
        .iter()
        .map(|column| {
            column.to_data().get_slice_memory_size().unwrap_or_else(|_| column.get_array_memory_size())
        })
        .sum()
}
