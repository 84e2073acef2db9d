//! A set of files as a DataFusion table.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, ScalarValue, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::listing::helpers::expr_applicable_for_cols;
use datafusion::datasource::physical_plan::{
    FileGroup, FileScanConfig, FileScanConfigBuilder, FileSource, ParquetSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;

use crate::folder::grouped;
use crate::parquet::{ParquetReader, summarize, with_statistics};
use crate::scan::{Defaults, RecordFormat, RecordSource, Tolerance};
use crate::store::Store;

/// Who decodes the files.
#[derive(Debug, Clone)]
pub(crate) enum Reader {
    Records(Arc<dyn RecordFormat>),
    Parquet,
}

/// The files found when the table was opened, under one schema.
#[derive(Debug)]
pub(crate) struct FileTable {
    pub reader: Reader,
    pub tolerance: Tolerance,
    pub store: Store,
    pub files: Vec<PartitionedFile>,
    /// The files' columns, then the partition columns.
    pub columns: TableSchema,
    /// What users see: the same columns, in the user's order.
    pub schema: SchemaRef,
    /// For each column of `schema` its place in `columns`.
    pub places: Vec<usize>,
    pub defaults: Defaults,
}

impl FileTable {
    fn partition_names(&self) -> Vec<&str> {
        self.columns.table_partition_cols().iter().map(|field| field.name().as_str()).collect()
    }

    /// The files whose partition values pass those filters that look at nothing else.
    fn prune(&self, session: &dyn Session, filters: &[Expr]) -> Result<Vec<PartitionedFile>> {
        let names = self.partition_names();
        let applicable = filters.iter().filter(|filter| expr_applicable_for_cols(&names, filter)).cloned();
        let Some(filter) = conjunction(applicable).filter(|_| !names.is_empty() && !self.files.is_empty())
        else {
            return Ok(self.files.clone());
        };
        let fields = self.columns.table_partition_cols().clone();
        let values = partition_batch(Arc::new(Schema::new(fields)), &self.files)?;
        let schema = DFSchema::try_from(values.schema())?;
        let filter = strip_qualifiers(filter)?;
        let kept =
            session.create_physical_expr(filter, &schema)?.evaluate(&values)?.into_array(self.files.len())?;
        let Some(kept) = kept.as_any().downcast_ref::<BooleanArray>() else {
            return Err(DataFusionError::Internal("a filter that is no boolean".to_string()));
        };
        let passes = |index: &usize| kept.is_valid(*index) && kept.value(*index);
        Ok((0..self.files.len()).filter(passes).map(|index| self.files[index].clone()).collect())
    }

    fn config(
        &self,
        source: Arc<dyn FileSource>,
        groups: Vec<FileGroup>,
        statistics: Statistics,
        projection: Vec<usize>,
        limit: Option<usize>,
    ) -> Result<FileScanConfig> {
        let builder = FileScanConfigBuilder::new(self.store.url.clone(), source)
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(Some(projection))?
            .with_limit(limit);
        Ok(match self.reader {
            Reader::Parquet => {
                builder.with_expr_adapter(Some(ParquetReader::adapter(Arc::clone(&self.defaults)))).build()
            }
            Reader::Records(_) => builder.build(),
        })
    }
}

#[async_trait]
impl TableProvider for FileTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.store.register(session.runtime_env());
        let projected = match projection {
            Some(indices) => indices.iter().map(|index| self.places[*index]).collect(),
            None => self.places.clone(),
        };
        let files = self.prune(session, filters)?;
        if files.is_empty() {
            let schema = self.columns.table_schema().project(&projected)?;
            return Ok(Arc::new(EmptyExec::new(Arc::new(schema))));
        }
        let table = self.columns.table_schema();
        let partitions = session.config().target_partitions();
        match &self.reader {
            Reader::Records(format) => {
                let source = Arc::new(RecordSource::new(
                    Arc::clone(format),
                    self.tolerance,
                    &self.columns,
                    Arc::clone(&self.defaults),
                ));
                let groups = grouped(files, partitions);
                let size = groups
                    .iter()
                    .flat_map(|group| group.iter())
                    .map(|file| file.object_meta.size)
                    .sum::<u64>();
                let mut statistics = Statistics::new_unknown(table);
                statistics.total_byte_size = Precision::Inexact(usize::try_from(size).unwrap_or(usize::MAX));
                Ok(DataSourceExec::from_data_source(
                    self.config(source, groups, statistics, projected, limit)?,
                ))
            }
            Reader::Parquet => {
                let collect = session.config().collect_statistics();
                let files = if collect {
                    with_statistics(session, &self.store, &self.columns, files, &self.defaults).await?
                } else {
                    files
                };
                let groups = grouped(files, partitions);
                let (groups, statistics) = if collect {
                    summarize(groups, table)?
                } else {
                    (groups, Statistics::new_unknown(table))
                };
                let source = ParquetSource::new(self.columns.clone())
                    .with_table_parquet_options(ParquetReader::scan_options(session));
                let config = self.config(Arc::new(source), groups, statistics, projected, limit)?;
                ParquetReader::plan(session, config).await
            }
        }
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let names = self.partition_names();
        let handled = |filter: &&Expr| !names.is_empty() && expr_applicable_for_cols(&names, filter);
        Ok(filters
            .iter()
            .map(|filter| {
                if handled(filter) {
                    TableProviderFilterPushDown::Exact
                } else {
                    TableProviderFilterPushDown::Inexact
                }
            })
            .collect())
    }
}

/// The partition values of files as a batch: a row a file.
fn partition_batch(schema: SchemaRef, files: &[PartitionedFile]) -> Result<RecordBatch> {
    let columns = (0..schema.fields().len())
        .map(|column| {
            ScalarValue::iter_to_array(files.iter().map(|file| file.partition_values[column].clone()))
        })
        .collect::<Result<Vec<ArrayRef>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(files.len()));
    Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
}

fn strip_qualifiers(filter: Expr) -> Result<Expr> {
    use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
    filter
        .transform(|node| {
            Ok(match node {
                Expr::Column(column) if column.relation.is_some() => {
                    Transformed::yes(Expr::Column(datafusion::common::Column::from_name(column.name)))
                }
                other => Transformed::no(other),
            })
        })
        .data()
}
