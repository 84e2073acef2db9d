//! Partitions one after the other: the order in which Spark collects rows and takes the first of them.
//!
//! DataFusion merges partitions in the order in which their batches happen to come. Between the root of a plan and the last
//! operator that mixes rows anyway, that is replaced by a merge that keeps the order of the partitions, so that `LIMIT`
//! without `ORDER BY` answers the same rows every time.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::common::spawn_buffered;
use datafusion::physical_plan::execution_plan::{CardinalityEffect, replace_children_if_necessary};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, PlanProperties};
use futures::{StreamExt, stream};

use crate::coalesce::CoalescePartitions;
use crate::local_sort::InOrder;
use crate::one_input::{OneInput, Operator, in_partitions};
use crate::per_partition::PerPartitionExec;

/// Batches a partition may run ahead of the reader.
const BATCHES_AHEAD: usize = 2;

/// The rows of all partitions as one, those of the first partition first; at most `fetch` of them.
#[derive(Debug)]
pub(crate) struct Concatenate {
    fetch: Option<usize>,
}

impl Operator for Concatenate {
    const NAME: &'static str = "ConcatenateExec";

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fetch {
            Some(fetch) => write!(f, "ConcatenateExec: fetch={fetch}"),
            None => write!(f, "ConcatenateExec"),
        }
    }

    fn properties(&self, input: &Arc<dyn ExecutionPlan>) -> Arc<PlanProperties> {
        in_partitions(input, 1)
    }

    fn renewed(&self) -> Self {
        Concatenate { fetch: self.fetch }
    }

    fn keeps_order(&self) -> bool {
        false
    }

    fn cardinality(&self) -> CardinalityEffect {
        match self.fetch {
            Some(_) => CardinalityEffect::LowerEqual,
            None => CardinalityEffect::Equal,
        }
    }

    fn execute(
        &self,
        input: &Arc<dyn ExecutionPlan>,
        _partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let all = concatenated(input, &context)?;
        Ok(match self.fetch {
            Some(fetch) => first_rows(all, fetch),
            None => all,
        })
    }
}

/// All partitions at once, their rows in the order of the partitions.
pub(crate) fn concatenated(
    plan: &Arc<dyn ExecutionPlan>,
    context: &Arc<TaskContext>,
) -> Result<SendableRecordBatchStream> {
    one_after_another(plan, 0..plan.output_partitioning().partition_count(), context)
}

/// Some partitions at once, their rows in the order of the partitions.
pub(crate) fn one_after_another(
    plan: &Arc<dyn ExecutionPlan>,
    partitions: Range<usize>,
    context: &Arc<TaskContext>,
) -> Result<SendableRecordBatchStream> {
    if partitions.len() == 1 {
        return plan.execute(partitions.start, Arc::clone(context));
    }
    let run = |partition| Ok(spawn_buffered(plan.execute(partition, Arc::clone(context))?, BATCHES_AHEAD));
    let streams = partitions.map(run).collect::<Result<Vec<_>>>()?;
    let batches = stream::iter(streams).flatten();
    Ok(Box::pin(RecordBatchStreamAdapter::new(plan.schema(), batches)))
}

/// The first rows; the rest of the input is dropped unread.
fn first_rows(input: SendableRecordBatchStream, rows: usize) -> SendableRecordBatchStream {
    let schema = input.schema();
    let batches = stream::unfold((input, rows), |(mut input, left)| async move {
        if left == 0 {
            return None;
        }
        let batch: RecordBatch = match input.next().await? {
            Ok(batch) => batch,
            Err(error) => return Some((Err(error), (input, 0))),
        };
        let batch = batch.slice(0, batch.num_rows().min(left));
        let left = left - batch.num_rows();
        Some((Ok(batch), (input, left)))
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}

/// Replaces merges by concatenations where the order of rows reaches the root.
#[derive(Debug)]
pub(crate) struct KeepPartitionOrder;

impl PhysicalOptimizerRule for KeepPartitionOrder {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        keep_order(plan)
    }

    fn name(&self) -> &str {
        "keep_partition_order"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn keep_order(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    if let Some(merge) = plan.downcast_ref::<CoalescePartitionsExec>() {
        let concatenate = Concatenate { fetch: merge.fetch() };
        return Ok(Arc::new(OneInput::new(concatenate, Arc::clone(merge.input()))));
    }
    if !passes_in_order(&plan) {
        return Ok(plan);
    }
    let input = Arc::clone(plan.children()[0]);
    let kept = keep_order(Arc::clone(&input))?;
    if Arc::ptr_eq(&kept, &input) { Ok(plan) } else { replace_children_if_necessary(plan, vec![kept]) }
}

/// Whether an operator hands the rows of its only input on in their order, partition after partition.
fn passes_in_order(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let ours = plan.downcast_ref::<PerPartitionExec>().is_some()
        || plan.downcast_ref::<OneInput<CoalescePartitions>>().is_some()
        || plan.downcast_ref::<OneInput<InOrder>>().is_some();
    ours || matches!(plan.maintains_input_order()[..], [true])
}
