//! Object stores behind locations: the local disk and S3, built once and shared.
//!
//! ```text
//! StoreName + settings ──► Stores (bounded cache) ──► Store { url, object store } ──► registered in the runtime
//! ```
//!
//! The nouns: a [`Store`] is an object store under the URL that plans name it by; [`Stores`] keeps those built.
//!
//! # Guarantees
//! - Two sets of credentials for one bucket are two stores under two URLs.
//! - At most [`LIMIT`] stores are kept; the least recently used one goes first.
//!
//! # Does not
//! Print credentials: `Debug` of the settings leaves them out.
//!
//! # Where to start
//! [`Stores::find`].

mod s3;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use lang::Result;
use lang::ir::Options;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use parking_lot::Mutex;

use crate::path::{Location, StoreName};
use s3::S3Settings;

/// How many S3 stores are kept built.
const LIMIT: usize = 128;

/// How many buckets can have a plain URL.
const BUCKETS: usize = 10_000;

/// An object store and the URL it is registered under.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub url: ObjectStoreUrl,
    pub object: Arc<dyn ObjectStore>,
    pub local: bool,
}

impl Store {
    pub(crate) fn local() -> Self {
        Store {
            url: ObjectStoreUrl::local_filesystem(),
            object: Arc::new(LocalFileSystem::new()),
            local: true,
        }
    }

    /// Makes the runtime know this store, if it does not yet.
    pub(crate) fn register(&self, runtime: &RuntimeEnv) {
        if runtime.object_store(&self.url).is_err() {
            runtime.register_object_store(self.url.as_ref(), Arc::clone(&self.object));
        }
    }
}

/// The stores built so far.
#[derive(Debug, Default)]
pub(crate) struct Stores {
    s3: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The one used last stands last.
    stores: VecDeque<(S3Settings, Store)>,
    /// For each bucket the settings first used, whose store has the plain URL for ever.
    first: HashMap<String, S3Settings>,
}

impl Stores {
    /// The store a location lives in. `options` of the read or write win over the session's `conf`.
    ///
    /// # Errors
    /// Settings that make no store.
    pub(crate) fn find(&self, location: &Location, options: &Options, conf: &Options) -> Result<Store> {
        match &location.store {
            StoreName::Local => Ok(Store::local()),
            StoreName::S3 { bucket, .. } => self.s3(S3Settings::new(bucket, options, conf)?),
        }
    }

    fn s3(&self, settings: S3Settings) -> Result<Store> {
        let mut kept = self.s3.lock();
        if let Some(index) = kept.stores.iter().position(|(known, _)| *known == settings)
            && let Some(entry) = kept.stores.remove(index)
        {
            let store = entry.1.clone();
            kept.stores.push_back(entry);
            return Ok(store);
        }
        if kept.first.len() < BUCKETS {
            kept.first.entry(settings.bucket.clone()).or_insert_with(|| settings.clone());
        }
        let store = settings.build(kept.first.get(&settings.bucket) == Some(&settings))?;
        if kept.stores.len() == LIMIT {
            kept.stores.pop_front();
        }
        kept.stores.push_back((settings, store.clone()));
        Ok(store)
    }
}
