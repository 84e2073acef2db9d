//! Operators of ours with one input: what they do is an [`Operator`], everything DataFusion asks of a plan's node is here.

use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, OrderingRequirements, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    CardinalityEffect, ChildrenPropertiesMode, ReplaceChildrenOptions,
};
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning, PlanProperties,
};

/// What is done with the rows of one input; rows come out as they went in.
pub(crate) trait Operator: fmt::Debug + Send + Sync + Sized + 'static {
    const NAME: &'static str;

    /// The line of EXPLAIN.
    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// What is known of the output.
    fn properties(&self, input: &Arc<dyn ExecutionPlan>) -> Arc<PlanProperties>;

    /// The same to be run anew, over an input that may be another.
    fn renewed(&self) -> Self;

    /// Whether the output has the partitions of the input, and an order of a partition of the input is one of the output's.
    fn keeps_order(&self) -> bool {
        true
    }

    /// The order that the rows of each partition have to come in.
    fn required_order(&self, _input: &Arc<dyn ExecutionPlan>) -> Option<OrderingRequirements> {
        None
    }

    fn cardinality(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }

    fn expressions(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        Vec::new()
    }

    /// Runs one partition of the output.
    fn execute(
        &self,
        input: &Arc<dyn ExecutionPlan>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream>;
}

/// An operator over its input.
#[derive(Debug)]
pub(crate) struct OneInput<O> {
    input: Arc<dyn ExecutionPlan>,
    operator: O,
    properties: Arc<PlanProperties>,
}

impl<O: Operator> OneInput<O> {
    pub(crate) fn new(operator: O, input: Arc<dyn ExecutionPlan>) -> Self {
        let properties = operator.properties(&input);
        OneInput { input, operator, properties }
    }

    pub(crate) fn operator(&self) -> &O {
        &self.operator
    }
}

/// The order that rows come in, so that nobody takes it for useless and drops the sort that makes it.
pub(crate) fn given_order(input: &Arc<dyn ExecutionPlan>) -> Option<OrderingRequirements> {
    input.output_ordering().cloned().map(OrderingRequirements::from)
}

/// The properties of `input` over so many partitions whose rows have no known order.
pub(crate) fn in_partitions(input: &Arc<dyn ExecutionPlan>, partitions: usize) -> Arc<PlanProperties> {
    let properties = input.properties();
    Arc::new(PlanProperties::new(
        EquivalenceProperties::new(input.schema()),
        Partitioning::UnknownPartitioning(partitions),
        properties.emission_type,
        properties.boundedness,
    ))
}

impl<O: Operator> DisplayAs for OneInput<O> {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operator.describe(f)
    }
}

impl<O: Operator> ExecutionPlan for OneInput<O> {
    fn name(&self) -> &'static str {
        O::NAME
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.operator.required_order(&self.input)]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![self.operator.keeps_order()]
    }

    /// Rows must stay in the partitions they are in.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        self.operator.cardinality()
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for expression in self.operator.expressions() {
            if visit(expression)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input =
            children.pop().ok_or_else(|| DataFusionError::Internal("an input is missing".to_string()))?;
        Ok(Arc::new(OneInput::new(self.operator.renewed(), input)))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.operator.execute(&self.input, partition, context)
    }
}
