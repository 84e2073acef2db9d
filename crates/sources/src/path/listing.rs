//! The files one read consists of.

use functions::datetime::zone::Zone;
use lang::{Error, Result};
use object_store::ObjectMeta;

use super::glob::NamePattern;
use super::name::is_hidden;
use super::walk::{self, Found};
use super::{Location, Partitions};
use crate::option::{OptionReader, illegal};
use crate::store::Store;
use crate::value::datetime::timestamp;

/// A file with data. `path` is absolute in its store, with a slash in front.
#[derive(Debug, Clone)]
pub(crate) struct LeafFile {
    pub path: String,
    pub meta: ObjectMeta,
}

/// How to look for files: the options all file formats share.
#[derive(Debug, Clone)]
pub(crate) struct ListOptions {
    recursive: bool,
    name: Option<NamePattern>,
    modified_before: Option<i64>,
    modified_after: Option<i64>,
    base_path: Option<String>,
    infer_types: bool,
}

/// The files found, and the partition columns their folders stand for.
#[derive(Debug)]
pub(crate) struct Listing {
    pub files: Vec<LeafFile>,
    pub partitions: Partitions,
}

impl ListOptions {
    /// # Errors
    /// Malformed values.
    pub(crate) fn new(options: &OptionReader<'_>, infer_types: bool, zone: Zone) -> Result<Self> {
        let instant = |key: &str| match options.text(key) {
            None => Ok(None),
            Some(text) => timestamp(text.as_bytes(), zone).map(Some).ok_or_else(|| {
                Error::analysis("_LEGACY_ERROR_TEMP_1294").with("strategy", key).with("timeString", text)
            }),
        };
        Ok(ListOptions {
            recursive: options.flag("recursivefilelookup", false)?,
            name: options.text("pathglobfilter").map(NamePattern::new).transpose()?,
            modified_before: instant("modifiedbefore")?,
            modified_after: instant("modifiedafter")?,
            base_path: options.text("basepath").map(str::to_string),
            infer_types,
        })
    }

    pub(super) fn accepts(&self, file: &LeafFile) -> bool {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let modified = file.meta.last_modified.timestamp_micros();
        self.name.as_ref().is_none_or(|pattern| pattern.matches(name))
            && self.modified_before.is_none_or(|limit| modified < limit)
            && self.modified_after.is_none_or(|limit| modified > limit)
    }
}

/// The files below `locations`, all of which are in `store`.
///
/// # Errors
/// `PATH_NOT_FOUND`; folder structures that make no partitions.
pub(crate) async fn list(store: &Store, locations: &[Location], options: &ListOptions) -> Result<Listing> {
    let (mut files, mut roots) = (Vec::new(), Vec::new());
    for location in locations {
        let expanded = walk::expand(store, location).await?;
        if expanded.is_empty() {
            return Err(missing(location));
        }
        for root in expanded {
            roots.push(add_root(store, &root, &mut files).await?);
        }
    }
    files.retain(|file| options.accepts(file));
    if options.recursive {
        return Ok(Listing { partitions: Partitions::none(files.len()), files });
    }
    let bases = match &options.base_path {
        Some(base) => vec![base_folder(store, base).await?],
        None => roots.clone(),
    };
    let partitions = Partitions::discover(&bases, &files, options.infer_types)?;
    if partitions.columns.is_empty() {
        // Without partitions, folders inside a root are not looked into.
        files.retain(|file| roots.iter().any(|root| parent(&file.path) == root.path));
        return Ok(Listing { partitions: Partitions::none(files.len()), files });
    }
    Ok(partitions.keep_partitioned(files))
}

/// # Errors
/// `ILLEGAL_ARGUMENT` where no folder is.
async fn base_folder(store: &Store, base: &str) -> Result<Location> {
    let base = Location::parse(base)?;
    match walk::look(store, &base).await? {
        Found::Folder => Ok(base),
        Found::File(_) => Err(illegal("Option 'basePath' must be a directory")),
        Found::Nothing => Err(illegal("Option 'basePath' not found")),
    }
}

/// Adds the files below one root, and answers the folder partition columns are looked for below.
async fn add_root(store: &Store, root: &Location, files: &mut Vec<LeafFile>) -> Result<Location> {
    match walk::look(store, root).await? {
        Found::Nothing => Err(missing(root)),
        Found::Folder => {
            files.extend(walk::leaves(store, root).await?);
            Ok(root.clone())
        }
        Found::File(file) => {
            let folder = root.at(parent(&file.path));
            if !is_hidden(file.path.rsplit('/').next().unwrap_or_default()) {
                files.push(file);
            }
            Ok(folder)
        }
    }
}

/// The folder of a path.
pub(crate) fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(slash) => &path[..slash],
    }
}

fn missing(location: &Location) -> Error {
    Error::analysis("PATH_NOT_FOUND").with("path", location.to_string())
}
