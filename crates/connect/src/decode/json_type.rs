//! Spark's JSON form of data types, read and written: `{"type":"struct","fields":[…]}`, `"long"`, `"decimal(10,2)"`.

use lang::{DataType, Error, ErrorKind, Result, StructField, StructType};
use serde_json::{Value, json};

/// The type that a JSON text stands for.
pub(crate) fn parse(text: &str) -> Result<DataType> {
    let value: Value = serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
    from_json(&value)
}

/// The JSON text of a type, as `schema.json()` shows it.
pub(crate) fn write(data_type: &DataType) -> String {
    to_json(data_type).to_string()
}

fn malformed(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, "INVALID_JSON_DATA_TYPE").with("invalidType", reason)
}

fn from_json(value: &Value) -> Result<DataType> {
    match value {
        Value::String(name) => named(name),
        Value::Object(_) => nested(value),
        other => Err(malformed(other.to_string())),
    }
}

fn named(name: &str) -> Result<DataType> {
    Ok(match name {
        "null" | "void" => DataType::Null,
        "byte" => DataType::Byte,
        "short" => DataType::Short,
        "integer" => DataType::Integer,
        "long" => DataType::Long,
        other => lang::parse_data_type(other).map_err(|_| malformed(other))?,
    })
}

fn nested(value: &Value) -> Result<DataType> {
    let part = |key: &str| value.get(key).ok_or_else(|| malformed(value.to_string()));
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
            let fields = part("fields")?.as_array().ok_or_else(|| malformed(value.to_string()))?;
            Ok(DataType::Struct(StructType::new(fields.iter().map(field).collect::<Result<_>>()?)))
        }
        Some("udt") => {
            let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_string);
            let class =
                text("pyClass").or_else(|| text("class")).ok_or_else(|| malformed(value.to_string()))?;
            let sql_type = Box::new(from_json(part("sqlType")?)?);
            Ok(DataType::Udt { class, serialized: text("serializedClass"), sql_type })
        }
        _ => Err(malformed(value.to_string())),
    }
}

fn field(value: &Value) -> Result<StructField> {
    let name = value.get("name").and_then(Value::as_str).ok_or_else(|| malformed(value.to_string()))?;
    let data_type = from_json(value.get("type").ok_or_else(|| malformed(value.to_string()))?)?;
    let nullable = value.get("nullable").and_then(Value::as_bool).unwrap_or(true);
    let metadata = value.get("metadata").filter(|m| m.as_object().is_some_and(|o| !o.is_empty()));
    let mut field = StructField::new(name, data_type, nullable);
    field.metadata = metadata.map(Value::to_string).unwrap_or_default();
    Ok(field)
}

fn to_json(data_type: &DataType) -> Value {
    match data_type {
        DataType::Array { element, contains_null } => {
            json!({"type": "array", "elementType": to_json(element), "containsNull": contains_null})
        }
        DataType::Map { key, value, value_contains_null } => json!({
            "type": "map", "keyType": to_json(key), "valueType": to_json(value), "valueContainsNull": value_contains_null
        }),
        DataType::Struct(schema) => {
            json!({"type": "struct", "fields": schema.fields.iter().map(field_to_json).collect::<Vec<_>>()})
        }
        DataType::Udt { class, serialized, sql_type } => {
            json!({"type": "udt", "pyClass": class, "serializedClass": serialized, "sqlType": to_json(sql_type)})
        }
        other => Value::String(other.type_name()),
    }
}

fn field_to_json(field: &StructField) -> Value {
    let metadata = serde_json::from_str(&field.metadata).unwrap_or_else(|_| json!({}));
    json!({"name": field.name, "type": to_json(&field.data_type), "nullable": field.nullable, "metadata": metadata})
}

/// The DDL of a type: columns for a struct (`a INT NOT NULL,b STRING`), else the type's SQL name.
pub(crate) fn to_ddl(data_type: &DataType) -> String {
    match data_type {
        DataType::Struct(schema) => schema.fields.iter().map(column_ddl).collect::<Vec<_>>().join(","),
        other => other.sql(),
    }
}

fn column_ddl(field: &StructField) -> String {
    let not_null = if field.nullable { "" } else { " NOT NULL" };
    let comment = serde_json::from_str::<Value>(&field.metadata)
        .ok()
        .and_then(|metadata| metadata.get("comment").and_then(Value::as_str).map(str::to_string))
        .map(|comment| format!(" COMMENT '{}'", comment.replace('\\', "\\\\").replace('\'', "\\'")))
        .unwrap_or_default();
    format!("{} {}{not_null}{comment}", quoted(&field.name), field.data_type.sql())
}

fn quoted(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { name.to_string() } else { format!("`{}`", name.replace('`', "``")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r#"{"type":"struct","fields":[{"name":"a","type":"long","nullable":false,"metadata":{}},{"name":"b c","type":{"type":"array","elementType":"string","containsNull":false},"nullable":true,"metadata":{"comment":"it's"}},{"name":"d","type":{"type":"map","keyType":"integer","valueType":"double","valueContainsNull":true},"nullable":true,"metadata":{}}]}"#;

    #[test]
    fn json_survives_a_round_trip() {
        let schema = parse(SCHEMA).expect("valid");
        assert_eq!(write(&schema), SCHEMA);
    }

    #[test]
    fn structs_become_column_lists() {
        let schema = parse(SCHEMA).expect("valid");
        assert_eq!(
            to_ddl(&schema),
            "a BIGINT NOT NULL,`b c` ARRAY<STRING> COMMENT 'it\\'s',d MAP<INT, DOUBLE>"
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["{", "{}", "1", r#"{"type":"array"}"#, r#"{"type":"struct","fields":[{}]}"#] {
            assert_eq!(parse(text).expect_err(text).condition(), "INVALID_JSON_DATA_TYPE");
        }
    }
}
