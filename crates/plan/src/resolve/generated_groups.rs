//! Generators beside aggregates: the groups are computed first, the generators run over their rows.
//!
//! `SELECT g, explode(collect_list(v)) FROM t GROUP BY g` is `SELECT g, explode(l) FROM (SELECT g, collect_list(v) AS l …)`.

use functions::Kind;
use lang::ir::{self, Expr, ExprKind, Function, Grouping, Literal, Relation};
use lang::{Error, Result};

use super::generator::generator_call;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver};

impl Resolver<'_> {
    /// An aggregation with generators in its select list; `None` when it has none.
    pub(super) fn generating_aggregate(
        &self,
        aggregate: &ir::Aggregate,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Option<Resolved>> {
        let items = &aggregate.aggregates;
        let stars = items.iter().filter(|item| is_star(item)).count();
        if !items.iter().any(|item| generator_call(item).is_some()) || stars > 1 {
            return Ok(None);
        }
        expect_one(items)?;
        // The arguments of generators come behind the plain items.
        let plain = items.iter().filter(|item| generator_call(item).is_none()).cloned();
        let mut below: Vec<Expr> = plain.collect();
        let plain = below.len();
        below.extend(items.iter().filter_map(generator_call).flat_map(|(call, _)| computed(call)).cloned());
        let arguments = below.len() - plain;
        let grouping = by_items(&aggregate.grouping, items);
        let groups = ir::Aggregate { aggregates: below, grouping, ..aggregate.clone() };
        let groups = self.aggregate(&groups, query, outer)?;
        let mut columns =
            groups.columns.iter().map(|column| Expr::from(ExprKind::Resolved(column.id.clone())));
        let of_star = (groups.columns.len() - arguments).saturating_sub(plain - stars);
        let visible: Vec<Expr> = columns.by_ref().take(groups.columns.len() - arguments).collect();
        let mut visible = visible.into_iter();
        let mut above = Vec::with_capacity(items.len());
        for item in items {
            match generator_call(item) {
                None => above.extend(visible.by_ref().take(if is_star(item) { of_star } else { 1 })),
                Some(_) => above.push(over(item, &mut columns)),
            }
        }
        drop(columns);
        let (generated, above) = self.generate(groups, &above, query, outer)?;
        let scope = Scope::new(&[&generated], query, outer)?;
        let selected = self.select_list(&above, scope)?;
        self.select(generated, selected).map(Some)
    }

    /// The aggregation that a select list without GROUP BY is, where a generator stands beside an aggregate.
    pub(super) fn generating_global(&self, input: &Relation, expressions: &[Expr]) -> Option<ir::Aggregate> {
        let generates = expressions.iter().any(|item| generator_call(item).is_some());
        (generates && expressions.iter().any(|item| self.aggregates(item))).then(|| ir::Aggregate {
            input: input.clone(),
            grouping: Grouping::By(Vec::new()),
            aggregates: expressions.to_vec(),
            groups_in_output: false,
            having: None,
            pivot: None,
        })
    }

    /// Whether an aggregate function is called outside of windows and subqueries.
    pub(super) fn aggregates(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Function(call) => {
                let name = call.name.last().map(|name| name.to_lowercase()).unwrap_or_default();
                functions::registry::find(&name).is_some_and(|d| matches!(d.kind, Kind::Aggregate(_)))
                    || call.arguments.iter().any(|argument| self.aggregates(argument))
            }
            ExprKind::Alias { expr, .. } | ExprKind::Cast { expr, .. } => self.aggregates(expr),
            ExprKind::NamedArgument { value, .. } => self.aggregates(value),
            ExprKind::Extract { child, extraction } => self.aggregates(child) || self.aggregates(extraction),
            _ => false,
        }
    }
}

/// # Errors
/// `UNSUPPORTED_GENERATOR.MULTI_GENERATOR`: groups feed one generator.
fn expect_one(items: &[Expr]) -> Result<()> {
    let names: Vec<_> = items
        .iter()
        .filter_map(generator_call)
        .map(|(call, _)| format!("\"{}\"", call.name.join(".")))
        .collect();
    if names.len() < 2 {
        return Ok(());
    }
    Err(Error::analysis("UNSUPPORTED_GENERATOR.MULTI_GENERATOR")
        .with("num", names.len().to_string())
        .with("generators", names.join(", "))
        .placeless())
}

fn is_star(item: &Expr) -> bool {
    matches!(item.kind, ExprKind::Star { .. } | ExprKind::Regex { .. })
}

/// The arguments that are computed of the groups; constants stay where they are.
fn computed(call: &Function) -> impl Iterator<Item = &Expr> {
    call.arguments.iter().filter(|argument| !matches!(argument.kind, ExprKind::Literal(_)))
}

/// A generator over columns instead of the expressions it was written with.
fn over(item: &Expr, columns: &mut impl Iterator<Item = Expr>) -> Expr {
    let mut item = item.clone();
    let call = match &mut item.kind {
        ExprKind::Alias { expr, .. } => &mut expr.kind,
        kind => kind,
    };
    if let ExprKind::Function(call) = call {
        for argument in &mut call.arguments {
            if !matches!(argument.kind, ExprKind::Literal(_))
                && let Some(column) = columns.next()
            {
                *argument = column;
            }
        }
    }
    item
}

/// Positions in GROUP BY as the items they mean, for the items move.
fn by_items(grouping: &Grouping, items: &[Expr]) -> Grouping {
    let Grouping::By(groups) = grouping else { return grouping.clone() };
    let meant = |group: &Expr| match &group.kind {
        ExprKind::Literal(Literal::Integer(position)) => {
            let item = usize::try_from(position - 1).ok().and_then(|place| items.get(place));
            match item.map(|item| &item.kind) {
                Some(ExprKind::Alias { expr, .. }) => expr.as_ref().clone(),
                Some(_) => item.cloned().unwrap_or_else(|| group.clone()),
                None => group.clone(),
            }
        }
        _ => group.clone(),
    };
    Grouping::By(groups.iter().map(meant).collect())
}
