//! A record format as a DataFusion file source.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{
    FileGroupPartitioner, FileOpenFuture, FileOpener, FileScanConfig, FileSource,
};
use datafusion::datasource::projection::{ProjectionOpener, SplitProjection};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr::{LexOrdering, PhysicalExpr};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet};
use datafusion::physical_plan::{DisplayFormatType, apply_expression_roots};
use futures::{StreamExt, TryStreamExt};
use lang::Error;
use object_store::ObjectStore;

use super::{
    Batches, Chunks, DecodeRequest, Decoder, Defaults, FileFacts, RECORD_LIMIT, RecordFormat, Tolerance,
    is_compressed,
};
use crate::error::{external, in_file};

/// A scan of files of one record format.
#[derive(Debug, Clone)]
pub(crate) struct RecordSource {
    format: Arc<dyn RecordFormat>,
    tolerance: Tolerance,
    table: TableSchema,
    projection: SplitProjection,
    batch_size: usize,
    defaults: Defaults,
    metrics: ExecutionPlanMetricsSet,
}

impl RecordSource {
    pub(crate) fn new(
        format: Arc<dyn RecordFormat>,
        tolerance: Tolerance,
        table: &TableSchema,
        defaults: Defaults,
    ) -> Self {
        RecordSource {
            format,
            tolerance,
            table: table.clone(),
            projection: SplitProjection::unprojected(table),
            batch_size: 8192,
            defaults,
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl FileSource for RecordSource {
    fn create_file_opener(
        &self,
        store: Arc<dyn ObjectStore>,
        base: &FileScanConfig,
        partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        let opener = Arc::new(RecordOpener {
            format: Arc::clone(&self.format),
            tolerance: self.tolerance,
            request: DecodeRequest {
                file_schema: Arc::clone(self.table.file_schema()),
                columns: self.projection.file_indices.clone(),
                batch_size: self.batch_size,
                at_start: true,
                facts: FileFacts::default(),
                defaults: Arc::clone(&self.defaults),
            },
            local: base.object_store_url.as_str().starts_with("file:"),
            url: base.object_store_url.as_str().trim_end_matches('/').to_string(),
            store,
            metrics: BaselineMetrics::new(&self.metrics, partition),
        });
        ProjectionOpener::try_new(self.projection.clone(), opener, self.table.file_schema())
    }

    fn table_schema(&self) -> &TableSchema {
        &self.table
    }

    fn with_batch_size(&self, batch_size: usize) -> Arc<dyn FileSource> {
        Arc::new(RecordSource { batch_size, ..self.clone() })
    }

    fn try_pushdown_projection(&self, projection: &ProjectionExprs) -> Result<Option<Arc<dyn FileSource>>> {
        let merged = self.projection.source.try_merge(projection)?;
        let projection = SplitProjection::new(self.table.file_schema(), &merged);
        Ok(Some(Arc::new(RecordSource { projection, ..self.clone() })))
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        Some(&self.projection.source)
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        &self.metrics
    }

    fn file_type(&self) -> &str {
        self.format.name()
    }

    fn supports_repartitioning(&self) -> bool {
        self.format.boundary().is_some()
    }

    fn repartitioned(
        &self,
        target_partitions: usize,
        minimum_size: usize,
        ordering: Option<LexOrdering>,
        config: &FileScanConfig,
    ) -> Result<Option<FileScanConfig>> {
        let files = || config.file_groups.iter().flat_map(|group| group.iter());
        if !self.supports_repartitioning() || files().any(|file| is_compressed(file.path().as_ref())) {
            return Ok(None);
        }
        let groups = FileGroupPartitioner::new()
            .with_target_partitions(target_partitions)
            .with_repartition_file_min_size(minimum_size)
            .with_preserve_order_within_groups(ordering.is_some())
            .repartition_file_groups(&config.file_groups);
        Ok(groups.map(|file_groups| {
            let mut split = config.clone();
            split.file_groups = file_groups;
            split
        }))
    }

    fn fmt_extra(&self, _: DisplayFormatType, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        apply_expression_roots(self.projection.source.iter(), f)
    }
}

/// Opens files of one record format.
struct RecordOpener {
    format: Arc<dyn RecordFormat>,
    tolerance: Tolerance,
    request: DecodeRequest,
    local: bool,
    url: String,
    store: Arc<dyn ObjectStore>,
    metrics: BaselineMetrics,
}

impl FileOpener for RecordOpener {
    fn open(&self, file: PartitionedFile) -> Result<FileOpenFuture> {
        let store = Arc::clone(&self.store);
        let location = file.object_meta.location.clone();
        let shown =
            if self.local { format!("file:///{location}") } else { format!("{}/{location}", self.url) };
        let range = file.range.as_ref().map(|r| (r.start.unsigned_abs(), r.end.unsigned_abs()));
        let facts = FileFacts {
            path: shown.replacen("file:///", "file:/", 1),
            size: file.object_meta.size,
            modified_micros: file.object_meta.last_modified.timestamp_micros(),
        };
        let at_start = range.is_none_or(|(start, _)| start == 0);
        let request = DecodeRequest { at_start, facts, ..self.request.clone() };
        let tolerance = self.tolerance;
        if let Some(opened) = self.format.open(&store, &location, &request) {
            return Ok(Box::pin(async move {
                match opened.await {
                    Ok(batches) => Ok(tolerant(batches, tolerance, shown)),
                    Err(error) => nothing_or(error, tolerance, &shown),
                }
            }));
        }
        let decoder = self.format.decoder(&request).map_err(external)?;
        let boundary = self.format.boundary().unwrap_or(b'\n');
        let metrics = self.metrics.clone();
        let (decompresses, encoding) = (self.format.decompresses(), self.format.encoding());
        Ok(Box::pin(async move {
            let opened = match decompresses {
                true => Chunks::open(store, location, file.object_meta.size, range, boundary).await,
                false => Chunks::raw(store, location).await,
            };
            let chunks = match opened {
                Ok(chunks) => chunks.with_encoding(encoding),
                Err(error) => return nothing_or(error, tolerance, &shown),
            };
            let scan = Scan { chunks, decoder, buffer: Vec::new(), read: 0, last: false, metrics };
            let stream = futures::stream::try_unfold(scan, |mut scan| async move {
                Ok(scan.next().await?.map(|batch| (batch, scan)))
            });
            Ok(tolerant(stream.boxed(), tolerance, shown))
        }))
    }
}

/// No rows in the place of a file that may be missing or corrupt.
fn nothing_or(error: DataFusionError, tolerance: Tolerance, shown: &str) -> Result<Batches> {
    let error = in_file(error, shown);
    if tolerance.passes(&error) {
        log::warn!("passed over {shown}: {error}");
        return Ok(futures::stream::empty().boxed());
    }
    Err(external(error))
}

/// The batches with errors that name the file; they end at an error that is passed over.
fn tolerant(batches: Batches, tolerance: Tolerance, shown: String) -> Batches {
    let named = batches.map_err(move |error| external(in_file(error, &shown)));
    if tolerance == Tolerance::default() {
        return named.boxed();
    }
    let kept = named.take_while(move |batch| {
        let passed = match batch {
            Ok(_) => false,
            Err(error) => {
                let error = crate::error::from_datafusion_ref(error);
                error.is_some_and(|error| tolerance.passes(&error))
            }
        };
        futures::future::ready(!passed)
    });
    kept.boxed()
}

/// One file or range being decoded.
struct Scan {
    chunks: Chunks,
    decoder: Box<dyn Decoder>,
    buffer: Vec<u8>,
    /// How much of the buffer is decoded.
    read: usize,
    last: bool,
    metrics: BaselineMetrics,
}

impl Scan {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            let step = {
                let _timer = self.metrics.elapsed_compute().timer();
                self.decoder.decode(&self.buffer[self.read..], self.last).map_err(external)?
            };
            self.read += step.consumed;
            if step.batch.is_some() {
                return Ok(step.batch);
            }
            if step.consumed > 0 {
                continue;
            }
            if self.last {
                return Ok(None);
            }
            self.buffer.drain(..self.read);
            self.read = 0;
            if self.buffer.len() > RECORD_LIMIT {
                return Err(external(Error::unsupported(format!(
                    "a record of more than {RECORD_LIMIT} bytes"
                ))));
            }
            self.last = !self.chunks.fill(&mut self.buffer).await?;
        }
    }
}
