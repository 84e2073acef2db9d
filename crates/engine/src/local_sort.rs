//! `SORT BY`: rows in order, every partition by itself. The sorting is DataFusion's; this operator asks for it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::{LexOrdering, OrderingRequirements, PhysicalExpr};
use datafusion::physical_plan::{ExecutionPlan, PlanProperties};
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};

use crate::exchange::ordering;
use crate::one_input::{OneInput, Operator};

/// Partitions whose rows have to be in order.
#[derive(Debug)]
pub(crate) struct InOrder {
    keys: LexOrdering,
}

impl Operator for InOrder {
    const NAME: &'static str = "LocalSortExec";

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalSortExec: {}", self.keys)
    }

    fn properties(&self, input: &Arc<dyn ExecutionPlan>) -> Arc<PlanProperties> {
        Arc::clone(input.properties())
    }

    fn renewed(&self) -> Self {
        InOrder { keys: self.keys.clone() }
    }

    /// No other order may be asked of the input.
    fn keeps_order(&self) -> bool {
        false
    }

    fn required_order(&self, _input: &Arc<dyn ExecutionPlan>) -> Option<OrderingRequirements> {
        Some(OrderingRequirements::from(self.keys.clone()))
    }

    fn expressions(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        self.keys.iter().map(|key| &key.expr).collect()
    }

    fn execute(
        &self,
        input: &Arc<dyn ExecutionPlan>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        input.execute(partition, context)
    }
}

/// Plans [`plan::LocalSort`].
#[derive(Debug)]
pub(crate) struct LocalSortPlanner;

#[async_trait]
impl ExtensionPlanner for LocalSortPlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(sort) = node.as_any().downcast_ref::<plan::LocalSort>() else { return Ok(None) };
        let [input] = physical_inputs else { return Ok(None) };
        let schema = sort.input.schema();
        let keys = ordering(&sort.keys, |expr| planner.create_physical_expr(expr, schema, session, context))?;
        Ok(Some(Arc::new(OneInput::new(InOrder { keys }, Arc::clone(input)))))
    }
}
