//! DELETE, UPDATE and MERGE: which rows they concern, and what becomes of them.
//!
//! ```text
//! target (scan + where rows are) ─┐
//!                                 ├─ staged: which clause does a row belong to ── rewritten: CASE for each column
//! source (kept) ── join ──────────┘                                                   │
//!                                                      generated columns, CHECK constraints ◄┘
//! ```
//!
//! The nouns: a [`Scanned`](target::Scanned) is the target; a [`Clause`](rewrite::Clause) is one WHEN with its values, counted
//! from 1; [`Staged`](rewrite::Staged) rows know their clause.
//!
//! # Guarantees
//! - The rules are those of Delta's commands: values go to columns by `spark.sql.storeAssignmentPolicy`, structs by the
//!   names of their fields; columns that are not given keep their value, or have their default where rows are new.
//! - A value is computed for the rows of its clause only, so that it fails for no others.
//!
//! # Does not
//! Decide which files are read; that is `engine::modify`.
//!
//! # Where to start
//! [`Resolver::delete`] here, then `merge.rs` and `rewrite.rs`.

mod assign;
mod bounds;
mod check;
mod clause;
mod evolve;
mod merge;
mod rewrite;
mod stored;
mod target;

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::logical_expr::{LogicalPlan, lit};
use functions::Argument;
use lang::ir::{self, Delete, Update};
use lang::{Error, Result};

use self::clause::Clause;
use self::target::Scanned;
use super::filter::filtered;
use super::project::projection;
use super::scope::{CommonTable, CommonTableBody, Query, Scope};
use super::{Resolved, Resolver};
use crate::modify::{Action, FOUND_MATCHED, FOUND_TOUCHES, Modification, ModifyTarget};

impl Resolver<'_> {
    /// `DELETE FROM t WHERE …`
    ///
    /// # Errors
    /// Spark's analysis errors.
    pub fn delete(&self, delete: &Delete, target: &ModifyTarget) -> Result<Modification> {
        let query = self.definitions(&delete.target);
        let scanned = self.target(&delete.target, target)?;
        let clause = Clause { number: 1, action: Action::Delete, values: Vec::new() };
        self.modification(target, &scanned, delete.condition.as_ref(), clause, &query)
    }

    /// `UPDATE t SET a = 1 WHERE …`
    ///
    /// # Errors
    /// Spark's analysis errors.
    pub fn update(&self, update: &Update, target: &ModifyTarget) -> Result<Modification> {
        let query = self.definitions(&update.target);
        let scanned = self.target(&update.target, target)?;
        let scope = Scope::new(&[&scanned.rows], &query, None)?;
        let assigned = self.update_assignments(&update.assignments, &scanned, target, &scope)?;
        let values = self.updated(assigned, &scanned, target, &scope)?;
        drop(scope);
        let clause = Clause { number: 1, action: Action::Update, values };
        self.modification(target, &scanned, update.condition.as_ref(), clause, &query)
    }

    /// One clause for the rows that fulfil a condition.
    fn modification(
        &self,
        target: &ModifyTarget,
        scanned: &Scanned,
        condition: Option<&ir::Expr>,
        clause: Clause,
        query: &Query,
    ) -> Result<Modification> {
        let condition =
            condition.map(|condition| self.row_condition(condition, scanned, query)).transpose()?;
        let hit = condition.as_ref().map_or(lit(true), |condition| condition.expr.clone());
        let found = filtered(scanned.rows.clone(), hit.clone())?;
        let find = projection(
            found.plan,
            vec![
                scanned.file.expr(),
                scanned.row.expr(),
                lit(true).alias(FOUND_MATCHED),
                lit(true).alias(FOUND_TOUCHES),
            ],
        )?;
        let staged = self.staged(scanned.rows.clone(), clause::number(vec![(hit, 1)], 0))?;
        let rewrite = self.rewritten(staged, scanned, target, &[], &[clause])?;
        let text = condition.as_ref().map(|condition| condition.name().to_string());
        Ok(Modification {
            target: scanned.table.clone(),
            filters: condition.map(|condition| scanned.filters(&condition.expr)).unwrap_or_default(),
            source: None,
            find: Some(self.finished(find)?),
            rewrite,
            schema: None,
            several_matches: false,
            condition: text,
            clauses: Vec::new(),
        })
    }

    /// The condition of DELETE and UPDATE.
    fn row_condition(&self, condition: &ir::Expr, scanned: &Scanned, query: &Query) -> Result<Argument> {
        let scope = Scope::new(&[&scanned.rows], query, None)?;
        let condition = self.condition(condition, &scope, "WHERE")?;
        match condition.expr.is_volatile() {
            true => Err(Error::analysis("INVALID_NON_DETERMINISTIC_EXPRESSIONS")
                .with("sqlExprs", format!("\"{}\"", condition.name()))),
            false => Ok(condition),
        }
    }

    /// The plan as it can be optimized and run.
    fn finished(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        self.python_placed(self.decorrelated(plan)?)
    }

    /// What the WITH in front of a statement defines.
    fn definitions(&self, target: &ir::Target) -> Query {
        let mut query = Query::default();
        for definition in &target.definitions {
            let mut all: HashMap<String, CommonTable> = query.common_tables.as_ref().clone();
            let body = CommonTableBody::Relation(Arc::new(definition.relation.clone()));
            let common = CommonTable { columns: definition.columns.clone(), body, query: query.clone() };
            all.insert(definition.name.to_lowercase(), common);
            query.common_tables = Arc::new(all);
        }
        query
    }
}

/// Whether a relation shows the column of that id.
fn holds(rows: &Resolved, id: &str) -> bool {
    rows.columns.iter().any(|column| column.id == id)
}
