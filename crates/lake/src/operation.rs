//! What DESCRIBE HISTORY says of commits.

use lang::ir::Options;
use plan::lake::{Commit, LakeDefinition};
use serde_json::json;

/// CREATE TABLE and REPLACE TABLE, with rows or without.
pub(crate) fn create(definition: &LakeDefinition, replace: bool, with_rows: bool) -> Commit {
    let operation = match (replace, with_rows) {
        (false, false) => "CREATE TABLE",
        (false, true) => "CREATE TABLE AS SELECT",
        (true, false) => "CREATE OR REPLACE TABLE",
        (true, true) => "CREATE OR REPLACE TABLE AS SELECT",
    };
    Commit {
        operation: operation.to_string(),
        parameters: vec![
            ("partitionBy".to_string(), json!(definition.partition_by).to_string()),
            ("clusterBy".to_string(), "[]".to_string()),
            (
                "description".to_string(),
                definition.comment.as_ref().map_or("null".to_string(), |c| json!(c).to_string()),
            ),
            ("isManaged".to_string(), "false".to_string()),
            ("properties".to_string(), properties(&definition.properties)),
        ],
        ..Commit::default()
    }
}

/// Properties as JSON.
pub(crate) fn properties(properties: &Options) -> String {
    json!(properties).to_string()
}

/// A commit that changes the table's description alone.
pub(crate) fn of_metadata(operation: &str, parameters: Vec<(&str, String)>) -> Commit {
    Commit {
        operation: operation.to_string(),
        parameters: parameters.into_iter().map(|(name, value)| (name.to_string(), value)).collect(),
        ..Commit::default()
    }
}
