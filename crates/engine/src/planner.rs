//! Planning of the nodes that DataFusion does not know.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::error::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use crate::coalesce::CoalescePlanner;
use crate::observe::ObservePlanner;

/// DataFusion's planner with ours for the nodes of the resolver.
#[derive(Debug)]
pub(crate) struct Planner;

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let extensions: Vec<Arc<dyn ExtensionPlanner + Send + Sync>> =
            vec![Arc::new(ObservePlanner), Arc::new(CoalescePlanner)];
        DefaultPhysicalPlanner::with_extension_planners(extensions).create_physical_plan(plan, session).await
    }
}
