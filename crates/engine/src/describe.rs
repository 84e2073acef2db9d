//! DESCRIBE statements.

use std::sync::Arc;

use arrow::array::RecordBatch;
use lang::ir::{Describe, PartitionSpec};
use lang::{DataType, Error, Result, StructField, StructType};

use crate::catalog::{CATALOG, ColumnStatistics, Entry, RoutineBody, Table, TableName, quoted};
use crate::columns::{comment, current_default};
use crate::information::{Facts, information, location_uri, partition_information};
use crate::operation::Operation;
use crate::partitions::{full, partitions_not_found, unpartitioned};
use crate::persist::table;
use crate::rows::{self, Cell, optional, text};
use crate::session::Session;
use crate::table_definition::is_clustered;

impl Session {
    pub(crate) async fn describe(
        self: &Arc<Self>,
        describe: Describe,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        match describe {
            Describe::Table { name, extended, column: None } => {
                self.describe_table_columns(&name, extended, operation).await
            }
            Describe::Table { name, extended, column: Some(column) } => {
                self.describe_column(&name, &column, extended, operation).await
            }
            Describe::Database { name, extended } => self.describe_database(&name, extended),
            Describe::Function { name, extended } => {
                match self.sql_function(&name, &self.current_database())? {
                    Some(routine) if !self.is_built_in_name(&name) => {
                        self.describe_sql_function(&routine, extended, operation).await
                    }
                    _ => self.describe_function(&name, extended),
                }
            }
            Describe::Query(relation) => {
                let analyzed = self.analyze(&relation, operation).await?;
                columns_batch(column_rows(&analyzed.resolved.schema()))
            }
            Describe::TablePartition { name, extended, partition } => {
                self.describe_partition(&name, extended, &partition, operation).await
            }
            Describe::Procedure { .. } => {
                Err(Error::analysis("MISSING_CATALOG_ABILITY.PROCEDURES").with("plugin", CATALOG))
            }
            Describe::Json(inner) => match *inner {
                Describe::Table { name, column: None, .. } => self.describe_json(&name, operation).await,
                _ => Err(Error::unsupported("this form of DESCRIBE … AS JSON")),
            },
        }
    }

    /// The columns of a table or view by any name.
    pub(crate) async fn schema_of(
        self: &Arc<Self>,
        name: &[String],
        operation: &Arc<Operation>,
    ) -> Result<StructType> {
        if let Some(entry) = self.entry_of(name)? {
            return Ok(self.logged_entry(entry).await?.schema().clone());
        }
        Ok(self.analyze(&table(name), operation).await?.resolved.schema())
    }

    /// The catalog's entry; `None` if a temporary view hides it or there is none.
    pub(crate) fn entry_of(&self, name: &[String]) -> Result<Option<Arc<Entry>>> {
        if self.is_temporary_view(name) {
            return Ok(None);
        }
        let name = match TableName::read(name, &self.current_database()) {
            Ok(name) => name,
            Err(_) => return Ok(None),
        };
        Ok(self.engine().catalog.find(&name))
    }

    async fn describe_table_columns(
        self: &Arc<Self>,
        name: &[String],
        extended: bool,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        let entry = match self.entry_of(name)? {
            Some(entry) => Some(self.logged_entry(entry).await?),
            None => None,
        };
        let schema = self.schema_of(name, operation).await?;
        let mut rows = column_rows(&schema);
        if let Some(Entry::Table(table)) = entry.as_deref() {
            rows.extend(layout_rows(table));
        }
        if let (Some(entry), true) = (&entry, extended) {
            rows.push(triple("", "", ""));
            rows.push(triple("# Detailed Table Information", "", ""));
            rows.extend(facts_rows(information(entry)));
        }
        rows.extend(default_rows(&schema));
        columns_batch(rows)
    }

    async fn describe_partition(
        self: &Arc<Self>,
        name: &[String],
        extended: bool,
        spec: &PartitionSpec,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        let table = self.table_of(name, "DESC PARTITION")?;
        if table.partition_by.is_empty() {
            return Err(unpartitioned(&table, "DESC PARTITION"));
        }
        let wanted = self.partition_values(&table, spec, operation).await?;
        let values = full(&table, wanted.clone(), spec)?;
        let all = self.engine().catalog.partitions_of(&table).await?;
        let found = all.iter().find(|partition| partition.values == values);
        let found = found.ok_or_else(|| partitions_not_found(&table, &[wanted]))?;
        let mut rows = column_rows(&table.schema);
        rows.extend(layout_rows(&table));
        if extended {
            rows.push(triple("", "", ""));
            rows.push(triple("# Detailed Partition Information", "", ""));
            rows.push(triple("Database", &table.name.database, ""));
            rows.push(triple("Table", &table.name.table, ""));
            rows.extend(facts_rows(partition_information(&table, found)));
            rows.push(triple("", "", ""));
            rows.push(triple("# Storage Information", "", ""));
            let is_storage = |name: &str| {
                ["Num Buckets", "Bucket Columns", "Sort Columns", "Location", "Storage Properties"]
                    .contains(&name)
            };
            let facts = information(&Entry::Table(table.clone()));
            rows.extend(facts_rows(facts.into_iter().filter(|(name, _)| is_storage(name)).collect()));
        }
        rows.extend(default_rows(&table.schema));
        columns_batch(rows)
    }

    async fn describe_column(
        self: &Arc<Self>,
        name: &[String],
        column: &[String],
        extended: bool,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        let schema = self.schema_of(name, operation).await?;
        let [column] = column else { return Err(Error::unsupported("DESCRIBE of a nested column")) };
        let field = schema.fields.iter().find(|f| f.name.eq_ignore_ascii_case(column)).ok_or_else(|| {
            Error::analysis("COLUMN_NOT_FOUND")
                .with("colName", quoted(&[column]))
                .with("caseSensitiveConfig", "\"spark.sql.caseSensitive\"")
        })?;
        let mut facts = vec![
            ("col_name", field.name.clone()),
            ("data_type", field.data_type.simple_string()),
            ("comment", comment(field).unwrap_or_else(|| "NULL".to_string())),
        ];
        if extended {
            let known = match self.entry_of(name)?.as_deref() {
                Some(Entry::Table(table)) => table.column_statistics.get(&field.name).cloned(),
                _ => None,
            };
            facts.extend(statistics_facts(known.as_ref()));
            facts.extend(current_default(field).map(|default| ("default", default)));
        }
        let rows = facts.into_iter().map(|(name, value)| vec![name.into(), value.into()]).collect();
        rows::batch(vec![text("info_name"), text("info_value")], rows)
    }

    fn describe_database(&self, name: &[String], extended: bool) -> Result<RecordBatch> {
        let database = self.engine().catalog.database(&self.existing_database(Some(name))?)?;
        let mut facts = vec![
            ("Catalog Name", CATALOG.to_string()),
            ("Namespace Name", database.name.clone()),
            ("Comment", database.comment.clone().unwrap_or_default()),
            ("Location", location_uri(&database.location)),
            ("Owner", database.owner.clone()),
        ];
        if extended {
            let pairs: Vec<_> = database.properties.iter().map(|(k, v)| format!("({k},{v})")).collect();
            let all = if pairs.is_empty() { String::new() } else { format!("({})", pairs.join(", ")) };
            facts.push(("Properties", all));
        }
        let rows = facts.into_iter().map(|(name, value)| vec![name.into(), value.into()]).collect();
        rows::batch(vec![text("info_name"), optional("info_value")], rows)
    }

    fn describe_function(&self, name: &[String], extended: bool) -> Result<RecordBatch> {
        let (function, class) = match (self.function_named(name), self.routine_named(name)) {
            (Some(known), _) => (known, "N/A.".to_string()),
            (None, Some(routine)) => match &routine.body {
                RoutineBody::Class { class, .. } => (routine.name.sql(), class.clone()),
                RoutineBody::Sql { .. } => return Err(self.unresolved_routine(name)),
            },
            (None, None) => return Err(self.unresolved_routine(name)),
        };
        let mut lines =
            vec![format!("Function: {function}"), format!("Class: {class}"), "Usage: N/A.".to_string()];
        if extended {
            let last = name.last().map(String::as_str).unwrap_or_default();
            lines.push(format!("Extended Usage:\n    No example/argument for {last}.\n"));
        }
        rows::batch(vec![text("function_desc")], lines.into_iter().map(|line| vec![line.into()]).collect())
    }

    /// Spark's own functions go before those that SQL defines under a bare name.
    fn is_built_in_name(&self, name: &[String]) -> bool {
        matches!(name, [name] if functions::registry::find(&name.to_lowercase()).is_some())
    }

    /// The name under which a function is known, if it is.
    pub(crate) fn function_named(&self, name: &[String]) -> Option<String> {
        let is_session = |schema: &String| ["builtin", "session"].contains(&schema.to_lowercase().as_str());
        if name.len() > 1 && !name.get(name.len() - 2).is_some_and(is_session) {
            return None;
        }
        let last = name.last()?.to_lowercase();
        let known = self.functions.read().contains_key(&last) || functions::registry::find(&last).is_some();
        known.then_some(last)
    }

    pub(crate) fn unresolved_routine(&self, name: &[String]) -> Error {
        let current = quoted(&[CATALOG, &self.current_database()]);
        Error::analysis("UNRESOLVED_ROUTINE")
            .with("routineName", quoted(name))
            .with("searchPath", format!("[`system`.`builtin`, `system`.`session`, {current}]"))
    }
}

fn column_rows(schema: &StructType) -> Vec<Vec<Cell>> {
    schema.fields.iter().map(column_row).collect()
}

fn column_row(field: &StructField) -> Vec<Cell> {
    vec![field.name.as_str().into(), field.data_type.simple_string().into(), comment(field).into()]
}

fn triple(name: &str, value: &str, comment: &str) -> Vec<Cell> {
    vec![name.into(), value.into(), comment.into()]
}

/// `# Clustering Information` and `# Partition Information`.
fn layout_rows(table: &Table) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    if is_clustered(table) {
        rows.push(triple("# Clustering Information", "", ""));
        rows.push(triple("# col_name", "data_type", "comment"));
        rows.extend(table.cluster_by.iter().filter_map(|path| clustering_row(&table.schema, path)));
    }
    if !table.partition_by.is_empty() {
        rows.push(triple("# Partition Information", "", ""));
        rows.push(triple("# col_name", "data_type", "comment"));
        let partitions = table.schema.fields.iter().filter(|f| table.is_partition_column(&f.name));
        rows.extend(partitions.map(column_row));
    }
    rows
}

/// The row of a column, or of a field of a struct under its whole name.
fn clustering_row(schema: &StructType, path: &[String]) -> Option<Vec<Cell>> {
    let (first, rest) = path.split_first()?;
    let mut field = schema.fields.iter().find(|field| field.name == *first)?;
    for name in rest {
        let DataType::Struct(inner) = &field.data_type else { return None };
        field = inner.fields.iter().find(|field| field.name == *name)?;
    }
    Some(vec![path.join(".").into(), field.data_type.simple_string().into(), comment(field).into()])
}

/// `# Column Default Values`, if there are any.
fn default_rows(schema: &StructType) -> Vec<Vec<Cell>> {
    let with_default = |field: &StructField| {
        let default = current_default(field)?;
        Some(triple(&field.name, &field.data_type.simple_string(), &default))
    };
    let defaults: Vec<_> = schema.fields.iter().filter_map(with_default).collect();
    if defaults.is_empty() {
        return defaults;
    }
    let mut rows = vec![triple("", "", ""), triple("# Column Default Values", "", "")];
    rows.extend(defaults);
    rows
}

fn facts_rows(facts: Facts) -> Vec<Vec<Cell>> {
    facts.into_iter().map(|(name, value)| triple(name, &value, "")).collect()
}

/// What is known of a column's values; unknown things are `NULL`.
fn statistics_facts(known: Option<&ColumnStatistics>) -> Facts {
    let null = || "NULL".to_string();
    let number = |of: fn(&ColumnStatistics) -> u64| known.map_or_else(null, |known| of(known).to_string());
    vec![
        ("min", known.and_then(|known| known.min.clone()).unwrap_or_else(null)),
        ("max", known.and_then(|known| known.max.clone()).unwrap_or_else(null)),
        ("num_nulls", number(|known| known.nulls)),
        ("distinct_count", number(|known| known.distinct)),
        ("avg_col_len", number(|known| known.average_length)),
        ("max_col_len", number(|known| known.longest)),
        ("histogram", null()),
    ]
}

fn columns_batch(rows: Vec<Vec<Cell>>) -> Result<RecordBatch> {
    rows::batch(vec![text("col_name"), text("data_type"), optional("comment")], rows)
}
