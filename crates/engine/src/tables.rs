//! DROP, TRUNCATE and REFRESH of tables, and how their names are looked up.

use std::sync::Arc;

use functions::text_length::is_limited;
use functions::types;
use lang::ir::{PartitionSpec, SaveMode};
use lang::{Error, Result, StructType};
use plan::contract::WriteRequest;

use crate::catalog::{CATALOG, Entry, GLOBAL_TEMP, Table, TableName, quoted};
use crate::columns::with_limits;
use crate::environment::lower_keys;
use crate::operation::Operation;
use crate::session::Session;

impl Session {
    /// Drops a table; as in Spark a temporary view or a view of that name is dropped too.
    pub(crate) async fn drop_table(&self, name: &[String], if_exists: bool) -> Result<()> {
        if self.drop_temporary_view(name) {
            return Ok(());
        }
        let table = TableName::read(name, &self.current_database())?;
        let key = table.clone();
        let removed = self.engine().catalog.change(move |change| {
            let removed = change.remove(&key)?;
            if let Some(Entry::Table(table)) = &removed
                && table.managed
            {
                change.begin(&table.location)?;
            }
            Ok(removed)
        });
        match removed.await? {
            Some(Entry::Table(table)) => self.clear_away(&table).await,
            Some(Entry::View(_)) => Ok(()),
            None if if_exists => Ok(()),
            None => Err(not_found_there(&table)),
        }
    }

    /// `TRUNCATE TABLE t [PARTITION (…)]`
    pub(crate) async fn truncate_table(
        self: &Arc<Self>,
        name: &[String],
        partition: Option<&PartitionSpec>,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        if let Some(target) = self.lake_target(name)? {
            return match partition {
                None => self.truncate_lake(&target).await,
                Some(_) => Err(Error::unsupported("TRUNCATE TABLE … PARTITION of a Delta table")),
            };
        }
        let table = self.table_of(name, "TRUNCATE TABLE")?;
        if !table.managed {
            return Err(
                Error::analysis("CANNOT_TRUNCATE_EXTERNAL_TABLE").with("tableName", table.name.quoted())
            );
        }
        match partition {
            None => self.make_empty(&table, &table.location, &table.schema).await?,
            Some(wanted) => {
                let data = StructType::new(table.schema.fields[..table.data_columns()].to_vec());
                for partition in self.wanted_partitions(&table, wanted, "TRUNCATE TABLE", operation).await? {
                    self.make_empty(&table, &partition.path(&table), &data).await?;
                }
            }
        }
        self.forget_statistics(&table).await
    }

    /// Puts an empty folder in the place of one with files, at once where the store can.
    pub(crate) async fn make_empty(&self, table: &Table, folder: &str, schema: &StructType) -> Result<()> {
        let request = WriteRequest {
            format: table.format.clone(),
            path: folder.to_string(),
            mode: SaveMode::Overwrite,
            partition_by: Vec::new(),
            options: lower_keys(&table.options),
            conf: self.source_conf(),
            dynamic_overwrite: false,
        };
        let schema = Arc::new(arrow::datatypes::Schema::new(types::to_fields(&plain_texts(schema))));
        let planner = self.planner();
        if let Some(sink) = self.engine().sources.sink(&request, schema, planner.as_ref()).await? {
            let committing = tokio::spawn(async move { sink.commit(Vec::new()).await });
            committing.await.map_err(|e| Error::internal(format!("the commit failed: {e}")))??;
        }
        self.cache.invalidate(&table.location);
        Ok(())
    }

    /// Forgets what was read from a table before.
    pub(crate) fn refresh_table(&self, name: &[String]) -> Result<()> {
        if self.is_temporary_view(name) {
            return Ok(());
        }
        match self.known(name, SYSTEM_SESSION)?.as_ref() {
            Entry::Table(table) => self.cache.invalidate(&table.location),
            Entry::View(_) => {}
        }
        Ok(())
    }

    /// The table of that name.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`, `EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE`
    pub(crate) fn table_of(&self, name: &[String], operation: &str) -> Result<Table> {
        if self.is_temporary_view(name) {
            return Err(expect_table(&quoted(name), operation));
        }
        match self.known(name, SYSTEM_SESSION)?.as_ref() {
            Entry::Table(table) => Ok(table.clone()),
            Entry::View(view) => Err(expect_table(&view.name.quoted(), operation)),
        }
    }

    /// The table or view of that name, temporary views aside.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`
    pub(crate) fn known(&self, name: &[String], path: &str) -> Result<Arc<Entry>> {
        let table = TableName::read(name, &self.current_database())?;
        self.engine().catalog.find(&table).ok_or_else(|| self.relation_not_found(name, path))
    }

    /// `TABLE_OR_VIEW_NOT_FOUND` for a name as it was written.
    pub(crate) fn relation_not_found(&self, name: &[String], path: &str) -> Error {
        let current = quoted(&[CATALOG, &self.current_database()]);
        Error::analysis("TABLE_OR_VIEW_NOT_FOUND")
            .with("relationName", quoted(name))
            .with("searchPath", format!("[{path}{current}]"))
    }

    pub(crate) fn is_temporary_view(&self, name: &[String]) -> bool {
        match name {
            [single] => self.views.contains(single),
            [database, view] if database.eq_ignore_ascii_case(GLOBAL_TEMP) => {
                self.engine().global_views.contains(view)
            }
            _ => false,
        }
    }
}

/// What DDL searches before the current schema.
pub(crate) const SYSTEM_SESSION: &str = "`system`.`session`, ";

/// What Spark's session catalog says of a name it has looked for in one place.
pub(crate) fn not_found_there(name: &TableName) -> Error {
    name.not_found().with("searchPath", format!("[{}]", quoted(&[CATALOG, &name.database])))
}

/// `EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE`
pub(crate) fn expect_table(view: &str, operation: &str) -> Error {
    Error::analysis("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE")
        .with("operation", operation)
        .with("viewName", view)
}

/// What Spark's tables of files do not support.
pub(crate) fn unsupported_by_table(table: &TableName, operation: &str) -> Error {
    Error::analysis("UNSUPPORTED_FEATURE.TABLE_OPERATION")
        .with("tableName", table.quoted())
        .with("operation", operation)
}

/// A schema as files have it: text of a limited length is text, and what it is is told by metadata.
pub(crate) fn plain_texts(schema: &StructType) -> StructType {
    use lang::DataType as T;
    fn plain(data_type: &T) -> T {
        match data_type {
            T::Char(_) | T::Varchar(_) => T::STRING,
            T::Array { element, contains_null } => {
                T::Array { element: Box::new(plain(element)), contains_null: *contains_null }
            }
            T::Map { key, value, value_contains_null } => T::Map {
                key: Box::new(plain(key)),
                value: Box::new(plain(value)),
                value_contains_null: *value_contains_null,
            },
            T::Struct(schema) => T::Struct(plain_texts(schema)),
            other => other.clone(),
        }
    }
    let mut schema = schema.clone();
    for field in &mut schema.fields {
        if is_limited(&field.data_type) {
            field.metadata = with_limits(&field.metadata, &field.data_type);
            field.data_type = plain(&field.data_type);
        }
    }
    schema
}
