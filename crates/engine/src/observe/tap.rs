//! Batches on their way from the rows that pass to the plan that aggregates them.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use futures::stream;
use parking_lot::Mutex;
use tokio::sync::mpsc;

/// Batches that may wait for the aggregation.
const BATCHES: usize = 1;

pub(super) type Sender = mpsc::Sender<RecordBatch>;

/// The only partition of the table that the metrics read.
pub(super) struct Tap {
    schema: SchemaRef,
    receiver: Mutex<Option<mpsc::Receiver<RecordBatch>>>,
}

impl Tap {
    pub(super) fn new(schema: SchemaRef) -> Self {
        Tap { schema, receiver: Mutex::default() }
    }

    pub(super) fn open(&self) -> Sender {
        let (sender, receiver) = mpsc::channel(BATCHES);
        *self.receiver.lock() = Some(receiver);
        sender
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tap")
    }
}

impl PartitionStream for Tap {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// All batches of every sender, until the last of them is gone.
    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let batches = stream::unfold(self.receiver.lock().take(), |receiver| async move {
            let mut receiver = receiver?;
            let batch = receiver.recv().await?;
            Some((Ok(batch), Some(receiver)))
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), batches))
    }
}
