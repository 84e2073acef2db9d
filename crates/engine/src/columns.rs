//! Comments and defaults of columns, which live in a field's metadata as Spark keeps them: `{"comment": "…", "CURRENT_DEFAULT": "…"}`.

use lang::StructField;
use serde_json::{Map, Value};

const COMMENT: &str = "comment";
/// What statements insert for a column they give no value.
const CURRENT_DEFAULT: &str = "CURRENT_DEFAULT";
/// What rows have that were written before the column was there.
const EXISTS_DEFAULT: &str = "EXISTS_DEFAULT";

/// The comment of a column.
pub(crate) fn comment(field: &StructField) -> Option<String> {
    parsed(&field.metadata).get(COMMENT)?.as_str().map(str::to_string)
}

/// Metadata with a comment in it.
pub(crate) fn with_comment(metadata: &str, comment: &str) -> String {
    let mut metadata = parsed(metadata);
    metadata.insert(COMMENT.to_string(), Value::String(comment.to_string()));
    Value::Object(metadata).to_string()
}

/// Metadata without a comment.
pub(crate) fn without_comment(metadata: &str) -> String {
    let mut metadata = parsed(metadata);
    metadata.shift_remove(COMMENT);
    text(metadata)
}

/// The SQL text of a column's default.
pub(crate) fn current_default(field: &StructField) -> Option<String> {
    parsed(&field.metadata).get(CURRENT_DEFAULT)?.as_str().map(str::to_string)
}

/// Metadata with that default, or with none.
pub(crate) fn with_default(metadata: &str, default: Option<&str>) -> String {
    let mut metadata = parsed(metadata);
    match default {
        Some(default) => {
            for key in [CURRENT_DEFAULT, EXISTS_DEFAULT] {
                metadata.insert(key.to_string(), Value::String(default.to_string()));
            }
        }
        None => {
            metadata.shift_remove(CURRENT_DEFAULT);
        }
    }
    text(metadata)
}

fn text(metadata: Map<String, Value>) -> String {
    if metadata.is_empty() { String::new() } else { Value::Object(metadata).to_string() }
}

/// What is no JSON object counts as an empty one.
fn parsed(metadata: &str) -> Map<String, Value> {
    serde_json::from_str(metadata).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lang::DataType;

    #[test]
    fn comments_come_back_and_other_metadata_stays() {
        let mut field = StructField::new("a", DataType::Long, true);
        assert_eq!(comment(&field), None);
        field.metadata = with_comment("{\"k\":1}", "it's \"quoted\"");
        assert_eq!(comment(&field).as_deref(), Some("it's \"quoted\""));
        assert!(field.metadata.contains("\"k\":1"));
    }
}
