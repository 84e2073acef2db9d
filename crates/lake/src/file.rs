//! One data file as the log has it.

use std::collections::HashMap;

use delta_kernel::actions::deletion_vector::{DeletionVectorDescriptor, DeletionVectorStorageType};
use lang::{Error, Result};
use object_store::path::Path;
use serde_json::{Map, Value, json};
use sources::Folder;

/// A data file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DataFile {
    /// As the log has it: a URI, relative to the table or absolute.
    pub path: String,
    /// Where it is in the store.
    pub object: Path,
    pub size: u64,
    pub modified_millis: i64,
    /// The texts of the partition columns' values, by the columns' names in files.
    pub partition: HashMap<String, Option<String>>,
    /// The JSON text of the statistics.
    pub stats: Option<String>,
    pub tags: HashMap<String, Option<String>>,
    pub deletion: Option<Deletion>,
}

/// Where a file's deleted rows are listed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Deletion {
    /// `u`, `i` or `p`.
    pub storage_type: String,
    pub path_or_inline: String,
    pub offset: Option<i32>,
    pub size_in_bytes: i32,
    pub cardinality: i64,
}

impl Deletion {
    /// # Errors
    /// Kinds of storage that there are not.
    pub(crate) fn descriptor(&self) -> Result<DeletionVectorDescriptor> {
        let kind = match self.storage_type.as_str() {
            "u" => DeletionVectorStorageType::PersistedRelative,
            "i" => DeletionVectorStorageType::Inline,
            "p" => DeletionVectorStorageType::PersistedAbsolute,
            other => return Err(Error::unsupported(format!("deletion vectors stored as {other}"))),
        };
        DeletionVectorDescriptor::try_new(
            kind,
            &self.path_or_inline,
            self.offset,
            self.size_in_bytes,
            self.cardinality,
        )
        .map_err(|e| Error::internal(format!("a deletion vector of the log: {e}")))
    }

    pub(crate) fn json(&self) -> Value {
        let mut value = json!({
            "storageType": self.storage_type,
            "pathOrInlineDv": self.path_or_inline,
            "sizeInBytes": self.size_in_bytes,
            "cardinality": self.cardinality,
        });
        if let (Some(offset), Some(object)) = (self.offset, value.as_object_mut()) {
            object.insert("offset".to_string(), json!(offset));
        }
        value
    }

    fn from_json(value: &Value) -> Option<Self> {
        Some(Deletion {
            storage_type: value.get("storageType")?.as_str()?.to_string(),
            path_or_inline: value.get("pathOrInlineDv")?.as_str()?.to_string(),
            offset: value.get("offset").and_then(Value::as_i64).and_then(|v| i32::try_from(v).ok()),
            size_in_bytes: i32::try_from(value.get("sizeInBytes")?.as_i64()?).ok()?,
            cardinality: value.get("cardinality")?.as_i64()?,
        })
    }
}

impl DataFile {
    /// The object of a path of the log.
    ///
    /// # Errors
    /// Paths into other stores.
    pub(crate) fn object_of(path: &str, folder: &Folder) -> Result<Path> {
        if path.contains("://") || path.starts_with("file:/") {
            let decoded = decode(path);
            let there = folder.path_of(&decoded);
            return match there {
                Some(there) => folder.object_at(&there),
                None => Err(Error::unsupported(format!("files of a Delta table in another store: {path}"))),
            };
        }
        match path.strip_prefix('/') {
            Some(_) => folder.object_at(&decode(path)),
            None => folder.object(&decode(path)),
        }
    }

    /// Rows in it as it is stored; `None` where that is not known.
    pub(crate) fn stored_rows(&self) -> Option<u64> {
        let stats: Value = serde_json::from_str(self.stats.as_deref()?).ok()?;
        stats.get("numRecords")?.as_u64()
    }

    /// Rows that are deleted in place.
    pub(crate) fn deleted(&self) -> u64 {
        self.deletion.as_ref().map_or(0, |deletion| u64::try_from(deletion.cardinality).unwrap_or_default())
    }

    /// The `add` action that has it.
    pub(crate) fn add(&self, data_change: bool) -> Value {
        let mut add = json!({
            "path": self.path,
            "partitionValues": self.partition_json(),
            "size": self.size,
            "modificationTime": self.modified_millis,
            "dataChange": data_change,
        });
        if let Some(object) = add.as_object_mut() {
            if let Some(stats) = &self.stats {
                object.insert("stats".to_string(), json!(stats));
            }
            if !self.tags.is_empty() {
                object.insert("tags".to_string(), json!(self.tags));
            }
            if let Some(deletion) = &self.deletion {
                object.insert("deletionVector".to_string(), deletion.json());
            }
        }
        json!({ "add": add })
    }

    /// The `remove` action that takes it away.
    pub(crate) fn remove(&self, data_change: bool, millis: i64) -> Value {
        let mut remove = json!({
            "path": self.path,
            "deletionTimestamp": millis,
            "dataChange": data_change,
            "extendedFileMetadata": true,
            "partitionValues": self.partition_json(),
            "size": self.size,
        });
        if let Some(object) = remove.as_object_mut() {
            if !self.tags.is_empty() {
                object.insert("tags".to_string(), json!(self.tags));
            }
            if let Some(deletion) = &self.deletion {
                object.insert("deletionVector".to_string(), deletion.json());
            }
        }
        json!({ "remove": remove })
    }

    fn partition_json(&self) -> Value {
        let mut names: Vec<_> = self.partition.keys().collect();
        names.sort();
        let values = names.into_iter().map(|name| (name.clone(), json!(self.partition[name])));
        Value::Object(values.collect::<Map<_, _>>())
    }

    /// A file by an `add`, `remove` or `cdc` action of a commit.
    ///
    /// # Errors
    /// Actions without a path.
    pub(crate) fn from_action(action: &Value, folder: &Folder) -> Result<Self> {
        let path = action.get("path").and_then(Value::as_str);
        let path = path.ok_or_else(|| Error::internal("an action of the log has no path"))?.to_string();
        let texts = |key: &str| {
            let values = action.get(key).and_then(Value::as_object).into_iter().flatten();
            values.map(|(name, value)| (name.clone(), value.as_str().map(str::to_string))).collect()
        };
        Ok(DataFile {
            object: Self::object_of(&path, folder)?,
            path,
            size: action.get("size").and_then(Value::as_u64).unwrap_or_default(),
            modified_millis: action.get("modificationTime").and_then(Value::as_i64).unwrap_or_default(),
            partition: texts("partitionValues"),
            stats: action.get("stats").and_then(Value::as_str).map(str::to_string),
            tags: texts("tags"),
            deletion: action.get("deletionVector").and_then(Deletion::from_json),
        })
    }
}

/// A path of the log without its `%XX`.
pub(crate) fn decode(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| path.get(at + 1..at + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A path as the log has it: what must not stand in the path of a URI becomes `%XX`.
pub(crate) fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'/' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+'
            | b',' | b';' | b'=' | b':' | b'@' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_there_and_back() {
        for path in ["a=1/x.parquet", "city=a%2Fb%3Dc%25/x.parquet", "c=New York/ä"] {
            assert_eq!(decode(&encode(path)), path);
        }
        assert_eq!(encode("city=a%2Fb"), "city=a%252Fb");
    }
}
