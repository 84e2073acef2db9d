//! Persisted relations: computed by the first action that needs them, read from memory by all later ones.
//!
//! ```text
//! persist(relation) ──► Entry (plan, level)
//!                         ▲ same plan modulo column ids
//! query's plan ──substitute──► the same plan with scans of the entries' batches
//! ```
//!
//! The nouns: a [`Cache`] is one session's list of entries; an [`Entry`] is one persisted plan and, once it has run, its
//! batches; [`Opened`] says which requests the sources of a plan came from.
//!
//! # Guarantees
//! - A plan is replaced only by one that is equal in everything but the names of its columns, over the same sources.
//! - Batches count against the memory pool. What does not fit is not kept: the query then runs as if it were not persisted.
//!
//! # Does not
//! Spill to disk, notice that files have changed (writes through the engine and REFRESH TABLE drop the batches).
//!
//! # Where to start
//! `with_cached` in `substitute.rs`.

mod fingerprint;
mod materialize;
mod same;
mod substitute;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::catalog::TableProvider;
use datafusion::logical_expr::LogicalPlan;
use parking_lot::RwLock;
use plan::contract::OpenRequest;

pub(crate) use fingerprint::fingerprint;
use materialize::Content;
pub(crate) use materialize::{PERSISTED, batches_as_plan, positional, renamed, table_as_plan};
pub(crate) use same::{same, same_plans};

/// The sources a plan reads, with the requests they were opened for.
pub(crate) type Opened = Vec<(Arc<dyn TableProvider>, OpenRequest)>;

/// Where a persisted relation may be kept. The default is nowhere (`NONE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorageLevel {
    pub use_disk: bool,
    pub use_memory: bool,
    pub use_off_heap: bool,
    pub deserialized: bool,
    pub replication: i32,
}

impl Default for StorageLevel {
    fn default() -> Self {
        StorageLevel {
            use_disk: false,
            use_memory: false,
            use_off_heap: false,
            deserialized: false,
            replication: 1,
        }
    }
}

impl StorageLevel {
    /// `MEMORY_AND_DISK_DESER`, what `cache()` means.
    pub(crate) const DEFAULT_CACHE: StorageLevel = StorageLevel {
        use_disk: true,
        use_memory: true,
        use_off_heap: false,
        deserialized: true,
        replication: 1,
    };
}

/// A plan with what its sources are.
#[derive(Debug, Clone)]
pub(crate) struct Keyed {
    pub(crate) plan: LogicalPlan,
    pub(crate) opened: Opened,
}

/// One persisted plan.
#[derive(Debug)]
pub(crate) struct Entry {
    key: Keyed,
    level: StorageLevel,
    content: tokio::sync::Mutex<Content>,
}

/// The persisted plans of one session.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    entries: RwLock<Vec<Arc<Entry>>>,
    /// Entries are there, or about to be.
    in_use: AtomicBool,
}

impl Cache {
    /// From here on plans are resolved so that persisted ones are found in them; called before the first is resolved.
    pub(crate) fn put_in_use(&self) {
        self.in_use.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_in_use(&self) -> bool {
        self.in_use.load(Ordering::Relaxed)
    }

    /// Persists a plan; one that is persisted already stays as it is.
    pub(crate) fn add(&self, key: Keyed, level: StorageLevel) -> Arc<Entry> {
        let mut entries = self.entries.write();
        if let Some(entry) = entries.iter().find(|entry| same(&entry.key, &key)) {
            return Arc::clone(entry);
        }
        let entry = Arc::new(Entry { key, level, content: tokio::sync::Mutex::default() });
        entries.push(Arc::clone(&entry));
        entry
    }

    /// Whether something was there to be forgotten.
    pub(crate) fn remove(&self, key: &Keyed) -> bool {
        let mut entries = self.entries.write();
        let before = entries.len();
        entries.retain(|entry| !same(&entry.key, key));
        entries.len() < before
    }

    pub(crate) fn level(&self, key: &Keyed) -> Option<StorageLevel> {
        self.entries.read().iter().find(|entry| same(&entry.key, key)).map(|entry| entry.level)
    }

    /// What a persisted plan reads that was opened by the same request.
    pub(crate) fn provider(&self, request: &OpenRequest) -> Option<Arc<dyn TableProvider>> {
        let entries = self.entries.read();
        let mut opened = entries.iter().flat_map(|entry| &entry.key.opened);
        opened.find(|(_, known)| known == request).map(|(provider, _)| Arc::clone(provider))
    }

    pub(crate) fn clear(&self) {
        self.in_use.store(false, Ordering::Relaxed);
        self.entries.write().clear();
    }

    /// Drops the batches of everything that reads below one of these paths: it has been written there.
    pub(crate) fn invalidate(&self, path: &str) {
        let mut entries = self.entries.write();
        for entry in entries.iter_mut().filter(|entry| entry.reads(path)) {
            let Entry { key, level, .. } = entry.as_ref();
            *entry =
                Arc::new(Entry { key: key.clone(), level: *level, content: tokio::sync::Mutex::default() });
        }
    }

    fn snapshot(&self) -> Vec<Arc<Entry>> {
        self.entries.read().clone()
    }
}

impl Entry {
    fn reads(&self, path: &str) -> bool {
        let path = local(path);
        self.key.opened.iter().flat_map(|(_, request)| &request.paths).any(|read| {
            let read = local(read);
            read.starts_with(path) || path.starts_with(read)
        })
    }
}

/// Paths are compared without scheme and trailing slash, so that `file:/x` and `/x/` are one.
fn local(path: &str) -> &str {
    path.strip_prefix("file://").or_else(|| path.strip_prefix("file:")).unwrap_or(path).trim_end_matches('/')
}
