//! Scans of files that hold records one after the other (csv, json, xml, text, avro), and of those that open themselves
//! (orc).
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
mod encoding;
pub(crate) mod fold;
mod packed;
mod source;
#[cfg(test)]
pub(crate) mod testing;

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, RecordBatch};
use arrow::compute::kernels::zip::zip;
use arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use functions::error::from_datafusion;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use lang::ir::Options;
use lang::{Error, Result};
use object_store::ObjectStore;
use object_store::path::Path;

use crate::option::OptionReader;

pub(crate) use chunks::Chunks;
pub(crate) use encoding::Encoding;
pub(crate) use packed::is_compressed;
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

    fn encoding(&self) -> Encoding {
        Encoding::Utf8
    }

    fn decoder(&self, request: &DecodeRequest) -> Result<Box<dyn Decoder>>;

    /// The batches of a file that is not read from its start to its end, in the place of what a decoder makes.
    fn open(
        &self,
        _store: &Arc<dyn ObjectStore>,
        _path: &Path,
        _request: &DecodeRequest,
    ) -> Option<BoxFuture<'static, datafusion::error::Result<Batches>>> {
        None
    }
}

/// The batches of one file.
pub(crate) type Batches = BoxStream<'static, datafusion::error::Result<RecordBatch>>;

/// Which files that cannot be read are passed over in silence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tolerance {
    pub missing: bool,
    pub corrupt: bool,
}

impl Tolerance {
    /// The options `ignoreMissingFiles` and `ignoreCorruptFiles`, and the settings of the same names.
    ///
    /// # Errors
    /// Malformed values.
    pub(crate) fn new(options: &OptionReader<'_>, conf: &Options) -> Result<Self> {
        let set = |key: &str| conf.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        Ok(Tolerance {
            missing: options.flag("ignoremissingfiles", set("spark.sql.files.ignoreMissingFiles"))?,
            corrupt: options.flag("ignorecorruptfiles", set("spark.sql.files.ignoreCorruptFiles"))?,
        })
    }

    /// Whether a file with that error ends there, as if it were read.
    fn passes(self, error: &Error) -> bool {
        match error.condition() {
            "FAILED_READ_FILE.FILE_NOT_EXIST" => self.missing,
            condition => self.corrupt && condition.starts_with("FAILED_READ_FILE"),
        }
    }
}

/// What is known of a file without opening it.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileFacts {
    /// `file:/a/b`, `s3a://bucket/a/b`
    pub path: String,
    pub size: u64,
    pub modified_micros: i64,
}

/// What rows have in columns that their file has not, by the columns' names; others are null.
pub(crate) type Defaults = Arc<HashMap<String, ScalarValue>>;

/// A column with a default where it is missing.
pub(crate) fn where_missing(
    missing: &BooleanArray,
    default: &ScalarValue,
    column: &ArrayRef,
) -> Result<ArrayRef> {
    if missing.true_count() == 0 {
        return Ok(Arc::clone(column));
    }
    let default = default.to_scalar().map_err(from_datafusion)?;
    zip(missing, &default, column).map_err(|e| Error::internal(format!("defaults of a column: {e}")))
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
    pub defaults: Defaults,
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
