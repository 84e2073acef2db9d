//! DESCRIBE statements.

use std::sync::Arc;

use arrow::array::RecordBatch;
use lang::ir::Describe;
use lang::{Error, Result, StructField, StructType};

use crate::catalog::{CATALOG, Entry, TableName, quoted};
use crate::columns::comment;
use crate::information::{information, location_uri};
use crate::operation::Operation;
use crate::persist::table;
use crate::rows::{self, Cell, optional, text};
use crate::session::Session;

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
            Describe::Function { name, .. } => self.describe_function(&name),
            Describe::Query(relation) => {
                let analyzed = self.analyze(&relation, operation).await?;
                columns_batch(column_rows(&analyzed.resolved.schema()))
            }
        }
    }

    /// The columns of a table or view by any name.
    pub(crate) async fn schema_of(
        self: &Arc<Self>,
        name: &[String],
        operation: &Arc<Operation>,
    ) -> Result<StructType> {
        if let Some(entry) = self.entry_of(name)? {
            return Ok(entry.schema().clone());
        }
        Ok(self.analyze(&table(name), operation).await?.resolved.schema())
    }

    /// The catalog's entry; `None` if a temporary view hides it or there is none.
    pub(crate) fn entry_of(&self, name: &[String]) -> Result<Option<Entry>> {
        if matches!(name, [single] if self.views.contains(single)) {
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
        let entry = self.entry_of(name)?;
        let schema = self.schema_of(name, operation).await?;
        let mut rows = column_rows(&schema);
        if let Some(Entry::Table(table)) = &entry
            && !table.partition_by.is_empty()
        {
            let partitions = schema.fields.iter().filter(|f| table.is_partition_column(&f.name));
            rows.push(triple("# Partition Information", "", ""));
            rows.push(triple("# col_name", "data_type", "comment"));
            rows.extend(partitions.map(column_row));
        }
        if let (Some(entry), true) = (&entry, extended) {
            rows.push(triple("", "", ""));
            rows.push(triple("# Detailed Table Information", "", ""));
            rows.extend(information(entry).into_iter().map(|(name, value)| triple(name, &value, "")));
        }
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
            // Statistics are not collected; Spark shows unknown ones in the same way.
            let unknown =
                ["min", "max", "num_nulls", "distinct_count", "avg_col_len", "max_col_len", "histogram"];
            facts.extend(unknown.map(|name| (name, "NULL".to_string())));
        }
        let rows = facts.into_iter().map(|(name, value)| vec![name.into(), value.into()]).collect();
        rows::batch(vec![text("info_name"), text("info_value")], rows)
    }

    fn describe_database(&self, name: &[String], extended: bool) -> Result<RecordBatch> {
        let database = self.engine().catalog.database(&self.existing_database(Some(name))?)?;
        let mut facts = vec![
            ("Catalog Name", CATALOG.to_string()),
            ("Namespace Name", database.name),
            ("Comment", database.comment.unwrap_or_default()),
            ("Location", location_uri(&database.location)),
            ("Owner", self.user().to_string()),
        ];
        if extended {
            let pairs: Vec<_> = database.properties.iter().map(|(k, v)| format!("({k},{v})")).collect();
            let all = if pairs.is_empty() { String::new() } else { format!("({})", pairs.join(", ")) };
            facts.push(("Properties", all));
        }
        let rows = facts.into_iter().map(|(name, value)| vec![name.into(), value.into()]).collect();
        rows::batch(vec![text("info_name"), optional("info_value")], rows)
    }

    fn describe_function(&self, name: &[String]) -> Result<RecordBatch> {
        let function = self.function_named(name).ok_or_else(|| self.unresolved_routine(name))?;
        let lines = [format!("Function: {function}"), "Class: N/A.".to_string(), "Usage: N/A.".to_string()];
        rows::batch(vec![text("function_desc")], lines.into_iter().map(|line| vec![line.into()]).collect())
    }

    /// The name under which a function is known, if it is.
    pub(crate) fn function_named(&self, name: &[String]) -> Option<String> {
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

fn columns_batch(rows: Vec<Vec<Cell>>) -> Result<RecordBatch> {
    rows::batch(vec![text("col_name"), text("data_type"), optional("comment")], rows)
}
