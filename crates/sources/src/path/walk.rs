//! Walking a store: what is at a path, what is below it, what a glob matches.

use std::path::Path as FilePath;

use datafusion::error::DataFusionError;
use futures::{StreamExt, TryStreamExt};
use lang::{Error, ErrorKind, Result};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStoreExt};

use super::glob::{NamePattern, alternatives, is_glob};
use super::name::is_hidden;
use super::{LeafFile, Location};
use crate::error::{from_datafusion, from_io, from_object_store};
use crate::store::Store;

/// The most files one read may consist of.
const LIMIT: usize = 10_000_000;

/// What is at a path.
pub(super) enum Found {
    Nothing,
    File(LeafFile),
    Folder,
}

pub(super) async fn look(store: &Store, location: &Location) -> Result<Found> {
    if store.local {
        return look_local(location);
    }
    if location.key().is_empty() {
        return Ok(Found::Folder);
    }
    let key = key(location)?;
    match store.object.head(&key).await {
        Ok(meta) => return Ok(Found::File(LeafFile { path: location.path.clone(), meta })),
        Err(object_store::Error::NotFound { .. }) => {}
        Err(error) => return Err(from_object_store(&error, &location.to_string())),
    }
    match store.object.list(Some(&key)).next().await {
        None => Ok(Found::Nothing),
        Some(Ok(_)) => Ok(Found::Folder),
        Some(Err(error)) => Err(from_object_store(&error, &location.to_string())),
    }
}

fn look_local(location: &Location) -> Result<Found> {
    match std::fs::metadata(&location.path) {
        Ok(metadata) if metadata.is_dir() => Ok(Found::Folder),
        Ok(metadata) => {
            Ok(Found::File(LeafFile { path: location.path.clone(), meta: local_meta(location, &metadata)? }))
        }
        Err(error)
            if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) =>
        {
            Ok(Found::Nothing)
        }
        Err(error) => Err(from_io(&error, &location.to_string())),
    }
}

/// All files below a folder that are data, sorted by path.
pub(super) async fn leaves(store: &Store, root: &Location) -> Result<Vec<LeafFile>> {
    let mut out = Vec::new();
    if store.local {
        leaves_local(root, &mut out)?;
    } else {
        let prefix = key(root)?;
        let mut listing = store.object.list(Some(&prefix));
        while let Some(meta) =
            listing.try_next().await.map_err(|e| from_object_store(&e, &root.to_string()))?
        {
            let path = format!("/{}", meta.location);
            let below = path.get(root.path.len()..).unwrap_or_default();
            // Stores write empty objects for folders.
            let folder = meta.size == 0 && path.ends_with('/');
            if !folder && !below.split('/').any(|name| !name.is_empty() && is_hidden(name)) {
                out.push(LeafFile { path, meta });
            }
            expect_below_limit(out.len(), root)?;
        }
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(out)
}

fn leaves_local(folder: &Location, out: &mut Vec<LeafFile>) -> Result<()> {
    let failed = |e: std::io::Error| from_io(&e, &folder.to_string());
    for entry in std::fs::read_dir(&folder.path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return Err(Error::unsupported(format!("file names that are not UTF-8 in {folder}")));
        };
        if is_hidden(name) {
            continue;
        }
        let child = folder.child(name);
        // `metadata` of the path follows links, that of the entry does not.
        match std::fs::metadata(entry.path()) {
            Ok(metadata) if metadata.is_dir() => leaves_local(&child, out)?,
            Ok(metadata) => {
                out.push(LeafFile { path: child.path.clone(), meta: local_meta(&child, &metadata)? })
            }
            // Gone since the folder was read, or a link to nothing.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(from_io(&error, &child.to_string())),
        }
        expect_below_limit(out.len(), folder)?;
    }
    Ok(())
}

/// The existing paths a location stands for; several when it is a glob.
pub(super) async fn expand(store: &Store, location: &Location) -> Result<Vec<Location>> {
    if !is_glob(&location.path) || (store.local && FilePath::new(&location.path).exists()) {
        return Ok(vec![location.clone()]);
    }
    let mut out = Vec::new();
    for path in alternatives(&location.path) {
        out.extend(expand_one(store, location, &path).await?);
    }
    out.sort_by(|a, b| a.path.cmp(&b.path));
    out.dedup();
    Ok(out)
}

async fn expand_one(store: &Store, location: &Location, path: &str) -> Result<Vec<Location>> {
    let mut found = vec![location.at("/")];
    for part in path.split('/').filter(|part| !part.is_empty()) {
        if !is_glob(part) {
            found = found.into_iter().map(|folder| folder.child(part)).collect();
            continue;
        }
        let pattern = NamePattern::new(part)?;
        let mut next = Vec::new();
        for folder in found {
            let names = names(store, &folder).await?;
            next.extend(
                names.into_iter().filter(|name| pattern.matches(name)).map(|name| folder.child(&name)),
            );
        }
        expect_below_limit(next.len(), location)?;
        found = next;
    }
    let mut existing = Vec::new();
    for candidate in found {
        if !matches!(look(store, &candidate).await?, Found::Nothing) {
            existing.push(candidate);
        }
    }
    Ok(existing)
}

/// The names in a folder; none if there is no such folder.
async fn names(store: &Store, folder: &Location) -> Result<Vec<String>> {
    if store.local {
        let Ok(entries) = std::fs::read_dir(&folder.path) else { return Ok(Vec::new()) };
        return Ok(entries.filter_map(|e| e.ok()?.file_name().into_string().ok()).collect());
    }
    let prefix = key(folder)?;
    let listed = store
        .object
        .list_with_delimiter(Some(&prefix))
        .await
        .map_err(|e| from_object_store(&e, &folder.to_string()))?;
    let files = listed.objects.iter().map(|meta| &meta.location);
    Ok(files.chain(&listed.common_prefixes).filter_map(|path| path.filename().map(str::to_string)).collect())
}

/// A location as object stores name it.
pub(crate) fn key(location: &Location) -> Result<Path> {
    Path::parse(location.key()).map_err(|e| {
        from_datafusion(DataFusionError::External(Box::new(e))).with("path", location.to_string())
    })
}

fn local_meta(location: &Location, metadata: &std::fs::Metadata) -> Result<ObjectMeta> {
    let modified = metadata.modified().map_err(|e| from_io(&e, &location.to_string()))?;
    Ok(ObjectMeta {
        location: key(location)?,
        last_modified: modified.into(),
        size: metadata.len(),
        e_tag: None,
        version: None,
    })
}

fn expect_below_limit(files: usize, root: &Location) -> Result<()> {
    if files > LIMIT {
        let message = format!("{root} has more than {LIMIT} files");
        return Err(Error::new(ErrorKind::Resources, "UNABLE_TO_ACQUIRE_MEMORY").with("message", message));
    }
    Ok(())
}
