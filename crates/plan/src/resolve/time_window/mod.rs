//! Time windows: a call of `window` or `session_window` in a select list or an aggregation becomes a column of the input.
//!
//! ```text
//! window(t, '1 hour')                 projection + filter: rows without a time are left out
//! window(t, '1 hour', '5 minutes')    a generator: one row for each window the row is in
//! session_window(t, '5 minutes')      a window of its own for each row; an aggregation merges those that touch
//! … WHERE window(t, '1 hour') …        the same, but the new column is the first of all
//! ```
//!
//! # Invariants
//! - Equal calls share one column, and an operator has one time window only.
//! - The new column is hidden, but for filters and orders: it can be referred to as `window`, but stars leave it out.
//!
//! # Where to start
//! [`Resolver::time_window`], then `sessions` for the merging.

mod calls;
mod sessions;

use arrow::datatypes::{DataType, Field};
use datafusion::common::Column as DfColumn;
use datafusion::logical_expr::Expr;
use functions::Generated;
use functions::datetime::{RowWindows, row_windows};
use functions::types::METADATA_KEY;
use lang::ir::{self, ExprKind, Grouping};
use lang::{Error, Result};

use super::expression::entered;
use super::filter::filtered;
use super::project::projection;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver};

/// The column that carries the time window of an operator.
pub(super) struct TimeWindow {
    pub id: String,
    pub is_session: bool,
}

/// A call with its meaning.
struct Resolving {
    name: String,
    windows: RowWindows,
    field: Field,
}

impl Resolver<'_> {
    /// Replaces the time windows in `expressions` by references to a column that `input` gets for them.
    ///
    /// # Errors
    /// Those of the call; `_LEGACY_ERROR_TEMP_1039` for different time windows, whose rows would multiply.
    pub(super) fn time_window(
        &self,
        input: &mut Resolved,
        expressions: &mut [&mut ir::Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Option<TimeWindow>> {
        let mut found = None;
        for expression in expressions.iter() {
            calls::visit(expression, &mut |call| self.same_window(&mut found, call, input, query, outer))?;
        }
        let Some(Resolving { name, windows, field }) = found else { return Ok(None) };
        let id = self.with_windows(input, &name, windows, field)?;
        for expression in expressions.iter_mut() {
            calls::replace(expression, &ExprKind::Resolved(id.clone()));
        }
        Ok(Some(TimeWindow { id, is_session: name == "session_window" }))
    }

    /// The input of a filter or an order with the window in its expressions as a column in front of all others, where Spark
    /// has it too.
    ///
    /// # Errors
    /// Windows that Spark computes below the select list, session windows.
    pub(super) fn with_leading_window(
        &self,
        mut input: Resolved,
        mut expressions: Vec<ir::Expr>,
        clause: &str,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<(Resolved, Vec<ir::Expr>)> {
        if !expressions.iter().any(occurs_in) {
            return Ok((input, expressions));
        }
        let refused = |what: &str| Error::unsupported(format!("{what} in {clause}"));
        let mut all: Vec<&mut ir::Expr> = expressions.iter_mut().collect();
        let window = self.time_window(&mut input, &mut all, query, outer).map_err(|error| {
            let missing = error.condition().starts_with("UNRESOLVED_COLUMN");
            if missing { refused("window() of a column that is not selected") } else { error }
        })?;
        if window.is_some_and(|window| window.is_session) {
            return Err(refused("session_window()"));
        }
        if let Some(column) = input.hidden.pop() {
            input.columns.insert(0, column);
        }
        Ok((input, expressions))
    }

    /// An aggregation over its `input` with the time window in it replaced (the relation it names as its input is none
    /// then), and the column of a session window.
    pub(super) fn windowed_groups(
        &self,
        mut input: Resolved,
        aggregate: &ir::Aggregate,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<(Resolved, Option<ir::Aggregate>, Option<String>)> {
        if !expressions(aggregate).any(occurs_in) {
            return Ok((input, None, None));
        }
        let mut replaced = ir::Aggregate {
            input: ir::Relation::new(ir::RelationKind::OneRow),
            grouping: aggregate.grouping.clone(),
            aggregates: aggregate.aggregates.clone(),
            groups_in_output: aggregate.groups_in_output,
            having: aggregate.having.clone(),
            pivot: None,
        };
        let mut all = Vec::new();
        match &mut replaced.grouping {
            Grouping::By(exprs) | Grouping::Rollup(exprs) | Grouping::Cube(exprs) => all.extend(exprs),
            Grouping::Sets { expressions, sets } => {
                all.extend(expressions);
                all.extend(sets.iter_mut().flatten());
            }
            Grouping::All => {}
        }
        all.extend(&mut replaced.aggregates);
        all.extend(&mut replaced.having);
        let window = self.time_window(&mut input, &mut all, query, outer)?;
        let session = window.filter(|window| window.is_session).map(|window| window.id);
        Ok((input, Some(replaced), session))
    }

    /// Resolves a call, and checks that it is the same as those before.
    fn same_window(
        &self,
        found: &mut Option<Resolving>,
        call: &ir::Expr,
        input: &Resolved,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<()> {
        let _entered = entered(call);
        let resolving = self.resolving(call, input, query, outer)?;
        match found {
            None => *found = Some(resolving),
            Some(known) if known.is_same(&resolving) => {}
            Some(_) => return Err(Error::analysis("_LEGACY_ERROR_TEMP_1039").placeless()),
        }
        Ok(())
    }

    fn resolving(
        &self,
        call: &ir::Expr,
        input: &Resolved,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolving> {
        let ExprKind::Function(function) = &call.kind else {
            return Err(Error::internal("a time window is a call"));
        };
        let name = function.name.last().map(|name| name.to_lowercase()).unwrap_or_default();
        let definition =
            functions::registry::find(&name).ok_or_else(|| Error::internal("time windows are registered"))?;
        let scope = Scope::new(&[input], query, outer)?;
        let call = self.resolved_call(&name, definition, function, &scope)?;
        let windows = row_windows(&call).map_err(|error| error.at(&functions::place::current()))?;
        let field = match &windows {
            RowWindows::One { window, .. } => self.typed(window.clone(), &name, &scope)?.field,
            RowWindows::Several(list) => {
                let list = self.typed(list.clone(), &name, &scope)?;
                let DataType::List(element) = list.data_type() else {
                    return Err(Error::internal("sliding windows are a list"));
                };
                std::sync::Arc::clone(element)
            }
        };
        let nullable = field.is_nullable() || matches!(windows, RowWindows::Several(_));
        let mark =
            format!("{{\"spark.{}\":true}}", if name == "window" { "timeWindow" } else { "sessionWindow" });
        let metadata = [(METADATA_KEY.to_string(), mark)].into();
        let field = Field::new(&name, field.data_type().clone(), nullable).with_metadata(metadata);
        drop(call);
        Ok(Resolving { name, windows, field })
    }

    /// The id of the column of windows that `input` gets.
    fn with_windows(
        &self,
        input: &mut Resolved,
        name: &str,
        windows: RowWindows,
        field: Field,
    ) -> Result<String> {
        let (mut with_windows, column) = match windows {
            RowWindows::One { window, condition } => {
                let columns = input.columns.clone();
                let hidden = input.hidden.clone();
                let filtered = filtered(input.clone(), condition)?;
                let column = self.fresh_column(&field, Vec::new());
                let mut exprs = all_columns(&filtered);
                exprs.push(window.alias(&column.id));
                let plan = projection(filtered.plan.clone(), exprs)?;
                let mut resolved = Resolved::new(plan, columns, &[&filtered]);
                resolved.hidden = hidden;
                (resolved, column)
            }
            RowWindows::Several(list) => {
                let generated = Generated { list, fields: vec![field], as_struct: false, outer: false };
                let (resolved, columns) = self.unnest(input.clone(), generated, &[])?;
                let column = columns.into_iter().next();
                (resolved, column.ok_or_else(|| Error::internal(format!("{name} has a column")))?)
            }
        };
        let id = column.id.clone();
        with_windows.hidden.push(column);
        *input = with_windows;
        Ok(id)
    }
}

/// All expressions of an aggregation.
fn expressions(aggregate: &ir::Aggregate) -> impl Iterator<Item = &ir::Expr> {
    let (groups, sets): (&[ir::Expr], &[Vec<ir::Expr>]) = match &aggregate.grouping {
        Grouping::By(exprs) | Grouping::Rollup(exprs) | Grouping::Cube(exprs) => (exprs, &[]),
        Grouping::Sets { expressions, sets } => (expressions, sets),
        Grouping::All => (&[], &[]),
    };
    groups.iter().chain(sets.iter().flatten()).chain(&aggregate.aggregates).chain(&aggregate.having)
}

/// Whether a time window is in `expr`.
pub(super) fn occurs_in(expr: &ir::Expr) -> bool {
    let mut found = false;
    let visited = calls::visit(expr, &mut |_| {
        found = true;
        Ok(())
    });
    visited.is_ok() && found
}

impl Resolving {
    fn is_same(&self, other: &Resolving) -> bool {
        match (&self.windows, &other.windows) {
            (RowWindows::One { window, .. }, RowWindows::One { window: other, .. }) => window == other,
            (RowWindows::Several(list), RowWindows::Several(other)) => list == other,
            _ => false,
        }
    }
}

/// All columns of the plan, visible or not, as they are.
fn all_columns(resolved: &Resolved) -> Vec<Expr> {
    let schema = resolved.plan.schema();
    schema.iter().map(|(table, field)| DfColumn::new(table.cloned(), field.name()).into()).collect()
}
