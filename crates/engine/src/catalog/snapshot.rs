//! The catalog as it was when it was last read, in memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use lang::Result;
use rusqlite::Connection;
use serde_json::Value;

use super::record::{self, Places};
use super::store::from_sqlite;
use super::type_json::damaged;
use super::{Database, Entry, Routine, TableName};

/// Databases, tables, views and functions by name; partitions are read when they are asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Snapshot {
    /// SQLite's `data_version` of the connection that read it.
    pub(super) data_version: i64,
    pub(super) databases: BTreeMap<String, Arc<Database>>,
    /// By database, then by name.
    pub(super) entries: BTreeMap<String, BTreeMap<String, Arc<Entry>>>,
    pub(super) routines: BTreeMap<TableName, Arc<Routine>>,
    /// What was read of each row, with the version it had.
    pub(super) rows: HashMap<i64, (i64, Arc<Entry>)>,
}

impl Snapshot {
    /// Reads what has changed since `old`, in one transaction.
    pub(super) fn read(connection: &Connection, places: &Places, old: &Snapshot) -> Result<Self> {
        let transaction = connection.unchecked_transaction().map_err(from_sqlite)?;
        let data_version = data_version(&transaction)?;
        if transaction
            .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
            .map_err(from_sqlite)?
            == 0
        {
            return Ok(Snapshot { data_version, ..Snapshot::default() });
        }
        let mut snapshot = Snapshot { data_version, ..Snapshot::default() };
        snapshot.read_databases(&transaction, places)?;
        snapshot.read_entries(&transaction, places, old)?;
        snapshot.read_routines(&transaction)?;
        Ok(snapshot)
    }

    fn read_databases(&mut self, connection: &Connection, places: &Places) -> Result<()> {
        let mut query = connection.prepare("SELECT name, body FROM schema_").map_err(from_sqlite)?;
        let mut rows = query.query([]).map_err(from_sqlite)?;
        while let Some(row) = rows.next().map_err(from_sqlite)? {
            let name: String = row.get(0).map_err(from_sqlite)?;
            let body: String = row.get(1).map_err(from_sqlite)?;
            let database = places.database(&name, &parsed(&body)?)?;
            self.databases.insert(name.clone(), Arc::new(database));
            self.entries.insert(name, BTreeMap::new());
        }
        Ok(())
    }

    fn read_entries(&mut self, connection: &Connection, places: &Places, old: &Snapshot) -> Result<()> {
        let sql = "SELECT id, version, schema_, name, body FROM entry";
        let mut query = connection.prepare(sql).map_err(from_sqlite)?;
        let mut rows = query.query([]).map_err(from_sqlite)?;
        while let Some(row) = rows.next().map_err(from_sqlite)? {
            let id: i64 = row.get(0).map_err(from_sqlite)?;
            let version: i64 = row.get(1).map_err(from_sqlite)?;
            let entry = match old.rows.get(&id) {
                Some((known, entry)) if *known == version => Arc::clone(entry),
                _ => {
                    let database: String = row.get(2).map_err(from_sqlite)?;
                    let table: String = row.get(3).map_err(from_sqlite)?;
                    let body: String = row.get(4).map_err(from_sqlite)?;
                    let name = TableName { database, table };
                    Arc::new(places.entry(id, version, name, &parsed(&body)?)?)
                }
            };
            self.rows.insert(id, (version, Arc::clone(&entry)));
            let name = entry.name().clone();
            self.entries.entry(name.database).or_default().insert(name.table, entry);
        }
        Ok(())
    }

    fn read_routines(&mut self, connection: &Connection) -> Result<()> {
        let sql = "SELECT schema_, name, body FROM routine";
        let mut query = connection.prepare(sql).map_err(from_sqlite)?;
        let mut rows = query.query([]).map_err(from_sqlite)?;
        while let Some(row) = rows.next().map_err(from_sqlite)? {
            let database: String = row.get(0).map_err(from_sqlite)?;
            let table: String = row.get(1).map_err(from_sqlite)?;
            let body: String = row.get(2).map_err(from_sqlite)?;
            let name = TableName { database, table };
            let routine = record::routine(name.clone(), &parsed(&body)?)?;
            self.routines.insert(name, Arc::new(routine));
        }
        Ok(())
    }
}

/// Changes whenever another connection commits.
pub(super) fn data_version(connection: &Connection) -> Result<i64> {
    connection.pragma_query_value(None, "data_version", |row| row.get(0)).map_err(from_sqlite)
}

pub(super) fn parsed(body: &str) -> Result<Value> {
    serde_json::from_str(body).map_err(|_| damaged())
}
