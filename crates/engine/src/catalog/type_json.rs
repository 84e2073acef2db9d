//! Schemas as JSON, for the store: every detail of a type comes back.

use lang::{DataType, Error, Result, StructField, StructType};
use serde_json::{Value, json};

pub(super) fn schema_json(schema: &StructType) -> Value {
    Value::Array(schema.fields.iter().map(field_json).collect())
}

fn field_json(field: &StructField) -> Value {
    json!({
        "name": field.name,
        "type": type_json(&field.data_type),
        "nullable": field.nullable,
        "metadata": field.metadata,
    })
}

/// Plain types are their SQL text, nested ones objects.
fn type_json(data_type: &DataType) -> Value {
    match data_type {
        DataType::Array { element, contains_null } => {
            json!({"array": type_json(element), "nullable": contains_null})
        }
        DataType::Map { key, value, value_contains_null } => {
            json!({"map": type_json(key), "value": type_json(value), "nullable": value_contains_null})
        }
        DataType::Struct(schema) => json!({"struct": schema_json(schema)}),
        DataType::Udt { sql_type, .. } => type_json(sql_type),
        plain => Value::String(plain.sql()),
    }
}

/// # Errors
/// What is no schema: the store was changed by somebody else.
pub(super) fn schema_from(value: &Value) -> Result<StructType> {
    let fields = value.as_array().ok_or_else(damaged)?;
    Ok(StructType::new(fields.iter().map(field_from).collect::<Result<_>>()?))
}

fn field_from(value: &Value) -> Result<StructField> {
    let name = value["name"].as_str().ok_or_else(damaged)?;
    let mut field =
        StructField::new(name, type_from(&value["type"])?, value["nullable"] != Value::Bool(false));
    field.metadata = value["metadata"].as_str().unwrap_or_default().to_string();
    Ok(field)
}

fn type_from(value: &Value) -> Result<DataType> {
    if let Some(text) = value.as_str() {
        return lang::parse_data_type(text);
    }
    let nullable = value["nullable"] != Value::Bool(false);
    if let Some(element) = value.get("array") {
        return Ok(DataType::Array { element: Box::new(type_from(element)?), contains_null: nullable });
    }
    if let Some(key) = value.get("map") {
        let (key, item) = (Box::new(type_from(key)?), Box::new(type_from(&value["value"])?));
        return Ok(DataType::Map { key, value: item, value_contains_null: nullable });
    }
    schema_from(value.get("struct").ok_or_else(damaged)?).map(DataType::Struct)
}

/// A record that cannot be read.
pub(super) fn damaged() -> Error {
    super::store::failed("a record of the catalog cannot be read")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_come_back() {
        let inner = StructField::new("x y", DataType::Decimal { precision: 10, scale: 2 }, false);
        let types = [
            DataType::Varchar(3),
            DataType::YEAR_MONTH,
            DataType::String { collation: Some("UTF8_LCASE".into()) },
            DataType::Array { element: Box::new(DataType::TimestampNtz), contains_null: false },
            DataType::Map {
                key: Box::new(DataType::STRING),
                value: Box::new(DataType::Struct(StructType::new(vec![inner]))),
                value_contains_null: true,
            },
        ];
        let fields = types.into_iter().map(|data_type| StructField::new("a", data_type, true)).collect();
        let schema = StructType::new(fields);
        assert_eq!(schema_from(&schema_json(&schema)).expect("valid"), schema);
    }
}
