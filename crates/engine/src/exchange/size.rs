//! Partitions that nobody has asked a number of: one while the rows are few, else several.

use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{Array, RecordBatch};
use datafusion::error::{DataFusionError, Result};
use tokio::sync::watch;

/// Spark's `spark.sql.adaptive.coalescePartitions.minPartitionSize`: rows that take less stay in one partition.
const SMALL_BYTES: usize = 1 << 20;

/// How targets become outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spread {
    /// Each target is an output.
    Exact,
    /// All rows go to the first output.
    One,
    /// Neighbouring targets share an output.
    Merged,
}

/// How much the feeds have seen, and what follows from it.
#[derive(Debug)]
pub(super) struct Size {
    bytes: AtomicUsize,
    /// Feeds that have not ended.
    open: AtomicUsize,
    spread: watch::Sender<Option<Spread>>,
}

impl Size {
    pub(super) fn new(feeds: usize) -> Self {
        Size { bytes: AtomicUsize::new(0), open: AtomicUsize::new(feeds), spread: watch::Sender::new(None) }
    }

    /// Counts a batch.
    pub(super) fn add(&self, batch: &RecordBatch) {
        let bytes = bytes_of(batch);
        if self.bytes.fetch_add(bytes, Ordering::SeqCst) + bytes > SMALL_BYTES {
            self.decide(Spread::Merged);
        }
    }

    /// One feed has seen all of its rows.
    pub(super) fn end(&self) {
        if self.open.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.decide(Spread::One);
        }
    }

    /// One feed will never see its rows; the others do not wait for it.
    pub(super) fn fail(&self) {
        self.decide(Spread::One);
    }

    /// What is decided first holds.
    fn decide(&self, spread: Spread) {
        self.spread.send_if_modified(|decided| {
            let first = decided.is_none();
            decided.get_or_insert(spread);
            first
        });
    }

    pub(super) fn decided(&self) -> Option<Spread> {
        *self.spread.borrow()
    }

    /// Waits for the decision.
    pub(super) async fn spread(&self) -> Result<Spread> {
        let mut decision = self.spread.subscribe();
        let decided = decision.wait_for(Option::is_some).await;
        let decided = decided.ok().and_then(|decided| *decided);
        decided.ok_or_else(|| DataFusionError::Internal("nobody has counted the rows".to_string()))
    }
}

fn bytes_of(batch: &RecordBatch) -> usize {
    let size = |column: &dyn Array| column.to_data().get_slice_memory_size();
    batch.columns().iter().map(|column| size(column).unwrap_or_else(|_| column.get_array_memory_size())).sum()
}
