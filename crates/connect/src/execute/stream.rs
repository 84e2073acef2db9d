//! The stream of responses that a client reads.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use futures::Stream;
use lang::{Error, ErrorKind};
use spark_connect_proto::ExecutePlanResponse;
use tonic::Status;

use super::buffer::Next;
use super::{Execution, Executions};
use crate::encode::error;

pub(crate) type ResponseStream = Pin<Box<dyn Stream<Item = Result<ExecutePlanResponse, Status>> + Send>>;

/// Notices when the client goes away.
struct Attachment {
    execution: Arc<Execution>,
    executions: Arc<Executions>,
    number: u64,
}

impl Drop for Attachment {
    fn drop(&mut self) {
        if !self.execution.buffer.is_attached(self.number) {
            return;
        }
        if self.execution.reattachable {
            *self.execution.detached.lock() = Some(Instant::now());
        } else {
            self.executions.remove(&self.execution.key);
        }
    }
}

/// Streams the responses of `execution` from `position` on; an earlier stream of it ends.
pub(crate) fn stream(
    execution: Arc<Execution>,
    executions: Arc<Executions>,
    position: u64,
) -> ResponseStream {
    let number = execution.buffer.attach();
    *execution.detached.lock() = None;
    let attachment = Attachment { execution, executions, number };
    Box::pin(futures::stream::unfold(Some((attachment, position)), |state| async move {
        let (attachment, position) = state?;
        match attachment.execution.buffer.next(attachment.number, position).await {
            Next::Response(response) => Some((Ok(response), Some((attachment, position + 1)))),
            Next::End(Ok(())) => None,
            Next::End(Err(status)) => Some((Err(status), None)),
            Next::Preempted => Some((Err(cursor_status("INVALID_CURSOR.DISCONNECTED")), None)),
            Next::Dropped => Some((Err(cursor_status("INVALID_CURSOR.POSITION_NOT_AVAILABLE")), None)),
        }
    }))
}

fn cursor_status(condition: &str) -> Status {
    error::status(&Error::new(ErrorKind::InvalidArgument, condition), None)
}
