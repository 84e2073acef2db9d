//! The operator: every batch goes to the tap and on.

use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::execution_plan::{
    CardinalityEffect, ChildrenPropertiesMode, ReplaceChildrenOptions,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties,
};
use functions::error::external;
use futures::{StreamExt, stream};

use super::Observed;
use super::tap::Sender;
use crate::cache::renamed;

/// Hands its input on.
#[derive(Debug)]
pub(crate) struct ObserveExec {
    input: Arc<dyn ExecutionPlan>,
    observed: Arc<Observed>,
}

impl ObserveExec {
    pub(super) fn new(input: Arc<dyn ExecutionPlan>, observed: Arc<Observed>) -> Self {
        ObserveExec { input, observed }
    }

    pub(super) fn observed(&self) -> &Arc<Observed> {
        &self.observed
    }
}

impl DisplayAs for ObserveExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CollectMetricsExec: {}", self.observed.name)
    }
}

impl ExecutionPlan for ObserveExec {
    fn name(&self) -> &'static str {
        "CollectMetricsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
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
        CardinalityEffect::Equal
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input =
            children.pop().ok_or_else(|| DataFusionError::Internal("an input is missing".to_string()))?;
        Ok(Arc::new(ObserveExec { input, observed: Arc::clone(&self.observed) }))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let partitions = self.input.output_partitioning().partition_count();
        let sender = self.observed.begin(partitions, &context).map_err(external)?;
        let passing = Passing {
            rows: self.input.execute(partition, context)?,
            sender,
            schema: Arc::clone(self.observed.tap.schema()),
            observed: Arc::clone(&self.observed),
        };
        let batches = stream::unfold(Some(passing), |passing| async move { passing?.next().await });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), batches)))
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
