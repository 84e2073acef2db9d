//! One task of a write: its batches into files, a bounded number of them open at once.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use futures::TryStreamExt;
use lang::Result;
use plan::contract::{CommitMessage, StagedFile};

use super::encoder::Encoder;
use super::output::Output;
use super::partition::Piece;
use super::sink::FileSink;
use crate::error::from_datafusion;

/// Files one task keeps open; the one written to longest ago is closed for the next.
const OPEN_FILES: usize = 64;
/// Bytes that the encoders of one task hold back together.
const HELD_BYTES: usize = 256 << 20;

/// A file being written.
struct OpenFile {
    folder: Arc<str>,
    staged: StagedFile,
    encoder: Box<dyn Encoder>,
    output: Output,
    rows: usize,
}

pub(super) struct Task<'a> {
    sink: &'a FileSink,
    partition: usize,
    /// The one written to last stands last.
    open: Vec<OpenFile>,
    /// Files begun in each folder.
    begun: HashMap<Arc<str>, usize>,
    buffer: Vec<u8>,
    message: CommitMessage,
}

impl<'a> Task<'a> {
    pub(super) fn new(sink: &'a FileSink, partition: usize) -> Self {
        Task {
            sink,
            partition,
            open: Vec::new(),
            begun: HashMap::new(),
            buffer: Vec::new(),
            message: CommitMessage::default(),
        }
    }

    pub(super) async fn run(mut self, input: SendableRecordBatchStream) -> Result<CommitMessage> {
        match self.write_all(input).await {
            Ok(()) => Ok(self.message),
            Err(error) => {
                for file in self.open {
                    file.output.abort().await;
                }
                Err(error)
            }
        }
    }

    async fn write_all(&mut self, mut input: SendableRecordBatchStream) -> Result<()> {
        // Without any row there is still one file, so that readers find a schema.
        if self.partition == 0 && !self.sink.partitions.is_partitioned() {
            self.open(Arc::from("")).await?;
        }
        let mut splitter = self.sink.partitions.splitter()?;
        while let Some(batch) = input.try_next().await.map_err(from_datafusion)? {
            if batch.num_rows() > 0 {
                for piece in splitter.split(&batch)? {
                    self.write_piece(piece).await?;
                }
            }
        }
        while let Some(file) = self.open.pop() {
            self.close(file).await?;
        }
        Ok(())
    }

    async fn write_piece(&mut self, piece: Piece) -> Result<()> {
        let Some(most) = self.sink.most_rows else { return self.write(&piece.folder, &piece.batch).await };
        let mut start = 0;
        while start < piece.batch.num_rows() {
            let index = self.find(&piece.folder).await?;
            if self.open[index].rows >= most {
                let full = self.open.remove(index);
                self.close(full).await?;
                continue;
            }
            let length = (most - self.open[index].rows).min(piece.batch.num_rows() - start);
            self.write(&piece.folder, &piece.batch.slice(start, length)).await?;
            start += length;
        }
        Ok(())
    }

    async fn write(&mut self, folder: &Arc<str>, batch: &RecordBatch) -> Result<()> {
        let index = self.find(folder).await?;
        let file = &mut self.open[index];
        file.encoder.write(batch, &mut self.buffer)?;
        file.rows += batch.num_rows();
        self.message.rows += batch.num_rows() as u64;
        self.message.bytes += self.buffer.len() as u64;
        file.output.write(&mut self.buffer).await?;
        self.relieve().await
    }

    /// The open file of a folder, moved to the end.
    async fn find(&mut self, folder: &Arc<str>) -> Result<usize> {
        let found = self.open.iter().rposition(|file| file.folder == *folder);
        match found {
            Some(index) => {
                let file = self.open.remove(index);
                self.open.push(file);
            }
            None => self.open(Arc::clone(folder)).await?,
        }
        Ok(self.open.len() - 1)
    }

    async fn open(&mut self, folder: Arc<str>) -> Result<()> {
        if self.open.len() == OPEN_FILES {
            let oldest = self.open.remove(0);
            self.close(oldest).await?;
        }
        let sequence = self.begun.entry(Arc::clone(&folder)).or_default();
        let name = self.sink.file_name(self.partition, *sequence);
        *sequence += 1;
        let target = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let encoder = self.sink.encoding.encoder()?;
        let (staged, output) = self.sink.place.create(&target).await?;
        self.open.push(OpenFile { folder, staged: StagedFile { staged, target }, encoder, output, rows: 0 });
        Ok(())
    }

    async fn close(&mut self, mut file: OpenFile) -> Result<()> {
        let finished = match file.encoder.finish(&mut self.buffer) {
            Ok(()) => {
                self.message.bytes += self.buffer.len() as u64;
                file.output.write(&mut self.buffer).await
            }
            Err(error) => Err(error),
        };
        if let Err(error) = finished {
            file.output.abort().await;
            return Err(error);
        }
        if let Some(upload) = file.output.close().await? {
            self.sink.place.keep(&file.staged.staged, upload);
        }
        self.message.files.push(file.staged);
        Ok(())
    }

    /// Makes the encoder that holds most give up its bytes when all together hold too many.
    async fn relieve(&mut self) -> Result<()> {
        if self.open.iter().map(|file| file.encoder.held()).sum::<usize>() <= HELD_BYTES {
            return Ok(());
        }
        if let Some(file) = self.open.iter_mut().max_by_key(|file| file.encoder.held()) {
            file.encoder.relieve(&mut self.buffer)?;
            self.message.bytes += self.buffer.len() as u64;
            file.output.write(&mut self.buffer).await?;
        }
        Ok(())
    }
}
