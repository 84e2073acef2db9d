//! The latest errors, kept so that clients can fetch what did not fit into a status.

use std::collections::VecDeque;

use lang::Error;
use parking_lot::Mutex;
use tonic::Status;
use uuid::Uuid;

use crate::encode::error;

/// Errors kept at most, of all sessions together.
const MAX_KEPT: usize = 1000;
/// What their messages may take together: an error shows the text it points at.
const MAX_KEPT_BYTES: usize = 64 * 1024 * 1024;

#[derive(Debug, Default)]
pub(crate) struct ErrorLog {
    latest: Mutex<VecDeque<Kept>>,
}

#[derive(Debug)]
struct Kept {
    id: String,
    user: String,
    session: String,
    error: Error,
    bytes: usize,
}

impl ErrorLog {
    /// Keeps `error` for the session and answers the status that points at it.
    pub fn status(&self, user: &str, session: &str, error: &Error) -> Status {
        log::debug!("session {session}: {error}");
        let id = Uuid::new_v4().to_string();
        let status = error::status(error, Some(&id));
        let bytes = error.to_string().len();
        let mut latest = self.latest.lock();
        let mut kept: usize = latest.iter().map(|kept| kept.bytes).sum();
        while latest.len() >= MAX_KEPT || kept + bytes > MAX_KEPT_BYTES {
            let Some(oldest) = latest.pop_front() else { break };
            kept -= oldest.bytes;
        }
        latest.push_back(Kept {
            id,
            user: user.to_string(),
            session: session.to_string(),
            error: error.clone(),
            bytes,
        });
        status
    }

    /// Takes an error out; each can be fetched once, by its own session.
    pub fn take(&self, user: &str, session: &str, id: &str) -> Option<Error> {
        let mut latest = self.latest.lock();
        let index =
            latest.iter().position(|kept| kept.id == id && kept.user == user && kept.session == session)?;
        latest.remove(index).map(|kept| kept.error)
    }

    /// Forgets the errors of a session.
    pub fn remove_session(&self, user: &str, session: &str) {
        self.latest.lock().retain(|kept| kept.user != user || kept.session != session);
    }
}

#[cfg(test)]
mod tests {
    use tonic_types::StatusExt as _;

    use super::*;

    #[test]
    fn an_error_is_taken_once_and_only_by_its_session() {
        let log = ErrorLog::default();
        let status = log.status("u", "s", &Error::unsupported("x"));
        let id = status.get_error_details().error_info().expect("info").metadata["errorId"].clone();
        assert!(log.take("u", "other", &id).is_none());
        assert!(log.take("u", "s", &id).is_some());
        assert!(log.take("u", "s", &id).is_none());
    }

    #[test]
    fn old_errors_make_room() {
        let log = ErrorLog::default();
        for _ in 0..MAX_KEPT + 5 {
            log.status("u", "s", &Error::unsupported("x"));
        }
        assert_eq!(log.latest.lock().len(), MAX_KEPT);
        log.remove_session("u", "s");
        assert!(log.latest.lock().is_empty());
    }
}
