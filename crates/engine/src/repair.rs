//! MSCK REPAIR TABLE: the catalog's partitions are made those that have folders.

use std::collections::BTreeSet;
use std::path::Path;

use lang::{Error, Result};

use crate::catalog::{Partition, Table, values_of};
use crate::create_table::local_folder;
use crate::session::{Session, now_micros};

/// The most folders that are looked into.
const LIMIT: usize = 10_000_000;

impl Session {
    pub(crate) async fn repair(&self, table: &Table, statement: &str, add: bool, drop: bool) -> Result<()> {
        if table.partition_by.is_empty() {
            return Err(Error::analysis("NOT_A_PARTITIONED_TABLE")
                .with("operation", statement)
                .with("tableIdentWithDB", table.name.quoted()));
        }
        let repaired = table.clone();
        let change = self.engine().catalog.change(move |change| {
            let found = folders(&repaired)?;
            if drop {
                for partition in change.partitions(&repaired)? {
                    let gone = match &partition.location {
                        None => !found.contains(&partition.values),
                        Some(location) => {
                            local_folder(location).is_some_and(|path| !Path::new(path).exists())
                        }
                    };
                    if gone {
                        change.remove_partition(&repaired, &partition.values)?;
                    }
                }
            }
            for values in found.into_iter().filter(|_| add) {
                change.add_partition(&repaired, &Partition::new(values, now_micros()))?;
            }
            Ok(())
        });
        change.await?;
        self.cache.invalidate(&table.location);
        Ok(())
    }
}

/// The values of all partition folders of a table.
fn folders(table: &Table) -> Result<BTreeSet<Vec<Option<String>>>> {
    let Some(root) = local_folder(&table.location) else {
        return Err(Error::unsupported("looking for partitions in an object store"));
    };
    let mut level = vec![String::new()];
    for depth in 1..=table.partition_by.len() {
        let mut next = Vec::new();
        for folder in &level {
            for name in names(&Path::new(root).join(folder)) {
                let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
                if values_of(&path, &table.partition_by[..depth]).is_some() {
                    next.push(path);
                }
            }
            if next.len() > LIMIT {
                return Err(Error::unsupported("tables with more than ten million partitions"));
            }
        }
        level = next;
    }
    Ok(level.iter().filter_map(|path| values_of(path, &table.partition_by)).collect())
}

/// The columns that the folders at a location stand for; none when there is nothing, or not on this machine.
pub(crate) fn partition_columns(location: &str) -> Result<Vec<String>> {
    let Some(root) = local_folder(location) else { return Ok(Vec::new()) };
    let mut columns = Vec::new();
    let mut folder = Path::new(root).to_path_buf();
    while let Some(name) = names(&folder).into_iter().find(|name| name.contains('=')) {
        let Some((column, _)) = name.split_once('=') else { break };
        columns.push(column.to_string());
        folder.push(&name);
    }
    Ok(columns)
}

/// The folders in a folder that may hold data.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<_> = folders
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && (!name.starts_with('_') || name.contains('=')))
        .collect();
    names.sort_unstable();
    names
}
