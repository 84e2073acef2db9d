//! CREATE TABLE … LIKE: a table with another one's columns and layout.

use std::sync::Arc;

use lang::ir::CreateTableLike;
use lang::{Error, Result};

use crate::catalog::{CATALOG, Entry, Table, TableName};
use crate::operation::Operation;
use crate::session::{Session, now_micros};
use crate::tables::SYSTEM_SESSION;

impl Session {
    /// Properties and comments of the table are not taken over, those of columns are.
    pub(crate) async fn create_table_like(
        self: &Arc<Self>,
        like: CreateTableLike,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let name = TableName::read(&like.name, &self.current_database())?;
        self.existing_database(Some(&[CATALOG.to_string(), name.database.clone()]))?;
        if like.hive.is_some() {
            return Err(Error::analysis("NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT")
                .with("cmd", "CREATE TABLE LIKE with a SerDe"));
        }
        if self.engine().catalog.find(&name).is_some() {
            return match like.if_not_exists {
                true => Ok(()),
                false => Err(name.already_exists()),
            };
        }
        let mut table = self.like(&like.source, &name, operation).await?;
        if let Some(format) = &like.format {
            table.format = format.to_lowercase();
            self.engine().sources.expect_format(&table.format)?;
        }
        if let Some(location) = like.location {
            table.location = location;
            table.managed = false;
        }
        table.properties = like.properties;
        self.create_empty(&mut table, operation).await
    }

    async fn like(
        self: &Arc<Self>,
        source: &[String],
        name: &TableName,
        operation: &Arc<Operation>,
    ) -> Result<Table> {
        let location = self.engine().catalog.managed_location(name)?;
        let known = match self.is_temporary_view(source) {
            true => None,
            false => Some(self.known(source, SYSTEM_SESSION)?),
        };
        if let Some(Entry::Table(source)) = known.as_deref() {
            return Ok(Table {
                id: 0,
                version: 0,
                name: name.clone(),
                location,
                managed: true,
                comment: None,
                created_micros: now_micros(),
                statistics: None,
                column_statistics: Default::default(),
                ..source.clone()
            });
        }
        Ok(Table {
            id: 0,
            version: 0,
            name: name.clone(),
            format: self.default_format(),
            schema: self.schema_of(source, operation).await?,
            partition_by: Vec::new(),
            bucketing: None,
            cluster_by: Vec::new(),
            location,
            managed: true,
            options: Default::default(),
            properties: Default::default(),
            comment: None,
            collation: None,
            created_micros: now_micros(),
            statistics: None,
            column_statistics: Default::default(),
        })
    }
}
