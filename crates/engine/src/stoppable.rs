//! Joins that can be stopped wherever they are.
//!
//! An operation is stopped by dropping its stream, which happens when the call returns that computes the next batch. A join
//! may be inside one call for minutes: while it compares rows that do not match, or while an aggregate above it takes batch
//! after batch. So each join looks between its batches whether its operation goes on, and lets others have the thread;
//! and its condition looks each time it is evaluated.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::task::{Poll, ready};

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, FieldRef, Schema};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::joins::utils::JoinFilter;
use datafusion::physical_plan::joins::{
    CrossJoinExec, HashJoinExec, NestedLoopJoinExec, NestedLoopJoinExecBuilder, SortMergeJoinExec,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, PlanProperties};
use functions::error::{external, from_datafusion};
use futures::{StreamExt, stream};
use tokio::sync::watch;

use crate::one_input::{OneInput, Operator};
use crate::operation::{Operation, cancelled};

/// The plan with joins that end with `OPERATION_CANCELED` when the operation is interrupted.
///
/// # Errors
/// Joins that cannot be made anew.
pub(crate) fn stoppable(
    plan: Arc<dyn ExecutionPlan>,
    operation: &Operation,
) -> lang::Result<Arc<dyn ExecutionPlan>> {
    let check = Check { interrupted: operation.watched() };
    let stopping = plan.transform_up(|node| {
        Ok(match check.condition_of(&node)? {
            Some(join) => Transformed::yes(Arc::new(OneInput::new(check.clone(), join))),
            None => Transformed::no(node),
        })
    });
    stopping.map(|transformed| transformed.data).map_err(from_datafusion)
}

/// Whether an operation goes on.
#[derive(Debug, Clone)]
struct Check {
    interrupted: watch::Receiver<bool>,
}

impl Check {
    fn run(&self) -> Result<()> {
        if *self.interrupted.borrow() { Err(external(cancelled())) } else { Ok(()) }
    }

    /// The join of a node with a condition that looks; `None` if it is no join.
    fn condition_of(&self, node: &Arc<dyn ExecutionPlan>) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        if let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() {
            let filter = join.filter().map(|filter| self.filter(filter));
            return Ok(Some(Arc::new(NestedLoopJoinExecBuilder::from(join).with_filter(filter).build()?)));
        }
        if let Some(join) = node.downcast_ref::<HashJoinExec>() {
            return match join.filter() {
                Some(filter) => join.builder().with_filter(Some(self.filter(filter))).build_exec().map(Some),
                None => Ok(Some(Arc::clone(node))),
            };
        }
        let is_join = node.downcast_ref::<CrossJoinExec>().is_some()
            || node.downcast_ref::<SortMergeJoinExec>().is_some();
        Ok(is_join.then(|| Arc::clone(node)))
    }

    fn filter(&self, filter: &JoinFilter) -> JoinFilter {
        let condition = Condition { condition: Arc::clone(filter.expression()), check: self.clone() };
        JoinFilter::new(Arc::new(condition), filter.column_indices().to_vec(), Arc::clone(filter.schema()))
    }
}

impl Operator for Check {
    const NAME: &'static str = "StoppableExec";

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::NAME)
    }

    fn properties(&self, input: &Arc<dyn ExecutionPlan>) -> Arc<PlanProperties> {
        Arc::clone(input.properties())
    }

    fn renewed(&self) -> Self {
        self.clone()
    }

    fn execute(
        &self,
        input: &Arc<dyn ExecutionPlan>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let (check, mut batches) = (self.clone(), input.execute(partition, context)?);
        let checked = stream::poll_fn(move |context| {
            if let Err(error) = check.run() {
                return Poll::Ready(Some(Err(error)));
            }
            // A share of what a task may do before others get the thread.
            let share = ready!(tokio::task::coop::poll_proceed(context));
            let batch = batches.poll_next_unpin(context);
            if batch.is_ready() {
                share.made_progress();
            }
            batch
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(input.schema(), checked)))
    }
}

/// The condition of a join.
#[derive(Debug, Clone)]
struct Condition {
    condition: Arc<dyn PhysicalExpr>,
    check: Check,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        *self.condition == *other.condition
    }
}

impl Eq for Condition {}

impl Hash for Condition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.condition.hash(state);
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.condition, f)
    }
}

impl PhysicalExpr for Condition {
    fn data_type(&self, schema: &Schema) -> Result<DataType> {
        self.condition.data_type(schema)
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        self.condition.nullable(schema)
    }

    fn return_field(&self, schema: &Schema) -> Result<FieldRef> {
        self.condition.return_field(schema)
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        self.check.run()?;
        self.condition.evaluate(batch)
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.condition]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let condition =
            children.pop().ok_or_else(|| DataFusionError::Internal("a condition is missing".to_string()))?;
        Ok(Arc::new(Condition { condition, check: self.check.clone() }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.condition.fmt_sql(f)
    }
}
