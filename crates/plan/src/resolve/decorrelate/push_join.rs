//! The outer values pushed into the sides of a join.

use datafusion::common::{Column as DfColumn, JoinType, NullEquality};
use datafusion::logical_expr::logical_plan::Join;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, LogicalPlan, Operator, when};
use lang::{Error, Result};

use super::super::planning;
use super::super::project::projection;
use super::push::{Domain, Pushed};
use super::references;

/// Which sides of a join have to carry the combinations.
struct Sides {
    left: bool,
    right: bool,
}

impl Domain<'_> {
    pub(super) fn join(&self, join: &Join) -> Result<Pushed> {
        if join.null_aware {
            return Err(Error::unsupported("NOT IN inside a correlated subquery"));
        }
        let sides = self.sides(join);
        let (left, left_names) = self.side(&join.left, sides.left)?;
        let (right, right_names) = self.side(&join.right, sides.right)?;
        let names = if sides.left { &left_names } else { &right_names };
        let mut on = Vec::with_capacity(join.on.len());
        for (l, r) in &join.on {
            on.push((self.bound(l.clone(), names)?, self.bound(r.clone(), names)?));
        }
        let mut filters = Vec::new();
        if let Some(filter) = &join.filter {
            filters.push(self.bound(filter.clone(), names)?);
        }
        let mut null_equality = join.null_equality;
        if sides.left && sides.right {
            let pairs = references(&left_names).into_iter().zip(references(&right_names));
            if on.is_empty() || null_equality == NullEquality::NullEqualsNull {
                null_equality = NullEquality::NullEqualsNull;
                on.extend(pairs);
            } else {
                filters.extend(pairs.map(|(l, r)| {
                    Expr::BinaryExpr(BinaryExpr::new(Box::new(l), Operator::IsNotDistinctFrom, Box::new(r)))
                }));
            }
        }
        let plan = Join::try_new(
            left.into(),
            right.into(),
            on,
            conjunction(filters),
            join.join_type,
            join.join_constraint,
            null_equality,
            false,
        )
        .map(LogicalPlan::Join)
        .map_err(planning)?;
        self.join_output(plan, join, &sides, left_names, right_names)
    }

    /// The columns of the join as it was, and one set of the combinations' columns.
    fn join_output(
        &self,
        plan: LogicalPlan,
        join: &Join,
        sides: &Sides,
        left: Vec<String>,
        right: Vec<String>,
    ) -> Result<Pushed> {
        let mut exprs: Vec<Expr> = join.schema.columns().into_iter().map(Expr::Column).collect();
        if join.join_type == JoinType::Full {
            let names = self.fresh_names();
            for ((l, r), name) in references(&left).into_iter().zip(references(&right)).zip(&names) {
                let either = when(l.clone().is_not_null(), l).otherwise(r).map_err(planning)?;
                exprs.push(either.alias(name));
            }
            return Ok((projection(plan, exprs)?, names));
        }
        let keeps_left = !matches!(
            join.join_type,
            JoinType::Right | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark
        );
        let names = if sides.left && keeps_left || !sides.right { left } else { right };
        exprs.extend(names.iter().map(|name| Expr::Column(DfColumn::new_unqualified(name))));
        Ok((projection(plan, exprs)?, names))
    }

    fn side(&self, plan: &LogicalPlan, pushed: bool) -> Result<Pushed> {
        if pushed { self.push(plan) } else { Ok((plan.clone(), Vec::new())) }
    }

    /// The sides that refer to outer columns, and those whose rows come out although nothing matches them.
    fn sides(&self, join: &Join) -> Sides {
        let (left, right) = (self.is_in(&join.left), self.is_in(&join.right));
        match join.join_type {
            JoinType::Inner => Sides { left: left || !right, right },
            JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti | JoinType::LeftMark => {
                Sides { left: true, right }
            }
            JoinType::Right | JoinType::RightSemi | JoinType::RightAnti | JoinType::RightMark => {
                Sides { left, right: true }
            }
            JoinType::Full => Sides { left: true, right: true },
        }
    }
}
