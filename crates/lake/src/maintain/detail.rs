//! DESCRIBE DETAIL: what a table is.

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field};
use lang::Result;
use serde_json::{Value, json};

use super::{batch, long, map, text, texts, time};
use crate::table::Table;

fn fields() -> Vec<Field> {
    vec![
        text("format"),
        text("id"),
        text("name"),
        text("description"),
        text("location"),
        time("createdAt"),
        time("lastModified"),
        texts("partitionColumns"),
        texts("clusteringColumns"),
        long("numFiles"),
        long("sizeInBytes"),
        map("properties"),
        Field::new("minReaderVersion", DataType::Int32, true),
        Field::new("minWriterVersion", DataType::Int32, true),
        texts("tableFeatures"),
    ]
}

pub(super) async fn detail(table: &Table, name: Option<String>) -> Result<RecordBatch> {
    let state = &table.state;
    let versions = table.log.versions().await?;
    let modified =
        versions.iter().rev().find(|version| version.number == state.version).map(|v| v.millis * 1000);
    let of = |key: &str| state.metadata.get(key).cloned().unwrap_or(Value::Null);
    let created = of("createdTime").as_i64().map(|millis| millis * 1000);
    let row = json!({
        "format": "delta",
        "id": of("id"),
        "name": name.map_or_else(|| of("name"), |name| json!(name)),
        "description": of("description"),
        "location": table.log.folder.to_string(),
        "createdAt": created,
        "lastModified": modified,
        "partitionColumns": state.partition_by,
        "clusteringColumns": [],
        "numFiles": state.files.len(),
        "sizeInBytes": state.files.iter().map(|file| file.size).sum::<u64>(),
        "properties": state.configuration,
        "minReaderVersion": state.protocol.reader,
        "minWriterVersion": state.protocol.writer,
        "tableFeatures": state.protocol.features(),
    });
    batch(fields(), &[row])
}
