//! MERGE: the source's rows meet the target's, and clauses say what becomes of pairs and of those that stay alone.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::MemTable;
use datafusion::common::TableReference;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit};
use functions::Argument;
use lang::ir::{self, JoinType, Merge, MergeAction, MergeClause};
use lang::{Error, Result};

use super::assign::null_of;
use super::clause::{self, Clause, case};
use super::target::Scanned;
use crate::modify::{
    Action, Described, FOUND_MATCHED, FOUND_TOUCHES, Modification, ModifySource, ModifyTarget,
};
use crate::resolve::filter::filtered;
use crate::resolve::project::{contains_aggregate, projection};
use crate::resolve::scope::{Query, Scope};
use crate::resolve::{Column, Resolved, Resolver, planning};

/// The source, read from a table of its kept rows.
pub(super) struct Source {
    pub rows: Resolved,
    table: TableReference,
    original: LogicalPlan,
    /// Never NULL but where there is no row.
    marker: Column,
}

/// What may happen to rows of one kind, in order; the conditions decide.
#[derive(Default)]
pub(super) struct Branches {
    clauses: Vec<Clause>,
    conditions: Vec<(Expr, i32)>,
    described: Vec<Described>,
}

impl Branches {
    fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Whether any clause applies.
    fn any(&self) -> Expr {
        match self.conditions.iter().any(|(condition, _)| *condition == lit(true)) {
            true => lit(true),
            false => self.conditions.iter().map(|(c, _)| c.clone()).reduce(Expr::or).unwrap_or(lit(false)),
        }
    }
}

impl Resolver<'_> {
    /// `MERGE INTO t USING s ON … WHEN …`
    ///
    /// # Errors
    /// Delta's analysis errors: `DELTA_MERGE_UNRESOLVED_EXPRESSION` and its kin.
    pub fn merge(&self, merge: &Merge, target: &ModifyTarget) -> Result<Modification> {
        let query = self.definitions(&merge.target);
        let scanned = self.target(&merge.target, target)?;
        let source = self.merge_source(&merge.source, &query)?;
        let new = self.new_columns(merge, &scanned, &source, target)?;
        let both = Scope::new(&[&scanned.rows, &source.rows], &query, None)?;
        let own = Scope::new(&[&scanned.rows], &query, None)?;
        let other = Scope::new(&[&source.rows], &query, None)?;
        let condition = self.merge_condition(&merge.condition, &both, "search")?;
        let evolving = merge.schema_evolution || target.evolves;
        let clauses =
            super::evolve::Context { scanned: &scanned, source: &source, target, new: &new, evolving };
        let mut number = 0;
        let matched = self.branches(&merge.matched, &both, &clauses, &mut number, false)?;
        let lone = self.branches(&merge.not_matched, &other, &clauses, &mut number, false)?;
        let orphans = self.branches(&merge.not_matched_by_source, &own, &clauses, &mut number, true)?;
        drop((both, own, other));
        // With nothing but conditional clauses for pairs, pairs that no clause is for are as if they were none.
        let pairs_only = lone.is_empty() && orphans.is_empty();
        let on = match (pairs_only, matched.any()) {
            (true, any) if any != lit(true) => condition.expr.clone().and(any),
            _ => condition.expr.clone(),
        };
        let find = match matched.is_empty() && orphans.is_empty() {
            true => None,
            false => Some(self.found(&scanned, &source, &on, &matched, &lone, &orphans)?),
        };
        let staged = match find {
            None => self.lone_rows(&scanned, &source, &condition.expr)?,
            Some(_) => {
                let kind = if lone.is_empty() { JoinType::RightOuter } else { JoinType::FullOuter };
                self.join_on(source.rows.clone(), scanned.rows.clone(), kind, Some(on))?
            }
        };
        let chosen = choice(&scanned, &source, &matched, &lone, &orphans);
        let mut staged = self.staged(staged, chosen)?;
        if !lone.is_empty() && lone.any() != lit(true) {
            staged.keep_chosen()?;
        }
        let several_matches = matches!(
            merge.matched.as_slice(),
            [MergeClause { condition: None, action: MergeAction::Delete }]
        );
        let orphans_count = !orphans.is_empty();
        let bounds = match orphans_count {
            true => None,
            false => self.key_bounds(&condition.expr, &scanned, &source)?,
        };
        let mut all = Branches::default();
        for branches in [matched, lone, orphans] {
            all.clauses.extend(branches.clauses);
            all.described.extend(branches.described);
        }
        let rewrite = self.rewritten(staged, &scanned, target, &new, &all.clauses)?;
        Ok(Modification {
            target: scanned.table.clone(),
            filters: if orphans_count { Vec::new() } else { scanned.filters(&condition.expr) },
            source: Some(ModifySource { table: source.table, rows: source.original, bounds }),
            find: find.map(|plan| self.finished(plan)).transpose()?,
            rewrite,
            schema: (!new.is_empty()).then(|| {
                let columns = target.columns.iter().map(|column| column.field.clone()).chain(new);
                lang::StructType::new(columns.collect())
            }),
            several_matches,
            condition: Some(condition.name().to_string()),
            clauses: all.described,
        })
    }

    /// The source, its rows in the place of a table that is put in later.
    fn merge_source(&self, relation: &ir::Relation, query: &Query) -> Result<Source> {
        let mut rows = self.relation(relation, query, None)?;
        let mut ids: Vec<String> = Vec::with_capacity(rows.columns.len());
        for column in &rows.columns {
            if !ids.contains(&column.id) {
                ids.push(column.id.clone());
            }
        }
        let exprs = ids.iter().map(|id| functions::definition::column(id)).collect();
        let original = self.finished(projection(rows.plan, exprs)?)?;
        let fields = original.schema().fields().iter().enumerate();
        let fields: Vec<Field> =
            fields.map(|(place, field)| field.as_ref().clone().with_name(place.to_string())).collect();
        let table = TableReference::bare(self.fresh("source"));
        let empty = MemTable::try_new(Arc::new(Schema::new(fields)), vec![Vec::new()]).map_err(planning)?;
        let scan = LogicalPlanBuilder::scan(table.clone(), provider_as_source(Arc::new(empty)), None)
            .and_then(LogicalPlanBuilder::build)
            .map_err(planning)?;
        let marker = self.fresh_column(&Field::new("matched", DataType::Boolean, false), Vec::new());
        let mut exprs: Vec<Expr> = ids
            .iter()
            .enumerate()
            .map(|(place, id)| {
                let stored = datafusion::common::Column::new(Some(table.clone()), place.to_string());
                Expr::Column(stored).alias(id)
            })
            .collect();
        exprs.push(lit(true).alias(&marker.id));
        rows.plan = projection(scan, exprs)?;
        rows.hidden.clear();
        rows.rebuild = None;
        Ok(Source { rows, table, original, marker })
    }

    /// The rows of the target that any clause is about.
    fn found(
        &self,
        scanned: &Scanned,
        source: &Source,
        on: &Expr,
        matched: &Branches,
        lone: &Branches,
        orphans: &Branches,
    ) -> Result<LogicalPlan> {
        let kind = if orphans.is_empty() { JoinType::Inner } else { JoinType::RightOuter };
        let mut joined = self.join_on(source.rows.clone(), scanned.rows.clone(), kind, Some(on.clone()))?;
        let (mut is_match, mut touches) = (lit(true), lit(true));
        if !orphans.is_empty() {
            is_match = source.marker.expr().is_not_null();
            let of_pairs = lit(!matched.is_empty() || !lone.is_empty());
            let of_orphans = orphans.any().is_true();
            touches = case(vec![(is_match.clone(), of_pairs)], of_orphans);
            joined = filtered(joined, is_match.clone().or(touches.clone()))?;
        }
        let exprs = vec![
            scanned.file.expr(),
            scanned.row.expr(),
            is_match.alias(FOUND_MATCHED),
            touches.alias(FOUND_TOUCHES),
        ];
        projection(joined.plan, exprs)
    }

    /// The source's rows without a match, beside a target's row of NULLs.
    fn lone_rows(&self, scanned: &Scanned, source: &Source, on: &Expr) -> Result<Resolved> {
        let target = scanned.rows.clone();
        let lone = self.join_on(source.rows.clone(), target, JoinType::LeftAnti, Some(on.clone()))?;
        let mut exprs: Vec<Expr> = lone.plan.schema().columns().into_iter().map(Expr::Column).collect();
        for column in scanned.rows.columns.iter().chain([&scanned.file, &scanned.row]) {
            exprs.push(null_of(column.field.data_type())?.alias(&column.id));
        }
        Ok(Resolved { plan: projection(lone.plan, exprs)?, ..lone })
    }

    /// `is_orphan`: the clauses are about rows that the source has no match for.
    fn branches(
        &self,
        clauses: &[MergeClause],
        scope: &Scope<'_>,
        context: &super::evolve::Context<'_>,
        number: &mut i32,
        is_orphan: bool,
    ) -> Result<Branches> {
        let mut branches = Branches::default();
        for own in clauses {
            *number += 1;
            let (action, values) = self.action(&own.action, scope, context, is_orphan)?;
            let condition = own.condition.as_ref();
            let condition = condition.map(|c| self.merge_condition(c, scope, word(action))).transpose()?;
            let text = condition.as_ref().map(|condition| condition.name().to_string());
            branches.described.push(Described { action, condition: text });
            branches.conditions.push((condition.map_or(lit(true), |condition| condition.expr), *number));
            branches.clauses.push(Clause { number: *number, action, values });
        }
        Ok(branches)
    }

    /// The condition of a clause (`UPDATE`, …) or of the whole (`search`).
    fn merge_condition(&self, condition: &ir::Expr, scope: &Scope<'_>, of: &str) -> Result<Argument> {
        let known = |error| merge_error(error, scope, &format!("{of} condition"));
        let argument = self.expression(condition, scope).map_err(known)?;
        let operation = || format!("{of} condition of MERGE operation");
        let text = || format!("(condition = {}).", argument.name());
        if argument.expr.is_volatile() {
            return Err(Error::analysis("DELTA_NON_DETERMINISTIC_FUNCTION_NOT_SUPPORTED")
                .with("operation", operation())
                .with("expression", text()));
        }
        if contains_aggregate(&argument.expr) {
            return Err(Error::analysis("DELTA_AGGREGATION_NOT_SUPPORTED")
                .with("operation", operation())
                .with("predicate", text()));
        }
        self.condition(condition, scope, "MERGE")
    }
}

/// The word of an action, as messages have it.
pub(super) fn word(action: Action) -> &'static str {
    match action {
        Action::Update | Action::UpdateOrphan => "UPDATE",
        Action::Delete | Action::DeleteOrphan => "DELETE",
        Action::Insert => "INSERT",
    }
}

/// What Delta says of a column that is unknown in a clause.
pub(super) fn merge_error(error: Error, scope: &Scope<'_>, clause: &str) -> Error {
    let Some(name) = error.parameters().get("objectName") else { return error };
    if !error.condition().starts_with("UNRESOLVED_COLUMN.") {
        return error;
    }
    let parts = lang::parse_identifier(name).unwrap_or_else(|_| vec![name.clone()]);
    let columns: Vec<_> = scope
        .columns()
        .map(|column| {
            let full = column.qualifier.iter().map(String::as_str).chain([column.name()]);
            full.map(quoted_if_needed).collect::<Vec<_>>().join(".")
        })
        .collect();
    let shown: Vec<_> = parts.iter().map(|part| quoted_if_needed(part)).collect();
    Error::analysis("DELTA_MERGE_UNRESOLVED_EXPRESSION")
        .with("sqlExpr", shown.join("."))
        .with("clause", clause)
        .with("cols", columns.join(", "))
}

fn quoted_if_needed(name: &str) -> String {
    let plain = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    match plain && name.starts_with(|first: char| !first.is_ascii_digit()) {
        true => name.to_string(),
        false => crate::resolve::attribute::quoted(&[name.to_string()]),
    }
}

/// The clause of a row; -1 for rows of the source that none is for.
fn choice(
    scanned: &Scanned,
    source: &Source,
    matched: &Branches,
    lone: &Branches,
    orphans: &Branches,
) -> Expr {
    let mut branches = Vec::new();
    if !lone.is_empty() {
        let new = clause::number(lone.conditions.clone(), -1);
        branches.push((scanned.file.expr().is_null(), new));
    }
    if !orphans.is_empty() {
        branches.push((source.marker.expr().is_null(), clause::number(orphans.conditions.clone(), 0)));
    }
    let pairs = clause::number(matched.conditions.clone(), 0);
    if orphans.is_empty() && !matched.is_empty() {
        branches.push((source.marker.expr().is_null(), lit(0)));
    }
    case(branches, pairs)
}
