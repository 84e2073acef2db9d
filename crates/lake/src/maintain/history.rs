//! DESCRIBE HISTORY: what the commits say of themselves, newest first.

use arrow::array::RecordBatch;
use arrow::datatypes::Field;
use lang::Result;
use serde_json::{Map, Value, json};

use super::{batch, boolean, long, map, structure, text, time};
use crate::table::Table;

fn fields() -> Vec<Field> {
    let job = ["jobId", "jobName", "jobRunId", "runId", "jobOwnerId", "triggerType"];
    vec![
        long("version"),
        time("timestamp"),
        text("userId"),
        text("userName"),
        text("operation"),
        map("operationParameters"),
        structure("job", job.iter().map(|name| text(name)).collect()),
        structure("notebook", vec![text("notebookId")]),
        text("clusterId"),
        long("readVersion"),
        text("isolationLevel"),
        boolean("isBlindAppend"),
        map("operationMetrics"),
        text("userMetadata"),
        text("engineInfo"),
    ]
}

pub(super) async fn history(table: &Table, limit: Option<usize>) -> Result<RecordBatch> {
    let versions = table.log.versions().await?;
    let mut rows = Vec::new();
    for version in versions.iter().rev().take(limit.unwrap_or(usize::MAX)) {
        let actions = table.log.actions(version.number).await?.unwrap_or_default();
        let info = actions.iter().find_map(|action| action.get("commitInfo")).cloned().unwrap_or(Value::Null);
        let of = |key: &str| info.get(key).cloned().unwrap_or(Value::Null);
        rows.push(json!({
            "version": version.number,
            "timestamp": version.millis * 1000,
            "userId": of("userId"),
            "userName": of("userName"),
            "operation": of("operation"),
            "operationParameters": texts(&of("operationParameters")),
            "job": of("job"),
            "notebook": of("notebook"),
            "clusterId": of("clusterId"),
            "readVersion": of("readVersion"),
            "isolationLevel": of("isolationLevel"),
            "isBlindAppend": of("isBlindAppend"),
            "operationMetrics": texts(&of("operationMetrics")),
            "userMetadata": of("userMetadata"),
            "engineInfo": of("engineInfo"),
        }));
    }
    batch(fields(), &rows)
}

/// An object with all values as texts.
fn texts(value: &Value) -> Value {
    let Some(object) = value.as_object() else { return Value::Null };
    let text = |value: &Value| match value {
        Value::String(text) => json!(text),
        Value::Null => Value::Null,
        other => json!(other.to_string()),
    };
    Value::Object(object.iter().map(|(key, value)| (key.clone(), text(value))).collect::<Map<_, _>>())
}
