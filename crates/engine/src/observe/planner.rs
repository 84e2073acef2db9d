//! From the resolver's node to the operator.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};
use functions::error::external;
use parking_lot::Mutex;
use plan::Observe;

use super::Observed;
use super::tap::Tap;
use crate::cache::{positional, table_as_plan};
use crate::edge::Edge;
use crate::one_input::OneInput;

/// Plans [`Observe`].
#[derive(Debug)]
pub(crate) struct ObservePlanner;

#[async_trait]
impl ExtensionPlanner for ObservePlanner {
    async fn plan_extension(
        &self,
        _planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        _context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(observe) = node.as_any().downcast_ref::<Observe>() else { return Ok(None) };
        let [input] = physical_inputs else { return Ok(None) };
        let tap = Arc::new(Tap::new(positional(&input.schema())));
        let edge = Edge::new(&observe.metrics);
        let metrics = reading_from(&tap, observe.metrics.plan.clone())?;
        let metrics = edge.project(metrics).map_err(external)?;
        let observed = Observed {
            name: observe.name.clone(),
            plan_id: observe.plan_id,
            edge,
            metrics: session.create_physical_plan(&metrics).await?,
            tap,
            state: Mutex::default(),
        };
        Ok(Some(Arc::new(OneInput::new(Arc::new(observed), Arc::clone(input)))))
    }
}

/// The metrics' plan with the tap in the place of the rows.
fn reading_from(tap: &Arc<Tap>, metrics: LogicalPlan) -> Result<LogicalPlan> {
    let replaced = metrics.transform_down(|node| match &node {
        LogicalPlan::EmptyRelation(empty) if !empty.produce_one_row => {
            let table = StreamingTable::try_new(Arc::clone(tap.schema()), vec![Arc::clone(tap) as _])?;
            Ok(Transformed::yes(table_as_plan(Arc::new(table), &node)?))
        }
        _ => Ok(Transformed::no(node)),
    })?;
    Ok(replaced.data)
}
