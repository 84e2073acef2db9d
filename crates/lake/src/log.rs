//! The log of one table: where it is, which versions it has, and the state at one of them.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, AsArray, MapArray, RecordBatch, StringArray, StructArray};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Int32Type, Int64Type};
use delta_kernel::engine::arrow_data::ArrowEngineData;
use delta_kernel::snapshot::{Snapshot, SnapshotRef};
use delta_kernel::{Engine, Error as KernelError};
use delta_kernel_engine::DefaultEngineBuilder;
use delta_kernel_engine::executor::tokio::TokioMultiThreadExecutor;
use lang::{Error, Result};
use serde_json::Value;
use sources::Folder;
use tokio::runtime::Handle;
use url::Url;

use crate::error::{from_arrow, from_join, from_kernel};
use crate::file::{DataFile, Deletion};
use crate::state::State;

/// The folder below a table's that holds its log.
pub(crate) const FOLDER: &str = "_delta_log";

/// The log of one table.
#[derive(Clone)]
pub(crate) struct Log {
    pub folder: Folder,
    /// As the user wrote it.
    pub location: String,
    url: Url,
    engine: Arc<dyn Engine>,
}

impl std::fmt::Debug for Log {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Log").field("url", &self.url.as_str()).finish_non_exhaustive()
    }
}

impl Log {
    /// The log of a folder; nothing is looked up. Must be called inside a runtime.
    ///
    /// # Errors
    /// Folders that no URL can name.
    pub(crate) fn new(folder: Folder, location: &str) -> Result<Self> {
        let path = folder.path().trim_end_matches('/');
        let url = match folder.is_local() {
            true => Url::from_directory_path(format!("{path}/")).ok(),
            false => Url::parse(&format!("{}/", folder.to_string().trim_end_matches('/'))).ok(),
        };
        let url = url.ok_or_else(|| Error::internal(format!("no URL for {folder}")))?;
        let executor = Arc::new(TokioMultiThreadExecutor::new(Handle::current()));
        let engine = DefaultEngineBuilder::new(Arc::clone(folder.object_store()));
        let engine = Arc::new(engine.with_task_executor(executor).build());
        Ok(Log { folder, location: location.to_string(), url, engine })
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn engine(&self) -> &Arc<dyn Engine> {
        &self.engine
    }

    /// Runs work of the kernel, which blocks.
    pub(crate) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Log) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let log = self.clone();
        tokio::task::spawn_blocking(move || work(&log)).await.map_err(from_join)?
    }

    /// The state at a version; the latest when it is `None`.
    ///
    /// # Errors
    /// `DELTA_TABLE_NOT_FOUND` where there is no log; features that are not read, by name.
    pub(crate) async fn state(&self, version: Option<u64>) -> Result<State> {
        self.blocking(move |log| {
            let snapshot = log.snapshot(version)?;
            let configuration = snapshot.table_configuration();
            let to_value = |value: serde_json::Result<Value>| {
                value.map_err(|e| Error::internal(format!("an action of the log: {e}")))
            };
            let metadata = to_value(serde_json::to_value(configuration.metadata()))?;
            let protocol = to_value(serde_json::to_value(configuration.protocol()))?;
            let mut state = State::new(snapshot.version(), metadata, &protocol, &log.location)?;
            state.files = Arc::new(log.files(&snapshot)?);
            Ok(state)
        })
        .await
    }

    /// The kernel's view of a version.
    ///
    /// # Errors
    /// As [`state`](Self::state).
    pub(crate) fn snapshot(&self, version: Option<u64>) -> Result<SnapshotRef> {
        let mut builder = Snapshot::builder_for(self.url.as_str());
        if let Some(version) = version {
            builder = builder.at_version(version);
        }
        builder.build(self.engine.as_ref()).map_err(|e| self.failed(&e))
    }

    pub(crate) fn failed(&self, error: &KernelError) -> Error {
        from_kernel(error, &self.location)
    }

    fn files(&self, snapshot: &SnapshotRef) -> Result<Vec<DataFile>> {
        let scan = Arc::clone(snapshot).scan_builder().without_row_transforms().build();
        let scan = scan.map_err(|e| self.failed(&e))?;
        let mut files = Vec::new();
        for part in scan.scan_metadata(self.engine.as_ref()).map_err(|e| self.failed(&e))? {
            let (data, mut selected) = part.map_err(|e| self.failed(&e))?.scan_files.into_parts();
            let data = ArrowEngineData::try_from_engine_data(data).map_err(|e| self.failed(&e))?;
            let batch: RecordBatch = data.into();
            selected.resize(batch.num_rows(), true);
            let batch = filter_record_batch(&batch, &selected.into()).map_err(from_arrow)?;
            self.read_files(&batch, &mut files)?;
        }
        Ok(files)
    }

    fn read_files(&self, batch: &RecordBatch, files: &mut Vec<DataFile>) -> Result<()> {
        let columns = FileColumns::new(batch)?;
        for row in 0..batch.num_rows() {
            files.push(columns.file(row, &self.folder)?);
        }
        Ok(())
    }
}

/// The columns of the kernel's list of files.
struct FileColumns<'a> {
    path: &'a StringArray,
    size: &'a arrow::array::Int64Array,
    modified: &'a arrow::array::Int64Array,
    stats: &'a StringArray,
    deletion: &'a StructArray,
    constants: &'a StructArray,
}

impl<'a> FileColumns<'a> {
    fn new(batch: &'a RecordBatch) -> Result<Self> {
        let column = |name: &str| {
            batch
                .column_by_name(name)
                .ok_or_else(|| Error::internal(format!("no {name} of a file in the log")))
        };
        let wrong = |name: &str| Error::internal(format!("{name} of a file in the log has another type"));
        Ok(FileColumns {
            path: column("path")?.as_string_opt().ok_or_else(|| wrong("path"))?,
            size: column("size")?.as_primitive_opt::<Int64Type>().ok_or_else(|| wrong("size"))?,
            modified: column("modificationTime")?
                .as_primitive_opt::<Int64Type>()
                .ok_or_else(|| wrong("modificationTime"))?,
            stats: column("stats")?.as_string_opt().ok_or_else(|| wrong("stats"))?,
            deletion: column("deletionVector")?.as_struct_opt().ok_or_else(|| wrong("deletionVector"))?,
            constants: column("fileConstantValues")?
                .as_struct_opt()
                .ok_or_else(|| wrong("fileConstantValues"))?,
        })
    }

    fn file(&self, row: usize, folder: &Folder) -> Result<DataFile> {
        let path = self.path.value(row).to_string();
        let partition = self.constants.column_by_name("partitionValues").and_then(|map| map.as_map_opt());
        Ok(DataFile {
            object: DataFile::object_of(&path, folder)?,
            path,
            size: u64::try_from(self.size.value(row)).unwrap_or_default(),
            modified_millis: self.modified.value(row),
            partition: partition.map(|map| texts_at(map, row)).unwrap_or_default(),
            stats: self.stats.is_valid(row).then(|| self.stats.value(row).to_string()),
            tags: self
                .constants
                .column_by_name("tags")
                .and_then(|map| map.as_map_opt())
                .map(|map| texts_at(map, row))
                .unwrap_or_default(),
            deletion: self.deletion(row)?,
        })
    }

    fn deletion(&self, row: usize) -> Result<Option<Deletion>> {
        let text = |name: &str| {
            let column = self.deletion.column_by_name(name)?.as_string_opt::<i32>()?;
            column.is_valid(row).then(|| column.value(row).to_string())
        };
        let int = |name: &str| {
            let column = self.deletion.column_by_name(name)?.as_primitive_opt::<Int32Type>()?;
            column.is_valid(row).then(|| column.value(row))
        };
        let cardinality = self.deletion.column_by_name("cardinality");
        let cardinality = cardinality.and_then(|column| column.as_primitive_opt::<Int64Type>());
        let Some(storage_type) = text("storageType").filter(|_| self.deletion.is_valid(row)) else {
            return Ok(None);
        };
        let missing = || Error::internal("a deletion vector of the log is not whole");
        Ok(Some(Deletion {
            storage_type,
            path_or_inline: text("pathOrInlineDv").ok_or_else(missing)?,
            offset: int("offset"),
            size_in_bytes: int("sizeInBytes").ok_or_else(missing)?,
            cardinality: cardinality.map(|column| column.value(row)).ok_or_else(missing)?,
        }))
    }
}

/// The texts of one row of a map.
fn texts_at(map: &MapArray, row: usize) -> HashMap<String, Option<String>> {
    if map.is_null(row) {
        return HashMap::new();
    }
    let entries = map.value(row);
    let (Some(keys), Some(values)) =
        (entries.column(0).as_string_opt::<i32>(), entries.column(1).as_string_opt::<i32>())
    else {
        return HashMap::new();
    };
    (0..entries.len())
        .map(|i| (keys.value(i).to_string(), values.is_valid(i).then(|| values.value(i).to_string())))
        .collect()
}
