//! Running a rewrite: every partition sorts its rows out and writes those that stay.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, lit};
use datafusion::physical_plan::ExecutionPlanProperties;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use functions::error::{external, from_datafusion};
use futures::channel::mpsc;
use futures::{SinkExt, StreamExt};
use lang::{Error, Result};
use parking_lot::Mutex;
use plan::lake::Change;
use tokio::task::JoinSet;

use super::Work;
use super::kept::Kept;
use super::sorted::{Sorter, Tally};
use crate::edge::Edge;
use crate::execute::interruptible;

/// Batches of changes that wait for being recorded.
const WAITING_CHANGES: usize = 2;

impl Work<'_> {
    /// Writes the rows of these files as they are to be, and the new ones.
    pub(super) async fn rewritten(
        &self,
        source: Option<&Kept>,
        files: Option<Vec<u32>>,
        bounds: Option<&Expr>,
        change: &Arc<dyn Change>,
    ) -> Result<Tally> {
        let rewrite = &self.modification.rewrite;
        let records = self.table.records_changes() && self.modification.find.is_some();
        let in_place = self.table.deletes_in_place() && self.modification.find.is_some();
        let once = self.modification.several_matches && self.modification.find.is_some();
        let mut rows = rewrite.rows(in_place || once, records);
        if in_place {
            let changed = functions::definition::column(&rewrite.clause.id).not_eq(lit(0));
            rows.plan = LogicalPlanBuilder::from(rows.plan)
                .filter(changed)
                .and_then(LogicalPlanBuilder::build)
                .map_err(from_datafusion)?;
        }
        let edge = Edge::new(&rows);
        let width = rewrite.columns.len();
        let table = Arc::new(Schema::new(edge.arrow_schema.fields()[..width].to_vec()));
        let sorter = Sorter {
            table,
            actions: rewrite.actions.clone().into(),
            in_place,
            once,
            recorded: records.then_some(rewrite.old.len()),
        };
        let plan = self.filled(edge.project(rows.plan)?, source, files, bounds, bounds.is_some())?;
        let physical = self.physical(plan).await?;
        let context = self.session.task_context();
        let mut tasks = JoinSet::new();
        for partition in 0..physical.output_partitioning().partition_count() {
            let input = physical.execute(partition, Arc::clone(&context)).map_err(from_datafusion)?;
            let input = edge.stream(interruptible(input, self.operation));
            let (sorter, change) = (sorter.clone(), Arc::clone(change));
            tasks.spawn(async move { partition_written(partition, input, sorter, change).await });
        }
        let mut all = Tally::default();
        while let Some(done) = tasks.join_next().await {
            match done.unwrap_or_else(|e| Err(Error::internal(format!("a write failed: {e}")))) {
                Ok(tally) => all.merge(tally),
                Err(error) => {
                    // Nobody writes any more when what was written is cleaned up.
                    tasks.shutdown().await;
                    return Err(error);
                }
            }
        }
        Ok(all)
    }
}

async fn partition_written(
    partition: usize,
    input: SendableRecordBatchStream,
    sorter: Sorter,
    change: Arc<dyn Change>,
) -> Result<Tally> {
    let tally = Arc::new(Mutex::new(Tally::default()));
    let table = Arc::clone(&sorter.table);
    match sorter.recorded {
        None => {
            let rows = sorted(input, sorter, Arc::clone(&tally), None);
            change.write(partition, adapted(table, rows)).await?;
        }
        Some(_) => {
            let (sender, receiver) = mpsc::channel(WAITING_CHANGES);
            let changes = adapted(sorter.change_schema(), receiver.map(Ok));
            let rows = sorted(input, sorter, Arc::clone(&tally), Some(sender));
            let write = change.write(partition, adapted(table, rows));
            futures::future::try_join(write, change.write_changes(partition, changes)).await?;
        }
    }
    let tally = std::mem::take(&mut *tally.lock());
    Ok(tally)
}

/// The rows that are written; changes go to whoever records them.
fn sorted(
    input: SendableRecordBatchStream,
    sorter: Sorter,
    tally: Arc<Mutex<Tally>>,
    changes: Option<mpsc::Sender<RecordBatch>>,
) -> impl futures::Stream<Item = Result<RecordBatch, DataFusionError>> {
    input.then(move |batch| {
        let parts = batch.and_then(|batch| sorter.sort(&batch, &mut tally.lock()).map_err(external));
        let changes = changes.clone();
        async move {
            let parts = parts?;
            if let (Some(mut changes), Some(batch)) = (changes, parts.changes) {
                // Whoever records has failed when nobody takes it; that error is told.
                let _ = changes.send(batch).await;
            }
            Ok(parts.rows)
        }
    })
}

fn adapted(
    schema: SchemaRef,
    batches: impl futures::Stream<Item = Result<RecordBatch, DataFusionError>> + Send + 'static,
) -> SendableRecordBatchStream {
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}

/// Aborts the change when the statement is dropped on its way.
pub(super) struct Unfinished {
    change: Option<Arc<dyn Change>>,
}

impl Unfinished {
    pub(super) fn new(change: &Arc<dyn Change>) -> Self {
        Unfinished { change: Some(Arc::clone(change)) }
    }

    pub(super) fn finish(mut self) {
        self.change = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(change) = self.change.take()
            && let Ok(handle) = tokio::runtime::Handle::try_current()
        {
            handle.spawn(async move { change.abort().await });
        }
    }
}
