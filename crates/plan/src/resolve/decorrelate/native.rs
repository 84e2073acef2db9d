//! Which subqueries DataFusion turns into joins itself, rightly.

use std::collections::HashSet;

use datafusion::common::DFSchema;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr::{AggregateFunction, InSubquery};
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{
    Aggregate, BinaryExpr, Expr, ExprSchemable, JoinType, LogicalPlan, Operator, Subquery,
};
use lang::Result;

use super::super::planning;

/// The functions over aggregates, casts and operators (`spark_…`) aside, that yield NULL where one of them is NULL.
const AVERAGES: &[&str] = &["decimal_average", "interval_average", "float_of_ordinal"];

/// Aggregates that yield NULL of no rows.
const NULL_OF_NOTHING: &[&str] = &["sum", "min", "max", "avg", "sum_of_avg"];

const COMPARISONS: [Operator; 6] =
    [Operator::Eq, Operator::NotEq, Operator::Lt, Operator::LtEq, Operator::Gt, Operator::GtEq];

/// A conjunct of a filter that is `[NOT] EXISTS` or `[NOT] IN` of a simple subquery.
pub(super) fn is_predicate(condition: &Expr, schema: &DFSchema) -> bool {
    let (predicate, negated) = match condition {
        Expr::Not(inner) => (inner.as_ref(), true),
        other => (other, false),
    };
    match predicate {
        Expr::Exists(exists) => is_simple(&exists.subquery, schema, false),
        Expr::InSubquery(membership)
            if super::subqueries_in(&membership.expr)
                || membership.subquery.subquery.schema().fields().len() != 1 =>
        {
            false
        }
        Expr::InSubquery(membership) if negated || membership.negated => {
            is_simple(&membership.subquery, schema, false)
                && (!correlated(&membership.subquery.subquery) || never_null(membership, schema))
        }
        Expr::InSubquery(membership) => is_simple(&membership.subquery, schema, false),
        _ => false,
    }
}

/// A scalar subquery in a filter or a projection that is one row by itself, or aggregates what equals outer columns.
pub(super) fn is_scalar(expr: &Expr, schema: &DFSchema) -> bool {
    let Expr::ScalarSubquery(subquery) = expr else { return false };
    match correlated(&subquery.subquery) {
        false => at_most_one_row(&subquery.subquery),
        true => is_simple(subquery, schema, true) && null_of_nothing(&subquery.subquery),
    }
}

/// Whether the plan yields one row at most, by its shape.
pub(super) fn at_most_one_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
        LogicalPlan::EmptyRelation(_) => true,
        LogicalPlan::Limit(limit) => {
            matches!(limit.get_fetch_type(), Ok(datafusion::logical_expr::FetchType::Literal(Some(0 | 1))))
                || at_most_one_row(&limit.input)
        }
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Sort(_)
        | LogicalPlan::SubqueryAlias(_) => plan.inputs().iter().all(|p| at_most_one_row(p)),
        _ => false,
    }
}

/// Whether `expr` refers to columns of `schema`, be it from inside a subquery.
pub(super) fn refers_to(expr: &Expr, schema: &DFSchema) -> Result<bool> {
    let mut found = false;
    expr.apply(|e| {
        let plan = match e {
            Expr::Exists(exists) => &exists.subquery.subquery,
            Expr::InSubquery(membership) => &membership.subquery.subquery,
            Expr::ScalarSubquery(subquery) => &subquery.subquery,
            _ => return Ok(TreeNodeRecursion::Continue),
        };
        found |= plan.all_out_ref_exprs().iter().any(|o| is_outer_of(o, schema));
        if let Expr::InSubquery(membership) = e {
            found |= membership.expr.column_refs().iter().any(|c| schema.has_column(c));
        }
        Ok(TreeNodeRecursion::Continue)
    })
    .map_err(planning)?;
    Ok(found)
}

/// Whether an outer reference is to a column of `schema`.
pub(super) fn is_outer_of(outer: &Expr, schema: &DFSchema) -> bool {
    matches!(outer, Expr::OuterReferenceColumn(_, column) if schema.has_column_with_unqualified_name(&column.name))
}

fn correlated(plan: &LogicalPlan) -> bool {
    !plan.all_out_ref_exprs().is_empty()
}

fn never_null(membership: &InSubquery, schema: &DFSchema) -> bool {
    let value = membership.expr.nullable(schema).unwrap_or(true);
    !value && membership.subquery.subquery.schema().fields().iter().all(|f| !f.is_nullable())
}

/// Correlated in filters only, below operators that filters can be pulled through.
fn is_simple(subquery: &Subquery, schema: &DFSchema, aggregates: bool) -> bool {
    let plan = &subquery.subquery;
    plan.all_out_ref_exprs().iter().all(|o| is_outer_of(o, schema)) && pulls_up(plan, aggregates)
}

fn pulls_up(plan: &LogicalPlan, aggregates: bool) -> bool {
    if !correlated(plan) {
        return true;
    }
    match plan {
        LogicalPlan::Filter(filter) => {
            let conjuncts = split_conjunction(&filter.predicate);
            conjuncts.iter().filter(|c| c.contains_outer()).all(|c| is_comparison(c, aggregates))
                && pulls_up(&filter.input, aggregates)
        }
        LogicalPlan::Aggregate(aggregate) => {
            aggregates
                && aggregate.group_expr.is_empty()
                && !plan.contains_outer_reference()
                && pulls_up_below_aggregate(aggregate)
        }
        LogicalPlan::Join(join) => {
            join.join_type == JoinType::Inner
                && !plan.contains_outer_reference()
                && pulls_up(&join.left, aggregates)
                && pulls_up(&join.right, aggregates)
        }
        LogicalPlan::Projection(projection) => {
            !plan.contains_outer_reference() && pulls_up(&projection.input, aggregates)
        }
        LogicalPlan::SubqueryAlias(alias) => pulls_up(&alias.input, aggregates),
        _ => false,
    }
}

fn pulls_up_below_aggregate(aggregate: &Aggregate) -> bool {
    let mut aggregates_below = false;
    let visited = aggregate.input.apply(|p| {
        aggregates_below |= correlated(p) && matches!(p, LogicalPlan::Aggregate(_));
        Ok(TreeNodeRecursion::Continue)
    });
    visited.is_ok() && !aggregates_below && pulls_up(&aggregate.input, true)
}

/// `outer = inner`; below an aggregate nothing else, elsewhere any comparison of the two and what logic makes of them.
fn is_comparison(conjunct: &Expr, equality: bool) -> bool {
    match conjunct {
        Expr::Not(denied) => !equality && is_comparison(denied, false),
        Expr::BinaryExpr(BinaryExpr { left, op: Operator::And | Operator::Or, right }) => {
            let part = |e: &Expr| !e.contains_outer() || is_comparison(e, false);
            !equality && !super::subqueries_in(conjunct) && part(left) && part(right)
        }
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
            let comparison = if equality { *op == Operator::Eq } else { COMPARISONS.contains(op) };
            let is_outer = |e: &Expr| e.contains_outer() && e.column_refs().is_empty();
            comparison
                && !super::subqueries_in(conjunct)
                && (is_outer(left) && !right.contains_outer() || is_outer(right) && !left.contains_outer())
        }
        _ => false,
    }
}

/// Whether the value of the plan is NULL where no row was aggregated.
fn null_of_nothing(plan: &LogicalPlan) -> bool {
    let value = plan.schema().fields().first().map(|f| f.name());
    value.is_some_and(|name| nulls_of_nothing(plan).contains(name))
}

/// The columns that are NULL where no row was aggregated.
fn nulls_of_nothing(plan: &LogicalPlan) -> HashSet<String> {
    match plan {
        LogicalPlan::Projection(projection) => {
            let nulls = nulls_of_nothing(&projection.input);
            let is_null = |e: &&Expr| is_strict(e) && e.column_refs().iter().any(|c| nulls.contains(&c.name));
            projection.expr.iter().filter(is_null).map(|e| e.schema_name().to_string()).collect()
        }
        LogicalPlan::Aggregate(aggregate) if aggregate.group_expr.is_empty() => {
            let is_null = |e: &&Expr| is_null_of_nothing(e);
            aggregate.aggr_expr.iter().filter(is_null).map(|e| e.schema_name().to_string()).collect()
        }
        _ => HashSet::new(),
    }
}

fn is_null_of_nothing(aggregate: &Expr) -> bool {
    match aggregate {
        Expr::Alias(alias) => is_null_of_nothing(&alias.expr),
        Expr::AggregateFunction(AggregateFunction { func, .. }) => NULL_OF_NOTHING.contains(&func.name()),
        _ => false,
    }
}

/// Whether NULL comes out where a NULL goes in.
fn is_strict(expr: &Expr) -> bool {
    let mut strict = true;
    let visited = expr.apply(|e| {
        strict &= match e {
            Expr::Column(_) | Expr::Literal(..) | Expr::Alias(_) | Expr::Cast(_) | Expr::Negative(_) => true,
            Expr::BinaryExpr(binary) => !matches!(
                binary.op,
                Operator::And | Operator::Or | Operator::IsDistinctFrom | Operator::IsNotDistinctFrom
            ),
            Expr::ScalarFunction(function) => {
                function.name().starts_with("spark_") || AVERAGES.contains(&function.name())
            }
            _ => false,
        };
        Ok(TreeNodeRecursion::Continue)
    });
    visited.is_ok() && strict
}
