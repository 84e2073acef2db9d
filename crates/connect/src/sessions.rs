//! RPCs about sessions and their operations: interrupt, release, clone, status.

use engine::Session;
use lang::{Error, ErrorKind, Result};
use spark_connect_proto as proto;
use spark_connect_proto::get_status_response::OperationStatus;
use spark_connect_proto::interrupt_request::{Interrupt, InterruptType};
use uuid::Uuid;

use crate::caller::{Caller, check_uuid};
use crate::decode::{invalid, missing};
use crate::execute::Executions;
use crate::service::Service;

pub(crate) fn artifact_status(
    session: &Session,
    request: proto::ArtifactStatusesRequest,
) -> proto::ArtifactStatusesResponse {
    let status = |name: String| {
        let exists = session.artifacts().exists(&name);
        (name, proto::artifact_statuses_response::ArtifactStatus { exists })
    };
    proto::ArtifactStatusesResponse {
        session_id: request.session_id,
        server_side_session_id: session.server_id().to_string(),
        statuses: request.names.into_iter().map(status).collect(),
    }
}

pub(crate) fn interrupt(
    session: &Session,
    request: proto::InterruptRequest,
) -> Result<proto::InterruptResponse> {
    let interrupted_ids = match (InterruptType::try_from(request.interrupt_type), &request.interrupt) {
        (Ok(InterruptType::All), _) => session.interrupt_all(),
        (Ok(InterruptType::Tag), Some(Interrupt::OperationTag(tag))) => session.interrupt_tag(tag),
        (Ok(InterruptType::Tag), _) => return Err(missing("InterruptRequest.operation_tag")),
        (Ok(InterruptType::OperationId), Some(Interrupt::OperationId(id))) => session.interrupt_operation(id),
        (Ok(InterruptType::OperationId), _) => return Err(missing("InterruptRequest.operation_id")),
        (Ok(InterruptType::Unspecified) | Err(_), _) => {
            return Err(invalid("InterruptRequest.interrupt_type is not set"));
        }
    };
    Ok(proto::InterruptResponse {
        session_id: request.session_id,
        server_side_session_id: session.server_id().to_string(),
        interrupted_ids,
    })
}

/// Closes a session and everything that runs in it; closing one that does not exist is no error.
pub(crate) fn release(
    service: &Service,
    caller: &Caller,
    request: &proto::ReleaseSessionRequest,
) -> Result<proto::ReleaseSessionResponse> {
    check_uuid(&caller.session_id)?;
    if request.allow_reconnect {
        return Err(Error::unsupported("releasing a session so that it can be reconnected to"));
    }
    let session = service.engine.find_session(&caller.user, &caller.session_id);
    service.executions.remove_session(&caller.user, &caller.session_id);
    service.engine.close_session(&caller.user, &caller.session_id);
    service.errors.remove_session(&caller.user, &caller.session_id);
    Ok(proto::ReleaseSessionResponse {
        session_id: caller.session_id.clone(),
        server_side_session_id: session.map(|session| session.server_id().to_string()).unwrap_or_default(),
    })
}

pub(crate) fn clone(
    service: &Service,
    caller: &Caller,
    request: proto::CloneSessionRequest,
) -> Result<proto::CloneSessionResponse> {
    let session = caller.existing_session(&service.engine)?;
    let new_id = request.new_session_id.unwrap_or_else(|| Uuid::new_v4().to_string());
    if check_uuid(&new_id).is_err() {
        let condition = "INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_FORMAT";
        return Err(Error::new(ErrorKind::InvalidArgument, condition).with("targetSessionId", new_id));
    }
    let cloned = service.engine.clone_session(&caller.user, &caller.session_id, &new_id)?;
    Ok(proto::CloneSessionResponse {
        session_id: request.session_id,
        server_side_session_id: session.server_id().to_string(),
        new_session_id: new_id,
        new_server_side_session_id: cloned.server_id().to_string(),
    })
}

/// How the operations fare that the client asks about.
pub(crate) fn status(
    session: &Session,
    executions: &Executions,
    caller: &Caller,
    request: proto::GetStatusRequest,
) -> proto::GetStatusResponse {
    let states = match &request.operation_status {
        Some(asked) => executions.states(&caller.user, &caller.session_id, &asked.operation_ids),
        None => Vec::new(),
    };
    let status =
        |(operation_id, state)| OperationStatus { operation_id, state: state as i32, extensions: Vec::new() };
    proto::GetStatusResponse {
        session_id: request.session_id,
        server_side_session_id: session.server_id().to_string(),
        operation_statuses: states.into_iter().map(status).collect(),
        extensions: Vec::new(),
    }
}
