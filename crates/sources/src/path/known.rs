//! The files of partitions that a catalog knows.

use std::collections::HashMap;

use lang::{DataType, Error, Result};
use plan::contract::KnownPartitions;

use super::listing::{ListOptions, parent};
use super::walk::{self, Found};
use super::{LeafFile, Listing, Location, Partitions};
use crate::store::Store;

/// The files in the folders of partitions: those below `locations` by one walk, the others by one each. What is in no folder
/// of a partition is not read; folders that do not exist are empty.
///
/// # Errors
/// Partitions in another store than the table.
pub(crate) async fn list_known(
    store: &Store,
    locations: &[Location],
    known: &KnownPartitions,
    options: &ListOptions,
) -> Result<Listing> {
    let mut folders: HashMap<String, usize> = HashMap::with_capacity(known.folders.len());
    let mut elsewhere = Vec::new();
    for (place, (_, folder)) in known.folders.iter().enumerate() {
        let folder = Location::parse(folder)?;
        if locations.iter().any(|location| location.store != folder.store) {
            return Err(Error::unsupported("partitions in another file system or bucket than their table"));
        }
        if !locations.iter().any(|location| is_below(&folder, location)) {
            elsewhere.push(folder.clone());
        }
        folders.insert(folder.path, place);
    }
    let mut files = Vec::new();
    for folder in locations.iter().filter(|_| !folders.is_empty()).chain(&elsewhere) {
        if let Found::Folder = walk::look(store, folder).await? {
            files.extend(walk::leaves(store, folder).await?);
        }
    }
    let mut values = Vec::with_capacity(files.len());
    files.retain(|file: &LeafFile| match folders.get(parent(&file.path)) {
        Some(place) if options.accepts(file) => {
            values.push(known.folders[*place].0.clone());
            true
        }
        _ => false,
    });
    // The table's schema says the types.
    let columns = known.columns.iter().map(|name| (name.clone(), DataType::STRING)).collect();
    Ok(Listing { files, partitions: Partitions { columns, values, ..Partitions::default() } })
}

fn is_below(folder: &Location, root: &Location) -> bool {
    let rest = folder.path.strip_prefix(root.path.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.starts_with('/'))
}
