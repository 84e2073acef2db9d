//! RESTORE: a former version becomes the next one.

use std::collections::HashSet;

use arrow::array::RecordBatch;
use lang::{Error, Result};
use object_store::ObjectStoreExt as _;
use plan::lake::At;
use serde_json::{Map, Value, json};

use super::{batch, long};
use crate::commit::{Reads, Transaction};
use crate::error::from_store;
use crate::file::DataFile;
use crate::table::Table;
use crate::versions::{ends, shown};

pub(super) async fn restore(table: &Table, to: At) -> Result<RecordBatch> {
    let version = version(table, to).await?;
    let (log, now) = (&table.log, &table.state);
    now.protocol.expect_writable(&now.full, &log.location)?;
    let then = log.state(Some(version)).await?;
    let key = |file: &DataFile| (file.path.clone(), file.deletion.clone());
    let (present, wanted): (HashSet<_>, HashSet<_>) =
        (now.files.iter().map(key).collect(), then.files.iter().map(key).collect());
    let restored: Vec<&DataFile> = then.files.iter().filter(|file| !present.contains(&key(file))).collect();
    let removed: Vec<&DataFile> = now.files.iter().filter(|file| !wanted.contains(&key(file))).collect();
    for file in &restored {
        let found = log.folder.object_store().head(&file.object).await;
        found.map_err(|e| from_store(&e, &file.path))?;
    }
    let millis = chrono::Utc::now().timestamp_millis();
    let mut actions = Vec::new();
    if then.metadata != now.metadata {
        actions.push(json!({ "metaData": then.metadata }));
    }
    let mut protocol = now.protocol.clone();
    then.protocol.features().iter().for_each(|feature| protocol.add(feature));
    if protocol != now.protocol {
        actions.push(protocol.action());
    }
    actions.extend(restored.iter().map(|file| file.add(true)));
    actions.extend(removed.iter().map(|file| file.remove(true, millis)));
    let bytes = |files: &[&DataFile]| files.iter().map(|file| file.size).sum::<u64>();
    let metrics = [
        ("tableSizeAfterRestore", then.files.iter().map(|file| file.size).sum::<u64>()),
        ("numOfFilesAfterRestore", then.files.len() as u64),
        ("numRemovedFiles", removed.len() as u64),
        ("numRestoredFiles", restored.len() as u64),
        ("removedFilesSize", bytes(&removed)),
        ("restoredFilesSize", bytes(&restored)),
    ];
    let info = info(now.version, to, version, &metrics);
    let transaction = Transaction {
        base: Some(now.version),
        actions,
        info,
        reads: Reads::Whole,
        changes_rows: true,
        serializable: true,
    };
    log.commit(&transaction).await?;
    let names = [
        "table_size_after_restore",
        "num_of_files_after_restore",
        "num_removed_files",
        "num_restored_files",
        "removed_files_size",
        "restored_files_size",
    ];
    let row = names.iter().zip(&metrics).map(|(name, (_, value))| ((*name).to_string(), json!(value)));
    batch(names.iter().map(|name| long(name)).collect(), &[Value::Object(row.collect())])
}

/// # Errors
/// `DELTA_CANNOT_RESTORE_…`
async fn version(table: &Table, to: At) -> Result<u64> {
    let versions = table.log.versions().await?;
    let (first, last) = ends(&versions)?;
    match to {
        At::Latest => Ok(last.number),
        At::Version(version) if (first.number..=last.number).contains(&version) => Ok(version),
        At::Version(version) => Err(Error::analysis("DELTA_CANNOT_RESTORE_TABLE_VERSION")
            .with("version", version.to_string())
            .with("startVersion", first.number.to_string())
            .with("endVersion", last.number.to_string())),
        At::Timestamp(micros) => {
            let millis = micros.div_euclid(1000);
            if millis < first.millis {
                return Err(Error::analysis("DELTA_CANNOT_RESTORE_TIMESTAMP_EARLIER")
                    .with("requestedTimestamp", shown(micros))
                    .with("earliestTimestamp", shown(first.millis * 1000)));
            }
            if millis > last.millis {
                return Err(Error::analysis("DELTA_CANNOT_RESTORE_TIMESTAMP_GREATER")
                    .with("requestedTimestamp", shown(micros))
                    .with("latestTimestamp", shown(last.millis * 1000)));
            }
            table.log.at_instant(micros, true).await
        }
    }
}

fn info(base: u64, to: At, version: u64, metrics: &[(&str, u64)]) -> Map<String, Value> {
    let by_version = !matches!(to, At::Timestamp(_));
    let timestamp = match to {
        At::Timestamp(micros) => json!(shown(micros)),
        _ => Value::Null,
    };
    let metrics: Map<_, _> =
        metrics.iter().map(|(name, value)| ((*name).to_string(), json!(value.to_string()))).collect();
    let mut info = Map::new();
    info.insert("operation".to_string(), json!("RESTORE"));
    let version = if by_version { json!(version.to_string()) } else { Value::Null };
    info.insert("operationParameters".to_string(), json!({"version": version, "timestamp": timestamp}));
    info.insert("readVersion".to_string(), json!(base));
    info.insert("isolationLevel".to_string(), json!("Serializable"));
    info.insert("isBlindAppend".to_string(), json!(false));
    info.insert("operationMetrics".to_string(), json!(metrics));
    info.insert("engineInfo".to_string(), json!(concat!("Firesteel/", env!("CARGO_PKG_VERSION"))));
    info.insert("txnId".to_string(), json!(uuid::Uuid::new_v4().to_string()));
    info
}
