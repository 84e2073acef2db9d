//! `range()` as a table: numbers made on the fly, in bounded batches, split over partitions.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;

const BATCH_ROWS: i128 = 8192;

/// `rows` numbers from `start` by `step`.
#[derive(Debug)]
pub struct RangeTable {
    schema: SchemaRef,
    start: i64,
    rows: i128,
    step: i64,
    partitions: Option<usize>,
}

impl RangeTable {
    pub fn new(start: i64, rows: i128, step: i64, partitions: Option<usize>) -> Self {
        let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]));
        RangeTable { schema, start, rows, step, partitions }
    }
}

#[async_trait]
impl TableProvider for RangeTable {
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
        let count = self.partitions.unwrap_or(session.config().target_partitions()).max(1) as i128;
        let parts = (0..count).map(|i| {
            let (from, to) = (self.rows * i / count, self.rows * (i + 1) / count);
            Arc::new(Part { schema: Arc::clone(&self.schema), start: self.start, from, to, step: self.step })
                as Arc<dyn PartitionStream>
        });
        let table = StreamingTable::try_new(Arc::clone(&self.schema), parts.collect())?;
        table.scan(session, projection, filters, limit).await
    }
}

/// Numbers `from..to` of the range.
struct Part {
    schema: SchemaRef,
    start: i64,
    from: i128,
    to: i128,
    step: i64,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Range({}..{})", self.from, self.to)
    }
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (schema, start, to, step) =
            (Arc::clone(&self.schema), self.start as i128, self.to, self.step as i128);
        let from = self.from;
        let batches = (0..).map_while(move |batch: i128| {
            let first = from + batch * BATCH_ROWS;
            (first < to).then(|| {
                let last = (first + BATCH_ROWS).min(to);
                let numbers = Int64Array::from_iter_values((first..last).map(|i| (start + i * step) as i64));
                RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(numbers)]).map_err(Into::into)
            })
        });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), futures::stream::iter(batches)))
    }
}
