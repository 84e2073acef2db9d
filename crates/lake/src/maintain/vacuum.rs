//! VACUUM: removes files that no version within the retention needs, and what writers who were killed have left.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use delta_kernel::actions::Remove;
use delta_kernel::engine::arrow_data::ArrowEngineData;
use delta_kernel::schema::derive_macro_utils::ToDataType;
use delta_kernel::schema::{StructField, StructType};
use futures::{StreamExt, TryStreamExt};
use lang::{Error, Result};
use object_store::path::Path;
use serde_json::json;

use super::unfinished::remove_unfinished;
use super::{batch, text};
use crate::error::{from_store, unwritable};
use crate::file::{DataFile, Deletion};
use crate::log::{FOLDER, Log};
use crate::table::Table;

/// Hours that deleted files are kept when no property says otherwise, Delta's default.
const RETENTION_HOURS: f64 = 168.0;
/// The most files that a dry run names.
const SHOWN: usize = 1000;

pub(super) async fn vacuum(
    table: &Table,
    retain_hours: Option<f64>,
    dry_run: bool,
    check_retention: bool,
) -> Result<RecordBatch> {
    let configured = retention(table)?;
    let hours = retain_hours.unwrap_or(configured);
    if check_retention && hours < configured {
        return Err(Error::new(lang::ErrorKind::InvalidArgument, "DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT")
            .with("configuredRetentionHours", format!("{configured:.0}")));
    }
    let state = &table.state;
    state.protocol.expect_writable(&state.full, &table.log.location)?;
    let cutoff = chrono::Utc::now().timestamp_millis() - (hours * 3_600_000.0) as i64;
    let mut needed = tombstones(table, cutoff).await?;
    for file in state.files.iter() {
        needed.insert(file.object.clone());
        needed.extend(
            file.deletion.as_ref().map(|deletion| vector(deletion, &table.log)).transpose()?.flatten(),
        );
    }
    let root = table.log.folder.object("")?;
    let store = table.log.folder.object_store();
    let mut unneeded: Vec<Path> = Vec::new();
    let mut listed = store.list(Some(&root));
    while let Some(found) = listed.try_next().await.map_err(|e| from_store(&e, &table.log.location))? {
        let old = found.last_modified.timestamp_millis() < cutoff;
        if old && !is_hidden(&found.location, &root, state) && !needed.contains(&found.location) {
            unneeded.push(found.location);
        }
    }
    unneeded.sort();
    if dry_run {
        let base = table.log.folder.to_string();
        let scheme = base.split(table.log.folder.path()).next().unwrap_or_default().to_string();
        let shown = unneeded.iter().take(SHOWN).map(|path| json!({"path": format!("{scheme}/{path}")}));
        return batch(vec![text("path")], &shown.collect::<Vec<_>>());
    }
    let paths = futures::stream::iter(unneeded.into_iter().map(Ok)).boxed();
    let deleted = store.delete_stream(paths).try_for_each(|_| async { Ok(()) });
    deleted.await.map_err(|e| unwritable(&table.log.location, &e.to_string()))?;
    if table.log.folder.is_local() {
        let partition_by = state.partition_by.clone();
        table.log.blocking(move |log| remove_unfinished(log, &partition_by, cutoff)).await?;
    }
    batch(vec![text("path")], &[json!({"path": table.log.folder.to_string()})])
}

/// Whether a file is none of the table's.
fn is_hidden(path: &Path, root: &Path, state: &crate::state::State) -> bool {
    let Some(mut parts) = path.prefix_match(root) else { return true };
    parts.any(|part| is_apart(part.as_ref(), &state.partition_by))
}

/// Whether a file or folder of this name is none of the table's: the log, and what begins with `_` or `.`. The change
/// feed's are the table's, and so are folders of partition columns with such names.
pub(super) fn is_apart(name: &str, partition_by: &[String]) -> bool {
    let of_partition = || {
        let column = name.split('=').next().unwrap_or_default();
        partition_by.iter().any(|known| known == column)
    };
    name == FOLDER || (name.starts_with(['_', '.']) && name != "_change_data" && !of_partition())
}

/// The file of a deletion vector; those that are in the log have none.
fn vector(deletion: &Deletion, log: &Log) -> Result<Option<Path>> {
    let url = deletion.descriptor()?.absolute_path(log.url()).map_err(|e| log.failed(&e))?;
    url.map(|url| log.folder.object_at(&crate::file::decode(url.path()))).transpose()
}

/// Files that were removed from the table so late that they must stay.
async fn tombstones(table: &Table, cutoff: i64) -> Result<HashSet<Path>> {
    let version = table.state.version;
    let work = table.log.blocking(move |log| {
        let snapshot = log.snapshot(Some(version))?;
        let schema = StructType::try_new(vec![StructField::nullable("remove", Remove::to_data_type())]);
        let schema = Arc::new(schema.map_err(|e| log.failed(&e))?);
        let segment = snapshot.log_segment();
        let batches = segment.read_actions(log.engine().as_ref(), schema).map_err(|e| log.failed(&e))?;
        let mut found = HashSet::new();
        for part in batches {
            let data = part.map_err(|e| log.failed(&e))?.actions;
            let data = ArrowEngineData::try_from_engine_data(data).map_err(|e| log.failed(&e))?;
            let batch: RecordBatch = data.into();
            read(&batch, cutoff, log, &mut found)?;
        }
        Ok(found)
    });
    work.await
}

fn read(batch: &RecordBatch, cutoff: i64, log: &Log, found: &mut HashSet<Path>) -> Result<()> {
    let wrong = || Error::internal("removed files of the log have another form");
    let removes = batch.column(0).as_struct_opt().ok_or_else(wrong)?;
    let paths = removes.column_by_name("path").and_then(|c| c.as_string_opt::<i32>()).ok_or_else(wrong)?;
    let times = removes
        .column_by_name("deletionTimestamp")
        .and_then(|c| c.as_primitive_opt::<Int64Type>())
        .ok_or_else(wrong)?;
    let vectors = removes.column_by_name("deletionVector").and_then(|c| c.as_struct_opt());
    for row in (0..removes.len()).filter(|row| removes.is_valid(*row)) {
        let is_late = times.is_null(row) || times.value(row) >= cutoff;
        if !is_late {
            continue;
        }
        found.insert(DataFile::object_of(paths.value(row), &log.folder)?);
        let text = |name: &str| {
            let column = vectors?.column_by_name(name)?.as_string_opt::<i32>()?;
            column.is_valid(row).then(|| column.value(row).to_string())
        };
        if let (Some(storage_type), Some(path_or_inline)) = (text("storageType"), text("pathOrInlineDv"))
            && storage_type != "i"
        {
            let deletion =
                Deletion { storage_type, path_or_inline, offset: Some(1), size_in_bytes: 1, cardinality: 1 };
            found.extend(vector(&deletion, log)?);
        }
    }
    Ok(())
}

/// `delta.deletedFileRetentionDuration` in hours: `interval 1 week`, `interval 36 hours`.
///
/// # Errors
/// Texts that are no such length of time.
fn retention(table: &Table) -> Result<f64> {
    match table.state.configuration.get("delta.deletedFileRetentionDuration") {
        None => Ok(RETENTION_HOURS),
        Some(text) => hours(text).ok_or_else(|| {
            Error::unsupported(format!("the retention {text} of delta.deletedFileRetentionDuration"))
        }),
    }
}

/// The hours of an interval of weeks, days, hours, minutes and seconds.
fn hours(text: &str) -> Option<f64> {
    let text = text.trim().to_ascii_lowercase();
    let words: Vec<&str> = text.strip_prefix("interval").unwrap_or(&text).split_whitespace().collect();
    if words.is_empty() || !words.len().is_multiple_of(2) {
        return None;
    }
    let mut hours = 0.0;
    for pair in words.chunks(2) {
        let count: f64 = pair[0].trim_matches('\'').parse().ok()?;
        hours += count
            * match pair[1].trim_end_matches('s') {
                "week" => 168.0,
                "day" => 24.0,
                "hour" => 1.0,
                "minute" => 1.0 / 60.0,
                "second" => 1.0 / 3600.0,
                _ => return None,
            };
    }
    Some(hours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retentions_are_read() {
        for (text, expected) in
            [("interval 1 week", 168.0), ("INTERVAL 2 days 12 hours", 60.0), ("30 minutes", 0.5)]
        {
            assert_eq!(hours(text), Some(expected));
        }
        assert_eq!(hours("interval 1 month"), None);
    }
}
