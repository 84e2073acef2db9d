//! Partition columns that folder names like `year=2024` stand for.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use arrow::datatypes::FieldRef;
use datafusion::common::ScalarValue;
use lang::{DataType, Error, ErrorKind, Result, StructField, StructType};

use super::listing::parent;
use super::name::{DEFAULT_PARTITION, unescape};
use super::partition_type::{infer, scalar, widest};
use super::{LeafFile, Listing, Location};
use crate::schema::expect_unique;
use functions::datetime::zone::Zone;

/// Partition columns with their types, and the raw values of every file; `None` is the null partition.
#[derive(Debug, Default)]
pub(crate) struct Partitions {
    pub columns: Vec<(String, DataType)>,
    pub values: Vec<Vec<Option<String>>>,
    /// What the user's schema says of a column besides its type, as JSON.
    pub metadata: HashMap<String, String>,
}

/// The columns one folder stands for and the folder they start below.
#[derive(Debug, Clone, Default)]
struct FolderColumns {
    names: Vec<String>,
    values: Vec<Option<String>>,
    base: String,
}

impl Partitions {
    pub(crate) fn none(files: usize) -> Self {
        Partitions { values: vec![Vec::new(); files], ..Partitions::default() }
    }

    /// # Errors
    /// `CONFLICTING_DIRECTORY_STRUCTURES`, `CONFLICTING_PARTITION_COLUMN_NAMES`, `COLUMN_ALREADY_EXISTS`,
    /// `EMPTY_PARTITION_COLUMN_VALUE`.
    pub(super) fn discover(bases: &[Location], files: &[LeafFile], infer_types: bool) -> Result<Self> {
        let mut folders: HashMap<&str, FolderColumns> = HashMap::new();
        for file in files {
            let folder = parent(&file.path);
            if let Entry::Vacant(unread) = folders.entry(folder) {
                unread.insert(read_folder(folder, bases)?);
            }
        }
        let mut sorted: Vec<(&&str, &FolderColumns)> = folders.iter().collect();
        sorted.sort_by_key(|(path, _)| **path);
        let Some(first) = sorted.iter().map(|(_, columns)| columns).find(|columns| !columns.names.is_empty())
        else {
            return Ok(Partitions::none(files.len()));
        };
        expect_one_base(&sorted)?;
        expect_same_names(&sorted)?;
        expect_unique(first.names.iter().map(String::as_str))?;
        let names = first.names.clone();
        let values: Vec<_> = files.iter().map(|file| folders[parent(&file.path)].values.clone()).collect();
        let columns = names
            .into_iter()
            .enumerate()
            .map(|(index, name)| {
                let column = values.iter().filter(|row| !row.is_empty()).map(|row| row[index].as_deref());
                let data_type = if infer_types {
                    column.flatten().map(infer).reduce(widest).unwrap_or(DataType::Null)
                } else {
                    DataType::STRING
                };
                (name, data_type)
            })
            .collect();
        Ok(Partitions { columns, values, ..Partitions::default() })
    }

    /// Drops files that are in no partition: beside partition folders Spark does not read them.
    pub(super) fn keep_partitioned(mut self, mut files: Vec<LeafFile>) -> Listing {
        let keep: Vec<bool> = self.values.iter().map(|row| !row.is_empty()).collect();
        let mut mask = keep.iter();
        files.retain(|_| mask.next().copied().unwrap_or(true));
        self.values.retain(|row| !row.is_empty());
        Listing { files, partitions: self }
    }

    /// Gives columns that the user's schema names the types it says.
    pub(crate) fn take_types(&mut self, schema: &StructType) {
        for (name, data_type) in &mut self.columns {
            if let Some(field) = schema.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)) {
                *name = field.name.clone();
                *data_type = field.data_type.clone();
                self.metadata.insert(name.clone(), field.metadata.clone());
            }
        }
    }

    /// The fields of the partition columns.
    pub(crate) fn fields(&self) -> Vec<FieldRef> {
        let column = |(name, data_type): &(String, DataType)| StructField {
            metadata: self.metadata.get(name).cloned().unwrap_or_default(),
            ..StructField::new(name, data_type.clone(), true)
        };
        let schema = StructType::new(self.columns.iter().map(column).collect());
        functions::types::to_fields(&schema).iter().cloned().collect()
    }

    /// One file's partition values as scalars.
    ///
    /// # Errors
    /// `INVALID_PARTITION_VALUE` for values that a type given by the user does not have.
    pub(crate) fn scalars(&self, file: usize, zone: Zone) -> Result<Vec<ScalarValue>> {
        self.columns
            .iter()
            .zip(&self.values[file])
            .map(|((name, data_type), value)| {
                scalar(value.as_deref(), data_type, zone).ok_or_else(|| {
                    Error::new(ErrorKind::Data, "INVALID_PARTITION_VALUE")
                        .with("value", value.clone().unwrap_or_default())
                        .with("columnName", format!("`{name}`"))
                        .with("dataType", format!("\"{}\"", data_type.sql()))
                })
            })
            .collect()
    }
}

/// Walks up from a folder until a base, or until the names stop being `name=value`.
fn read_folder(folder: &str, bases: &[Location]) -> Result<FolderColumns> {
    let mut found = FolderColumns::default();
    let mut current = folder;
    while current != "/" && !bases.iter().any(|base| base.path == current) {
        let name = &current[current.rfind('/').map_or(0, |slash| slash + 1)..];
        match name.split_once('=') {
            Some((column, "")) if !column.is_empty() => {
                return Err(
                    Error::new(ErrorKind::Data, "EMPTY_PARTITION_COLUMN_VALUE").with("columnSpec", name)
                );
            }
            Some((column, value)) if !column.is_empty() => {
                found.names.push(unescape(column));
                found.values.push((value != DEFAULT_PARTITION).then(|| unescape(value)));
            }
            _ if !found.names.is_empty() => break,
            _ => {}
        }
        current = parent(current);
    }
    found.base = if found.names.is_empty() { folder.to_string() } else { current.to_string() };
    found.names.reverse();
    found.values.reverse();
    Ok(found)
}

fn expect_one_base(folders: &[(&&str, &FolderColumns)]) -> Result<()> {
    let mut bases: Vec<&str> = folders.iter().map(|(_, columns)| columns.base.as_str()).collect();
    bases.sort_unstable();
    bases.dedup();
    if bases.len() == 1 {
        return Ok(());
    }
    let paths: Vec<String> = bases.iter().map(|base| format!("\n\tfile:{base}")).collect();
    Err(Error::new(ErrorKind::Data, "CONFLICTING_DIRECTORY_STRUCTURES")
        .with("discoveredBasePaths", paths.concat()))
}

fn expect_same_names(folders: &[(&&str, &FolderColumns)]) -> Result<()> {
    let lower = |columns: &FolderColumns| columns.names.iter().map(|n| n.to_lowercase()).collect::<Vec<_>>();
    let mut lists: Vec<Vec<String>> = Vec::new();
    for (_, columns) in folders.iter().filter(|(_, columns)| !columns.names.is_empty()) {
        let names = lower(columns);
        if !lists.contains(&names) {
            lists.push(names);
        }
    }
    if lists.len() <= 1 {
        return Ok(());
    }
    let shown: Vec<String> = lists
        .iter()
        .enumerate()
        .map(|(index, names)| format!("\n\tPartition column name list #{index}: {}", names.join(", ")))
        .collect();
    Err(Error::new(ErrorKind::Data, "CONFLICTING_PARTITION_COLUMN_NAMES")
        .with("distinctPartColLists", shown.concat()))
}

#[cfg(test)]
mod tests {
    use object_store::ObjectMeta;

    use super::*;
    use crate::path::StoreName;

    fn file(path: &str) -> LeafFile {
        let meta = ObjectMeta {
            location: path.into(),
            last_modified: Default::default(),
            size: 1,
            e_tag: None,
            version: None,
        };
        LeafFile { path: path.to_string(), meta }
    }

    fn discover(paths: &[&str]) -> Result<Partitions> {
        let base = Location { store: StoreName::Local, path: "/t".to_string() };
        let files: Vec<_> = paths.iter().map(|path| file(path)).collect();
        Partitions::discover(&[base], &files, true)
    }

    #[test]
    fn columns_and_types_come_from_folders() {
        let found =
            discover(&["/t/p=1/q=a%2Fb/f", "/t/p=2/q=__HIVE_DEFAULT_PARTITION__/f"]).unwrap_or_default();
        assert_eq!(
            found.columns,
            [("p".to_string(), DataType::Integer), ("q".to_string(), DataType::STRING)]
        );
        assert_eq!(found.values[0][1].as_deref(), Some("a/b"));
        assert_eq!(found.values[1][1], None);
    }

    #[test]
    fn conflicts_are_refused() {
        for (paths, condition) in [
            (["/t/p=1/f", "/t/q=1/f"], "CONFLICTING_PARTITION_COLUMN_NAMES"),
            (["/t/p=1/f", "/t/x/f"], "CONFLICTING_DIRECTORY_STRUCTURES"),
        ] {
            assert_eq!(discover(&paths).err().map(|e| e.condition().to_string()).as_deref(), Some(condition));
        }
    }

    #[test]
    fn plain_folders_make_no_columns() {
        let found = discover(&["/t/a/f", "/t/b/f"]).unwrap_or_default();
        assert!(found.columns.is_empty());
    }
}
