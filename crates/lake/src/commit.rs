//! Makes actions the next version, and finds out whether others were faster with something that does not go with them.

use std::collections::HashSet;

use bytes::Bytes;
use lang::{Error, ErrorKind, Result};
use object_store::{PutMode, PutOptions, PutPayload};
use serde_json::{Map, Value, json};

use crate::error::unwritable;
use crate::log::Log;
use crate::versions::commit_path;

/// How often a commit is tried again before it gives up.
const MOST_TRIES: usize = 10_000;

/// What a transaction is about to commit, and what it must not have been overtaken by.
#[derive(Debug)]
pub(crate) struct Transaction {
    /// The version it was made from; `None` for the first version of a table.
    pub base: Option<u64>,
    /// All actions but `commitInfo`.
    pub actions: Vec<Value>,
    pub info: Map<String, Value>,
    pub reads: Reads,
    /// Whether rows change at all.
    pub changes_rows: bool,
    /// Whether appends of others are conflicts even when they read nothing (`delta.isolationLevel = Serializable`).
    pub serializable: bool,
}

/// What a transaction has read.
pub(crate) enum Reads {
    Nothing,
    /// Files by their paths, and whether a file that others have added may hold rows it should have read.
    Some {
        files: HashSet<String>,
        touches: Box<dyn Fn(&Value) -> bool + Send + Sync>,
    },
    Whole,
}

impl std::fmt::Debug for Reads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reads::Nothing => f.write_str("Nothing"),
            Reads::Some { files, .. } => write!(f, "Some({} files)", files.len()),
            Reads::Whole => f.write_str("Whole"),
        }
    }
}

impl Log {
    /// Commits; answers with the version that it has become.
    ///
    /// # Errors
    /// `DELTA_CONCURRENT_APPEND` and its like; `DELTA_CONCURRENT_WRITE` when others are faster again and again.
    pub(crate) async fn commit(&self, transaction: &Transaction) -> Result<u64> {
        let mut next = transaction.base.map_or(0, |base| base + 1);
        for _ in 0..MOST_TRIES {
            if self.put(next, transaction).await? {
                return Ok(next);
            }
            // Others were faster: look at everything they have done, and try behind it.
            while let Some(winner) = self.actions(next).await? {
                if is_own(&winner, transaction) {
                    return Ok(next);
                }
                if transaction.base.is_none() {
                    return Err(Error::analysis("DELTA_PROTOCOL_CHANGED")
                        .with("additionalInfo", "Another writer has created the table.")
                        .with("conflictingCommit", ""));
                }
                self.expect_no_conflict(transaction, next, &winner)?;
                next += 1;
            }
        }
        Err(Error::new(ErrorKind::Data, "DELTA_CONCURRENT_WRITE").with("conflictingCommit", ""))
    }

    /// Whether the commit was the first of that number.
    async fn put(&self, version: u64, transaction: &Transaction) -> Result<bool> {
        let mut info = transaction.info.clone();
        info.insert("timestamp".to_string(), json!(chrono::Utc::now().timestamp_millis()));
        let mut text = json!({ "commitInfo": info }).to_string();
        for action in &transaction.actions {
            text.push('\n');
            text.push_str(&action.to_string());
        }
        text.push('\n');
        let path = commit_path(version);
        let object = self.folder.object(&path)?;
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let payload = PutPayload::from_bytes(Bytes::from(text));
        match self.folder.object_store().put_opts(&object, payload, options).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Ok(false)
            }
            Err(error) => Err(unwritable(&path, &error.to_string())),
        }
    }

    fn expect_no_conflict(&self, own: &Transaction, version: u64, winner: &[Value]) -> Result<()> {
        let info = winner.iter().find_map(|action| action.get("commitInfo"));
        let operation =
            info.and_then(|info| info.get("operation")).and_then(Value::as_str).unwrap_or("write");
        let conflict = |condition: &str| {
            Error::new(ErrorKind::Data, condition)
                .with("operation", operation)
                .with("tableName", self.location.as_str())
                .with("version", version.to_string())
                .with("conflictingCommit", "")
                .with("additionalInfo", "")
        };
        let is_blind = info.and_then(|info| info.get("isBlindAppend")).and_then(Value::as_bool) == Some(true);
        let own_apps: HashSet<&str> = own.actions.iter().filter_map(application).collect();
        for action in winner {
            if action.get("protocol").is_some() {
                return Err(conflict("DELTA_PROTOCOL_CHANGED"));
            }
            if action.get("metaData").is_some() {
                return Err(conflict("DELTA_METADATA_CHANGED"));
            }
            if application(action).is_some_and(|app| own_apps.contains(app)) {
                return Err(conflict("DELTA_CONCURRENT_TRANSACTION"));
            }
        }
        // In the order in which Delta's `ConflictChecker` looks.
        if winner.iter().any(|action| own.should_have_read(action, is_blind)) {
            return Err(conflict("DELTA_CONCURRENT_APPEND.WITHOUT_HINT"));
        }
        let removed = || winner.iter().filter_map(|action| path_of(action, "remove"));
        if removed().any(|path| own.reads.has_read(path)) {
            return Err(conflict("DELTA_CONCURRENT_DELETE_READ.WITHOUT_HINT"));
        }
        let own_removed: HashSet<&str> =
            own.actions.iter().filter_map(|action| path_of(action, "remove")).collect();
        if removed().any(|path| own_removed.contains(path)) {
            return Err(conflict("DELTA_CONCURRENT_DELETE_DELETE.WITHOUT_HINT"));
        }
        Ok(())
    }
}

impl Transaction {
    /// Whether an action of another adds rows that this transaction would have had to look at.
    fn should_have_read(&self, action: &Value, is_blind: bool) -> bool {
        let Some(add) = action.get("add") else { return false };
        let changes_table = self.actions.iter().any(|own| own.get("metaData").is_some());
        // What only moves rows does not mind rows that others have added, unless it changes what the table is.
        let minds = self.changes_rows || changes_table;
        let spares = is_blind && !self.serializable && !changes_table;
        minds && !spares && flag(action, "add", "dataChange") && self.reads.would_have_read(add)
    }
}

impl Reads {
    fn has_read(&self, path: &str) -> bool {
        match self {
            Reads::Nothing => false,
            Reads::Some { files, .. } => files.contains(path),
            Reads::Whole => true,
        }
    }

    fn would_have_read(&self, add: &Value) -> bool {
        match self {
            Reads::Nothing => false,
            Reads::Some { touches, .. } => touches(add),
            Reads::Whole => true,
        }
    }
}

/// Whether a commit is the transaction's own: its answer was lost on the way.
fn is_own(commit: &[Value], transaction: &Transaction) -> bool {
    let id = |info: &Value| info.get("txnId").and_then(Value::as_str).map(str::to_string);
    let found = commit.iter().find_map(|action| action.get("commitInfo")).and_then(id);
    let own = transaction.info.get("txnId").and_then(Value::as_str);
    found.is_some() && found.as_deref() == own
}

fn path_of<'a>(action: &'a Value, kind: &str) -> Option<&'a str> {
    action.get(kind)?.get("path")?.as_str()
}

fn application(action: &Value) -> Option<&str> {
    action.get("txn")?.get("appId")?.as_str()
}

fn flag(action: &Value, kind: &str, name: &str) -> bool {
    action.get(kind).and_then(|action| action.get(name)).and_then(Value::as_bool).unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use lang::ir::Options;
    use serde_json::json;

    use super::*;

    fn log(folder: &std::path::Path) -> Log {
        let location = folder.to_string_lossy();
        let folder = sources::Files::new().folder(&location, &Options::new()).expect("a folder");
        Log::new(folder, &location).expect("a log")
    }

    fn transaction(base: Option<u64>, actions: Vec<Value>, reads: Reads) -> Transaction {
        let id = uuid::Uuid::new_v4().to_string();
        let mut info = Map::new();
        info.insert("txnId".to_string(), json!(id));
        info.insert("isBlindAppend".to_string(), json!(matches!(reads, Reads::Nothing)));
        Transaction { base, actions, info, reads, changes_rows: true, serializable: false }
    }

    fn add(path: &str) -> Value {
        json!({"add": {"path": path, "dataChange": true}})
    }

    fn remove(path: &str) -> Value {
        json!({"remove": {"path": path, "dataChange": true}})
    }

    async fn condition(log: &Log, transaction: &Transaction) -> String {
        log.commit(transaction).await.expect_err("a conflict").condition().to_string()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_commutes_is_tried_again() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let log = log(folder.path());
        assert_eq!(log.commit(&transaction(None, vec![add("a")], Reads::Nothing)).await?, 0);
        assert_eq!(log.commit(&transaction(Some(0), vec![add("b")], Reads::Nothing)).await?, 1);
        // Both were made from version 0, and neither read anything.
        assert_eq!(log.commit(&transaction(Some(0), vec![add("c")], Reads::Nothing)).await?, 2);
        // Rows that were added blindly may come before what was read.
        let rewritten = || vec![remove("a"), add("d")];
        assert_eq!(log.commit(&transaction(Some(0), rewritten(), Reads::Whole)).await?, 3);
        let late = transaction(Some(2), rewritten(), Reads::Nothing);
        assert_eq!(condition(&log, &late).await, "DELTA_CONCURRENT_DELETE_DELETE.WITHOUT_HINT");
        let late = transaction(Some(2), vec![add("e")], Reads::Whole);
        assert_eq!(condition(&log, &late).await, "DELTA_CONCURRENT_APPEND.WITHOUT_HINT");
        let files = HashSet::from(["a".to_string()]);
        let late = transaction(Some(2), vec![add("e")], Reads::Some { files, touches: Box::new(|_| false) });
        assert_eq!(condition(&log, &late).await, "DELTA_CONCURRENT_DELETE_READ.WITHOUT_HINT");
        // An append goes with everything but a change of the table itself.
        assert_eq!(log.commit(&transaction(Some(0), vec![add("f")], Reads::Nothing)).await?, 4);
        log.commit(&transaction(Some(4), vec![json!({"metaData": {}})], Reads::Nothing)).await?;
        let late = transaction(Some(4), vec![add("g")], Reads::Nothing);
        assert_eq!(condition(&log, &late).await, "DELTA_METADATA_CHANGED");
        Ok(())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_commit_whose_answer_was_lost_is_found() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let log = log(folder.path());
        let first = transaction(None, vec![add("a")], Reads::Nothing);
        assert_eq!(log.commit(&first).await?, 0);
        assert_eq!(log.commit(&first).await?, 0);
        assert_eq!(log.versions().await?.len(), 1);
        Ok(())
    }
}
