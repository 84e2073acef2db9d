//! Temporary views: one session's, or those all sessions share.

use std::collections::BTreeMap;
use std::sync::Arc;

use lang::Error;
use lang::StructType;
use lang::ir::Relation;
use parking_lot::RwLock;
use plan::contract::MadeUnder;

use crate::catalog::quoted;

/// A temporary view.
#[derive(Debug, Clone)]
pub(crate) struct TemporaryView {
    pub(crate) relation: Relation,
    /// What its text is resolved under.
    pub(crate) made: Option<Arc<MadeUnder>>,
    pub(crate) text: Option<String>,
    pub(crate) schema: StructType,
    pub(crate) comment: Option<String>,
    pub(crate) created_micros: i64,
}

/// Temporary views by name in lower case.
#[derive(Debug, Default)]
pub(crate) struct Views {
    views: RwLock<BTreeMap<String, TemporaryView>>,
}

impl Views {
    pub(crate) fn find(&self, name: &str) -> Option<TemporaryView> {
        self.views.read().get(&name.to_lowercase()).cloned()
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.views.read().contains_key(&name.to_lowercase())
    }

    /// # Errors
    /// `TEMP_TABLE_OR_VIEW_ALREADY_EXISTS` unless `replace`.
    pub(crate) fn put(&self, name: &str, view: TemporaryView, replace: bool) -> lang::Result<()> {
        let mut views = self.views.write();
        let key = name.to_lowercase();
        if !replace && views.contains_key(&key) {
            return Err(
                Error::analysis("TEMP_TABLE_OR_VIEW_ALREADY_EXISTS").with("relationName", quoted(&[name]))
            );
        }
        views.insert(key, view);
        Ok(())
    }

    pub(crate) fn remove(&self, name: &str) -> Option<TemporaryView> {
        self.views.write().remove(&name.to_lowercase())
    }

    /// All views, by name.
    pub(crate) fn all(&self) -> Vec<(String, TemporaryView)> {
        self.views.read().iter().map(|(name, view)| (name.clone(), view.clone())).collect()
    }

    pub(crate) fn copy_from(&self, other: &Views) {
        *self.views.write() = other.views.read().clone();
    }

    pub(crate) fn clear(&self) {
        self.views.write().clear();
    }
}
