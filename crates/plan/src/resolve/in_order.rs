//! Aggregates that depend on the order of the rows, over rows that were sorted.
//!
//! `df.orderBy("t").groupBy("k").agg(first("v"))` means the first `v` by `t`. DataFusion drops a sort below an
//! aggregation, so the position of each row becomes a column, and the aggregates go by it.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Expr, ExprFunctionExt, ExprSchemable, LogicalPlan, Sort, Window, lit};
use functions::{Argument, Call};
use lang::{Error, Result};

use super::project::projection;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver, planning};
use crate::LocalSort;

impl Resolver<'_> {
    /// `items` by the order of `input`, which gets a column for it where both matter.
    pub(super) fn in_order(&self, input: &mut Resolved, items: Vec<Argument>) -> Result<Vec<Argument>> {
        let depends = |item: &Argument| item.expr.exists(|e| Ok(positional(e).is_some())).unwrap_or(false);
        let position = self.fresh("position");
        let numbered = match &input.plan {
            _ if !items.iter().any(depends) => return Ok(items),
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => numbered(sort, &position)?,
            plan if is_local_sort(plan) => {
                let query = Query::default();
                let scope = Scope::new(&[&*input], &query, None)?;
                let number = self.call("monotonically_increasing_id", Vec::new(), &scope)?.expr;
                let mut exprs: Vec<Expr> = plan.schema().columns().into_iter().map(Expr::Column).collect();
                exprs.push(number.alias(&position));
                projection(plan.clone(), exprs)?
            }
            _ => return Ok(items),
        };
        input.plan = numbered;
        let query = Query::default();
        let scope = Scope::new(&[&*input], &query, None)?;
        let by = self.typed(functions::definition::column(&position), "position", &scope)?;
        items.into_iter().map(|item| self.by_position(item, &by, &scope)).collect()
    }

    /// `item` with its positional aggregates as extremes by the column `by`.
    fn by_position(&self, item: Argument, by: &Argument, scope: &Scope<'_>) -> Result<Argument> {
        let expr = item
            .expr
            .transform_down(|e| {
                let Some((name, value, ignores_nulls)) = positional(&e) else {
                    return Ok(Transformed::no(e));
                };
                let Expr::AggregateFunction(AggregateFunction { params, .. }) = &e else {
                    return Ok(Transformed::no(e));
                };
                let (_, field) = value.to_field(scope.schema.as_ref())?;
                let mut filter = params.filter.as_deref().cloned();
                if ignores_nulls {
                    let not_null = value.clone().is_not_null();
                    filter = Some(match filter {
                        Some(filter) => filter.and(not_null),
                        None => not_null,
                    });
                }
                let value = Argument { expr: value.clone(), field, keyword: None };
                let extreme = self
                    .extreme(name, vec![value, by.clone()], filter, scope)
                    .map_err(functions::error::external)?;
                Ok(Transformed::new(extreme, true, TreeNodeRecursion::Jump))
            })
            .map_err(planning)?
            .data;
        Ok(Argument { expr, ..item })
    }

    fn extreme(
        &self,
        name: &str,
        arguments: Vec<Argument>,
        filter: Option<Expr>,
        scope: &Scope<'_>,
    ) -> Result<Expr> {
        let definition =
            functions::registry::find(name).ok_or_else(|| Error::internal(format!("no {name}")))?;
        let call = Call {
            name,
            arguments,
            distinct: false,
            filter,
            order_by: Vec::new(),
            ignore_nulls: None,
            context: self.environment.context(),
        };
        Ok(self.build(definition, &call, name, scope)?.expr)
    }
}

/// The rows that are sorted, with their numbers in that order.
fn numbered(sort: &Sort, position: &str) -> Result<LogicalPlan> {
    let number = datafusion::functions_window::expr_fn::row_number()
        .order_by(sort.expr.clone())
        .build()
        .map_err(planning)?;
    let mut exprs: Vec<Expr> = sort.input.schema().columns().into_iter().map(Expr::Column).collect();
    exprs.push(functions::definition::column(&number.schema_name().to_string()).alias(position));
    let windowed = Window::try_new(vec![number], Arc::clone(&sort.input)).map_err(planning)?;
    projection(LogicalPlan::Window(windowed), exprs)
}

/// Whether every partition is sorted by itself: its rows come first, then those of the next.
fn is_local_sort(plan: &LogicalPlan) -> bool {
    matches!(plan, LogicalPlan::Extension(extension) if extension.node.as_any().is::<LocalSort>())
}

/// The extreme that `first` or `last` is in order, its value, and whether NULLs are left out.
fn positional(expr: &Expr) -> Option<(&'static str, &Expr, bool)> {
    let Expr::AggregateFunction(AggregateFunction { func, params }) = expr else { return None };
    let name = match func.name() {
        "first" => "min_by",
        "last" => "max_by",
        _ => return None,
    };
    let [value, ignores_nulls] = params.args.as_slice() else { return None };
    Some((name, value, *ignores_nulls == lit(true)))
}
