//! Spark's JSON form of types, as PySpark reads it.

use lang::{DataType, Error, Result, StructField, StructType};
use serde_json::{Value, json};

/// The JSON form of a type: a name for simple types, an object for nested ones.
pub(crate) fn type_json(data_type: &DataType) -> Value {
    match data_type {
        DataType::Array { element, contains_null } => {
            json!({"type": "array", "elementType": type_json(element), "containsNull": contains_null})
        }
        DataType::Map { key, value, value_contains_null } => json!({
            "type": "map",
            "keyType": type_json(key),
            "valueType": type_json(value),
            "valueContainsNull": value_contains_null,
        }),
        DataType::Struct(fields) => struct_json(&fields.fields),
        DataType::Udt { class, serialized, sql_type } => json!({
            "type": "udt",
            "pyClass": class,
            "serializedClass": serialized,
            "sqlType": type_json(sql_type),
        }),
        // Collations do not change what a value looks like in Python.
        DataType::String { .. } => json!("string"),
        DataType::Null => json!("void"),
        DataType::Byte => json!("byte"),
        DataType::Short => json!("short"),
        DataType::Integer => json!("integer"),
        DataType::Long => json!("long"),
        other => json!(other.simple_string()),
    }
}

/// The JSON form of a struct of these fields; column metadata is left out.
pub(crate) fn struct_json(fields: &[StructField]) -> Value {
    let fields: Vec<Value> = fields
        .iter()
        .map(|field| {
            let data_type = type_json(&field.data_type);
            json!({"name": field.name, "type": data_type, "nullable": field.nullable, "metadata": {}})
        })
        .collect();
    json!({"type": "struct", "fields": fields})
}

/// The struct that PySpark's JSON describes.
///
/// # Errors
/// What is no schema.
pub(crate) fn schema_of_json(json: &[u8]) -> Result<StructType> {
    let value: Value = serde_json::from_slice(json).map_err(|_| damaged())?;
    match type_of(&value)? {
        DataType::Struct(schema) => Ok(schema),
        _ => Err(damaged()),
    }
}

fn type_of(value: &Value) -> Result<DataType> {
    if let Some(name) = value.as_str() {
        return lang::parse_data_type(name);
    }
    let part = |name: &str| Ok::<_, Error>(Box::new(type_of(&value[name])?));
    let flag = |name: &str| value[name] != Value::Bool(false);
    match value["type"].as_str() {
        Some("array") => {
            Ok(DataType::Array { element: part("elementType")?, contains_null: flag("containsNull") })
        }
        Some("map") => Ok(DataType::Map {
            key: part("keyType")?,
            value: part("valueType")?,
            value_contains_null: flag("valueContainsNull"),
        }),
        Some("struct") => {
            let fields = value["fields"].as_array().ok_or_else(damaged)?;
            Ok(DataType::Struct(StructType::new(fields.iter().map(field_of).collect::<Result<_>>()?)))
        }
        _ => Err(Error::unsupported("user-defined types in the rows of a table function")),
    }
}

fn field_of(value: &Value) -> Result<StructField> {
    let name = value["name"].as_str().ok_or_else(damaged)?;
    Ok(StructField::new(name, type_of(&value["type"])?, value["nullable"] != Value::Bool(false)))
}

fn damaged() -> Error {
    Error::internal("PySpark describes a type in another way")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_named_as_in_spark_schemas() {
        let array = DataType::Array { element: Box::new(DataType::Long), contains_null: false };
        let cases = [
            (DataType::Integer, r#""integer""#),
            (DataType::Decimal { precision: 10, scale: 2 }, r#""decimal(10,2)""#),
            (DataType::DAY_TIME, r#""interval day to second""#),
            (DataType::TimestampNtz, r#""timestamp_ntz""#),
            (array, r#"{"type":"array","elementType":"long","containsNull":false}"#),
        ];
        for (data_type, expected) in cases {
            assert_eq!(type_json(&data_type).to_string(), expected);
        }
        let field = StructField::new("a\"b", DataType::STRING, true);
        let expected =
            r#"{"type":"struct","fields":[{"name":"a\"b","type":"string","nullable":true,"metadata":{}}]}"#;
        assert_eq!(struct_json(&[field]).to_string(), expected);
    }
}
