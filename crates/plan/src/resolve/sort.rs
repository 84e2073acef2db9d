//! ORDER BY and SORT BY.

use std::sync::Arc;

use arrow::datatypes::{DataType, IntervalUnit};
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::expr::Sort as SortExpr;
use datafusion::logical_expr::{Expr, LogicalPlan, Sort};
use functions::Argument;
use lang::ir::{self, ExprKind, Literal, Relation};
use lang::{Error, Result};

use super::expression::pointing_at;
use super::repartition::sorted_locally;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver};

impl Resolver<'_> {
    pub(super) fn sort(
        &self,
        input: &Relation,
        order: &[ir::SortOrder],
        global: bool,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let child = self.relation(input, query, outer)?;
        let order = ordered_by_all(order, &child);
        let exprs: Vec<ir::Expr> =
            order.iter().map(|o| ordinal(&o.expr, &child)).collect::<Result<Vec<_>>>()?;
        if exprs.iter().any(holds_window) {
            return Err(Error::analysis("UNSUPPORTED_EXPR_FOR_OPERATOR")
                .with("operator", "Sort")
                .with("invalidExprSqls", "a window function"));
        }
        let (child, exprs) = self.with_leading_window(child, exprs, "ORDER BY", query, outer)?;
        let found = self.with_missing(child, &exprs.iter().collect::<Vec<_>>(), query, outer);
        let (mut child, keys) = found.map_err(|error| match error.condition() {
            "MISSING_GROUP_BY" => Error::analysis("UNSUPPORTED_EXPR_FOR_OPERATOR")
                .with("operator", "Sort")
                .with("invalidExprSqls", "an aggregate"),
            "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS" => {
                Error::analysis("UNSUPPORTED_GENERATOR.OUTSIDE_SELECT").with("plan", "Sort")
            }
            _ => error,
        })?;
        let mut sorts = Vec::with_capacity(keys.len());
        for (key, order) in keys.into_iter().zip(&order) {
            check_orderable(&key)?;
            check_correlation(&key)?;
            let is_nested = key.data_type().is_nested();
            let key = functions::float::normalized(key.expr, &key.field);
            sorts.extend(sort_keys(key, is_nested, order));
        }
        if !sorts.is_empty() {
            let plan = std::mem::take(&mut child.plan);
            child.plan = match global {
                true => LogicalPlan::Sort(Sort { expr: sorts, input: Arc::new(plan), fetch: None }),
                false => sorted_locally(plan, sorts),
            };
        }
        child.rebuild = None;
        Ok(child)
    }
}

/// The keys of one order. NULLs inside of nested values are below all others, wherever the NULLs among the values
/// themselves go; Arrow puts both at the same end, so that the latter get a key of their own where the ends differ.
fn sort_keys(key: Expr, is_nested: bool, order: &ir::SortOrder) -> Vec<SortExpr> {
    let ascending = !order.descending;
    if !is_nested || order.nulls_first == ascending {
        return vec![SortExpr::new(key, ascending, order.nulls_first)];
    }
    let nulls = SortExpr::new(key.clone().is_null(), ascending, ascending);
    vec![nulls, SortExpr::new(key, ascending, ascending)]
}

/// `ORDER BY ALL` is every output column, in order.
fn ordered_by_all(order: &[ir::SortOrder], child: &Resolved) -> Vec<ir::SortOrder> {
    let [only] = order else { return order.to_vec() };
    let is_all = matches!(&only.expr.kind,
        ExprKind::Attribute { name, plan_id: None, .. } if name.len() == 1 && name[0].eq_ignore_ascii_case("all"));
    if !is_all || child.columns.iter().any(|c| c.name().eq_ignore_ascii_case("all")) {
        return order.to_vec();
    }
    (1..=child.columns.len())
        .map(|i| ir::SortOrder { expr: ir::Expr::literal(Literal::Integer(i as i32)), ..only.clone() })
        .collect()
}

/// An integer literal is the position of an output column.
fn ordinal(expr: &ir::Expr, child: &Resolved) -> Result<ir::Expr> {
    let ExprKind::Literal(Literal::Integer(position)) = &expr.kind else { return Ok(expr.clone()) };
    let column = usize::try_from(position - 1).ok().and_then(|i| child.columns.get(i));
    let Some(column) = column else {
        let size = child.columns.len().to_string();
        let error = Error::analysis("ORDER_BY_POS_OUT_OF_RANGE")
            .with("index", position.to_string())
            .with("size", size);
        return pointing_at(expr, || Err(error));
    };
    Ok(ir::Expr::new(ExprKind::Resolved(column.id.clone()), expr.span))
}

/// Whether a window function stands in the key itself; the output's columns may be computed by one.
fn holds_window(key: &ir::Expr) -> bool {
    match &key.kind {
        ExprKind::Window(_) => true,
        ExprKind::Alias { expr, .. } | ExprKind::Cast { expr, .. } => holds_window(expr),
        ExprKind::Function(function) => function.arguments.iter().any(holds_window),
        _ => false,
    }
}

/// A scalar subquery that refers to the rows that are sorted is refused, as in Spark.
fn check_correlation(key: &Argument) -> Result<()> {
    let correlated = key.expr.exists(|e| match e {
        Expr::ScalarSubquery(subquery) => Ok(super::subquery::is_correlated(&subquery.subquery)),
        _ => Ok(false),
    });
    match correlated {
        Ok(false) => Ok(()),
        _ => Err(Error::analysis(
            "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.UNSUPPORTED_CORRELATED_SCALAR_SUBQUERY",
        )
        .with("treeNode", "Sort")),
    }
}

/// Maps, variants and calendar intervals have no order.
pub(super) fn check_orderable(argument: &Argument) -> Result<()> {
    super::collated::expect_binary(&argument.field)?;
    if orderable(argument.data_type()) {
        return Ok(());
    }
    let data_type = format!("\"{}\"", functions::types::from_field(&argument.field).sql());
    Err(Error::analysis("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE")
        .with("sqlExpr", format!("\"{}\"", argument.name()))
        .with("functionName", "`sortorder`")
        .with("dataType", data_type))
}

pub(super) fn orderable(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map(..) | DataType::Interval(IntervalUnit::MonthDayNano) => false,
        other if functions::types::holds_variant(other) => false,
        DataType::List(element) => orderable(element.data_type()),
        DataType::Struct(fields) => fields.iter().all(|f| orderable(f.data_type())),
        _ => true,
    }
}
