//! The schema of the log: Spark's JSON form of types, what only the log needs to know of a column, and the names that
//! columns have in files.

use std::collections::BTreeMap;

use lang::{DataType, Error, Result, StructField, StructType};
use serde_json::{Map, Value, json};

/// Column metadata: the name of a column in files, when columns are mapped.
pub(crate) const PHYSICAL_NAME: &str = "delta.columnMapping.physicalName";
/// Column metadata: the id of a column, when columns are mapped.
pub(crate) const COLUMN_ID: &str = "delta.columnMapping.id";
/// Column metadata: the SQL text of a generated column.
pub(crate) const GENERATION: &str = "delta.generationExpression";
/// Column metadata: how CHAR and VARCHAR are kept, as plain text with a limit.
const CHAR_VARCHAR: &str = "__CHAR_VARCHAR_TYPE_STRING";

/// The struct of a schema's JSON text.
///
/// # Errors
/// Texts that are no schema.
pub(crate) fn parse(text: &str) -> Result<StructType> {
    let value: Value = serde_json::from_str(text).map_err(|e| malformed(&e.to_string()))?;
    match from_json(&value)? {
        DataType::Struct(schema) => Ok(schema),
        _ => Err(malformed(text)),
    }
}

/// The JSON text of a schema.
pub(crate) fn write(schema: &StructType) -> String {
    struct_json(schema).to_string()
}

fn malformed(reason: &str) -> Error {
    Error::new(lang::ErrorKind::Data, "FAILED_READ_FILE.NO_HINT")
        .with("path", "_delta_log")
        .with("reason", format!("no schema: {reason}"))
}

fn from_json(value: &Value) -> Result<DataType> {
    if let Value::String(name) = value {
        return match name.as_str() {
            "null" | "void" => Ok(DataType::Null),
            "byte" => Ok(DataType::Byte),
            "short" => Ok(DataType::Short),
            "integer" => Ok(DataType::Integer),
            "long" => Ok(DataType::Long),
            other => lang::parse_data_type(other).map_err(|_| malformed(other)),
        };
    }
    let part = |key: &str| value.get(key).ok_or_else(|| malformed(&value.to_string()));
    let flag = |key: &str| value.get(key).and_then(Value::as_bool).unwrap_or(true);
    match part("type")?.as_str() {
        Some("array") => Ok(DataType::Array {
            element: Box::new(from_json(part("elementType")?)?),
            contains_null: flag("containsNull"),
        }),
        Some("map") => Ok(DataType::Map {
            key: Box::new(from_json(part("keyType")?)?),
            value: Box::new(from_json(part("valueType")?)?),
            value_contains_null: flag("valueContainsNull"),
        }),
        Some("struct") => {
            let fields = part("fields")?.as_array().ok_or_else(|| malformed(&value.to_string()))?;
            Ok(DataType::Struct(StructType::new(fields.iter().map(field).collect::<Result<_>>()?)))
        }
        Some("udt") => from_json(part("sqlType")?),
        _ => Err(malformed(&value.to_string())),
    }
}

fn field(value: &Value) -> Result<StructField> {
    let name = value.get("name").and_then(Value::as_str).ok_or_else(|| malformed(&value.to_string()))?;
    let data_type = from_json(value.get("type").ok_or_else(|| malformed(&value.to_string()))?)?;
    let nullable = value.get("nullable").and_then(Value::as_bool).unwrap_or(true);
    let mut field = StructField::new(name, data_type, nullable);
    if let Some(metadata) = value.get("metadata").and_then(Value::as_object).filter(|m| !m.is_empty()) {
        field.metadata = Value::Object(metadata.clone()).to_string();
    }
    Ok(field)
}

fn struct_json(schema: &StructType) -> Value {
    let fields: Vec<Value> = schema
        .fields
        .iter()
        .map(|field| {
            json!({
                "name": field.name,
                "type": type_json(&field.data_type),
                "nullable": field.nullable,
                "metadata": metadata(field),
            })
        })
        .collect();
    json!({"type": "struct", "fields": fields})
}

fn type_json(data_type: &DataType) -> Value {
    match data_type {
        DataType::Array { element, contains_null } => {
            json!({"type": "array", "elementType": type_json(element), "containsNull": contains_null})
        }
        DataType::Map { key, value, value_contains_null } => json!({
            "type": "map", "keyType": type_json(key), "valueType": type_json(value),
            "valueContainsNull": value_contains_null
        }),
        DataType::Struct(schema) => struct_json(schema),
        DataType::Udt { sql_type, .. } => type_json(sql_type),
        DataType::String { .. } | DataType::Char(_) | DataType::Varchar(_) => json!("string"),
        other => json!(other.type_name()),
    }
}

/// A column's metadata; texts of a limited length say so there.
pub(crate) fn metadata(field: &StructField) -> Map<String, Value> {
    let mut metadata = match serde_json::from_str(&field.metadata) {
        Ok(Value::Object(metadata)) => metadata,
        _ => Map::new(),
    };
    if matches!(field.data_type, DataType::Char(_) | DataType::Varchar(_)) {
        metadata.insert(CHAR_VARCHAR.to_string(), json!(field.data_type.simple_string()));
    }
    metadata
}

/// The field with that metadata.
pub(crate) fn with_metadata(mut field: StructField, metadata: Map<String, Value>) -> StructField {
    field.metadata = if metadata.is_empty() { String::new() } else { Value::Object(metadata).to_string() };
    field
}

/// A value of a column's metadata.
pub(crate) fn metadata_of(field: &StructField, key: &str) -> Option<Value> {
    metadata(field).get(key).cloned()
}

/// Every field of a type changed, inner ones first.
pub(crate) fn map_fields(
    schema: &StructType,
    apply: &mut dyn FnMut(StructField) -> StructField,
) -> StructType {
    let fields = schema.fields.iter().map(|field| {
        let mut field = field.clone();
        field.data_type = map_type(&field.data_type, apply);
        apply(field)
    });
    StructType::new(fields.collect())
}

fn map_type(data_type: &DataType, apply: &mut dyn FnMut(StructField) -> StructField) -> DataType {
    match data_type {
        DataType::Struct(schema) => DataType::Struct(map_fields(schema, apply)),
        DataType::Array { element, contains_null } => {
            DataType::Array { element: Box::new(map_type(element, apply)), contains_null: *contains_null }
        }
        DataType::Map { key, value, value_contains_null } => DataType::Map {
            key: Box::new(map_type(key, apply)),
            value: Box::new(map_type(value, apply)),
            value_contains_null: *value_contains_null,
        },
        other => other.clone(),
    }
}

/// The schema as users see it: what only the log needs to know is left out of the metadata.
pub(crate) fn logical(schema: &StructType) -> StructType {
    map_fields(schema, &mut |field| {
        let kept = metadata(&field)
            .into_iter()
            .filter(|(key, _)| !key.starts_with("delta.") && key != "parquet.field.id")
            .collect();
        with_metadata(field, kept)
    })
}

/// The schema under the names that files have.
pub(crate) fn physical(schema: &StructType) -> StructType {
    map_fields(schema, &mut |mut field| {
        if let Some(Value::String(name)) = metadata_of(&field, PHYSICAL_NAME) {
            field.name = name;
        }
        field.metadata = String::new();
        field
    })
}

/// The name that a column has in files.
pub(crate) fn physical_name(field: &StructField) -> String {
    match metadata_of(field, PHYSICAL_NAME) {
        Some(Value::String(name)) => name,
        _ => field.name.clone(),
    }
}

/// Gives every field that has none an id and a name in files; answers with the highest id.
pub(crate) fn map_columns(schema: &StructType, highest: i64) -> (StructType, i64) {
    let mut next = highest;
    map_fields(schema, &mut |field| {
        if let Some(id) = metadata_of(&field, COLUMN_ID).and_then(|id| id.as_i64()) {
            next = next.max(id);
        }
        field
    });
    let mapped = map_fields(schema, &mut |field| {
        let mut metadata = metadata(&field);
        if !metadata.contains_key(COLUMN_ID) {
            next += 1;
            metadata.insert(COLUMN_ID.to_string(), json!(next));
        }
        if !metadata.contains_key(PHYSICAL_NAME) {
            metadata.insert(PHYSICAL_NAME.to_string(), json!(format!("col-{}", uuid::Uuid::new_v4())));
        }
        with_metadata(field, metadata)
    });
    (mapped, next)
}

/// Keys and values of a JSON object of texts.
pub(crate) fn texts(value: &Value) -> BTreeMap<String, String> {
    let object = value.as_object().into_iter().flatten();
    object.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_string()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemas_go_there_and_back() {
        let text = concat!(
            r#"{"type":"struct","fields":[{"name":"a","type":"long","nullable":false,"metadata":{"comment":"x"}},"#,
            r#"{"name":"s","type":{"type":"struct","fields":[{"name":"b","type":"decimal(10,2)","nullable":true,"#,
            r#""metadata":{}}]},"nullable":true,"metadata":{}}]}"#
        );
        let schema = parse(text).expect("a schema");
        assert_eq!(write(&schema), text);
        let (mapped, highest) = map_columns(&schema, 0);
        assert_eq!(highest, 3);
        assert!(physical(&mapped).fields.iter().all(|field| field.name.starts_with("col-")));
        assert_eq!(logical(&mapped), schema);
    }
}
