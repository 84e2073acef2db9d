//! What a table is to be: its columns, properties and features, checked and as actions of the log.

use std::collections::{BTreeMap, BTreeSet};

use lang::ir::Options;
use lang::{DataType, Error, ErrorKind, Result, StructField, StructType};
use plan::lake::{LakeDefinition, SchemaChange};

use crate::protocol::{Protocol, is_written};
use crate::schema::{map_columns, metadata_of};
use crate::state::{NewMetadata, State};
use crate::table::{Table, mapping_of};
use crate::write::change::TableChange;

/// Characters that names of columns must not have unless columns are mapped.
const FORBIDDEN: &[char] = &[' ', ',', ';', '{', '}', '(', ')', '\n', '\t', '='];
/// Prefix of properties that ask for a feature.
const FEATURE: &str = "delta.feature.";
/// Properties of Delta that are known; all others that begin with `delta.` are refused.
const KNOWN: &[&str] = &[
    "delta.appendOnly",
    "delta.autoOptimize.autoCompact",
    "delta.autoOptimize.optimizeWrite",
    "delta.checkpoint.writeStatsAsJson",
    "delta.checkpoint.writeStatsAsStruct",
    "delta.checkpointInterval",
    "delta.checkpointPolicy",
    "delta.checkpointRetentionDuration",
    "delta.columnMapping.maxColumnId",
    "delta.columnMapping.mode",
    "delta.compatibility.symlinkFormatManifest.enabled",
    "delta.dataSkippingNumIndexedCols",
    "delta.dataSkippingStatsColumns",
    "delta.deletedFileRetentionDuration",
    "delta.enableChangeDataFeed",
    "delta.enableDeletionVectors",
    "delta.enableExpiredLogCleanup",
    "delta.enableFullRetentionRollback",
    "delta.isolationLevel",
    "delta.logRetentionDuration",
    "delta.minReaderVersion",
    "delta.minWriterVersion",
    "delta.parquet.compression.codec",
    "delta.randomizeFilePrefixes",
    "delta.randomPrefixLength",
    "delta.sampleRetentionDuration",
    "delta.setTransactionRetentionDuration",
    "delta.targetFileSize",
    "delta.tuneFileSizesForRewrites",
];
/// Properties of features that are not written.
const REFUSED: &[&str] = &[
    "delta.enableInCommitTimestamps",
    "delta.enableRowTracking",
    "delta.enableTypeWidening",
    "delta.enableIcebergCompatV1",
    "delta.enableIcebergCompatV2",
    "delta.universalFormat.enabledFormats",
    "delta.dataSkippingStatsColumns",
    "delta.randomizeFilePrefixes",
];

/// The metadata and protocol of a new table.
///
/// # Errors
/// Properties, features, types and names that are not supported, by name.
pub(crate) fn new_table(definition: &LakeDefinition) -> Result<(NewMetadata, Protocol)> {
    let configuration = configuration(&definition.properties)?;
    let mut metadata = NewMetadata {
        id: uuid::Uuid::new_v4().to_string(),
        name: None,
        comment: definition.comment.clone(),
        full: definition.schema.clone(),
        partition_by: partition_columns(&definition.schema, &definition.partition_by)?,
        configuration,
        created_millis: chrono::Utc::now().timestamp_millis(),
    };
    let protocol = settle(&mut metadata, None, &definition.properties)?;
    Ok((metadata, protocol))
}

/// What a change of columns does to a table.
///
/// # Errors
/// As [`new_table`].
pub(crate) fn table_change(table: &Table, schema: SchemaChange) -> Result<TableChange> {
    let state = &table.state;
    match schema {
        SchemaChange::None => Ok(TableChange::default()),
        SchemaChange::Merge(schema) if schema == state.schema => Ok(TableChange::default()),
        SchemaChange::Merge(schema) => {
            let mut metadata = NewMetadata::of(state);
            metadata.full = with_known(&schema, &state.full);
            altered(state, metadata)
        }
        SchemaChange::Replace(definition) => replaced(state, &definition),
    }
}

/// A change that gives a table other metadata.
///
/// # Errors
/// As [`new_table`].
pub(crate) fn altered(state: &State, mut metadata: NewMetadata) -> Result<TableChange> {
    let protocol = settle(&mut metadata, Some(&state.protocol), &Options::new())?;
    Ok(TableChange {
        metadata: Some(metadata),
        protocol: (protocol != state.protocol).then_some(protocol),
        replaces: false,
    })
}

/// A change that makes a table another one, under the same id.
///
/// # Errors
/// As [`new_table`].
pub(crate) fn replaced(state: &State, definition: &LakeDefinition) -> Result<TableChange> {
    let (new, _) = new_table(definition)?;
    let old = NewMetadata::of(state);
    let mut metadata = NewMetadata { id: old.id, created_millis: old.created_millis, ..new };
    metadata.full = definition.schema.clone();
    let protocol = settle(&mut metadata, Some(&state.protocol), &definition.properties)?;
    Ok(TableChange {
        metadata: Some(metadata),
        protocol: (protocol != state.protocol).then_some(protocol),
        replaces: true,
    })
}

/// Checks metadata, gives columns their ids where they are mapped, and answers with the protocol that it takes.
fn settle(metadata: &mut NewMetadata, before: Option<&Protocol>, given: &Options) -> Result<Protocol> {
    crate::write::expect_types(&metadata.full)?;
    let mapped = metadata.configuration.get("delta.columnMapping.mode").is_some_and(|mode| mode != "none");
    if mapped {
        let key = "delta.columnMapping.maxColumnId";
        let highest = metadata.configuration.get(key).and_then(|text| text.parse().ok()).unwrap_or(0);
        let (full, highest) = map_columns(&metadata.full, highest);
        metadata.full = full;
        metadata.configuration.insert(key.to_string(), highest.to_string());
    } else {
        expect_names(&metadata.full)?;
    }
    let mut features = needed(metadata);
    for (key, value) in given {
        if let Some(feature) =
            key.strip_prefix(FEATURE).filter(|_| matches!(value.as_str(), "supported" | "enabled"))
        {
            if !is_written(feature) {
                return Err(Error::unsupported(format!("the Delta table feature {feature}")));
            }
            features.insert(feature.to_string());
        }
    }
    let mut protocol = match before {
        Some(protocol) => protocol.clone(),
        None => Protocol::of(&BTreeSet::new()),
    };
    for feature in &features {
        protocol.add(feature);
    }
    Ok(protocol)
}

/// The features that columns and properties need.
fn needed(metadata: &NewMetadata) -> BTreeSet<String> {
    let is = |key: &str, value: &str| {
        metadata.configuration.get(key).is_some_and(|set| set.eq_ignore_ascii_case(value))
    };
    let mut features = BTreeSet::new();
    let mut need = |feature: &str, needed: bool| {
        if needed {
            features.insert(feature.to_string());
        }
    };
    need("changeDataFeed", is("delta.enableChangeDataFeed", "true"));
    need("deletionVectors", is("delta.enableDeletionVectors", "true"));
    need("v2Checkpoint", is("delta.checkpointPolicy", "v2"));
    need("columnMapping", mapping_of(&metadata.configuration) != crate::state::Mapping::None);
    need(
        "checkConstraints",
        metadata.configuration.keys().any(|key| key.starts_with(crate::state::CONSTRAINT)),
    );
    need("timestampNtz", metadata.full.fields.iter().any(|field| has_ntz(&field.data_type)));
    need(
        "allowColumnDefaults",
        metadata.full.fields.iter().any(|field| metadata_of(field, "CURRENT_DEFAULT").is_some()),
    );
    features
}

fn has_ntz(data_type: &DataType) -> bool {
    match data_type {
        DataType::TimestampNtz => true,
        DataType::Array { element, .. } => has_ntz(element),
        DataType::Map { key, value, .. } => has_ntz(key) || has_ntz(value),
        DataType::Struct(schema) => schema.fields.iter().any(|field| has_ntz(&field.data_type)),
        _ => false,
    }
}

/// The properties of a table, under the spelling that Delta has for its own.
///
/// # Errors
/// `DELTA_UNKNOWN_CONFIGURATION`; those of features that are not written, by name.
pub(crate) fn configuration(properties: &Options) -> Result<BTreeMap<String, String>> {
    let mut configuration = BTreeMap::new();
    for (key, value) in properties {
        if key.starts_with(FEATURE) {
            continue;
        }
        configuration.insert(property(key, value)?, value.clone());
    }
    configuration.remove("delta.minReaderVersion");
    configuration.remove("delta.minWriterVersion");
    Ok(configuration)
}

/// The spelling of a property.
///
/// # Errors
/// As [`configuration`].
fn property(key: &str, value: &str) -> Result<String> {
    if !key.to_ascii_lowercase().starts_with("delta.") || key.starts_with(crate::state::CONSTRAINT) {
        return Ok(key.to_string());
    }
    if let Some(refused) = REFUSED.iter().find(|known| known.eq_ignore_ascii_case(key)) {
        return match value.eq_ignore_ascii_case("false") {
            true => Ok((*refused).to_string()),
            false => Err(Error::unsupported(format!("the Delta table property {refused}"))),
        };
    }
    let known = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(key));
    let known = known.ok_or_else(|| {
        Error::new(ErrorKind::Unsupported, "DELTA_UNKNOWN_CONFIGURATION")
            .with("config", key)
            .with("disableCheckConfig", "spark.databricks.delta.allowArbitraryProperties.enabled")
    })?;
    Ok((*known).to_string())
}

/// # Errors
/// `DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES`
fn expect_names(schema: &StructType) -> Result<()> {
    let bad: Vec<_> =
        schema.fields.iter().map(|f| f.name.as_str()).filter(|name| name.contains(FORBIDDEN)).collect();
    match bad.is_empty() {
        true => Ok(()),
        false => Err(Error::analysis("DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES")
            .with("invalidColumnNames", bad.join(", "))),
    }
}

/// The partition columns as the schema spells them.
///
/// # Errors
/// `DELTA_MISSING_PARTITION_COLUMN`
fn partition_columns(schema: &StructType, names: &[String]) -> Result<Vec<String>> {
    let find = |name: &String| {
        let found = schema.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
        found.map(|field| field.name.clone()).ok_or_else(|| {
            let all: Vec<_> = schema.fields.iter().map(|field| field.name.as_str()).collect();
            Error::analysis("DELTA_MISSING_PARTITION_COLUMN")
                .with("columnName", name.as_str())
                .with("columnList", all.join(", "))
        })
    };
    names.iter().map(find).collect()
}

/// A schema with what the log knows of those of its columns that are there already.
pub(crate) fn with_known(schema: &StructType, known: &StructType) -> StructType {
    let fields = schema.fields.iter().map(|field| {
        let Some(old) = known.fields.iter().find(|old| old.name == field.name) else { return field.clone() };
        StructField { data_type: type_with_known(&field.data_type, &old.data_type), ..old.clone() }
    });
    StructType::new(fields.collect())
}

fn type_with_known(data_type: &DataType, known: &DataType) -> DataType {
    match (data_type, known) {
        (DataType::Struct(new), DataType::Struct(old)) => DataType::Struct(with_known(new, old)),
        (DataType::Array { element, contains_null }, DataType::Array { element: old, .. }) => {
            DataType::Array {
                element: Box::new(type_with_known(element, old)),
                contains_null: *contains_null,
            }
        }
        (
            DataType::Map { key, value, value_contains_null },
            DataType::Map { key: old_key, value: old_value, .. },
        ) => DataType::Map {
            key: Box::new(type_with_known(key, old_key)),
            value: Box::new(type_with_known(value, old_value)),
            value_contains_null: *value_contains_null,
        },
        _ => data_type.clone(),
    }
}
