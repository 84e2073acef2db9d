//! What a table is at one version.

use std::collections::BTreeMap;
use std::sync::Arc;

use lang::{Result, StructField, StructType};
use serde_json::{Map, Value, json};

use crate::file::DataFile;
use crate::protocol::Protocol;
use crate::schema::{self, GENERATION, metadata_of, physical_name};

/// Properties that hold CHECK constraints begin so.
pub(crate) const CONSTRAINT: &str = "delta.constraints.";

/// How columns are found in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mapping {
    None,
    Name,
    Id,
}

/// A table at one version.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub version: u64,
    /// The `metaData` action.
    pub metadata: Value,
    pub protocol: Protocol,
    /// The schema with all that the log knows of columns.
    pub full: StructType,
    /// The schema as users see it.
    pub schema: StructType,
    pub partition_by: Vec<String>,
    /// All properties, constraints among them.
    pub configuration: BTreeMap<String, String>,
    /// The properties without constraints, and what the protocol is.
    pub properties: lang::ir::Options,
    pub checks: Vec<(String, String)>,
    pub generated: Vec<(String, String)>,
    pub comment: Option<String>,
    pub mapping: Mapping,
    pub files: Arc<Vec<DataFile>>,
}

impl State {
    /// A version without its files.
    ///
    /// # Errors
    /// `DELTA_UNSUPPORTED_FEATURES_FOR_READ`; metadata that is none.
    pub(crate) fn new(version: u64, metadata: Value, protocol: &Value, location: &str) -> Result<Self> {
        let protocol = Protocol::from_json(protocol);
        protocol.expect_readable(location)?;
        let text = |key: &str| metadata.get(key).and_then(Value::as_str).map(str::to_string);
        let full = match text("schemaString").filter(|text| !text.is_empty()) {
            Some(text) => schema::parse(&text)?,
            None => StructType::new(Vec::new()),
        };
        let configuration = schema::texts(metadata.get("configuration").unwrap_or(&Value::Null));
        let partition_by = metadata.get("partitionColumns").and_then(Value::as_array).into_iter().flatten();
        let partition_by = partition_by.filter_map(|name| name.as_str().map(str::to_string)).collect();
        let generated = |field: &StructField| {
            Some((field.name.clone(), metadata_of(field, GENERATION)?.as_str()?.to_string()))
        };
        let check = |(key, value): (&String, &String)| {
            Some((key.strip_prefix(CONSTRAINT)?.to_string(), value.clone()))
        };
        let mut properties: lang::ir::Options = configuration
            .iter()
            .filter(|(key, _)| !key.starts_with(CONSTRAINT))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        properties.extend(protocol.properties());
        Ok(State {
            version,
            schema: schema::logical(&full),
            generated: full.fields.iter().filter_map(generated).collect(),
            full,
            partition_by,
            properties,
            checks: configuration.iter().filter_map(check).collect(),
            mapping: match configuration.get("delta.columnMapping.mode").map(String::as_str) {
                Some("name") => Mapping::Name,
                Some("id") => Mapping::Id,
                _ => Mapping::None,
            },
            configuration,
            comment: text("description"),
            protocol,
            files: Arc::default(),
            metadata,
        })
    }

    /// A boolean property.
    pub(crate) fn is_set(&self, key: &str) -> bool {
        self.configuration.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(crate) fn is_partition(&self, name: &str) -> bool {
        self.partition_by.iter().any(|column| column == name)
    }

    /// The partition columns' fields, in the order of the partition columns.
    pub(crate) fn partition_fields(&self) -> Vec<&StructField> {
        let find = |name: &String| self.full.fields.iter().find(|field| field.name == *name);
        self.partition_by.iter().filter_map(find).collect()
    }

    /// The columns that are in the files, with all that the log knows of them.
    pub(crate) fn data_fields(&self) -> Vec<&StructField> {
        self.full.fields.iter().filter(|field| !self.is_partition(&field.name)).collect()
    }

    /// The name by which the log knows a partition column's values.
    pub(crate) fn partition_key(&self, field: &StructField) -> String {
        match self.mapping {
            Mapping::None => field.name.clone(),
            Mapping::Name | Mapping::Id => physical_name(field),
        }
    }
}

/// A `metaData` action.
#[derive(Debug, Clone)]
pub(crate) struct NewMetadata {
    pub id: String,
    pub name: Option<String>,
    pub comment: Option<String>,
    pub full: StructType,
    pub partition_by: Vec<String>,
    pub configuration: BTreeMap<String, String>,
    pub created_millis: i64,
}

impl NewMetadata {
    /// What a version's metadata is, to be changed.
    pub(crate) fn of(state: &State) -> Self {
        let text = |key: &str| state.metadata.get(key).and_then(Value::as_str).map(str::to_string);
        NewMetadata {
            id: text("id").unwrap_or_default(),
            name: text("name"),
            comment: state.comment.clone(),
            full: state.full.clone(),
            partition_by: state.partition_by.clone(),
            configuration: state.configuration.clone(),
            created_millis: state.metadata.get("createdTime").and_then(Value::as_i64).unwrap_or_default(),
        }
    }

    pub(crate) fn action(&self) -> Value {
        let mut metadata = json!({
            "id": self.id,
            "format": {"provider": "parquet", "options": {}},
            "schemaString": schema::write(&self.full),
            "partitionColumns": self.partition_by,
            "configuration": self.configuration.iter().map(|(k, v)| (k.clone(), json!(v))).collect::<Map<_, _>>(),
            "createdTime": self.created_millis,
        });
        if let Some(object) = metadata.as_object_mut() {
            if let Some(name) = &self.name {
                object.insert("name".to_string(), json!(name));
            }
            if let Some(comment) = &self.comment {
                object.insert("description".to_string(), json!(comment));
            }
        }
        json!({ "metaData": metadata })
    }
}
