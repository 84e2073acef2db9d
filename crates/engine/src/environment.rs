//! What a session lets the resolver see.
//!
//! Resolving runs on a blocking thread; what has to wait for a connector is bridged to the async threads from there.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use arrow::array::RecordBatch;
use arrow::datatypes::FieldRef;
use async_trait::async_trait;
use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{LogicalPlan, ScalarUDF};
use functions::Context;
use functions::error::from_datafusion;
use lang::ir::{
    CatalogCall, Options, PythonDataSource, PythonFunction, PythonTableFunction, Relation, RelationKind,
    Statement,
};
use lang::{Error, Result, StructField};
use parking_lot::Mutex;
use plan::contract::{
    KnownPartitions, MadeUnder, OpenRequest, PythonAnalysis, PythonQuestion, PythonReader, PythonRows,
    PythonSession, PythonSourceRequest, SqlRoutine, Texts, Variable,
};
use plan::lake::At;
use plan::{Environment, Resolved, Resolver, TableEntry};
use tokio::runtime::Handle;

use crate::cache::{Opened, same_plans};
use crate::catalog::{Entry, GLOBAL_TEMP, Partition, Table, TableName, quoted};
use crate::columns::existing_default;
use crate::insert::defaults::typed;
use crate::light;
use crate::made_under::Under;
use crate::operation::{Operation, cancelled};
use crate::session::Session;
use crate::tables::plain_texts;

/// One session as the resolver sees it while it resolves one relation.
pub(crate) struct SessionEnvironment {
    session: Arc<Session>,
    operation: Arc<Operation>,
    context: Context,
    handle: Handle,
    /// What was opened on the way, so that equal plans can be told later.
    opened: Mutex<Opened>,
    /// The view that is being made: referring to it would make it refer to itself.
    making: Option<Vec<String>>,
    /// Temporary views that were looked up; persistent views must not use them.
    temporary: Mutex<Vec<String>>,
    /// Tables and views that were found in the current database by their last name alone.
    unqualified: Mutex<BTreeSet<TableName>>,
    python: OnceLock<PythonSession>,
    /// The catalog is looked at as it is when the first table is looked up.
    refreshed: OnceLock<()>,
}

/// A relation with its meaning, and what was opened to find it.
#[derive(Debug, Clone)]
pub(crate) struct Analyzed {
    pub(crate) resolved: Resolved,
    pub(crate) opened: Opened,
    /// Temporary views it uses.
    pub(crate) temporary: Vec<String>,
    /// What it names without a database.
    pub(crate) unqualified: BTreeSet<TableName>,
}

impl Session {
    /// Gives a relation its meaning, off the async threads.
    pub(crate) async fn analyze(
        self: &Arc<Self>,
        relation: &Relation,
        operation: &Arc<Operation>,
    ) -> Result<Analyzed> {
        self.analyze_making(relation, operation, None).await
    }

    /// [`analyze`](Self::analyze) for the query of a view of that name.
    pub(crate) async fn analyze_making(
        self: &Arc<Self>,
        relation: &Relation,
        operation: &Arc<Operation>,
        making: Option<Vec<String>>,
    ) -> Result<Analyzed> {
        let environment = self.environment(operation, making);
        if light::is_light(relation) {
            return environment.analyze(relation);
        }
        let relation = relation.clone();
        operation
            .unless_interrupted(self.engine().resolve(operation, move || environment.analyze(&relation)))
            .await
    }

    /// Resolves something else than a relation, off the async threads; with what was opened for it.
    pub(crate) async fn resolve<T: Send + 'static>(
        self: &Arc<Self>,
        operation: &Arc<Operation>,
        work: impl FnOnce(&Resolver<'_>) -> Result<T> + Send + 'static,
    ) -> Result<(T, Opened)> {
        let environment = self.environment(operation, None);
        let resolving = self.engine().resolve(operation, move || {
            let resolved = work(&Resolver::new(&environment))?;
            Ok((resolved, environment.opened.into_inner()))
        });
        operation.unless_interrupted(resolving).await
    }

    fn environment(
        self: &Arc<Self>,
        operation: &Arc<Operation>,
        making: Option<Vec<String>>,
    ) -> SessionEnvironment {
        SessionEnvironment {
            session: Arc::clone(self),
            operation: Arc::clone(operation),
            context: self.context(),
            handle: Handle::current(),
            opened: Mutex::default(),
            making,
            temporary: Mutex::default(),
            unqualified: Mutex::default(),
            python: OnceLock::new(),
            refreshed: OnceLock::new(),
        }
    }

    /// Opens a table of the catalog for reading; the partitions are those given, else those that are found.
    pub(crate) fn open_request(&self, table: &Table, partitions: Option<&[Partition]>) -> OpenRequest {
        let folders = |partitions: &[Partition]| {
            partitions.iter().map(|partition| (partition.values.clone(), partition.path(table))).collect()
        };
        let known = |partitions| KnownPartitions {
            columns: table.partition_by.clone(),
            folders: folders(partitions),
        };
        OpenRequest {
            format: table.format.clone(),
            paths: vec![table.location.clone()],
            // What keeps versions knows its columns itself.
            schema: (!table.schema.fields.is_empty() && self.lake(&table.format).is_none())
                .then(|| plain_texts(&table.schema)),
            options: table.options.iter().map(|(k, v)| (k.to_lowercase(), v.clone())).collect(),
            conf: self.source_conf(),
            partitions: partitions.map(known).map(Arc::new),
            at: At::Latest,
            defaults: Vec::new(),
        }
    }
}

impl SessionEnvironment {
    fn analyze(self, relation: &Relation) -> Result<Analyzed> {
        let resolved = Resolver::new(&self).resolve(relation)?;
        Ok(Analyzed {
            resolved,
            opened: self.opened.into_inner(),
            temporary: self.temporary.into_inner(),
            unqualified: self.unqualified.into_inner(),
        })
    }

    /// A temporary view, the session's own before the shared ones.
    fn temporary_view(&self, name: &[String]) -> Option<TableEntry> {
        let (view, name) = match name {
            [single] => (self.session.views.find(single)?, vec![single.to_lowercase()]),
            [database, view] if database.eq_ignore_ascii_case(GLOBAL_TEMP) => {
                let found = self.session.engine().global_views.find(view)?;
                (found, vec![GLOBAL_TEMP.to_string(), view.to_lowercase()])
            }
            _ => return None,
        };
        self.temporary.lock().push(quoted(&name));
        Some(TableEntry::View { name, relation: view.relation, made: view.made })
    }

    /// ``csv.`path` ``: a path under the name of a format, when no database has that name.
    fn path_as_table(&self, name: &[String]) -> Result<Option<TableEntry>> {
        let [format, path] = name else { return Ok(None) };
        if self.session.engine().catalog.has_database(format) || format.eq_ignore_ascii_case(GLOBAL_TEMP) {
            return Ok(None);
        }
        let request = OpenRequest {
            format: format.to_lowercase(),
            paths: vec![path.clone()],
            ..OpenRequest::default()
        };
        match self.open(&request) {
            Ok(provider) => Ok(Some(TableEntry::Table { name: name.to_vec(), provider })),
            // Not a format at all: the name is that of a table which does not exist.
            Err(error) if error.condition() == "DATA_SOURCE_NOT_FOUND" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The table or view of that name; names without a database are looked up in `database`.
    pub(crate) fn table_from(&self, name: &[String], database: &str) -> Result<Option<TableEntry>> {
        if let Some(view) = self.temporary_view(name) {
            self.refuse_recursion(&view)?;
            return Ok(Some(view));
        }
        if matches!(name, [database, _] if database.eq_ignore_ascii_case(GLOBAL_TEMP)) {
            return Ok(None);
        }
        let table = TableName::read(name, database)?;
        let catalog = &self.session.engine().catalog;
        if self.refreshed.get().is_none() {
            catalog.refresh()?;
            let _ = self.refreshed.set(());
        }
        let found = catalog.find(&table);
        if found.is_some() && name.len() == 1 {
            self.unqualified.lock().insert(table);
        }
        match found.as_deref() {
            Some(Entry::View(view)) => {
                let made = Some(Arc::clone(&view.made));
                let entry = TableEntry::View { name: view.name.parts(), relation: view.relation()?, made };
                self.refuse_recursion(&entry)?;
                Ok(Some(entry))
            }
            Some(Entry::Table(found)) => {
                let by_log = self.session.lake(&found.format).is_some();
                let partitions = match found.partition_by.is_empty() || by_log {
                    true => None,
                    false => Some(catalog.partitions(found)?),
                };
                let known = partitions.as_deref().map(Vec::as_slice);
                let mut request = self.session.open_request(found, known);
                if request.schema.is_some() {
                    request.defaults = self.existing_defaults(found)?;
                }
                let provider = match self.open_source(&request) {
                    // A table whose folder is gone has no rows.
                    Err(error) if error.condition() == "PATH_NOT_FOUND" && request.schema.is_some() => {
                        self.open_empty(&request)?
                    }
                    opened => opened?,
                };
                Ok(Some(TableEntry::Table { name: found.name.parts(), provider }))
            }
            None => self.path_as_table(name),
        }
    }

    /// The table of that name at one of its versions, read with options; `None` when it keeps none.
    pub(crate) fn lake_table_at(
        &self,
        name: &[String],
        database: &str,
        at: At,
        options: &Options,
    ) -> Result<Option<TableEntry>> {
        let full = match name {
            [single] => vec![database.to_string(), single.clone()],
            name => name.to_vec(),
        };
        if self.temporary_view(name).is_some() {
            return Ok(None);
        }
        let Some(target) = self.session.lake_target(&full)? else { return Ok(None) };
        let format =
            target.entry.as_ref().map_or_else(|| full[0].to_lowercase(), |table| table.format.clone());
        let request = OpenRequest {
            format,
            paths: vec![target.location],
            options: lower_keys(options),
            at,
            ..OpenRequest::default()
        };
        let provider = self.open(&request)?;
        let name = target.entry.map_or(target.name, |table| table.name.parts());
        Ok(Some(TableEntry::Table { name, provider }))
    }

    /// The function that SQL defines under that name, looked up as [`Self::table_from`] does.
    pub(crate) fn sql_function_from(
        &self,
        name: &[String],
        database: &str,
    ) -> Result<Option<Arc<SqlRoutine>>> {
        self.session.sql_function(name, database)
    }

    /// What rows of the table have in columns that were not there when they were written.
    fn existing_defaults(&self, table: &Table) -> Result<Vec<(String, ScalarValue)>> {
        let of = |field: &StructField| existing_default(field).map(|text| (field.clone(), text));
        let known: Vec<_> = table.schema.fields.iter().filter_map(of).collect();
        if known.is_empty() {
            return Ok(Vec::new());
        }
        let values = known.iter().map(|(field, text)| Ok(typed(Some(text), field)?.alias(&field.name)));
        let expressions = values.collect::<Result<Vec<_>>>()?;
        let input = Relation::new(RelationKind::OneRow);
        let row =
            Resolver::new(self).resolve(&Relation::new(RelationKind::Project { input, expressions }))?;
        let batches = self.collect(row.plan)?;
        let value = |column: &plan::Column, name: &str| {
            let array = batches.first().and_then(|batch| batch.column_by_name(&column.id));
            let array = array.ok_or_else(|| Error::internal("a row of defaults lacks one"))?;
            Ok((name.to_string(), ScalarValue::try_from_array(array, 0).map_err(from_datafusion)?))
        };
        row.columns.iter().zip(&known).map(|(column, (field, _))| value(column, &field.name)).collect()
    }

    fn with_settings(&self, request: &OpenRequest) -> OpenRequest {
        let mut request = request.clone();
        if request.conf.is_empty() {
            request.conf = self.session.source_conf();
        }
        request
    }

    /// Opens a source as it is now.
    fn open_source(&self, request: &OpenRequest) -> Result<Arc<dyn TableProvider>> {
        let request = self.with_settings(request);
        let planner = self.session.planner();
        let sources = &self.session.engine().sources;
        let provider = self.handle.block_on(
            self.operation.unless_interrupted(async { sources.open(&request, planner.as_ref()).await }),
        )?;
        self.opened.lock().push((Arc::clone(&provider), request));
        Ok(provider)
    }

    /// No rows, known under what was asked for: what was persisted before the folder went is found by it.
    fn open_empty(&self, request: &OpenRequest) -> Result<Arc<dyn TableProvider>> {
        let partitions = Some(Arc::new(KnownPartitions::default()));
        let empty = self.open_source(&OpenRequest { partitions, ..request.clone() })?;
        let mut opened = self.opened.lock();
        if let Some((_, known)) = opened.iter_mut().find(|(provider, _)| Arc::ptr_eq(provider, &empty)) {
            *known = request.clone();
        }
        Ok(empty)
    }

    fn refuse_recursion(&self, entry: &TableEntry) -> Result<()> {
        match (entry, &self.making) {
            (TableEntry::View { name, .. }, Some(making)) if name == making => {
                let ident = quoted(making);
                Err(Error::analysis("RECURSIVE_VIEW")
                    .with("newPath", format!("{ident} -> {ident}"))
                    .with("viewIdent", ident))
            }
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl Environment for SessionEnvironment {
    fn context(&self) -> &Context {
        &self.context
    }

    fn conf(&self, key: &str) -> Option<String> {
        self.session.conf().get(key)
    }

    fn check_wanted(&self) -> Result<()> {
        if self.operation.is_interrupted() { Err(cancelled()) } else { Ok(()) }
    }

    fn may_be_persisted(&self) -> bool {
        self.session.cache.is_in_use()
    }

    fn table(&self, name: &[String]) -> Result<Option<TableEntry>> {
        self.table_from(name, &self.context.current_database)
    }

    fn table_at(&self, name: &[String], at: At, options: &Options) -> Result<Option<TableEntry>> {
        self.lake_table_at(name, &self.context.current_database, at, options)
    }

    fn under(&self, made: &MadeUnder) -> Option<Box<dyn Environment + '_>> {
        Some(Box::new(Under::new(self, made, &self.context.current_database)))
    }

    fn open(&self, request: &OpenRequest) -> Result<Arc<dyn TableProvider>> {
        let request = self.with_settings(request);
        match self.open_source(&request) {
            // What was persisted before its files went is found by what it was opened as.
            Err(error) if error.condition() == "PATH_NOT_FOUND" => {
                let known = self.session.cache.provider(&request).ok_or(error)?;
                self.opened.lock().push((Arc::clone(&known), request));
                Ok(known)
            }
            opened => opened,
        }
    }

    fn parser(&self, request: &OpenRequest, texts: &Texts<'_>) -> Result<Arc<ScalarUDF>> {
        let mut request = request.clone();
        request.conf = self.session.source_conf();
        self.session.engine().sources.parser(&request, texts)
    }

    fn kept(&self, id: &str) -> Result<Arc<Resolved>> {
        let kept = self.session.kept.read().get(id).map(|kept| Arc::clone(&kept.resolved));
        kept.ok_or_else(|| {
            Error::analysis("INVALID_PLAN_INPUT").with("reason", format!("no relation is kept under {id}"))
        })
    }

    fn python(
        &self,
        name: &str,
        function: &Arc<PythonFunction>,
        arguments: &[FieldRef],
    ) -> Result<Arc<ScalarUDF>> {
        let session = self.python.get_or_init(|| self.session.python_session());
        self.session.engine().python.scalar(name, function, arguments, session)
    }

    fn python_rows(&self, rows: &PythonRows) -> Result<LogicalPlan> {
        let session = self.python.get_or_init(|| self.session.python_session());
        self.session.engine().python.rows(rows, session)
    }

    fn session_function(&self, name: &str) -> Option<Arc<PythonFunction>> {
        self.session.functions.read().get(&name.to_lowercase()).cloned()
    }

    fn python_analysis(&self, question: PythonQuestion) -> Result<PythonAnalysis> {
        let session = self.python.get_or_init(|| self.session.python_session());
        let analysis = self.session.engine().python.analyze(question, session);
        self.handle.block_on(self.operation.unless_interrupted(analysis))
    }

    fn python_source(&self, request: PythonSourceRequest) -> Result<PythonReader> {
        let session = self.python.get_or_init(|| self.session.python_session());
        let reader = self.session.engine().python.source(request, session);
        self.handle.block_on(self.operation.unless_interrupted(reader))
    }

    fn session_data_source(&self, name: &str) -> Option<Arc<PythonDataSource>> {
        self.session.data_sources.read().get(&name.to_lowercase()).cloned()
    }

    fn session_table_function(&self, name: &str) -> Option<Arc<PythonTableFunction>> {
        self.session.table_functions.read().get(&name.to_lowercase()).cloned()
    }

    fn variable(&self, name: &[String]) -> Result<Option<Variable>> {
        Ok(self.session.seen_variable(name, &self.operation))
    }

    fn sql_function(&self, name: &[String]) -> Result<Option<Arc<SqlRoutine>>> {
        self.session.sql_function(name, &self.context.current_database)
    }

    fn same_rows(&self, left: &LogicalPlan, right: &LogicalPlan) -> bool {
        let opened = self.opened.lock();
        same_plans(left, &opened, right, &opened)
    }

    fn collect(&self, plan: LogicalPlan) -> Result<Vec<RecordBatch>> {
        let opened = self.opened.lock().clone();
        self.handle.block_on(self.session.collect(plan, &opened, &self.operation))
    }

    fn statement(&self, statement: &Statement) -> Result<RecordBatch> {
        let rows = self.handle.block_on(self.session.command(statement.clone(), &self.operation))?;
        Ok(rows.unwrap_or_else(no_rows))
    }

    fn run_once(&self, plan_id: Option<i64>, statement: &Statement) -> Result<()> {
        let Some(plan_id) = plan_id else { return self.statement(statement).map(drop) };
        if self.session.orders.has_run(plan_id, statement) {
            return Ok(());
        }
        self.statement(statement)?;
        self.session.orders.ran(plan_id, statement);
        Ok(())
    }

    fn catalog(&self, call: &CatalogCall) -> Result<RecordBatch> {
        self.handle.block_on(self.session.catalog_call(call, &self.operation))
    }
}

/// What a statement without an answer answers: no rows, no columns.
pub(crate) fn no_rows() -> RecordBatch {
    RecordBatch::new_empty(Arc::new(arrow::datatypes::Schema::empty()))
}

/// Options with keys in lower case, as connectors expect them.
pub(crate) fn lower_keys(options: &Options) -> Options {
    options.iter().map(|(k, v)| (k.to_lowercase(), v.clone())).collect()
}
