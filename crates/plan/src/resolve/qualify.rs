//! QUALIFY: a filter behind the windows of a select list.

use functions::Kind;
use lang::ir::{Expr, ExprKind, Function, Relation, RelationKind};
use lang::{Error, Result};

use super::expression::pointing_at;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver};

/// The name of the column that holds the condition.
const CONDITION: &str = "__qualify_condition";

impl Resolver<'_> {
    /// The condition is computed beside the select list, so that it may use windows and aliases, and is dropped again.
    /// Behind groups it sees nothing but the select list.
    ///
    /// # Errors
    /// `QUALIFY_REQUIRES_WINDOW_FUNCTION`, `QUALIFY_AGGREGATE_NOT_ALLOWED`
    pub(super) fn qualify(
        &self,
        input: &Relation,
        condition: &Expr,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let (items, seen) = match input.kind.as_ref() {
            RelationKind::Project { input, expressions } => (expressions, input),
            RelationKind::Aggregate(aggregate) => (&aggregate.aggregates, input),
            _ => return Err(Error::internal("QUALIFY stands behind a select list")),
        };
        if let Some(call) = aggregate_in(condition) {
            let seen = self.relation(seen, query, outer)?;
            let resolved = self.expression(call, &Scope::new(&[&seen], query, outer)?)?;
            return pointing_at(call, || {
                Err(Error::analysis("QUALIFY_AGGREGATE_NOT_ALLOWED")
                    .with("aggregateExpr", format!("\"{}\"", resolved.name())))
            });
        }
        if !has_window(condition) && !items.iter().any(has_window) {
            return Err(Error::analysis("QUALIFY_REQUIRES_WINDOW_FUNCTION").placeless());
        }
        let span = input.span;
        let computed = match input.kind.as_ref() {
            RelationKind::Project { input, expressions } => with_condition(input, expressions, condition),
            _ => with_condition(input, &[Expr::star()], condition),
        };
        let filter = RelationKind::Filter { input: computed.at(span), condition: Expr::column(CONDITION) };
        let names = vec![CONDITION.to_string()];
        let input = Relation::new(filter).at(span);
        let dropped = RelationKind::Drop { input, columns: Vec::new(), names };
        self.relation(&Relation::new(dropped).at(span), query, outer)
    }
}

fn with_condition(input: &Relation, items: &[Expr], condition: &Expr) -> Relation {
    let mut expressions = items.to_vec();
    expressions.push(condition.clone().alias(CONDITION));
    Relation::new(RelationKind::Project { input: input.clone(), expressions })
}

fn is_aggregate(call: &Function) -> bool {
    let name = call.name.last().map(|name| name.to_lowercase()).unwrap_or_default();
    functions::registry::find(&name).is_some_and(|definition| matches!(definition.kind, Kind::Aggregate(_)))
}

/// The first call of an aggregate function outside of windows and subqueries.
fn aggregate_in(expr: &Expr) -> Option<&Expr> {
    match &expr.kind {
        ExprKind::Function(call) if is_aggregate(call) => Some(expr),
        _ => parts(expr).into_iter().find_map(aggregate_in),
    }
}

fn has_window(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Window(_)) || parts(expr).into_iter().any(has_window)
}

/// The expressions that one is made of; a window's own and those of subqueries are not.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Function(call) => call.arguments.iter().chain(&call.filter).collect(),
        ExprKind::Alias { expr, .. } | ExprKind::Cast { expr, .. } => vec![expr],
        ExprKind::NamedArgument { value, .. } => vec![value],
        ExprKind::Extract { child, extraction } => vec![child, extraction],
        ExprKind::Lambda { body, .. } => vec![body],
        _ => Vec::new(),
    }
}
