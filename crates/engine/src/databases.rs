//! CREATE, DROP and USE of databases.

use lang::ir::Options;
use lang::{Error, Result};

use crate::catalog::{CATALOG, Entry, GLOBAL_TEMP, quoted, read_database, schema_not_found};
use crate::session::Session;

impl Session {
    pub(crate) fn create_database(
        &self,
        name: &[String],
        if_not_exists: bool,
        comment: Option<String>,
        location: Option<String>,
        properties: Options,
    ) -> Result<()> {
        let name = read_database(name)?;
        self.engine().catalog.create_database(&name, if_not_exists, comment, location, properties)
    }

    /// Drops a database; with CASCADE its tables go with it, managed ones with their files.
    pub(crate) async fn drop_database(&self, name: &[String], if_exists: bool, cascade: bool) -> Result<()> {
        let dropped = self.engine().catalog.drop_database(&read_database(name)?, if_exists, cascade)?;
        for entry in dropped.into_iter().flat_map(|database| database.entries.into_values()) {
            if let Entry::Table(table) = entry {
                self.remove_files(&table).await?;
            }
        }
        Ok(())
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
        Err(Error::analysis("CATALOG_NOT_FOUND").with("catalogName", quoted(&[name])))
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
