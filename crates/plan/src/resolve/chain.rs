//! Chains of `withColumn`: hundreds of calls, each adding a column to all that were there before.
//!
//! ```text
//! a.withColumn(b, f(a)).withColumn(c, g(a)).withColumn(d, h(b))
//!     ──► projection 2:  a, b, c, h(b) AS d
//!         projection 1:  a, f(a) AS b, g(a) AS c
//! ```
//!
//! A projection for each call would make plans as deep as the chain and work that grows with its square. The calls are
//! resolved one after the other, but what they add is kept aside: a column is computed one projection above the highest
//! of the columns it is made of.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::{Expr, LogicalPlan};
use functions::Argument;
use lang::Result;
use lang::ir::{self, Relation, RelationKind};

use super::generator::is_generator;
use super::missing::Rebuild;
use super::project::{projection, under_id};
use super::scope::{Origins, Query, Scope};
use super::{Column, Resolved, Resolver, refresh};

/// A relation with columns that its plan does not compute yet.
struct Chain {
    /// Its columns are those of the whole chain so far, its plan is that of the chain's input.
    current: Resolved,
    /// The columns of the input, hidden ones too.
    inputs: Vec<Column>,
    added: Vec<Added>,
    /// Where in `added` a column stands.
    places: HashMap<String, usize>,
    types: HashMap<String, FieldRef>,
    /// How the last call changed the columns: how many there were, and which it replaced.
    last: (usize, Vec<(usize, Column)>),
}

struct Added {
    expr: Expr,
    id: String,
    /// The projection that computes it, counted from 1.
    level: usize,
}

impl Resolver<'_> {
    pub(super) fn with_columns(
        &self,
        input: &Relation,
        columns: &[ir::Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let mut calls = Vec::new();
        let mut first = input;
        while let RelationKind::WithColumns { input, columns } = first.kind.as_ref()
            && first.source.is_none()
            && !self.environment.may_be_persisted()
        {
            calls.push((first, columns.as_slice()));
            first = input;
        }
        if calls.is_empty() {
            let input = self.relation(first, query, outer)?;
            return self.with_columns_over(input, columns, query, outer);
        }
        let mut chain = Chain::new(self.relation(first, query, outer)?);
        for (call, columns) in calls.into_iter().rev() {
            self.environment.check_wanted()?;
            self.in_place(call, query, |query| self.extend(&mut chain, columns, query, outer))?;
            if let Some(plan_id) = call.plan_id {
                Origins::mark(&mut chain.current, plan_id);
            }
        }
        self.extend(&mut chain, columns, query, outer)?;
        chain.finish()
    }

    /// One more call. What is not a plain expression of the columns (or wrong) gets a projection of its own.
    fn extend(
        &self,
        chain: &mut Chain,
        columns: &[ir::Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<()> {
        if let Some(items) = self.plain_items(chain, columns, query, outer) {
            self.add(chain, items);
            return Ok(());
        }
        let input = std::mem::replace(chain, Chain::new(self.one_row()?)).finish()?;
        *chain = Chain::new(self.with_columns_over(input, columns, query, outer)?);
        Ok(())
    }

    /// The items of a call, if they can be computed beside others: `None` also where resolving fails.
    fn plain_items(
        &self,
        chain: &Chain,
        columns: &[ir::Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Option<Vec<Argument>> {
        if columns.iter().any(is_generator) {
            return None;
        }
        let mut scope = Scope::new(&[&chain.current], query, outer).ok()?;
        scope.pending = Some(&chain.types);
        let items = self.added_items(columns, scope).ok()?;
        let is_new = |item: &Argument| {
            let named = chain.current.columns.iter().filter(|c| self.same_name(c.name(), item.name()));
            is_plain(&item.expr) && named.take(2).count() < 2 && !keeps_identity(item, &chain.current)
        };
        items.iter().all(is_new).then_some(items)
    }

    fn add(&self, chain: &mut Chain, items: Vec<Argument>) {
        chain.last = (chain.current.columns.len(), Vec::new());
        for item in items {
            let column = self.fresh_column(&item.field, Vec::new());
            let field = item.field.as_ref().clone().with_name(&column.id);
            chain.types.insert(column.id.clone(), Arc::new(field));
            let level = 1 + chain.level_of(&item.expr);
            chain.places.insert(column.id.clone(), chain.added.len());
            chain.added.push(Added { expr: item.expr, id: column.id.clone(), level });
            let columns = &mut chain.current.columns;
            match columns.iter().position(|c| self.same_name(c.name(), column.name())) {
                Some(index) => {
                    let replaced = std::mem::replace(&mut columns[index], column);
                    chain.last.1.push((index, replaced));
                }
                None => columns.push(column),
            }
        }
    }
}

impl Chain {
    fn new(input: Resolved) -> Self {
        let inputs = input.columns.iter().chain(&input.hidden).cloned().collect();
        let last = (input.columns.len(), Vec::new());
        Chain {
            current: input,
            inputs,
            added: Vec::new(),
            places: HashMap::new(),
            types: HashMap::new(),
            last,
        }
    }

    /// The highest level among the columns of `expr`; 0 for those of the input.
    fn level_of(&self, expr: &Expr) -> usize {
        let places = expr.column_refs().into_iter().filter_map(|column| self.places.get(&column.name));
        places.map(|place| self.added[*place].level).max().unwrap_or(0)
    }

    /// The plan that computes everything. It keeps the columns that the last call replaced, and those of the input:
    /// ORDER BY and filters may still ask for them.
    fn finish(self) -> Result<Resolved> {
        if self.added.is_empty() {
            return Ok(self.current);
        }
        let before = self.before();
        let plan = self.plan(&before)?;
        let Chain { current, inputs, .. } = self;
        let columns = refresh(&plan, current.columns);
        let output = columns.iter().map(|column| (column.expr(), column.clone())).collect();
        let hidden = inputs.into_iter().filter(|column| before.iter().all(|b| b.id != column.id)).collect();
        let below = Resolved {
            plan: plan.clone(),
            columns: refresh(&plan, before),
            hidden,
            origins: Arc::clone(&current.origins),
            rebuild: None,
        };
        let rebuild = Some(Arc::new(Rebuild::Project { input: Box::new(below), output }));
        Ok(Resolved { plan, columns, hidden: Vec::new(), origins: current.origins, rebuild })
    }

    /// The columns before the last call.
    fn before(&self) -> Vec<Column> {
        let (length, replaced) = &self.last;
        let mut columns: Vec<Column> = self.current.columns.iter().take(*length).cloned().collect();
        // Backwards: one call may replace what it has added itself.
        for (index, column) in replaced.iter().rev() {
            if let Some(place) = columns.get_mut(*index) {
                *place = column.clone();
            }
        }
        columns
    }

    /// The projections, one for each level.
    fn plan(&self, before: &[Column]) -> Result<LogicalPlan> {
        let uses = self.last_uses(before);
        let mut plan = self.current.plan.clone();
        let mut kept: Vec<String> = plan.schema().fields().iter().map(|field| field.name().clone()).collect();
        let top = self.added.iter().map(|added| added.level).max().unwrap_or(0);
        for level in 1..=top {
            let is_used = |id: &str| uses.get(id).is_some_and(|last| *last > level);
            kept.retain(|id| is_used(id));
            let mut exprs: Vec<Expr> = kept.iter().map(|id| functions::definition::column(id)).collect();
            for added in self.added.iter().filter(|added| added.level == level && is_used(&added.id)) {
                exprs.push(under_id(added.expr.clone(), &added.id));
                kept.push(added.id.clone());
            }
            plan = projection(plan, exprs)?;
        }
        Ok(plan)
    }

    /// Up to which level each column is needed; nothing about those that nobody needs.
    fn last_uses(&self, before: &[Column]) -> HashMap<&str, usize> {
        let wanted = self.current.columns.iter().chain(&self.inputs).map(|column| column.id.as_str());
        let mut uses: HashMap<&str, usize> = wanted.map(|id| (id, usize::MAX)).collect();
        let added_before = before.iter().filter_map(|column| self.places.get(&column.id));
        uses.extend(added_before.map(|place| (self.added[*place].id.as_str(), usize::MAX)));
        // Columns are made of those that were added before them.
        for added in self.added.iter().rev() {
            if !uses.contains_key(added.id.as_str()) {
                continue;
            }
            for column in added.expr.column_refs() {
                let last = uses.entry(column.name.as_str()).or_insert(0);
                *last = (*last).max(added.level);
            }
        }
        uses
    }
}

/// Whether `expr` can be computed beside any other expression of its input.
fn is_plain(expr: &Expr) -> bool {
    let special = expr.exists(|e| {
        Ok(matches!(
            e,
            Expr::AggregateFunction(_)
                | Expr::WindowFunction(_)
                | Expr::ScalarSubquery(_)
                | Expr::Exists(_)
                | Expr::InSubquery(_)
                | Expr::OuterReferenceColumn(..)
                | Expr::Unnest(_)
        ))
    });
    !special.unwrap_or(true)
}

/// Whether the item is a column of the input under its own name, which stays the same column.
fn keeps_identity(item: &Argument, input: &Resolved) -> bool {
    let Expr::Column(column) = &item.expr else { return false };
    let found = input.columns.iter().chain(&input.hidden).find(|c| c.id == column.name);
    found.is_some_and(|c| c.name().eq_ignore_ascii_case(item.name()))
}
