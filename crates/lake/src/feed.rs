//! The change feed: which rows came, went and changed from version to version.
//!
//! What a commit recorded is read from its change files. A commit without any has added and removed whole files, or deleted
//! rows in place; what it did is told by its actions.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::union::UnionExec;
use functions::datetime::zone::Zone;
use lang::{DataType, Error, Result, StructField, StructType};
use plan::lake::{At, CHANGE_TYPE_COLUMN};
use roaring::RoaringTreemap;
use serde_json::Value;

use crate::deleted::DeletedRows;
use crate::file::DataFile;
use crate::provider::Rows;
use crate::state::{Mapping, State};
use crate::table::Table;
use crate::versions::Version;

const VERSION: &str = "_commit_version";
const TIME: &str = "_commit_timestamp";
const PROPERTY: &str = "delta.enableChangeDataFeed";

/// The changes between two versions, both included.
///
/// # Errors
/// `DELTA_INVALID_CDC_RANGE`, `DELTA_MISSING_CHANGE_DATA`, `DELTA_VERSION_NOT_FOUND`
pub(crate) async fn changes(table: &Table, from: At, to: Option<At>) -> Result<Arc<dyn TableProvider>> {
    if table.state.mapping != Mapping::None {
        return Err(Error::unsupported("the change feed of a Delta table with column mapping"));
    }
    let versions = table.log.versions().await?;
    let (from, to) = range(table, &versions, from, to).await?;
    let mut found = Found::default();
    let mut recorded = table.log.state(Some(from)).await?.is_set(PROPERTY);
    for version in versions.iter().filter(|version| (from..=to).contains(&version.number)) {
        let actions = table.log.actions(version.number).await?.unwrap_or_default();
        if let Some(metadata) = actions.iter().find_map(|action| action.get("metaData")) {
            let set = metadata.get("configuration").and_then(|c| c.get(PROPERTY)).and_then(Value::as_str);
            recorded = set.is_some_and(|set| set.eq_ignore_ascii_case("true"));
        }
        if !recorded {
            return Err(Error::analysis("DELTA_MISSING_CHANGE_DATA")
                .with("startVersion", from.to_string())
                .with("endVersion", to.to_string())
                .with("version", version.number.to_string())
                .with("key", PROPERTY));
        }
        found.read(table, *version, &actions).await?;
    }
    Ok(Arc::new(found.provider(table)))
}

/// The first and the last version.
async fn range(table: &Table, versions: &[Version], from: At, to: Option<At>) -> Result<(u64, u64)> {
    let latest = table.state.version;
    let invalid = |from: u64, to: u64| {
        Error::analysis("DELTA_INVALID_CDC_RANGE").with("start", from.to_string()).with("end", to.to_string())
    };
    let first = match from {
        At::Latest => latest,
        At::Version(version) if version > latest => {
            return Err(Error::analysis("DELTA_VERSION_NOT_FOUND")
                .with("userVersion", version.to_string())
                .with("earliest", versions.first().map_or(0, |v| v.number).to_string())
                .with("latest", latest.to_string()));
        }
        At::Version(version) => version,
        // The first commit at the instant or after it.
        At::Timestamp(micros) => {
            let millis = micros.div_euclid(1000);
            match versions.iter().find(|version| version.millis >= millis) {
                Some(version) => version.number,
                None => table.log.at_instant(micros, false).await?,
            }
        }
    };
    let last = match to {
        None | Some(At::Latest) => latest,
        Some(At::Version(version)) if version < first => return Err(invalid(first, version)),
        Some(At::Version(version)) => version.min(latest),
        Some(At::Timestamp(micros)) => table.log.at_instant(micros, true).await?,
    };
    if last < first { Err(invalid(first, last)) } else { Ok((first, last)) }
}

/// The files that tell the changes.
#[derive(Default)]
struct Found {
    /// Files with a column that says what has happened.
    recorded: Vec<DataFile>,
    /// Files all of whose rows came, or went.
    whole: Vec<DataFile>,
    left_out: DeletedRows,
}

impl Found {
    async fn read(&mut self, table: &Table, version: Version, actions: &[Value]) -> Result<()> {
        let time = chrono::DateTime::from_timestamp_millis(version.millis).unwrap_or_default();
        let marks = [
            (VERSION, version.number.to_string()),
            (TIME, time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()),
        ];
        let marked = |action: &Value, kind: Option<&str>| -> Result<DataFile> {
            let mut file = DataFile::from_action(action, &table.log.folder)?;
            for (name, value) in &marks {
                file.partition.insert((*name).to_string(), Some(value.clone()));
            }
            if let Some(kind) = kind {
                file.partition.insert(CHANGE_TYPE_COLUMN.to_string(), Some(kind.to_string()));
            }
            Ok(file)
        };
        let of = |kind: &'static str| actions.iter().filter_map(move |action| action.get(kind));
        let mut is_recorded = false;
        for action in of("cdc") {
            is_recorded = true;
            self.recorded.push(DataFile { stats: None, ..marked(action, None)? });
        }
        if is_recorded {
            return Ok(());
        }
        let changes = |action: &&Value| action.get("dataChange").and_then(Value::as_bool).unwrap_or(true);
        let mut removed: HashMap<String, DataFile> = HashMap::new();
        for action in of("remove").filter(changes) {
            let file = marked(action, Some("delete"))?;
            removed.insert(file.path.clone(), file);
        }
        for action in of("add").filter(changes) {
            let file = marked(action, Some("insert"))?;
            match removed.remove(&file.path) {
                None => self.whole.push(file),
                Some(before) => self.changed_in_place(table, before, file).await?,
            }
        }
        self.whole.extend(removed.into_values());
        Ok(())
    }

    /// A file of which other rows are deleted than before.
    async fn changed_in_place(&mut self, table: &Table, before: DataFile, after: DataFile) -> Result<()> {
        let (old, new) = (before.clone(), after.clone());
        let rows = table.log.blocking(move |log| Ok((log.deleted_rows(&old)?, log.deleted_rows(&new)?)));
        let (old, new) = rows.await?;
        let stored = after.stored_rows().or(before.stored_rows());
        let stored = stored.ok_or_else(|| {
            Error::unsupported("the change feed of files with deletion vectors and without statistics")
        })?;
        for (file, only) in [(before, &new - &old), (after, &old - &new)] {
            if only.is_empty() {
                continue;
            }
            let mut others = RoaringTreemap::new();
            others.insert_range(0..stored);
            others -= only;
            let id = i32::try_from(self.whole.len()).map_err(|_| Error::internal("too many files"))?;
            self.left_out.insert(id, others);
            self.whole.push(DataFile { deletion: None, stats: None, ..file });
        }
        Ok(())
    }

    fn provider(self, table: &Table) -> Feed {
        let recorded = Arc::new(state(&table.state, false, self.recorded));
        let whole = Arc::new(state(&table.state, true, self.whole));
        let rows = |state: Arc<State>| {
            let ids = (0..state.files.len()).filter_map(|id| u32::try_from(id).ok()).collect();
            Rows::new(table.log.clone(), state, ids, Zone::UTC, false)
        };
        Feed { recorded: rows(recorded), whole: rows(whole).without(self.left_out) }
    }
}

/// The table as if the marks of the feed were its last columns.
fn state(state: &State, is_whole: bool, files: Vec<DataFile>) -> State {
    let marks = [
        StructField::new(CHANGE_TYPE_COLUMN, DataType::STRING, true),
        StructField::new(VERSION, DataType::Long, true),
        StructField::new(TIME, DataType::Timestamp, true),
    ];
    let with_marks = |schema: &StructType| {
        StructType::new(schema.fields.iter().cloned().chain(marks.iter().cloned()).collect())
    };
    let mut partition_by = state.partition_by.clone();
    if is_whole {
        partition_by.push(CHANGE_TYPE_COLUMN.to_string());
    }
    partition_by.extend([VERSION.to_string(), TIME.to_string()]);
    State {
        full: with_marks(&state.full),
        schema: with_marks(&state.schema),
        partition_by,
        files: Arc::new(files),
        ..state.clone()
    }
}

/// The rows of the feed.
#[derive(Debug)]
struct Feed {
    recorded: Rows,
    whole: Rows,
}

#[async_trait]
impl TableProvider for Feed {
    fn schema(&self) -> SchemaRef {
        self.whole.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let whole = self.whole.scan(session, projection, filters, None).await?;
        let recorded = self.recorded.scan(session, projection, filters, None).await?;
        let recorded = crate::retyped::retyped(recorded, &whole.schema())?;
        UnionExec::try_new(vec![whole, recorded])
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> DataFusionResult<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }
}
