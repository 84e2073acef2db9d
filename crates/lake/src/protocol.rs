//! What a table asks of its readers and writers, and what of it is honoured here.

use std::collections::BTreeSet;

use lang::{Error, Result, StructType};
use serde_json::{Value, json};

use crate::schema::{GENERATION, metadata_of};

/// Features of tables that are read. Those of writers alone say nothing to readers.
const READ: &[&str] = &[
    "columnMapping",
    "deletionVectors",
    "timestampNtz",
    "typeWidening",
    "typeWidening-preview",
    "v2Checkpoint",
    "vacuumProtocolCheck",
];
/// Features of tables that are written, beside those whose use is looked at.
const WRITTEN: &[&str] = &[
    "allowColumnDefaults",
    "appendOnly",
    "changeDataFeed",
    "checkConstraints",
    "columnMapping",
    "deletionVectors",
    "domainMetadata",
    "generatedColumns",
    "identityColumns",
    "invariants",
    "timestampNtz",
    "v2Checkpoint",
    "vacuumProtocolCheck",
];
/// What the numbered versions of writers stand for.
const LEGACY: &[(u64, &str)] = &[
    (2, "appendOnly"),
    (2, "invariants"),
    (3, "checkConstraints"),
    (4, "changeDataFeed"),
    (4, "generatedColumns"),
    (5, "columnMapping"),
    (6, "identityColumns"),
];
/// Versions of readers and writers whose features are listed by name.
const BY_NAME: (u64, u64) = (3, 7);

/// The `protocol` action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Protocol {
    pub reader: u64,
    pub writer: u64,
    pub reader_features: BTreeSet<String>,
    pub writer_features: BTreeSet<String>,
}

impl Protocol {
    pub(crate) fn from_json(value: &Value) -> Self {
        let number = |key: &str| value.get(key).and_then(Value::as_u64).unwrap_or(1);
        let names = |key: &str| {
            let names = value.get(key).and_then(Value::as_array).into_iter().flatten();
            names.filter_map(|name| name.as_str().map(str::to_string)).collect()
        };
        Protocol {
            reader: number("minReaderVersion"),
            writer: number("minWriterVersion"),
            reader_features: names("readerFeatures"),
            writer_features: names("writerFeatures"),
        }
    }

    /// That of a new table that needs these features: by numbers where they can say it.
    pub(crate) fn of(features: &BTreeSet<&str>) -> Self {
        let mut protocol = Protocol {
            reader: 1,
            writer: 2,
            reader_features: BTreeSet::new(),
            writer_features: BTreeSet::new(),
        };
        for feature in features {
            protocol.add(feature);
        }
        protocol
    }

    /// Everything the table may use, by name.
    pub(crate) fn features(&self) -> BTreeSet<String> {
        let legacy = LEGACY.iter().filter(|(version, _)| *version <= self.writer && self.writer < BY_NAME.1);
        let mut all: BTreeSet<String> = legacy.map(|(_, name)| (*name).to_string()).collect();
        if self.reader == 2 {
            all.insert("columnMapping".to_string());
        }
        all.extend(self.writer_features.iter().cloned());
        all.extend(self.reader_features.iter().cloned());
        all
    }

    /// What SHOW TBLPROPERTIES tells of the protocol.
    pub(crate) fn properties(&self) -> Vec<(String, String)> {
        let mut properties = vec![
            ("delta.minReaderVersion".to_string(), self.reader.to_string()),
            ("delta.minWriterVersion".to_string(), self.writer.to_string()),
        ];
        let named = self.reader_features.iter().chain(&self.writer_features);
        properties.extend(named.map(|name| (format!("delta.feature.{name}"), "supported".to_string())));
        properties
    }

    /// Makes the protocol one that has a feature.
    pub(crate) fn add(&mut self, feature: &str) {
        if self.features().contains(feature) {
            return;
        }
        let before = self.features();
        self.writer = BY_NAME.1;
        self.writer_features.extend(before.iter().cloned());
        self.writer_features.insert(feature.to_string());
        if feature == "columnMapping" && self.reader < BY_NAME.0 {
            self.reader = 2;
        } else if is_of_readers(feature) {
            let known = before.iter().filter(|name| is_of_readers(name)).cloned();
            self.reader = BY_NAME.0;
            self.reader_features.extend(known);
            self.reader_features.insert(feature.to_string());
        }
    }

    pub(crate) fn action(&self) -> Value {
        let mut protocol = json!({"minReaderVersion": self.reader, "minWriterVersion": self.writer});
        if let Some(object) = protocol.as_object_mut() {
            if self.reader >= BY_NAME.0 {
                object.insert("readerFeatures".to_string(), json!(self.reader_features));
            }
            if self.writer >= BY_NAME.1 {
                object.insert("writerFeatures".to_string(), json!(self.writer_features));
            }
        }
        json!({ "protocol": protocol })
    }

    /// # Errors
    /// `DELTA_UNSUPPORTED_FEATURES_FOR_READ`
    pub(crate) fn expect_readable(&self, location: &str) -> Result<()> {
        let mut unknown: Vec<&str> = self.reader_features.iter().map(String::as_str).collect();
        unknown.retain(|name| !READ.contains(name));
        if self.reader > BY_NAME.0 {
            unknown.push("a newer version of the protocol");
        }
        match unknown.is_empty() {
            true => Ok(()),
            false => Err(unsupported("DELTA_UNSUPPORTED_FEATURES_FOR_READ", location, &unknown)),
        }
    }

    /// # Errors
    /// `DELTA_UNSUPPORTED_FEATURES_FOR_WRITE`
    pub(crate) fn expect_writable(&self, schema: &StructType, location: &str) -> Result<()> {
        let features = self.features();
        let mut unknown: Vec<&str> = features.iter().map(String::as_str).collect();
        unknown.retain(|name| !WRITTEN.contains(name));
        if self.writer > BY_NAME.1 {
            unknown.push("a newer version of the protocol");
        }
        let uses = |key: &str| schema.fields.iter().any(|field| metadata_of(field, key).is_some());
        if uses("delta.identity.start") {
            unknown.push("identityColumns");
        }
        if uses(GENERATION) {
            unknown.push("generatedColumns");
        }
        if uses("delta.invariants") {
            unknown.push("invariants");
        }
        match unknown.is_empty() {
            true => Ok(()),
            false => Err(unsupported("DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", location, &unknown)),
        }
    }
}

/// Whether readers have to know a feature too.
pub(crate) fn is_of_readers(feature: &str) -> bool {
    READ.contains(&feature)
}

/// Whether a feature is one that tables may be given here (`delta.feature.<name> = supported`).
pub(crate) fn is_written(feature: &str) -> bool {
    WRITTEN.contains(&feature)
}

fn unsupported(condition: &str, location: &str, features: &[&str]) -> Error {
    Error::new(lang::ErrorKind::Unsupported, condition)
        .with("tableNameOrPath", location)
        .with("deltaVersion", env!("CARGO_PKG_VERSION"))
        .with("unsupported", features.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_added_by_name() {
        let plain = Protocol::of(&BTreeSet::new());
        assert_eq!((plain.reader, plain.writer), (1, 2));
        let feed = Protocol::of(&BTreeSet::from(["changeDataFeed"]));
        assert_eq!((feed.reader, feed.writer), (1, 7));
        let names: Vec<_> = feed.writer_features.iter().map(String::as_str).collect();
        assert_eq!(names, ["appendOnly", "changeDataFeed", "invariants"]);
        let both = Protocol::of(&BTreeSet::from(["columnMapping", "deletionVectors"]));
        assert_eq!((both.reader, both.writer), (3, 7));
        assert!(both.reader_features.contains("columnMapping"));
        let mapped = Protocol::of(&BTreeSet::from(["columnMapping"]));
        assert_eq!((mapped.reader, mapped.writer), (2, 7));
    }

    #[test]
    fn unknown_features_are_refused() {
        let mut protocol = Protocol::of(&BTreeSet::new());
        protocol.add("rowTracking");
        assert!(protocol.expect_readable("/t").is_ok());
        let error = protocol.expect_writable(&StructType::new(Vec::new()), "/t").expect_err("refused");
        assert_eq!(error.condition(), "DELTA_UNSUPPORTED_FEATURES_FOR_WRITE");
        assert_eq!(error.parameters().get("unsupported").map(String::as_str), Some("rowTracking"));
        protocol.reader = 3;
        protocol.reader_features.insert("variantType".to_string());
        assert!(protocol.expect_readable("/t").is_err());
    }
}
