//! Views and functions are resolved under the settings they were made under, whatever the session's are by then.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::FieldRef;
use datafusion::catalog::TableProvider;
use datafusion::logical_expr::{LogicalPlan, ScalarUDF};
use functions::Context;
use lang::ir::{CatalogCall, Options, PythonFunction, Statement};
use lang::{ParseContext, Result};
use plan::contract::{MadeUnder, OpenRequest, SqlRoutine, Texts, Variable};
use plan::{Environment, Resolved, TableEntry};

use crate::conf::{Conf, TIME_ZONE};
use crate::environment::SessionEnvironment;
use crate::session::Session;

/// Settings of SQL that say how queries run, not what they mean: Spark keeps none of them.
const NOT_KEPT: &[&str] = &[
    "spark.sql.adaptive.",
    "spark.sql.autoBroadcastJoinThreshold",
    "spark.sql.cache.",
    "spark.sql.catalog.",
    "spark.sql.codegen.",
    "spark.sql.execution.",
    "spark.sql.files.",
    "spark.sql.hive.",
    "spark.sql.inMemoryColumnarStorage.",
    "spark.sql.optimizer.",
    "spark.sql.parquet.filterPushdown",
    "spark.sql.repl.",
    "spark.sql.shuffle.",
    "spark.sql.sources.",
    "spark.sql.streaming.",
    "spark.sql.thriftServer.",
    "spark.sql.ui.",
    "spark.sql.warehouse.",
];
/// Kept always, whether they were set or not.
const ALWAYS_KEPT: &[&str] = &["spark.sql.ansi.enabled", TIME_ZONE];

impl Session {
    /// What a function that is made now will be resolved under: its names without a database are looked up where those of
    /// its caller are.
    pub(crate) fn function_made_under(&self) -> MadeUnder {
        MadeUnder { database: String::new(), ..self.made_under() }
    }

    /// What a view that is made now will be resolved under.
    pub(crate) fn made_under(&self) -> MadeUnder {
        let is_kept = |key: &str| {
            key.starts_with("spark.sql.") && !NOT_KEPT.iter().any(|prefix| key.starts_with(prefix))
        };
        let mut conf: Options = self.conf().explicit();
        conf.retain(|key, _| is_kept(key));
        for key in ALWAYS_KEPT {
            if let Some(value) = self.conf().get(key) {
                conf.insert((*key).to_string(), value);
            }
        }
        MadeUnder { database: self.current_database(), conf }
    }
}

/// How texts were read then.
pub(crate) fn parse_context_of(made: &MadeUnder) -> ParseContext {
    parse_context(&Conf::new(Arc::new(made.conf.clone())))
}

/// What settings say about SQL text.
pub(crate) fn parse_context(conf: &Conf) -> ParseContext {
    let ansi = conf.is_true("spark.sql.ansi.enabled");
    ParseContext {
        double_quoted_identifiers: ansi && conf.is_true("spark.sql.ansi.doubleQuotedIdentifiers"),
        reserved_keywords: ansi && conf.is_true("spark.sql.ansi.enforceReservedKeywords"),
        unreserved_properties: conf.is_true("spark.sql.legacy.notReserveProperties"),
        ..ParseContext::default()
    }
}

/// The environment of a session under other settings.
pub(crate) struct Under<'e> {
    base: &'e SessionEnvironment,
    context: Context,
    conf: Conf,
    /// Where names without a database are looked up.
    database: String,
}

impl<'e> Under<'e> {
    /// `database` is the one of whoever uses it.
    pub(crate) fn new(base: &'e SessionEnvironment, made: &MadeUnder, database: &str) -> Self {
        let conf = Conf::new(Arc::new(made.conf.clone()));
        let now = base.context();
        let context = Context {
            now_micros: now.now_micros,
            current_database: Arc::clone(&now.current_database),
            user: Arc::clone(&now.user),
            ..crate::session::context_of(&conf)
        };
        let own = Some(made.database.as_str()).filter(|own| !own.is_empty());
        Under { base, context, conf, database: own.unwrap_or(database).to_string() }
    }
}

impl Environment for Under<'_> {
    fn context(&self) -> &Context {
        &self.context
    }

    fn conf(&self, key: &str) -> Option<String> {
        self.conf.get(key)
    }

    fn table(&self, name: &[String]) -> Result<Option<TableEntry>> {
        self.base.table_from(name, &self.database)
    }

    fn table_at(
        &self,
        name: &[String],
        at: plan::lake::At,
        options: &lang::ir::Options,
    ) -> Result<Option<TableEntry>> {
        self.base.lake_table_at(name, &self.database, at, options)
    }

    fn under(&self, made: &MadeUnder) -> Option<Box<dyn Environment + '_>> {
        Some(Box::new(Under::new(self.base, made, &self.database)))
    }

    fn open(&self, request: &OpenRequest) -> Result<Arc<dyn TableProvider>> {
        self.base.open(request)
    }

    fn parser(&self, request: &OpenRequest, texts: &Texts<'_>) -> Result<Arc<ScalarUDF>> {
        self.base.parser(request, texts)
    }

    fn kept(&self, id: &str) -> Result<Arc<Resolved>> {
        self.base.kept(id)
    }

    fn python(
        &self,
        name: &str,
        function: &Arc<PythonFunction>,
        arguments: &[FieldRef],
    ) -> Result<Arc<ScalarUDF>> {
        self.base.python(name, function, arguments)
    }

    fn python_rows(&self, rows: &plan::contract::PythonRows) -> Result<LogicalPlan> {
        self.base.python_rows(rows)
    }

    fn session_function(&self, name: &str) -> Option<Arc<PythonFunction>> {
        self.base.session_function(name)
    }

    fn python_analysis(
        &self,
        question: plan::contract::PythonQuestion,
    ) -> Result<plan::contract::PythonAnalysis> {
        self.base.python_analysis(question)
    }

    fn python_source(
        &self,
        request: plan::contract::PythonSourceRequest,
    ) -> Result<plan::contract::PythonReader> {
        self.base.python_source(request)
    }

    fn session_data_source(&self, name: &str) -> Option<Arc<lang::ir::PythonDataSource>> {
        self.base.session_data_source(name)
    }

    fn session_table_function(&self, name: &str) -> Option<Arc<lang::ir::PythonTableFunction>> {
        self.base.session_table_function(name)
    }

    fn variable(&self, name: &[String]) -> Result<Option<Variable>> {
        self.base.variable(name)
    }

    fn sql_function(&self, name: &[String]) -> Result<Option<Arc<SqlRoutine>>> {
        self.base.sql_function_from(name, &self.database)
    }

    fn collect(&self, plan: LogicalPlan) -> Result<Vec<RecordBatch>> {
        self.base.collect(plan)
    }

    fn statement(&self, statement: &Statement) -> Result<RecordBatch> {
        self.base.statement(statement)
    }

    fn catalog(&self, call: &CatalogCall) -> Result<RecordBatch> {
        self.base.catalog(call)
    }
}
