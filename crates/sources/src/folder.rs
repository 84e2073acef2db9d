//! A folder of a store, and Parquet files in it, for those who keep a list of files of their own.

use std::cmp::Reverse;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::Statistics;
use datafusion::config::TableParquetOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig};
use datafusion::error::Result as DataFusionResult;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::physical_expr_adapter::PhysicalExprAdapterFactory;
use datafusion::physical_plan::ExecutionPlan;
use lang::ir::Options;
use lang::{Error, Result};
use object_store::ObjectStore;
use object_store::path::Path;

use crate::files::Files;
use crate::parquet::ParquetReader;
use crate::path::Location;
use crate::store::Store;

/// A folder by its store and its path there.
#[derive(Debug, Clone)]
pub struct Folder {
    store: Store,
    location: Location,
}

impl Files {
    /// The folder of a location; nothing is looked up.
    ///
    /// # Errors
    /// Unknown file systems; settings that make no store.
    pub fn folder(&self, location: &str, conf: &Options) -> Result<Folder> {
        let location = Location::parse(location)?;
        let store = self.stores.find(&location, &Options::new(), conf)?;
        Ok(Folder { store, location })
    }
}

impl Folder {
    pub fn object_store(&self) -> &Arc<dyn ObjectStore> {
        &self.store.object
    }

    /// The URL that plans name the store by.
    pub fn store_url(&self) -> &ObjectStoreUrl {
        &self.store.url
    }

    pub fn is_local(&self) -> bool {
        self.store.local
    }

    /// The absolute path in the store, with a slash in front.
    pub fn path(&self) -> &str {
        &self.location.path
    }

    /// The object of a file below the folder, by its relative path.
    ///
    /// # Errors
    /// Paths that no object can have.
    pub fn object(&self, relative: &str) -> Result<Path> {
        self.object_at(&format!("{}/{relative}", self.location.path.trim_end_matches('/')))
    }

    /// The object of an absolute path in the store.
    ///
    /// # Errors
    /// Paths that no object can have.
    pub fn object_at(&self, path: &str) -> Result<Path> {
        Path::parse(path.trim_start_matches('/'))
            .map_err(|e| Error::internal(format!("the path {path}: {e}")))
    }

    /// The path that a URI of the same store stands for; `None` when it is of another store.
    pub fn path_of(&self, uri: &str) -> Option<String> {
        let location = Location::parse(uri).ok()?;
        let same = match (&location.store, &self.location.store) {
            (crate::path::StoreName::S3 { bucket: a, .. }, crate::path::StoreName::S3 { bucket: b, .. }) => {
                a == b
            }
            (a, b) => a == b,
        };
        same.then_some(location.path)
    }

    /// Makes the runtime know the store.
    pub fn register(&self, runtime: &RuntimeEnv) {
        self.store.register(runtime);
    }
}

impl std::fmt::Display for Folder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.location.fmt(f)
    }
}

/// How Parquet files are read in this session.
pub fn parquet_options(session: &dyn Session) -> TableParquetOptions {
    ParquetReader::scan_options(session)
}

/// Fits a file's columns to the table's: names by case, types where Spark widens.
pub fn parquet_adapter() -> Arc<dyn PhysicalExprAdapterFactory> {
    ParquetReader::adapter(Arc::default())
}

/// The operator of a scan of Parquet files.
///
/// # Errors
/// Whatever DataFusion finds wrong with the scan.
pub async fn parquet_plan(
    session: &dyn Session,
    config: FileScanConfig,
) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
    ParquetReader::plan(session, config).await
}

/// The text that Spark keeps of a schema in a Parquet footer, and its key.
pub fn parquet_footer(schema: &Schema) -> (&'static str, String) {
    crate::parquet::spark_footer(schema)
}

/// The schema with views for its top-level strings and binaries, as Parquet is read fastest.
pub fn with_views(schema: &Schema) -> SchemaRef {
    Arc::new(crate::parquet::with_views(schema))
}

/// What the files of every group, and all of them, have in common.
///
/// # Errors
/// Statistics that do not fit the schema.
pub fn summarize(groups: Vec<FileGroup>, schema: &Schema) -> DataFusionResult<(Vec<FileGroup>, Statistics)> {
    crate::parquet::summarize(groups, schema)
}

/// The files in that many groups at most, larger files first, as Spark reads them (`FilePartition` packs files by
/// falling size); files of one size stay in their order.
pub fn grouped(mut files: Vec<PartitionedFile>, groups: usize) -> Vec<FileGroup> {
    files.sort_by_key(|file| Reverse(file.object_meta.size));
    let each = files.len().div_ceil(groups.max(1)).max(1);
    files.chunks(each).map(|files| FileGroup::new(files.to_vec())).collect()
}
