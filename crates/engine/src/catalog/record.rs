//! Entries as JSON documents, as the store keeps them.

use std::collections::BTreeMap;
use std::sync::Arc;

use lang::Result;
use lang::ir::{Bucketing, Options, SchemaBinding};
use plan::contract::MadeUnder;
use serde_json::{Value, json};

use super::type_json::{damaged, schema_from, schema_json};
use super::{
    ColumnStatistics, Database, Entry, Partition, Routine, RoutineBody, Statistics, Table, TableName, View,
};

/// Stands for the warehouse folder in stored locations, so that the folder can be moved as a whole.
const HERE: &str = "{warehouse}";

/// How locations are stored.
#[derive(Debug, Clone)]
pub(super) struct Places {
    warehouse: String,
}

impl Places {
    pub(super) fn new(warehouse: &str) -> Self {
        Places { warehouse: warehouse.trim_end_matches('/').to_string() }
    }

    pub(super) fn shorten(&self, location: &str) -> String {
        match location.strip_prefix(&self.warehouse) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{HERE}{rest}"),
            _ => location.to_string(),
        }
    }

    fn expand(&self, stored: &str) -> String {
        match stored.strip_prefix(HERE) {
            Some(rest) => format!("{}{rest}", self.warehouse),
            None => stored.to_string(),
        }
    }

    pub(super) fn database_json(&self, database: &Database) -> Value {
        json!({
            "comment": database.comment,
            "location": self.shorten(&database.location),
            "owner": database.owner,
            "properties": database.properties,
        })
    }

    pub(super) fn database(&self, name: &str, body: &Value) -> Result<Database> {
        Ok(Database {
            name: name.to_string(),
            comment: text(body, "comment"),
            location: self.expand(&required(body, "location")?),
            owner: text(body, "owner").unwrap_or_default(),
            properties: pairs(&body["properties"]),
        })
    }

    pub(super) fn entry_json(&self, entry: &Entry) -> Value {
        match entry {
            Entry::Table(table) => self.table_json(table),
            Entry::View(view) => view_json(view),
        }
    }

    pub(super) fn entry(&self, id: i64, version: i64, name: TableName, body: &Value) -> Result<Entry> {
        if body["kind"] == "view" {
            return view(name, body).map(Entry::View);
        }
        Ok(Entry::Table(Table {
            id,
            version,
            name,
            format: required(body, "format")?,
            schema: schema_from(&body["schema"])?,
            partition_by: texts(&body["partition_by"]),
            bucketing: bucketing(&body["bucketing"]),
            cluster_by: body["cluster_by"].as_array().into_iter().flatten().map(texts).collect(),
            location: self.expand(&required(body, "location")?),
            managed: body["managed"] == true,
            options: pairs(&body["options"]),
            properties: pairs(&body["properties"]),
            comment: text(body, "comment"),
            collation: text(body, "collation"),
            created_micros: body["created"].as_i64().unwrap_or_default(),
            statistics: statistics(&body["statistics"]),
            column_statistics: column_statistics(&body["column_statistics"]),
        }))
    }

    fn table_json(&self, table: &Table) -> Value {
        let columns: BTreeMap<_, _> =
            table.column_statistics.iter().map(|(name, found)| (name, column_json(found))).collect();
        json!({
            "kind": "table",
            "format": table.format,
            "schema": schema_json(&table.schema),
            "partition_by": table.partition_by,
            "bucketing": table.bucketing.as_ref().map(bucketing_json),
            "cluster_by": table.cluster_by,
            "location": self.shorten(&table.location),
            "managed": table.managed,
            "options": table.options,
            "properties": table.properties,
            "comment": table.comment,
            "collation": table.collation,
            "created": table.created_micros,
            "statistics": table.statistics.as_ref().map(statistics_json),
            "column_statistics": columns,
        })
    }

    pub(super) fn partition_json(&self, partition: &Partition) -> Value {
        json!({
            "location": partition.location.as_deref().map(|location| self.shorten(location)),
            "properties": partition.properties,
            "created": partition.created_micros,
            "statistics": partition.statistics.as_ref().map(statistics_json),
        })
    }

    pub(super) fn partition(&self, values: Vec<Option<String>>, body: &Value) -> Partition {
        Partition {
            values,
            location: text(body, "location").map(|location| self.expand(&location)),
            properties: pairs(&body["properties"]),
            created_micros: body["created"].as_i64().unwrap_or_default(),
            statistics: statistics(&body["statistics"]),
        }
    }
}

/// Partition values as the key of their row.
pub(super) fn values_json(values: &[Option<String>]) -> String {
    json!(values).to_string()
}

pub(super) fn values_from(key: &str) -> Result<Vec<Option<String>>> {
    let value: Value = serde_json::from_str(key).map_err(|_| damaged())?;
    let values = value.as_array().ok_or_else(damaged)?;
    Ok(values.iter().map(|value| value.as_str().map(str::to_string)).collect())
}

pub(super) fn routine_json(routine: &Routine) -> Value {
    match &routine.body {
        RoutineBody::Class { class, resources } => json!({"class": class, "resources": resources}),
        RoutineBody::Sql { text, made, created_micros } => {
            json!({"sql": text, "made": made_json(made), "created": created_micros})
        }
    }
}

pub(super) fn routine(name: TableName, body: &Value) -> Result<Routine> {
    if let Some(text) = text(body, "sql") {
        let made = Arc::new(made_from(&body["made"]));
        let created_micros = body["created"].as_i64().unwrap_or_default();
        return Ok(Routine { name, body: RoutineBody::Sql { text, made, created_micros } });
    }
    let resources = body["resources"].as_array().into_iter().flatten();
    let resources = resources.filter_map(|pair| Some((pair[0].as_str()?.into(), pair[1].as_str()?.into())));
    let body = RoutineBody::Class { class: required(body, "class")?, resources: resources.collect() };
    Ok(Routine { name, body })
}

fn made_json(made: &MadeUnder) -> Value {
    json!({"database": made.database, "conf": made.conf})
}

fn made_from(value: &Value) -> MadeUnder {
    MadeUnder { database: text(value, "database").unwrap_or_default(), conf: pairs(&value["conf"]) }
}

fn view_json(view: &View) -> Value {
    let unqualified: Vec<_> = view.unqualified.iter().map(|name| [&name.database, &name.table]).collect();
    json!({
        "kind": "view",
        "text": view.text,
        "schema": schema_json(&view.schema),
        "query_columns": view.query_columns,
        "renames": view.renames,
        "unqualified": unqualified,
        "made": made_json(&view.made),
        "binding": binding_text(view.binding),
        "comment": view.comment,
        "collation": view.collation,
        "properties": view.properties,
        "created": view.created_micros,
    })
}

fn view(name: TableName, body: &Value) -> Result<View> {
    let unqualified = body["unqualified"].as_array().into_iter().flatten();
    let unqualified =
        unqualified.filter_map(|pair| Some(TableName::new(pair[0].as_str()?, pair[1].as_str()?)));
    Ok(View {
        name,
        text: required(body, "text")?,
        schema: schema_from(&body["schema"])?,
        query_columns: texts(&body["query_columns"]),
        renames: body["renames"] == true,
        unqualified: unqualified.collect(),
        made: Arc::new(made_from(&body["made"])),
        binding: binding_from(body["binding"].as_str().unwrap_or_default()),
        comment: text(body, "comment"),
        collation: text(body, "collation"),
        properties: pairs(&body["properties"]),
        created_micros: body["created"].as_i64().unwrap_or_default(),
    })
}

/// `COMPENSATION`, as DESCRIBE shows it.
pub(crate) fn binding_text(binding: SchemaBinding) -> &'static str {
    match binding {
        SchemaBinding::Binding => "BINDING",
        SchemaBinding::Compensation => "COMPENSATION",
        SchemaBinding::TypeEvolution => "TYPE EVOLUTION",
        SchemaBinding::Evolution => "EVOLUTION",
    }
}

fn binding_from(text: &str) -> SchemaBinding {
    match text {
        "BINDING" => SchemaBinding::Binding,
        "TYPE EVOLUTION" => SchemaBinding::TypeEvolution,
        "EVOLUTION" => SchemaBinding::Evolution,
        _ => SchemaBinding::Compensation,
    }
}

fn bucketing_json(bucketing: &Bucketing) -> Value {
    json!({"buckets": bucketing.buckets, "columns": bucketing.columns, "sort_by": bucketing.sort_by})
}

fn bucketing(value: &Value) -> Option<Bucketing> {
    let buckets = usize::try_from(value["buckets"].as_u64()?).ok()?;
    Some(Bucketing { buckets, columns: texts(&value["columns"]), sort_by: texts(&value["sort_by"]) })
}

fn statistics_json(statistics: &Statistics) -> Value {
    json!({"bytes": statistics.bytes, "rows": statistics.rows})
}

fn statistics(value: &Value) -> Option<Statistics> {
    Some(Statistics { bytes: value["bytes"].as_u64()?, rows: value["rows"].as_u64() })
}

fn column_json(found: &ColumnStatistics) -> Value {
    json!({
        "min": found.min,
        "max": found.max,
        "nulls": found.nulls,
        "distinct": found.distinct,
        "average_length": found.average_length,
        "longest": found.longest,
    })
}

fn column_statistics(value: &Value) -> BTreeMap<String, ColumnStatistics> {
    let columns = value.as_object().into_iter().flatten();
    let number = |found: &Value, name: &str| found[name].as_u64().unwrap_or_default();
    let read = |found: &Value| ColumnStatistics {
        min: text(found, "min"),
        max: text(found, "max"),
        nulls: number(found, "nulls"),
        distinct: number(found, "distinct"),
        average_length: number(found, "average_length"),
        longest: number(found, "longest"),
    };
    columns.map(|(name, found)| (name.clone(), read(found))).collect()
}

fn text(body: &Value, name: &str) -> Option<String> {
    body[name].as_str().map(str::to_string)
}

fn required(body: &Value, name: &str) -> Result<String> {
    text(body, name).ok_or_else(damaged)
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_string)).collect()
}

fn pairs(value: &Value) -> Options {
    let pairs = value.as_object().into_iter().flatten();
    pairs.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_string()))).collect()
}
