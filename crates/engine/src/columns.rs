//! Column comments, which live in a field's metadata as `{"comment": "…"}`.

use lang::StructField;
use serde_json::{Map, Value};

const COMMENT: &str = "comment";

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
