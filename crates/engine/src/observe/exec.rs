//! The operator: every batch goes to the tap and on.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, PlanProperties};
use functions::error::external;
use futures::{StreamExt, stream};

use super::Observed;
use super::tap::Sender;
use crate::cache::renamed;
use crate::one_input::Operator;

/// Hands its input on.
impl Operator for Arc<Observed> {
    const NAME: &'static str = "CollectMetricsExec";

    fn describe(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CollectMetricsExec: {}", self.name)
    }

    fn properties(&self, input: &Arc<dyn ExecutionPlan>) -> Arc<PlanProperties> {
        Arc::clone(input.properties())
    }

    fn renewed(&self) -> Self {
        Arc::clone(self)
    }

    fn execute(
        &self,
        input: &Arc<dyn ExecutionPlan>,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let partitions = input.output_partitioning().partition_count();
        let sender = self.begin(partitions, &context).map_err(external)?;
        let passing = Passing {
            rows: input.execute(partition, context)?,
            sender,
            schema: Arc::clone(self.tap.schema()),
            observed: Arc::clone(self),
        };
        let batches = stream::unfold(Some(passing), |passing| async move { passing?.next().await });
        Ok(Box::pin(RecordBatchStreamAdapter::new(input.schema(), batches)))
    }
}

/// One partition on its way.
struct Passing {
    rows: SendableRecordBatchStream,
    /// `None` once nobody listens.
    sender: Option<Sender>,
    /// What the tap calls the columns.
    schema: SchemaRef,
    observed: Arc<Observed>,
}

impl Passing {
    async fn next(mut self) -> Option<(Result<RecordBatch>, Option<Passing>)> {
        match self.rows.next().await {
            Some(Ok(batch)) => match self.show(&batch).await {
                Ok(()) => Some((Ok(batch), Some(self))),
                Err(error) => Some((Err(error), None)),
            },
            Some(Err(error)) => Some((Err(error), None)),
            None => self.end().await.map(|error| (Err(error), None)),
        }
    }

    async fn show(&mut self, batch: &RecordBatch) -> Result<()> {
        let Some(sender) = &self.sender else { return Ok(()) };
        let shown = renamed(batch.clone(), &self.schema).map_err(external)?;
        // The aggregation has ended early when it has failed; the last partition says so.
        if sender.send(shown).await.is_err() {
            self.sender = None;
        }
        Ok(())
    }

    /// The last partition waits for the metrics.
    async fn end(mut self) -> Option<DataFusionError> {
        self.sender = None;
        if !self.observed.end() {
            return None;
        }
        self.observed.result().await.err().map(external)
    }
}
