//! The rows of a version as a DataFusion table.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{DFSchema, ScalarValue, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::listing::helpers::expr_applicable_for_cols;
use datafusion::datasource::physical_plan::{FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use functions::datetime::zone::Zone;
use functions::types::to_fields;
use lang::{Result, StructType};
use object_store::ObjectMeta;
use parquet::arrow::RowNumber;
use plan::lake::{FILE_COLUMN, ROW_COLUMN};

use crate::deleted::{DeletedExec, DeletedRows};
use crate::error::external;
use crate::file::DataFile;
use crate::log::Log;
use crate::mapping::MappedFactory;
use crate::partition;
use crate::schema::physical_name;
use crate::state::{Mapping, State};
use crate::stats::{Bounds, statistics};

/// Files of a version under the version's schema.
#[derive(Debug)]
pub(crate) struct Rows {
    log: Log,
    state: Arc<State>,
    /// The files to read, as places in the version's list.
    ids: Vec<u32>,
    zone: Zone,
    /// The files' columns, then the partition columns, then what says where a row is.
    columns: TableSchema,
    /// What users see: the same columns, in the table's order.
    schema: SchemaRef,
    /// For each column of `schema` its place in `columns`.
    places: Vec<usize>,
    /// The files' columns with their names there.
    of_files: Vec<(String, FieldRef)>,
    partitions: usize,
    /// Rows that are left out, whatever the log says of the files.
    left_out: Option<Arc<DeletedRows>>,
}

impl Rows {
    pub(crate) fn new(log: Log, state: Arc<State>, ids: Vec<u32>, zone: Zone, located: bool) -> Self {
        let all: Fields = to_fields(&state.schema).iter().map(open_inside).collect();
        let is_partition = |field: &FieldRef| state.is_partition(field.name());
        let data: Fields = all.iter().filter(|field| !is_partition(field)).cloned().collect();
        let data = sources::with_views(&Schema::new(data));
        let of_files = state.data_fields().into_iter().map(physical_name).zip(data.fields().iter().cloned());
        let mut partition_fields: Vec<FieldRef> = state
            .partition_by
            .iter()
            .filter_map(|name| all.iter().find(|field| field.name() == name).cloned())
            .collect();
        let partitions = partition_fields.len();
        partition_fields.push(Arc::new(Field::new(FILE_COLUMN, DataType::Int32, false)));
        let row = Field::new(ROW_COLUMN, DataType::Int64, false).with_extension_type(RowNumber);
        let columns = TableSchema::builder(Arc::clone(&data))
            .with_table_partition_cols(partition_fields)
            .with_virtual_columns(vec![Arc::new(row)])
            .build();
        let whole = Arc::clone(columns.table_schema());
        let mut places: Vec<usize> =
            all.iter().filter_map(|field| whole.index_of(field.name()).ok()).collect();
        if located {
            places.extend(data.fields().len() + partitions..whole.fields().len());
        }
        let seen: Fields = places.iter().map(|place| Arc::clone(&whole.fields()[*place])).collect();
        Rows {
            of_files: of_files.collect(),
            log,
            state,
            ids,
            zone,
            schema: Arc::new(Schema::new(seen)),
            columns,
            places,
            partitions,
            left_out: None,
        }
    }

    /// The same without some rows of some files.
    pub(crate) fn without(self, left_out: DeletedRows) -> Self {
        Rows { left_out: Some(Arc::new(left_out)), ..self }
    }

    /// Whether rows of the file are left out.
    fn has_left_out(&self, candidate: &Candidate<'_>) -> bool {
        self.left_out.as_ref().is_some_and(|rows| rows.contains_key(&candidate.key()))
    }

    /// The places of the columns that say where a row is.
    fn locating(&self) -> (usize, usize) {
        let file = self.columns.file_schema().fields().len() + self.partitions;
        (file, file + 1)
    }

    fn partition_names(&self) -> Vec<&str> {
        self.state.partition_by.iter().map(String::as_str).collect()
    }

    fn values(&self, file: &DataFile) -> Result<Vec<ScalarValue>> {
        let fields = self.state.partition_fields();
        let arrow = to_fields(&StructType::new(fields.iter().map(|field| (*field).clone()).collect()));
        fields
            .iter()
            .zip(&arrow)
            .map(|(field, arrow)| {
                let text = file.partition.get(&self.state.partition_key(field)).and_then(Option::as_ref);
                partition::value(text, arrow.data_type(), self.zone)
            })
            .collect()
    }

    /// The files with what is known of their values.
    fn candidates(&self) -> Result<Vec<Candidate<'_>>> {
        self.ids
            .iter()
            .filter_map(|id| Some((*id, self.state.files.get(usize::try_from(*id).ok()?)?)))
            .map(|(id, file)| {
                let values = self.values(file)?;
                let mut known = statistics(file, &self.of_files, &values);
                known
                    .column_statistics
                    .extend((0..2).map(|_| datafusion::common::ColumnStatistics::new_unknown()));
                Ok(Candidate { id, file, values, statistics: Arc::new(known) })
            })
            .collect()
    }

    /// The files that may hold rows for which all filters are true; of filters over partition columns alone, those for
    /// which they are.
    fn pruned(&self, session: &dyn Session, filters: &[Expr]) -> DataFusionResult<Vec<Candidate<'_>>> {
        let mut candidates = self.candidates().map_err(external)?;
        let names = self.partition_names();
        let (exact, others): (Vec<_>, Vec<_>) = filters
            .iter()
            .cloned()
            .partition(|filter| !names.is_empty() && expr_applicable_for_cols(&names, filter));
        if let Some(filter) = conjunction(exact).filter(|_| !candidates.is_empty()) {
            let fields = self.columns.table_partition_cols()[..self.partitions].to_vec();
            let values = values_batch(Arc::new(Schema::new(fields)), &candidates)?;
            let schema = DFSchema::try_from(values.schema())?;
            let filter = session.create_physical_expr(strip_qualifiers(filter)?, &schema)?;
            let kept = filter.evaluate(&values)?.into_array(candidates.len())?;
            let Some(kept) = kept.as_any().downcast_ref::<BooleanArray>() else {
                return Err(DataFusionError::Internal("a filter that is no boolean".to_string()));
            };
            let mut places = 0..;
            candidates.retain(|_| places.next().is_some_and(|at| kept.is_valid(at) && kept.value(at)));
        }
        let schema = Arc::clone(self.columns.table_schema());
        let df_schema = DFSchema::try_from(Arc::clone(&schema))?;
        for filter in others {
            // What cannot be told from statistics leaves all files in.
            let Ok(filter) = session.create_physical_expr(strip_qualifiers(filter)?, &df_schema) else {
                continue;
            };
            let Ok(predicate) =
                PruningPredicateBuilder::new().with_file_schema(Arc::clone(&schema)).try_build(filter)
            else {
                continue;
            };
            let statistics = candidates.iter().map(|file| Arc::clone(&file.statistics)).collect();
            let bounds = Bounds { statistics, schema: Arc::clone(&schema) };
            if let Ok(kept) = predicate.prune(&bounds) {
                let mut kept = kept.into_iter();
                candidates.retain(|_| kept.next().unwrap_or(true));
            }
        }
        Ok(candidates)
    }

    /// The ids of the files that may hold rows for which all filters are true.
    ///
    /// # Errors
    /// Filters that cannot be evaluated; partition values that cannot be read.
    pub(crate) fn matching(&self, session: &dyn Session, filters: &[Expr]) -> Result<Vec<u32>> {
        let found = self.pruned(session, filters).map_err(crate::error::from_datafusion)?;
        Ok(found.iter().map(|candidate| candidate.id).collect())
    }

    async fn plan(
        &self,
        session: &dyn Session,
        projected: Vec<usize>,
        candidates: Vec<Candidate<'_>>,
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let table = self.columns.table_schema();
        let files =
            candidates.iter().map(Candidate::partitioned).collect::<Result<Vec<_>>>().map_err(external)?;
        let groups = sources::grouped(files, session.config().target_partitions());
        let (groups, statistics) = match session.config().collect_statistics() {
            true => sources::summarize(groups, table)?,
            false => (groups, Statistics::new_unknown(table)),
        };
        let source = ParquetSource::new(self.columns.clone())
            .with_table_parquet_options(sources::parquet_options(session));
        let adapter = match self.state.mapping {
            Mapping::None => sources::parquet_adapter(),
            _ => Arc::new(MappedFactory::new(&self.state, sources::parquet_adapter())),
        };
        let config = FileScanConfigBuilder::new(self.log.folder.store_url().clone(), Arc::new(source))
            .with_file_groups(groups)
            .with_statistics(statistics)
            .with_projection_indices(Some(projected))?
            .with_limit(limit)
            .with_expr_adapter(Some(adapter))
            .build();
        sources::parquet_plan(session, config).await
    }
}

/// The field with everything inside it nullable: files promise nothing of that.
fn open_inside(field: &FieldRef) -> FieldRef {
    let open =
        |inner: &FieldRef| -> FieldRef { Arc::new(open_inside(inner).as_ref().clone().with_nullable(true)) };
    let data_type = match field.data_type() {
        DataType::List(element) => DataType::List(open(element)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(open).collect()),
        DataType::Map(entries, sorted) => match entries.data_type() {
            DataType::Struct(pair) if pair.len() == 2 => {
                let pair = DataType::Struct(vec![open_inside(&pair[0]), open(&pair[1])].into());
                DataType::Map(Arc::new(entries.as_ref().clone().with_data_type(pair)), *sorted)
            }
            _ => return Arc::clone(field),
        },
        _ => return Arc::clone(field),
    };
    Arc::new(field.as_ref().clone().with_data_type(data_type))
}

/// A file that may be read.
struct Candidate<'a> {
    id: u32,
    file: &'a DataFile,
    values: Vec<ScalarValue>,
    statistics: Arc<Statistics>,
}

impl Candidate<'_> {
    fn key(&self) -> i32 {
        i32::try_from(self.id).unwrap_or(i32::MAX)
    }

    fn partitioned(&self) -> Result<PartitionedFile> {
        let modified = chrono::DateTime::from_timestamp_millis(self.file.modified_millis);
        let meta = ObjectMeta {
            location: self.file.object.clone(),
            last_modified: modified.unwrap_or_default(),
            size: self.file.size,
            e_tag: None,
            version: None,
        };
        let mut values = self.values.clone();
        values.push(ScalarValue::Int32(Some(self.key())));
        let mut file = PartitionedFile::new_from_meta(meta).with_partition_values(values);
        file.statistics = Some(Arc::clone(&self.statistics));
        Ok(file)
    }
}

#[async_trait]
impl TableProvider for Rows {
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
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        self.log.folder.register(session.runtime_env());
        let mut projected: Vec<usize> = match projection {
            Some(indices) => indices.iter().map(|index| self.places[*index]).collect(),
            None => self.places.clone(),
        };
        let candidates = self.pruned(session, filters)?;
        if candidates.is_empty() {
            let schema = self.columns.table_schema().project(&projected)?;
            return Ok(Arc::new(EmptyExec::new(Arc::new(schema))));
        }
        let with_deleted: Vec<_> = candidates
            .iter()
            .filter(|candidate| candidate.file.deletion.is_some())
            .map(|candidate| (candidate.key(), candidate.file.clone()))
            .collect();
        if with_deleted.is_empty() && !candidates.iter().any(|candidate| self.has_left_out(candidate)) {
            return self.plan(session, projected, candidates, limit).await;
        }
        let mut deleted = self.log.deleted_rows_of(with_deleted).await.map_err(external)?;
        if let Some(left_out) = &self.left_out {
            for (file, rows) in left_out.iter() {
                *deleted.entry(*file).or_default() |= rows;
            }
        }
        let keep = projected.len();
        let (file, row) = self.locating();
        let mut place_of = |column: usize| match projected.iter().position(|place| *place == column) {
            Some(place) => place,
            None => {
                projected.push(column);
                projected.len() - 1
            }
        };
        let (file, row) = (place_of(file), place_of(row));
        let input = self.plan(session, projected, candidates, None).await?;
        Ok(Arc::new(DeletedExec::new(input, Arc::new(deleted), file, row, keep)?))
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> DataFusionResult<Vec<TableProviderFilterPushDown>> {
        let names = self.partition_names();
        let handled = |filter: &&Expr| !names.is_empty() && expr_applicable_for_cols(&names, filter);
        let push_down = |filter| match handled(filter) {
            true => TableProviderFilterPushDown::Exact,
            false => TableProviderFilterPushDown::Inexact,
        };
        Ok(filters.iter().map(push_down).collect())
    }
}

/// The partition values of files as a batch: a row a file.
fn values_batch(schema: SchemaRef, files: &[Candidate<'_>]) -> DataFusionResult<RecordBatch> {
    let columns = (0..schema.fields().len())
        .map(|column| ScalarValue::iter_to_array(files.iter().map(|file| file.values[column].clone())))
        .collect::<DataFusionResult<Vec<ArrayRef>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(files.len()));
    Ok(RecordBatch::try_new_with_options(schema, columns, &options)?)
}

fn strip_qualifiers(filter: Expr) -> DataFusionResult<Expr> {
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
