//! What `spark.catalog.*` asks, answered under the column names its clients read by position.

use std::sync::Arc;

use arrow::array::RecordBatch;
use lang::Result;
use lang::ir::{CatalogCall, FunctionScope};

use crate::catalog::{CATALOG, Database, Entry, GLOBAL_TEMP, Pattern, Routine, RoutineBody, read_database};
use crate::columns::comment;
use crate::environment::no_rows;
use crate::information::location_uri;
use crate::operation::Operation;
use crate::rows::{self, Cell, flag, optional, text, texts};
use crate::session::Session;
use crate::show::{Listed, all_properties};
use crate::tables::SYSTEM_SESSION;

impl Session {
    pub(crate) async fn catalog_call(
        self: &Arc<Self>,
        call: &CatalogCall,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        use CatalogCall as C;
        self.engine().catalog.refreshed().await?;
        match call {
            C::CurrentCatalog => one_text("current_catalog", CATALOG.to_string()),
            C::SetCurrentCatalog { name } => self.set_catalog(name).map(|()| no_rows()),
            C::ListCatalogs { pattern } => {
                let matches = Pattern::new(pattern.as_deref()).matches(CATALOG);
                let rows = if matches { vec![vec![CATALOG.into(), Cell::Null]] } else { Vec::new() };
                rows::batch(vec![text("name"), optional("description")], rows)
            }
            C::CurrentDatabase => one_text("current_database", self.current_database()),
            C::SetCurrentDatabase { name } => self.use_database(name).map(|()| no_rows()),
            C::ListDatabases { pattern } => {
                let pattern = Pattern::new(pattern.as_deref());
                let all = self.engine().catalog.databases();
                databases(all.into_iter().filter(|database| pattern.matches(&database.name)))
            }
            C::GetDatabase { name } => {
                let name = self.existing_database(Some(name))?;
                databases([self.engine().catalog.database(&name)?].into_iter())
            }
            C::DatabaseExists { name } => {
                let exists = read_database(name).is_ok_and(|name| self.engine().catalog.has_database(&name));
                one_flag("database_exists", exists)
            }
            C::ListTables { database, pattern } => {
                let found = self.list(database.as_deref(), &Pattern::new(pattern.as_deref()))?;
                tables(found.iter())
            }
            C::ListViews { database, pattern } => {
                let found = self.list(database.as_deref(), &Pattern::new(pattern.as_deref()))?;
                tables(found.iter().filter(|listed| !listed.is_table()))
            }
            C::GetTable { name } => tables([self.listed(name)?].iter()),
            C::TableExists { name } => one_flag("table_exists", self.listed(name).is_ok()),
            C::ListColumns { table } => self.list_columns(table, operation).await,
            C::ListPartitions { table } => {
                let names = self.partitions(table, &Vec::new(), operation).await?;
                rows::batch(
                    vec![text("partition")],
                    names.into_iter().map(|name| vec![name.into()]).collect(),
                )
            }
            C::ListFunctions { database, pattern } => {
                let database = self.existing_database(database.as_deref())?;
                let pattern = Pattern::new(pattern.as_deref());
                let mut rows: Vec<_> = self
                    .function_names("", FunctionScope::All, &pattern)
                    .into_iter()
                    .map(|name| (name.clone(), session_function(name)))
                    .collect();
                let kept = self.engine().catalog.routines(&database);
                let kept = kept.iter().filter(|routine| pattern.matches(&routine.name.table));
                rows.extend(kept.map(|routine| (routine.name.table.clone(), kept_function(routine))));
                rows.sort_by(|(a, _), (b, _)| a.cmp(b));
                functions(rows.into_iter().map(|(_, row)| row).collect())
            }
            C::GetFunction { name } => match (self.function_named(name), self.routine_named(name)) {
                (Some(known), _) => functions(vec![session_function(known)]),
                (None, Some(routine)) => functions(vec![kept_function(&routine)]),
                (None, None) => Err(self.unresolved_routine(name)),
            },
            C::FunctionExists { name } => {
                let exists = self.function_named(name).is_some() || self.routine_named(name).is_some();
                one_flag("function_exists", exists)
            }
            C::GetTableProperties { table } => self.table_properties(table),
            C::GetCreateTable { table } => one_text("createtab_stmt", self.create_statement(table).await?),
            C::DropTempView { name } => {
                one_flag("dropped", self.drop_temporary_view(std::slice::from_ref(name)))
            }
            C::DropGlobalTempView { name } => {
                one_flag("dropped", self.drop_temporary_view(&[GLOBAL_TEMP.to_string(), name.clone()]))
            }
            C::IsCached { table } => one_flag("is_cached", self.is_cached(table, operation).await?),
            // Boxed: a statement may hold a relation that makes a catalog call.
            C::Run(statement) => {
                let rows = Box::pin(self.command(statement.as_ref().clone(), operation)).await?;
                Ok(rows.unwrap_or_else(no_rows))
            }
        }
    }

    /// A table or view as listings show it.
    fn listed(&self, name: &[String]) -> Result<Listed> {
        let temporary = match name {
            [single] => {
                self.views.find(single).map(|view| Listed::Temporary("", single.to_lowercase(), view))
            }
            [database, view] if database.eq_ignore_ascii_case(GLOBAL_TEMP) => {
                let found = self.engine().global_views.find(view);
                found.map(|found| Listed::Temporary(GLOBAL_TEMP, view.to_lowercase(), found))
            }
            _ => None,
        };
        if let Some(temporary) = temporary {
            return Ok(temporary);
        }
        self.known(name, SYSTEM_SESSION).map(Listed::Entry)
    }

    async fn list_columns(
        self: &Arc<Self>,
        name: &[String],
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        if !self.is_temporary_view(name) {
            self.known(name, SYSTEM_SESSION)?;
        }
        let schema = self.schema_of(name, operation).await?;
        let entry = self.entry_of(name)?;
        let table = match entry.as_deref() {
            Some(Entry::Table(table)) => Some(table),
            _ => None,
        };
        let is_partition = |column: &str| table.is_some_and(|table| table.is_partition_column(column));
        let is_bucket = |column: &str| {
            let bucketing = table.and_then(|table| table.bucketing.as_ref());
            bucketing.is_some_and(|b| b.columns.iter().any(|name| name.eq_ignore_ascii_case(column)))
        };
        let is_cluster = |column: &str| {
            table.is_some_and(|table| table.cluster_by.iter().any(|path| path.as_slice() == [column]))
        };
        let rows = schema.fields.iter().map(|field| {
            vec![
                field.name.as_str().into(),
                comment(field).into(),
                field.data_type.simple_string().into(),
                field.nullable.into(),
                is_partition(&field.name).into(),
                is_bucket(&field.name).into(),
                is_cluster(&field.name).into(),
            ]
        });
        let fields = vec![
            text("name"),
            optional("description"),
            text("dataType"),
            flag("nullable"),
            flag("isPartition"),
            flag("isBucket"),
            flag("isCluster"),
        ];
        rows::batch(fields, rows.collect())
    }

    fn table_properties(&self, name: &[String]) -> Result<RecordBatch> {
        let properties = match self.listed(name)? {
            Listed::Entry(entry) => all_properties(&entry),
            Listed::Temporary(..) => Default::default(),
        };
        let rows = properties.into_iter().map(|(key, value)| vec![key.into(), value.into()]).collect();
        rows::batch(vec![text("key"), text("value")], rows)
    }
}

fn one_text(name: &str, value: String) -> Result<RecordBatch> {
    rows::batch(vec![text(name)], vec![vec![value.into()]])
}

fn one_flag(name: &str, value: bool) -> Result<RecordBatch> {
    rows::batch(vec![flag(name)], vec![vec![value.into()]])
}

fn databases(all: impl Iterator<Item = Arc<Database>>) -> Result<RecordBatch> {
    let rows = all.map(|database| {
        vec![
            database.name.as_str().into(),
            CATALOG.into(),
            database.comment.clone().unwrap_or_default().into(),
            location_uri(&database.location).into(),
        ]
    });
    let fields = vec![text("name"), optional("catalog"), optional("description"), text("locationUri")];
    rows::batch(fields, rows.collect())
}

fn tables<'a>(all: impl Iterator<Item = &'a Listed>) -> Result<RecordBatch> {
    let rows = all.map(|listed| match listed {
        Listed::Entry(entry) => vec![
            entry.name().table.as_str().into(),
            CATALOG.into(),
            Cell::Texts(vec![entry.name().database.clone()]),
            entry.comment().into(),
            entry.kind().into(),
            false.into(),
        ],
        Listed::Temporary(database, name, view) => vec![
            name.as_str().into(),
            Cell::Null,
            Cell::Texts(if database.is_empty() { Vec::new() } else { vec![(*database).to_string()] }),
            view.comment.as_deref().into(),
            "TEMPORARY".into(),
            true.into(),
        ],
    });
    let fields = vec![
        text("name"),
        optional("catalog"),
        texts("namespace"),
        optional("description"),
        text("tableType"),
        flag("isTemporary"),
    ];
    rows::batch(fields, rows.collect())
}

/// Spark calls all functions temporary that belong to no database.
fn session_function(name: String) -> Vec<Cell> {
    vec![name.into(), Cell::Null, Cell::Null, Cell::from("N/A."), Cell::from(""), true.into()]
}

fn kept_function(routine: &Routine) -> Vec<Cell> {
    let class = match &routine.body {
        RoutineBody::Class { class, .. } => class.as_str(),
        RoutineBody::Sql { .. } => "",
    };
    vec![
        routine.name.table.as_str().into(),
        CATALOG.into(),
        Cell::Texts(vec![routine.name.database.clone()]),
        Cell::from("N/A."),
        class.into(),
        false.into(),
    ]
}

fn functions(rows: Vec<Vec<Cell>>) -> Result<RecordBatch> {
    let fields = vec![
        text("name"),
        optional("catalog"),
        texts("namespace"),
        optional("description"),
        text("className"),
        flag("isTemporary"),
    ];
    rows::batch(fields, rows)
}
