//! Rows into a table that keeps versions: written by all partitions at once, and one commit.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_plan::ExecutionPlanProperties;
use functions::error::from_datafusion;
use lang::{Error, Result};
use parking_lot::Mutex;
use plan::contract::{CommitMessage, Sink};
use plan::lake::{Change, Commit, LakeTable, ReadSet};

use super::rows::remaining;
use super::save::outside_of_replaced;
use crate::environment::Analyzed;
use crate::execute::interruptible;
use crate::operation::Operation;
use crate::session::Session;
use crate::write::Then;

/// Partitions of rows that are written anew come behind those of the query.
const REWRITTEN: usize = 1_000_000;

/// What rows replace.
pub(super) enum Replaced {
    Nothing,
    All,
    /// The partitions that get rows.
    Partitions,
    /// The rows for which a condition over the provider's columns is true.
    Where(Expr),
}

/// A write that is about to run.
pub(super) struct LakeWrite {
    /// The table as it is; `None` for a new one.
    pub(super) table: Option<Arc<dyn LakeTable>>,
    pub(super) change: Arc<dyn Change>,
    pub(super) replaced: Replaced,
    pub(super) commit: Commit,
    /// What is cached of this location is not true any more.
    pub(super) location: String,
}

impl Session {
    /// Writes a query's rows, fitted to the table, and commits.
    pub(super) async fn write_lake(
        self: &Arc<Self>,
        analyzed: Analyzed,
        write: LakeWrite,
        operation: &Arc<Operation>,
        then: Option<Then>,
    ) -> Result<()> {
        let LakeWrite { table, change, replaced, mut commit, location } = write;
        let files = || table.as_ref().map_or(0, |table| table.files().len());
        match &replaced {
            Replaced::Nothing => {}
            Replaced::All => {
                commit.removed = (0..files()).filter_map(|id| u32::try_from(id).ok()).collect();
                commit.read = ReadSet::Whole;
            }
            Replaced::Partitions => commit.replaces_partitions = true,
            Replaced::Where(condition) => {
                if let Some(table) = &table {
                    let matching =
                        table.files_matching(std::slice::from_ref(condition), self.planner().as_ref())?;
                    commit.read =
                        ReadSet::Matching { filters: vec![condition.clone()], files: matching.clone() };
                    commit.removed.clone_from(&matching);
                    if !is_of_partitions(condition, table.as_ref()) && !matching.is_empty() {
                        let rest = remaining(table, matching, condition)?;
                        self.rewrite(rest, &change, operation).await?;
                    }
                }
            }
        }
        let sink = Arc::new(LakeSink { change, commit: Mutex::new(Some(commit)) });
        self.write_into(analyzed, sink, &location, operation, then).await.map_err(outside_of_replaced)
    }

    /// Writes the rows of a plan as they are.
    async fn rewrite(
        self: &Arc<Self>,
        plan: LogicalPlan,
        change: &Arc<dyn Change>,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let physical = self.physical_of(&plan, operation).await?;
        let context = self.task_context();
        for partition in 0..physical.output_partitioning().partition_count() {
            let input = physical.execute(partition, Arc::clone(&context)).map_err(from_datafusion)?;
            let written = change.write(REWRITTEN + partition, interruptible(input, operation)).await;
            if let Err(error) = written {
                change.abort().await;
                return Err(error);
            }
        }
        Ok(())
    }
}

/// Whether a condition is over partition columns alone, so that whole files go.
fn is_of_partitions(condition: &Expr, table: &dyn LakeTable) -> bool {
    let is_partition = |name: &str| table.partition_by().iter().any(|column| column == name);
    condition.column_refs().iter().all(|column| is_partition(&column.name))
}

/// A change as a target of writes.
#[derive(Debug)]
struct LakeSink {
    change: Arc<dyn Change>,
    commit: Mutex<Option<Commit>>,
}

#[async_trait]
impl Sink for LakeSink {
    async fn write(&self, partition: usize, input: SendableRecordBatchStream) -> Result<CommitMessage> {
        let wrote = self.change.write(partition, input).await?;
        Ok(CommitMessage { rows: wrote.rows, bytes: wrote.bytes, files: Vec::new() })
    }

    async fn commit(&self, _: Vec<CommitMessage>) -> Result<()> {
        let commit = self.commit.lock().take();
        let commit = commit.ok_or_else(|| Error::internal("a change is committed once"))?;
        self.change.commit(commit).await.map(drop)
    }

    async fn abort(&self) {
        self.change.abort().await;
    }
}
