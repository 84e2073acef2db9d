//! What a catalog holds: databases, tables, views.

use std::collections::BTreeMap;

use lang::StructType;
use lang::ir::{Options, Relation};

use super::TableName;

/// A namespace with the folder of its managed tables.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) name: String,
    pub(crate) comment: Option<String>,
    pub(crate) location: String,
    pub(crate) properties: Options,
    /// By name in lower case.
    pub(crate) entries: BTreeMap<String, Entry>,
}

/// A table or a view.
#[derive(Debug, Clone)]
pub(crate) enum Entry {
    Table(Table),
    View(View),
}

/// Files in a format under a name.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: TableName,
    /// Lower case, as connectors know it.
    pub(crate) format: String,
    /// Partition columns last; column comments are metadata of the fields. Empty: inferred whenever it is read.
    pub(crate) schema: StructType,
    pub(crate) partition_by: Vec<String>,
    pub(crate) location: String,
    /// Dropping the table removes the files.
    pub(crate) managed: bool,
    pub(crate) options: Options,
    pub(crate) properties: Options,
    pub(crate) comment: Option<String>,
    pub(crate) created_micros: i64,
}

/// A query under a name.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) name: TableName,
    pub(crate) relation: Relation,
    /// What was written; empty for views made from DataFrames.
    pub(crate) text: String,
    /// The columns when the view was made.
    pub(crate) schema: StructType,
    /// The query's own column names, before the view renamed them.
    pub(crate) query_columns: Vec<String>,
    pub(crate) comment: Option<String>,
    pub(crate) properties: Options,
    pub(crate) created_micros: i64,
}

impl Entry {
    pub(crate) fn name(&self) -> &TableName {
        match self {
            Entry::Table(table) => &table.name,
            Entry::View(view) => &view.name,
        }
    }

    pub(crate) fn set_name(&mut self, name: TableName) {
        match self {
            Entry::Table(table) => table.name = name,
            Entry::View(view) => view.name = name,
        }
    }

    pub(crate) fn schema(&self) -> &StructType {
        match self {
            Entry::Table(table) => &table.schema,
            Entry::View(view) => &view.schema,
        }
    }

    pub(crate) fn comment(&self) -> Option<&str> {
        match self {
            Entry::Table(table) => table.comment.as_deref(),
            Entry::View(view) => view.comment.as_deref(),
        }
    }

    pub(crate) fn set_comment(&mut self, comment: Option<String>) {
        match self {
            Entry::Table(table) => table.comment = comment,
            Entry::View(view) => view.comment = comment,
        }
    }

    pub(crate) fn properties(&self) -> &Options {
        match self {
            Entry::Table(table) => &table.properties,
            Entry::View(view) => &view.properties,
        }
    }

    pub(crate) fn properties_mut(&mut self) -> &mut Options {
        match self {
            Entry::Table(table) => &mut table.properties,
            Entry::View(view) => &mut view.properties,
        }
    }

    pub(crate) fn created_micros(&self) -> i64 {
        match self {
            Entry::Table(table) => table.created_micros,
            Entry::View(view) => view.created_micros,
        }
    }

    /// `MANAGED`, `EXTERNAL` or `VIEW`.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Entry::Table(table) if table.managed => "MANAGED",
            Entry::Table(_) => "EXTERNAL",
            Entry::View(_) => "VIEW",
        }
    }
}

impl Table {
    pub(crate) fn is_partition_column(&self, name: &str) -> bool {
        self.partition_by.iter().any(|p| p.eq_ignore_ascii_case(name))
    }
}
