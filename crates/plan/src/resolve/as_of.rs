//! As-of joins: each left row with the nearest right row in the order of two expressions.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::expr::Sort as SortExpr;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use functions::Argument;
use lang::ir::{AsOfJoin, JoinType};
use lang::{Error, Result};

use super::attribute::column_argument;
use super::literal::scalar_argument;
use super::scope::{Query, Scope};
use super::subquery::embed;
use super::{Resolved, Resolver, planning};

/// What a right row has to fulfil, and how far it is away.
struct Match {
    condition: Expr,
    distance: Expr,
}

/// Which right rows a left row gets.
pub(super) struct Choice {
    pub condition: Expr,
    /// The first ones in this order.
    pub by: SortExpr,
    /// Of equal ones the last comes first.
    pub last: bool,
    pub rows: usize,
}

impl Resolver<'_> {
    /// A lateral join with the first right row by distance.
    ///
    /// # Errors
    /// `AS_OF_JOIN.*` for tolerances and directions that make no sense.
    pub(super) fn as_of_join(
        &self,
        join: &AsOfJoin,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let left = self.relation(&join.left, query, outer)?;
        let right = self.relation(&join.right, query, outer)?;
        let found = self.nearest(join, &left, &right, query, outer)?;
        let distance = SortExpr::new(found.distance, true, false);
        // Of rows equally near, the last.
        self.join_first(
            left,
            right,
            Choice { condition: found.condition, by: distance, last: true, rows: 1 },
            join.join_type,
        )
    }

    /// Each left row with the first right rows of a choice.
    pub(super) fn join_first(
        &self,
        left: Resolved,
        right: Resolved,
        choice: Choice,
        join_type: JoinType,
    ) -> Result<Resolved> {
        let condition = outward(choice.condition, &left)?;
        let rank = self.fresh("rank");
        let ranked = outward(choice.by.expr, &left)?.alias(&rank);
        let by = SortExpr { expr: functions::definition::column(&rank), ..choice.by };
        let number = datafusion::functions_window::expr_fn::row_number();
        let position = functions::definition::column(&number.schema_name().to_string());
        let own = || right.plan.schema().columns().into_iter().map(Expr::Column);
        let chosen = LogicalPlanBuilder::from(right.plan.clone())
            .window(vec![number])
            .and_then(|b| b.filter(condition))
            .and_then(|b| b.project(own().chain([position.clone(), ranked])))
            .and_then(|b| b.sort(vec![by, SortExpr::new(position, !choice.last, false)]))
            .and_then(|b| b.limit(0, Some(choice.rows)))
            .and_then(|b| b.project(own()))
            .and_then(|b| b.build())
            .map_err(planning)?;
        let right = Resolved { plan: LogicalPlan::Subquery(embed(chosen)), rebuild: None, ..right };
        let join_type = if join_type == JoinType::LeftOuter { JoinType::LeftOuter } else { JoinType::Inner };
        self.join_on(left, right, join_type, None)
    }

    fn nearest(
        &self,
        join: &AsOfJoin,
        left: &Resolved,
        right: &Resolved,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Match> {
        let scope = Scope::new(&[left, right], query, outer)?;
        let call = |name: &str, arguments: Vec<Argument>| self.call(name, arguments, &scope);
        let l = self.expression(&join.left_as_of, &scope)?;
        let r = self.expression(&join.right_as_of, &scope)?;
        let (before, after) =
            (call("-", vec![l.clone(), r.clone()])?, call("-", vec![r.clone(), l.clone()])?);
        let exact = join.allow_exact_matches;
        let (condition, distance) = match join.direction.as_str() {
            "backward" => (call(if exact { ">=" } else { ">" }, vec![l.clone(), r.clone()])?, before),
            "forward" => (call(if exact { "<=" } else { "<" }, vec![l.clone(), r.clone()])?, after),
            "nearest" => {
                let condition = match exact {
                    true => scalar_argument(true.into()),
                    false => call("!=", vec![l.clone(), r.clone()])?,
                };
                let is_before = call(">", vec![l.clone(), r.clone()])?;
                (condition, call("if", vec![is_before, before, after])?)
            }
            other => {
                return Err(Error::analysis("AS_OF_JOIN.UNSUPPORTED_DIRECTION")
                    .with("direction", other)
                    .with("supported", "'backward', 'forward', 'nearest'"));
            }
        };
        let mut conditions = vec![condition];
        if let Some(tolerance) = &join.tolerance {
            let tolerance = self.expression(tolerance, &scope)?;
            self.check_tolerance(&tolerance, &scope)?;
            if join.direction != "forward" {
                let lowest = call("-", vec![l.clone(), tolerance.clone()])?;
                conditions.push(call(">=", vec![r.clone(), lowest])?);
            }
            if join.direction != "backward" {
                let highest = call("+", vec![l, tolerance])?;
                conditions.push(call("<=", vec![r, highest])?);
            }
        }
        if let Some(condition) = &join.condition {
            conditions.push(self.condition(condition, &scope, "JOIN")?);
        }
        for name in &join.using {
            let (l, r) = (self.using_column(left, name, "left")?, self.using_column(right, name, "right")?);
            conditions.push(call("=", vec![column_argument(&l, name), column_argument(&r, name)])?);
        }
        let condition = conditions.into_iter().map(|c| c.expr).reduce(Expr::and);
        let condition = condition.ok_or_else(|| Error::internal("an as-of join has a condition"))?;
        Ok(Match { condition, distance: distance.expr })
    }

    /// A tolerance is a constant and not negative.
    fn check_tolerance(&self, tolerance: &Argument, scope: &Scope<'_>) -> Result<()> {
        if !tolerance.expr.column_refs().is_empty() {
            return Err(Error::analysis("AS_OF_JOIN.TOLERANCE_IS_UNFOLDABLE"));
        }
        let value = self.evaluate(tolerance.expr.clone())?;
        let zero = self.call("-", vec![tolerance.clone(), tolerance.clone()], scope)?;
        if value < self.evaluate(zero.expr)? {
            return Err(Error::analysis("AS_OF_JOIN.TOLERANCE_IS_NON_NEGATIVE"));
        }
        Ok(())
    }
}

/// `expr` with columns of `left` as seen from inside a subquery beside it.
fn outward(expr: Expr, left: &Resolved) -> Result<Expr> {
    expr.transform_down(|e| {
        Ok(match e {
            Expr::Column(column) => match left.plan.schema().field_with_unqualified_name(&column.name) {
                Ok(field) => Transformed::yes(Expr::OuterReferenceColumn(Arc::clone(field), column)),
                Err(_) => Transformed::no(Expr::Column(column)),
            },
            other => Transformed::no(other),
        })
    })
    .map(|t| t.data)
    .map_err(planning)
}
