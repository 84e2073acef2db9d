//! Parquet, read by DataFusion's own scan and written with Arrow's writer.
//!
//! ```text
//! footers ──► schema (Spark's types) ──► ParquetSource + Adapter (per file: names by case, types widened) ──► batches
//!         └─► statistics (rows, minima, maxima) for planning and pruning
//! ```
//!
//! The nouns: [`ParquetReader`] opens Parquet files; the adapter fits one file's columns to the table's.
//!
//! # Guarantees
//! - Row groups and pages are pruned, filters and projections pushed down, by DataFusion.
//! - Columns are found by name, case aside; a type that Spark does not widen is refused.
//!
//! # Does not
//! Merge schemas unless asked to: without `mergeSchema` the first file's schema is everybody's.
//!
//! # Where to start
//! [`ParquetReader`].

mod adapter;
mod schema;
mod spark_schema;
mod statistics;
pub(crate) mod write;

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::Session;
use datafusion::config::TableParquetOptions;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::physical_expr_adapter::PhysicalExprAdapterFactory;
use datafusion::physical_plan::ExecutionPlan;
use lang::ir::Options;
use lang::{Error, ErrorKind, Result};

use crate::error::{from_datafusion, in_file};
use crate::option::OptionReader;
use crate::path::LeafFile;
use crate::scan::Defaults;
use crate::store::Store;

/// How Parquet files are read.
#[derive(Debug, Clone)]
pub(crate) struct ParquetReader {
    merge: bool,
}

impl ParquetReader {
    /// # Errors
    /// Malformed values, and options of Spark's that are not honoured.
    pub(crate) fn new(options: &Options, conf: &Options) -> Result<Self> {
        let read = OptionReader::new("parquet", options);
        for key in ["datetimerebasemode", "int96rebasemode"] {
            read.expect(key, "CORRECTED")?;
        }
        let session =
            conf.get("spark.sql.parquet.mergeSchema").is_some_and(|v| v.eq_ignore_ascii_case("true"));
        Ok(ParquetReader { merge: read.flag("mergeschema", session)? })
    }

    /// The schema of the first file, or of all of them merged.
    ///
    /// # Errors
    /// `FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER` naming the file; schemas that do not merge.
    pub(crate) async fn infer(
        &self,
        session: &dyn Session,
        store: &Store,
        files: &[LeafFile],
    ) -> Result<SchemaRef> {
        let format = format(session);
        let touched = if self.merge { files } else { files.get(..1).unwrap_or_default() };
        let mut schemas = Vec::with_capacity(touched.len());
        for file in touched {
            let found = format.infer_schema(session, &store.object, std::slice::from_ref(&file.meta)).await;
            schemas.push(found.map_err(|e| bad_footer(e, &file.path))?);
        }
        let normal = schemas.iter().map(|found| schema::normalize(found)).collect::<Result<Vec<Schema>>>()?;
        Ok(Arc::new(schema::merge(normal)?))
    }

    pub(crate) fn scan_options(session: &dyn Session) -> TableParquetOptions {
        format(session).options().clone()
    }

    pub(crate) fn adapter(defaults: Defaults) -> Arc<dyn PhysicalExprAdapterFactory> {
        Arc::new(adapter::AdapterFactory { defaults })
    }

    /// # Errors
    /// Whatever DataFusion finds wrong with the scan.
    pub(crate) async fn plan(
        session: &dyn Session,
        config: FileScanConfig,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        format(session).create_physical_plan(session, config).await
    }
}

/// The footer's key and text that Spark keeps of a schema.
pub(crate) fn spark_footer(schema: &Schema) -> (&'static str, String) {
    (spark_schema::KEY, spark_schema::text(schema))
}

pub(crate) use schema::{merge, with_views};
pub(crate) use statistics::{summarize, with_statistics};

/// DataFusion's format with Spark's reading of old timestamps.
fn format(session: &dyn Session) -> ParquetFormat {
    let mut options = session.default_table_options().parquet;
    options.global.coerce_int96 = Some("us".to_string());
    options.global.coerce_int96_tz = Some("UTC".to_string());
    // Fields carry what Arrow types cannot say of Spark's; `normalize` drops the rest.
    options.global.skip_metadata = false;
    ParquetFormat::default().with_options(options)
}

/// A footer that cannot be read.
fn bad_footer(error: DataFusionError, path: &str) -> Error {
    match error.find_root() {
        DataFusionError::ObjectStore(_) | DataFusionError::IoError(_) => in_file(error, path),
        DataFusionError::ParquetError(reason) => {
            log::debug!("footer of {path}: {reason}");
            Error::new(ErrorKind::Data, "FAILED_READ_FILE.CANNOT_READ_FILE_FOOTER")
                .with("path", format!("file:{path}"))
        }
        _ => from_datafusion(error),
    }
}
