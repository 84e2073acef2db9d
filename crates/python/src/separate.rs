//! Moves calls of Python functions to where a plan can compute them, and with them those of functions that have to be
//! bound to the partition they run in.
//!
//! A call is computed by a node of its own below the expression it stands in, and its column taken off again above; those
//! that one worker can answer share a node:
//!
//! ```text
//!  Filter: a > 0 AND f(a) = g(b)      Projection: a, b
//!    Scan: a, b                ─►       Filter: #1 = #2
//!                                         Python: a, b, f(a) AS #1, g(b) AS #2
//!                                           Filter: a > 0
//!                                             Scan: a, b
//! ```

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, NullEquality, Result, TableReference};
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{Expr, Extension, Filter, Join, JoinType, LogicalPlan, Projection};
use datafusion::optimizer::{ApplyOrder, OptimizerConfig, OptimizerRule};
use functions::partition::is_partitioned;
use plan::contract::PythonScalar;

use crate::chain::{Chain, work};
use crate::node::Node;
use crate::pool::Pool;

/// Columns of this prefix hold results of calls.
const PREFIX: &str = "__python";

/// The last rule of a logical optimizer: what it separates, other rules put together again.
pub struct SeparateCalls {
    pool: Arc<Pool>,
}

impl SeparateCalls {
    pub(crate) fn new(pool: Arc<Pool>) -> Self {
        SeparateCalls { pool }
    }
}

impl fmt::Debug for SeparateCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeparateCalls")
    }
}

impl OptimizerRule for SeparateCalls {
    fn name(&self) -> &str {
        "separate_python_calls"
    }

    fn apply_order(&self) -> Option<ApplyOrder> {
        Some(ApplyOrder::BottomUp)
    }

    fn rewrite(&self, plan: LogicalPlan, config: &dyn OptimizerConfig) -> Result<Transformed<LogicalPlan>> {
        let name = || config.alias_generator().next(PREFIX);
        let separation = Separation { pool: &self.pool, name: &name };
        let separated = match &plan {
            LogicalPlan::Filter(filter) => separation.filter(filter)?,
            LogicalPlan::Projection(_) => separation.node(&plan, Wanted::Python)?,
            LogicalPlan::Sort(_) | LogicalPlan::Aggregate(_) | LogicalPlan::Window(_) => {
                separation.node(&plan, Wanted::All)?
            }
            LogicalPlan::Join(join) => separation.join(join)?,
            _ => None,
        };
        match separated {
            Some(separated) => Ok(Transformed::yes(with_columns_of(separated, plan.schema())?)),
            None => Ok(Transformed::no(plan)),
        }
    }
}

/// Which calls a node cannot compute itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Those of Python, with what is inside them.
    Python,
    All,
}

/// One run of the rule over one node.
struct Separation<'r> {
    pool: &'r Arc<Pool>,
    name: &'r dyn Fn() -> String,
}

impl Separation<'_> {
    /// `plan` over nodes that compute the calls in its expressions; `None` where there are none.
    fn node(&self, plan: &LogicalPlan, wanted: Wanted) -> Result<Option<LogicalPlan>> {
        let mut separated = None;
        loop {
            let current = separated.as_ref().unwrap_or(plan);
            let expressions = current.expressions();
            let calls = chosen(&expressions, wanted)?;
            if calls.is_empty() {
                return Ok(separated);
            }
            let input = current.inputs()[0];
            let mut columns = self.named(calls);
            let expressions = expressions.into_iter().map(|e| replaced(e, &mut columns));
            let expressions = expressions.collect::<Result<Vec<_>>>()?;
            // Others hand all columns on.
            let needed: Option<HashSet<String>> =
                matches!(current, LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_))
                    .then(|| expressions.iter().flat_map(names).collect());
            let input = self.computed(input, &columns, needed.as_ref())?;
            separated = Some(current.with_new_exprs(expressions, vec![input])?);
        }
    }

    /// Conditions without calls come first: functions see the rows only that fulfil them.
    fn filter(&self, filter: &Filter) -> Result<Option<LogicalPlan>> {
        let conditions = split_conjunction_owned(filter.predicate.clone());
        let has_call = |e: &Expr| e.exists(|e| Ok(python(e).is_some()));
        let mut late = Vec::new();
        let mut early = Vec::new();
        for condition in conditions {
            // What is not deterministic sees all rows.
            let is_late = has_call(&condition)? || condition.is_volatile();
            if is_late { late.push(condition) } else { early.push(condition) }
        }
        if !late.iter().map(has_call).collect::<Result<Vec<_>>>()?.contains(&true) {
            return Ok(None);
        }
        let input = match conjunction(early) {
            Some(early) => Arc::new(LogicalPlan::Filter(Filter::try_new(early, Arc::clone(&filter.input))?)),
            None => Arc::clone(&filter.input),
        };
        let Some(late) = conjunction(late) else { return Ok(None) };
        let filter = LogicalPlan::Filter(Filter::try_new(late, input)?);
        self.node(&filter, Wanted::Python)
    }

    /// Calls in keys and conditions of a join, computed on the side whose columns they use.
    fn join(&self, join: &Join) -> Result<Option<LogicalPlan>> {
        let mut join = join.clone();
        let mut changed = false;
        let mut above = None;
        loop {
            let mut expressions: Vec<Expr> =
                join.on.iter().flat_map(|(l, r)| [l.clone(), r.clone()]).collect();
            expressions.extend(join.filter.clone());
            let calls = chosen(&expressions, Wanted::All)?;
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
            let (left, right) = (self.named(left), self.named(right));
            let left_input = self.computed(&join.left, &left, None)?;
            let right_input = self.computed(&join.right, &right, None)?;
            let mut columns: Vec<_> = left.into_iter().chain(right).collect();
            let mut on = Vec::with_capacity(join.on.len());
            for (l, r) in join.on {
                on.push((replaced(l, &mut columns)?, replaced(r, &mut columns)?));
            }
            let filter = join.filter.map(|f| replaced(f, &mut columns)).transpose()?;
            let (kind, nulls) = (join.join_type, join.null_equality);
            join = rebuilt(left_input, right_input, on, filter, kind, nulls, join.null_aware)?;
        }
        if !changed {
            return Ok(None);
        }
        let joined = LogicalPlan::Join(join);
        let Some(condition) = above else { return Ok(Some(joined)) };
        let filter = LogicalPlan::Filter(Filter::try_new(condition, Arc::new(joined))?);
        Ok(Some(self.node(&filter, Wanted::Python)?.unwrap_or(filter)))
    }

    fn named(&self, calls: Vec<Expr>) -> Vec<Call> {
        let named = |expr| Call { expr, column: Column::new_unqualified((self.name)()), is_used: false };
        calls.into_iter().map(named).collect()
    }

    /// `input` with another column for each call, of its own columns only those of needed names (`None`: all).
    fn computed(
        &self,
        input: &LogicalPlan,
        calls: &[Call],
        needed: Option<&HashSet<String>>,
    ) -> Result<LogicalPlan> {
        let (python, others): (Vec<_>, Vec<_>) = calls.iter().partition(|call| python(&call.expr).is_some());
        if !others.is_empty() {
            // What the calls of Python are made of may be among them.
            let mut columns: Vec<Expr> = input.schema().columns().into_iter().map(Expr::Column).collect();
            columns.extend(others.iter().map(|call| call.expr.clone().alias(&call.column.name)));
            let projection = Projection::try_new(columns, Arc::new(input.clone()))?;
            return self.computed_by_workers(LogicalPlan::Projection(projection), python, None);
        }
        self.computed_by_workers(input.clone(), python, needed)
    }

    /// The same for calls of Python, those that go together in one node.
    fn computed_by_workers(
        &self,
        mut input: LogicalPlan,
        mut calls: Vec<&Call>,
        needed: Option<&HashSet<String>>,
    ) -> Result<LogicalPlan> {
        while let Some(first) = calls.first().and_then(|call| Chain::of(&call.expr)) {
            let goes_with = |call: &Call| Chain::of(&call.expr).is_some_and(|chain| chain.goes_with(&first));
            let (now, later): (Vec<&Call>, Vec<&Call>) =
                calls.iter().copied().partition(|call| goes_with(call));
            let for_later: HashSet<String> = later.iter().flat_map(|call| names(&call.expr)).collect();
            let is_needed = |column: &Column| {
                for_later.contains(&column.name) || needed.is_none_or(|needed| needed.contains(&column.name))
            };
            input = self.answered(input, &now, is_needed)?;
            calls = later;
        }
        Ok(input)
    }

    /// One node that answers calls which go together.
    fn answered(
        &self,
        input: LogicalPlan,
        calls: &[&Call],
        is_needed: impl Fn(&Column) -> bool,
    ) -> Result<LogicalPlan> {
        let all = input.schema().columns();
        let mut expressions: Vec<Expr> =
            all.iter().filter(|column| is_needed(column)).cloned().map(Expr::Column).collect();
        let kept = expressions.len();
        let chains: Vec<Chain<'_>> = calls.iter().filter_map(|call| Chain::of(&call.expr)).collect();
        let mut places = Vec::with_capacity(chains.len());
        for chain in &chains {
            let mut of_chain = Vec::with_capacity(chain.arguments.len());
            for argument in chain.arguments {
                let argument = argument.clone().unalias();
                let found = expressions.iter().position(|e| *e == argument && !argument.is_volatile());
                of_chain.push(found.unwrap_or_else(|| {
                    expressions.push(argument);
                    expressions.len() - 1
                }));
            }
            places.push(of_chain);
        }
        // A function over nothing, with nothing beside it, needs no column.
        let are_all = expressions.is_empty()
            || expressions.len() == all.len()
                && expressions
                    .iter()
                    .zip(&all)
                    .all(|(e, column)| matches!(e, Expr::Column(c) if c == column));
        let input = if are_all {
            input
        } else {
            let arguments = expressions.into_iter().enumerate();
            let arguments = arguments.map(|(i, e)| if i < kept { e } else { e.alias((self.name)()) });
            LogicalPlan::Projection(Projection::try_new(arguments.collect(), Arc::new(input))?)
        };
        let schema = with_results(input.schema(), kept, calls, &chains)?;
        let work = work(&chains, &places, kept, &schema)?;
        let node = Node::beside(work, input, schema, Arc::clone(self.pool));
        Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
    }
}

/// The names of the columns in an expression.
fn names(expr: &Expr) -> Vec<String> {
    expr.column_refs().into_iter().map(|column| column.name.clone()).collect()
}

/// The first columns of a relation, then one for each call.
fn with_results(input: &DFSchema, kept: usize, calls: &[&Call], chains: &[Chain<'_>]) -> Result<DFSchema> {
    let kept = input.iter().take(kept).map(|(table, field)| (table.cloned(), Arc::clone(field)));
    let results = calls.iter().zip(chains).filter_map(|(call, chain)| {
        let field = chain.last()?.field.as_ref().clone().with_name(&call.column.name);
        Some((None::<TableReference>, Arc::new(field)))
    });
    DFSchema::new_with_metadata(kept.chain(results).collect(), input.metadata().clone())
}

/// A call and the column that holds its results.
struct Call {
    expr: Expr,
    column: Column,
    /// What is not deterministic is computed for each place it stands in.
    is_used: bool,
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

fn python(expr: &Expr) -> Option<&PythonScalar> {
    match expr {
        Expr::ScalarFunction(function) => PythonScalar::of(&function.func),
        _ => None,
    }
}

fn is_call(expr: &Expr) -> bool {
    let Expr::ScalarFunction(function) = expr else { return false };
    PythonScalar::of(&function.func).is_some() || is_partitioned(&function.func)
}

fn has_call(expr: &Expr) -> Result<bool> {
    expr.exists(|e| Ok(is_call(e)))
}

/// The calls that can be computed at once: those whose arguments have none. What is bound to the partition comes before
/// functions of Python, so that those can share a node.
fn chosen(expressions: &[Expr], wanted: Wanted) -> Result<Vec<Expr>> {
    let mut calls = Vec::new();
    for expression in expressions {
        choose(expression, wanted == Wanted::All, &mut calls)?;
    }
    if calls.iter().any(|call| python(call).is_none()) {
        calls.retain(|call| python(call).is_none());
    }
    let mut seen = HashSet::new();
    calls.retain(|call| call.is_volatile() || seen.insert(call.clone()));
    Ok(calls)
}

fn choose(expr: &Expr, partitioned_too: bool, calls: &mut Vec<Expr>) -> Result<()> {
    expr.apply(|e| {
        if !is_call(e) {
            return Ok(TreeNodeRecursion::Continue);
        }
        let Some(chain) = Chain::of(e) else {
            // Bound to the partition.
            let mut inside = false;
            e.apply_children(|argument| {
                inside |= has_call(argument)?;
                Ok(TreeNodeRecursion::Continue)
            })?;
            if partitioned_too && !inside {
                calls.push(e.clone());
                return Ok(TreeNodeRecursion::Jump);
            }
            return Ok(TreeNodeRecursion::Continue);
        };
        let mut is_ready = true;
        for argument in chain.arguments {
            if has_call(argument)? {
                is_ready = false;
                choose(argument, true, calls)?;
            }
        }
        if is_ready {
            calls.push(e.clone());
        }
        Ok(TreeNodeRecursion::Jump)
    })?;
    Ok(())
}

/// Whether all columns of an expression, constants included, are in this schema.
fn uses_only(expr: &Expr, schema: &DFSchema) -> bool {
    expr.column_refs().into_iter().all(|column| schema.has_column(column))
}

/// The expression with columns in the places of calls.
fn replaced(expr: Expr, calls: &mut [Call]) -> Result<Expr> {
    let replaced = expr.transform_down(|e| {
        let found = calls.iter_mut().find(|call| call.expr == e && !(call.is_used && e.is_volatile()));
        Ok(match found {
            Some(call) => {
                call.is_used = true;
                Transformed::new(Expr::Column(call.column.clone()), true, TreeNodeRecursion::Jump)
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
