//! Partitions one after the other: the order in which Spark collects rows and takes the first of them.
//!
//! DataFusion merges partitions in the order in which their batches happen to come. Between the root of a plan and the last
//! operator that mixes rows anyway, that is replaced by a merge that keeps the order of the partitions, so that `LIMIT`
//! without `ORDER BY` answers the same rows every time.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::config::ConfigOptions;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::common::spawn_buffered;
use datafusion::physical_plan::execution_plan::{
    ChildrenPropertiesMode, ReplaceChildrenOptions, replace_children_if_necessary,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties,
};
use futures::{StreamExt, stream};

/// Batches a partition may run ahead of the reader.
const BATCHES_AHEAD: usize = 2;

/// The rows of all partitions as one, those of the first partition first; at most `fetch` of them.
#[derive(Debug)]
pub(crate) struct ConcatenateExec {
    input: Arc<dyn ExecutionPlan>,
    fetch: Option<usize>,
    properties: Arc<PlanProperties>,
}

impl ConcatenateExec {
    fn new(merge: &CoalescePartitionsExec) -> Self {
        ConcatenateExec {
            input: Arc::clone(merge.input()),
            fetch: merge.fetch(),
            properties: Arc::clone(merge.properties()),
        }
    }
}

impl DisplayAs for ConcatenateExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fetch {
            Some(fetch) => write!(f, "ConcatenateExec: fetch={fetch}"),
            None => write!(f, "ConcatenateExec"),
        }
    }
}

impl ExecutionPlan for ConcatenateExec {
    fn name(&self) -> &'static str {
        "ConcatenateExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input =
            children.pop().ok_or_else(|| DataFusionError::Internal("an input is missing".to_string()))?;
        Ok(Arc::new(ConcatenateExec { input, fetch: self.fetch, properties: Arc::clone(&self.properties) }))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, _partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let all = concatenated(&self.input, &context)?;
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
    let partitions = plan.output_partitioning().partition_count();
    if partitions == 1 {
        return plan.execute(0, Arc::clone(context));
    }
    let run = |partition| Ok(spawn_buffered(plan.execute(partition, Arc::clone(context))?, BATCHES_AHEAD));
    let streams = (0..partitions).map(run).collect::<Result<Vec<_>>>()?;
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
        return Ok(Arc::new(ConcatenateExec::new(merge)));
    }
    let [true] = plan.maintains_input_order()[..] else { return Ok(plan) };
    let input = Arc::clone(plan.children()[0]);
    let kept = keep_order(Arc::clone(&input))?;
    if Arc::ptr_eq(&kept, &input) { Ok(plan) } else { replace_children_if_necessary(plan, vec![kept]) }
}
