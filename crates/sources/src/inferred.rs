//! Schemas inferred before: a relation is resolved several times before its rows are asked for, and looking at all
//! records each time would cost more than the query.

use std::collections::VecDeque;

use arrow::datatypes::SchemaRef;
use lang::ir::Options;
use parking_lot::Mutex;
use plan::contract::OpenRequest;

use crate::format::Format;
use crate::path::LeafFile;

/// How many schemas are kept.
const LIMIT: usize = 64;
/// The schema of more files than these is not kept.
const FILES: usize = 10_000;

/// What a schema depends on: how the files are read, and which they are.
#[derive(Debug, PartialEq)]
pub(crate) struct Key {
    format: Format,
    options: Options,
    conf: Options,
    /// They tell buckets apart.
    paths: Vec<String>,
    files: Vec<Seen>,
}

/// A file as it was: another size, time or tag means other content.
#[derive(Debug, PartialEq)]
struct Seen {
    path: String,
    size: u64,
    modified_nanos: Option<i64>,
    tag: Option<String>,
}

impl Key {
    /// `None` for more files than are remembered.
    pub(crate) fn new(format: Format, request: &OpenRequest, files: &[LeafFile]) -> Option<Self> {
        if files.len() > FILES {
            return None;
        }
        let seen = |file: &LeafFile| Seen {
            path: file.path.clone(),
            size: file.meta.size,
            modified_nanos: file.meta.last_modified.timestamp_nanos_opt(),
            tag: file.meta.e_tag.clone(),
        };
        Some(Key {
            format,
            options: request.options.clone(),
            conf: request.conf.clone(),
            paths: request.paths.clone(),
            files: files.iter().map(seen).collect(),
        })
    }
}

/// The schemas inferred last.
#[derive(Debug, Default)]
pub(crate) struct Inferred {
    /// The one used last stands last.
    kept: Mutex<VecDeque<(Key, SchemaRef)>>,
}

impl Inferred {
    pub(crate) fn find(&self, key: &Key) -> Option<SchemaRef> {
        let mut kept = self.kept.lock();
        let index = kept.iter().position(|(known, _)| known == key)?;
        let entry = kept.remove(index)?;
        let schema = entry.1.clone();
        kept.push_back(entry);
        Some(schema)
    }

    pub(crate) fn keep(&self, key: Key, schema: &SchemaRef) {
        let mut kept = self.kept.lock();
        if kept.len() == LIMIT {
            kept.pop_front();
        }
        kept.push_back((key, SchemaRef::clone(schema)));
    }
}
