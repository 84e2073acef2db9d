//! What clients ask about a relation without running it.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::ExecutionPlan;
use lang::ir::{Relation, RelationKind};
use lang::{Result, StructType};

use crate::cache::{self, fingerprint};
use crate::session::Session;

impl Session {
    /// # Errors
    /// Spark's analysis errors, as of all questions.
    pub async fn schema(self: &Arc<Self>, relation: &Relation) -> Result<StructType> {
        let analyzed = self.analyze(relation, &self.private_operation()).await?;
        Ok(analyzed.resolved.schema())
    }

    /// Whether the rows are known without running anything.
    ///
    /// # Errors
    /// Spark's analysis errors.
    pub async fn is_local(self: &Arc<Self>, relation: &Relation) -> Result<bool> {
        self.analyze(relation, &self.private_operation()).await?;
        use RelationKind as K;
        Ok(matches!(*relation.kind, K::Local(_) | K::Values { .. } | K::Statement(_) | K::Catalog(_)))
    }

    /// Streams are refused when they are resolved, so what resolves is none.
    ///
    /// # Errors
    /// Spark's analysis errors.
    pub async fn is_streaming(self: &Arc<Self>, relation: &Relation) -> Result<bool> {
        self.analyze(relation, &self.private_operation()).await?;
        Ok(false)
    }

    /// The files a relation reads, as URLs, sorted.
    ///
    /// # Errors
    /// Spark's analysis errors.
    pub async fn input_files(self: &Arc<Self>, relation: &Relation) -> Result<Vec<String>> {
        let operation = self.private_operation();
        let analyzed = self.analyze(relation, &operation).await?;
        let physical = self.physical_of(&analyzed.resolved.plan, &operation).await?;
        let mut files = BTreeSet::new();
        collect_files(&physical, &mut files);
        Ok(files.into_iter().collect())
    }

    /// Whether both relations compute the same rows from the same sources.
    ///
    /// # Errors
    /// Spark's analysis errors.
    pub async fn same_semantics(self: &Arc<Self>, left: &Relation, right: &Relation) -> Result<bool> {
        let operation = self.private_operation();
        let left = self.analyze(left, &operation).await?;
        let right = self.analyze(right, &operation).await?;
        Ok(cache::same(&left.into(), &right.into()))
    }

    /// Equal for relations of the same semantics.
    ///
    /// # Errors
    /// Spark's analysis errors.
    pub async fn semantic_hash(self: &Arc<Self>, relation: &Relation) -> Result<i32> {
        let analyzed = self.analyze(relation, &self.private_operation()).await?;
        Ok(fingerprint(&analyzed.resolved.plan))
    }
}

fn collect_files(plan: &Arc<dyn ExecutionPlan>, files: &mut BTreeSet<String>) {
    if let Some(scan) = plan.downcast_ref::<DataSourceExec>()
        && let Some(config) = scan.data_source().downcast_ref::<FileScanConfig>()
    {
        // `file:///` and `s3://bucket/`: object paths have no slash in front.
        let store = config.object_store_url.as_str();
        let found = config.file_groups.iter().flat_map(|group| group.iter());
        files.extend(found.map(|file| format!("{store}{}", file.object_meta.location)));
    }
    for child in plan.children() {
        collect_files(child, files);
    }
}
