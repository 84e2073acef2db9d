//! One server's worth of resources, and the sessions that share them.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use datafusion::execution::session_state::SessionState;
use datafusion::optimizer::OptimizerRule;
use lang::{Error, ErrorKind, Result};
use parking_lot::Mutex;
use plan::contract::{Python, Sources};
use tokio::sync::Semaphore;

use crate::catalog::Catalog;
use crate::conf::{self, WAREHOUSE};
use crate::operation::Operation;
use crate::session::Session;
use crate::state;
use crate::views::Views;

/// How many ids of closed sessions are remembered.
const CLOSED_SESSIONS: usize = 10_000;

/// How many relations are resolved at once.
const RESOLVING: usize = 24;

/// What an engine is made of.
#[derive(Debug)]
pub struct EngineOptions {
    /// `spark.sql.warehouse.dir`: the folder of managed tables.
    pub warehouse: PathBuf,
    /// What every session starts with.
    pub conf: BTreeMap<String, String>,
    /// Memory for operators and caches; `None`: 70 % of the machine's.
    pub memory_limit_bytes: Option<usize>,
    pub sources: Arc<dyn Sources>,
    pub python: Arc<dyn Python>,
    /// Run after DataFusion's own: what connectors need done to plans.
    pub optimizer_rules: Vec<Arc<dyn OptimizerRule + Send + Sync>>,
    /// Artifacts and spill files; whoever made it removes it.
    pub artifacts_directory: PathBuf,
}

/// Sessions and what they share: catalog, global views, memory, sources, Python.
#[derive(Debug)]
pub struct Engine {
    pub(crate) sources: Arc<dyn Sources>,
    pub(crate) python: Arc<dyn Python>,
    pub(crate) catalog: Arc<Catalog>,
    /// Views of the database `global_temp`.
    pub(crate) global_views: Views,
    /// Settings every session starts with.
    pub(crate) conf: Arc<BTreeMap<String, String>>,
    pub(crate) artifacts_directory: PathBuf,
    /// Functions and rules, built once; sessions copy it.
    pub(crate) template: SessionState,
    sessions: Mutex<Sessions>,
    /// Blocking threads are limited, and resolving may need more of them (for listing files, for statements used as
    /// relations): so that it never waits for itself, only so many relations are resolved at once.
    resolving: Semaphore,
}

/// A session's user and id.
type Key = (String, String);

#[derive(Debug, Default)]
struct Sessions {
    open: HashMap<Key, Arc<Session>>,
    closed: HashSet<Key>,
    /// The closed ones, oldest first, so that the set stays bounded.
    closed_order: VecDeque<Key>,
}

impl Engine {
    /// Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// Folders that cannot be made, and settings whose values are none.
    pub fn new(options: EngineOptions) -> Result<Arc<Engine>> {
        let warehouse = std::path::absolute(&options.warehouse).unwrap_or_else(|_| options.warehouse.clone());
        let runtime = state::runtime(options.memory_limit_bytes, &options.artifacts_directory)?;
        let mut conf = options.conf;
        conf::check_values(&conf)?;
        for (key, value) in
            [("spark.app.name", "Firesteel"), ("spark.master", "local[*]"), ("spark.submit.pyFiles", "")]
        {
            conf.entry(key.to_string()).or_insert_with(|| value.to_string());
        }
        conf.insert(WAREHOUSE.to_string(), format!("file:{}", warehouse.display()));
        let python = options.python.planner();
        Ok(Arc::new(Engine {
            sources: options.sources,
            python: options.python,
            catalog: Catalog::open(&warehouse.to_string_lossy())?,
            global_views: Views::default(),
            conf: Arc::new(conf),
            artifacts_directory: options.artifacts_directory,
            template: state::template(runtime, options.optimizer_rules, python),
            sessions: Mutex::default(),
            resolving: Semaphore::new(RESOLVING),
        }))
    }

    /// A setting that every session starts with.
    pub fn setting(&self, key: &str) -> Option<&str> {
        self.conf.get(key).map(String::as_str)
    }

    /// The session of that id, made if it is new.
    ///
    /// # Errors
    /// `INVALID_HANDLE.SESSION_CLOSED` for ids that were closed.
    pub fn session(self: &Arc<Self>, user: &str, id: &str) -> Result<Arc<Session>> {
        let key = key(user, id);
        let mut sessions = self.sessions.lock();
        if let Some(session) = sessions.open.get(&key) {
            session.touch();
            return Ok(Arc::clone(session));
        }
        if sessions.closed.contains(&key) {
            return Err(invalid_handle("INVALID_HANDLE.SESSION_CLOSED", id));
        }
        let session = Session::new(self, user, id)?;
        sessions.open.insert(key, Arc::clone(&session));
        Ok(session)
    }

    pub fn find_session(&self, user: &str, id: &str) -> Option<Arc<Session>> {
        let found = self.sessions.lock().open.get(&key(user, id)).cloned();
        found.inspect(|session| session.touch())
    }

    /// Closes the sessions that nobody has used for `timeout`; answers with their users and ids.
    pub fn close_idle_sessions(&self, timeout: Duration) -> Vec<(String, String)> {
        let is_idle = |session: &Session| session.idle().is_some_and(|idle| idle >= timeout);
        let idle: Vec<Key> = {
            let sessions = self.sessions.lock();
            sessions.open.iter().filter(|(_, s)| is_idle(s)).map(|(key, _)| key.clone()).collect()
        };
        idle.iter().for_each(|(user, id)| self.close_session(user, id));
        idle
    }

    /// Interrupts the session's operations and forgets it; its id stays closed.
    pub fn close_session(&self, user: &str, id: &str) {
        let key = key(user, id);
        let session = {
            let mut sessions = self.sessions.lock();
            if sessions.closed.insert(key.clone()) {
                sessions.closed_order.push_back(key.clone());
            }
            if sessions.closed_order.len() > CLOSED_SESSIONS
                && let Some(oldest) = sessions.closed_order.pop_front()
            {
                sessions.closed.remove(&oldest);
            }
            sessions.open.remove(&key)
        };
        if let Some(session) = session {
            session.close();
        }
    }

    /// Runs `work` on a blocking thread.
    pub(crate) async fn resolve<T: Send + 'static>(
        &self,
        operation: &Arc<Operation>,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        // What is resolved for the sake of something that is being resolved goes ahead.
        let inner = operation.is_resolving();
        let permit = if inner { None } else { self.resolving.acquire().await.ok() };
        let mark = (!inner).then(|| operation.resolving());
        let done = tokio::task::spawn_blocking(work).await;
        drop((permit, mark));
        done.map_err(|e| Error::internal(format!("resolving failed: {e}")))?
    }

    /// A new session with a copy of another one's settings, views, functions and artifacts.
    ///
    /// # Errors
    /// `INVALID_HANDLE.SESSION_NOT_FOUND`, and `INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_ALREADY_EXISTS`.
    pub fn clone_session(self: &Arc<Self>, user: &str, id: &str, new_id: &str) -> Result<Arc<Session>> {
        let source = self
            .find_session(user, id)
            .ok_or_else(|| invalid_handle("INVALID_HANDLE.SESSION_NOT_FOUND", id))?;
        if self.find_session(user, new_id).is_some() {
            let condition = "INVALID_CLONE_SESSION_REQUEST.TARGET_SESSION_ID_ALREADY_EXISTS";
            return Err(Error::new(ErrorKind::InvalidArgument, condition).with("targetSessionId", new_id));
        }
        let target = self.session(user, new_id)?;
        target.copy_from(&source)?;
        Ok(target)
    }
}

fn key(user: &str, id: &str) -> Key {
    (user.to_string(), id.to_string())
}

/// `INVALID_HANDLE.…`
pub(crate) fn invalid_handle(condition: &str, handle: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, condition).with("handle", handle)
}
