//! The traits through which the outside comes in; `engine` holds them, connectors and workers implement them.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::{LogicalPlan, ScalarUDF};
use datafusion::physical_planner::ExtensionPlanner;
use lang::ir::{
    CatalogCall, Options, PythonDataSource, PythonFunction, PythonTableFunction, Relation, SaveMode,
    Statement,
};
use lang::{Result, StructType};

use crate::Resolved;
use crate::lake::{At, Lake};
pub use crate::python::{
    PythonAnalysis, PythonArgument, PythonCall, PythonFact, PythonForm, PythonInput, PythonOrder,
    PythonQuestion, PythonReader, PythonRows, PythonSort, PythonSourceRequest, PythonTable,
};
pub use crate::python_accumulated::PythonAccumulated;
pub use crate::python_scalar::PythonScalar;

/// What a session lets the resolver see. Called off the async threads: implementations may block.
pub trait Environment: Send + Sync {
    fn context(&self) -> &functions::Context;
    /// A session setting, Spark's default when unset.
    fn conf(&self, key: &str) -> Option<String>;
    /// Fails when nobody waits for the answer any more; asked often.
    fn check_wanted(&self) -> Result<()> {
        Ok(())
    }
    /// Whether relations are persisted: each call of a DataFrame then keeps a plan of its own, so that persisted ones are
    /// found in the plans that are made of them.
    fn may_be_persisted(&self) -> bool {
        false
    }
    /// The table or view of that name by Spark's search order; `None` when there is none.
    fn table(&self, name: &[String]) -> Result<Option<TableEntry>>;
    /// The table of that name at one of its versions, read with options. `None` when the name stands for something that
    /// keeps no versions, or for nothing.
    fn table_at(&self, _name: &[String], _at: At, _options: &Options) -> Result<Option<TableEntry>> {
        Ok(None)
    }
    /// Opens files or another source for reading.
    fn open(&self, request: &OpenRequest) -> Result<Arc<dyn TableProvider>>;
    /// Makes rows of texts in a column; see [`Sources::parser`].
    fn parser(&self, request: &OpenRequest, texts: &Texts<'_>) -> Result<Arc<ScalarUDF>>;
    /// A relation kept under an id (checkpoints).
    fn kept(&self, id: &str) -> Result<Arc<Resolved>>;
    /// A Python function as a DataFusion function.
    fn python(
        &self,
        name: &str,
        function: &Arc<PythonFunction>,
        arguments: &[arrow::datatypes::FieldRef],
    ) -> Result<Arc<ScalarUDF>>;
    /// A relation that Python functions make of others.
    fn python_rows(&self, rows: &PythonRows) -> Result<LogicalPlan>;
    /// A function registered in this session by name.
    fn session_function(&self, name: &str) -> Option<Arc<PythonFunction>>;
    /// What a table function's own analysis says of a call.
    fn python_analysis(&self, question: PythonQuestion) -> Result<PythonAnalysis>;
    /// How a Python data source is to be read.
    fn python_source(&self, request: PythonSourceRequest) -> Result<PythonReader>;
    /// A Python data source registered in this session by name.
    fn session_data_source(&self, _name: &str) -> Option<Arc<PythonDataSource>> {
        None
    }
    /// A Python table function registered in this session by name.
    fn session_table_function(&self, _name: &str) -> Option<Arc<PythonTableFunction>> {
        None
    }
    /// The variable of that name: a script's own before the session's. `None` when there is none.
    fn variable(&self, _name: &[String]) -> Result<Option<Variable>> {
        Ok(None)
    }
    /// The function that SQL defines under that name; `None` when there is none.
    fn sql_function(&self, _name: &[String]) -> Result<Option<Arc<SqlRoutine>>> {
        Ok(None)
    }
    /// This environment as a view or a function was made under; `None`: as it is.
    fn under(&self, _made: &MadeUnder) -> Option<Box<dyn Environment + '_>> {
        None
    }
    /// Whether two plans have the same rows in the same order, column by column, whatever the columns are called.
    fn same_rows(&self, left: &LogicalPlan, right: &LogicalPlan) -> bool {
        left == right
    }
    /// Runs a plan now; only for relations that need rows to be planned. Bounded by the caller.
    fn collect(&self, plan: LogicalPlan) -> Result<Vec<RecordBatch>>;
    /// The rows a statement answers with (SHOW, DESCRIBE …), as a batch under Spark's column names.
    fn statement(&self, statement: &Statement) -> Result<RecordBatch>;
    /// Runs a statement, unless the relation of that plan id has run it before.
    fn run_once(&self, _plan_id: Option<i64>, statement: &Statement) -> Result<()> {
        self.statement(statement).map(drop)
    }
    /// The rows a catalog call answers with.
    fn catalog(&self, call: &CatalogCall) -> Result<RecordBatch>;
}

/// The value of a variable at this moment.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Where it belongs, as names of columns show it: `system.session.x`.
    pub shown: String,
    /// The variable's plain name with its type.
    pub field: arrow::datatypes::FieldRef,
    pub value: datafusion::common::ScalarValue,
}

/// What a view or a function was made under; its text is resolved by it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MadeUnder {
    /// Where names without a database are looked up; empty: where they are of whoever uses it.
    pub database: String,
    /// Settings by name; all others have Spark's defaults.
    pub conf: Options,
}

/// A function that SQL defines, as its callers see it.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlRoutine {
    /// The full name: `["f"]` for temporary functions, else with catalog and database.
    pub name: Vec<String>,
    pub function: lang::ir::SqlFunction,
    pub made: Arc<MadeUnder>,
    pub created_micros: i64,
}

/// The texts to parse, one column of strings: the first so many, or all of them.
pub type Texts<'a> = dyn Fn(Option<usize>) -> Result<Vec<RecordBatch>> + 'a;

/// What a table name stands for.
#[derive(Debug, Clone)]
pub enum TableEntry {
    /// A view: the relation it stands for, resolved where it is used.
    View {
        name: Vec<String>,
        relation: Relation,
        /// `None` for views of DataFrames.
        made: Option<Arc<MadeUnder>>,
    },
    Table {
        name: Vec<String>,
        provider: Arc<dyn TableProvider>,
    },
}

/// What to open for reading.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OpenRequest {
    /// `csv`, `json`, `parquet`, `text` …, lower case.
    pub format: String,
    pub paths: Vec<String>,
    /// The schema the user gave; else it is inferred.
    pub schema: Option<StructType>,
    /// Keys in lower case.
    pub options: Options,
    /// Session settings connectors need (`spark.hadoop.fs.s3a.*`, `spark.sql.session.timeZone`, …).
    pub conf: Options,
    /// The partitions that a catalog knows, below `paths` or elsewhere; `None`: those that are found there. Folders that do
    /// not exist are empty.
    pub partitions: Option<Arc<KnownPartitions>>,
    /// The version of a table that keeps versions; the options may name one too.
    pub at: At,
    /// What rows have in columns that their file has not, by the columns' names as `schema` spells them; others are NULL.
    pub defaults: Vec<(String, ScalarValue)>,
}

/// Partitions that are known and need not be found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownPartitions {
    pub columns: Vec<String>,
    /// The values of the columns as texts (`None` is NULL), and the folder.
    pub folders: Vec<(Vec<Option<String>>, String)>,
}

/// What to write, and where to.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteRequest {
    pub format: String,
    pub path: String,
    pub mode: SaveMode,
    /// Names among the schema's columns; they become `name=value` folders.
    pub partition_by: Vec<String>,
    /// Keys in lower case.
    pub options: Options,
    pub conf: Options,
    /// Overwrite only the partitions that the data touches.
    pub dynamic_overwrite: bool,
}

/// Everything that can be opened and written, by format. Blocking calls; made off the async threads.
#[async_trait]
pub trait Sources: Send + Sync + Debug {
    /// Whether a format can be opened at all; asked when a table is created, before it has files.
    ///
    /// # Errors
    /// `DATA_SOURCE_NOT_FOUND`; formats that are not supported, by name.
    fn expect_format(&self, format: &str) -> Result<()>;

    /// What knows the tables of a format that keep a log of their versions; `None` for all other formats.
    fn lake(&self, _format: &str) -> Option<Arc<dyn Lake>> {
        None
    }

    /// # Errors
    /// `PATH_NOT_FOUND`, `UNABLE_TO_INFER_SCHEMA`, `DATA_SOURCE_NOT_FOUND`, unsupported options by name.
    async fn open(&self, request: &OpenRequest, session: &dyn Session) -> Result<Arc<dyn TableProvider>>;

    /// The sink for a request; `None` when the mode is `Ignore` and the target exists. `schema` is the data's, under the
    /// names users see.
    ///
    /// # Errors
    /// `PATH_ALREADY_EXISTS`, unsupported options and types by name; nothing has been touched then.
    async fn sink(
        &self,
        request: &WriteRequest,
        schema: SchemaRef,
        session: &dyn Session,
    ) -> Result<Option<Arc<dyn Sink>>>;
    /// A function from a text to the rows in it, a list of structs: what [`Self::open`] does for files. `texts` is called
    /// only if the schema has to be inferred.
    ///
    /// # Errors
    /// As [`Self::open`]; formats whose records are no texts, by name.
    fn parser(&self, request: &OpenRequest, texts: &Texts<'_>) -> Result<Arc<ScalarUDF>>;
    /// Removes everything below a path (DROP TABLE, TRUNCATE of a managed table).
    async fn remove(&self, path: &str, conf: &Options) -> Result<()>;
}

/// One write in progress. `commit` is the only point of effect.
#[async_trait]
pub trait Sink: Send + Sync + Debug {
    /// Writes one partition's batches where no reader looks yet.
    async fn write(&self, partition: usize, input: SendableRecordBatchStream) -> Result<CommitMessage>;
    /// Makes everything written visible at once (as far as the store allows), replacing what the mode says.
    async fn commit(&self, messages: Vec<CommitMessage>) -> Result<()>;
    /// Removes what was written. Called after a failure instead of `commit`.
    async fn abort(&self);
}

/// What one partition wrote.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CommitMessage {
    pub rows: u64,
    pub bytes: u64,
    /// Final locations (relative to the target) of staged files, with where they are staged.
    pub files: Vec<StagedFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagedFile {
    pub staged: String,
    pub target: String,
}

/// Field metadata of a column that tells about the files of a source: the name of the struct that it is a member of, under
/// the name behind the last dot. Such columns are not output unless asked for.
pub const MEMBER_KEY: &str = "source.member";

/// The columns of a provider without those that tell about its files.
pub fn own_columns(schema: &arrow::datatypes::Schema) -> StructType {
    let own = schema.fields().iter().filter(|field| !field.metadata().contains_key(MEMBER_KEY));
    functions::types::from_fields(&own.cloned().collect())
}

/// Field metadata of an argument that was passed by name: the parameter's name.
pub const KEYWORD_KEY: &str = "python.keyword";

/// Runs Python functions in worker processes.
pub trait Python: Send + Sync + Debug {
    /// A scalar function over `arguments`, a [`PythonScalar`]; it starts no process before there are rows.
    fn scalar(
        &self,
        name: &str,
        function: &Arc<PythonFunction>,
        arguments: &[arrow::datatypes::FieldRef],
        session: &PythonSession,
    ) -> Result<Arc<ScalarUDF>>;

    /// A relation that functions make of others; it starts no process before it runs.
    ///
    /// # Errors
    /// Kinds of functions that do not go with the form, by name.
    fn rows(&self, _rows: &PythonRows, _session: &PythonSession) -> Result<LogicalPlan> {
        Err(lang::Error::unsupported("Python functions over relations"))
    }

    /// What a table function's own analysis says of a call; runs it in a worker.
    ///
    /// # Errors
    /// `TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON`
    fn analyze(
        &self,
        _question: PythonQuestion,
        _session: &PythonSession,
    ) -> Pin<Box<dyn Future<Output = Result<PythonAnalysis>> + Send>> {
        Box::pin(std::future::ready(Err(lang::Error::unsupported("the analysis of Python table functions"))))
    }

    /// How a Python data source is to be read; asks its class in a worker.
    ///
    /// # Errors
    /// `PYTHON_DATA_SOURCE_ERROR`
    fn source(
        &self,
        _request: PythonSourceRequest,
        _session: &PythonSession,
    ) -> Pin<Box<dyn Future<Output = Result<PythonReader>> + Send>> {
        Box::pin(std::future::ready(Err(lang::Error::unsupported("Python data sources"))))
    }

    /// Makes operators of the nodes of [`rows`](Self::rows).
    fn planner(&self) -> Option<Arc<dyn ExtensionPlanner + Send + Sync>> {
        None
    }
}

/// What of a session matters to its workers.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PythonSession {
    pub session_id: String,
    pub time_zone: String,
    /// The Python executable.
    pub executable: String,
    /// Added to `PYTHONPATH`: py-file and archive folders of the session's artifacts.
    pub python_path: Vec<String>,
    /// The session's artifact folder (`SparkFiles.getRootDirectory()`).
    pub files_directory: Option<String>,
    pub conf: Options,
}
