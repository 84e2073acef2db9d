//! What is said to a worker while it answers: Arrow streams and marks, gathered and sent on.

use std::convert::Infallible;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow_ipc::writer::StreamWriter;
use lang::Result;
use tokio::io::AsyncWriteExt;
use tokio::net::unix::OwnedWriteHalf;

use crate::error;

/// From this many bytes on they are sent before more are gathered.
const GATHERED_BYTES: usize = 256 * 1024;

/// The way to one worker. A worker that does not listen any more answers why: sending never fails, it ends with the
/// conversation.
#[derive(Debug)]
pub(crate) struct Frames<'w> {
    outgoing: &'w mut OwnedWriteHalf,
    gathered: Vec<u8>,
}

impl<'w> Frames<'w> {
    pub(crate) fn new(outgoing: &'w mut OwnedWriteHalf) -> Self {
        Frames { outgoing, gathered: Vec::new() }
    }

    pub(crate) fn int(&mut self, value: i32) {
        self.gathered.extend(value.to_be_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.gathered.extend_from_slice(bytes);
    }

    /// The same bytes, which are not copied where nothing else was gathered.
    fn take(&mut self, bytes: &mut Vec<u8>) {
        if self.gathered.is_empty() {
            std::mem::swap(&mut self.gathered, bytes);
        } else {
            self.gathered.append(bytes);
        }
    }

    /// Sends what was gathered if it is much.
    pub(crate) async fn relieve(&mut self) {
        if self.gathered.len() >= GATHERED_BYTES {
            self.send().await;
        }
    }

    /// Sends what was gathered; before waiting for anything else.
    pub(crate) async fn send(&mut self) {
        if self.outgoing.write_all(&self.gathered).await.is_err() {
            let never: Infallible = std::future::pending().await;
            match never {}
        }
        self.gathered.clear();
    }
}

/// One Arrow stream inside the frames.
pub(crate) struct ArrowStream {
    writer: StreamWriter<Vec<u8>>,
}

impl ArrowStream {
    /// Begins with the schema.
    pub(crate) fn begin(schema: &Schema) -> Result<Self> {
        Ok(ArrowStream { writer: StreamWriter::try_new(Vec::new(), schema).map_err(error::arrow)? })
    }

    /// Puts rows into the frames, at most `max_records` in a message.
    pub(crate) async fn write(
        &mut self,
        rows: &RecordBatch,
        max_records: usize,
        frames: &mut Frames<'_>,
    ) -> Result<()> {
        let mut start = 0;
        while start < rows.num_rows() {
            let length = max_records.min(rows.num_rows() - start);
            self.writer.write(&rows.slice(start, length)).map_err(error::arrow)?;
            start += length;
            self.hand_over(frames);
            frames.relieve().await;
        }
        Ok(())
    }

    /// Puts a message without rows into the frames.
    pub(crate) fn write_empty(&mut self, schema: &Schema) -> Result<()> {
        let empty = RecordBatch::new_empty(std::sync::Arc::new(schema.clone()));
        self.writer.write(&empty).map_err(error::arrow)
    }

    pub(crate) fn end(mut self, frames: &mut Frames<'_>) -> Result<()> {
        self.writer.finish().map_err(error::arrow)?;
        self.hand_over(frames);
        Ok(())
    }

    fn hand_over(&mut self, frames: &mut Frames<'_>) {
        frames.take(self.writer.get_mut());
    }
}
