//! DESCRIBE TABLE … AS JSON.

use std::sync::Arc;

use arrow::array::RecordBatch;
use chrono::DateTime;
use lang::{DataType, Error, Result, StructField, StructType};
use serde_json::{Map, Value, json};

use crate::catalog::{CATALOG, Entry, Table, View, binding_text};
use crate::columns::{comment, current_default};
use crate::information::{CREATED_BY, location_uri};
use crate::operation::Operation;
use crate::rows::{self, text};
use crate::session::Session;

impl Session {
    /// One row of one JSON object.
    pub(crate) async fn describe_json(
        self: &Arc<Self>,
        name: &[String],
        _operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        if self.is_temporary_view(name) {
            return Err(Error::unsupported("DESCRIBE of temporary views AS JSON"));
        }
        let entry = self.logged_entry(self.known(name, crate::insert::SYSTEM_PATH)?).await?;
        let text_of = Value::Object(document(&entry)).to_string();
        rows::batch(vec![text("json_metadata")], vec![vec![text_of.into()]])
    }
}

fn document(entry: &Entry) -> Map<String, Value> {
    let name = entry.name();
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_string(), value);
    };
    put("table_name", json!(name.table));
    put("catalog_name", json!(CATALOG));
    put("namespace", json!([name.database]));
    put("schema_name", json!(name.database));
    put("columns", columns(entry.schema()));
    match entry {
        Entry::Table(table) => of_table(table, entry, &mut put),
        Entry::View(view) => of_view(view, entry, &mut put),
    }
    out
}

fn common(entry: &Entry, put: &mut dyn FnMut(&str, Value)) {
    let created = DateTime::from_timestamp_micros(entry.created_micros()).unwrap_or_default();
    put("created_time", json!(created.format("%Y-%m-%dT%H:%M:%SZ").to_string()));
    put("last_access", json!("UNKNOWN"));
    put("created_by", json!(CREATED_BY.as_str()));
    put("type", json!(entry.kind()));
}

fn of_table(table: &Table, entry: &Entry, put: &mut dyn FnMut(&str, Value)) {
    put("location", json!(location_uri(&table.location)));
    if !table.options.is_empty() {
        put("storage_properties", json!(table.options));
    }
    common(entry, put);
    put("provider", json!(table.format));
    if let Some(bucketing) = &table.bucketing {
        put("num_buckets", json!(bucketing.buckets));
        put("bucket_columns", json!(bucketing.columns));
        put("sort_columns", json!(bucketing.sort_by));
    }
    if let Some(comment) = &table.comment {
        put("comment", json!(comment));
    }
    if !table.properties.is_empty() {
        put("table_properties", json!(table.properties));
    }
    if let Some(statistics) = &table.statistics {
        put("statistics", json!({"size_in_bytes": statistics.bytes, "num_rows": statistics.rows}));
    }
    if !table.partition_by.is_empty() {
        put("partition_provider", json!("Catalog"));
        put("partition_columns", json!(table.partition_by));
    }
    put("collation", json!(table.collation.as_deref().unwrap_or("UTF8_BINARY")));
}

fn of_view(view: &View, entry: &Entry, put: &mut dyn FnMut(&str, Value)) {
    common(entry, put);
    if let Some(comment) = &view.comment {
        put("comment", json!(comment));
    }
    put("view_text", json!(view.text));
    put("view_original_text", json!(view.text));
    put("view_schema_mode", json!(binding_text(view.binding)));
    put("view_catalog_and_namespace", json!(format!("{CATALOG}.{}", view.made.database)));
    put("view_query_output_columns", json!(view.query_columns));
    if !view.properties.is_empty() {
        put("table_properties", json!(view.properties));
    }
    put("collation", json!(view.collation.as_deref().unwrap_or("UTF8_BINARY")));
}

fn columns(schema: &StructType) -> Value {
    Value::Array(schema.fields.iter().map(column).collect())
}

fn column(field: &StructField) -> Value {
    let mut out = Map::new();
    out.insert("name".into(), json!(field.name));
    out.insert("type".into(), type_of(&field.data_type));
    out.insert("nullable".into(), json!(field.nullable));
    if let Some(comment) = comment(field) {
        out.insert("comment".into(), json!(comment));
    }
    if let Some(default) = current_default(field) {
        out.insert("default".into(), json!(default));
    }
    Value::Object(out)
}

fn type_of(data_type: &DataType) -> Value {
    match data_type {
        DataType::String { collation } => {
            json!({"name": "string", "collation": collation.as_deref().unwrap_or("UTF8_BINARY")})
        }
        DataType::Char(_) | DataType::Varchar(_) => json!({"name": "string", "collation": "UTF8_BINARY"}),
        DataType::Decimal { precision, scale } => {
            json!({"name": "decimal", "precision": precision, "scale": scale})
        }
        DataType::Array { element, contains_null } => {
            json!({"name": "array", "element_type": type_of(element), "element_nullable": contains_null})
        }
        DataType::Map { key, value, value_contains_null } => json!({
            "name": "map",
            "key_type": type_of(key),
            "value_type": type_of(value),
            "value_nullable": value_contains_null,
        }),
        DataType::Struct(schema) => json!({"name": "struct", "fields": columns(schema)}),
        DataType::YearMonthInterval { start, end } => {
            json!({"name": "interval", "start_unit": start.name(), "end_unit": end.name()})
        }
        DataType::DayTimeInterval { start, end } => {
            json!({"name": "interval", "start_unit": start.name(), "end_unit": end.name()})
        }
        DataType::Timestamp => json!({"name": "timestamp_ltz"}),
        other => json!({"name": other.simple_string()}),
    }
}
