//! `IN (subquery)` and `NOT IN (subquery)` as values.

use datafusion::common::{Column as DfColumn, JoinType};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Distinct, Expr, Filter, LogicalPlan, LogicalPlanBuilder, lit, not};
use lang::{Error, Result};

use super::super::planning;
use super::super::project::projection;
use super::push::Domain;
use super::site::Site;
use super::{joined, references};

impl<'r> Site<'r> {
    /// Whether `values` are a row of the subquery. Spark has no third answer here: what a NULL leaves open is false.
    pub(super) fn membership(&mut self, values: Vec<Expr>, plan: &LogicalPlan) -> Result<Expr> {
        let values = self.computed(values)?;
        self.matched(&values, plan)
    }

    /// Whether `values` differ from every row of the subquery; what a NULL leaves open is false.
    pub(super) fn absence(&mut self, values: Vec<Expr>, plan: &LogicalPlan) -> Result<Expr> {
        let values = self.computed(values)?;
        let outer_nullable = values.iter().map(|v| self.is_nullable(v)).collect::<Result<Vec<_>>>()?;
        let inner_nullable = plan.schema().fields().iter().any(|f| f.is_nullable());
        let matched = self.matched(&values, plan)?;
        if !inner_nullable && !outer_nullable.contains(&true) {
            return Ok(not(matched));
        }
        let open = match values.as_slice() {
            [value] => self.open(value, plan)?,
            _ => self.open_pairs(&values, plan)?,
        };
        Ok(not(matched.or(open)))
    }

    fn is_nullable(&self, column: &DfColumn) -> Result<bool> {
        let field = self.input.schema().field_with_unqualified_name(&column.name).map_err(planning)?;
        Ok(field.is_nullable())
    }

    /// Whether a row equals the values, none of them NULL.
    fn matched(&mut self, values: &[DfColumn], plan: &LogicalPlan) -> Result<Expr> {
        let (domain, pushed, names) = self.pushed(plan)?;
        let inner: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
        if inner.len() != values.len() {
            return Err(Error::internal("IN compares as many values as the subquery has columns"));
        }
        let mut keys = references(&names);
        let ids: Vec<String> = inner.iter().map(|_| self.resolver.fresh("member")).collect();
        let not_null = conjunction(inner.iter().cloned().map(Expr::is_not_null));
        keys.extend(inner.into_iter().zip(&ids).map(|(e, id)| e.alias(id)));
        let mut members = pushed;
        if let Some(not_null) = not_null {
            members = LogicalPlan::Filter(Filter::try_new(not_null, members.into()).map_err(planning)?);
        }
        let members = LogicalPlan::Distinct(Distinct::All(projection(members, keys)?.into()));
        let mark = self.resolver.fresh("matched");
        let mut exprs = references(&names);
        exprs.extend(references(&ids));
        exprs.push(lit(true).alias(&mark));
        let mut pairs: Vec<(Expr, Expr)> = domain.outer().into_iter().zip(references(&names)).collect();
        pairs.extend(values.iter().cloned().map(Expr::Column).zip(references(&ids)));
        let input = std::mem::take(&mut self.input);
        self.input = joined(input, projection(members, exprs)?, JoinType::Left, pairs, None)?;
        Ok(functions::definition::column(&mark).is_not_null())
    }

    /// Whether a value that matches no row could still equal one: it is NULL and there are rows, or a row is NULL.
    fn open(&mut self, value: &DfColumn, plan: &LogicalPlan) -> Result<Expr> {
        let (domain, pushed, names) = self.pushed(plan)?;
        let [rows, filled] = ["rows", "filled"].map(|name| self.resolver.fresh(name));
        let column = plan.schema().columns().into_iter().next();
        let column = column.ok_or_else(|| Error::internal("IN compares with a column"))?;
        let counts = vec![count(lit(1i64)).alias(&rows), count(Expr::Column(column)).alias(&filled)];
        let counted = LogicalPlanBuilder::from(pushed)
            .aggregate(references(&names), counts)
            .and_then(|b| b.build())
            .map_err(planning)?;
        match names.is_empty() {
            true => self.cross(counted)?,
            false => self.left_join(counted, &domain, &names)?,
        }
        let [rows, filled] = [rows, filled].map(|name| functions::definition::column(&name));
        // No count at all is no row.
        let any = rows.clone().is_not_null().and(rows.clone().gt(lit(0i64)));
        Ok(any.and(Expr::Column(value.clone()).is_null().or(filled.lt(rows))))
    }

    /// [`Self::open`] for several values: a row exists that differs from none of them but for NULLs.
    fn open_pairs(&mut self, values: &[DfColumn], plan: &LogicalPlan) -> Result<Expr> {
        let mut conditions = Vec::with_capacity(values.len());
        for (value, column) in values.iter().zip(plan.schema().columns()) {
            let field = self.input.schema().field_with_unqualified_name(&value.name).map_err(planning)?;
            let outer = Expr::OuterReferenceColumn(field.clone(), value.clone());
            let inner = Expr::Column(column);
            let equal = outer.clone().eq(inner.clone());
            conditions.push(equal.or(outer.is_null()).or(inner.is_null()));
        }
        let condition = conjunction(conditions).ok_or_else(|| Error::internal("IN compares values"))?;
        let candidates = Filter::try_new(condition, plan.clone().into()).map_err(planning)?;
        self.exists(&LogicalPlan::Filter(candidates))
    }

    fn pushed(&self, plan: &LogicalPlan) -> Result<(Domain<'r>, LogicalPlan, Vec<String>)> {
        let domain = Domain::of(self.resolver, &self.input, plan);
        let (pushed, names) = match domain.is_empty() {
            true => (plan.clone(), Vec::new()),
            false => domain.push(plan)?,
        };
        Ok((domain, pushed, names))
    }
}
