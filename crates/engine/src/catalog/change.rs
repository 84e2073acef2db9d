//! One change of the catalog: everything done through it happens, or nothing.

use std::cell::Cell;

use lang::{Error, Result};
use rusqlite::{OptionalExtension, Transaction, params};

use super::record::{Places, routine_json, values_from, values_json};
use super::snapshot::parsed;
use super::store::from_sqlite;
use super::{
    DEFAULT_DATABASE, Database, Entry, GLOBAL_TEMP, Partition, Routine, Table, TableName, quoted,
    schema_not_found,
};

/// A transaction on the store. All calls block.
pub(crate) struct Change<'a> {
    transaction: &'a Transaction<'a>,
    places: &'a Places,
    server: &'a str,
    /// The version of what this change writes, once it has written something.
    version: Cell<Option<i64>>,
}

impl<'a> Change<'a> {
    pub(super) fn new(transaction: &'a Transaction<'a>, places: &'a Places, server: &'a str) -> Self {
        Change { transaction, places, server, version: Cell::new(None) }
    }

    fn version(&self) -> Result<i64> {
        if let Some(version) = self.version.get() {
            return Ok(version);
        }
        let sql = "UPDATE change SET version = version + 1 RETURNING version";
        let version = self.transaction.query_row(sql, [], |row| row.get(0)).map_err(from_sqlite)?;
        self.version.set(Some(version));
        Ok(version)
    }

    fn execute(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<usize> {
        let mut statement = self.transaction.prepare(sql).map_err(from_sqlite)?;
        statement.execute(parameters).map_err(from_sqlite)
    }

    /// # Errors
    /// `SCHEMA_ALREADY_EXISTS`
    pub(crate) fn create_database(&self, database: &Database) -> Result<()> {
        let body = self.places.database_json(database).to_string();
        let sql = "INSERT INTO schema_ (name, body) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        if database.name == GLOBAL_TEMP || self.execute(sql, params![database.name, body])? == 0 {
            return Err(
                Error::analysis("SCHEMA_ALREADY_EXISTS").with("schemaName", quoted(&[&database.name]))
            );
        }
        Ok(())
    }

    /// Removes a database and answers with the tables and views that were in it.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND`, `SCHEMA_NOT_EMPTY`
    pub(crate) fn drop_database(&self, name: &str, cascade: bool) -> Result<Vec<Entry>> {
        let entries = self.entries_of(name)?;
        let routines: i64 = self
            .transaction
            .query_row("SELECT count(*) FROM routine WHERE schema_ = ?1", [name], |row| row.get(0))
            .map_err(from_sqlite)?;
        if !cascade && (!entries.is_empty() || routines > 0) {
            return Err(Error::analysis("SCHEMA_NOT_EMPTY").with("schemaName", quoted(&[name])));
        }
        self.execute("DELETE FROM entry WHERE schema_ = ?1", [name])?;
        self.execute("DELETE FROM routine WHERE schema_ = ?1", [name])?;
        match self.execute("DELETE FROM schema_ WHERE name = ?1", [name])? {
            0 => Err(schema_not_found(name)),
            _ => Ok(entries),
        }
    }

    /// # Errors
    /// `SCHEMA_NOT_FOUND`
    pub(crate) fn alter_database(&self, name: &str, change: impl FnOnce(&mut Database)) -> Result<()> {
        let mut database = self.database(name)?;
        change(&mut database);
        let body = self.places.database_json(&database).to_string();
        self.execute("UPDATE schema_ SET body = ?2 WHERE name = ?1", params![name, body]).map(drop)
    }

    fn database(&self, name: &str) -> Result<Database> {
        let sql = "SELECT body FROM schema_ WHERE name = ?1";
        let body: Option<String> =
            self.transaction.query_row(sql, [name], |row| row.get(0)).optional().map_err(from_sqlite)?;
        self.places.database(name, &parsed(&body.ok_or_else(|| schema_not_found(name))?)?)
    }

    fn entries_of(&self, database: &str) -> Result<Vec<Entry>> {
        let sql = "SELECT id, version, name, body FROM entry WHERE schema_ = ?1";
        let mut query = self.transaction.prepare(sql).map_err(from_sqlite)?;
        let mut rows = query.query([database]).map_err(from_sqlite)?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next().map_err(from_sqlite)? {
            let table: String = row.get(2).map_err(from_sqlite)?;
            let body: String = row.get(3).map_err(from_sqlite)?;
            let (id, version) = (row.get(0).map_err(from_sqlite)?, row.get(1).map_err(from_sqlite)?);
            entries.push(self.places.entry(
                id,
                version,
                TableName::new(database, &table),
                &parsed(&body)?,
            )?);
        }
        Ok(entries)
    }

    /// The table or view as it is now.
    pub(crate) fn find(&self, name: &TableName) -> Result<Option<Entry>> {
        let sql = "SELECT id, version, body FROM entry WHERE schema_ = ?1 AND name = ?2";
        let row: Option<(i64, i64, String)> = self
            .transaction
            .query_row(sql, params![name.database, name.table], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()
            .map_err(from_sqlite)?;
        let read = |(id, version, body): (i64, i64, String)| {
            self.places.entry(id, version, name.clone(), &parsed(&body)?)
        };
        row.map(read).transpose()
    }

    /// Adds an entry; `replace` lets it take the place of one that is there, with the partitions of that.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND`, `TABLE_OR_VIEW_ALREADY_EXISTS`
    pub(crate) fn put(&self, entry: &Entry, replace: bool) -> Result<()> {
        let name = entry.name();
        self.database(&name.database)?;
        if replace {
            self.remove(name)?;
        }
        let body = self.places.entry_json(entry).to_string();
        let sql =
            "INSERT INTO entry (schema_, name, version, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
        match self.execute(sql, params![name.database, name.table, self.version()?, body])? {
            0 => Err(name.already_exists()),
            _ => Ok(()),
        }
    }

    pub(crate) fn remove(&self, name: &TableName) -> Result<Option<Entry>> {
        let found = self.find(name)?;
        self.execute(
            "DELETE FROM entry WHERE schema_ = ?1 AND name = ?2",
            params![name.database, name.table],
        )?;
        Ok(found)
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
        let mut entry = self.find(name)?.ok_or_else(|| name.not_found())?;
        change(&mut entry)?;
        let body = self.places.entry_json(&entry).to_string();
        let sql = "UPDATE entry SET body = ?3, version = ?4 WHERE schema_ = ?1 AND name = ?2";
        self.execute(sql, params![name.database, name.table, body, self.version()?]).map(drop)
    }

    /// Moves an entry to another name.
    ///
    /// # Errors
    /// `TABLE_OR_VIEW_NOT_FOUND`, `TABLE_OR_VIEW_ALREADY_EXISTS`
    pub(crate) fn rename(&self, from: &TableName, to: &TableName) -> Result<()> {
        if self.find(to)?.is_some() {
            return Err(to.already_exists());
        }
        let sql = "UPDATE entry SET schema_ = ?3, name = ?4, version = ?5 WHERE schema_ = ?1 AND name = ?2";
        let version = self.version()?;
        match self.execute(sql, params![from.database, from.table, to.database, to.table, version])? {
            0 => Err(from.not_found()),
            _ => Ok(()),
        }
    }

    /// The partitions of a table as they are now, sorted by their folders.
    pub(crate) fn partitions(&self, table: &Table) -> Result<Vec<Partition>> {
        partitions(self.transaction, self.places, table)
    }

    /// Adds a partition or takes over what is new of one that is there.
    pub(crate) fn put_partition(&self, table: &Table, partition: &Partition) -> Result<()> {
        let body = self.places.partition_json(partition).to_string();
        let sql = "INSERT INTO partition_ (entry, key, body) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET body = ?3";
        self.execute(sql, params![table.id, values_json(&partition.values), body])?;
        self.touch(table)
    }

    /// Adds a partition unless it is there.
    pub(crate) fn add_partition(&self, table: &Table, partition: &Partition) -> Result<bool> {
        let body = self.places.partition_json(partition).to_string();
        let sql = "INSERT INTO partition_ (entry, key, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let added = self.execute(sql, params![table.id, values_json(&partition.values), body])? > 0;
        if added {
            self.touch(table)?;
        }
        Ok(added)
    }

    /// Whether there was one of these values.
    pub(crate) fn remove_partition(&self, table: &Table, values: &[Option<String>]) -> Result<bool> {
        let sql = "DELETE FROM partition_ WHERE entry = ?1 AND key = ?2";
        let removed = self.execute(sql, params![table.id, values_json(values)])? > 0;
        if removed {
            self.touch(table)?;
        }
        Ok(removed)
    }

    /// What is known of a table's partitions is known of this version of the table.
    fn touch(&self, table: &Table) -> Result<()> {
        let sql = "UPDATE entry SET version = ?2 WHERE id = ?1";
        match self.execute(sql, params![table.id, self.version()?])? {
            0 => Err(table.name.not_found()),
            _ => Ok(()),
        }
    }

    /// Adds a function; `replace` lets it take the place of one that is there.
    ///
    /// # Errors
    /// `SCHEMA_NOT_FOUND`, `ROUTINE_ALREADY_EXISTS`
    pub(crate) fn put_routine(&self, routine: &Routine, replace: bool) -> Result<()> {
        let name = &routine.name;
        self.database(&name.database)?;
        if replace {
            self.remove_routine(name)?;
        }
        let body = routine_json(routine).to_string();
        let sql = "INSERT INTO routine (schema_, name, body) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        match self.execute(sql, params![name.database, name.table, body])? {
            0 => Err(Error::analysis("ROUTINE_ALREADY_EXISTS")
                .with("routineName", quoted(&[&name.database, &name.table]))
                .with("newRoutineType", "routine")
                .with("existingRoutineType", "routine")),
            _ => Ok(()),
        }
    }

    /// Whether there was one.
    pub(crate) fn remove_routine(&self, name: &TableName) -> Result<bool> {
        let sql = "DELETE FROM routine WHERE schema_ = ?1 AND name = ?2";
        Ok(self.execute(sql, params![name.database, name.table])? > 0)
    }

    /// Marks a folder as one that belongs to nobody unless this server finishes what it has begun; `false` when somebody
    /// has begun something there.
    pub(crate) fn begin(&self, location: &str) -> Result<bool> {
        let sql = "INSERT INTO unfinished (location, server) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        Ok(self.execute(sql, params![self.places.shorten(location), self.server])? > 0)
    }

    /// Makes this server the one that has begun what a server that has ended had; `false` when another one was faster.
    pub(crate) fn take_over(&self, location: &str, ended: &str) -> Result<bool> {
        let sql = "UPDATE unfinished SET server = ?3 WHERE location = ?1 AND server = ?2";
        Ok(self.execute(sql, params![self.places.shorten(location), ended, self.server])? > 0)
    }

    pub(crate) fn finish(&self, location: &str) -> Result<()> {
        self.execute("DELETE FROM unfinished WHERE location = ?1", [self.places.shorten(location)]).map(drop)
    }

    /// The server that has begun something in that folder.
    pub(crate) fn begun_by(&self, location: &str) -> Result<Option<String>> {
        let sql = "SELECT server FROM unfinished WHERE location = ?1";
        let location = self.places.shorten(location);
        self.transaction.query_row(sql, [location], |row| row.get(0)).optional().map_err(from_sqlite)
    }
}

/// The partitions of a table, sorted by their folders.
pub(super) fn partitions(
    connection: &rusqlite::Connection,
    places: &Places,
    table: &Table,
) -> Result<Vec<Partition>> {
    let mut query =
        connection.prepare("SELECT key, body FROM partition_ WHERE entry = ?1").map_err(from_sqlite)?;
    let mut rows = query.query([table.id]).map_err(from_sqlite)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(from_sqlite)? {
        let key: String = row.get(0).map_err(from_sqlite)?;
        let body: String = row.get(1).map_err(from_sqlite)?;
        found.push(places.partition(values_from(&key)?, &parsed(&body)?));
    }
    found.sort_by_cached_key(|partition| partition.folder(table));
    Ok(found)
}

/// The database that is always there.
pub(super) fn default_database(warehouse: &str) -> Database {
    Database {
        name: DEFAULT_DATABASE.to_string(),
        comment: Some("default database".to_string()),
        location: warehouse.to_string(),
        owner: String::new(),
        properties: Default::default(),
    }
}
