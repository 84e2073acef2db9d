//! One task of a write: its batches into files, a bounded number of them open at once.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::execution::SendableRecordBatchStream;
use futures::TryStreamExt;
use lang::{Error, Result};
use parquet::arrow::ArrowWriter;
use plan::lake::ChangeRows;
use sources::Folder;
use uuid::Uuid;

use super::output::Output;
use super::split::{Splitter, Values};
use super::{Target, rows, statistics};
use crate::error::from_datafusion;
use crate::file::{DataFile, encode};
use crate::partition;

/// Files one task keeps open; the one written to longest ago is closed for the next.
const OPEN_FILES: usize = 64;
/// Bytes that the encoders of one task hold back together.
const HELD_BYTES: usize = 192 << 20;

/// A file being written.
struct OpenFile {
    values: Values,
    path: String,
    writer: ArrowWriter<Vec<u8>>,
    output: Output,
    bytes: u64,
    rows: u64,
    unordered: Vec<bool>,
}

/// What is written where.
pub(super) struct Task<'a> {
    pub folder: &'a Folder,
    pub target: &'a Arc<Target>,
    /// The folder below the table's that files go to, with a slash at its end; empty: the table's.
    pub below: &'static str,
    pub prefix: &'static str,
    pub partition: usize,
}

/// The files of one task.
struct Files<'a> {
    task: &'a Task<'a>,
    /// The one written to last stands last.
    open: Vec<OpenFile>,
    done: Vec<DataFile>,
    buffer: Vec<u8>,
    begun: usize,
}

impl Task<'_> {
    /// Writes all rows; answers with the files. What was begun is taken back when it fails, and what was finished is told
    /// to `finished` as it is.
    pub(super) async fn run(
        &self,
        mut input: SendableRecordBatchStream,
        finished: &(dyn Fn(DataFile) + Send + Sync),
    ) -> Result<ChangeRows> {
        let mut splitter = Splitter::new(self.target)?;
        let mut files =
            Files { task: self, open: Vec::new(), done: Vec::new(), buffer: Vec::new(), begun: 0 };
        let mut wrote = ChangeRows::default();
        let result = async {
            while let Some(batch) = input.try_next().await.map_err(from_datafusion)? {
                if batch.num_rows() == 0 {
                    continue;
                }
                wrote.rows += batch.num_rows() as u64;
                let batch = rows::checked(&batch, self.target)?;
                for (values, piece) in splitter.split(&batch)? {
                    files.write(values, &rows::of_file(&piece, self.target)?).await?;
                }
            }
            while let Some(file) = files.open.pop() {
                files.close(file).await?;
            }
            Ok(())
        }
        .await;
        for file in std::mem::take(&mut files.done) {
            wrote.bytes += file.size;
            wrote.files += 1;
            finished(file);
        }
        match result {
            Ok(()) => Ok(wrote),
            Err(error) => {
                for file in files.open {
                    file.output.abort().await;
                }
                Err(error)
            }
        }
    }
}

impl Files<'_> {
    async fn write(&mut self, values: Values, batch: &RecordBatch) -> Result<()> {
        let found = self.open.iter().rposition(|file| file.values == values);
        let at = match found {
            Some(at) => at,
            None => self.begin(values).await?,
        };
        let file = self.open.remove(at);
        self.open.push(file);
        let Some(file) = self.open.last_mut() else { return Ok(()) };
        statistics::mark_unordered(batch, &mut file.unordered);
        file.writer.write(batch).map_err(failed)?;
        file.rows += batch.num_rows() as u64;
        self.buffer.append(file.writer.inner_mut());
        file.bytes += self.buffer.len() as u64;
        file.output.write(&mut self.buffer).await?;
        let size = file.bytes + file.writer.in_progress_size() as u64;
        if size >= self.task.target.file_bytes
            && let Some(full) = self.open.pop()
        {
            self.close(full).await?;
        }
        self.relieve().await
    }

    /// A new file for these partition values, at the end.
    async fn begin(&mut self, values: Values) -> Result<usize> {
        if self.open.len() == OPEN_FILES {
            let oldest = self.open.remove(0);
            self.close(oldest).await?;
        }
        let task = self.task;
        let names = task.target.partitions.iter().map(|(_, name)| name.as_str());
        let folder = partition::folder(names.zip(values.iter().map(Option::as_deref)));
        let name = format!(
            "{}-{:05}-{}-c{:03}{}",
            task.prefix,
            task.partition,
            Uuid::new_v4(),
            self.begun,
            task.target.extension
        );
        self.begun += 1;
        let inside = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let path = format!("{}{inside}", task.below);
        let writer = ArrowWriter::try_new(
            Vec::new(),
            Arc::clone(&task.target.files),
            Some(task.target.writer_properties()),
        );
        let output = Output::new(task.folder, task.folder.object(&path)?, &path);
        self.open.push(OpenFile {
            values,
            path,
            writer: writer.map_err(failed)?,
            output,
            bytes: 0,
            rows: 0,
            unordered: Vec::new(),
        });
        Ok(self.open.len() - 1)
    }

    async fn close(&mut self, mut file: OpenFile) -> Result<()> {
        let metadata = match file.writer.finish() {
            Ok(metadata) => metadata,
            Err(error) => {
                file.output.abort().await;
                return Err(failed(error));
            }
        };
        self.buffer.append(file.writer.inner_mut());
        file.bytes += self.buffer.len() as u64;
        if let Err(error) = file.output.write(&mut self.buffer).await {
            file.output.abort().await;
            return Err(error);
        }
        file.output.close().await?;
        let target = self.task.target;
        let stats = statistics::json(&metadata, &target.files, target.indexed, &file.unordered);
        let names = target.partitions.iter().map(|(_, name)| name.clone());
        let partition: HashMap<_, _> = names.zip(file.values.iter().cloned()).collect();
        self.done.push(DataFile {
            object: self.task.folder.object(&file.path)?,
            path: encode(&file.path),
            size: file.bytes,
            modified_millis: chrono::Utc::now().timestamp_millis(),
            partition,
            stats: Some(stats),
            tags: HashMap::new(),
            deletion: None,
        });
        Ok(())
    }

    /// Makes the encoder that holds most give up its bytes when all together hold too many.
    async fn relieve(&mut self) -> Result<()> {
        if self.open.iter().map(|file| file.writer.memory_size()).sum::<usize>() <= HELD_BYTES {
            return Ok(());
        }
        let Some(file) = self.open.iter_mut().max_by_key(|file| file.writer.memory_size()) else {
            return Ok(());
        };
        file.writer.flush().map_err(failed)?;
        self.buffer.append(file.writer.inner_mut());
        file.bytes += self.buffer.len() as u64;
        file.output.write(&mut self.buffer).await
    }
}

fn failed(error: parquet::errors::ParquetError) -> Error {
    Error::internal(format!("writing Parquet: {error}"))
}
