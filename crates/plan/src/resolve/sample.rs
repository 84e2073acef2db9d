//! Sampling: one random number a row decides.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::Sort as SortExpr;
use datafusion::logical_expr::{LogicalPlan, Sort, lit};
use lang::Result;

use super::filter::filtered;
use super::literal::scalar_argument;
use super::project::projection;
use super::scope::{Query, Scope};
use super::sort::orderable;
use super::{Column, Resolved, Resolver};

impl Resolver<'_> {
    /// Rows whose number falls into `[lower, upper)`.
    pub(super) fn sample(
        &self,
        input: Resolved,
        lower: f64,
        upper: f64,
        seed: Option<i64>,
        query: &Query,
    ) -> Result<Resolved> {
        let (drawn, number) = self.drawn(input, seed, query)?;
        let number = functions::definition::column(&number);
        filtered(drawn, number.clone().gt_eq(lit(lower)).and(number.lt(lit(upper))))
    }

    /// The input with an invisible column that holds a random number a row. A column, so that whoever looks at the number
    /// twice sees the same.
    pub(super) fn drawn(
        &self,
        mut input: Resolved,
        seed: Option<i64>,
        query: &Query,
    ) -> Result<(Resolved, String)> {
        let scope = Scope::new(&[&input], query, None)?;
        let seed = seed.map(|s| scalar_argument(ScalarValue::Int64(Some(s))));
        let random = self.call("rand", seed.into_iter().collect(), &scope)?.expr;
        drop(scope);
        let id = self.fresh("random");
        let mut exprs: Vec<_> = input.columns.iter().chain(&input.hidden).map(Column::expr).collect();
        exprs.push(random.alias(&id));
        let plan = std::mem::take(&mut input.plan);
        input.plan = projection(plan, exprs)?;
        input.rebuild = None;
        Ok((input, id))
    }
}

/// Rows in an order that depends on their values only.
pub(super) fn sorted_by_all(mut input: Resolved) -> Resolved {
    let keys = input.columns.iter().filter(|c| orderable(c.field.data_type()));
    let expr: Vec<SortExpr> = keys.map(|c| SortExpr::new(c.expr(), true, true)).collect();
    if !expr.is_empty() {
        let plan = std::mem::take(&mut input.plan);
        input.plan = LogicalPlan::Sort(Sort { expr, input: Arc::new(plan), fetch: None });
    }
    input.rebuild = None;
    input
}
