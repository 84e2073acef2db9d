//! Planning: the source is what a join keeps in memory, as long as that has room for it.

use std::sync::Arc;

use datafusion::execution::memory_pool::MemoryLimit;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use functions::error::from_datafusion;
use lang::Result;

use super::Work;

/// Of the memory that all operators share, so much may one side of a join take.
const JOIN_SHARE: usize = 4;
/// Where memory has no limit.
const JOIN_BYTES: usize = 1 << 30;

impl Work<'_> {
    /// A plan over a table: the exchange of all of its rows costs more than one hash table for all partitions.
    pub(super) async fn physical(&self, plan: LogicalPlan) -> Result<Arc<dyn ExecutionPlan>> {
        let work = async {
            let plan = self.session.with_cached(plan, &self.opened, self.operation).await?;
            let mut state = self.session.planner_for(&plan).as_ref().clone();
            let bytes = match state.runtime_env().memory_pool.memory_limit() {
                MemoryLimit::Finite(limit) => limit / JOIN_SHARE,
                _ => JOIN_BYTES,
            };
            let optimizer = &mut state.config_mut().options_mut().optimizer;
            optimizer.hash_join_single_partition_threshold = bytes;
            optimizer.hash_join_single_partition_threshold_rows = usize::MAX;
            state.create_physical_plan(&plan).await.map_err(from_datafusion)
        };
        let physical = self.operation.unless_interrupted(work).await?;
        self.operation.watch(&physical);
        Ok(physical)
    }
}
