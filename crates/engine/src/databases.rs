//! CREATE, ALTER, DROP and USE of databases.

use std::sync::Arc;

use lang::ir::{DatabaseChange, Options};
use lang::{Error, ErrorKind, Result};

use crate::catalog::{
    CATALOG, DEFAULT_DATABASE, Database, Entry, GLOBAL_TEMP, Table, quoted, read_database, schema_not_found,
};
use crate::create_table::{make_folder, remove_empty_folder};
use crate::session::Session;

impl Session {
    pub(crate) async fn create_database(
        &self,
        name: &[String],
        if_not_exists: bool,
        comment: Option<String>,
        location: Option<String>,
        properties: Options,
    ) -> Result<()> {
        let name = read_database(name)?;
        let catalog = &self.engine().catalog;
        if if_not_exists && (catalog.has_database(&name) || name == GLOBAL_TEMP) {
            return Ok(());
        }
        let location = location.unwrap_or_else(|| catalog.database_location(&name));
        let folder = location.clone();
        let database = Database { name, comment, location, owner: self.owner(), properties };
        let created = catalog.change(move |change| change.create_database(&database)).await;
        match created {
            Err(error) if if_not_exists && error.condition() == "SCHEMA_ALREADY_EXISTS" => Ok(()),
            Err(error) => Err(error),
            Ok(()) => make_folder(&folder),
        }
    }

    /// Who owns what this session makes: the server's user, as in Spark.
    fn owner(&self) -> String {
        let variables = ["SPARK_USER", "USER", "LOGNAME"];
        let named = variables.iter().filter_map(|name| std::env::var(name).ok());
        named.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| self.user().to_string())
    }

    /// Drops a database; with CASCADE its tables go with it, managed ones with their files.
    pub(crate) async fn drop_database(&self, name: &[String], if_exists: bool, cascade: bool) -> Result<()> {
        let name = read_database(name)?;
        if name == DEFAULT_DATABASE {
            return Err(Error::analysis("UNSUPPORTED_FEATURE.DROP_DATABASE")
                .with("database", quoted(&[CATALOG, &name])));
        }
        let catalog = &self.engine().catalog;
        let location = catalog.database(&name).map(|database| database.location.clone());
        let dropped = catalog.change(move |change| {
            let entries = change.drop_database(&name, cascade)?;
            for entry in &entries {
                if let Entry::Table(table) = entry
                    && table.managed
                {
                    change.begin(&table.location)?;
                }
            }
            Ok(entries)
        });
        let dropped = match dropped.await {
            Err(error) if if_exists && error.condition() == "SCHEMA_NOT_FOUND" => return Ok(()),
            dropped => dropped?,
        };
        for entry in dropped {
            if let Entry::Table(table) = entry {
                self.clear_away(&table).await?;
            }
        }
        if let Ok(location) = location {
            remove_empty_folder(&location);
        }
        Ok(())
    }

    /// Removes the files of a managed table that the catalog does not have any more, then the mark on them; what is
    /// elsewhere is not ours to remove.
    pub(crate) async fn clear_away(&self, table: &Table) -> Result<()> {
        self.cache.invalidate(&table.location);
        if !table.managed {
            return Ok(());
        }
        let engine = Arc::clone(self.engine());
        let (location, conf) = (table.location.clone(), self.source_conf());
        // A task of its own: once begun, it is not dropped halfway with the request.
        let clearing = tokio::spawn(async move {
            let removed = engine.sources.remove(&location, &conf).await;
            engine.catalog.change(move |change| change.finish(&location)).await?;
            removed
        });
        clearing.await.map_err(|e| Error::internal(format!("removing files failed: {e}")))?
    }

    pub(crate) async fn alter_database(&self, name: &[String], change: DatabaseChange) -> Result<()> {
        let name = read_database(name)?;
        if let DatabaseChange::SetCollation(_) = &change {
            return Err(Error::unsupported("ALTER DATABASE … DEFAULT COLLATION"));
        }
        if matches!(&change, DatabaseChange::UnsetProperties(keys) if keys.iter().any(|key| key == "comment"))
        {
            let error = Error::new(ErrorKind::Unsupported, "CANNOT_REMOVE_RESERVED_PROPERTY");
            return Err(error.with("property", "comment"));
        }
        let apply = move |database: &mut Database| match change {
            DatabaseChange::SetProperties(mut properties) => {
                if let Some(comment) = properties.remove("comment") {
                    database.comment = Some(comment);
                }
                database.properties.extend(properties);
            }
            DatabaseChange::UnsetProperties(keys) => database.properties.retain(|key, _| !keys.contains(key)),
            DatabaseChange::SetLocation(location) => database.location = location,
            DatabaseChange::SetCollation(_) => {}
        };
        self.engine().catalog.change(move |change| change.alter_database(&name, apply)).await
    }

    pub(crate) fn use_database(&self, name: &[String]) -> Result<()> {
        // `USE spark_catalog` names the catalog alone.
        if let [catalog] = name
            && catalog.eq_ignore_ascii_case(CATALOG)
        {
            return Ok(());
        }
        let database = self.existing_database(Some(name))?;
        self.set_current_database(&database);
        Ok(())
    }

    pub(crate) fn set_catalog(&self, name: &str) -> Result<()> {
        if name.eq_ignore_ascii_case(CATALOG) {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Data, "CATALOG_NOT_FOUND")
            .with("catalogName", quoted(&[name]))
            .with("config", format!("\"spark.sql.catalog.{name}\"")))
    }

    /// The database of that name, the current one for none.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND`
    pub(crate) fn existing_database(&self, name: Option<&[String]>) -> Result<String> {
        let name = name.map_or_else(|| Ok(self.current_database()), read_database)?;
        if name == GLOBAL_TEMP || !self.engine().catalog.has_database(&name) {
            return Err(schema_not_found(&name));
        }
        Ok(name)
    }
}
