//! Planning of the nodes that DataFusion does not know.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::error::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use crate::coalesce::CoalescePlanner;
use crate::exchange::ExchangePlanner;
use crate::local_sort::LocalSortPlanner;
use crate::observe::ObservePlanner;
use crate::recursion::RecursionPlanner;

/// DataFusion's planner with ours for the nodes of the resolver.
pub(crate) struct Planner {
    /// The planner of Python functions, where there are any.
    pub(crate) python: Option<Arc<dyn ExtensionPlanner + Send + Sync>>,
}

impl fmt::Debug for Planner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planner").finish_non_exhaustive()
    }
}

#[async_trait]
impl QueryPlanner for Planner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut extensions: Vec<Arc<dyn ExtensionPlanner + Send + Sync>> = vec![
            Arc::new(ObservePlanner),
            Arc::new(CoalescePlanner),
            Arc::new(ExchangePlanner),
            Arc::new(LocalSortPlanner),
            Arc::new(RecursionPlanner),
        ];
        extensions.extend(self.python.clone());
        DefaultPhysicalPlanner::with_extension_planners(extensions).create_physical_plan(plan, session).await
    }
}
