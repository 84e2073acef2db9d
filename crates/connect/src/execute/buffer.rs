//! The responses of one operation between the task that produces them and the stream that sends them.
//!
//! Responses are numbered from 1. They wait here until they are sent (the producer waits when too many do) and, for
//! reattachable operations, stay until the client releases them or [`RETAINED_BYTES`] of newer ones have been sent.

use std::collections::VecDeque;

use lang::{Error, ErrorKind};
use parking_lot::Mutex;
use prost::Message as _;
use spark_connect_proto::ExecutePlanResponse;
use tokio::sync::Notify;
use tonic::Status;
use uuid::Uuid;

/// Bytes that may wait to be sent before the producer waits.
const WAITING_BYTES: usize = 4 * 1024 * 1024;
/// Bytes already sent that are kept for clients that lost them: Spark's default.
const RETAINED_BYTES: usize = 10 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct ResponseBuffer {
    state: Mutex<State>,
    changed: Notify,
    reattachable: bool,
    /// First half of every response id; the other half is the response's number.
    seed: u64,
}

#[derive(Debug)]
struct State {
    responses: VecDeque<(ExecutePlanResponse, usize)>,
    /// Number of the first response in `responses`.
    first: u64,
    /// Number of the first response that no stream has taken yet.
    unsent: u64,
    retained_bytes: usize,
    waiting_bytes: usize,
    end: Option<Result<(), Status>>,
    /// Counts the streams that were attached; only the latest may take responses.
    attachment: u64,
}

/// What a stream gets when it asks for a response.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "handed over once, never stored")]
pub(crate) enum Next {
    Response(ExecutePlanResponse),
    /// The operation has ended, well or not.
    End(Result<(), Status>),
    /// Another stream took over.
    Preempted,
    /// The response is gone.
    Dropped,
}

impl ResponseBuffer {
    pub fn new(reattachable: bool) -> Self {
        let state = State {
            responses: VecDeque::new(),
            first: 1,
            unsent: 1,
            retained_bytes: 0,
            waiting_bytes: 0,
            end: None,
            attachment: 0,
        };
        let seed = Uuid::new_v4().as_u64_pair().0;
        ResponseBuffer { state: Mutex::new(state), changed: Notify::new(), reattachable, seed }
    }

    /// Adds a response, which gets its id here; waits while too many others wait to be sent.
    pub async fn push(&self, response: ExecutePlanResponse) {
        let bytes = response.encoded_len();
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            {
                let mut state = self.state.lock();
                if state.waiting_bytes == 0 || state.waiting_bytes + bytes <= WAITING_BYTES {
                    self.add(&mut state, response);
                    break;
                }
            }
            changed.await;
        }
        self.changed.notify_waiters();
    }

    /// No more responses will come than `last`; it does not wait for room.
    pub fn finish(&self, last: Option<ExecutePlanResponse>, end: Result<(), Status>) {
        {
            let mut state = self.state.lock();
            if let Some(response) = last {
                self.add(&mut state, response);
            }
            state.end.get_or_insert(end);
        }
        self.changed.notify_waiters();
    }

    fn add(&self, state: &mut State, mut response: ExecutePlanResponse) {
        let bytes = response.encoded_len();
        response.response_id = self.response_id(state.first + state.responses.len() as u64);
        state.responses.push_back((response, bytes));
        state.waiting_bytes += bytes;
    }

    /// How the operation ended; `None` while it runs.
    pub fn end(&self) -> Option<Result<(), Status>> {
        self.state.lock().end.clone()
    }

    /// Whether everything produced has been sent.
    pub fn is_idle(&self) -> bool {
        self.state.lock().waiting_bytes == 0
    }

    /// Makes the caller the one stream that may take responses; earlier ones end.
    pub fn attach(&self) -> u64 {
        let mut state = self.state.lock();
        state.attachment += 1;
        let attachment = state.attachment;
        drop(state);
        self.changed.notify_waiters();
        attachment
    }

    pub fn is_attached(&self, attachment: u64) -> bool {
        self.state.lock().attachment == attachment
    }

    /// The number of the response after `last_response_id`.
    ///
    /// # Errors
    /// `INVALID_CURSOR.POSITION_NOT_FOUND` for foreign ids, `…POSITION_NOT_AVAILABLE` for dropped responses.
    pub fn position_after(&self, last_response_id: Option<&str>) -> Result<u64, Error> {
        let state = self.state.lock();
        let position = match last_response_id {
            None | Some("") => 1,
            Some(id) => self.number(id, &state).ok_or_else(|| cursor("POSITION_NOT_FOUND", id))? + 1,
        };
        if position < state.first {
            let id = last_response_id.unwrap_or_default();
            return Err(cursor("POSITION_NOT_AVAILABLE", id).with("index", state.first.to_string()));
        }
        Ok(position)
    }

    /// The response of that number; waits until there is one.
    pub async fn next(&self, attachment: u64, number: u64) -> Next {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if let Some(next) = self.take(attachment, number) {
                self.changed.notify_waiters();
                return next;
            }
            changed.await;
        }
    }

    fn take(&self, attachment: u64, number: u64) -> Option<Next> {
        let mut state = self.state.lock();
        if state.attachment != attachment {
            return Some(Next::Preempted);
        }
        if number < state.first {
            return Some(Next::Dropped);
        }
        let index = (number - state.first) as usize;
        if let Some((response, bytes)) = state.responses.get(index) {
            let (response, bytes) = (response.clone(), *bytes);
            if number >= state.unsent {
                state.unsent = number + 1;
                state.waiting_bytes -= bytes;
                state.retained_bytes += bytes;
            }
            let limit = if self.reattachable { RETAINED_BYTES } else { 0 };
            state.drop_sent(|state| state.retained_bytes > limit);
            return Some(Next::Response(response));
        }
        state.end.clone().map(Next::End)
    }

    /// Drops the responses up to and including that id; ids that are unknown or dropped already are no error.
    pub fn release_until(&self, response_id: &str) {
        let mut state = self.state.lock();
        if let Some(number) = self.number(response_id, &state) {
            state.drop_sent(|state| state.first <= number);
        }
    }

    fn response_id(&self, number: u64) -> String {
        Uuid::from_u64_pair(self.seed, number).to_string()
    }

    /// The number in a response id, if that response was ever produced here.
    fn number(&self, response_id: &str, state: &State) -> Option<u64> {
        let (seed, number) = Uuid::parse_str(response_id).ok()?.as_u64_pair();
        let produced = 1..state.first + state.responses.len() as u64;
        (seed == self.seed && produced.contains(&number)).then_some(number)
    }
}

impl State {
    /// Drops responses that have been sent, oldest first, while `more`.
    fn drop_sent(&mut self, more: impl Fn(&State) -> bool) {
        while self.first < self.unsent && more(self) {
            let Some((_, bytes)) = self.responses.pop_front() else { return };
            self.first += 1;
            self.retained_bytes -= bytes;
        }
    }
}

fn cursor(reason: &str, response_id: &str) -> Error {
    let condition = format!("INVALID_CURSOR.{reason}");
    Error::new(ErrorKind::InvalidArgument, condition).with("responseId", response_id)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use spark_connect_proto::execute_plan_response::{ArrowBatch, ResponseType};

    use super::*;

    fn response(bytes: usize) -> ExecutePlanResponse {
        let batch = ArrowBatch { data: vec![0; bytes].into(), ..Default::default() };
        ExecutePlanResponse { response_type: Some(ResponseType::ArrowBatch(batch)), ..Default::default() }
    }

    async fn take(buffer: &ResponseBuffer, attachment: u64, number: u64) -> ExecutePlanResponse {
        match buffer.next(attachment, number).await {
            Next::Response(response) => response,
            other => panic!("no response {number}: {other:?}"),
        }
    }

    #[tokio::test]
    async fn lost_responses_can_be_read_again_until_released() {
        let buffer = ResponseBuffer::new(true);
        let first_stream = buffer.attach();
        for _ in 0..3 {
            buffer.push(response(10)).await;
        }
        buffer.finish(None, Ok(()));
        let first = take(&buffer, first_stream, 1).await;
        let second = take(&buffer, first_stream, 2).await;
        let second_stream = buffer.attach();
        assert!(matches!(buffer.next(first_stream, 3).await, Next::Preempted));
        assert_eq!(buffer.position_after(Some(&first.response_id)).expect("kept"), 2);
        assert_eq!(take(&buffer, second_stream, 2).await.response_id, second.response_id);
        buffer.release_until(&second.response_id);
        assert_eq!(buffer.position_after(Some(&second.response_id)).expect("next"), 3);
        let gone = buffer.position_after(None).expect_err("released");
        assert_eq!(gone.condition(), "INVALID_CURSOR.POSITION_NOT_AVAILABLE");
        take(&buffer, second_stream, 3).await;
        assert!(matches!(buffer.next(second_stream, 4).await, Next::End(Ok(()))));
    }

    #[tokio::test]
    async fn foreign_ids_are_refused() {
        let buffer = ResponseBuffer::new(true);
        buffer.push(response(1)).await;
        for id in ["nonsense", &Uuid::new_v4().to_string(), &buffer.response_id(2)] {
            let error = buffer.position_after(Some(id)).expect_err(id);
            assert_eq!(error.condition(), "INVALID_CURSOR.POSITION_NOT_FOUND");
        }
    }

    #[tokio::test]
    async fn sent_responses_are_kept_up_to_the_limit_only() {
        let buffer = ResponseBuffer::new(true);
        let stream = buffer.attach();
        let mut ids = Vec::new();
        for number in 1..=4 {
            buffer.push(response(RETAINED_BYTES / 2)).await;
            ids.push(take(&buffer, stream, number).await.response_id);
        }
        assert!(buffer.position_after(Some(&ids[0])).is_err());
        assert_eq!(buffer.position_after(Some(&ids[2])).expect("kept"), 4);
    }

    #[tokio::test]
    async fn the_producer_waits_for_the_consumer() {
        let buffer = Arc::new(ResponseBuffer::new(false));
        let stream = buffer.attach();
        buffer.push(response(WAITING_BYTES)).await;
        let producer = tokio::spawn({
            let buffer = Arc::clone(&buffer);
            async move { buffer.push(response(1)).await }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(!producer.is_finished());
        take(&buffer, stream, 1).await;
        producer.await.expect("pushed");
        take(&buffer, stream, 2).await;
        assert!(buffer.is_idle());
    }
}
