//! Databases, tables, partitions, views and functions: kept in a file of the warehouse, shared by all sessions and servers.
//!
//! ```text
//! reads  ──► Snapshot (memory) ◄── read anew when SQLite says that somebody has committed
//!                                        ▲
//! writes ──► Change (one transaction) ──► Store: <warehouse>/.firesteel/catalog.sqlite
//! ```
//!
//! The nouns: a [`Catalog`] is one engine's view of the store; a [`Change`] is one transaction; a [`Database`] is a namespace
//! with a folder; a [`Table`] is the description of files in a format, a [`Partition`] a part of them; a [`View`] is a query
//! under a name; a [`Routine`] is a function; a [`TableName`] is where one of them stands.
//!
//! # Guarantees
//! - Names are compared without case; a change is seen by all sessions and servers whole or not at all, and survives kill -9.
//! - A statement sees what was committed before it began. Reading the catalog does not wait for writers.
//! - A warehouse that nobody has changed has no file; one of a newer version is refused.
//! - What a server had begun to write or remove when it was killed is marked, so that the next one may clear it away.
//!
//! # Does not
//! Open or write files of tables, know temporary views.
//!
//! # Where to start
//! [`Catalog`] and [`Change`]; `store.rs` for the file, `record.rs` for what is in it, `name.rs` for how name parts are read.

mod change;
mod entry;
mod name;
mod partition;
mod pattern;
mod record;
mod routine;
mod snapshot;
mod statistics;
mod store;
mod type_json;

use std::path::Path;
use std::sync::Arc;

use lang::{Error, Result};
use parking_lot::{Mutex, RwLock};

pub(crate) use change::Change;
pub(crate) use entry::{Database, Entry, Table, View, qualified};
pub(crate) use name::{CATALOG, DEFAULT_DATABASE, GLOBAL_TEMP, TableName, identifier, quoted, read_database};
pub(crate) use partition::{Partition, values_of};
pub(crate) use pattern::Pattern;
pub(crate) use record::binding_text;
pub(crate) use routine::{Routine, RoutineBody};
pub(crate) use statistics::{ColumnStatistics, Statistics};

use change::default_database;
use record::Places;
use snapshot::{Snapshot, data_version};
use store::Store;

/// How many tables' partitions are held in memory.
const PARTITION_LISTS: usize = 64;

/// A list of partitions with the table and the version it was read of.
type Known = (i64, i64, Arc<Vec<Partition>>);

/// One engine's view of the store. Reads answer from memory, as of the last [`refresh`](Self::refresh).
#[derive(Debug)]
pub(crate) struct Catalog {
    store: Store,
    places: Places,
    warehouse: String,
    snapshot: RwLock<Arc<Snapshot>>,
    partitions: Mutex<Vec<Known>>,
}

impl Catalog {
    /// The catalog of a warehouse folder.
    ///
    /// # Errors
    /// `CATALOG_STORE_FAILED` for a file that cannot be read or is of a newer version.
    pub(crate) fn open(warehouse: &str) -> Result<Arc<Self>> {
        let catalog = Catalog {
            store: Store::new(Path::new(warehouse)),
            places: Places::new(warehouse),
            warehouse: warehouse.to_string(),
            snapshot: RwLock::new(Arc::new(initial(warehouse))),
            partitions: Mutex::default(),
        };
        catalog.refresh()?;
        Ok(Arc::new(catalog))
    }

    /// Reads what others have committed since the last time. Blocks; cheap when there is nothing.
    ///
    /// # Errors
    /// `CATALOG_STORE_FAILED`
    pub(crate) fn refresh(&self) -> Result<()> {
        // The snapshot is put in its place while the connection is held, so that none takes the place of a newer one.
        let read = self.store.read(|connection| {
            let old = Arc::clone(&self.snapshot.read());
            if data_version(connection)? == old.data_version {
                return Ok(());
            }
            let mut fresh = Snapshot::read(connection, &self.places, &old)?;
            if fresh.databases.is_empty() {
                fresh = Snapshot { data_version: fresh.data_version, ..initial(&self.warehouse) };
            }
            *self.snapshot.write() = Arc::new(fresh);
            Ok(())
        });
        read.map(drop)
    }

    /// [`refresh`](Self::refresh) off the async threads.
    pub(crate) async fn refreshed(self: &Arc<Self>) -> Result<()> {
        let catalog = Arc::clone(self);
        blocking(move || catalog.refresh()).await
    }

    /// Does one transaction off the async threads; nothing has happened when it fails.
    ///
    /// # Errors
    /// `CATALOG_STORE_FAILED`, and those of `change`.
    pub(crate) async fn change<T: Send + 'static>(
        self: &Arc<Self>,
        change: impl FnOnce(&Change<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let catalog = Arc::clone(self);
        blocking(move || catalog.change_now(change)).await
    }

    fn change_now<T>(&self, change: impl FnOnce(&Change<'_>) -> Result<T>) -> Result<T> {
        let server = self.store.server()?;
        let done = self.store.write(
            |new| Change::new(new, &self.places, &server).create_database(&default_database(&self.warehouse)),
            |transaction| change(&Change::new(transaction, &self.places, &server)),
        )?;
        self.refresh()?;
        Ok(done)
    }

    /// Whether the server of that name has ended. Blocks.
    pub(crate) fn has_ended(&self, server: &str) -> bool {
        self.store.has_ended(server)
    }

    /// The partitions of a table, sorted by their folders. Blocks.
    ///
    /// # Errors
    /// `CATALOG_STORE_FAILED`
    pub(crate) fn partitions(&self, table: &Table) -> Result<Arc<Vec<Partition>>> {
        let known = |(id, version, _): &&Known| *id == table.id && *version == table.version;
        if let Some((_, _, found)) = self.partitions.lock().iter().find(known) {
            return Ok(Arc::clone(found));
        }
        let found = self.store.read(|connection| change::partitions(connection, &self.places, table))?;
        let found = Arc::new(found.unwrap_or_default());
        let mut lists = self.partitions.lock();
        lists.retain(|(id, _, _)| *id != table.id);
        if lists.len() >= PARTITION_LISTS {
            lists.remove(0);
        }
        lists.push((table.id, table.version, Arc::clone(&found)));
        Ok(found)
    }

    /// [`partitions`](Self::partitions) off the async threads.
    pub(crate) async fn partitions_of(self: &Arc<Self>, table: &Table) -> Result<Arc<Vec<Partition>>> {
        let (catalog, table) = (Arc::clone(self), table.clone());
        blocking(move || catalog.partitions(&table)).await
    }

    pub(crate) fn has_database(&self, name: &str) -> bool {
        self.snapshot.read().databases.contains_key(&name.to_lowercase())
    }

    /// # Errors
    /// `SCHEMA_NOT_FOUND`
    pub(crate) fn database(&self, name: &str) -> Result<Arc<Database>> {
        let found = self.snapshot.read().databases.get(&name.to_lowercase()).cloned();
        found.ok_or_else(|| schema_not_found(name))
    }

    /// All databases, by name.
    pub(crate) fn databases(&self) -> Vec<Arc<Database>> {
        self.snapshot.read().databases.values().cloned().collect()
    }

    /// The tables and views of a database, by name.
    pub(crate) fn entries(&self, database: &str) -> Vec<Arc<Entry>> {
        self.snapshot.read().entries.get(database).into_iter().flat_map(|all| all.values().cloned()).collect()
    }

    pub(crate) fn find(&self, name: &TableName) -> Option<Arc<Entry>> {
        self.snapshot.read().entries.get(&name.database)?.get(&name.table).cloned()
    }

    pub(crate) fn routine(&self, name: &TableName) -> Option<Arc<Routine>> {
        self.snapshot.read().routines.get(name).cloned()
    }

    /// The functions of a database, by name.
    pub(crate) fn routines(&self, database: &str) -> Vec<Arc<Routine>> {
        let snapshot = self.snapshot.read();
        snapshot.routines.values().filter(|routine| routine.name.database == database).cloned().collect()
    }

    /// Where a database's folder is unless it says otherwise.
    pub(crate) fn database_location(&self, name: &str) -> String {
        format!("{}/{name}.db", self.warehouse.trim_end_matches('/'))
    }

    /// Where a managed table's files go.
    pub(crate) fn managed_location(&self, name: &TableName) -> Result<String> {
        let database = self.database(&name.database)?;
        Ok(format!("{}/{}", database.location.trim_end_matches('/'), name.table))
    }
}

/// What a warehouse holds that nobody has changed.
fn initial(warehouse: &str) -> Snapshot {
    let mut snapshot = Snapshot { data_version: i64::MIN, ..Snapshot::default() };
    snapshot.databases.insert(DEFAULT_DATABASE.to_string(), Arc::new(default_database(warehouse)));
    snapshot
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Error::internal(format!("the catalog failed: {e}")))?
}

/// `SCHEMA_NOT_FOUND`
pub(crate) fn schema_not_found(name: &str) -> Error {
    Error::analysis("SCHEMA_NOT_FOUND").with("schemaName", quoted(&[CATALOG, name]))
}

#[cfg(test)]
mod tests;
