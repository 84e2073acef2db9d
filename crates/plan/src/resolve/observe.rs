//! `df.observe`: metrics of the rows that pass, under a name.

use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{EmptyRelation, Expr, Extension, LogicalPlan, Volatility};
use functions::Argument;
use lang::ir::{self, ExprKind, Relation};
use lang::{Error, Result};

use super::project::contains_aggregate;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver, planning};
use crate::Observe;

impl Resolver<'_> {
    /// # Errors
    /// `INVALID_OBSERVED_METRICS.…`
    pub(super) fn collect_metrics(
        &self,
        input: &Relation,
        name: &str,
        metrics: &[ir::Expr],
        plan_id: Option<i64>,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        if name.is_empty() {
            return Err(refused("MISSING_NAME").with("operator", "CollectMetrics"));
        }
        let mut input = self.relation(input, query, outer)?;
        let observed = self.observed_metrics(&input, metrics, query)?;
        let asked = format!("{metrics:?}");
        expect_one_meaning(name, &asked, &input.plan)?;
        let node = Observe {
            name: name.to_string(),
            plan_id: plan_id.unwrap_or_default(),
            input: std::mem::take(&mut input.plan),
            metrics: Arc::new(observed),
            asked,
        };
        input.plan = LogicalPlan::Extension(Extension { node: Arc::new(node) });
        input.rebuild = None;
        Ok(input)
    }

    /// The metrics over rows that are put in later.
    fn observed_metrics(&self, input: &Resolved, metrics: &[ir::Expr], query: &Query) -> Result<Resolved> {
        let schema = Arc::clone(input.plan.schema());
        let mut rows = input.clone();
        rows.plan = LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema });
        rows.rebuild = None;
        let scope = Scope::new(&[&rows], query, None)?;
        for metric in metrics {
            self.expect_metric(metric, &scope)?;
        }
        let items = self.select_list(metrics, scope)?;
        self.global_aggregate(rows, items)
    }

    /// Metrics are plain aggregates, and what can be computed of them.
    fn expect_metric(&self, metric: &ir::Expr, scope: &Scope<'_>) -> Result<()> {
        let (inner, alias) = match &metric.kind {
            ExprKind::Alias { expr, names, .. } => (expr.as_ref(), names.first()),
            ExprKind::Star { .. } | ExprKind::Regex { .. } => return Ok(()),
            _ => (metric, None),
        };
        let item = self.expression(inner, scope)?;
        let Some(reason) = forbidden(&item)? else { return Ok(()) };
        let shown = match (&item.expr, alias) {
            (Expr::Column(_), None) => item.name().to_string(),
            (_, alias) => {
                let alias = alias.map_or(item.name(), String::as_str);
                format!("{} AS {}", item.name(), quoted(alias))
            }
        };
        Err(refused(reason).with("expr", format!("\"{shown}\"")))
    }
}

/// The first thing in a metric that must not be there, as the end of Spark's condition.
fn forbidden(item: &Argument) -> Result<Option<&'static str>> {
    let mut found = None;
    item.expr
        .apply(|expr| {
            found = match expr {
                Expr::WindowFunction(_) => Some("WINDOW_EXPRESSIONS_UNSUPPORTED"),
                Expr::ScalarFunction(call) if call.func.signature().volatility == Volatility::Volatile => {
                    Some("NON_AGGREGATE_FUNC_ARG_IS_NON_DETERMINISTIC")
                }
                Expr::Column(_) => Some("NON_AGGREGATE_FUNC_ARG_IS_ATTRIBUTE"),
                Expr::AggregateFunction(call) if call.params.args.iter().any(contains_aggregate) => {
                    Some("NESTED_AGGREGATES_UNSUPPORTED")
                }
                Expr::AggregateFunction(call) if call.params.distinct => {
                    Some("AGGREGATE_EXPRESSION_WITH_DISTINCT_UNSUPPORTED")
                }
                Expr::AggregateFunction(call) if call.params.filter.is_some() => {
                    Some("AGGREGATE_EXPRESSION_WITH_FILTER_UNSUPPORTED")
                }
                Expr::AggregateFunction(_) => return Ok(TreeNodeRecursion::Jump),
                _ => return Ok(TreeNodeRecursion::Continue),
            };
            Ok(TreeNodeRecursion::Stop)
        })
        .map_err(planning)?;
    Ok(found)
}

/// A name in backticks unless it is a plain word.
fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match !name.is_empty() && name.chars().all(plain) && !name.chars().all(|c| c.is_ascii_digit()) {
        true => name.to_string(),
        false => format!("`{}`", name.replace('`', "``")),
    }
}

/// The same name twice must mean the same metrics.
fn expect_one_meaning(name: &str, asked: &str, below: &LogicalPlan) -> Result<()> {
    let mut other = false;
    below
        .apply_with_subqueries(|node| {
            if let LogicalPlan::Extension(extension) = node
                && let Some(observe) = extension.node.as_any().downcast_ref::<Observe>()
            {
                other |= observe.name == name && observe.asked != asked;
            }
            Ok(if other { TreeNodeRecursion::Stop } else { TreeNodeRecursion::Continue })
        })
        .map_err(planning)?;
    match other {
        true => Err(Error::analysis("DUPLICATED_METRICS_NAME").with("metricName", name)),
        false => Ok(()),
    }
}

/// `INVALID_OBSERVED_METRICS.…`
fn refused(reason: &str) -> Error {
    Error::analysis(format!("INVALID_OBSERVED_METRICS.{reason}"))
}
