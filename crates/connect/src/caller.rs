//! Who calls: the user and session that every request names.

use std::sync::Arc;

use engine::{Engine, Session};
use lang::{Error, ErrorKind, Result};
use spark_connect_proto::UserContext;
use uuid::Uuid;

/// User and session of a request.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub user: String,
    pub session_id: String,
    /// The server's own id of the session, as the client last saw it.
    observed: Option<String>,
}

impl Caller {
    pub fn new(user: &Option<UserContext>, session_id: &str, observed: &Option<String>) -> Self {
        let user = user.as_ref().map(|user| user.user_id.clone()).unwrap_or_default();
        let observed = observed.clone().filter(|id| !id.is_empty());
        Caller { user, session_id: session_id.to_string(), observed }
    }

    /// The session, made if it is new.
    ///
    /// # Errors
    /// `INVALID_HANDLE.FORMAT`, `INVALID_HANDLE.SESSION_CLOSED`, `INVALID_HANDLE.SESSION_CHANGED`.
    pub fn session(&self, engine: &Arc<Engine>) -> Result<Arc<Session>> {
        check_uuid(&self.session_id)?;
        self.unchanged(engine.session(&self.user, &self.session_id)?)
    }

    /// The session, which must exist.
    ///
    /// # Errors
    /// `INVALID_HANDLE.SESSION_NOT_FOUND` and those of [`Caller::session`].
    pub fn existing_session(&self, engine: &Arc<Engine>) -> Result<Arc<Session>> {
        check_uuid(&self.session_id)?;
        match engine.find_session(&self.user, &self.session_id) {
            Some(session) => self.unchanged(session),
            None => Err(handle("SESSION_NOT_FOUND", &self.session_id)),
        }
    }

    fn unchanged(&self, session: Arc<Session>) -> Result<Arc<Session>> {
        match &self.observed {
            Some(observed) if observed != session.server_id() => {
                Err(handle("SESSION_CHANGED", &self.session_id))
            }
            _ => Ok(session),
        }
    }
}

/// # Errors
/// `INVALID_HANDLE.FORMAT`
pub(crate) fn check_uuid(id: &str) -> Result<()> {
    Uuid::parse_str(id).map(drop).map_err(|_| handle("FORMAT", id))
}

fn handle(reason: &str, id: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, format!("INVALID_HANDLE.{reason}")).with("handle", id)
}
