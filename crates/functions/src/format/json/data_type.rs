//! Spark's JSON notation of data types, as `df.schema.json()` prints it.

use lang::{DataType, StructField, StructType};
use serde_json::Value;

/// The type that `text` describes; `None` when it is not this notation.
pub(in crate::format) fn read(text: &str) -> Option<DataType> {
    let trimmed = text.trim_start();
    if !trimmed.starts_with(['{', '"']) {
        return None;
    }
    data_type(&serde_json::from_str(trimmed).ok()?)
}

fn data_type(json: &Value) -> Option<DataType> {
    if let Some(name) = json.as_str() {
        return match name {
            "integer" => Some(DataType::Integer),
            "long" => Some(DataType::Long),
            "short" => Some(DataType::Short),
            "byte" => Some(DataType::Byte),
            name => lang::parse_data_type(name).ok(),
        };
    }
    match json.get("type")?.as_str()? {
        "struct" => {
            let fields: Option<Vec<_>> = json.get("fields")?.as_array()?.iter().map(field).collect();
            Some(DataType::Struct(StructType::new(fields?)))
        }
        "array" => Some(DataType::Array {
            element: Box::new(data_type(json.get("elementType")?)?),
            contains_null: json.get("containsNull")?.as_bool()?,
        }),
        "map" => Some(DataType::Map {
            key: Box::new(data_type(json.get("keyType")?)?),
            value: Box::new(data_type(json.get("valueType")?)?),
            value_contains_null: json.get("valueContainsNull")?.as_bool()?,
        }),
        _ => None,
    }
}

fn field(json: &Value) -> Option<StructField> {
    let nullable = json.get("nullable").and_then(Value::as_bool).unwrap_or(true);
    let mut field = StructField::new(json.get("name")?.as_str()?, data_type(json.get("type")?)?, nullable);
    match json.get("metadata") {
        Some(Value::Object(metadata)) if !metadata.is_empty() => {
            field.metadata = Value::Object(metadata.clone()).to_string()
        }
        _ => {}
    }
    Some(field)
}
