//! Sampling: one random number a row decides.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::expr::Sort as SortExpr;
use datafusion::logical_expr::lit;
use lang::Result;

use super::filter::filtered;
use super::literal::scalar_argument;
use super::project::projection;
use super::repartition::sorted_locally;
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

    /// Each row as often as a Poisson distribution says, `fraction` times on average.
    pub(super) fn sample_with_replacement(
        &self,
        input: Resolved,
        fraction: f64,
        seed: Option<i64>,
    ) -> Result<Resolved> {
        // Spark's client sends a seed if its user gives none.
        let copies = functions::sampling::copies(fraction, seed.unwrap_or_default())?;
        let (mut sampled, _) = self.unnest(input, copies, &[])?;
        sampled.rebuild = None;
        Ok(sampled)
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

/// Rows in an order that depends on their values only, as far as they are in the same partition.
pub(super) fn sorted_by_all(mut input: Resolved) -> Resolved {
    let keys = input.columns.iter().filter(|c| orderable(c.field.data_type()));
    let expr: Vec<SortExpr> = keys.map(|c| SortExpr::new(c.expr(), true, true)).collect();
    if !expr.is_empty() {
        let plan = std::mem::take(&mut input.plan);
        input.plan = sorted_locally(plan, expr);
    }
    input.rebuild = None;
    input
}
