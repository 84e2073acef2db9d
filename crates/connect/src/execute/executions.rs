//! All executions of this server, by user, session and operation id.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use engine::{Operation, Session};
use lang::{Error, ErrorKind};
use parking_lot::Mutex;
use spark_connect_proto::get_status_response::operation_status::OperationState;

use super::ResponseBuffer;

/// Executions that are over are remembered for `GetStatus`, this many at most.
const MAX_ENDED: usize = 1000;

/// Who runs what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub user: String,
    pub session: String,
    pub operation: String,
}

/// One plan being executed.
pub(crate) struct Execution {
    pub key: Key,
    pub session: Arc<Session>,
    pub operation: Arc<Operation>,
    pub buffer: ResponseBuffer,
    pub reattachable: bool,
    /// Of the plan: tells a request that is sent again from another one under the same id.
    pub plan_hash: u64,
    /// Since when no stream is attached.
    pub detached: Mutex<Option<Instant>>,
}

impl Execution {
    pub fn state(&self) -> OperationState {
        match (self.buffer.end(), self.operation.is_interrupted()) {
            (None, false) => OperationState::Running,
            (None, true) => OperationState::Terminating,
            (Some(Ok(())), _) => OperationState::Succeeded,
            (Some(Err(_)), true) => OperationState::Cancelled,
            (Some(Err(_)), false) => OperationState::Failed,
        }
    }
}

pub(crate) struct Executions {
    /// How long an execution waits for its client to reattach.
    detached_timeout: Duration,
    active: Mutex<HashMap<Key, Arc<Execution>>>,
    ended: Mutex<VecDeque<Ended>>,
}

struct Ended {
    key: Key,
    state: OperationState,
    abandoned: bool,
}

impl Executions {
    pub fn new(detached_timeout: Duration) -> Self {
        Executions { detached_timeout, active: Mutex::default(), ended: Mutex::default() }
    }

    pub fn insert(&self, execution: &Arc<Execution>) {
        self.active.lock().insert(execution.key.clone(), Arc::clone(execution));
    }

    pub fn find(&self, key: &Key) -> Option<Arc<Execution>> {
        self.active.lock().get(key).cloned()
    }

    /// The execution to reattach to.
    ///
    /// # Errors
    /// `INVALID_HANDLE.OPERATION_ABANDONED`, `INVALID_HANDLE.OPERATION_NOT_FOUND`.
    pub fn get(&self, key: &Key) -> Result<Arc<Execution>, Error> {
        if let Some(execution) = self.find(key) {
            return Ok(execution);
        }
        let abandoned = self.ended.lock().iter().any(|ended| ended.key == *key && ended.abandoned);
        let condition = if abandoned {
            "INVALID_HANDLE.OPERATION_ABANDONED"
        } else {
            "INVALID_HANDLE.OPERATION_NOT_FOUND"
        };
        Err(Error::new(ErrorKind::InvalidArgument, condition).with("handle", key.operation.clone()))
    }

    /// Whether an execution of that key is over and forgotten, as far back as is known.
    pub fn has_ended(&self, key: &Key) -> bool {
        self.ended.lock().iter().any(|ended| ended.key.operation == key.operation && ended.key == *key)
    }

    /// Forgets an execution; stops it if it still runs.
    pub fn remove(&self, key: &Key) {
        let removed = self.active.lock().remove(key);
        if let Some(execution) = removed {
            self.end(&execution, false);
        }
    }

    /// Forgets every execution of a session.
    pub fn remove_session(&self, user: &str, session: &str) {
        self.remove_where(false, |execution| execution.key.user == user && execution.key.session == session);
    }

    /// Forgets the executions that no client has come back to.
    pub fn remove_abandoned(&self, now: Instant) {
        self.remove_where(true, |execution| {
            let detached = *execution.detached.lock();
            detached.is_some_and(|since| now.saturating_duration_since(since) >= self.detached_timeout)
        });
    }

    fn remove_where(&self, abandoned: bool, condition: impl Fn(&Execution) -> bool) {
        let removed: Vec<_> = {
            let mut active = self.active.lock();
            let keys: Vec<_> = active.values().filter(|e| condition(e)).map(|e| e.key.clone()).collect();
            keys.iter().filter_map(|key| active.remove(key)).collect()
        };
        for execution in removed {
            self.end(&execution, abandoned);
        }
    }

    fn end(&self, execution: &Execution, abandoned: bool) {
        let state = match execution.buffer.end() {
            Some(_) => execution.state(),
            None => OperationState::Cancelled,
        };
        if execution.buffer.end().is_none() {
            execution.operation.interrupt();
        }
        let mut ended = self.ended.lock();
        while ended.len() >= MAX_ENDED {
            ended.pop_front();
        }
        ended.push_back(Ended { key: execution.key.clone(), state, abandoned });
    }

    /// State of the operations of a session, running ones and those that ended lately; `wanted` empty means all.
    pub fn states(&self, user: &str, session: &str, wanted: &[String]) -> Vec<(String, OperationState)> {
        let of_session = |key: &Key| key.user == user && key.session == session;
        let mut known: HashMap<String, OperationState> = HashMap::new();
        for ended in self.ended.lock().iter().filter(|ended| of_session(&ended.key)) {
            known.insert(ended.key.operation.clone(), ended.state);
        }
        for execution in self.active.lock().values().filter(|execution| of_session(&execution.key)) {
            known.insert(execution.key.operation.clone(), execution.state());
        }
        if wanted.is_empty() {
            return known.into_iter().collect();
        }
        let state = |id: &String| known.get(id).copied().unwrap_or(OperationState::Unknown);
        wanted.iter().map(|id| (id.clone(), state(id))).collect()
    }
}
