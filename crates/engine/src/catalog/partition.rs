//! Partitions of tables, and how their values become folder names.

use lang::ir::Options;

use super::{Statistics, Table};

/// The folder name of a NULL partition value.
pub(crate) const NULL_PARTITION: &str = "__HIVE_DEFAULT_PARTITION__";

/// Rows of a table that agree in the partition columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Partition {
    /// In the order of the table's partition columns; `None` is NULL.
    pub(crate) values: Vec<Option<String>>,
    /// `None`: the folder below the table's that its values name.
    pub(crate) location: Option<String>,
    pub(crate) properties: Options,
    pub(crate) created_micros: i64,
    pub(crate) statistics: Option<Statistics>,
}

impl Partition {
    pub(crate) fn new(values: Vec<Option<String>>, created_micros: i64) -> Self {
        Partition { values, location: None, properties: Options::new(), created_micros, statistics: None }
    }

    /// `a=1/b=x`, escaped.
    pub(crate) fn folder(&self, table: &Table) -> String {
        folder(&table.partition_by, &self.values)
    }

    /// Where its files are.
    pub(crate) fn path(&self, table: &Table) -> String {
        self.location
            .clone()
            .unwrap_or_else(|| format!("{}/{}", table.location.trim_end_matches('/'), self.folder(table)))
    }
}

/// `a=1/b=x` of columns and values, escaped.
pub(crate) fn folder(columns: &[String], values: &[Option<String>]) -> String {
    let parts = columns.iter().zip(values).map(|(column, value)| {
        let value = value.as_deref().map_or_else(|| NULL_PARTITION.to_string(), escape);
        format!("{}={value}", escape(column))
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The values of a relative folder or file path; `None` when it is no partition of `columns`.
pub(crate) fn values_of(path: &str, columns: &[String]) -> Option<Vec<Option<String>>> {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let mut values = Vec::with_capacity(columns.len());
    for column in columns {
        let (name, value) = parts.next()?.split_once('=')?;
        if !unescape(name).eq_ignore_ascii_case(column) {
            return None;
        }
        values.push((value != NULL_PARTITION).then(|| unescape(value)));
    }
    Some(values)
}

/// Hive's escapes, in which folders are named: control characters and those that mean something in paths.
fn is_special(c: char) -> bool {
    c < ' ' || c == '\u{7f}' || "\"#%'*/:=?\\{[]^".contains(c)
}

fn escape(text: &str) -> String {
    if text.is_empty() {
        return NULL_PARTITION.to_string();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_special(c) {
            out.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

fn unescape(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code.filter(|_| bytes[at] == b'%') {
            Some(code) => {
                out.push(code);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_back_as_values() {
        let columns = ["a".to_string(), "b".to_string()];
        let values = vec![Some("x/y=1%".to_string()), None];
        let path = folder(&columns, &values);
        assert_eq!(path, "a=x%2Fy%3D1%25/b=__HIVE_DEFAULT_PARTITION__");
        assert_eq!(values_of(&format!("{path}/part-0.parquet"), &columns), Some(values));
        assert_eq!(values_of("b=1/a=2", &columns), None);
    }
}
