//! One write of files, from its first task to its commit.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::execution::SendableRecordBatchStream;
use lang::Result;
use object_store::MultipartUpload;
use plan::contract::{CommitMessage, Sink, StagedFile};
use uuid::Uuid;

use super::encoder::FileEncoding;
use super::local::Stage;
use super::object::Uploads;
use super::output::Output;
use super::partition::PartitionColumns;
use super::task::Task;

/// Where files wait for the commit.
#[derive(Debug)]
pub(super) enum Place {
    Local(Stage),
    Object(Uploads),
}

impl Place {
    /// A new file that will be `target`; answers what to call it until then.
    pub(super) async fn create(&self, target: &str) -> Result<(String, Output)> {
        match self {
            Place::Local(stage) => {
                let path = stage.path(target);
                Ok((path.to_string_lossy().into_owned(), Output::disk(path)?))
            }
            Place::Object(uploads) => uploads.create(target).await,
        }
    }

    pub(super) fn keep(&self, staged: &str, upload: Box<dyn MultipartUpload>) {
        if let Place::Object(uploads) = self {
            uploads.keep(staged, upload);
        }
    }
}

/// A write of files.
pub(super) struct FileSink {
    job: Uuid,
    pub place: Place,
    pub encoding: Arc<dyn FileEncoding>,
    pub partitions: Arc<PartitionColumns>,
    /// The most rows one file may have.
    pub most_rows: Option<usize>,
}

impl fmt::Debug for FileSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileSink").field("job", &self.job).field("place", &self.place).finish_non_exhaustive()
    }
}

impl FileSink {
    pub(super) fn new(
        place: Place,
        encoding: Arc<dyn FileEncoding>,
        partitions: PartitionColumns,
        most_rows: Option<usize>,
    ) -> Self {
        FileSink { job: Uuid::new_v4(), place, encoding, partitions: Arc::new(partitions), most_rows }
    }

    /// Spark's names: `part-00000-<uuid>-c000.csv`, with a dot before the `c` in partition folders.
    pub(super) fn file_name(&self, partition: usize, sequence: usize) -> String {
        let dot = if self.partitions.is_partitioned() { '.' } else { '-' };
        format!("part-{partition:05}-{}{dot}c{sequence:03}{}", self.job, self.encoding.extension())
    }
}

#[async_trait]
impl Sink for FileSink {
    async fn write(&self, partition: usize, input: SendableRecordBatchStream) -> Result<CommitMessage> {
        Task::new(self, partition).run(input).await
    }

    async fn commit(&self, messages: Vec<CommitMessage>) -> Result<()> {
        let files: Vec<StagedFile> = messages.into_iter().flat_map(|message| message.files).collect();
        match &self.place {
            Place::Local(stage) => stage.commit(&files),
            Place::Object(uploads) => uploads.commit(&files).await,
        }
    }

    async fn abort(&self) {
        match &self.place {
            Place::Local(stage) => stage.abort(),
            Place::Object(uploads) => uploads.abort().await,
        }
    }
}
