//! Moves calls of Python functions to where a plan can wait for them, and with them those of functions that have to be
//! bound to the partition they run in.
//!
//! DataFusion waits for functions in select lists and filter conditions only, and for none inside another one's
//! arguments. Everywhere else a call is computed by a projection of its own below, and taken off again above:
//!
//! ```text
//!  Sort: f(g(a))        Projection: a
//!    Scan: a       ─►     Sort: #2
//!                           Projection: a, #1, f(#1) AS #2
//!                             Projection: a, g(a) AS #1
//!                               Scan: a
//! ```

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, NullEquality, Result};
use datafusion::logical_expr::{Expr, Join, JoinType, LogicalPlan, Projection};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use functions::partition::is_partitioned;

/// Columns of this prefix hold results of calls.
const PREFIX: &str = "__python";

/// The last rule of a logical optimizer: what it separates, other rules put together again.
#[derive(Debug, Default)]
pub struct SeparateCalls {}

impl OptimizerRule for SeparateCalls {
    fn name(&self) -> &str {
        "separate_python_calls"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let name = || config.alias_generator().next(PREFIX);
        let separated = match &plan {
            LogicalPlan::Projection(_) | LogicalPlan::Filter(_) => separate(&plan, innermost_nested, &name)?,
            LogicalPlan::Sort(_) | LogicalPlan::Aggregate(_) | LogicalPlan::Window(_) => {
                separate(&plan, innermost, &name)?
            }
            LogicalPlan::Join(join) => separate_join(join, &name)?,
            _ => None,
        };
        match separated {
            Some(separated) => Ok(Transformed::yes(with_columns_of(separated, plan.schema())?)),
            None => Ok(Transformed::no(plan)),
        }
    }
}

/// `plan` over projections that compute the calls which `choose` finds in its expressions, until it finds none.
fn separate(
    plan: &LogicalPlan,
    choose: impl Fn(&Expr, &mut Vec<Expr>) -> Result<()>,
    name: &impl Fn() -> String,
) -> Result<Option<LogicalPlan>> {
    let mut separated = None;
    loop {
        let current = separated.as_ref().unwrap_or(plan);
        let expressions = current.expressions();
        let calls = chosen(&expressions, &choose)?;
        if calls.is_empty() {
            return Ok(separated);
        }
        let (input, columns) = computed(current.inputs()[0], calls, name)?;
        let expressions =
            expressions.into_iter().map(|e| replaced(e, &columns)).collect::<Result<Vec<_>>>()?;
        separated = Some(current.with_new_exprs(expressions, vec![input])?);
    }
}

/// Calls in keys and conditions of a join, computed on the side whose columns they use.
fn separate_join(join: &Join, name: &impl Fn() -> String) -> Result<Option<LogicalPlan>> {
    let mut join = join.clone();
    let mut changed = false;
    let mut above = None;
    loop {
        let mut expressions: Vec<Expr> = join.on.iter().flat_map(|(l, r)| [l.clone(), r.clone()]).collect();
        expressions.extend(join.filter.clone());
        let calls = chosen(&expressions, &innermost)?;
        let (left, rest): (Vec<_>, Vec<_>) =
            calls.into_iter().partition(|c| uses_only(c, join.left.schema()));
        let (right, both): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|c| uses_only(c, join.right.schema()));
        if left.is_empty() && right.is_empty() {
            if !both.is_empty() && join.join_type == JoinType::Inner {
                // What needs both sides is decided on joined rows.
                above = join.filter.take();
                changed = true;
            }
            break;
        }
        changed = true;
        let (left, mut columns) = computed(&join.left, left, name)?;
        let (right, more) = computed(&join.right, right, name)?;
        columns.extend(more);
        let pair = |(l, r)| Ok((replaced(l, &columns)?, replaced(r, &columns)?));
        let on = join.on.into_iter().map(pair).collect::<Result<Vec<_>>>()?;
        let filter = join.filter.map(|f| replaced(f, &columns)).transpose()?;
        join = rebuilt(left, right, on, filter, join.join_type, join.null_equality, join.null_aware)?;
    }
    if !changed {
        return Ok(None);
    }
    let joined = LogicalPlan::Join(join);
    let Some(condition) = above else { return Ok(Some(joined)) };
    let filter = LogicalPlan::Filter(datafusion::logical_expr::Filter::try_new(condition, Arc::new(joined))?);
    Ok(Some(separate(&filter, innermost_nested, name)?.unwrap_or(filter)))
}

fn rebuilt(
    left: LogicalPlan,
    right: LogicalPlan,
    on: Vec<(Expr, Expr)>,
    filter: Option<Expr>,
    join_type: JoinType,
    null_equality: NullEquality,
    null_aware: bool,
) -> Result<Join> {
    let constraint = datafusion::logical_expr::JoinConstraint::On;
    Join::try_new(
        Arc::new(left),
        Arc::new(right),
        on,
        filter,
        join_type,
        constraint,
        null_equality,
        null_aware,
    )
}

/// Calls that have no call among their arguments.
fn innermost(expr: &Expr, calls: &mut Vec<Expr>) -> Result<()> {
    expr.apply(|e| {
        if is_call(e) && !has_call_inside(e)? {
            calls.push(e.clone());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

/// The same, of those only that are themselves inside a call.
fn innermost_nested(expr: &Expr, calls: &mut Vec<Expr>) -> Result<()> {
    expr.apply(|outer| {
        if is_call(outer) {
            outer.apply_children(|argument| {
                innermost(argument, calls)?;
                Ok(TreeNodeRecursion::Continue)
            })?;
            return Ok(TreeNodeRecursion::Jump);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

fn is_call(expr: &Expr) -> bool {
    let Expr::ScalarFunction(function) = expr else { return false };
    function.func.as_async().is_some() || is_partitioned(&function.func)
}

fn has_call_inside(call: &Expr) -> Result<bool> {
    let mut found = false;
    call.apply_children(|argument| {
        found |= argument.exists(|e| Ok(is_call(e)))?;
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

/// What `choose` finds, each once.
fn chosen(expressions: &[Expr], choose: &impl Fn(&Expr, &mut Vec<Expr>) -> Result<()>) -> Result<Vec<Expr>> {
    let mut calls = Vec::new();
    for expression in expressions {
        choose(expression, &mut calls)?;
    }
    let mut seen = HashSet::new();
    calls.retain(|call| seen.insert(call.clone()));
    Ok(calls)
}

/// Whether all columns of an expression, constants included, are in this schema.
fn uses_only(expr: &Expr, schema: &DFSchema) -> bool {
    expr.column_refs().into_iter().all(|column| schema.has_column(column))
}

/// `input` with another column for each call, and which column that is.
fn computed(
    input: &LogicalPlan,
    calls: Vec<Expr>,
    name: &impl Fn() -> String,
) -> Result<(LogicalPlan, Vec<(Expr, Column)>)> {
    if calls.is_empty() {
        return Ok((input.clone(), Vec::new()));
    }
    let columns: Vec<_> = calls.into_iter().map(|call| (call, Column::new_unqualified(name()))).collect();
    let mut expressions: Vec<Expr> = input.schema().columns().into_iter().map(Expr::Column).collect();
    expressions.extend(columns.iter().map(|(call, column)| call.clone().alias(&column.name)));
    let projection = Projection::try_new(expressions, Arc::new(input.clone()))?;
    Ok((LogicalPlan::Projection(projection), columns))
}

fn replaced(expr: Expr, columns: &[(Expr, Column)]) -> Result<Expr> {
    let replaced = expr.transform_down(|e| {
        Ok(match columns.iter().find(|(call, _)| *call == e) {
            Some((_, column)) => {
                Transformed::new(Expr::Column(column.clone()), true, TreeNodeRecursion::Jump)
            }
            None => Transformed::no(e),
        })
    })?;
    Ok(replaced.data)
}

/// `plan` under the names of `schema`, without the columns that were added on the way.
fn with_columns_of(plan: LogicalPlan, schema: &DFSchema) -> Result<LogicalPlan> {
    let added = |column: &Column| column.name.starts_with(PREFIX) && !schema.has_column(column);
    let columns: Vec<Column> = plan.schema().columns();
    // Grouping by a call names its column after the call's, in the same place.
    let kept: Vec<Column> = if columns.len() == schema.fields().len() {
        columns
    } else {
        columns.into_iter().filter(|column| !added(column)).collect()
    };
    if kept == schema.columns() && kept.len() == plan.schema().fields().len() {
        return Ok(plan);
    }
    let expressions = kept.into_iter().zip(schema.columns()).map(|(now, before)| {
        let same = now == before;
        let column = Expr::Column(now);
        if same { column } else { column.alias_qualified(before.relation, before.name) }
    });
    Ok(LogicalPlan::Projection(Projection::try_new(expressions.collect(), Arc::new(plan))?))
}
