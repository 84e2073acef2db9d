//! One user's settings, temporary views, functions, cached relations and running operations.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use functions::Context;
use lang::Result;
use lang::ir::{Options, PythonDataSource, PythonFunction, PythonTableFunction};
use parking_lot::{Mutex, RwLock};
use plan::Resolved;
use plan::contract::PythonSession;

use crate::artifacts::Artifacts;
use crate::cache::Cache;
use crate::catalog::DEFAULT_DATABASE;
use crate::conf::{Conf, TIME_ZONE};
use crate::engine::{Engine, invalid_handle};
use crate::operation::{Operation, Private};
use crate::orders::Orders;
use crate::script::{SqlFunctions, Variables};
use crate::small::is_small;
use crate::state::{PlanSettings, Planners};
use crate::views::Views;

/// Settings that readers and writers look at besides those that were set.
const SOURCE_SETTINGS: &[&str] = &[
    "spark.sql.ansi.enabled",
    "spark.sql.avro.compression.codec",
    "spark.sql.caseSensitive",
    "spark.sql.columnNameOfCorruptRecord",
    "spark.sql.files.ignoreCorruptFiles",
    "spark.sql.files.ignoreMissingFiles",
    "spark.sql.jsonGenerator.ignoreNullFields",
    "spark.sql.legacy.timeParserPolicy",
    "spark.sql.parquet.compression.codec",
    "spark.sql.parquet.mergeSchema",
    "spark.sql.session.timeZone",
    "spark.sql.sources.partitionColumnTypeInference.enabled",
    "spark.sql.timestampType",
];

/// A relation under an id, with the memory its rows take if they are held.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) resolved: Arc<Resolved>,
    pub(crate) _memory: Option<Arc<MemoryReservation>>,
}

/// A user's workplace on an engine.
#[derive(Debug)]
pub struct Session {
    id: String,
    user: String,
    server_id: String,
    engine: Arc<Engine>,
    conf: Conf,
    artifacts: Artifacts,
    operations: Mutex<BTreeMap<String, Arc<Operation>>>,
    last_used: Mutex<Instant>,
    pub(crate) views: Views,
    /// Python data sources by name in lower case.
    pub(crate) data_sources: RwLock<BTreeMap<String, Arc<PythonDataSource>>>,
    /// Python table functions by name in lower case.
    pub(crate) table_functions: RwLock<BTreeMap<String, Arc<PythonTableFunction>>>,
    /// Python functions by name in lower case.
    pub(crate) functions: RwLock<BTreeMap<String, Arc<PythonFunction>>>,
    /// Functions that SQL defines.
    pub(crate) sql_functions: SqlFunctions,
    pub(crate) variables: Variables,
    current_database: RwLock<String>,
    pub(crate) cache: Cache,
    pub(crate) orders: Orders,
    /// Relations kept under an id (checkpoints).
    pub(crate) kept: RwLock<HashMap<String, Kept>>,
    /// The planners with the settings they were made for.
    planners: Mutex<Option<(PlanSettings, Planners)>>,
}

impl Session {
    pub(crate) fn new(engine: &Arc<Engine>, user: &str, id: &str) -> Result<Arc<Self>> {
        let server_id = uuid::Uuid::new_v4().to_string();
        let artifacts = Artifacts::new(engine.artifacts_directory.join(&server_id))?;
        Ok(Arc::new(Session {
            id: id.to_string(),
            user: user.to_string(),
            server_id,
            engine: Arc::clone(engine),
            conf: Conf::new(Arc::clone(&engine.conf)),
            artifacts,
            operations: Mutex::default(),
            last_used: Mutex::new(Instant::now()),
            views: Views::default(),
            data_sources: RwLock::default(),
            table_functions: RwLock::default(),
            functions: RwLock::default(),
            sql_functions: SqlFunctions::default(),
            variables: Variables::default(),
            current_database: RwLock::new(DEFAULT_DATABASE.to_string()),
            cache: Cache::default(),
            orders: Orders::default(),
            kept: RwLock::default(),
            planners: Mutex::default(),
        }))
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn user(&self) -> &str {
        &self.user
    }

    /// The server's own id of this session, a UUID.
    pub fn server_id(&self) -> &str {
        &self.server_id
    }

    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    pub fn conf(&self) -> &Conf {
        &self.conf
    }

    pub fn artifacts(&self) -> &Artifacts {
        &self.artifacts
    }

    /// Registers a new operation.
    ///
    /// # Errors
    /// `INVALID_HANDLE.OPERATION_ALREADY_EXISTS`
    pub fn operation(self: &Arc<Self>, id: String, tags: Vec<String>) -> Result<Arc<Operation>> {
        let mut operations = self.operations.lock();
        if operations.contains_key(&id) {
            return Err(invalid_handle("INVALID_HANDLE.OPERATION_ALREADY_EXISTS", &id));
        }
        let operation = Arc::new(Operation::new(id.clone(), tags, self));
        operations.insert(id, Arc::clone(&operation));
        Ok(operation)
    }

    /// An operation without a name, for answers to questions about plans; it ends with whoever asks.
    pub(crate) fn private_operation(self: &Arc<Self>) -> Private {
        Private::new(self)
    }

    pub(crate) fn forget_operation(&self, id: &str) {
        self.operations.lock().remove(id);
        self.touch();
    }

    /// Somebody uses the session.
    pub(crate) fn touch(&self) {
        *self.last_used.lock() = Instant::now();
    }

    /// For how long nobody has used the session; `None` while something runs.
    pub(crate) fn idle(&self) -> Option<Duration> {
        let idle = self.operations.lock().is_empty();
        idle.then(|| self.last_used.lock().elapsed())
    }

    /// Interrupts everything and answers with the operations' ids.
    pub fn interrupt_all(&self) -> Vec<String> {
        self.interrupt(|_| true)
    }

    pub fn interrupt_tag(&self, tag: &str) -> Vec<String> {
        self.interrupt(|operation| operation.tags().iter().any(|t| t == tag))
    }

    pub fn interrupt_operation(&self, id: &str) -> Vec<String> {
        self.interrupt(|operation| operation.id() == id)
    }

    fn interrupt(&self, wanted: impl Fn(&Operation) -> bool) -> Vec<String> {
        let operations = self.operations.lock();
        let hit = operations.values().filter(|operation| wanted(operation));
        hit.map(|operation| {
            operation.interrupt();
            operation.id().to_string()
        })
        .collect()
    }

    pub(crate) fn close(&self) {
        self.interrupt_all();
        self.views.clear();
        self.functions.write().clear();
        self.table_functions.write().clear();
        self.data_sources.write().clear();
        self.sql_functions.clear();
        self.variables.clear();
        self.cache.clear();
        self.kept.write().clear();
        self.artifacts.remove();
    }

    pub(crate) fn copy_from(&self, other: &Session) -> Result<()> {
        self.conf.copy_from(&other.conf);
        self.views.copy_from(&other.views);
        *self.functions.write() = other.functions.read().clone();
        *self.data_sources.write() = other.data_sources.read().clone();
        *self.table_functions.write() = other.table_functions.read().clone();
        self.sql_functions.copy_from(&other.sql_functions);
        self.variables.copy_from(&other.variables);
        *self.kept.write() = other.kept.read().clone();
        self.set_current_database(&other.current_database());
        other.artifacts.copy_to(&self.artifacts)
    }

    pub(crate) fn current_database(&self) -> String {
        self.current_database.read().clone()
    }

    /// The caller has checked that it exists.
    pub(crate) fn set_current_database(&self, name: &str) {
        *self.current_database.write() = name.to_lowercase();
    }

    /// The planner for the current settings.
    pub(crate) fn planner(&self) -> Arc<SessionState> {
        self.planners().parallel
    }

    /// The planner for `plan`: a few rows are not worth spreading over partitions.
    pub(crate) fn planner_for(&self, plan: &LogicalPlan) -> Arc<SessionState> {
        let planners = self.planners();
        if is_small(plan) { planners.single } else { planners.parallel }
    }

    /// Made anew only when a setting that matters has changed.
    fn planners(&self) -> Planners {
        let settings =
            PlanSettings { time_zone: self.time_zone(), ansi: self.conf.is_true("spark.sql.ansi.enabled") };
        let mut planners = self.planners.lock();
        if let Some((made_for, made)) = planners.as_ref()
            && *made_for == settings
        {
            return made.clone();
        }
        let made = Planners::new(&self.engine.template, &settings);
        *planners = Some((settings, made.clone()));
        made
    }

    pub(crate) fn time_zone(&self) -> String {
        self.conf.get(TIME_ZONE).unwrap_or_else(|| "UTC".to_string())
    }

    /// What a query that starts now is resolved with.
    pub(crate) fn context(&self) -> Context {
        Context {
            current_database: self.current_database().into(),
            user: self.user.as_str().into(),
            ..context_of(&self.conf)
        }
    }

    /// The settings connectors may look at.
    pub(crate) fn source_conf(&self) -> Options {
        let mut conf = self.conf.explicit();
        for key in SOURCE_SETTINGS {
            if let Some(value) = self.conf.get(key) {
                conf.insert((*key).to_string(), value);
            }
        }
        conf
    }

    /// What Python workers of this session need.
    pub(crate) fn python_session(&self) -> PythonSession {
        let executable = self
            .conf
            .get_explicit("spark.pyspark.python")
            .or_else(|| std::env::var("PYSPARK_PYTHON").ok())
            .unwrap_or_else(|| "python3".to_string());
        PythonSession {
            session_id: self.server_id.clone(),
            time_zone: self.time_zone(),
            executable,
            python_path: self.artifacts.python_path(),
            files_directory: Some(self.artifacts.files().to_string_lossy().into_owned()),
            conf: self.conf.explicit(),
        }
    }
}

/// What settings say about resolving; nobody's, in no database.
pub(crate) fn context_of(conf: &Conf) -> Context {
    let last_wins = conf.get("spark.sql.mapKeyDedupPolicy");
    Context {
        ansi: conf.is_true("spark.sql.ansi.enabled"),
        time_zone: conf.get(TIME_ZONE).unwrap_or_else(|| "UTC".to_string()).into(),
        now_micros: now_micros(),
        case_sensitive: conf.is_true("spark.sql.caseSensitive"),
        current_database: "".into(),
        user: "".into(),
        map_key_last_wins: last_wins.is_some_and(|policy| policy.eq_ignore_ascii_case("LAST_WIN")),
    }
}

/// Now, in microseconds since the epoch.
pub(crate) fn now_micros() -> i64 {
    chrono::Utc::now().timestamp_micros()
}
