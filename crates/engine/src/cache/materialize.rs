//! Computing what was persisted, and scanning it.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::catalog::streaming::StreamingTable;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::Column;
use datafusion::datasource::provider_as_source;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_plan::{EmptyRecordBatchStream, ExecutionPlan, ExecutionPlanProperties};
use functions::error::from_datafusion;
use futures::StreamExt;
use lang::{Error, ErrorKind, Result};

use super::{Entry, Opened};
use crate::operation::Operation;
use crate::session::Session;

/// How far a persisted plan has come.
#[derive(Debug, Default)]
pub(super) enum Content {
    #[default]
    NotYet,
    Ready(Arc<Batches>),
    /// It does not fit into memory.
    TooLarge,
}

/// A plan's rows in memory, accounted for.
#[derive(Debug)]
pub(super) struct Batches {
    table: Arc<MemTable>,
    _reservation: MemoryReservation,
}

/// What the names of persisted columns begin with; no others do.
pub(crate) const PERSISTED: &str = "persisted:";

impl Entry {
    /// The rows, computed now if this is the first time; `None` if they do not fit. They are computed by `plan`, the
    /// equal one that stands in the query: its sources were opened later than the entry's own and see what is there now.
    pub(super) async fn batches(
        &self,
        plan: LogicalPlan,
        opened: &Opened,
        session: &Arc<Session>,
        operation: &Arc<Operation>,
    ) -> Result<Option<Arc<Batches>>> {
        let mut content = self.content.lock().await;
        if matches!(*content, Content::NotYet) {
            // Other persisted plans may be part of this one.
            let others =
                session.cache.snapshot().into_iter().filter(|e| !std::ptr::eq(e.as_ref(), self)).collect();
            let plan = session.substitute(plan, opened, others, operation).await?;
            let physical = session.physical_of(&plan, operation).await?;
            *content = match collect(&physical, plan.schema().as_arrow(), session).await {
                Ok(batches) => Content::Ready(Arc::new(batches)),
                Err(error) if error.kind() == ErrorKind::Resources => Content::TooLarge,
                Err(error) => return Err(error),
            };
        }
        Ok(match &*content {
            Content::Ready(batches) => Some(Arc::clone(batches)),
            Content::NotYet | Content::TooLarge => None,
        })
    }
}

impl Entry {
    /// The rows if they are there, something in their place if they are not computed yet; `None` if they do not fit.
    ///
    /// # Errors
    /// Internal ones.
    pub(super) fn known(&self, plan: &LogicalPlan) -> Result<Option<Arc<dyn TableProvider>>> {
        match self.content.try_lock().as_deref() {
            Ok(Content::Ready(batches)) => return Ok(Some(batches.table())),
            Ok(Content::TooLarge) => return Ok(None),
            // Somebody computes them just now.
            Ok(Content::NotYet) | Err(_) => {}
        }
        let schema = numbered(plan.schema().as_arrow(), PERSISTED);
        let rows = Arc::new(Uncomputed(Arc::clone(&schema)));
        Ok(Some(Arc::new(StreamingTable::try_new(schema, vec![rows]).map_err(from_datafusion)?)))
    }
}

/// Rows that are not computed yet, of which nothing is known but their columns: for plans that are only shown.
#[derive(Debug)]
struct Uncomputed(SchemaRef);

impl PartitionStream for Uncomputed {
    fn schema(&self) -> &SchemaRef {
        &self.0
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        Box::pin(EmptyRecordBatchStream::new(Arc::clone(&self.0)))
    }
}

impl Batches {
    pub(super) fn table(&self) -> Arc<dyn TableProvider> {
        Arc::<MemTable>::clone(&self.table)
    }
}

/// Runs all partitions at once; their batches are renamed by position, since a scan may only have one name for a column.
async fn collect(plan: &Arc<dyn ExecutionPlan>, schema: &Schema, session: &Arc<Session>) -> Result<Batches> {
    let context = session.task_context();
    let reservation = Arc::new(MemoryConsumer::new("persisted relation").register(context.memory_pool()));
    let schema = numbered(schema, PERSISTED);
    let mut tasks = tokio::task::JoinSet::new();
    let partitions = plan.output_partitioning().partition_count();
    for partition in 0..partitions {
        let mut input = plan.execute(partition, Arc::clone(&context)).map_err(from_datafusion)?;
        let (schema, reservation) = (Arc::clone(&schema), Arc::clone(&reservation));
        tasks.spawn(async move {
            let mut batches = Vec::new();
            while let Some(batch) = input.next().await {
                let batch = batch.map_err(from_datafusion)?;
                reservation.try_grow(batch.get_array_memory_size()).map_err(from_datafusion)?;
                batches.push(renamed(batch, &schema)?);
            }
            Ok::<_, Error>((partition, batches))
        });
    }
    let mut rows = vec![Vec::new(); partitions];
    while let Some(done) = tasks.join_next().await {
        let (partition, batches) = done.map_err(|e| Error::internal(e.to_string()))??;
        rows[partition] = batches;
    }
    let size = reservation.size();
    let table = Arc::new(MemTable::try_new(schema, rows).map_err(from_datafusion)?);
    // The tasks are gone, so this is the only owner; a share of the same size takes its place.
    Ok(Batches { table, _reservation: reservation.split(size) })
}

/// The schema with numbers for names.
pub(crate) fn positional(schema: &Schema) -> SchemaRef {
    numbered(schema, "")
}

fn numbered(schema: &Schema, prefix: &str) -> SchemaRef {
    let columns = schema.fields().iter().enumerate();
    let fields: Vec<Field> =
        columns.map(|(i, f)| f.as_ref().clone().with_name(format!("{prefix}{i}"))).collect();
    Arc::new(Schema::new(fields))
}

/// The batch under the names of `schema`.
pub(crate) fn renamed(batch: RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), batch.columns().to_vec(), &options)
        .map_err(|e| Error::internal(e.to_string()))
}

/// A plan over a table of numbered columns with exactly the columns of `replaced`.
pub(crate) fn table_as_plan(
    table: Arc<dyn TableProvider>,
    replaced: &LogicalPlan,
) -> datafusion::error::Result<LogicalPlan> {
    const NAME: &str = "persisted";
    let stored = table.schema();
    let columns = replaced.schema().iter().zip(stored.fields()).map(|((qualifier, field), stored)| {
        let column = Expr::Column(Column::new(Some(NAME), stored.name()));
        column.alias_qualified(qualifier.cloned(), field.name())
    });
    LogicalPlanBuilder::scan(NAME, provider_as_source(table), None)?.project(columns)?.build()
}

/// Batches of a plan's columns as a plan with those columns.
pub(crate) fn batches_as_plan(batches: Vec<RecordBatch>, replaced: &LogicalPlan) -> Result<LogicalPlan> {
    let schema = positional(replaced.schema().as_arrow());
    let batches = batches.into_iter().map(|batch| renamed(batch, &schema)).collect::<Result<_>>()?;
    let table = MemTable::try_new(schema, vec![batches]).map_err(from_datafusion)?;
    table_as_plan(Arc::new(table), replaced).map_err(from_datafusion)
}
