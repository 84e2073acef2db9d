//! Puts Python functions that need whole groups, partitions or frames in their place: relations below the node that
//! calls them. Scalar functions of rows stay where they are.

use std::sync::atomic::Ordering;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::LogicalPlan;
use lang::Result;

use super::{Resolver, planning};

impl Resolver<'_> {
    /// There is a call that has to be placed.
    pub(super) fn python_called(&self) {
        self.python_calls.store(true, Ordering::Relaxed);
    }

    /// The same rows, with calls in the places where they can be computed.
    ///
    /// # Errors
    /// Calls in places where they cannot, by name.
    pub(super) fn python_placed(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        if !self.python_calls.load(Ordering::Relaxed) {
            return Ok(plan);
        }
        let placed = plan.transform_up_with_subqueries(|node| {
            self.python_node(node).map(Transformed::yes).map_err(functions::error::external)
        });
        Ok(placed.map_err(planning)?.data)
    }

    fn python_node(&self, node: LogicalPlan) -> Result<LogicalPlan> {
        let node = match node {
            LogicalPlan::Extension(_) | LogicalPlan::Subquery(_) => return Ok(node),
            other => self.python_groups(self.python_iteration(other)?)?,
        };
        if !matches!(node, LogicalPlan::Projection(_)) {
            return Ok(node);
        }
        // What goes through all rows may have put a projection above the node.
        let placed = node.map_children(|child| {
            self.python_groups(child).map(Transformed::yes).map_err(functions::error::external)
        });
        Ok(placed.map_err(planning)?.data)
    }

    fn python_groups(&self, node: LogicalPlan) -> Result<LogicalPlan> {
        match node {
            LogicalPlan::Aggregate(aggregate) => self.python_aggregation(aggregate),
            LogicalPlan::Window(window) => self.python_windows(window),
            other => Ok(other),
        }
    }
}
