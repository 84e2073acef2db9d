//! The schema that Spark keeps in Parquet footers: it tells interval columns from the integers they are stored as, and
//! carries column metadata.

use std::sync::Arc;

use arrow::datatypes::{DataType as Arrow, Field, Fields, Schema};
use functions::types::{METADATA_KEY, from_fields, to_field};
use lang::{DataType, StructType};
use serde_json::{Value, json};

/// The footer key.
pub(super) const KEY: &str = "org.apache.spark.sql.parquet.row.metadata";

/// The schema as Spark writes it.
pub(super) fn text(schema: &Schema) -> String {
    struct_json(&from_fields(schema.fields())).to_string()
}

fn struct_json(fields: &StructType) -> Value {
    let fields: Vec<Value> = fields
        .fields
        .iter()
        .map(|field| {
            let metadata: Value = serde_json::from_str(&field.metadata).unwrap_or_else(|_| json!({}));
            let data_type = type_json(&field.data_type);
            json!({"name": field.name, "type": data_type, "nullable": field.nullable, "metadata": metadata})
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
        DataType::Struct(fields) => struct_json(fields),
        DataType::Udt { sql_type, .. } => type_json(sql_type),
        // Files hold plain strings; Spark's own readers would reject other names here.
        DataType::String { .. } | DataType::Char(_) | DataType::Varchar(_) => json!("string"),
        other => json!(other.type_name()),
    }
}

/// Gives top-level fields the interval types and the metadata that the footer's schema says they have.
pub(super) fn restore(schema: &Schema) -> Schema {
    let known = schema.metadata().get(KEY).and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(known) = known.as_ref().and_then(|schema| schema["fields"].as_array()) else {
        return schema.clone();
    };
    let fields: Fields = schema
        .fields()
        .iter()
        .map(|field| match known.iter().find(|known| known["name"].as_str() == Some(field.name())) {
            Some(known) => Arc::new(restore_field(field, known)),
            None => Arc::clone(field),
        })
        .collect();
    Schema::new(fields)
}

fn restore_field(field: &Field, known: &Value) -> Field {
    let mut restored = field.clone();
    let stored_as_integer = matches!(field.data_type(), Arrow::Int32 | Arrow::Int64);
    if let Some(text) =
        known["type"].as_str().filter(|text| stored_as_integer && text.starts_with("interval "))
        && let Ok(data_type) = lang::parse_data_type(text)
    {
        restored = to_field(field.name(), &data_type, true);
    }
    if known["metadata"].as_object().is_some_and(|metadata| !metadata.is_empty()) {
        let mut metadata = restored.metadata().clone();
        metadata.insert(METADATA_KEY.to_string(), known["metadata"].to_string());
        restored.set_metadata(metadata);
    }
    restored
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use arrow::datatypes::TimeUnit;

    use super::*;

    #[test]
    fn intervals_and_metadata_survive_as_integers() {
        let interval = to_field("i", &DataType::DAY_TIME, true);
        let commented = Field::new("c", Arrow::Int32, true)
            .with_metadata([(METADATA_KEY.to_string(), "{\"comment\":\"x\"}".to_string())].into());
        let text = text(&Schema::new(vec![interval, commented.clone()]));
        let stored = Schema::new_with_metadata(
            vec![Field::new("i", Arrow::Int64, true), Field::new("c", Arrow::Int32, true)],
            HashMap::from([(KEY.to_string(), text)]),
        );
        let restored = restore(&stored);
        assert_eq!(restored.field(0).data_type(), &Arrow::Duration(TimeUnit::Microsecond));
        assert_eq!(restored.field(1), &commented);
    }

    #[test]
    fn nested_types_are_spelled_as_by_spark() {
        let list = Arrow::List(Arc::new(Field::new("element", Arrow::Int64, true)));
        let text = text(&Schema::new(vec![Field::new("a", list, true)]));
        let expected = json!({"type": "struct", "fields": [{
            "name": "a", "type": {"type": "array", "elementType": "long", "containsNull": true},
            "nullable": true, "metadata": {}
        }]});
        assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(expected));
    }
}
