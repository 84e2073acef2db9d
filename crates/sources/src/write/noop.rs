//! A sink that computes everything and keeps nothing, for measuring.

use async_trait::async_trait;
use datafusion::execution::SendableRecordBatchStream;
use futures::TryStreamExt;
use lang::Result;
use plan::contract::{CommitMessage, Sink};

use crate::error::from_datafusion;

/// The `noop` format.
#[derive(Debug)]
pub(super) struct NoopSink;

#[async_trait]
impl Sink for NoopSink {
    async fn write(&self, _partition: usize, mut input: SendableRecordBatchStream) -> Result<CommitMessage> {
        let mut message = CommitMessage::default();
        while let Some(batch) = input.try_next().await.map_err(from_datafusion)? {
            message.rows += batch.num_rows() as u64;
        }
        Ok(message)
    }

    async fn commit(&self, _messages: Vec<CommitMessage>) -> Result<()> {
        Ok(())
    }

    async fn abort(&self) {}
}
