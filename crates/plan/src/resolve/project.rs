//! Projections: select lists with stars, aggregates, windows, generators and lateral aliases.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::logical_expr::utils::find_window_exprs;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Projection};
use functions::Argument;
use lang::Result;
use lang::ir::{self, ExprKind, Relation};

use super::missing::Rebuild;
use super::scope::{Query, Scope};
use super::{Column, Resolved, Resolver, planning};

impl Resolver<'_> {
    pub(super) fn project(
        &self,
        input: &Relation,
        expressions: &[ir::Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        if let Some(aggregate) = self.generating_global(input, expressions) {
            return self.aggregate(&aggregate, query, outer);
        }
        let input = self.relation(input, query, outer)?;
        let (input, expressions) = self.generate(input, expressions, query, outer)?;
        let scope = Scope::new(&[&input], query, outer)?;
        let items = self.select_list(&expressions, scope)?;
        if items.iter().any(|item| contains_aggregate(&item.expr)) {
            return self.global_aggregate(input, items);
        }
        self.select(input, items)
    }

    /// Stars expanded, every item resolved and named; later items may use the aliases of earlier ones.
    pub(super) fn select_list(
        &self,
        expressions: &[ir::Expr],
        mut scope: Scope<'_>,
    ) -> Result<Vec<Argument>> {
        let mut items = Vec::with_capacity(expressions.len());
        for expr in expressions {
            match &expr.kind {
                ExprKind::Star { .. } | ExprKind::Regex { .. } => {
                    items.extend(self.expand_star(expr, &scope)?)
                }
                kind => {
                    let item = self.named(expr, &scope)?;
                    if matches!(kind, ExprKind::Alias { .. }) {
                        scope.aliases.push(item.clone());
                    }
                    items.push(item);
                }
            }
        }
        Ok(items)
    }

    /// One item under its output name: a cast of a plain column keeps the column's name.
    pub(super) fn named(&self, expr: &ir::Expr, scope: &Scope<'_>) -> Result<Argument> {
        let item = unaliased(self.expression(expr, scope)?);
        if let ExprKind::Attribute { name, .. } = &expr.kind {
            let item = super::variable::standing_alone(item, name);
            // A field of a column is called by itself.
            return Ok(match name.as_slice() {
                [_, .., last] => under_name(item, last),
                _ => item,
            });
        }
        if let ExprKind::Cast { expr: inner, .. } = &expr.kind
            && let ExprKind::Attribute { name, .. } = &inner.kind
            && let Some(last) = name.last()
            && !reads_field(&item.expr)?
        {
            return Ok(under_name(item, last));
        }
        Ok(item)
    }

    /// A projection of `input` to `items`, windows computed below it.
    pub(super) fn select(&self, input: Resolved, items: Vec<Argument>) -> Result<Resolved> {
        let output = self.outputs(items, &input);
        let plan = windows_and_projection(input.plan.clone(), &output)?;
        let columns = output.iter().map(|(_, column)| column.clone()).collect();
        let mut resolved = Resolved::new(plan, columns, &[&input]);
        resolved.rebuild = Some(Arc::new(Rebuild::Project { input: Box::new(input), output }));
        Ok(resolved)
    }

    /// An output column for each item; plain columns keep their identity (once), the rest gets a new one.
    pub(super) fn outputs(&self, items: Vec<Argument>, input: &Resolved) -> Vec<(Expr, Column)> {
        let known = Known::new(input, items.len());
        let mut used = HashSet::new();
        items
            .into_iter()
            .map(|item| {
                if let Expr::Column(column) = &item.expr
                    && let Some(found) = known.find(&column.name)
                    && found.name().eq_ignore_ascii_case(item.name())
                    && found.field.metadata() == item.field.metadata()
                    && used.insert(found.id.as_str())
                {
                    let kept = Column { field: Arc::clone(&item.field), ..found.clone() };
                    return (item.expr, kept);
                }
                let column = self.fresh_column(&item.field, Vec::new());
                (item.expr, column)
            })
            .collect()
    }
}

fn under_name(item: Argument, name: &str) -> Argument {
    let field = Arc::new(item.field.as_ref().clone().with_name(name));
    Argument { field, ..item }
}

/// Whether a field of a struct, an element of an array or the value of a key is read.
fn reads_field(expr: &Expr) -> Result<bool> {
    const READERS: [&str; 6] =
        ["get_field", "struct_field", "array_struct_field", "map_value", "get", "get_array_item"];
    let is_reader =
        |e: &Expr| matches!(e, Expr::ScalarFunction(function) if READERS.contains(&function.name()));
    expr.exists(|e| Ok(is_reader(e))).map_err(planning)
}

/// The item without the alias that its field carries already.
pub(super) fn unaliased(item: Argument) -> Argument {
    let expr = item.expr.unalias();
    Argument { expr, ..item }
}

/// Up to this many columns are looked for one by one.
const FEW: usize = 8;

/// The columns of a relation by their ids.
enum Known<'r> {
    Few(&'r Resolved),
    Many(HashMap<&'r str, &'r Column>),
}

impl<'r> Known<'r> {
    /// For so many questions.
    fn new(input: &'r Resolved, questions: usize) -> Self {
        if questions <= FEW {
            return Known::Few(input);
        }
        let mut by_id = HashMap::with_capacity(input.columns.len() + input.hidden.len());
        for column in input.columns.iter().chain(&input.hidden) {
            by_id.entry(column.id.as_str()).or_insert(column);
        }
        Known::Many(by_id)
    }

    fn find(&self, id: &str) -> Option<&'r Column> {
        match self {
            Known::Few(input) => input.columns.iter().chain(&input.hidden).find(|c| c.id == id),
            Known::Many(by_id) => by_id.get(id).copied(),
        }
    }
}

/// Whether an aggregate stands in `expr` outside of window functions' own calls.
pub(super) fn contains_aggregate(expr: &Expr) -> bool {
    expr.exists(|e| Ok(matches!(e, Expr::AggregateFunction(_)))).unwrap_or(false)
}

/// `LogicalPlan::Projection`, each expression under its own name.
pub(super) fn projection(input: LogicalPlan, exprs: Vec<Expr>) -> Result<LogicalPlan> {
    Projection::try_new(exprs, Arc::new(input)).map(LogicalPlan::Projection).map_err(planning)
}

/// Window nodes for the window functions in `output`, and the projection to `output` above them.
pub(super) fn windows_and_projection(input: LogicalPlan, output: &[(Expr, Column)]) -> Result<LogicalPlan> {
    let exprs: Vec<Expr> = output.iter().map(|(expr, _)| expr.clone()).collect();
    let windows = find_window_exprs(exprs.iter());
    let (mut input, mut exprs) = (input, exprs);
    // DataFusion's names leave casts out: of windows that share one, each round computes the first.
    let mut rest = windows;
    let mut round = 0;
    while !rest.is_empty() {
        let (now, later) = first_of_each_name(rest);
        input = LogicalPlanBuilder::window_plan(input, now.clone()).map_err(planning)?;
        if round > 0 || !later.is_empty() {
            let names: Vec<String> = now.iter().map(|w| format!("{}#w{round}", w.schema_name())).collect();
            input = renamed(input, &now, &names)?;
            exprs = exprs.into_iter().map(|e| replace_by(e, &now, &names)).collect::<Result<_>>()?;
        } else {
            exprs = exprs.into_iter().map(|e| replace_by_columns(e, &now)).collect::<Result<_>>()?;
        }
        rest = later;
        round += 1;
    }
    let named = exprs.into_iter().zip(output).map(|(expr, (_, column))| under_id(expr, &column.id)).collect();
    projection(input, named)
}

/// `expr` under the name `id`; a column of that name stays as it is.
pub(super) fn under_id(expr: Expr, id: &str) -> Expr {
    match &expr {
        Expr::Column(column) if column.name == id => expr,
        _ => expr.alias(id),
    }
}

/// The expressions with names that none before them has, and the others.
fn first_of_each_name(exprs: Vec<Expr>) -> (Vec<Expr>, Vec<Expr>) {
    let mut names = HashSet::new();
    exprs.into_iter().partition(|e| names.insert(e.schema_name().to_string()))
}

/// The columns of `computed` under other names.
fn renamed(plan: LogicalPlan, computed: &[Expr], names: &[String]) -> Result<LogicalPlan> {
    let old: Vec<String> = computed.iter().map(|e| e.schema_name().to_string()).collect();
    let exprs = plan.schema().columns().into_iter().map(|c| match old.iter().position(|o| *o == c.name) {
        Some(index) => Expr::Column(c).alias(&names[index]),
        None => Expr::Column(c),
    });
    let exprs = exprs.collect();
    projection(plan, exprs)
}

/// Replaces each occurrence of one of `computed` by the column that carries it.
pub(super) fn replace_by_columns(expr: Expr, computed: &[Expr]) -> Result<Expr> {
    let names: Vec<String> = computed.iter().map(|e| e.schema_name().to_string()).collect();
    replace_by(expr, computed, &names)
}

fn replace_by(expr: Expr, computed: &[Expr], names: &[String]) -> Result<Expr> {
    use datafusion::common::tree_node::TreeNodeRecursion;
    expr.transform_down(|e| {
        if let Some(index) = computed.iter().position(|c| *c == e) {
            let column = functions::definition::column(&names[index]);
            return Ok(Transformed::new(column, true, TreeNodeRecursion::Jump));
        }
        Ok(Transformed::no(e))
    })
    .map(|t| t.data)
    .map_err(planning)
}
