//! One change of a table: rows are written, then everything becomes the next version at once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use datafusion::execution::SendableRecordBatchStream;
use lang::{Error, Result};
use object_store::ObjectStoreExt as _;
use parking_lot::Mutex;
use plan::lake::{Change, ChangeRows, Commit, ReadSet};
use serde_json::{Map, Value, json};

use super::Target;
use super::file::Task;
use crate::checkpoint;
use crate::commit::{Reads, Transaction};
use crate::file::DataFile;
use crate::log::Log;
use crate::protocol::Protocol;
use crate::state::{NewMetadata, State};

/// What a change does to the table itself.
#[derive(Debug, Default)]
pub(crate) struct TableChange {
    pub metadata: Option<NewMetadata>,
    pub protocol: Option<Protocol>,
    /// The table becomes another: all its files go.
    pub replaces: bool,
}

/// A change in progress.
#[derive(Debug)]
pub(crate) struct Writing {
    log: Log,
    /// The version it starts from; `None` for a new table.
    base: Option<Arc<State>>,
    target: Arc<Target>,
    changes: Arc<Target>,
    table: TableChange,
    matcher: Option<Arc<dyn Matcher>>,
    written: Mutex<Vec<DataFile>>,
    recorded: Mutex<Vec<DataFile>>,
    begun: Instant,
}

/// Tells whether a file that others have added may hold rows that a change has read.
pub(crate) trait Matcher: std::fmt::Debug + Send + Sync {
    fn may_match(&self, file: &DataFile, filters: &[datafusion::logical_expr::Expr]) -> bool;
}

impl Writing {
    pub(crate) fn new(
        log: Log,
        base: Option<Arc<State>>,
        target: Target,
        table: TableChange,
        matcher: Option<Arc<dyn Matcher>>,
    ) -> Self {
        Writing {
            log,
            base,
            changes: Arc::new(target.of_changes()),
            target: Arc::new(target),
            table,
            matcher,
            written: Mutex::default(),
            recorded: Mutex::default(),
            begun: Instant::now(),
        }
    }

    fn base_files(&self) -> &[DataFile] {
        self.base.as_ref().map_or(&[], |state| state.files.as_slice())
    }

    fn base_file(&self, id: u32) -> Result<&DataFile> {
        let file = usize::try_from(id).ok().and_then(|id| self.base_files().get(id));
        file.ok_or_else(|| Error::internal(format!("there is no file {id} in the version that is changed")))
    }

    /// The ids of all files that go.
    fn removed(&self, commit: &Commit, written: &[DataFile]) -> Vec<u32> {
        let all = || (0..self.base_files().len()).filter_map(|id| u32::try_from(id).ok());
        if self.table.replaces {
            return all().collect();
        }
        let mut removed: Vec<u32> = commit.removed.clone();
        if commit.replaces_partitions {
            let partitions: HashSet<Vec<(&String, &Option<String>)>> = written.iter().map(key).collect();
            removed.extend(
                all().zip(self.base_files()).filter(|(_, f)| partitions.contains(&key(f))).map(|(id, _)| id),
            );
        }
        removed.sort_unstable();
        removed.dedup();
        removed
    }

    /// The actions that delete rows in place, and the files that lose all of their rows by it.
    async fn deletions(&self, commit: &Commit, millis: i64) -> Result<(Vec<Value>, Vec<u32>)> {
        let (mut files, mut vectors, mut emptied) = (Vec::new(), Vec::new(), Vec::new());
        for (id, rows) in &commit.deleted {
            let file = self.base_file(*id)?.clone();
            let before = file.clone();
            let mut deleted = self.log.blocking(move |log| log.deleted_rows(&before)).await?;
            deleted.extend(rows.iter().copied());
            match file.stored_rows() {
                Some(all) if deleted.len() >= all => emptied.push(*id),
                _ => {
                    files.push(file);
                    vectors.push(deleted);
                }
            }
        }
        let places = self.log.write_deletions(&vectors).await?;
        let mut actions = Vec::with_capacity(files.len() * 2);
        for (file, place) in files.into_iter().zip(places) {
            actions.push(file.remove(true, millis));
            let stats = file.stats.as_deref().map(loose);
            actions.push(DataFile { deletion: Some(place), stats, ..file }.add(true));
        }
        Ok((actions, emptied))
    }

    async fn transaction(&self, commit: &Commit) -> Result<Transaction> {
        let millis = chrono::Utc::now().timestamp_millis();
        let written = self.written.lock().clone();
        let recorded = self.recorded.lock().clone();
        let changes_rows = !commit.moves_rows_only;
        let mut actions = Vec::new();
        actions.extend(self.table.protocol.as_ref().map(Protocol::action));
        actions.extend(self.table.metadata.as_ref().map(NewMetadata::action));
        if let Some((app, version)) = &commit.transaction {
            actions.push(json!({"txn": {"appId": app, "version": version, "lastUpdated": millis}}));
        }
        let (deletions, emptied) = self.deletions(commit, millis).await?;
        let mut removed = self.removed(commit, &written);
        removed.extend(emptied);
        let takes_away = changes_rows && (!removed.is_empty() || !deletions.is_empty());
        if takes_away && self.base.as_ref().is_some_and(|state| state.is_set("delta.appendOnly")) {
            return Err(Error::new(lang::ErrorKind::Unsupported, "DELTA_CANNOT_MODIFY_APPEND_ONLY")
                .with("table_name", self.log.location.as_str())
                .with("config", "delta.appendOnly"));
        }
        actions.extend(written.iter().map(|file| file.add(changes_rows)));
        for id in &removed {
            actions.push(self.base_file(*id)?.remove(changes_rows, millis));
        }
        let blind = commit.read == ReadSet::Nothing && removed.is_empty() && deletions.is_empty();
        actions.extend(deletions);
        actions.extend(recorded.iter().map(cdc));
        Ok(Transaction {
            base: self.base.as_ref().map(|state| state.version),
            info: self.info(commit, &written, &removed, blind)?,
            actions,
            reads: self.reads(commit, &removed)?,
            changes_rows,
            serializable: self.base.as_ref().is_some_and(|state| {
                state.configuration.get("delta.isolationLevel").is_some_and(|level| level == "Serializable")
            }),
        })
    }

    fn reads(&self, commit: &Commit, removed: &[u32]) -> Result<Reads> {
        let paths = |ids: &mut dyn Iterator<Item = u32>| -> Result<HashSet<String>> {
            ids.map(|id| Ok(self.base_file(id)?.path.clone())).collect()
        };
        Ok(match &commit.read {
            _ if self.table.replaces => Reads::Whole,
            ReadSet::Whole => Reads::Whole,
            ReadSet::Nothing if commit.replaces_partitions => {
                let written = self.written.lock().clone();
                let log = self.log.clone();
                Reads::Some {
                    files: paths(&mut removed.iter().copied())?,
                    touches: Box::new(move |add| match DataFile::from_action(add, &log.folder) {
                        Ok(file) => written.iter().any(|own| own.partition == file.partition),
                        Err(_) => true,
                    }),
                }
            }
            ReadSet::Nothing => Reads::Nothing,
            ReadSet::Matching { filters, files } => {
                let (filters, matcher, log) = (filters.clone(), self.matcher.clone(), self.log.clone());
                Reads::Some {
                    files: paths(&mut files.iter().chain(removed).copied())?,
                    touches: Box::new(move |add| match (DataFile::from_action(add, &log.folder), &matcher) {
                        (Ok(file), Some(matcher)) => matcher.may_match(&file, &filters),
                        _ => true,
                    }),
                }
            }
        })
    }

    fn info(
        &self,
        commit: &Commit,
        written: &[DataFile],
        removed: &[u32],
        blind: bool,
    ) -> Result<Map<String, Value>> {
        let parameters: BTreeMap<_, _> = commit.parameters.iter().cloned().collect();
        let mut metrics = self.metrics(&commit.operation, written, removed)?;
        metrics.extend(commit.metrics.iter().cloned());
        let mut info = Map::new();
        info.insert("operation".to_string(), json!(commit.operation));
        let of = |text: &String| if text == "null" { Value::Null } else { json!(text) };
        let parameters: Map<_, _> =
            parameters.iter().map(|(name, value)| (name.clone(), of(value))).collect();
        info.insert("operationParameters".to_string(), Value::Object(parameters));
        if let Some(state) = &self.base {
            info.insert("readVersion".to_string(), json!(state.version));
        }
        let level = if commit.moves_rows_only { "SnapshotIsolation" } else { "Serializable" };
        info.insert("isolationLevel".to_string(), json!(level));
        info.insert("isBlindAppend".to_string(), json!(blind));
        info.insert("operationMetrics".to_string(), json!(metrics));
        if let Some(text) = &commit.user_metadata {
            info.insert("userMetadata".to_string(), json!(text));
        }
        info.insert("engineInfo".to_string(), json!(concat!("Firesteel/", env!("CARGO_PKG_VERSION"))));
        info.insert("txnId".to_string(), json!(uuid::Uuid::new_v4().to_string()));
        Ok(info)
    }

    /// What is known of every operation: files and bytes that came and went.
    fn metrics(
        &self,
        operation: &str,
        written: &[DataFile],
        removed: &[u32],
    ) -> Result<BTreeMap<String, String>> {
        let bytes = written.iter().map(|file| file.size).sum::<u64>();
        let mut removed_bytes = 0;
        for id in removed {
            removed_bytes += self.base_file(*id)?.size;
        }
        let rows = written.iter().filter_map(DataFile::stored_rows).sum::<u64>();
        let recorded = self.recorded.lock().len();
        let (added_files, removed_files) = (written.len() as u64, removed.len() as u64);
        let millis = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let pairs: Vec<(&str, u64)> = match operation {
            "MERGE" => vec![
                ("numTargetFilesAdded", added_files),
                ("numTargetFilesRemoved", removed_files),
                ("numTargetBytesAdded", bytes),
                ("numTargetBytesRemoved", removed_bytes),
                ("numTargetChangeFilesAdded", recorded as u64),
                ("executionTimeMs", millis),
            ],
            "DELETE" | "UPDATE" | "OPTIMIZE" | "TRUNCATE" => vec![
                ("numAddedFiles", added_files),
                ("numRemovedFiles", removed_files),
                ("numAddedBytes", bytes),
                ("numRemovedBytes", removed_bytes),
                ("numAddedChangeFiles", recorded as u64),
                ("executionTimeMs", millis),
            ],
            _ => {
                let mut pairs =
                    vec![("numFiles", added_files), ("numOutputRows", rows), ("numOutputBytes", bytes)];
                if !removed.is_empty() {
                    pairs.push(("numRemovedFiles", removed_files));
                    pairs.push(("numRemovedBytes", removed_bytes));
                }
                pairs
            }
        };
        Ok(pairs.into_iter().map(|(name, value)| (name.to_string(), value.to_string())).collect())
    }

    async fn take_back(&self) {
        let files: Vec<_> = self.written.lock().drain(..).chain(self.recorded.lock().drain(..)).collect();
        for file in files {
            if let Err(error) = self.log.folder.object_store().delete(&file.object).await {
                log::warn!("taking {} back: {error}", file.path);
            }
        }
    }

    /// The version of the application that the table has; a commit that is not above it has happened already.
    async fn has_happened(&self, commit: &Commit) -> Result<bool> {
        let (Some((app, version)), Some(base)) = (&commit.transaction, &self.base) else { return Ok(false) };
        let (app, base) = (app.clone(), base.version);
        let known = self.log.blocking(move |log| {
            let snapshot = log.snapshot(Some(base))?;
            snapshot.get_app_id_version(&app, log.engine().as_ref()).map_err(|e| log.failed(&e))
        });
        Ok(known.await?.is_some_and(|known| known >= *version))
    }
}

#[async_trait]
impl Change for Writing {
    async fn write(&self, partition: usize, input: SendableRecordBatchStream) -> Result<ChangeRows> {
        let task =
            Task { folder: &self.log.folder, target: &self.target, below: "", prefix: "part", partition };
        task.run(input, &|file| self.written.lock().push(file)).await
    }

    async fn write_changes(&self, partition: usize, input: SendableRecordBatchStream) -> Result<ChangeRows> {
        let task = Task {
            folder: &self.log.folder,
            target: &self.changes,
            below: "_change_data/",
            prefix: "cdc",
            partition,
        };
        task.run(input, &|file| self.recorded.lock().push(file)).await
    }

    async fn commit(&self, commit: Commit) -> Result<u64> {
        let committed = async {
            if self.has_happened(&commit).await? {
                self.take_back().await;
                return Ok(self.base.as_ref().map_or(0, |state| state.version));
            }
            let transaction = self.transaction(&commit).await?;
            self.log.commit(&transaction).await
        };
        match committed.await {
            Ok(version) => {
                let interval =
                    self.base.as_ref().and_then(|state| state.configuration.get("delta.checkpointInterval"));
                checkpoint::after(&self.log, version, interval.map(String::as_str)).await;
                Ok(version)
            }
            // A commit whose answer was lost may have happened: its files stay.
            Err(error) if error.condition() == "TASK_WRITE_FAILED" => Err(error),
            Err(error) => {
                self.take_back().await;
                Err(error)
            }
        }
    }

    async fn abort(&self) {
        self.take_back().await;
    }
}

/// A file's partition values, in an order that does not depend on the file.
fn key(file: &DataFile) -> Vec<(&String, &Option<String>)> {
    let mut values: Vec<_> = file.partition.iter().collect();
    values.sort();
    values
}

/// Statistics of a file of which rows are deleted: the bounds may be wider than its values.
fn loose(stats: &str) -> String {
    match serde_json::from_str(stats) {
        Ok(Value::Object(mut stats)) => {
            stats.insert("tightBounds".to_string(), json!(false));
            Value::Object(stats).to_string()
        }
        _ => stats.to_string(),
    }
}

fn cdc(file: &DataFile) -> Value {
    let values: HashMap<_, _> = file.partition.iter().collect();
    json!({"cdc": {
        "path": file.path, "partitionValues": values, "size": file.size, "dataChange": false
    }})
}
