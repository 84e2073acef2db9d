//! Scans of files that hold records one after the other: csv, json, text.
//!
//! ```text
//! PartitionedFile (or a range of it) ──► Chunks (bytes, cut at records) ──► Decoder ──► RecordBatch ──► projection
//! ```
//!
//! The nouns: a [`RecordFormat`] knows how one format's records are decoded; a [`Decoder`] decodes one file or range;
//! [`RecordSource`] plugs both into DataFusion's file scan, which spreads files and ranges over partitions.
//!
//! # Guarantees
//! - Every record of a file that is read in ranges is decoded exactly once.
//! - Only the columns a query needs are decoded.
//! - One chunk and one batch a partition are held in memory; a record must fit in [`RECORD_LIMIT`].
//!
//! # Does not
//! Know formats, list files.
//!
//! # Where to start
//! [`RecordFormat`], then `source.rs`.

mod chunks;
pub(crate) mod fold;
mod source;
#[cfg(test)]
pub(crate) mod testing;

use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use lang::Result;

pub(crate) use chunks::{Chunks, is_compressed};
pub(crate) use source::RecordSource;

/// The most bytes one record may have.
pub(crate) const RECORD_LIMIT: usize = 1 << 30;

/// How the records of one format are decoded.
pub(crate) trait RecordFormat: Debug + Send + Sync {
    fn name(&self) -> &'static str;

    /// The byte after which a file may be cut in two; `None` if it must be read from its start.
    fn boundary(&self) -> Option<u8>;

    /// Whether files whose names say so are decompressed.
    fn decompresses(&self) -> bool {
        true
    }

    fn decoder(&self, request: &DecodeRequest) -> Result<Box<dyn Decoder>>;
}

/// What is known of a file without opening it.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileFacts {
    /// `file:/a/b`, `s3a://bucket/a/b`
    pub path: String,
    pub size: u64,
    pub modified_micros: i64,
}

/// What to decode of one file.
#[derive(Debug, Clone)]
pub(crate) struct DecodeRequest {
    /// All columns the file is declared to have.
    pub file_schema: SchemaRef,
    /// Which of them to decode, ascending.
    pub columns: Vec<usize>,
    pub batch_size: usize,
    /// Whether the bytes start where the file starts.
    pub at_start: bool,
    pub facts: FileFacts,
}

impl DecodeRequest {
    /// The schema of the batches to make.
    pub(crate) fn schema(&self) -> SchemaRef {
        let fields: Vec<_> =
            self.columns.iter().map(|index| Arc::clone(&self.file_schema.fields()[*index])).collect();
        Arc::new(arrow::datatypes::Schema::new(fields))
    }
}

/// Decodes one file or range. `Send` because scans move between threads.
pub(crate) trait Decoder: Send {
    /// Decodes records from the start of `data`, at most a batch full; `last` says that nothing follows.
    ///
    /// A step that consumes nothing and yields nothing wants more data, or is done when it was the last.
    fn decode(&mut self, data: &[u8], last: bool) -> Result<Step>;
}

/// What one step of decoding did.
#[derive(Debug, Default)]
pub(crate) struct Step {
    pub consumed: usize,
    pub batch: Option<RecordBatch>,
}
