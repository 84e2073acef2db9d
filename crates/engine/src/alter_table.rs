//! ALTER TABLE: names, properties, columns, locations. Partitions are in `alter_partition.rs`.

use std::sync::Arc;

use lang::ir::{AddedColumn, ColumnChange, ColumnDefinition, Options, PartitionSpec, TableChange};
use lang::{Error, Result, StructField};

use crate::catalog::{Entry, Table, TableName, quoted};
use crate::columns::{with_comment, with_default, with_existing_default, without_comment};
use crate::create_table::{has_files, local_folder};
use crate::operation::Operation;
use crate::session::Session;
use crate::table_definition::{check_unique, cluster, expect_defaults};
use crate::tables::{SYSTEM_SESSION, expect_table, unsupported_by_table};

/// The statement as messages about defaults name it.
const ADD_COLUMNS: &str = "ALTER TABLE ADD COLUMNS";

impl Session {
    pub(crate) async fn alter_table(
        self: &Arc<Self>,
        name: &[String],
        change: TableChange,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        use TableChange as C;
        let keeps_entry = matches!(change, C::Rename(_) | C::SetLocation { .. });
        if let Some(target) = self.lake_target(name)?.filter(|_| !keeps_entry) {
            return self.alter_lake(target, change, operation).await;
        }
        let table = self.table_to_alter(name, &change)?;
        match change {
            C::Rename(to) => self.rename_table(&table, &to, operation).await,
            C::SetProperties(properties) => {
                self.alter_entry(&table.name, move |entry| {
                    entry.set_properties(properties);
                    Ok(())
                })
                .await
            }
            C::UnsetProperties { keys, .. } => {
                self.alter_entry(&table.name, move |entry| {
                    entry.unset_properties(&keys);
                    Ok(())
                })
                .await
            }
            C::AddColumns(columns) => self.add_columns(&table, columns, operation).await,
            C::AddColumnsAt(columns) => {
                self.add_columns(&table, top_level(&table, columns)?, operation).await
            }
            C::AlterColumns(changes) => self.alter_columns(&table, changes, operation).await,
            C::ChangeColumn { column, definition, position, .. } => {
                let [from] = column.as_slice() else { return Err(nested()) };
                if !definition.name.eq_ignore_ascii_case(from) {
                    return Err(unsupported_by_table(&table.name, "RENAME COLUMN"));
                }
                if position.is_some() {
                    return Err(unsupported_by_table(&table.name, "ALTER COLUMN ... FIRST | AFTER"));
                }
                let mut changes = vec![(column.clone(), ColumnChange::Type(definition.data_type))];
                changes.extend(definition.comment.map(|text| (column, ColumnChange::Comment(text))));
                self.alter_columns(&table, changes, operation).await
            }
            C::SetLocation { partition, location } => {
                self.set_location(&table, partition, location, operation).await
            }
            C::SetSerde { partition, class, properties } => {
                self.set_serde(&table, &partition, class, properties).await
            }
            C::ClusterBy(columns) => self.cluster_by(&table, columns).await,
            C::AddPartitions { partitions, if_not_exists } => {
                self.add_partitions(&table, partitions, if_not_exists, operation).await
            }
            C::DropPartitions { partitions, if_exists, .. } => {
                self.drop_partitions(&table, partitions, if_exists, operation).await
            }
            C::RenamePartition { from, to } => self.rename_partition(&table, from, to, operation).await,
            C::RecoverPartitions => self.repair(&table, "ALTER TABLE RECOVER PARTITIONS", true, false).await,
            C::DropColumns { .. } => Err(unsupported_by_table(&table.name, "DROP COLUMN")),
            C::RenameColumn { .. } => Err(unsupported_by_table(&table.name, "RENAME COLUMN")),
            C::ReplaceColumns(_) => Err(unsupported_by_table(&table.name, "REPLACE COLUMNS")),
            C::AddConstraint(_) => Err(unsupported_by_table(&table.name, "ADD CONSTRAINT")),
            C::DropConstraint { .. } => Err(unsupported_by_table(&table.name, "DROP CONSTRAINT")),
            C::SetCollation(_) => Err(Error::unsupported("ALTER TABLE … DEFAULT COLLATION")),
        }
    }

    /// The table that is to be changed; views are changed by ALTER VIEW.
    fn table_to_alter(&self, name: &[String], change: &TableChange) -> Result<Table> {
        let words = words(change);
        if self.is_temporary_view(name) {
            return Err(expect_table(&quoted(name), words));
        }
        match self.known(name, SYSTEM_SESSION)?.as_ref() {
            Entry::Table(table) => Ok(table.clone()),
            Entry::View(view) => {
                let (condition, shown) = match change {
                    TableChange::Rename(_) => ("USE_ALTER_VIEW", quoted(name)),
                    TableChange::SetProperties(_) | TableChange::UnsetProperties { .. } => {
                        ("USE_ALTER_VIEW", view.name.quoted())
                    }
                    _ => ("NO_ALTERNATIVE", view.name.quoted()),
                };
                Err(Error::analysis(format!("EXPECT_TABLE_NOT_VIEW.{condition}"))
                    .with("operation", words)
                    .with("viewName", shown))
            }
        }
    }

    pub(crate) async fn alter_entry(
        &self,
        name: &TableName,
        apply: impl FnOnce(&mut Entry) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let name = name.clone();
        self.engine().catalog.change(move |change| change.alter(&name, apply)).await
    }

    async fn alter_schema(
        &self,
        table: &Table,
        apply: impl FnOnce(&mut Table) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let altered = self.alter_entry(&table.name, move |entry| match entry {
            Entry::Table(table) => apply(table),
            Entry::View(view) => Err(expect_table(&view.name.quoted(), "ALTER TABLE")),
        });
        altered.await?;
        self.cache.invalidate(&table.location);
        Ok(())
    }

    /// A managed table's folder moves with its name.
    async fn rename_table(
        self: &Arc<Self>,
        table: &Table,
        to: &[String],
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let to = TableName::read(to, &table.name.database)?;
        expect_same_database(&table.name, &to)?;
        let mut moved = Table { name: to.clone(), ..table.clone() };
        let folder = self.engine().catalog.managed_location(&table.name)?;
        if !table.managed || table.location != folder {
            let from = table.name.clone();
            return self.engine().catalog.change(move |change| change.rename(&from, &to)).await;
        }
        moved.location = self.engine().catalog.managed_location(&to)?;
        let (Some(old), Some(new)) = (local_folder(&table.location), local_folder(&moved.location)) else {
            return Err(Error::unsupported("renaming managed tables in an object store"));
        };
        if self.engine().catalog.find(&to).is_some() {
            return Err(to.already_exists());
        }
        let Some(reservation) = self.reserve(&moved, false, operation).await? else {
            return Err(to.already_exists());
        };
        let (from, old, new) = (table.name.clone(), old.to_string(), new.to_string());
        let location = moved.location.clone();
        let renamed = self.engine().catalog.change(move |change| {
            change.rename(&from, &to)?;
            change.alter(&to, |entry| {
                if let Entry::Table(table) = entry {
                    table.location.clone_from(&location);
                }
                Ok(())
            })?;
            change.finish(&location)?;
            if has_files(&new) {
                return Err(to.already_exists());
            }
            // The last step: when it fails nothing has changed. An empty folder may be replaced.
            std::fs::rename(&old, &new).map_err(|e| {
                Error::new(lang::ErrorKind::Data, "FAILED_READ_FILE.NO_HINT")
                    .with("path", old)
                    .with("reason", e.to_string())
            })
        });
        renamed.await?;
        reservation.handed_over();
        self.cache.invalidate(&table.location);
        Ok(())
    }

    /// Rows that are there already have the columns' defaults, as they are now.
    async fn add_columns(
        self: &Arc<Self>,
        table: &Table,
        columns: Vec<ColumnDefinition>,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let mut new = Vec::with_capacity(columns.len());
        for column in columns {
            if !column.nullable {
                return Err(Error::analysis("_LEGACY_ERROR_TEMP_1052"));
            }
            let mut field = StructField::new(column.name, column.data_type, true);
            field.metadata = column.comment.map(|c| with_comment("", &c)).unwrap_or_default();
            if let Some(default) = &column.default {
                expect_defaults(&table.format, ADD_COLUMNS)?;
                let constant = self.set_default(&mut field, default, ADD_COLUMNS, operation).await?;
                field.metadata = with_existing_default(&field.metadata, &constant);
            }
            new.push(field);
        }
        self.alter_schema(table, move |table| {
            let at = table.data_columns();
            table.schema.fields.splice(at..at, new);
            check_unique(&table.schema)
        })
        .await
    }

    async fn alter_columns(
        self: &Arc<Self>,
        table: &Table,
        changes: Vec<(Vec<String>, ColumnChange)>,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let mut altered = table.schema.clone();
        for (path, change) in changes {
            let [column] = path.as_slice() else { return Err(nested()) };
            let found = altered.fields.iter_mut().find(|field| field.name.eq_ignore_ascii_case(column));
            let field = found.ok_or_else(|| column_not_found(table, column))?;
            match change {
                ColumnChange::Comment(text) => field.metadata = with_comment(&field.metadata, &text),
                ColumnChange::SetDefault(text) => {
                    self.set_default(field, &text, "ALTER TABLE ALTER COLUMN", operation).await?;
                }
                ColumnChange::DropDefault => field.metadata = with_default(&field.metadata, None),
                ColumnChange::Type(data_type) if data_type == field.data_type => {}
                ColumnChange::Type(data_type) => {
                    return Err(Error::analysis("NOT_SUPPORTED_CHANGE_COLUMN")
                        .with("table", table.name.quoted())
                        .with("originName", quoted(&[&field.name]))
                        .with("originType", format!("\"{}\"", field.data_type.sql()))
                        .with("newName", quoted(&[&field.name]))
                        .with("newType", format!("\"{}\"", data_type.sql())));
                }
                ColumnChange::SetNotNull => {
                    return Err(unsupported_by_table(&table.name, "ALTER COLUMN ... SET NOT NULL"));
                }
                ColumnChange::DropNotNull => {}
                ColumnChange::Position(_) => {
                    return Err(unsupported_by_table(&table.name, "ALTER COLUMN ... FIRST | AFTER"));
                }
            }
        }
        let new = altered.fields;
        self.alter_schema(table, move |table| {
            for field in &mut table.schema.fields {
                if let Some(new) = new.iter().find(|new| new.name == field.name) {
                    field.metadata.clone_from(&new.metadata);
                }
            }
            Ok(())
        })
        .await
    }

    /// `COMMENT ON COLUMN t.c IS 'x'`
    pub(crate) async fn comment_columns(
        &self,
        name: &[String],
        comments: Vec<(Vec<String>, Option<String>)>,
    ) -> Result<()> {
        let table = self.table_of(name, "COMMENT ON COLUMN")?;
        if let Some(target) = self.lake_of(&table) {
            return self.comment_lake_columns(&target, comments).await;
        }
        self.alter_schema(&table, move |table| {
            for (path, comment) in comments {
                let [column] = path.as_slice() else { return Err(nested()) };
                let place = table.schema.fields.iter().position(|f| f.name.eq_ignore_ascii_case(column));
                let place = place.ok_or_else(|| column_not_found(table, column))?;
                let field = &mut table.schema.fields[place];
                field.metadata = match comment {
                    Some(text) => with_comment(&field.metadata, &text),
                    None => without_comment(&field.metadata),
                };
            }
            Ok(())
        })
        .await
    }

    async fn set_serde(
        &self,
        table: &Table,
        partition: &PartitionSpec,
        class: Option<String>,
        properties: Options,
    ) -> Result<()> {
        if class.is_some() || !partition.is_empty() {
            return Err(Error::analysis("UNSUPPORTED_FEATURE.ALTER_TABLE_SERDE_FOR_DATASOURCE_TABLE")
                .with("tableName", table.name.quoted()));
        }
        self.alter_schema(table, move |table| {
            table.options.extend(properties);
            Ok(())
        })
        .await
    }

    async fn cluster_by(&self, table: &Table, columns: Vec<Vec<String>>) -> Result<()> {
        if !table.partition_by.is_empty() || table.bucketing.is_some() {
            return Err(Error::unsupported("CLUSTER BY of a table with partitions or buckets"));
        }
        self.alter_schema(table, move |table| cluster(table, columns)).await
    }

    /// Why `writeTo(t).append()` and its like cannot be: tables of files are v1 tables.
    pub(crate) fn refuse_write_to(&self, name: &[String]) -> Error {
        match self.known(name, crate::insert::SYSTEM_PATH) {
            Ok(entry) => Error::analysis("_LEGACY_ERROR_TEMP_1012").with("identifier", entry.name().quoted()),
            Err(error) => error,
        }
    }
}

/// # Errors
/// `RENAME_TABLE_SOURCE_DESTINATION_DATABASE_MISMATCH`
pub(crate) fn expect_same_database(from: &TableName, to: &TableName) -> Result<()> {
    match from.database == to.database {
        true => Ok(()),
        false => Err(Error::analysis("RENAME_TABLE_SOURCE_DESTINATION_DATABASE_MISMATCH")
            .with("db", quoted(&[&from.database]))
            .with("newDb", quoted(&[&to.database]))),
    }
}

/// A place among the columns is read over, as Spark does for tables of files: new columns come last.
fn top_level(table: &Table, columns: Vec<AddedColumn>) -> Result<Vec<ColumnDefinition>> {
    let top = |column: AddedColumn| match column.parent.is_empty() {
        true => Ok(column.definition),
        false => Err(unsupported_by_table(&table.name, "ADD COLUMN with v1 tables")),
    };
    columns.into_iter().map(top).collect()
}

fn nested() -> Error {
    Error::unsupported("changing fields of struct columns")
}

fn column_not_found(table: &Table, column: &str) -> Error {
    let names: Vec<_> = table.schema.fields.iter().map(|field| quoted(&[&field.name])).collect();
    Error::analysis("UNRESOLVED_COLUMN.WITH_SUGGESTION")
        .with("objectName", quoted(&[column]))
        .with("proposal", names.join(", "))
}

/// The statement as Spark names it in errors.
fn words(change: &TableChange) -> &'static str {
    use TableChange as C;
    match change {
        C::Rename(_) => "ALTER TABLE",
        C::SetProperties(_) => "ALTER TABLE ... SET TBLPROPERTIES",
        C::UnsetProperties { .. } => "ALTER TABLE ... UNSET TBLPROPERTIES",
        C::AddColumns(_) | C::AddColumnsAt(_) => "ALTER TABLE ... ADD COLUMNS",
        C::ReplaceColumns(_) => "ALTER TABLE ... REPLACE COLUMNS",
        C::DropColumns { .. } => "ALTER TABLE ... DROP COLUMNS",
        C::RenameColumn { .. } => "ALTER TABLE ... RENAME COLUMN",
        C::AlterColumns(_) => "ALTER TABLE ... ALTER COLUMN",
        C::ChangeColumn { .. } => "ALTER TABLE ... CHANGE COLUMN",
        C::AddConstraint(_) => "ALTER TABLE ... ADD CONSTRAINT",
        C::DropConstraint { .. } => "ALTER TABLE ... DROP CONSTRAINT",
        C::AddPartitions { .. } => "ALTER TABLE ... ADD PARTITION ...",
        C::DropPartitions { .. } => "ALTER TABLE ... DROP PARTITION ...",
        C::RenamePartition { .. } => "ALTER TABLE ... RENAME TO PARTITION",
        C::SetLocation { .. } => "ALTER TABLE ... SET LOCATION ...",
        C::SetSerde { .. } => "ALTER TABLE ... SET [SERDE|SERDEPROPERTIES]",
        C::ClusterBy(_) => "ALTER TABLE ... CLUSTER BY",
        C::SetCollation(_) => "ALTER TABLE ... DEFAULT COLLATION",
        C::RecoverPartitions => "ALTER TABLE ... RECOVER PARTITIONS",
    }
}
