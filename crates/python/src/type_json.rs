//! Spark's JSON form of types, as PySpark reads it.

use lang::{DataType, StructField};
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
