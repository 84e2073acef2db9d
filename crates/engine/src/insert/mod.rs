//! INSERT INTO and INSERT OVERWRITE: the query's columns are fitted to the table's, written, and what partitions there are
//! then is entered.
//!
//! ```text
//! Insert ──defaults──► Relation ──fit (assign)──► plan ──► sink ──► commit ──► partitions in the catalog
//!                                                           └── target: which folders go
//! ```
//!
//! The nouns: a [`Target`](target::Target) says what is written where and what goes; a [`Policy`](assign::Policy) is how
//! strictly types must fit.
//!
//! # Guarantees
//! - Rows are visible whole or not at all; partitions that are overwritten go with the commit.
//!
//! # Does not
//! Change rows in place: tables of files do not support DELETE, UPDATE, MERGE and REPLACE WHERE, as Spark's do not. Tables
//! that keep versions are written by `lake`.
//!
//! # Where to start
//! [`Session::insert`], then `target.rs` and `fit.rs`.

mod assign;
mod constant;
pub(crate) mod defaults;
pub(crate) mod fit;
mod target;

use std::sync::Arc;

pub(crate) use assign::{Policy, overflow_of_insert};
use lang::ir::{ExprKind, Insert};
use lang::{Error, Result};

use crate::catalog::{Table, quoted};
use crate::create_table::expect_other_target;
use crate::operation::Operation;
use crate::partitions::expect_partition_columns;
use crate::session::Session;
use crate::tables::unsupported_by_table;

/// What statements search that read.
pub(crate) const SYSTEM_PATH: &str = "`system`.`builtin`, `system`.`session`, ";

impl Session {
    pub(crate) async fn insert(self: &Arc<Self>, insert: Insert, operation: &Arc<Operation>) -> Result<()> {
        if self.is_temporary_view(&insert.table) {
            return Err(self.refuse_temporary(&insert.table));
        }
        if let Some(target) = self.lake_target(&insert.table)? {
            return self.insert_lake(insert, target, operation).await;
        }
        let table = match self.known(&insert.table, SYSTEM_PATH)?.as_ref() {
            crate::catalog::Entry::Table(table) => table.clone(),
            crate::catalog::Entry::View(view) => {
                return Err(crate::tables::expect_table(&view.name.quoted(), "INSERT"));
            }
        };
        refuse(&insert, &table)?;
        expect_partition_columns(&table, &insert.partition)?;
        let (relation, defaults) = defaults::filled(&insert, &table)?;
        let analyzed = self.analyze(&relation, operation).await?;
        let mut analyzed =
            fit::fit(analyzed, &insert, &table, &defaults, self.assignment_policy(), &self.context())?;
        expect_partition_order(&insert, &table)?;
        let target = self.target(&insert, &table, operation).await?;
        let Some(target) = target else { return Ok(()) };
        if insert.overwrite && !target.dynamic {
            expect_other_target(&analyzed, &table)?;
        }
        if target.own_location {
            fit::drop_partition_columns(&mut analyzed, &table)?;
        }
        let request = target.request(&table, insert.overwrite, self.source_conf());
        let then = self.enter_partitions(&table, target);
        let written = self.write(analyzed, request, operation, Some(then)).await;
        self.cache.invalidate(&table.location);
        written.map_err(|error| assign::overflow_of_insert(error, &table))
    }
}

impl Session {
    /// Spark looks through the view of a DataFrame; that of a query is a view.
    fn refuse_temporary(&self, name: &[String]) -> Error {
        let views = if name.len() > 1 { &self.engine().global_views } else { &self.views };
        let view = name.last().and_then(|last| views.find(last));
        match view.is_some_and(|view| view.text.is_none()) {
            true => Error::analysis("UNSUPPORTED_INSERT.RDD_BASED"),
            false => crate::tables::expect_table(&quoted(name), "INSERT"),
        }
    }
}

fn refuse(insert: &Insert, table: &Table) -> Result<()> {
    let refused = [
        (insert.replace_where.is_some(), "INSERT INTO ... REPLACE WHERE"),
        (insert.replace_on.is_some(), "INSERT INTO ... REPLACE ON"),
        (!insert.replace_using.is_empty(), "INSERT INTO ... REPLACE USING"),
    ];
    if let Some((_, operation)) = refused.into_iter().find(|(given, _)| *given) {
        return Err(unsupported_by_table(&table.name, operation));
    }
    if insert.schema_evolution {
        return Err(Error::unsupported("INSERT WITH SCHEMA EVOLUTION"));
    }
    let mut seen = std::collections::HashSet::new();
    if let Some((twice, _)) = insert.partition.iter().find(|(name, _)| !seen.insert(name.to_lowercase())) {
        return Err(Error::parse("DUPLICATE_KEY").with("keyColumn", quoted(&[twice])));
    }
    let is_default = |value: &Option<lang::ir::Expr>| matches!(value, Some(e) if e.kind == ExprKind::Default);
    if insert.partition.iter().any(|(_, value)| is_default(value)) {
        return Err(Error::unsupported("DEFAULT as the value of a partition column"));
    }
    Ok(())
}

/// Constants come before open columns, and all partition columns are named if any is.
///
/// # Errors
/// `_LEGACY_ERROR_TEMP_1147`, `_LEGACY_ERROR_TEMP_1169`
fn expect_partition_order(insert: &Insert, table: &Table) -> Result<()> {
    if insert.partition.is_empty() {
        return Ok(());
    }
    if insert.partition.len() != table.partition_by.len() {
        let given: Vec<_> = insert.partition.iter().map(|(name, _)| name.as_str()).collect();
        return Err(Error::analysis("_LEGACY_ERROR_TEMP_1169")
            .with("tableName", table.name.quoted())
            .with("normalizedPartSpec", given.join(","))
            .with("partColNames", table.partition_by.join(",")));
    }
    let is_fixed = |column: &String| {
        insert.partition.iter().any(|(name, value)| name.eq_ignore_ascii_case(column) && value.is_some())
    };
    let fixed: Vec<bool> = table.partition_by.iter().map(is_fixed).collect();
    match fixed.windows(2).any(|pair| !pair[0] && pair[1]) {
        true => Err(Error::analysis("_LEGACY_ERROR_TEMP_1147")
            .with("partColumns", format!("[{}]", table.partition_by.join(",")))),
        false => Ok(()),
    }
}

/// `` `a`, `b` ``
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| quoted(&[name])).collect::<Vec<_>>().join(", ")
}
