//! `persist`, CACHE TABLE and checkpoints.

use std::sync::Arc;

use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use functions::error::from_datafusion;
use lang::ir::{CreateView, Options, Relation, RelationKind, ViewScope};
use lang::{Error, ErrorKind, Result};
use plan::Resolved;

use crate::cache::{Keyed, StorageLevel, batches_as_plan};
use crate::operation::Operation;
use crate::session::{Kept, Session};

impl Session {
    /// Marks a relation to be kept by the first action that computes it.
    ///
    /// # Errors
    /// Spark's analysis errors.
    pub async fn persist(self: &Arc<Self>, relation: &Relation, level: StorageLevel) -> Result<()> {
        self.cache.put_in_use();
        let analyzed = self.analyze(relation, &self.private_operation()).await?;
        self.cache.add(analyzed.into(), level);
        Ok(())
    }

    /// Forgets what was kept; memory is freed once no running query reads it any more, so there is nothing to wait for.
    ///
    /// # Errors
    /// Spark's analysis errors.
    pub async fn unpersist(self: &Arc<Self>, relation: &Relation, _blocking: bool) -> Result<()> {
        let analyzed = self.analyze(relation, &self.private_operation()).await?;
        self.cache.remove(&analyzed.into());
        Ok(())
    }

    /// `NONE` for relations that are not persisted.
    ///
    /// # Errors
    /// Spark's analysis errors.
    pub async fn storage_level(self: &Arc<Self>, relation: &Relation) -> Result<StorageLevel> {
        let analyzed = self.analyze(relation, &self.private_operation()).await?;
        Ok(self.cache.level(&analyzed.into()).unwrap_or_default())
    }

    /// Keeps a relation under a new id; an eager one is computed now, the others by their first action.
    ///
    /// # Errors
    /// Spark's analysis errors; those of the query for eager ones.
    pub async fn checkpoint(
        self: &Arc<Self>,
        relation: &Relation,
        eager: bool,
        operation: &Arc<Operation>,
    ) -> Result<String> {
        let mut analyzed = self.analyze(relation, operation).await?;
        if !eager {
            self.cache.add(analyzed.clone().into(), StorageLevel::DEFAULT_CACHE);
            return Ok(self.keep(analyzed.resolved, None));
        }
        let plan = analyzed.resolved.plan;
        let batches = self.collect(plan.clone(), &analyzed.opened, operation).await?;
        let memory = MemoryConsumer::new("checkpoint").register(self.task_context().memory_pool());
        let size = batches.iter().map(|batch| batch.get_array_memory_size()).sum();
        memory.try_grow(size).map_err(from_datafusion)?;
        analyzed.resolved.plan = batches_as_plan(batches, &plan)?;
        Ok(self.keep(analyzed.resolved, Some(memory)))
    }

    /// Keeps a resolved relation under a new id.
    pub(crate) fn keep(&self, resolved: Resolved, memory: Option<MemoryReservation>) -> String {
        let id = uuid::Uuid::new_v4().to_string();
        let kept = Kept { resolved: Arc::new(resolved), _memory: memory.map(Arc::new) };
        self.kept.write().insert(id.clone(), kept);
        id
    }

    pub fn drop_checkpoint(&self, id: &str) {
        let kept = self.kept.write().remove(id);
        if let Some(kept) = kept {
            self.cache.remove(&Keyed { plan: kept.resolved.plan.clone(), opened: Vec::new() });
        }
    }

    /// `CACHE [LAZY] TABLE name [AS query]`
    pub(crate) async fn cache_table(
        self: &Arc<Self>,
        name: &[String],
        lazy: bool,
        options: &Options,
        query: Option<Relation>,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let level = storage_level(options)?;
        if let Some(query) = query {
            self.create_view(temporary_view(name, query), operation).await?;
        }
        self.cache.put_in_use();
        let analyzed = self.analyze(&table(name), operation).await?;
        self.cache.add(analyzed.clone().into(), level);
        if lazy {
            return Ok(());
        }
        // Planning is what computes persisted relations.
        let Keyed { plan, opened } = analyzed.into();
        self.with_cached(plan, &opened, operation).await.map(|_| ())
    }

    pub(crate) async fn uncache_table(
        self: &Arc<Self>,
        name: &[String],
        if_exists: bool,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        match self.analyze(&table(name), operation).await {
            Ok(analyzed) => {
                self.cache.remove(&analyzed.into());
                Ok(())
            }
            Err(error) if if_exists && error.condition() == "TABLE_OR_VIEW_NOT_FOUND" => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn is_cached(
        self: &Arc<Self>,
        name: &[String],
        operation: &Arc<Operation>,
    ) -> Result<bool> {
        let analyzed = self.analyze(&table(name), operation).await?;
        Ok(self.cache.level(&analyzed.into()).is_some())
    }
}

/// The table or view of a name.
pub(crate) fn table(name: &[String]) -> Relation {
    Relation::new(RelationKind::Table { name: name.to_vec(), options: Options::new(), time_travel: None })
}

/// `CACHE TABLE name AS query` makes a temporary view first.
fn temporary_view(name: &[String], query: Relation) -> CreateView {
    CreateView {
        name: name.to_vec(),
        scope: ViewScope::Temporary,
        or_replace: false,
        if_not_exists: false,
        columns: Vec::new(),
        comment: None,
        properties: Options::new(),
        query,
        text: None,
        binding: None,
        collation: None,
    }
}

/// `OPTIONS ('storageLevel' = 'MEMORY_ONLY')`
fn storage_level(options: &Options) -> Result<StorageLevel> {
    let Some((_, name)) = options.iter().find(|(key, _)| key.eq_ignore_ascii_case("storageLevel")) else {
        return Ok(StorageLevel::DEFAULT_CACHE);
    };
    let upper = name.to_uppercase();
    let (plain, replication) = match upper.strip_suffix("_2") {
        Some(plain) => (plain, 2),
        None => (upper.as_str(), 1),
    };
    let (use_disk, use_memory, deserialized) = match plain {
        "NONE" => return Ok(StorageLevel::default()),
        "DISK_ONLY" => (true, false, false),
        "MEMORY_ONLY" => (false, true, true),
        "MEMORY_ONLY_SER" => (false, true, false),
        "MEMORY_AND_DISK" => (true, true, true),
        "MEMORY_AND_DISK_SER" => (true, true, false),
        _ => {
            return Err(Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT")
                .with("message", format!("Invalid StorageLevel: {name}")));
        }
    };
    Ok(StorageLevel { use_disk, use_memory, use_off_heap: false, deserialized, replication })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_levels_by_name() {
        let level = |name: &str| storage_level(&[("storageLevel".to_string(), name.to_string())].into());
        assert_eq!(storage_level(&Options::new()).expect("default"), StorageLevel::DEFAULT_CACHE);
        let disk = level("disk_only_2").expect("known");
        assert!(disk.use_disk && !disk.use_memory && disk.replication == 2);
        assert_eq!(level("SOMEWHERE").expect_err("unknown").condition(), "ILLEGAL_ARGUMENT");
    }
}
