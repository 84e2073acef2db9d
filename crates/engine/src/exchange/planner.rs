//! From the resolver's node to the operator.

use std::sync::Arc;

use arrow::compute::SortOptions;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_expr::{LexOrdering, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{ExtensionPlanner, PhysicalPlanner};

use super::Exchange;
use super::route::Routing;
use crate::one_input::OneInput;

/// Plans [`plan::Exchange`].
#[derive(Debug)]
pub(crate) struct ExchangePlanner;

#[async_trait]
impl ExtensionPlanner for ExchangePlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let Some(exchange) = node.as_any().downcast_ref::<plan::Exchange>() else { return Ok(None) };
        let [input] = physical_inputs else { return Ok(None) };
        let schema = exchange.input.schema();
        let physical = |expr: &Expr| planner.create_physical_expr(expr, schema, session, context);
        let routing = match &exchange.routing {
            plan::Routing::RoundRobin => Routing::RoundRobin,
            plan::Routing::RoundRobinOfSlices => Routing::RoundRobinOfSlices,
            plan::Routing::Number(number) => Routing::Number(physical(number)?),
            plan::Routing::Range(keys) => Routing::Range(ordering(keys, physical)?),
        };
        // Those that are merged are as many as work at once.
        let outputs = match exchange.merges {
            true => exchange.partitions.min(session.config().target_partitions()),
            false => exchange.partitions,
        };
        let operator = Exchange::new(Arc::new(routing), exchange.partitions, outputs, exchange.merges);
        Ok(Some(Arc::new(OneInput::new(operator, Arc::clone(input)))))
    }
}

/// The physical form of sort keys.
pub(crate) fn ordering(
    keys: &[datafusion::logical_expr::expr::Sort],
    physical: impl Fn(&Expr) -> Result<Arc<dyn PhysicalExpr>>,
) -> Result<LexOrdering> {
    let key = |key: &datafusion::logical_expr::expr::Sort| {
        let options = SortOptions { descending: !key.asc, nulls_first: key.nulls_first };
        Ok(PhysicalSortExpr { expr: physical(&key.expr)?, options })
    };
    let keys = keys.iter().map(key).collect::<Result<Vec<_>>>()?;
    LexOrdering::new(keys).ok_or_else(|| DataFusionError::Internal("an order has no keys".to_string()))
}
