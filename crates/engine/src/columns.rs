//! Comments and defaults of columns, which live in a field's metadata as Spark keeps them: `{"comment": "…", "CURRENT_DEFAULT": "…"}`.

use functions::text_length::LIMITED_TYPE_KEY;
use lang::{DataType, StructField, StructType};
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
    without(metadata, COMMENT)
}

/// The SQL text of a column's default.
pub(crate) fn current_default(field: &StructField) -> Option<String> {
    parsed(&field.metadata).get(CURRENT_DEFAULT)?.as_str().map(str::to_string)
}

/// The SQL text of what rows have that were written before the column was there.
pub(crate) fn existing_default(field: &StructField) -> Option<String> {
    parsed(&field.metadata).get(EXISTS_DEFAULT)?.as_str().map(str::to_string)
}

/// Metadata with that default for new rows, or with none.
pub(crate) fn with_default(metadata: &str, default: Option<&str>) -> String {
    match default {
        Some(default) => with(metadata, CURRENT_DEFAULT, default),
        None => without(metadata, CURRENT_DEFAULT),
    }
}

/// Metadata with what rows have that were written before the column was there.
pub(crate) fn with_existing_default(metadata: &str, constant: &str) -> String {
    with(metadata, EXISTS_DEFAULT, constant)
}

fn with(metadata: &str, key: &str, value: &str) -> String {
    let mut metadata = parsed(metadata);
    metadata.insert(key.to_string(), Value::String(value.to_string()));
    text(metadata)
}

/// Metadata that tells the limits of a column's texts.
pub(crate) fn with_limits(metadata: &str, data_type: &DataType) -> String {
    let mut metadata = parsed(metadata);
    metadata.insert(LIMITED_TYPE_KEY.to_string(), Value::String(data_type.simple_string()));
    text(metadata)
}

/// A query's columns as a table or a view keeps them: those that come of CHAR and VARCHAR columns are such columns.
pub(crate) fn with_limited_types(mut schema: StructType) -> StructType {
    for field in &mut schema.fields {
        let metadata = parsed(&field.metadata);
        let limited = metadata.get(LIMITED_TYPE_KEY).and_then(Value::as_str);
        if let Some(data_type) = limited.and_then(|text| lang::parse_data_type(text).ok()) {
            field.data_type = data_type;
            field.metadata = without(&field.metadata, LIMITED_TYPE_KEY);
        }
    }
    schema
}

fn without(metadata: &str, key: &str) -> String {
    let mut metadata = parsed(metadata);
    metadata.shift_remove(key);
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

    #[test]
    fn comments_come_back_and_other_metadata_stays() {
        let mut field = StructField::new("a", DataType::Long, true);
        assert_eq!(comment(&field), None);
        field.metadata = with_comment("{\"k\":1}", "it's \"quoted\"");
        assert_eq!(comment(&field).as_deref(), Some("it's \"quoted\""));
        assert!(field.metadata.contains("\"k\":1"));
    }
}
