//! Subqueries that DataFusion does not decorrelate, as joins.
//!
//! ```text
//! node(… subquery …)                         node(… column …)
//!      │                      walk                │
//!    input              ───────────►      input ⟕ push(subquery)   on the outer values
//! ```
//!
//! A correlated subquery is computed once for each distinct combination of the outer values it refers to. Those
//! combinations (the [`push::Domain`]) are pushed down through the subquery, until they meet the operators that refer to
//! them; every operator above works for each combination on its own. The result is joined to the input on the values.
//!
//! # Invariants
//! - Column ids are unique in a plan, so that the id of an outer reference tells whose column it is.
//! - What [`native`] accepts is left to DataFusion, which makes better plans of simple shapes.
//!
//! # Where to start
//! [`Resolver::decorrelated`], then [`site`] for what becomes of each kind of subquery and [`push`] for the operators.

mod lateral;
mod membership;
mod native;
mod push;
mod push_join;
mod single_row;
mod site;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column as DfColumn, JoinType, NullEquality};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::logical_plan::{Join, JoinConstraint};
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{Expr, Filter, LogicalPlan};
use lang::{Error, Result};

use super::project::projection;
use super::subquery::embed;
use super::{Resolver, planning};
use site::Site;

impl Resolver<'_> {
    /// The same rows without subqueries that DataFusion cannot plan.
    ///
    /// # Errors
    /// Correlated subqueries in places that have no decorrelation, by name.
    pub(super) fn decorrelated(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        if !holds_subquery(&plan)? {
            return Ok(plan);
        }
        let plan = self.walk(plan)?;
        match plan.all_out_ref_exprs().as_slice() {
            [] => Ok(plan),
            _ => Err(Error::unsupported("a reference to a column of the enclosing query at this place")),
        }
    }

    /// Inputs first, then the plans of the node's subqueries, then the node itself.
    #[recursive::recursive]
    fn walk(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        let external = functions::error::external;
        let plan = plan
            .map_children(|child| self.walk(child).map(Transformed::yes).map_err(external))
            .map_err(planning)?
            .data;
        if let LogicalPlan::Join(join) = plan {
            return match matches!(join.right.as_ref(), LogicalPlan::Subquery(_)) {
                true => self.lateral_join(join),
                false => self.join_site(join),
            };
        }
        if !own_subqueries(&plan)? {
            return Ok(plan);
        }
        let plan = self.inner_plans(plan)?;
        match plan {
            LogicalPlan::Filter(filter) => self.filter_site(filter),
            LogicalPlan::Projection(_) => self.node_site(plan, true),
            LogicalPlan::Aggregate(_) => self.node_site(plan, false),
            LogicalPlan::Window(_) | LogicalPlan::Sort(_) => {
                let columns = columns_of(&plan);
                projection(self.node_site(plan, false)?, columns)
            }
            _ => Err(Error::unsupported("a subquery at this place")),
        }
    }

    /// The plans of the subqueries among the node's expressions, walked.
    fn inner_plans(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        let inner = |plan: LogicalPlan| -> Result<LogicalPlan> {
            match plan {
                LogicalPlan::Subquery(subquery) => {
                    let walked = self.walk(subquery.subquery.as_ref().clone())?;
                    Ok(LogicalPlan::Subquery(embed(walked)))
                }
                other => self.walk(other),
            }
        };
        plan.map_subqueries(|p| inner(p).map(Transformed::yes).map_err(functions::error::external))
            .map(|t| t.data)
            .map_err(planning)
    }

    /// A filter: what DataFusion makes a semi join of stays a condition.
    fn filter_site(&self, filter: Filter) -> Result<LogicalPlan> {
        let input = filter.input.as_ref().clone();
        let columns = columns_of(&input);
        let mut site = Site::new(self, input);
        let mut conditions = Vec::new();
        for condition in split_conjunction_owned(filter.predicate) {
            let kept = native::is_predicate(&condition, site.input.schema());
            conditions.push(if kept { condition } else { site.replaced(condition, native::is_scalar)? });
        }
        let (input, attached) = site.done();
        let Some(condition) = conjunction(conditions) else { return Ok(input) };
        let filtered = Filter::try_new(condition, input.into()).map(LogicalPlan::Filter).map_err(planning)?;
        if attached { projection(filtered, columns) } else { Ok(filtered) }
    }

    /// A node with one input, whose expressions keep their names.
    fn node_site(&self, plan: LogicalPlan, scalars_stay: bool) -> Result<LogicalPlan> {
        let [input] = plan.inputs()[..] else { return Err(Error::internal("a node with one input")) };
        let mut site = Site::new(self, input.clone());
        let preserver = NamePreserver::new_for_projection();
        let mut exprs = Vec::new();
        for expr in plan.expressions() {
            if matches!(expr, Expr::GroupingSet(_)) && subqueries_in(&expr) {
                return Err(Error::unsupported("a subquery in GROUPING SETS"));
            }
            let name = preserver.save(&expr);
            let stays = if scalars_stay { native::is_scalar } else { |_: &Expr, _: &_| false };
            exprs.push(name.restore(site.replaced(expr, stays)?));
        }
        let (input, attached) = site.done();
        if !attached {
            return Ok(plan);
        }
        if let LogicalPlan::Projection(_) = plan {
            return projection(input, exprs);
        }
        plan.with_new_exprs(exprs, vec![input]).map_err(planning)
    }

    /// A join: a subquery in its condition is attached to the side it refers to.
    fn join_site(&self, join: Join) -> Result<LogicalPlan> {
        let plan = LogicalPlan::Join(join);
        if !own_subqueries(&plan)? {
            return Ok(plan);
        }
        let LogicalPlan::Join(join) = self.inner_plans(plan)? else {
            return Err(Error::internal("a join is a join"));
        };
        let columns: Vec<Expr> = join.schema.columns().into_iter().map(Expr::Column).collect();
        let mut left = Site::new(self, join.left.as_ref().clone());
        let mut right = Site::new(self, join.right.as_ref().clone());
        let mut conditions = Vec::new();
        let equalities = join.on.into_iter().map(|(l, r)| l.eq(r));
        for condition in equalities.chain(join.filter) {
            let of_right = native::refers_to(&condition, right.input.schema())?;
            let site = if of_right { &mut right } else { &mut left };
            conditions.push(site.replaced(condition, |_, _| false)?);
        }
        let ((left, _), (right, _)) = (left.done(), right.done());
        let joined = joined(left, right, join.join_type, Vec::new(), conjunction(conditions))?;
        projection(joined, columns)
    }
}

/// A join on pairs of columns that are equal or both NULL.
fn joined(
    left: LogicalPlan,
    right: LogicalPlan,
    join_type: JoinType,
    pairs: Vec<(Expr, Expr)>,
    filter: Option<Expr>,
) -> Result<LogicalPlan> {
    Join::try_new(
        left.into(),
        right.into(),
        pairs,
        filter,
        join_type,
        JoinConstraint::On,
        NullEquality::NullEqualsNull,
        false,
    )
    .map(LogicalPlan::Join)
    .map_err(planning)
}

/// Every column of the plan, as it is.
fn columns_of(plan: &LogicalPlan) -> Vec<Expr> {
    plan.schema().columns().into_iter().map(Expr::Column).collect()
}

fn references(names: &[String]) -> Vec<Expr> {
    names.iter().map(|name| Expr::Column(DfColumn::new_unqualified(name))).collect()
}

/// Whether `expr` holds a subquery.
fn subqueries_in(expr: &Expr) -> bool {
    expr.exists(|e| Ok(is_subquery(e))).unwrap_or(true)
}

fn is_subquery(expr: &Expr) -> bool {
    matches!(expr, Expr::Exists(_) | Expr::InSubquery(_) | Expr::ScalarSubquery(_) | Expr::SetComparison(_))
}

fn own_subqueries(plan: &LogicalPlan) -> Result<bool> {
    let mut found = false;
    plan.apply_expressions(|expr| {
        found |= subqueries_in(expr);
        Ok(if found { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
    })
    .map_err(planning)?;
    Ok(found)
}

fn holds_subquery(plan: &LogicalPlan) -> Result<bool> {
    let external = functions::error::external;
    plan.exists(|p| Ok(matches!(p, LogicalPlan::Subquery(_)) || own_subqueries(p).map_err(external)?))
        .map_err(planning)
}
