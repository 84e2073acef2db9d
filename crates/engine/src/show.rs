//! SHOW statements.

use std::sync::Arc;

use arrow::array::RecordBatch;
use lang::ir::{FunctionScope, Show};
use lang::{Error, Result};

use crate::catalog::{CATALOG, Entry, GLOBAL_TEMP, Pattern, TableName, read_database};
use crate::information::{information, time_text};
use crate::operation::Operation;
use crate::rows::{self, Cell, flag, text};
use crate::session::Session;
use crate::views::TemporaryView;

/// What a listing of tables finds.
pub(crate) enum Listed {
    Entry(Entry),
    /// A temporary view: its database (empty or `global_temp`), its name.
    Temporary(&'static str, String, TemporaryView),
}

impl Session {
    pub(crate) async fn show(
        self: &Arc<Self>,
        show: Show,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        match show {
            Show::Databases { pattern } => {
                let pattern = Pattern::new(pattern.as_deref());
                let databases = self.engine().catalog.databases().into_iter();
                one_column("namespace", databases.map(|d| d.name).filter(|name| pattern.matches(name)))
            }
            Show::Tables { database, pattern } => self.show_tables(database.as_deref(), pattern.as_deref()),
            Show::TableExtended { database, pattern } => self.show_extended(database.as_deref(), &pattern),
            Show::Views { database, pattern } => self.show_views(database.as_deref(), pattern.as_deref()),
            Show::Columns { table } => {
                let schema = self.schema_of(&table, operation).await?;
                one_column("col_name", schema.fields.into_iter().map(|f| f.name))
            }
            Show::Functions { scope, pattern } => {
                let names = self.function_names(scope, &Pattern::new(pattern.as_deref()));
                one_column("function", names.into_iter())
            }
            Show::CreateTable { table } => {
                one_column("createtab_stmt", [self.create_statement(&table)?].into_iter())
            }
            Show::TableProperties { table, key } => self.show_properties(&table, key),
            Show::Partitions { table, partition } => {
                let names = self.partitions(&table, &partition, operation).await?;
                one_column("partition", names.into_iter())
            }
            Show::Catalogs { pattern } => {
                let pattern = Pattern::new(pattern.as_deref());
                one_column("catalog", [CATALOG.to_string()].into_iter().filter(|name| pattern.matches(name)))
            }
            Show::CurrentDatabase => rows::batch(
                vec![text("catalog"), text("namespace")],
                vec![vec![CATALOG.into(), self.current_database().into()]],
            ),
        }
    }

    /// Tables and views of a database, then temporary views; `global_temp` lists the shared ones.
    pub(crate) fn list(&self, database: Option<&[String]>, pattern: &Pattern) -> Result<Vec<Listed>> {
        let mut found = Vec::new();
        let is_global = matches!(database, Some([name]) if name.eq_ignore_ascii_case(GLOBAL_TEMP));
        if is_global {
            let views = self.engine().global_views.all().into_iter();
            found.extend(views.map(|(name, view)| Listed::Temporary(GLOBAL_TEMP, name, view)));
        } else {
            let database = self.engine().catalog.database(&self.existing_database(database)?)?;
            found.extend(database.entries.into_values().map(Listed::Entry));
        }
        found.extend(self.views.all().into_iter().map(|(name, view)| Listed::Temporary("", name, view)));
        found.retain(|listed| pattern.matches(listed.name()));
        Ok(found)
    }

    fn show_tables(&self, database: Option<&[String]>, pattern: Option<&str>) -> Result<RecordBatch> {
        let listed = self.list(database, &Pattern::new(pattern))?;
        let rows = listed.iter().map(Listed::row).collect();
        rows::batch(vec![text("namespace"), text("tableName"), flag("isTemporary")], rows)
    }

    fn show_views(&self, database: Option<&[String]>, pattern: Option<&str>) -> Result<RecordBatch> {
        let listed = self.list(database, &Pattern::new(pattern))?;
        let views = listed.iter().filter(|listed| !matches!(listed, Listed::Entry(Entry::Table(_))));
        rows::batch(
            vec![text("namespace"), text("viewName"), flag("isTemporary")],
            views.map(Listed::row).collect(),
        )
    }

    fn show_extended(&self, database: Option<&[String]>, pattern: &str) -> Result<RecordBatch> {
        let listed = self.list(database, &Pattern::new(Some(pattern)))?;
        let rows = listed.iter().map(|listed| {
            let mut row = listed.row();
            row.push(listed.information().into());
            row
        });
        let fields = vec![text("namespace"), text("tableName"), flag("isTemporary"), text("information")];
        rows::batch(fields, rows.collect())
    }

    /// Names of functions of that scope, sorted.
    pub(crate) fn function_names(&self, scope: FunctionScope, pattern: &Pattern) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        if scope != FunctionScope::System {
            names.extend(self.functions.read().keys().cloned());
        }
        if scope != FunctionScope::User {
            names.extend(functions::registry::names().into_iter().map(str::to_string));
        }
        names.retain(|name| pattern.matches(name));
        names.sort_unstable();
        names.dedup();
        names
    }

    fn show_properties(&self, name: &[String], key: Option<String>) -> Result<RecordBatch> {
        let table = TableName::read(name, &self.current_database())?;
        let entry = self.engine().catalog.get(&table)?;
        let properties = entry.properties();
        let pairs: Vec<(String, String)> = match key {
            None => properties.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
            Some(key) => {
                let missing = || format!("Table {} does not have property: {key}", table.sql());
                let value = properties.get(&key).cloned().unwrap_or_else(missing);
                vec![(key, value)]
            }
        };
        let rows = pairs.into_iter().map(|(key, value)| vec![key.into(), value.into()]).collect();
        rows::batch(vec![text("key"), text("value")], rows)
    }

    /// What a database is called, for listings that may leave it out.
    pub(crate) fn database_or_current(&self, database: Option<&[String]>) -> Result<String> {
        database.map_or_else(|| Ok(self.current_database()), read_database)
    }
}

impl Listed {
    pub(crate) fn name(&self) -> &str {
        match self {
            Listed::Entry(entry) => &entry.name().table,
            Listed::Temporary(_, name, _) => name,
        }
    }

    fn row(&self) -> Vec<Cell> {
        match self {
            Listed::Entry(entry) => {
                vec![entry.name().database.as_str().into(), entry.name().table.as_str().into(), false.into()]
            }
            Listed::Temporary(database, name, _) => {
                vec![(*database).into(), name.as_str().into(), true.into()]
            }
        }
    }

    /// The facts as lines, then the schema as a tree.
    fn information(&self) -> String {
        let (facts, schema) = match self {
            Listed::Entry(entry) => (information(entry), entry.schema()),
            Listed::Temporary(_, name, view) => (view_information(name, view), &view.schema),
        };
        let mut lines: Vec<_> = facts.into_iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        if let Listed::Entry(Entry::Table(table)) = self
            && !table.partition_by.is_empty()
        {
            let columns: Vec<_> = table.partition_by.iter().map(|c| format!("`{c}`")).collect();
            lines.push(format!("Partition Columns: [{}]\n", columns.join(", ")));
        }
        format!("{}Schema: {}\n", lines.concat(), schema.tree_string(None))
    }
}

fn view_information(name: &str, view: &TemporaryView) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Table", name.to_string()),
        ("Created Time", time_text(view.created_micros)),
        ("Last Access", "UNKNOWN".to_string()),
        ("Type", "VIEW".to_string()),
    ];
    facts.extend(view.comment.clone().map(|comment| ("Comment", comment)));
    facts.extend(view.text.clone().map(|text| ("View Text", text)));
    facts
}

fn one_column(name: &str, values: impl Iterator<Item = String>) -> Result<RecordBatch> {
    rows::batch(vec![text(name)], values.map(|value| vec![value.into()]).collect())
}

/// `INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY`
pub(crate) fn not_partitioned(name: &TableName) -> Error {
    Error::analysis("INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY").with("name", name.quoted())
}
