//! Leaves out the rows that are deleted in place.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow::array::{AsArray, BooleanArray, RecordBatch};
use arrow::compute::filter_record_batch;
use arrow::datatypes::{Int32Type, Int64Type};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::config::ConfigOptions;
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::equivalence::ProjectionMapping;
use datafusion::physical_plan::execution_plan::{
    CardinalityEffect, ChildrenPropertiesMode, ReplaceChildrenOptions,
};
use datafusion::physical_plan::filter_pushdown::{
    ChildPushdownResult, FilterDescription, FilterPushdownPhase, FilterPushdownPropagation,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning, PlanProperties,
};
use futures::StreamExt;
use lang::Result;
use roaring::RoaringTreemap;

use crate::file::DataFile;
use crate::log::Log;

/// The deleted rows of files, by the files' ids.
pub(crate) type DeletedRows = HashMap<i32, RoaringTreemap>;

impl Log {
    /// The rows of a file that are deleted in place. Blocks.
    ///
    /// # Errors
    /// Vectors that are missing or broken.
    pub(crate) fn deleted_rows(&self, file: &DataFile) -> Result<RoaringTreemap> {
        let Some(deletion) = &file.deletion else { return Ok(RoaringTreemap::new()) };
        let rows = deletion.descriptor()?.read(self.engine().storage_handler(), self.url());
        rows.map_err(|e| self.failed(&e))
    }

    /// The deleted rows of those of some files that have any.
    ///
    /// # Errors
    /// As [`deleted_rows`](Self::deleted_rows).
    pub(crate) async fn deleted_rows_of(&self, files: Vec<(i32, DataFile)>) -> Result<DeletedRows> {
        self.blocking(move |log| {
            files.iter().map(|(id, file)| Ok((*id, log.deleted_rows(file)?))).collect::<Result<_>>()
        })
        .await
    }
}

/// Rows of an input but those that are deleted; the input's columns from `keep` on are not handed on.
#[derive(Debug)]
pub(crate) struct DeletedExec {
    input: Arc<dyn ExecutionPlan>,
    deleted: Arc<DeletedRows>,
    /// The places of the columns that say where a row is.
    file: usize,
    row: usize,
    keep: usize,
    properties: Arc<PlanProperties>,
}

impl DeletedExec {
    /// # Errors
    /// Inputs with fewer columns.
    pub(crate) fn new(
        input: Arc<dyn ExecutionPlan>,
        deleted: Arc<DeletedRows>,
        file: usize,
        row: usize,
        keep: usize,
    ) -> DataFusionResult<Self> {
        let kept: Vec<_> = (0..keep).collect();
        let schema = Arc::new(input.schema().project(&kept)?);
        // Rows stay in order: whoever sorts below may rely on it above.
        let mapping = ProjectionMapping::from_indices(&kept, &input.schema())?;
        let equivalences = input.equivalence_properties().project(&mapping, schema);
        let properties = input.properties();
        let partitions = input.output_partitioning().partition_count();
        let properties = Arc::new(PlanProperties::new(
            equivalences,
            Partitioning::UnknownPartitioning(partitions),
            properties.emission_type,
            properties.boundedness,
        ));
        Ok(DeletedExec { input, deleted, file, row, keep, properties })
    }
}

impl DisplayAs for DeletedExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeletedExec: files={}", self.deleted.len())
    }
}

impl ExecutionPlan for DeletedExec {
    fn name(&self) -> &'static str {
        "DeletedExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::LowerEqual
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> DataFusionResult<TreeNodeRecursion>,
    ) -> DataFusionResult<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let input =
            children.pop().ok_or_else(|| DataFusionError::Internal("an input is missing".to_string()))?;
        let deleted = Arc::clone(&self.deleted);
        Ok(Arc::new(DeletedExec::new(input, deleted, self.file, self.row, self.keep)?))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    /// A row's place in its file stays what it is when others are left out before.
    fn gather_filters_for_pushdown(
        &self,
        _: FilterPushdownPhase,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        _: &ConfigOptions,
    ) -> DataFusionResult<FilterDescription> {
        FilterDescription::from_children(filters, &self.children())
    }

    fn handle_child_pushdown_result(
        &self,
        _: FilterPushdownPhase,
        result: ChildPushdownResult,
        _: &ConfigOptions,
    ) -> DataFusionResult<FilterPushdownPropagation<Arc<dyn ExecutionPlan>>> {
        Ok(FilterPushdownPropagation::if_all(result))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> DataFusionResult<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let schema = Arc::clone(self.properties.eq_properties.schema());
        let sieve = Sieve {
            deleted: Arc::clone(&self.deleted),
            file: self.file,
            row: self.row,
            keep: (0..self.keep).collect(),
        };
        let batches = input.map(move |batch| sieve.apply(&batch?));
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }
}

struct Sieve {
    deleted: Arc<DeletedRows>,
    file: usize,
    row: usize,
    keep: Vec<usize>,
}

impl Sieve {
    fn apply(&self, batch: &RecordBatch) -> DataFusionResult<RecordBatch> {
        let wrong = || DataFusionError::Internal("rows that do not say where they are".to_string());
        let rows = batch.column(self.row).as_primitive_opt::<Int64Type>().ok_or_else(wrong)?;
        let files = batch.column(self.file).as_primitive_opt::<Int32Type>().ok_or_else(wrong)?;
        let kept = batch.project(&self.keep)?;
        if rows.is_empty() {
            return Ok(kept);
        }
        // A batch is of one file as a rule.
        let is_of_one = files.values().iter().all(|file| *file == files.value(0));
        let selected: BooleanArray = match is_of_one {
            true => match self.deleted.get(&files.value(0)) {
                None => return Ok(kept),
                Some(deleted) => rows.values().iter().map(|row| Some(!contains(deleted, *row))).collect(),
            },
            false => {
                let is_deleted = |(file, row): (&i32, &i64)| {
                    self.deleted.get(file).is_some_and(|deleted| contains(deleted, *row))
                };
                files.values().iter().zip(rows.values()).map(|place| Some(!is_deleted(place))).collect()
            }
        };
        Ok(filter_record_batch(&kept, &selected)?)
    }
}

fn contains(deleted: &RoaringTreemap, row: i64) -> bool {
    u64::try_from(row).is_ok_and(|row| deleted.contains(row))
}
