//! SHOW statements.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field};
use functions::COLLATION_COLUMNS;
use lang::ir::{FunctionScope, Options, PartitionSpec, Show};
use lang::{Error, Result};

use crate::catalog::{CATALOG, Entry, GLOBAL_TEMP, Pattern};
use crate::information::{information, partition_information, time_text};
use crate::operation::Operation;
use crate::partitions::{full, partitions_not_found, unpartitioned};
use crate::rows::{self, Cell, flag, text};
use crate::session::Session;
use crate::tables::{SYSTEM_SESSION, plain_texts};
use crate::views::TemporaryView;

/// What a listing of tables finds.
pub(crate) enum Listed {
    Entry(Arc<Entry>),
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
                one_column(
                    "namespace",
                    databases.map(|d| d.name.clone()).filter(|name| pattern.matches(name)),
                )
            }
            Show::DatabasesIn { catalog, pattern } => match catalog.as_slice() {
                [name] if name.eq_ignore_ascii_case(CATALOG) => {
                    Box::pin(self.show(Show::Databases { pattern }, operation)).await
                }
                [name] => self.set_catalog(name).and_then(|()| Err(Error::unsupported("other catalogs"))),
                _ => Err(Error::unsupported("SHOW NAMESPACES IN a namespace")),
            },
            Show::Tables { database, pattern } => self.show_tables(database.as_deref(), pattern.as_deref()),
            Show::TableExtended { database, pattern } => self.show_extended(database.as_deref(), &pattern),
            Show::Views { database, pattern } => self.show_views(database.as_deref(), pattern.as_deref()),
            Show::Columns { table } => {
                if !self.is_temporary_view(&table) {
                    self.known(&table, SYSTEM_SESSION)?;
                }
                let schema = self.schema_of(&table, operation).await?;
                one_column("col_name", schema.fields.into_iter().map(|f| f.name))
            }
            Show::Functions { scope, pattern } => {
                let database = self.current_database();
                let names = self.function_names(&database, scope, &Pattern::new(pattern.as_deref()));
                one_column("function", names.into_iter())
            }
            Show::FunctionsIn { database, scope, pattern } => {
                let database = self.existing_database(Some(&database))?;
                let names = self.function_names(&database, scope, &Pattern::new(pattern.as_deref()));
                one_column("function", names.into_iter())
            }
            Show::CreateTable { table } => {
                one_column("createtab_stmt", [self.create_statement(&table).await?].into_iter())
            }
            Show::TableProperties { table, key } => self.show_properties(&table, key).await,
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
            Show::TablePartition { database, pattern, partition } => {
                self.show_partition(database.as_deref(), &pattern, &partition, operation).await
            }
            Show::CreateTableAsSerde { table } => {
                let table = self.table_of(&table, "SHOW CREATE TABLE ... AS SERDE")?;
                let condition = "UNSUPPORTED_SHOW_CREATE_TABLE.ON_DATA_SOURCE_TABLE_WITH_AS_SERDE";
                Err(Error::analysis(condition).with("tableName", table.name.quoted()))
            }
            Show::Procedures { .. } => {
                Err(Error::analysis("MISSING_CATALOG_ABILITY.PROCEDURES").with("plugin", CATALOG))
            }
            Show::Collations { pattern } => show_collations(&Pattern::new(pattern.as_deref())),
            Show::Json(show) => Box::pin(self.show_json(*show, operation)).await,
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
            let database = self.existing_database(database)?;
            found.extend(self.engine().catalog.entries(&database).into_iter().map(Listed::Entry));
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
        let views = listed.iter().filter(|listed| !listed.is_table());
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

    /// `SHOW TABLE EXTENDED LIKE 't' PARTITION (…)`: one partition of one table.
    async fn show_partition(
        self: &Arc<Self>,
        database: Option<&[String]>,
        pattern: &str,
        partition: &PartitionSpec,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        let mut name = database.map(<[String]>::to_vec).unwrap_or_default();
        name.push(pattern.to_string());
        let table = self.table_of(&name, "SHOW TABLE EXTENDED")?;
        if table.partition_by.is_empty() {
            return Err(unpartitioned(&table, "SHOW TABLE EXTENDED"));
        }
        let wanted = self.partition_values(&table, partition, operation).await?;
        let values = full(&table, wanted.clone(), partition)?;
        let all = self.engine().catalog.partitions_of(&table).await?;
        let found = all.iter().find(|partition| partition.values == values);
        let found = found.ok_or_else(|| partitions_not_found(&table, &[wanted]))?;
        let facts = partition_information(&table, found);
        let lines: Vec<_> = facts.into_iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        let fields = vec![text("namespace"), text("tableName"), flag("isTemporary"), text("information")];
        let row = vec![
            table.name.database.as_str().into(),
            table.name.table.as_str().into(),
            false.into(),
            lines.concat().into(),
        ];
        rows::batch(fields, vec![row])
    }

    /// Names of functions of that scope, sorted; those of the database in full.
    pub(crate) fn function_names(
        &self,
        database: &str,
        scope: FunctionScope,
        pattern: &Pattern,
    ) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        if scope != FunctionScope::System {
            names.extend(self.functions.read().keys().cloned());
            names.extend(self.sql_functions.names());
        }
        if scope != FunctionScope::User {
            names.extend(functions::registry::listed().into_iter().map(str::to_string));
        }
        names.retain(|name| pattern.matches(name));
        if scope != FunctionScope::System {
            let kept = self.engine().catalog.routines(database);
            let kept = kept.iter().filter(|routine| pattern.matches(&routine.name.table));
            names.extend(kept.map(|routine| routine.name.sql()));
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    async fn show_properties(&self, name: &[String], key: Option<String>) -> Result<RecordBatch> {
        let fields = vec![text("key"), text("value")];
        if self.is_temporary_view(name) {
            return rows::batch(fields, Vec::new());
        }
        let entry = self.logged_entry(self.known(name, SYSTEM_SESSION)?).await?;
        let properties = all_properties(&entry);
        let pairs: Vec<(String, String)> = match key {
            None => properties.into_iter().collect(),
            Some(key) => {
                let missing = || format!("Table {} does not have property: {key}", entry.name().sql());
                let value = properties.get(&key).cloned().unwrap_or_else(missing);
                vec![(key, value)]
            }
        };
        let rows = pairs.into_iter().map(|(key, value)| vec![key.into(), value.into()]).collect();
        rows::batch(fields, rows)
    }
}

/// Properties, and options under `option.`.
pub(crate) fn all_properties(entry: &Entry) -> Options {
    let mut properties = entry.properties().clone();
    if let Entry::Table(table) = entry {
        properties.extend(table.options.iter().map(|(key, value)| (format!("option.{key}"), value.clone())));
    }
    properties
}

impl Listed {
    pub(crate) fn is_table(&self) -> bool {
        matches!(self, Listed::Entry(entry) if matches!(entry.as_ref(), Entry::Table(_)))
    }

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
        if let Listed::Entry(entry) = self
            && let Entry::Table(table) = entry.as_ref()
            && !table.partition_by.is_empty()
        {
            let columns: Vec<_> = table.partition_by.iter().map(|c| format!("`{c}`")).collect();
            lines.push(format!("Partition Columns: [{}]\n", columns.join(", ")));
        }
        format!("{}Schema: {}\n", lines.concat(), plain_texts(schema).tree_string(None))
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

/// The collations that Spark has a name for; which of them texts may have is the types' matter.
fn show_collations(pattern: &Pattern) -> Result<RecordBatch> {
    let fields =
        COLLATION_COLUMNS.iter().map(|(name, nullable)| Field::new(*name, DataType::Utf8, *nullable));
    let known = functions::all_collations().into_iter().filter(|collation| pattern.matches(&collation.name));
    let rows = known.map(|collation| collation.cells().into_iter().map(Cell::from).collect());
    rows::batch(fields.collect(), rows.collect())
}

fn one_column(name: &str, values: impl Iterator<Item = String>) -> Result<RecordBatch> {
    rows::batch(vec![text(name)], values.map(|value| vec![value.into()]).collect())
}
