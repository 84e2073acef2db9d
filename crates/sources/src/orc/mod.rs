//! ORC: stripes of columns, read from the file's end.
//!
//! ```text
//! end of file ──► Footer (types, stripes) ──► each stripe: footer, wanted streams ──Columns──► RecordBatch
//! RecordBatches ──► a stripe's streams ──► footer at the end
//! ```
//!
//! The nouns: an [`OrcFile`](file::OrcFile) is a file whose end is read; a stream is one part of one column's values;
//! [`Columns`](column::Columns) makes arrays of streams; `runs` are the encodings of numbers.
//!
//! # Guarantees
//! - Only the streams of wanted columns are read; one stripe a file is held in memory.
//! - Columns are found by name, case aside; what does not decode is an error.
//! - Days and instants before 15 October 1582 are stored in the Julian calendar, as Spark's writer does.
//!
//! # Does not
//! Skip stripes by statistics, write indexes or dictionaries; know unions, LZO, encryption.
//!
//! # Where to start
//! `file.rs`, then `column.rs`; `write.rs` for writing.

mod calendar;
mod codec;
mod column;
mod file;
mod proto;
mod runs;
mod types;
pub(crate) mod write;

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use futures::future::BoxFuture;
use lang::ir::Options;
use lang::{DataType, Error, Result};
use object_store::ObjectStore;
use object_store::path::Path;

use crate::error::in_file;
use crate::option::OptionReader;
use crate::path::LeafFile;
use crate::scan::{Batches, DecodeRequest, Decoder, RecordFormat};
use crate::store::Store;

/// How ORC files are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrcReader {
    merge: bool,
}

impl OrcReader {
    /// # Errors
    /// Malformed values.
    pub(crate) fn new(options: &Options, conf: &Options) -> Result<Self> {
        let read = OptionReader::new("orc", options);
        let session = conf.get("spark.sql.orc.mergeSchema").is_some_and(|v| v.eq_ignore_ascii_case("true"));
        Ok(OrcReader { merge: read.flag("mergeschema", session)? })
    }

    /// The schema of the first file, or of all of them merged.
    ///
    /// # Errors
    /// Files that cannot be read; types that Spark has not; schemas that do not merge.
    pub(crate) async fn infer(self, store: &Store, files: &[LeafFile]) -> Result<SchemaRef> {
        let touched = if self.merge { files } else { files.get(..1).unwrap_or_default() };
        let mut schemas = Vec::with_capacity(touched.len());
        for file in touched {
            let (object, path) = (Arc::clone(&store.object), file.meta.location.clone());
            let opened = file::OrcFile::open(object, path, file.meta.size).await;
            let opened = opened.map_err(|e| in_file(e, &file.path))?;
            match types::spark_type(&opened.footer.types, 0, 0)? {
                DataType::Struct(fields) => schemas.push(Schema::new(functions::types::to_fields(&fields))),
                _ => return Err(types::malformed("its types")),
            }
        }
        Ok(Arc::new(crate::parquet::merge(schemas)?))
    }
}

/// ORC files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OrcFormat;

impl RecordFormat for OrcFormat {
    fn name(&self) -> &'static str {
        "orc"
    }

    fn boundary(&self) -> Option<u8> {
        None
    }

    fn decompresses(&self) -> bool {
        false
    }

    fn decoder(&self, _: &DecodeRequest) -> Result<Box<dyn Decoder>> {
        Err(Error::internal("ORC files are not decoded from their start"))
    }

    fn open(
        &self,
        store: &Arc<dyn ObjectStore>,
        path: &Path,
        request: &DecodeRequest,
    ) -> Option<BoxFuture<'static, DataFusionResult<Batches>>> {
        let (store, path, request) = (Arc::clone(store), path.clone(), request.clone());
        Some(Box::pin(async move {
            let file = file::OrcFile::open(store, path, request.facts.size).await?;
            Ok::<_, DataFusionError>(file.batches(request))
        }))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
    use futures::TryStreamExt;
    use object_store::ObjectStoreExt;
    use object_store::memory::InMemory;

    use super::*;
    use crate::scan::FileFacts;
    use crate::scan::testing::show;
    use crate::write::FileEncoding;

    #[tokio::test]
    async fn rows_survive() -> DataFusionResult<()> {
        let numbers: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None, Some(-3)]));
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some(""), None]));
        let batch = RecordBatch::try_from_iter_with_nullable([("i", numbers, true), ("s", texts, true)])?;
        for codec in ["none", "zlib", "snappy", "lz4", "zstd"] {
            let options = Options::from([("compression".to_string(), codec.to_string())]);
            let written =
                write::OrcWriter::new(&options, &Options::new(), &batch.schema()).and_then(|writer| {
                    let (mut encoder, mut out) = (writer.encoder()?, Vec::new());
                    encoder.write(&batch, &mut out)?;
                    encoder.finish(&mut out)?;
                    Ok(out)
                });
            let out = written.map_err(crate::error::external)?;
            let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
            let (path, size) = (Path::from("f"), out.len() as u64);
            store.put(&path, out.into()).await?;
            for (columns, expected) in
                [(vec![0, 1], vec!["1|a", "~|", "-3|~"]), (vec![1], vec!["a", "", "~"])]
            {
                let request = DecodeRequest {
                    file_schema: batch.schema(),
                    columns,
                    batch_size: 2,
                    at_start: true,
                    facts: FileFacts { size, ..FileFacts::default() },
                    defaults: crate::scan::Defaults::default(),
                };
                let opened = OrcFormat.open(&store, &path, &request);
                let Some(opened) = opened else { continue };
                let batches: Vec<RecordBatch> = opened.await?.try_collect().await?;
                assert_eq!(batches.iter().flat_map(show).collect::<Vec<_>>(), expected, "{codec}");
            }
        }
        Ok(())
    }
}
