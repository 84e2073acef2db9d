//! CREATE TABLE, with or without a query, and `saveAsTable`.

use std::collections::HashSet;
use std::sync::Arc;

use functions::types;
use lang::ir::{CreateTable, Expr, ExprKind, Insert, Options, Relation, SaveMode, columns_to_struct};
use lang::{Error, Result, StructField, StructType};
use plan::contract::WriteRequest;

use crate::catalog::{CATALOG, Entry, Table, TableName, quoted};
use crate::columns::with_comment;
use crate::environment::lower_keys;
use crate::operation::Operation;
use crate::session::{Session, now_micros};

impl Session {
    pub(crate) async fn create_table(
        self: &Arc<Self>,
        create: CreateTable,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let name = TableName::read(&create.name, &self.current_database())?;
        self.existing_database(Some(&[CATALOG.to_string(), name.database.clone()]))?;
        let present = self.engine().catalog.find(&name);
        let replace = create.or_replace || create.mode == SaveMode::Overwrite;
        match (&present, create.mode) {
            (None, _) => {}
            (Some(_), _) if create.if_not_exists || create.mode == SaveMode::Ignore => return Ok(()),
            (Some(Entry::Table(_)), SaveMode::Append) => {
                if let Some(query) = create.query {
                    return self.insert(appending(create.name, query), operation).await;
                }
            }
            (Some(Entry::Table(_)), _) if replace => {}
            (Some(_), _) => return Err(name.already_exists()),
        }
        let mut table = self.describe_table(&create, &name)?;
        self.engine().sources.expect_format(&table.format)?;
        match create.query {
            Some(query) => self.create_from(&mut table, &query, replace, operation).await?,
            None => self.create_empty(&mut table, replace).await?,
        }
        self.engine().catalog.put(&name, Entry::Table(table), replace)
    }

    /// The table as the statement describes it.
    fn describe_table(&self, create: &CreateTable, name: &TableName) -> Result<Table> {
        let default =
            || self.conf().get("spark.sql.sources.default").unwrap_or_else(|| "parquet".to_string());
        let mut options = create.options.clone();
        let location = create.location.clone().or_else(|| take_path(&mut options));
        let partition_by = create.partition_by.iter().map(partition_column).collect::<Result<Vec<_>>>()?;
        let managed = location.is_none();
        let mut schema = columns_to_struct(&create.columns);
        for (field, column) in schema.fields.iter_mut().zip(&create.columns) {
            if column.default.is_some() {
                return Err(Error::unsupported("DEFAULT values of table columns"));
            }
            if let Some(comment) = &column.comment {
                field.metadata = with_comment(&field.metadata, comment);
            }
        }
        Ok(Table {
            name: name.clone(),
            format: create.format.clone().unwrap_or_else(default).to_lowercase(),
            schema,
            partition_by,
            location: location.map_or_else(|| self.engine().catalog.managed_location(name), Ok)?,
            managed,
            options,
            properties: create.properties.clone(),
            comment: create.comment.clone(),
            created_micros: now_micros(),
        })
    }

    /// A table without rows: its folder, or the files that are there already.
    async fn create_empty(&self, table: &mut Table, replace: bool) -> Result<()> {
        if table.schema.fields.is_empty() && !table.managed {
            let request = self.open_request(table);
            let planner = self.planner();
            let provider = self.engine().sources.open(&request, planner.as_ref()).await?;
            table.schema = types::from_fields(provider.schema().fields());
        }
        settle_schema(table)?;
        if !table.managed {
            return Ok(());
        }
        check_location(table, replace)?;
        if replace {
            self.remove_files(table).await?;
        }
        make_folder(&table.location)
    }

    /// Writes the query's rows first; the table exists once they are there.
    async fn create_from(
        self: &Arc<Self>,
        table: &mut Table,
        query: &Relation,
        replace: bool,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let analyzed = self.analyze(query, operation).await?;
        table.schema = analyzed.resolved.schema();
        settle_schema(table)?;
        check_location(table, replace)?;
        let request = WriteRequest {
            format: table.format.clone(),
            path: table.location.clone(),
            // External locations may hold rows already; those of this query are added.
            mode: if replace || table.managed { SaveMode::Overwrite } else { SaveMode::Append },
            partition_by: table.partition_by.clone(),
            options: lower_keys(&table.options),
            conf: self.source_conf(),
            dynamic_overwrite: false,
        };
        self.write(analyzed, request, operation).await.map(|_| ())
    }
}

/// Files that some other table left would be taken for rows of this one.
///
/// # Errors
/// `LOCATION_ALREADY_EXISTS`
fn check_location(table: &Table, replace: bool) -> Result<()> {
    if table.managed && !replace && has_files(&table.location) {
        return Err(Error::analysis("LOCATION_ALREADY_EXISTS")
            .with("location", format!("'{}'", table.location))
            .with("identifier", table.name.quoted()));
    }
    Ok(())
}

/// `saveAsTable` on a table that exists: rows are added, columns matched by name.
fn appending(table: Vec<String>, query: Relation) -> Insert {
    Insert {
        table,
        columns: Vec::new(),
        partition: Vec::new(),
        overwrite: false,
        by_name: true,
        if_not_exists: false,
        replace_where: None,
        query,
    }
}

/// `OPTIONS (path …)` means LOCATION.
fn take_path(options: &mut Options) -> Option<String> {
    let key = options.keys().find(|key| key.eq_ignore_ascii_case("path")).cloned()?;
    options.remove(&key)
}

fn partition_column(expr: &Expr) -> Result<String> {
    match &expr.kind {
        ExprKind::Attribute { name, .. } if name.len() == 1 => Ok(name[0].clone()),
        _ => Err(Error::unsupported("partitioning by an expression")),
    }
}

/// Checks the columns, makes them nullable as files' columns are, and puts partition columns last.
fn settle_schema(table: &mut Table) -> Result<()> {
    check_unique(&table.schema)?;
    let mut partitions: Vec<StructField> = Vec::with_capacity(table.partition_by.len());
    let fields = &mut table.schema.fields;
    for name in &mut table.partition_by {
        let Some(at) = fields.iter().position(|f| f.name.eq_ignore_ascii_case(name)) else {
            let columns: Vec<_> = fields.iter().map(|f| quoted(&[&f.name])).collect();
            return Err(Error::analysis("COLUMN_NOT_DEFINED_IN_TABLE")
                .with("colType", "partition")
                .with("colName", quoted(&[name.as_str()]))
                .with("tableName", table.name.quoted())
                .with("tableCols", columns.join(", ")));
        };
        let field = fields.remove(at);
        name.clone_from(&field.name);
        partitions.push(field);
    }
    if fields.is_empty() && !partitions.is_empty() {
        return Err(Error::analysis("ALL_PARTITION_COLUMNS_NOT_ALLOWED"));
    }
    fields.append(&mut partitions);
    fields.iter_mut().for_each(|field| field.nullable = true);
    Ok(())
}

/// # Errors
/// `COLUMN_ALREADY_EXISTS`
pub(crate) fn check_unique(schema: &StructType) -> Result<()> {
    let mut seen = HashSet::new();
    match schema.fields.iter().find(|field| !seen.insert(field.name.to_lowercase())) {
        Some(twice) => {
            Err(Error::analysis("COLUMN_ALREADY_EXISTS")
                .with("columnName", quoted(&[twice.name.to_lowercase()])))
        }
        None => Ok(()),
    }
}

/// The folder of a path on this machine; `None` for other stores, which have no folders to make.
fn local_folder(location: &str) -> Option<&str> {
    let path =
        location.strip_prefix("file://").or_else(|| location.strip_prefix("file:")).unwrap_or(location);
    (!path.contains("://")).then_some(path)
}

pub(crate) fn make_folder(location: &str) -> Result<()> {
    let Some(folder) = local_folder(location) else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|e| {
        Error::new(lang::ErrorKind::Data, "FAILED_READ_FILE.NO_HINT")
            .with("path", folder)
            .with("reason", e.to_string())
    })
}

fn has_files(location: &str) -> bool {
    let entries = local_folder(location).and_then(|folder| std::fs::read_dir(folder).ok());
    entries.is_some_and(|mut entries| entries.next().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::DataType;

    fn table(columns: &[&str], partition_by: &[&str]) -> Table {
        let fields = columns.iter().map(|c| StructField::new(*c, DataType::Long, false)).collect();
        Table {
            name: TableName::new("default", "t"),
            format: "parquet".into(),
            schema: StructType::new(fields),
            partition_by: partition_by.iter().map(|p| p.to_string()).collect(),
            location: "/w/t".into(),
            managed: true,
            options: Options::new(),
            properties: Options::new(),
            comment: None,
            created_micros: 0,
        }
    }

    #[test]
    fn partition_columns_go_last_under_the_schemas_spelling() {
        let mut table = table(&["P", "a", "b"], &["p"]);
        settle_schema(&mut table).expect("valid");
        let names: Vec<_> = table.schema.fields.iter().map(|f| f.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "P"]);
        assert_eq!(table.partition_by, ["P"]);
        assert!(table.schema.fields.iter().all(|f| f.nullable));
    }

    #[test]
    fn impossible_tables_are_refused() {
        let cases: [(&[&str], &[&str], &str); 3] = [
            (&["a", "A"], &[], "COLUMN_ALREADY_EXISTS"),
            (&["a"], &["b"], "COLUMN_NOT_DEFINED_IN_TABLE"),
            (&["a"], &["a"], "ALL_PARTITION_COLUMNS_NOT_ALLOWED"),
        ];
        for (columns, partitions, condition) in cases {
            let error = settle_schema(&mut table(columns, partitions)).expect_err(condition);
            assert_eq!(error.condition(), condition);
        }
    }
}
