//! Tables that keep versions, as statements see them: created, written, altered and cared for.
//!
//! ```text
//! name or format.`path` ─► LakeTarget ─┬─ write: rows fitted, constraints checked ─► Change ─► commit
//!                                      ├─ create: definition ─► first version ─► catalog
//!                                      └─ command, alter: Maintenance
//! ```
//!
//! The nouns: a [`LakeTarget`] is where a table is, and the catalog's entry of it if it has one; a
//! [`LakeWrite`](write::LakeWrite) is what is written to it.
//!
//! # Guarantees
//! - The log is the truth: columns, partitioning and properties are looked up there, and not in the catalog.
//! - A table is entered into the catalog once its first version is there.
//!
//! # Does not
//! Change rows that are there (`modify` does), know a format.
//!
//! # Where to start
//! [`Session::lake_target`], then `write.rs` and `create.rs`.

mod alter;
mod command;
mod create;
mod insert;
mod rows;
mod save;
mod schema;
mod write;

pub(crate) use save::Save;

use std::sync::Arc;

use lang::{Error, Result};
use plan::lake::{At, Lake, LakeTable};

use crate::catalog::{Entry, Table, TableName, quoted};
use crate::session::Session;

/// Where a table that keeps versions is.
#[derive(Debug, Clone)]
pub(crate) struct LakeTarget {
    pub(crate) lake: Arc<dyn Lake>,
    pub(crate) location: String,
    /// As messages show it.
    pub(crate) name: Vec<String>,
    /// The catalog's entry; `None` for paths.
    pub(crate) entry: Option<Table>,
}

impl LakeTarget {
    /// The table at a version.
    pub(crate) async fn open(&self, session: &Session, at: At) -> Result<Arc<dyn LakeTable>> {
        self.lake.open(&self.location, at, &session.source_conf()).await
    }

    pub(crate) fn quoted(&self) -> String {
        quoted(&self.name)
    }
}

impl Session {
    /// What knows a format's tables, when they keep versions.
    pub(crate) fn lake(&self, format: &str) -> Option<Arc<dyn Lake>> {
        self.engine().sources.lake(&format.to_lowercase())
    }

    /// The table of that name, or at that path, when it keeps versions.
    pub(crate) fn lake_target(&self, name: &[String]) -> Result<Option<LakeTarget>> {
        if self.is_temporary_view(name) {
            return Ok(None);
        }
        if let [format, path] = name
            && !self.engine().catalog.has_database(format)
        {
            return Ok(self.lake(format).map(|lake| LakeTarget {
                lake,
                location: path.clone(),
                name: name.to_vec(),
                entry: None,
            }));
        }
        let table = TableName::read(name, &self.current_database())?;
        Ok(match self.engine().catalog.find(&table).as_deref() {
            Some(Entry::Table(table)) => self.lake_of(table),
            _ => None,
        })
    }

    /// A table of the catalog as one that keeps versions.
    pub(crate) fn lake_of(&self, table: &Table) -> Option<LakeTarget> {
        let lake = self.lake(&table.format)?;
        Some(LakeTarget {
            lake,
            location: table.location.clone(),
            name: table.name.parts(),
            entry: Some(table.clone()),
        })
    }

    /// An entry with columns, partitioning and properties as its log has them, where it has one.
    pub(crate) async fn logged_entry(&self, entry: Arc<Entry>) -> Result<Arc<Entry>> {
        let Entry::Table(table) = entry.as_ref() else { return Ok(entry) };
        let Some(target) = self.lake_of(table) else { return Ok(entry) };
        let found = target.open(self, At::Latest).await?;
        Ok(Arc::new(Entry::Table(logged(table.clone(), found.as_ref()))))
    }
}

/// The catalog's description of a table with what its log says.
pub(crate) fn logged(table: Table, found: &dyn LakeTable) -> Table {
    let mut properties = found.properties().clone();
    properties
        .extend(found.checks().iter().map(|(name, sql)| (format!("delta.constraints.{name}"), sql.clone())));
    Table {
        schema: found.schema().clone(),
        partition_by: found.partition_by().to_vec(),
        properties,
        comment: found.comment().map(str::to_string),
        ..table
    }
}

/// `DELTA_TABLE_ONLY_OPERATION`
fn lakes_only(name: &[String], operation: &str) -> Error {
    Error::analysis("DELTA_TABLE_ONLY_OPERATION").with("tableName", quoted(name)).with("operation", operation)
}
