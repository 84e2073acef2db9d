//! The RPCs of `SparkConnectService`: take the request apart, call the domain, put the response together.

use std::future::Future;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use engine::{Engine, Session};
use lang::{Error, ErrorKind, Result};
use parking_lot::Mutex;
use prost::Message as _;
use spark_connect_proto as proto;
use spark_connect_proto::execute_plan_request::request_option::RequestOption;
use spark_connect_proto::release_execute_request::Release;
use tokio::runtime::Handle;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use crate::caller::{Caller, check_uuid};
use crate::decode::{invalid, missing, required};
use crate::error_log::ErrorLog;
use crate::execute::{self, Chunking, Execution, Executions, HeadStart, Key, ResponseBuffer, ResponseStream};
use crate::protocol::SparkConnectService;
use crate::{analyze, artifacts, config, encode, sessions, task};

/// How long the head of an answer waits for the whole answer: a small query then travels in one write, which spares
/// both sides a wake-up of a thread for each part of it.
const HEAD_START: Duration = Duration::from_millis(2);

type Reply<T> = Result<Response<T>, Status>;

/// The service: one engine, what it executes, and the errors clients may ask about.
#[derive(Clone)]
pub(crate) struct Service {
    pub engine: Arc<Engine>,
    pub executions: Arc<Executions>,
    pub errors: Arc<ErrorLog>,
    /// Where plans are resolved and run. Requests are taken elsewhere, so that they are heard while plans keep all its threads
    /// busy.
    work: Handle,
}

impl Service {
    pub fn new(engine: Arc<Engine>, work: Handle, detached_timeout: Duration) -> Self {
        let executions = Arc::new(Executions::new(detached_timeout));
        Service { engine, executions, errors: Arc::default(), work }
    }

    fn fail(&self, caller: &Caller, error: &Error) -> Status {
        self.errors.status(&caller.user, &caller.session_id, error)
    }

    /// Runs `work`, which takes no time, with the caller's session.
    async fn with_session<T, F>(
        &self,
        caller: Caller,
        work: impl FnOnce(Arc<Session>) -> F + Send + 'static,
    ) -> Reply<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        self.on(&Handle::current(), caller, work).await
    }

    /// Runs `work` with the caller's session on a task of `runtime`.
    async fn on<T, F>(
        &self,
        runtime: &Handle,
        caller: Caller,
        work: impl FnOnce(Arc<Session>) -> F + Send + 'static,
    ) -> Reply<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let (engine, for_session) = (Arc::clone(&self.engine), caller.clone());
        let result = task::run(runtime, async move { work(for_session.session(&engine)?).await }).await;
        result.map(Response::new).map_err(|error| self.fail(&caller, &error))
    }

    async fn execute(&self, caller: &Caller, request: proto::ExecutePlanRequest) -> Result<ResponseStream> {
        let session = caller.session(&self.engine)?;
        let plan = request.plan.ok_or_else(|| missing("ExecutePlanRequest.plan"))?;
        let id =
            request.operation_id.filter(|id| !id.is_empty()).unwrap_or_else(|| Uuid::new_v4().to_string());
        check_uuid(&id)?;
        check_tags(&request.tags)?;
        let key = key(caller, &id);
        let (reattachable, chunking) = options(&request.request_options);
        let plan_hash = if reattachable { hash(&plan) } else { 0 };
        if let Some(responses) = self.sent_again(&key, reattachable, plan_hash)? {
            return Ok(responses);
        }
        let operation = session.operation(id, request.tags)?;
        let buffer = ResponseBuffer::new(reattachable);
        let detached = Mutex::new(None);
        let execution =
            Arc::new(Execution { key, session, operation, buffer, reattachable, plan_hash, detached });
        self.executions.insert(&execution);
        let (errors, caller) = (Arc::clone(&self.errors), caller.clone());
        let fail = move |error: &Error| errors.status(&caller.user, &caller.session_id, error);
        let work = execute::run(Arc::clone(&execution), plan, chunking, self.work.clone(), fail);
        // Attached before the work: whoever hangs up meanwhile is noticed.
        let responses = execute::stream(execution, Arc::clone(&self.executions), 1);
        HeadStart::new(work).run(HEAD_START).await;
        Ok(responses)
    }

    /// The responses, from the first, of an execution whose request is sent again because the answer was lost; `None` if the
    /// id is new.
    ///
    /// # Errors
    /// `INVALID_HANDLE.OPERATION_ALREADY_EXISTS` for another plan, `INVALID_HANDLE.OPERATION_ABANDONED` for one that was released:
    /// nothing runs twice.
    fn sent_again(&self, key: &Key, reattachable: bool, plan_hash: u64) -> Result<Option<ResponseStream>> {
        let refused = |reason: &str| {
            let condition = format!("INVALID_HANDLE.{reason}");
            Err(Error::new(ErrorKind::InvalidArgument, condition).with("handle", key.operation.clone()))
        };
        match self.executions.find(key) {
            Some(same) if reattachable && same.reattachable && same.plan_hash == plan_hash => {
                Ok(Some(execute::stream(same, Arc::clone(&self.executions), 1)))
            }
            Some(_) => refused("OPERATION_ALREADY_EXISTS"),
            None if self.executions.has_ended(key) => refused("OPERATION_ABANDONED"),
            None => Ok(None),
        }
    }

    fn reattach(&self, caller: &Caller, request: &proto::ReattachExecuteRequest) -> Result<ResponseStream> {
        caller.existing_session(&self.engine)?;
        let execution = self.executions.get(&key(caller, &request.operation_id))?;
        if !execution.reattachable {
            return Err(Error::new(ErrorKind::InvalidArgument, "INVALID_CURSOR.NOT_REATTACHABLE"));
        }
        let position = execution.buffer.position_after(request.last_response_id.as_deref())?;
        Ok(execute::stream(execution, Arc::clone(&self.executions), position))
    }

    fn release(
        &self,
        caller: &Caller,
        request: proto::ReleaseExecuteRequest,
    ) -> Result<proto::ReleaseExecuteResponse> {
        let session = caller.existing_session(&self.engine)?;
        let key = key(caller, &request.operation_id);
        let found = self.executions.find(&key);
        if let Some(execution) = &found {
            match required(&request.release, "ReleaseExecuteRequest.release")? {
                Release::ReleaseAll(_) => self.executions.remove(&key),
                Release::ReleaseUntil(until) => execution.buffer.release_until(&until.response_id),
            }
        }
        Ok(proto::ReleaseExecuteResponse {
            session_id: request.session_id,
            server_side_session_id: session.server_id().to_string(),
            // Releasing what is not there is no error, but the client is told.
            operation_id: found.map(|_| request.operation_id),
        })
    }
}

fn key(caller: &Caller, operation: &str) -> Key {
    Key { user: caller.user.clone(), session: caller.session_id.clone(), operation: operation.to_string() }
}

/// # Errors
/// `ILLEGAL_ARGUMENT`: clients send lists of tags with commas between them.
fn check_tags(tags: &[String]) -> Result<()> {
    let refused =
        |message| Err(Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT").with("message", message));
    if tags.iter().any(|tag| tag.contains(',')) {
        return refused("Spark Connect tag cannot contain ','.");
    }
    if tags.iter().any(String::is_empty) {
        return refused("Spark Connect tag cannot be an empty string.");
    }
    Ok(())
}

fn hash(plan: &proto::Plan) -> u64 {
    let mut hasher = DefaultHasher::new();
    plan.encode_to_vec().hash(&mut hasher);
    hasher.finish()
}

/// Whether the client may reattach, and how it takes large batches.
fn options(options: &[proto::execute_plan_request::RequestOption]) -> (bool, Chunking) {
    let (mut reattachable, mut chunking) = (false, Chunking::default());
    for option in options.iter().filter_map(|option| option.request_option.as_ref()) {
        match option {
            RequestOption::ReattachOptions(options) => reattachable = options.reattachable,
            RequestOption::ResultChunkingOptions(options) => {
                chunking.allowed = options.allow_arrow_batch_chunking;
                chunking.preferred_bytes = options.preferred_arrow_chunk_size;
            }
            // Extensions are hints for servers that know them.
            RequestOption::Extension(_) => {}
        }
    }
    (reattachable, chunking)
}

/// The caller of any request.
macro_rules! caller {
    ($request:expr) => {
        Caller::new(
            &$request.user_context,
            &$request.session_id,
            &$request.client_observed_server_side_session_id,
        )
    };
}

#[tonic::async_trait]
impl SparkConnectService for Service {
    type ExecutePlanStream = ResponseStream;
    type ReattachExecuteStream = ResponseStream;

    async fn execute_plan(&self, request: Request<proto::ExecutePlanRequest>) -> Reply<ResponseStream> {
        let request = request.into_inner();
        let caller = caller!(request);
        self.execute(&caller, request).await.map(Response::new).map_err(|error| self.fail(&caller, &error))
    }

    async fn reattach_execute(
        &self,
        request: Request<proto::ReattachExecuteRequest>,
    ) -> Reply<ResponseStream> {
        let request = request.into_inner();
        let caller = caller!(request);
        self.reattach(&caller, &request).map(Response::new).map_err(|error| self.fail(&caller, &error))
    }

    async fn release_execute(
        &self,
        request: Request<proto::ReleaseExecuteRequest>,
    ) -> Reply<proto::ReleaseExecuteResponse> {
        let request = request.into_inner();
        let caller = caller!(request);
        self.release(&caller, request).map(Response::new).map_err(|error| self.fail(&caller, &error))
    }

    async fn analyze_plan(
        &self,
        request: Request<proto::AnalyzePlanRequest>,
    ) -> Reply<proto::AnalyzePlanResponse> {
        let request = request.into_inner();
        self.on(&self.work, caller!(request), |session| async move {
            Ok(proto::AnalyzePlanResponse {
                result: Some(analyze::answer(&session, &request.analyze).await?),
                session_id: request.session_id,
                server_side_session_id: session.server_id().to_string(),
            })
        })
        .await
    }

    async fn config(&self, request: Request<proto::ConfigRequest>) -> Reply<proto::ConfigResponse> {
        let request = request.into_inner();
        self.with_session(caller!(request), |session| async move {
            Ok(proto::ConfigResponse {
                pairs: config::perform(session.conf(), &request.operation)?,
                warnings: Vec::new(),
                session_id: request.session_id,
                server_side_session_id: session.server_id().to_string(),
            })
        })
        .await
    }

    async fn add_artifacts(
        &self,
        request: Request<Streaming<proto::AddArtifactsRequest>>,
    ) -> Reply<proto::AddArtifactsResponse> {
        let received = artifacts::receive(&self.engine, request.into_inner()).await;
        let uploaded = received.map_err(|error| encode::error::status(&error, None))?;
        Ok(Response::new(proto::AddArtifactsResponse {
            session_id: uploaded.session.id().to_string(),
            server_side_session_id: uploaded.session.server_id().to_string(),
            artifacts: uploaded.artifacts,
        }))
    }

    async fn artifact_status(
        &self,
        request: Request<proto::ArtifactStatusesRequest>,
    ) -> Reply<proto::ArtifactStatusesResponse> {
        let request = request.into_inner();
        self.with_session(caller!(request), |session| async move {
            Ok(sessions::artifact_status(&session, request))
        })
        .await
    }

    async fn interrupt(&self, request: Request<proto::InterruptRequest>) -> Reply<proto::InterruptResponse> {
        let request = request.into_inner();
        self.with_session(caller!(request), |session| async move { sessions::interrupt(&session, request) })
            .await
    }

    async fn release_session(
        &self,
        request: Request<proto::ReleaseSessionRequest>,
    ) -> Reply<proto::ReleaseSessionResponse> {
        let request = request.into_inner();
        let caller = Caller::new(&request.user_context, &request.session_id, &None);
        let released = sessions::release(self, &caller, &request);
        released.map(Response::new).map_err(|error| self.fail(&caller, &error))
    }

    async fn fetch_error_details(
        &self,
        request: Request<proto::FetchErrorDetailsRequest>,
    ) -> Reply<proto::FetchErrorDetailsResponse> {
        let request = request.into_inner();
        let caller = caller!(request);
        let session = caller.existing_session(&self.engine);
        let session = session.map_err(|error| encode::error::status(&error, None))?;
        let error = self.errors.take(&caller.user, &caller.session_id, &request.error_id);
        Ok(Response::new(proto::FetchErrorDetailsResponse {
            session_id: request.session_id,
            server_side_session_id: session.server_id().to_string(),
            root_error_idx: error.is_some().then_some(0),
            errors: error.iter().map(encode::error::full_details).collect(),
        }))
    }

    async fn clone_session(
        &self,
        request: Request<proto::CloneSessionRequest>,
    ) -> Reply<proto::CloneSessionResponse> {
        let request = request.into_inner();
        let caller = caller!(request);
        let cloned = sessions::clone(self, &caller, request);
        cloned.map(Response::new).map_err(|error| self.fail(&caller, &error))
    }

    async fn get_status(&self, request: Request<proto::GetStatusRequest>) -> Reply<proto::GetStatusResponse> {
        let request = request.into_inner();
        let (caller, executions) = (caller!(request), Arc::clone(&self.executions));
        self.with_session(caller.clone(), move |session| async move {
            if !request.extensions.is_empty() {
                return Err(invalid("GetStatusRequest.extensions are unknown to this server"));
            }
            Ok(sessions::status(&session, &executions, &caller, request))
        })
        .await
    }
}
