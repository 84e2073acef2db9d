//! From a resolved relation to a running plan.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::session_state::SessionState;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use functions::error::{external, from_datafusion};
use futures::{StreamExt, TryStreamExt, future, stream};
use lang::{Result, StructType, ir};

use crate::cache::Opened;
use crate::concatenate::concatenated;
use crate::edge::Edge;
use crate::environment::Analyzed;
use crate::operation::{Operation, cancelled};
use crate::rows;
use crate::session::Session;
use crate::stoppable::stoppable;

/// What a statement answers with.
pub enum Answer {
    Rows(Rows),
    /// A command that yields no rows; it has happened.
    Done,
}

/// Rows to be read from a stream; nothing runs before it is polled, dropping it stops the work.
pub struct Rows {
    pub schema: StructType,
    /// Edge names and Spark's Arrow types.
    pub arrow_schema: SchemaRef,
    pub stream: SendableRecordBatchStream,
}

/// What `df.observe` saw.
#[derive(Debug, Clone, PartialEq)]
pub struct ObservedMetrics {
    pub name: String,
    pub plan_id: i64,
    pub keys: Vec<String>,
    pub values: Vec<ir::Literal>,
}

impl Session {
    /// Runs a statement. Queries answer lazily by a stream; commands have happened when this returns.
    ///
    /// # Errors
    /// Spark's analysis errors; errors of the query itself come out of the stream.
    pub async fn execute(
        self: &Arc<Self>,
        statement: ir::Statement,
        operation: &Arc<Operation>,
    ) -> Result<Answer> {
        match statement {
            ir::Statement::Query(relation) => {
                let analyzed = self.analyze(&relation, operation).await?;
                Ok(Answer::Rows(self.rows(analyzed, operation).await?))
            }
            command => Ok(match self.command(command, operation).await? {
                Some(batch) => Answer::Rows(rows::answer(batch)?),
                None => Answer::Done,
            }),
        }
    }

    /// The rows of a relation as a stream.
    pub(crate) async fn rows(
        self: &Arc<Self>,
        analyzed: Analyzed,
        operation: &Arc<Operation>,
    ) -> Result<Rows> {
        let edge = Edge::new(&analyzed.resolved);
        let plan = edge.project(analyzed.resolved.plan)?;
        let physical = self.physical(plan, &analyzed.opened, operation).await?;
        let stream = self.run(physical, operation);
        Ok(Rows { stream: edge.stream(stream), schema: edge.schema, arrow_schema: edge.arrow_schema })
    }

    /// Cached parts are replaced, the rest is optimized and planned; `operation` watches it.
    pub(crate) async fn physical(
        self: &Arc<Self>,
        plan: LogicalPlan,
        opened: &Opened,
        operation: &Arc<Operation>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let work = async {
            let plan = self.with_cached(plan, opened, operation).await?;
            self.physical_of(&plan, operation).await
        };
        operation.unless_interrupted(work).await
    }

    /// Optimizes and plans, as it is; `operation` watches and stops it.
    pub(crate) async fn physical_of(
        &self,
        plan: &LogicalPlan,
        operation: &Arc<Operation>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let physical = stoppable(self.planned(plan).await?, operation)?;
        operation.watch(&physical);
        Ok(physical)
    }

    /// Optimizes and plans what is looked at and not run.
    pub(crate) async fn planned(&self, plan: &LogicalPlan) -> Result<Arc<dyn ExecutionPlan>> {
        self.planner_for(plan).create_physical_plan(plan).await.map_err(from_datafusion)
    }

    /// Runs a plan to its end.
    pub(crate) async fn collect(
        self: &Arc<Self>,
        plan: LogicalPlan,
        opened: &Opened,
        operation: &Arc<Operation>,
    ) -> Result<Vec<RecordBatch>> {
        let physical = self.physical(plan, opened, operation).await?;
        let stream = self.run(physical, operation);
        stream.try_collect().await.map_err(from_datafusion)
    }

    /// All partitions of a plan as one stream, which ends when the operation is interrupted. Operators may start tasks as
    /// soon as they are executed, so that waits for the first poll.
    fn run(&self, plan: Arc<dyn ExecutionPlan>, operation: &Arc<Operation>) -> SendableRecordBatchStream {
        let (schema, context) = (plan.schema(), self.task_context());
        let batches = stream::once(future::lazy(move |_| concatenated(&plan, &context))).try_flatten();
        interruptible(Box::pin(RecordBatchStreamAdapter::new(schema, batches)), operation)
    }

    /// What operators run in: memory, spill files, settings.
    pub(crate) fn task_context(&self) -> Arc<TaskContext> {
        task_context(&self.planner())
    }
}

/// Functions are part of the plans, so the context needs none.
fn task_context(state: &SessionState) -> Arc<TaskContext> {
    Arc::new(TaskContext::new(
        None,
        state.session_id().to_string(),
        state.config().clone(),
        Default::default(),
        Default::default(),
        Default::default(),
        Default::default(),
        Arc::clone(state.runtime_env()),
    ))
}

/// A stream that ends with `OPERATION_CANCELED` when the operation is interrupted; the work is dropped then.
pub(crate) fn interruptible(
    input: SendableRecordBatchStream,
    operation: &Arc<Operation>,
) -> SendableRecordBatchStream {
    let schema = input.schema();
    let batches = stream::unfold(Some((input, Arc::clone(operation))), |state| async move {
        let (mut input, operation) = state?;
        tokio::select! {
            biased;
            () = operation.interrupted() => Some((Err(external(cancelled())), None)),
            batch = input.next() => batch.map(|batch| (batch, Some((input, operation)))),
        }
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}
