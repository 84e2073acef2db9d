//! DROP, TRUNCATE and ALTER of tables.

use lang::ir::TableChange;
use lang::{Error, Result, StructField};

use crate::catalog::{Entry, Table, TableName};
use crate::columns::with_comment;
use crate::create_table::{check_unique, make_folder};
use crate::session::Session;

impl Session {
    /// Drops a table; as in Spark a temporary view or a view of that name is dropped too.
    pub(crate) async fn drop_table(&self, name: &[String], if_exists: bool) -> Result<()> {
        if self.drop_temporary_view(name) {
            return Ok(());
        }
        let table = TableName::read(name, &self.current_database())?;
        match self.engine().catalog.remove(&table) {
            Some(Entry::Table(table)) => self.remove_files(&table).await,
            Some(Entry::View(_)) => Ok(()),
            None if if_exists => Ok(()),
            None => Err(table.not_found()),
        }
    }

    /// Removes a managed table's files; what is elsewhere is not ours to remove.
    pub(crate) async fn remove_files(&self, table: &Table) -> Result<()> {
        self.cache.invalidate(&table.location);
        if !table.managed {
            return Ok(());
        }
        self.engine().sources.remove(&table.location, &self.source_conf()).await
    }

    pub(crate) async fn truncate_table(&self, name: &[String]) -> Result<()> {
        let table = self.table_of(name, "TRUNCATE TABLE")?;
        if !table.managed {
            return Err(Error::analysis("FORBIDDEN_OPERATION")
                .with("statement", "TRUNCATE TABLE")
                .with("objectType", "EXTERNAL TABLE")
                .with("objectName", table.name.quoted()));
        }
        self.remove_files(&table).await?;
        make_folder(&table.location)
    }

    pub(crate) fn alter_table(&self, name: &[String], change: TableChange) -> Result<()> {
        let name = TableName::read(name, &self.current_database())?;
        let catalog = &self.engine().catalog;
        match change {
            TableChange::Rename(to) => catalog.rename(&name, &TableName::read(&to, &name.database)?),
            TableChange::SetProperties(properties) => catalog.alter(&name, |entry| {
                entry.properties_mut().extend(properties);
                Ok(())
            }),
            TableChange::UnsetProperties { keys, .. } => catalog.alter(&name, |entry| {
                entry.properties_mut().retain(|key, _| !keys.contains(key));
                Ok(())
            }),
            TableChange::AddColumns(columns) => catalog.alter(&name, |entry| {
                let Entry::Table(table) = entry else {
                    return Err(expect_table(&name.quoted(), "ALTER TABLE … ADD COLUMNS"));
                };
                let mut schema = table.schema.clone();
                let at = schema.fields.len() - table.partition_by.len();
                let new = columns.into_iter().map(|column| {
                    let mut field = StructField::new(column.name, column.data_type, true);
                    field.metadata = column.comment.map(|c| with_comment("", &c)).unwrap_or_default();
                    field
                });
                schema.fields.splice(at..at, new);
                check_unique(&schema)?;
                table.schema = schema;
                Ok(())
            }),
            // Partitions are found by listing folders; there is nothing to recover.
            TableChange::RecoverPartitions => catalog.get(&name).map(|_| ()),
        }
    }

    /// Forgets what was read from a table before.
    pub(crate) fn refresh_table(&self, name: &[String]) -> Result<()> {
        let is_temporary = matches!(name, [single] if self.views.contains(single));
        if is_temporary {
            return Ok(());
        }
        match self.engine().catalog.get(&TableName::read(name, &self.current_database())?)? {
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
        let table = TableName::read(name, &self.current_database())?;
        match self.engine().catalog.get(&table)? {
            Entry::Table(table) => Ok(table),
            Entry::View(view) => Err(expect_table(&view.name.quoted(), operation)),
        }
    }
}

/// `EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE`
pub(crate) fn expect_table(view: &str, operation: &str) -> Error {
    Error::analysis("EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE")
        .with("operation", operation)
        .with("viewName", view)
}
