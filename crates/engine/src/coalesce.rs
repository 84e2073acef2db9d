//! `df.coalesce`: neighbouring partitions become one, their rows one after the other.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::common::spawn_buffered;
use datafusion::physical_plan::execution_plan::{
    CardinalityEffect, ChildrenPropertiesMode, ReplaceChildrenOptions,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning, PlanProperties,
};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use futures::{StreamExt, stream};
use plan::Coalesce;

/// Batches a partition may run ahead of the reader.
const BATCHES_AHEAD: usize = 2;

/// The input in at most `partitions` partitions.
#[derive(Debug)]
struct CoalesceExec {
    input: Arc<dyn ExecutionPlan>,
    partitions: usize,
    properties: Arc<PlanProperties>,
}

impl CoalesceExec {
    fn new(input: Arc<dyn ExecutionPlan>, partitions: usize) -> Self {
        let count = partitions.min(input.output_partitioning().partition_count());
        let properties = PlanProperties::new(
            EquivalenceProperties::new(input.schema()),
            Partitioning::UnknownPartitioning(count),
            input.pipeline_behavior(),
            input.boundedness(),
        );
        CoalesceExec { input, partitions, properties: Arc::new(properties) }
    }

    /// The partitions of the input that make up one of the output.
    fn group(&self, partition: usize) -> Range<usize> {
        let inputs = self.input.output_partitioning().partition_count();
        let outputs = self.partitions.min(inputs).max(1);
        partition * inputs / outputs..(partition + 1) * inputs / outputs
    }
}

impl DisplayAs for CoalesceExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CoalesceExec: partitions={}", self.partitions)
    }
}

impl ExecutionPlan for CoalesceExec {
    fn name(&self) -> &'static str {
        "CoalesceExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
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
        Ok(Arc::new(CoalesceExec::new(input, self.partitions)))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    /// The partitions of the input run at once, a little ahead of the reader; an exchange below would otherwise hold back
    /// the rows of those that wait.
    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let group = self.group(partition);
        if group.len() == 1 {
            return self.input.execute(group.start, context);
        }
        let run = |input| Ok(spawn_buffered(self.input.execute(input, Arc::clone(&context))?, BATCHES_AHEAD));
        let streams = group.map(run).collect::<Result<Vec<_>>>()?;
        let batches = stream::iter(streams).flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
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
        Ok(Some(Arc::new(CoalesceExec::new(Arc::clone(input), coalesce.partitions))))
    }
}
