//! Rows with their number in their partition: what makes a join keep the order of the rows it goes through.
//!
//! DataFusion's hash join gives the rows without a partner after those with one, unless the side it goes through has an
//! order. A number of the row is one that every side has.

use std::fmt;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalSortExpr};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, Partitioning, PlanProperties};
use futures::StreamExt;

use crate::one_input::{OneInput, Operator};

/// The name of the last column; ids of the resolver end in a number.
const NUMBER: &str = "number#";

/// `input` with its rows' numbers as the last column, in whose order they are.
pub(crate) fn numbered(input: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    Arc::new(OneInput::new(Numbered, input))
}

/// Counts the rows of each partition.
#[derive(Debug)]
struct Numbered;

impl Operator for Numbered {
    const NAME: &'static str = "NumberedExec";

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NumberedExec")
    }

    fn properties(&self, input: &Arc<dyn ExecutionPlan>) -> Arc<PlanProperties> {
        let schema = with_number(&input.schema());
        let last = schema.fields().len() - 1;
        let order = PhysicalSortExpr::new(Arc::new(Column::new(NUMBER, last)), SortOptions::default());
        let properties = input.properties();
        Arc::new(PlanProperties::new(
            EquivalenceProperties::new_with_orderings(schema, [[order]]),
            Partitioning::UnknownPartitioning(input.output_partitioning().partition_count()),
            properties.emission_type,
            properties.boundedness,
        ))
    }

    fn renewed(&self) -> Self {
        Numbered
    }

    fn execute(
        &self,
        input: &Arc<dyn ExecutionPlan>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let schema = with_number(&input.schema());
        let (numbered, mut next) = (Arc::clone(&schema), 0);
        let batches = input.execute(partition, context)?.map(move |batch| {
            let batch = batch?;
            let end = next + batch.num_rows() as u64;
            let numbers: ArrayRef = Arc::new(UInt64Array::from_iter_values(next..end));
            next = end;
            let columns = batch.columns().iter().cloned().chain([numbers]).collect();
            Ok(RecordBatch::try_new(Arc::clone(&numbered), columns)?)
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }
}

fn with_number(schema: &Schema) -> SchemaRef {
    let number = Arc::new(Field::new(NUMBER, DataType::UInt64, false));
    let fields: Fields = schema.fields().iter().cloned().chain([number]).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}
