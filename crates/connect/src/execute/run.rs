//! Runs one plan and writes what it answers into the execution's buffer.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use engine::{Answer, Session};
use lang::ir::{Relation, Statement};
use lang::{Error, ErrorKind, Result};
use spark_connect_proto as proto;
use spark_connect_proto::execute_plan_response::{self as response, ResponseType};
use tokio::runtime::Handle;
use tokio::time::Instant;
use tonic::Status;

use super::place;
use super::rows::{self, Chunking};
use super::{Execution, Key, ResponseBuffer};
use crate::decode::{Action, Decoder};
use crate::task;

/// How often the client hears of the progress: Spark's default.
const PROGRESS_EVERY: Duration = Duration::from_secs(2);

/// Without it Spark makes no reliable checkpoints. Ours are kept in memory either way.
const CHECKPOINT_FOLDER: &str = "spark.checkpoint.dir";

/// What a running plan needs at hand.
pub(super) struct Run {
    pub session: Arc<Session>,
    pub chunking: Chunking,
    execution: Arc<Execution>,
}

impl Run {
    pub fn buffer(&self) -> &ResponseBuffer {
        &self.execution.buffer
    }

    /// A response with everything set that all responses have.
    pub fn response(&self) -> proto::ExecutePlanResponse {
        empty_response(&self.execution)
    }

    async fn answer(&self, response_type: ResponseType) {
        let response = proto::ExecutePlanResponse { response_type: Some(response_type), ..self.response() };
        self.buffer().push(response).await;
    }

    /// Does what the plan asks for; the client hears last what was observed on the way.
    async fn execute(&self, plan: &proto::Plan) -> Result<()> {
        self.act(plan).await?;
        let observed = self.execution.operation.observed().await?;
        if !observed.is_empty() {
            let observed_metrics = observed.iter().map(rows::observed_message).collect();
            self.buffer().push(proto::ExecutePlanResponse { observed_metrics, ..self.response() }).await;
        }
        Ok(())
    }

    async fn act(&self, plan: &proto::Plan) -> Result<()> {
        let action = Decoder::new(self.session.as_ref()).plan(plan)?;
        match action {
            Action::Query(relation) => self.query(relation).await,
            Action::Statement(statement) => {
                self.session.execute(statement, &self.execution.operation).await.map(drop)
            }
            Action::Sql { input, statement } => self.sql(input, statement).await,
            Action::Checkpoint { relation, eager, local } => {
                if !local && self.session.conf().get_explicit(CHECKPOINT_FOLDER).is_none() {
                    return Err(Error::new(ErrorKind::Data, "_LEGACY_ERROR_TEMP_3016"));
                }
                let relation_id =
                    self.session.checkpoint(&relation, eager, &self.execution.operation).await?;
                let relation = Some(proto::CachedRemoteRelation { relation_id });
                self.answer(ResponseType::CheckpointCommandResult(proto::CheckpointCommandResult {
                    relation,
                }))
                .await;
                Ok(())
            }
            Action::DropCheckpoint { id } => {
                self.session.drop_checkpoint(&id);
                Ok(())
            }
            Action::Resources => {
                let result = proto::GetResourcesCommandResult { resources: HashMap::new() };
                self.answer(ResponseType::GetResourcesCommandResult(result)).await;
                Ok(())
            }
            Action::CleanModelCache => {
                self.answer(ResponseType::MlCommandResult(proto::MlCommandResult { result_type: None }))
                    .await;
                Ok(())
            }
        }
    }

    async fn query(&self, relation: Relation) -> Result<()> {
        match self.session.execute(Statement::Query(relation), &self.execution.operation).await? {
            Answer::Rows(rows) => rows::send(self, rows).await,
            Answer::Done => rows::send(self, no_rows()).await,
        }
    }

    /// A query is answered by its own relation, for the client's next action; but its errors are found now.
    async fn sql(&self, input: proto::Relation, statement: Statement) -> Result<()> {
        let relation = match statement {
            Statement::Query(relation) => {
                self.session.schema(&relation).await?;
                input
            }
            command => {
                let text = place::text(&command, &input);
                let answer = self.session.execute(command, &self.execution.operation).await;
                let rows = match answer.map_err(|error| place::located(error, text.as_deref()))? {
                    Answer::Rows(rows) => rows,
                    Answer::Done => no_rows(),
                };
                let local = rows::inline(rows).await?;
                proto::Relation {
                    common: None,
                    rel_type: Some(proto::relation::RelType::LocalRelation(local)),
                }
            }
        };
        let result = response::SqlCommandResult { relation: Some(relation) };
        self.answer(ResponseType::SqlCommandResult(result)).await;
        Ok(())
    }
}

/// The answer of a command that answers nothing.
fn no_rows() -> engine::Rows {
    let arrow_schema = Arc::new(arrow::datatypes::Schema::empty());
    let stream = Box::pin(datafusion::physical_plan::EmptyRecordBatchStream::new(Arc::clone(&arrow_schema)));
    engine::Rows { schema: lang::StructType::default(), arrow_schema, stream }
}

fn empty_response(execution: &Execution) -> proto::ExecutePlanResponse {
    let Key { session, operation, .. } = execution.key.clone();
    proto::ExecutePlanResponse {
        session_id: session,
        server_side_session_id: execution.session.server_id().to_string(),
        operation_id: operation,
        ..Default::default()
    }
}

/// Runs `plan` on `work`; nothing happens before the answer is polled, which does no more than to watch. `fail` turns an error
/// into the status that the client gets.
pub(crate) fn run(
    execution: Arc<Execution>,
    plan: proto::Plan,
    chunking: Chunking,
    work: Handle,
    fail: impl FnOnce(&Error) -> Status + Send + 'static,
) -> impl Future<Output = ()> + Send + 'static {
    let run = Run { session: Arc::clone(&execution.session), chunking, execution: Arc::clone(&execution) };
    async move {
        let executed = task::run(&work, async move { run.execute(&plan).await });
        let result = supervise(&execution, executed).await;
        let last = (result.is_ok() && execution.reattachable).then(|| {
            let complete = ResponseType::ResultComplete(response::ResultComplete {});
            proto::ExecutePlanResponse { response_type: Some(complete), ..empty_response(&execution) }
        });
        execution.buffer.finish(last, result.map_err(|error| fail(&error)));
        execution.operation.finish();
    }
}

/// Waits for the work, reports its progress, and gives it up when it is interrupted: it ends at its next pause.
async fn supervise(execution: &Execution, work: impl Future<Output = Result<()>>) -> Result<()> {
    let mut work = std::pin::pin!(work);
    let start = Instant::now() + PROGRESS_EVERY;
    let mut progress = tokio::time::interval_at(start, PROGRESS_EVERY);
    loop {
        tokio::select! {
            result = &mut work => return result,
            () = execution.operation.interrupted() => {
                return Err(Error::new(ErrorKind::Cancelled, "OPERATION_CANCELED"));
            }
            // The client may have stopped reading; it can still interrupt.
            _ = progress.tick() => tokio::select! {
                () = report_progress(execution) => {}
                () = execution.operation.interrupted() => {}
            },
        }
    }
}

/// Tells the client how far the work is, if it has read everything that came before.
async fn report_progress(execution: &Execution) {
    let progress = execution.operation.progress();
    if progress.stages.is_empty() || !execution.buffer.is_idle() {
        return;
    }
    let stage = |stage: &engine::StageProgress| response::execution_progress::StageInfo {
        stage_id: stage.id,
        num_tasks: stage.tasks,
        num_completed_tasks: stage.completed_tasks,
        input_bytes_read: stage.input_bytes,
        done: stage.done,
    };
    let message = response::ExecutionProgress {
        stages: progress.stages.iter().map(stage).collect(),
        num_inflight_tasks: progress.inflight_tasks,
    };
    let response_type = Some(ResponseType::ExecutionProgress(message));
    execution.buffer.push(proto::ExecutePlanResponse { response_type, ..empty_response(execution) }).await;
}
