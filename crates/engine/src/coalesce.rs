//! `df.coalesce`: neighbouring partitions become one, their rows one after the other.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::OrderingRequirements;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, PlanProperties};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use plan::Coalesce;

use crate::concatenate::one_after_another;
use crate::one_input::{OneInput, Operator, given_order, in_partitions};

/// The input in at most `partitions` partitions.
#[derive(Debug)]
pub(crate) struct CoalescePartitions {
    partitions: usize,
}

impl CoalescePartitions {
    /// The partitions of the input that make up one of the output.
    fn group(&self, inputs: usize, partition: usize) -> Range<usize> {
        let outputs = self.partitions.min(inputs).max(1);
        partition * inputs / outputs..(partition + 1) * inputs / outputs
    }
}

impl Operator for CoalescePartitions {
    const NAME: &'static str = "CoalesceExec";

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CoalesceExec: partitions={}", self.partitions)
    }

    fn properties(&self, input: &Arc<dyn ExecutionPlan>) -> Arc<PlanProperties> {
        in_partitions(input, self.partitions.min(input.output_partitioning().partition_count()))
    }

    fn renewed(&self) -> Self {
        CoalescePartitions { partitions: self.partitions }
    }

    /// Rows that are sorted in each of several partitions are not when these become one.
    fn keeps_order(&self) -> bool {
        false
    }

    fn required_order(&self, input: &Arc<dyn ExecutionPlan>) -> Option<OrderingRequirements> {
        given_order(input)
    }

    /// The partitions of the input run at once, a little ahead of the reader; an exchange below would otherwise hold back
    /// the rows of those that wait.
    fn execute(
        &self,
        input: &Arc<dyn ExecutionPlan>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let inputs = input.output_partitioning().partition_count();
        one_after_another(input, self.group(inputs, partition), &context)
    }
}

/// Plans [`Coalesce`].
#[derive(Debug)]
pub(crate) struct CoalescePlanner;

#[async_trait]
impl ExtensionPlanner for CoalescePlanner {
    async fn plan_extension(
        &self,
        _planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        _session: &dyn Session,
        _context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(coalesce) = node.as_any().downcast_ref::<Coalesce>() else { return Ok(None) };
        let [input] = physical_inputs else { return Ok(None) };
        let operator = CoalescePartitions { partitions: coalesce.partitions };
        Ok(Some(Arc::new(OneInput::new(operator, Arc::clone(input)))))
    }
}
