//! The file the catalog lives in: SQLite, shared by all servers of a warehouse.
//!
//! Changes are transactions that begin as writers, so two servers never interleave; readers see the last one committed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lang::{Error, ErrorKind, Result};
use parking_lot::Mutex;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

/// Below the warehouse.
const FOLDER: &str = ".firesteel";
const FILE: &str = "catalog.sqlite";
/// The version of the tables below, kept as the file's `user_version`.
const VERSION: i64 = 1;
/// How long a change waits for those of other servers.
const BUSY: Duration = Duration::from_secs(60);
const RETRY: Duration = Duration::from_millis(10);

const TABLES: &str = "
CREATE TABLE change (version INTEGER NOT NULL);
INSERT INTO change VALUES (0);
CREATE TABLE schema_ (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entry (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  schema_ TEXT NOT NULL REFERENCES schema_ (name),
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (schema_, name)
);
CREATE TABLE partition_ (
  entry INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (entry, key)
) WITHOUT ROWID;
CREATE TABLE routine (
  schema_ TEXT NOT NULL REFERENCES schema_ (name),
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (schema_, name)
) WITHOUT ROWID;
CREATE TABLE unfinished (location TEXT PRIMARY KEY, server TEXT NOT NULL) WITHOUT ROWID;
";

/// Connections to the file: one that reads, one that writes. All calls block.
#[derive(Debug)]
pub(super) struct Store {
    file: PathBuf,
    reader: Mutex<Option<Connection>>,
    writer: Mutex<Option<Connection>>,
    /// This server's name, and the lock that says it lives.
    server: Mutex<Option<(String, File)>>,
}

impl Store {
    /// Nothing is opened or made yet.
    pub(super) fn new(warehouse: &Path) -> Self {
        let file = warehouse.join(FOLDER).join(FILE);
        Store { file, reader: Mutex::new(None), writer: Mutex::new(None), server: Mutex::new(None) }
    }

    /// Reads, if there is a file to read: a warehouse nobody has changed has none.
    ///
    /// # Errors
    /// `CATALOG_STORE_FAILED`
    pub(super) fn read<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<Option<T>> {
        let mut reader = self.reader.lock();
        let connection = match reader.as_mut() {
            Some(connection) => connection,
            None if !self.file.exists() => return Ok(None),
            None => reader.insert(open(&self.file)?),
        };
        read(connection).map(Some)
    }

    /// Changes; nothing is changed when `change` fails. `prepare` runs once, on a file that has just been made.
    ///
    /// # Errors
    /// `CATALOG_STORE_FAILED`, and those of `change`.
    pub(super) fn write<T>(
        &self,
        prepare: impl FnOnce(&Transaction<'_>) -> Result<()>,
        change: impl FnOnce(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut writer = self.writer.lock();
        let connection = match writer.as_mut() {
            Some(connection) => connection,
            None => {
                let folder = self.file.parent().unwrap_or(Path::new("/"));
                fs::create_dir_all(folder).map_err(|e| failed(format!("{}: {e}", folder.display())))?;
                writer.insert(open(&self.file)?)
            }
        };
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(from_sqlite)?;
        let version = version(&transaction)?;
        if version == 0 {
            transaction.execute_batch(TABLES).map_err(from_sqlite)?;
            transaction.pragma_update(None, "user_version", VERSION).map_err(from_sqlite)?;
            prepare(&transaction)?;
        }
        let done = change(&transaction)?;
        transaction.commit().map_err(from_sqlite)?;
        Ok(done)
    }

    /// The name under which this server marks what it has begun.
    pub(super) fn server(&self) -> Result<String> {
        let mut server = self.server.lock();
        if let Some((name, _)) = server.as_ref() {
            return Ok(name.clone());
        }
        let name = uuid::Uuid::new_v4().to_string();
        let path = self.lock_file(&name);
        let unlocked = |e: std::io::Error| failed(format!("{}: {e}", path.display()));
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).map_err(unlocked)?;
        self.remove_ended();
        // It has its name only once it is locked: without a lock it would pass for one of a server that has ended.
        let new = path.with_extension("new");
        let lock = File::create(&new).map_err(unlocked)?;
        lock.lock().map_err(unlocked)?;
        fs::rename(&new, &path).map_err(unlocked)?;
        *server = Some((name.clone(), lock));
        Ok(name)
    }

    /// Whether the server of that name has ended; what it had begun is nobody's then.
    pub(super) fn has_ended(&self, server: &str) -> bool {
        if self.server.lock().as_ref().is_some_and(|(own, _)| own == server) {
            return false;
        }
        match File::open(self.lock_file(server)) {
            Ok(lock) => lock.try_lock().is_ok(),
            Err(_) => true,
        }
    }

    /// Removes the lock files of servers that have ended; one that is missing says the same.
    fn remove_ended(&self) {
        let folder = self.file.parent().and_then(|folder| fs::read_dir(folder).ok());
        for path in folder.into_iter().flatten().flatten().map(|entry| entry.path()) {
            let ended = || File::open(&path).is_ok_and(|lock| lock.try_lock().is_ok());
            if path.extension().is_some_and(|extension| extension == "lock") && ended() {
                let _ = fs::remove_file(&path);
            }
        }
    }

    fn lock_file(&self, server: &str) -> PathBuf {
        self.file.with_file_name(format!("server-{server}.lock"))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some((name, _)) = self.server.lock().take() {
            let _ = fs::remove_file(self.lock_file(&name));
        }
    }
}

/// Opens the file under the rules that several servers need.
fn open(file: &Path) -> Result<Connection> {
    let connection = Connection::open(file).map_err(from_sqlite)?;
    connection.busy_timeout(BUSY).map_err(from_sqlite)?;
    use_log(&connection)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(from_sqlite)?;
    connection.pragma_update(None, "foreign_keys", "ON").map_err(from_sqlite)?;
    version(&connection)?;
    Ok(connection)
}

/// Switches the file to a write-ahead log. SQLite does not wait for others here by itself.
fn use_log(connection: &Connection) -> Result<()> {
    let began = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if is_busy(&error) && began.elapsed() < BUSY => std::thread::sleep(RETRY),
            done => return done.map_err(from_sqlite),
        }
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// # Errors
/// `CATALOG_STORE_FAILED` when a newer version made the file.
fn version(connection: &Connection) -> Result<i64> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(from_sqlite)?;
    if found > VERSION {
        return Err(failed(format!(
            "it has version {found}, made by a newer Firesteel; this one reads versions up to {VERSION}"
        )));
    }
    Ok(found)
}

/// `CATALOG_STORE_FAILED`
pub(super) fn failed(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::Data, "CATALOG_STORE_FAILED").with("reason", reason)
}

pub(super) fn from_sqlite(error: rusqlite::Error) -> Error {
    failed(error.to_string())
}
