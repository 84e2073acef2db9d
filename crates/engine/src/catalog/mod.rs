//! Databases, tables and views, shared by all sessions of an engine.
//!
//! ```text
//! Catalog ──has──► Database ──has──► Entry: Table | View
//! ```
//!
//! The nouns: a [`Catalog`] holds databases; a [`Database`] is a namespace with a folder; a [`Table`] is the description of
//! files in a format; a [`View`] is a query under a name; a [`TableName`] is where one of them stands.
//!
//! # Guarantees
//! - Names are compared without case; every change is one step that other sessions see whole or not at all.
//!
//! # Does not
//! Open or write files, know temporary views, outlive the engine.
//!
//! # Where to start
//! [`Catalog`], `name.rs` for how name parts are read.

mod entry;
mod name;
mod pattern;

use std::collections::BTreeMap;

use lang::ir::Options;
use lang::{Error, Result};
use parking_lot::RwLock;

pub(crate) use entry::{Database, Entry, Table, View};
pub(crate) use name::{CATALOG, DEFAULT_DATABASE, GLOBAL_TEMP, TableName, identifier, quoted, read_database};
pub(crate) use pattern::Pattern;

/// All databases by name in lower case.
#[derive(Debug)]
pub(crate) struct Catalog {
    databases: RwLock<BTreeMap<String, Database>>,
    warehouse: String,
}

impl Catalog {
    /// A catalog with the database `default` in the warehouse folder.
    pub(crate) fn new(warehouse: &str) -> Self {
        let default = Database {
            name: DEFAULT_DATABASE.to_string(),
            comment: Some("default database".to_string()),
            location: warehouse.to_string(),
            properties: Options::new(),
            entries: BTreeMap::new(),
        };
        let databases = BTreeMap::from([(DEFAULT_DATABASE.to_string(), default)]);
        Catalog { databases: RwLock::new(databases), warehouse: warehouse.to_string() }
    }

    pub(crate) fn has_database(&self, name: &str) -> bool {
        self.databases.read().contains_key(&name.to_lowercase())
    }

    pub(crate) fn database(&self, name: &str) -> Result<Database> {
        self.databases.read().get(&name.to_lowercase()).cloned().ok_or_else(|| schema_not_found(name))
    }

    /// All databases, by name.
    pub(crate) fn databases(&self) -> Vec<Database> {
        self.databases.read().values().cloned().collect()
    }

    /// # Errors
    /// `SCHEMA_ALREADY_EXISTS`
    pub(crate) fn create_database(
        &self,
        name: &str,
        if_not_exists: bool,
        comment: Option<String>,
        location: Option<String>,
        properties: Options,
    ) -> Result<()> {
        let key = name.to_lowercase();
        let mut databases = self.databases.write();
        if databases.contains_key(&key) || key == GLOBAL_TEMP {
            if if_not_exists {
                return Ok(());
            }
            return Err(Error::analysis("SCHEMA_ALREADY_EXISTS").with("schemaName", quoted(&[name])));
        }
        let location =
            location.unwrap_or_else(|| format!("{}/{key}.db", self.warehouse.trim_end_matches('/')));
        databases.insert(
            key.clone(),
            Database { name: key, comment, location, properties, entries: BTreeMap::new() },
        );
        Ok(())
    }

    /// Removes a database and answers with what was in it.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND`, `SCHEMA_NOT_EMPTY`, `UNSUPPORTED_FEATURE.DROP_DATABASE` for `default`.
    pub(crate) fn drop_database(
        &self,
        name: &str,
        if_exists: bool,
        cascade: bool,
    ) -> Result<Option<Database>> {
        let key = name.to_lowercase();
        if key == DEFAULT_DATABASE {
            return Err(Error::analysis("UNSUPPORTED_FEATURE.DROP_DATABASE")
                .with("database", quoted(&[CATALOG, name])));
        }
        let mut databases = self.databases.write();
        match databases.get(&key) {
            None if if_exists => Ok(None),
            None => Err(schema_not_found(name)),
            Some(database) if !cascade && !database.entries.is_empty() => {
                Err(Error::analysis("SCHEMA_NOT_EMPTY").with("schemaName", quoted(&[name])))
            }
            Some(_) => Ok(databases.remove(&key)),
        }
    }

    /// Changes a database in place.
    pub(crate) fn alter_database(&self, name: &str, change: impl FnOnce(&mut Database)) -> Result<()> {
        let mut databases = self.databases.write();
        change(databases.get_mut(&name.to_lowercase()).ok_or_else(|| schema_not_found(name))?);
        Ok(())
    }

    pub(crate) fn find(&self, name: &TableName) -> Option<Entry> {
        self.databases.read().get(&name.database)?.entries.get(&name.table).cloned()
    }

    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`
    pub(crate) fn get(&self, name: &TableName) -> Result<Entry> {
        self.find(name).ok_or_else(|| name.not_found())
    }

    /// Adds an entry; `replace` lets it take the place of one that is there.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND`, `TABLE_OR_VIEW_ALREADY_EXISTS`
    pub(crate) fn put(&self, name: &TableName, entry: Entry, replace: bool) -> Result<()> {
        let mut databases = self.databases.write();
        let database = databases.get_mut(&name.database).ok_or_else(|| schema_not_found(&name.database))?;
        if !replace && database.entries.contains_key(&name.table) {
            return Err(name.already_exists());
        }
        database.entries.insert(name.table.clone(), entry);
        Ok(())
    }

    pub(crate) fn remove(&self, name: &TableName) -> Option<Entry> {
        self.databases.write().get_mut(&name.database)?.entries.remove(&name.table)
    }

    /// Changes a table or view in place.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`
    pub(crate) fn alter(
        &self,
        name: &TableName,
        change: impl FnOnce(&mut Entry) -> Result<()>,
    ) -> Result<()> {
        let mut databases = self.databases.write();
        let entry = databases.get_mut(&name.database).and_then(|d| d.entries.get_mut(&name.table));
        change(entry.ok_or_else(|| name.not_found())?)
    }

    /// Moves an entry to another name of the same database.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`, `TABLE_OR_VIEW_ALREADY_EXISTS`
    pub(crate) fn rename(&self, from: &TableName, to: &TableName) -> Result<()> {
        let mut databases = self.databases.write();
        let database = databases.get_mut(&from.database).ok_or_else(|| from.not_found())?;
        if database.entries.contains_key(&to.table) {
            return Err(to.already_exists());
        }
        let mut entry = database.entries.remove(&from.table).ok_or_else(|| from.not_found())?;
        entry.set_name(to.clone());
        database.entries.insert(to.table.clone(), entry);
        Ok(())
    }

    /// Where a managed table's files go.
    pub(crate) fn managed_location(&self, name: &TableName) -> Result<String> {
        let location = self.database(&name.database)?.location;
        Ok(format!("{}/{}", location.trim_end_matches('/'), name.table))
    }
}

/// `SCHEMA_NOT_FOUND`
pub(crate) fn schema_not_found(name: &str) -> Error {
    Error::analysis("SCHEMA_NOT_FOUND").with("schemaName", quoted(&[CATALOG, name]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::ir::Relation;

    fn view(name: &TableName) -> Entry {
        Entry::View(View {
            name: name.clone(),
            relation: Relation::table("x"),
            text: "SELECT * FROM x".into(),
            schema: Default::default(),
            query_columns: Vec::new(),
            comment: None,
            properties: Options::new(),
            created_micros: 0,
        })
    }

    #[test]
    fn names_have_no_case() {
        let catalog = Catalog::new("/w");
        catalog.create_database("Sales", false, None, None, Options::new()).expect("new");
        assert!(catalog.has_database("SALES"));
        assert_eq!(catalog.database("sales").expect("there").location, "/w/sales.db");
        let error = catalog.create_database("SALES", false, None, None, Options::new()).expect_err("twice");
        assert_eq!(error.condition(), "SCHEMA_ALREADY_EXISTS");
    }

    #[test]
    fn a_database_with_entries_is_only_dropped_with_cascade() {
        let catalog = Catalog::new("/w");
        catalog.create_database("d", false, None, None, Options::new()).expect("new");
        let name = TableName::new("d", "V");
        catalog.put(&name, view(&name), false).expect("new");
        assert_eq!(
            catalog.drop_database("d", false, false).expect_err("full").condition(),
            "SCHEMA_NOT_EMPTY"
        );
        let dropped = catalog.drop_database("d", false, true).expect("cascade").expect("was there");
        assert_eq!(dropped.entries.len(), 1);
        assert_eq!(
            catalog.drop_database("d", false, true).expect_err("gone").condition(),
            "SCHEMA_NOT_FOUND"
        );
        assert!(catalog.drop_database("default", true, true).is_err());
    }

    #[test]
    fn renaming_does_not_overwrite() {
        let catalog = Catalog::new("/w");
        let (a, b) = (TableName::new("default", "a"), TableName::new("default", "b"));
        catalog.put(&a, view(&a), false).expect("new");
        catalog.put(&b, view(&b), false).expect("new");
        assert_eq!(catalog.rename(&a, &b).expect_err("taken").condition(), "TABLE_OR_VIEW_ALREADY_EXISTS");
        catalog.remove(&b).expect("was there");
        catalog.rename(&a, &b).expect("free now");
        assert_eq!(catalog.find(&b).expect("moved").name(), &b);
    }
}
