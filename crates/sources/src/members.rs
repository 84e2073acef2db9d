//! What every source of files tells about them: the hidden columns that make `_metadata`.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use datafusion::common::ScalarValue;
use parquet::arrow::RowNumber;
use plan::contract::MEMBER_KEY;

use crate::path::LeafFile;
use crate::store::Store;

/// The struct's name.
const STRUCT: &str = "_metadata";

fn member(name: &str, data_type: DataType) -> Field {
    let metadata = HashMap::from([(MEMBER_KEY.to_string(), STRUCT.to_string())]);
    Field::new(format!("{STRUCT}.{name}"), data_type, false).with_metadata(metadata)
}

/// The columns that are the same for all rows of a file, in Spark's order.
pub(crate) fn of_files() -> Vec<FieldRef> {
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    [
        ("file_path", DataType::Utf8),
        ("file_name", DataType::Utf8),
        ("file_size", DataType::Int64),
        ("file_block_start", DataType::Int64),
        ("file_block_length", DataType::Int64),
        ("file_modification_time", time),
    ]
    .into_iter()
    .map(|(name, data_type)| Arc::new(member(name, data_type)))
    .collect()
}

/// The column of a row's place in its file, which only Parquet's reader knows.
pub(crate) fn row_index() -> FieldRef {
    Arc::new(member("row_index", DataType::Int64).with_extension_type(RowNumber))
}

/// The values of [`of_files`] for one file. A file is one block here, however many tasks read it.
pub(crate) fn values(store: &Store, file: &LeafFile) -> Vec<ScalarValue> {
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let size = i64::try_from(file.meta.size).unwrap_or(i64::MAX);
    // Spark cuts the time off at milliseconds.
    let modified = file.meta.last_modified.timestamp_millis() * 1000;
    vec![
        ScalarValue::from(uri(store, &file.path)),
        ScalarValue::from(encoded(name)),
        ScalarValue::from(size),
        ScalarValue::from(0i64),
        ScalarValue::from(size),
        ScalarValue::TimestampMicrosecond(Some(modified), Some("UTC".into())),
    ]
}

/// A file's path as a URI.
pub(crate) fn uri(store: &Store, path: &str) -> String {
    let base = match store.url.as_str().split_once("://") {
        Some((_, bucket)) if !store.local => format!("s3a://{}", bucket.trim_end_matches('/')),
        _ => "file:".to_string(),
    };
    format!("{base}{}", encoded(path))
}

/// What must not stand in the path of a URI becomes `%XX`.
fn encoded(path: &str) -> String {
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
