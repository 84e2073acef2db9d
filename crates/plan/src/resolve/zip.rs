//! `df.zip`: the columns of two projections of the same rows, side by side.

use std::collections::HashSet;

use datafusion::logical_expr::{Expr, LogicalPlan, Projection};
use lang::ir::Relation;
use lang::{Error, Result};

use super::project::projection;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver};

impl Resolver<'_> {
    /// Both are resolved by themselves; then the projections of the right side are laid over those of the left one.
    ///
    /// # Errors
    /// `ZIP_PLANS_NOT_MERGEABLE` when what is below the projections differs.
    pub(super) fn zip(
        &self,
        left: &Relation,
        right: &Relation,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let left = self.relation(left, query, outer)?;
        let right = self.relation(right, query, outer)?;
        let (left_base, left_projections) = unprojected(&left.plan);
        let (right_base, right_projections) = unprojected(&right.plan);
        if !self.environment.same_rows(left_base, right_base) {
            return Err(Error::analysis("ZIP_PLANS_NOT_MERGEABLE"));
        }
        // Below both, every column has the name that either side knows it by.
        let names = left_base.schema().columns().into_iter().zip(right_base.schema().columns());
        let both = names.flat_map(|(ours, theirs)| {
            let known = Expr::Column(ours.clone()).alias_qualified(theirs.relation.clone(), &theirs.name);
            if ours == theirs { vec![Expr::Column(ours)] } else { vec![Expr::Column(ours), known] }
        });
        let mut plan = projection(left_base.clone(), unique(both))?;
        for node in left_projections.into_iter().rev().chain(right_projections.into_iter().rev()) {
            let kept = plan.schema().columns().into_iter().map(Expr::Column);
            plan = projection(plan, unique(node.expr.iter().cloned().chain(kept)))?;
        }
        let columns = left.columns.iter().chain(&right.columns).cloned().collect();
        Ok(Resolved::new(plan, columns, &[&left, &right]))
    }
}

/// What is below the outer projections, and these, outermost first.
fn unprojected(mut plan: &LogicalPlan) -> (&LogicalPlan, Vec<&Projection>) {
    let mut projections = Vec::new();
    while let LogicalPlan::Projection(projection) = plan {
        projections.push(projection);
        plan = &projection.input;
    }
    (plan, projections)
}

/// The first expression of each name.
fn unique(exprs: impl Iterator<Item = Expr>) -> Vec<Expr> {
    let mut names = HashSet::new();
    exprs.filter(|expr| names.insert(expr.qualified_name())).collect()
}
