//! A node whose subqueries become columns of its input.

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column as DfColumn, DFSchema, JoinType};
use datafusion::functions_aggregate::expr_fn::{count, first_value};
use datafusion::logical_expr::expr::InSubquery;
use datafusion::logical_expr::{
    BinaryExpr, Distinct, Expr, LogicalPlan, LogicalPlanBuilder, Operator, lit, not,
};
use lang::{Error, Result};

use super::super::project::projection;
use super::super::{Resolver, planning};
use super::native::at_most_one_row;
use super::push::{Domain, Pushed};
use super::single_row::single_row;
use super::{columns_of, joined, references};

pub(super) struct Site<'r> {
    pub resolver: &'r Resolver<'r>,
    pub input: LogicalPlan,
    /// Subqueries that are columns already, and what stands for them.
    known: Vec<(Expr, Expr)>,
}

impl<'r> Site<'r> {
    pub fn new(resolver: &'r Resolver<'r>, input: LogicalPlan) -> Self {
        Site { resolver, input, known: Vec::new() }
    }

    /// The input with the columns that were attached, and whether there are any.
    pub fn done(self) -> (LogicalPlan, bool) {
        (self.input, !self.known.is_empty())
    }

    /// `expr` with columns in the place of subqueries, but those that may stay.
    pub fn replaced(&mut self, expr: Expr, stays: fn(&Expr, &DFSchema) -> bool) -> Result<Expr> {
        inward(expr)?
            .transform_down(|e| {
                let absent = matches!(&e, Expr::Not(inner) if matches!(inner.as_ref(), Expr::InSubquery(_)));
                if !absent && (!super::is_subquery(&e) || stays(&e, self.input.schema())) {
                    return Ok(Transformed::no(e));
                }
                let column = self.column(e, stays).map_err(functions::error::external)?;
                Ok(Transformed::new(column, true, TreeNodeRecursion::Jump))
            })
            .map(|t| t.data)
            .map_err(planning)
    }

    /// What stands for a subquery, which is attached where it is new.
    fn column(&mut self, expr: Expr, stays: fn(&Expr, &DFSchema) -> bool) -> Result<Expr> {
        if let Some((_, column)) = self.known.iter().find(|(known, _)| *known == expr) {
            return Ok(column.clone());
        }
        let column = match &expr {
            Expr::Exists(exists) => {
                let found = self.exists(&exists.subquery.subquery)?;
                if exists.negated { not(found) } else { found }
            }
            Expr::ScalarSubquery(subquery) => self.scalar(&subquery.subquery)?,
            Expr::InSubquery(membership) => self.member(membership, membership.negated, stays)?,
            Expr::Not(inner) => match inner.as_ref() {
                Expr::InSubquery(membership) => self.member(membership, !membership.negated, stays)?,
                _ => return Err(Error::internal("only NOT IN is looked at as a whole")),
            },
            _ => return Err(Error::unsupported("ANY and ALL of a subquery")),
        };
        self.known.push((expr, column.clone()));
        Ok(column)
    }

    fn member(
        &mut self,
        membership: &InSubquery,
        negated: bool,
        stays: fn(&Expr, &DFSchema) -> bool,
    ) -> Result<Expr> {
        let plan = membership.subquery.subquery.as_ref();
        let values = match membership.expr.as_ref() {
            Expr::ScalarFunction(row) if plan.schema().fields().len() > 1 => row.args.clone(),
            value => vec![value.clone()],
        };
        let values = values.into_iter().map(|v| self.replaced(v, stays)).collect::<Result<Vec<_>>>()?;
        if negated { self.absence(values, plan) } else { self.membership(values, plan) }
    }

    /// Whether the subquery has rows: never NULL.
    pub fn exists(&mut self, plan: &LogicalPlan) -> Result<Expr> {
        let domain = Domain::of(self.resolver, &self.input, plan);
        let mark = self.resolver.fresh("exists");
        if domain.is_empty() {
            let rows = LogicalPlanBuilder::from(plan.clone())
                .limit(0, Some(1))
                .and_then(|b| b.aggregate(Vec::<Expr>::new(), vec![count(lit(1i64)).alias("rows")]))
                .and_then(|b| {
                    b.project(vec![functions::definition::column("rows").gt(lit(0i64)).alias(&mark)])
                })
                .and_then(|b| b.build())
                .map_err(planning)?;
            self.cross(rows)?;
            return Ok(functions::definition::column(&mark));
        }
        let pushed = domain.push(plan)?;
        let (found, names) = self.distinct_keys(pushed)?;
        let mut exprs = references(&names);
        exprs.push(lit(true).alias(&mark));
        self.left_join(projection(found, exprs)?, &domain, &names)?;
        Ok(functions::definition::column(&mark).is_not_null())
    }

    fn distinct_keys(&self, (plan, names): Pushed) -> Result<Pushed> {
        let keys = projection(plan, references(&names))?;
        Ok((LogicalPlan::Distinct(Distinct::All(keys.into())), names))
    }

    /// The one value of the subquery: NULL where it has no row, an error where it has several.
    fn scalar(&mut self, plan: &LogicalPlan) -> Result<Expr> {
        let value = self.resolver.fresh("scalar");
        let domain = Domain::of(self.resolver, &self.input, plan);
        let (pushed, names) = match domain.is_empty() {
            true => (plan.clone(), Vec::new()),
            false => domain.push(plan)?,
        };
        let column = plan.schema().columns().into_iter().next();
        let column = column.ok_or_else(|| Error::internal("a scalar subquery has a column"))?;
        let mut exprs = references(&names);
        exprs.push(Expr::Column(column).alias(&value));
        let mut values = projection(pushed, exprs)?;
        let always_one = matches!(plan, LogicalPlan::Aggregate(_)) && at_most_one_row(plan);
        if !at_most_one_row(plan) || (names.is_empty() && !always_one) {
            values = self.single_rows(values, &names, &value)?;
        }
        match names.is_empty() {
            true => self.cross(values)?,
            false => self.left_join(values, &domain, &names)?,
        }
        Ok(functions::definition::column(&value))
    }

    /// One row for each combination; without combinations, one row always.
    fn single_rows(&self, values: LogicalPlan, names: &[String], value: &str) -> Result<LogicalPlan> {
        let first = first_value(functions::definition::column(value), Vec::new()).alias("first");
        let grouped = LogicalPlanBuilder::from(values)
            .aggregate(references(names), vec![first, count(lit(1i64)).alias("rows")])
            .and_then(|b| b.build())
            .map_err(planning)?;
        let [first, rows] = ["first", "rows"].map(functions::definition::column);
        let mut exprs = references(names);
        exprs.push(single_row(first, rows).alias(value));
        projection(grouped, exprs)
    }

    /// Every row of the input beside the one row of `plan`.
    pub fn cross(&mut self, plan: LogicalPlan) -> Result<()> {
        let input = std::mem::take(&mut self.input);
        self.input =
            LogicalPlanBuilder::from(input).cross_join(plan).and_then(|b| b.build()).map_err(planning)?;
        Ok(())
    }

    /// Every row of the input beside the row of `plan` for its outer values, or NULLs.
    pub fn left_join(&mut self, plan: LogicalPlan, domain: &Domain<'_>, names: &[String]) -> Result<()> {
        let pairs = domain.outer().into_iter().zip(references(names)).collect();
        let input = std::mem::take(&mut self.input);
        self.input = joined(input, plan, JoinType::Left, pairs, None)?;
        Ok(())
    }

    /// The input with `exprs` computed beside its columns, and references to them.
    pub fn computed(&mut self, exprs: Vec<Expr>) -> Result<Vec<DfColumn>> {
        let mut all = columns_of(&self.input);
        let mut columns = Vec::with_capacity(exprs.len());
        for expr in exprs {
            let name = self.resolver.fresh("value");
            columns.push(DfColumn::new_unqualified(&name));
            all.push(expr.alias(name));
        }
        let input = std::mem::take(&mut self.input);
        self.input = projection(input, all)?;
        Ok(columns)
    }
}

/// NOT moved down to what it denies, where subqueries are below: Spark knows `NOT IN` only when it sees it.
fn inward(expr: Expr) -> Result<Expr> {
    expr.transform_down(|e| {
        let Expr::Not(inner) = e else { return Ok(Transformed::no(e)) };
        if !super::subqueries_in(&inner) {
            return Ok(Transformed::no(Expr::Not(inner)));
        }
        Ok(match *inner {
            Expr::Not(twice) => Transformed::yes(*twice),
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::And, right }) => {
                Transformed::yes(not(*left).or(not(*right)))
            }
            Expr::BinaryExpr(BinaryExpr { left, op: Operator::Or, right }) => {
                Transformed::yes(not(*left).and(not(*right)))
            }
            other => Transformed::no(Expr::Not(Box::new(other))),
        })
    })
    .map(|t| t.data)
    .map_err(planning)
}
