//! The source of a MERGE, computed once: its batches in memory up to a limit, the rest on disk.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{MemTable, Session as DfSession, TableProvider};
use datafusion::common::Statistics;
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result as DfResult;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, SpillFile, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, SpillMetrics};
use datafusion::physical_plan::spill::SpillManager;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning, PlanProperties,
};
use functions::error::from_datafusion;
use futures::{StreamExt, stream};
use lang::{Error, Result};
use plan::modify::ModifySource;
use tokio::task::JoinSet;

use super::Work;
use crate::cache::{positional, renamed};
use crate::execute::interruptible;

/// Up to this many bytes stay in memory; a join keeps the rows a second time.
const KEPT_BYTES: usize = 256 << 20;

/// The rows of a source.
#[derive(Debug)]
pub(super) struct Kept {
    provider: Arc<dyn TableProvider>,
    rows: u64,
    _memory: Arc<MemoryReservation>,
}

impl Kept {
    pub(super) fn provider(&self) -> Arc<dyn TableProvider> {
        Arc::clone(&self.provider)
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }
}

/// One partition's batches, those in memory first.
#[derive(Default)]
struct Part {
    batches: Vec<RecordBatch>,
    spilled: Option<Arc<dyn SpillFile>>,
    rows: usize,
    bytes: usize,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part").field("rows", &self.rows).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Work<'_> {
    /// Computes the source, all partitions at once.
    pub(super) async fn keep(&self, source: &ModifySource) -> Result<Kept> {
        let plan = source.rows.clone();
        let schema = positional(plan.schema().as_arrow());
        let physical = self.session.physical(plan, &self.opened, self.operation).await?;
        let context = self.session.task_context();
        let memory =
            MemoryConsumer::new("source of a merge").with_can_spill(true).register(context.memory_pool());
        let memory = Arc::new(memory);
        let metrics = SpillMetrics::new(&ExecutionPlanMetricsSet::new(), 0);
        let disk = Arc::new(SpillManager::new(context.runtime_env(), metrics, Arc::clone(&schema)));
        let partitions = physical.output_partitioning().partition_count();
        let mut tasks = JoinSet::new();
        for partition in 0..partitions {
            let input = physical.execute(partition, Arc::clone(&context)).map_err(from_datafusion)?;
            let input = interruptible(input, self.operation);
            let (schema, memory, disk) = (Arc::clone(&schema), Arc::clone(&memory), Arc::clone(&disk));
            tasks.spawn(async move { Ok((partition, part(input, &schema, &memory, &disk).await?)) });
        }
        let mut parts: Vec<Part> = (0..partitions).map(|_| Part::default()).collect();
        while let Some(done) = tasks.join_next().await {
            let done: Result<_> = done.map_err(|e| Error::internal(format!("the source failed: {e}")))?;
            let (partition, part) = done?;
            parts[partition] = part;
        }
        let rows = parts.iter().map(|part| part.rows as u64).sum();
        Ok(Kept { provider: provider(schema, parts, disk)?, rows, _memory: memory })
    }
}

fn provider(schema: SchemaRef, parts: Vec<Part>, disk: Arc<SpillManager>) -> Result<Arc<dyn TableProvider>> {
    if parts.iter().all(|part| part.spilled.is_none()) {
        let batches = parts.into_iter().map(|part| part.batches).collect();
        return Ok(Arc::new(MemTable::try_new(schema, batches).map_err(from_datafusion)?));
    }
    Ok(Arc::new(KeptTable { schema, parts: Arc::new(parts), disk }))
}

async fn part(
    mut input: SendableRecordBatchStream,
    schema: &SchemaRef,
    memory: &MemoryReservation,
    disk: &SpillManager,
) -> Result<Part> {
    let mut part = Part::default();
    let mut file = None;
    while let Some(batch) = input.next().await {
        let batch = renamed(batch.map_err(from_datafusion)?, schema)?;
        if batch.num_rows() == 0 {
            continue;
        }
        let bytes = batch.get_array_memory_size();
        part.rows += batch.num_rows();
        part.bytes += bytes;
        let fits = file.is_none() && memory.size() + bytes <= KEPT_BYTES && memory.try_grow(bytes).is_ok();
        if fits {
            part.batches.push(batch);
            continue;
        }
        let file = match &mut file {
            Some(file) => file,
            none => none.insert(disk.create_in_progress_file("source of a merge").map_err(from_datafusion)?),
        };
        file.append_batch(&batch).map_err(from_datafusion)?;
    }
    if let Some(mut file) = file {
        part.spilled = file.finish().map_err(from_datafusion)?;
    }
    Ok(part)
}

/// Batches of which some are on disk.
#[derive(Debug)]
struct KeptTable {
    schema: SchemaRef,
    parts: Arc<Vec<Part>>,
    disk: Arc<SpillManager>,
}

#[async_trait]
impl TableProvider for KeptTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        _: &dyn DfSession,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> DfResult<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => Arc::clone(&self.schema),
        };
        let properties = PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(self.parts.len()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Ok(Arc::new(KeptExec {
            parts: Arc::clone(&self.parts),
            disk: Arc::clone(&self.disk),
            projection: projection.cloned(),
            properties: Arc::new(properties),
        }))
    }
}

/// Reads kept batches.
#[derive(Debug)]
struct KeptExec {
    parts: Arc<Vec<Part>>,
    disk: Arc<SpillManager>,
    projection: Option<Vec<usize>>,
    properties: Arc<PlanProperties>,
}

impl DisplayAs for KeptExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeptExec: partitions={}", self.parts.len())
    }
}

impl ExecutionPlan for KeptExec {
    fn name(&self) -> &'static str {
        "KeptExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> DfResult<TreeNodeRecursion>,
    ) -> DfResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DfResult<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> DfResult<SendableRecordBatchStream> {
        let part = &self.parts[partition];
        let spilled = part.spilled.as_ref().map(Arc::clone);
        let spilled = spilled.map(|file| self.disk.read_spill_as_stream(file, None)).transpose()?;
        let batches = stream::iter(part.batches.clone().into_iter().map(Ok));
        let batches = match spilled {
            Some(spilled) => batches.chain(spilled).boxed(),
            None => batches.boxed(),
        };
        let projection = self.projection.clone();
        let projected = batches.map(move |batch| match (&projection, batch?) {
            (Some(columns), batch) => Ok(batch.project(columns)?),
            (None, batch) => Ok(batch),
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), projected)))
    }

    fn partition_statistics(&self, partition: Option<usize>) -> DfResult<Arc<Statistics>> {
        let parts = self.parts.iter().enumerate().filter(|(place, _)| partition.is_none_or(|p| p == *place));
        let (mut rows, mut bytes) = (0, 0);
        for (_, part) in parts {
            rows += part.rows;
            bytes += part.bytes;
        }
        let mut statistics = Statistics::new_unknown(&self.schema());
        statistics.num_rows = Precision::Exact(rows);
        statistics.total_byte_size = Precision::Inexact(bytes);
        Ok(Arc::new(statistics))
    }
}
