//! Putting persisted rows in the place of the plans that would compute them.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use functions::error::from_datafusion;
use lang::Result;

use super::same::same_plans;
use super::{Entry, Opened, table_as_plan};
use crate::operation::Operation;
use crate::session::Session;

impl Session {
    /// The plan with everything persisted replaced by its rows, which are computed now if they are not there yet.
    pub(crate) async fn with_cached(
        self: &Arc<Self>,
        plan: LogicalPlan,
        opened: &Opened,
        operation: &Arc<Operation>,
    ) -> Result<LogicalPlan> {
        let entries = self.cache.snapshot();
        if entries.is_empty() {
            return Ok(plan);
        }
        self.substitute(plan, opened, entries, operation).await
    }

    /// [`with_cached`](Self::with_cached) for a plan that is only shown: nothing is computed.
    pub(crate) fn with_cached_shown(&self, plan: LogicalPlan, opened: &Opened) -> Result<LogicalPlan> {
        let mut known = Vec::new();
        for (entry, node) in needed(&plan, opened, &self.cache.snapshot())? {
            let rows = entry.known(&node)?;
            known.extend(rows.map(|rows| (entry, rows)));
        }
        if known.is_empty() { Ok(plan) } else { replace(plan, opened, &known) }
    }

    pub(super) async fn substitute(
        self: &Arc<Self>,
        plan: LogicalPlan,
        opened: &Opened,
        entries: Vec<Arc<Entry>>,
        operation: &Arc<Operation>,
    ) -> Result<LogicalPlan> {
        let mut ready: Vec<(Arc<Entry>, Arc<dyn TableProvider>)> = Vec::new();
        for (entry, node) in needed(&plan, opened, &entries)? {
            // Boxed: computing an entry may need other entries.
            let batches = Box::pin(entry.batches(node, opened, self, operation)).await?;
            ready.extend(batches.map(|batches| (entry, batches.table())));
        }
        if ready.is_empty() { Ok(plan) } else { replace(plan, opened, &ready) }
    }
}

/// The entries that stand somewhere in the plan, each with the first node that it stands for; outermost matches only.
fn needed(
    plan: &LogicalPlan,
    opened: &Opened,
    entries: &[Arc<Entry>],
) -> Result<Vec<(Arc<Entry>, LogicalPlan)>> {
    let mut found: Vec<(Arc<Entry>, LogicalPlan)> = Vec::new();
    plan.apply_with_subqueries(|node| {
        let Some(entry) = entries.iter().find(|entry| entry.is(node, opened)) else {
            return Ok(TreeNodeRecursion::Continue);
        };
        if !found.iter().any(|(known, _)| Arc::ptr_eq(known, entry)) {
            found.push((Arc::clone(entry), node.clone()));
        }
        Ok(TreeNodeRecursion::Jump)
    })
    .map_err(from_datafusion)?;
    Ok(found)
}

fn replace(
    plan: LogicalPlan,
    opened: &Opened,
    ready: &[(Arc<Entry>, Arc<dyn TableProvider>)],
) -> Result<LogicalPlan> {
    plan.transform_down_with_subqueries(|node| {
        match ready.iter().find(|(entry, _)| entry.is(&node, opened)) {
            Some((_, rows)) => {
                let scan = table_as_plan(Arc::clone(rows), &node)?;
                Ok::<_, DataFusionError>(Transformed::new(scan, true, TreeNodeRecursion::Jump))
            }
            None => Ok(Transformed::no(node)),
        }
    })
    .map(|transformed| transformed.data)
    .map_err(from_datafusion)
}

impl Entry {
    fn is(&self, plan: &LogicalPlan, opened: &Opened) -> bool {
        same_plans(&self.key.plan, &self.key.opened, plan, opened)
    }
}
