//! CREATE FUNCTION with a body of SQL: checked once, kept by name.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use functions::Kind;
use lang::ir::{
    Characteristics, ColumnDefinition, CreateSqlFunction, Expr, ExprKind, Function, Literal, Relation,
    RelationKind, SqlBody, SqlReturn, Statement,
};
use lang::{Error, Result, StructField, StructType};
use parking_lot::RwLock;
use plan::contract::{MadeUnder, SqlRoutine};

use crate::catalog::{RoutineBody, TableName, quoted};
use crate::columns::comment;
use crate::made_under::parse_context_of;
use crate::operation::Operation;
use crate::session::{Session, now_micros};

/// The functions of a session that SQL defines: by name in lower case.
#[derive(Debug, Default)]
pub(crate) struct SqlFunctions(RwLock<BTreeMap<Vec<String>, Arc<SqlRoutine>>>);

impl SqlFunctions {
    pub(crate) fn get(&self, name: &[String]) -> Option<Arc<SqlRoutine>> {
        self.0.read().get(name).cloned()
    }

    fn put(&self, name: Vec<String>, routine: SqlRoutine) -> Option<Arc<SqlRoutine>> {
        self.0.write().insert(name, Arc::new(routine))
    }

    pub(crate) fn remove(&self, name: &[String]) -> Option<Arc<SqlRoutine>> {
        self.0.write().remove(name)
    }

    /// All names, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        self.0.read().keys().filter_map(|name| name.last().cloned()).collect()
    }

    pub(crate) fn clear(&self) {
        self.0.write().clear();
    }

    pub(crate) fn copy_from(&self, other: &SqlFunctions) {
        *self.0.write() = other.0.read().clone();
    }
}

impl Session {
    /// The function that a name means: a temporary one before one of a database.
    pub(crate) fn sql_function(&self, name: &[String], database: &str) -> Result<Option<Arc<SqlRoutine>>> {
        let lower: Vec<String> = name.iter().map(|part| part.to_lowercase()).collect();
        let parts: Vec<&str> = lower.iter().map(String::as_str).collect();
        let temporary = match parts.as_slice() {
            [last] | ["session", last] | ["system", "session", last] => Some(*last),
            _ => None,
        };
        if let Some(found) = temporary.and_then(|last| self.sql_functions.get(&[last.to_string()])) {
            return Ok(Some(found));
        }
        // While it is being made, a function of a database is there for its own check only.
        if let Some(found) = self.sql_functions.get(&lower).filter(|_| lower.len() == 3) {
            return Ok(Some(found));
        }
        let Some(routine) = self.routine_in(name, database) else { return Ok(None) };
        match &routine.body {
            RoutineBody::Sql { text, made, created_micros } => {
                read(routine.name.parts(), text, made, *created_micros).map(Some)
            }
            RoutineBody::Class { .. } => Ok(None),
        }
    }

    pub(super) async fn create_sql_function(
        self: &Arc<Self>,
        create: CreateSqlFunction,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let last = create.name.last().map(|last| last.to_lowercase()).unwrap_or_default();
        let key = match create.temporary {
            true => vec![last],
            false => TableName::read(&create.name, &self.current_database())?.parts(),
        };
        let taken = match create.temporary {
            true => self.sql_functions.get(&key).is_some() || self.functions.read().contains_key(&key[0]),
            false => self.routine_named(&create.name).is_some(),
        };
        if taken && !create.or_replace {
            if create.if_not_exists {
                return Ok(());
            }
            let shown = if create.temporary { quoted(&key) } else { quoted(&key[1..]) };
            return Err(Error::analysis("ROUTINE_ALREADY_EXISTS")
                .with("routineName", shown)
                .with("newRoutineType", "routine")
                .with("existingRoutineType", "routine"));
        }
        let mut routine = SqlRoutine {
            name: key.clone(),
            function: create.function,
            made: Arc::new(self.function_made_under()),
            created_micros: now_micros(),
        };
        check(&routine)?;
        let previous = self.sql_functions.put(key.clone(), routine.clone());
        let checked = self.checked_returns(&routine, operation).await;
        self.sql_functions.remove(&key);
        if let Some(previous) = previous {
            self.sql_functions.put(key.clone(), previous.as_ref().clone());
        }
        routine.function.returns = checked?;
        if create.temporary {
            self.functions.write().remove(&key[0]);
            self.sql_functions.put(key, routine);
            return Ok(());
        }
        let body = RoutineBody::Sql {
            text: text_of(&routine),
            made: routine.made,
            created_micros: routine.created_micros,
        };
        self.put_routine(&create.name, body, create.or_replace, create.if_not_exists).await
    }

    /// Resolves a call of the function, for the errors of its body and the types that RETURNS leaves open.
    async fn checked_returns(
        self: &Arc<Self>,
        routine: &SqlRoutine,
        operation: &Arc<Operation>,
    ) -> Result<SqlReturn> {
        let null = |parameter: &ColumnDefinition| {
            Expr::from(ExprKind::Literal(Literal::Null(parameter.data_type.clone())))
        };
        let arguments: Vec<Expr> = routine.function.parameters.iter().map(null).collect();
        let returns = routine.function.returns.clone();
        match returns {
            SqlReturn::Scalar(returns) => {
                let function = Function { name: routine.name.clone(), ..Function::new("", arguments) };
                let call = Expr::from(ExprKind::Function(Box::new(function)));
                let input = Relation::new(RelationKind::OneRow);
                let relation = Relation::new(RelationKind::Project { input, expressions: vec![call] });
                let schema = self.schema_of_call(&relation, operation).await?;
                let found = schema.fields.into_iter().next().map(|field| field.data_type);
                Ok(SqlReturn::Scalar(returns.or(found)))
            }
            SqlReturn::Table(returns) => {
                let name = routine.name.clone();
                let relation = Relation::new(RelationKind::TableFunction { name, arguments });
                self.check_width(routine, returns.as_ref(), operation).await?;
                let schema = self.schema_of_call(&relation, operation).await?;
                Ok(SqlReturn::Table(Some(returns.unwrap_or(schema))))
            }
        }
    }

    /// The body of a table function has as many columns as RETURNS says.
    async fn check_width(
        self: &Arc<Self>,
        routine: &SqlRoutine,
        returns: Option<&StructType>,
        operation: &Arc<Operation>,
    ) -> Result<()> {
        let (Some(returns), SqlBody::Query(_)) = (returns, &routine.function.body) else { return Ok(()) };
        let mut open = routine.clone();
        open.function.returns = SqlReturn::Table(None);
        self.sql_functions.put(routine.name.clone(), open);
        let null = |p: &ColumnDefinition| Expr::from(ExprKind::Literal(Literal::Null(p.data_type.clone())));
        let arguments = routine.function.parameters.iter().map(null).collect();
        let call = RelationKind::TableFunction { name: routine.name.clone(), arguments };
        let schema = self.schema_of_call(&Relation::new(call), operation).await;
        self.sql_functions.put(routine.name.clone(), routine.clone());
        let found = schema?.fields.len();
        if found == returns.fields.len() {
            return Ok(());
        }
        Err(Error::analysis("USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH")
            .with("name", quoted(&routine.name))
            .with("outputSize", found.to_string())
            .with("returnParamSize", returns.fields.len().to_string()))
    }

    async fn schema_of_call(
        self: &Arc<Self>,
        relation: &Relation,
        operation: &Arc<Operation>,
    ) -> Result<StructType> {
        Ok(self.analyze(relation, operation).await?.resolved.schema())
    }
}

/// The statement that makes a function of a database again.
fn text_of(routine: &SqlRoutine) -> String {
    let function = &routine.function;
    let returns = match &function.returns {
        SqlReturn::Scalar(Some(data_type)) => format!(" RETURNS {}", data_type.sql()),
        SqlReturn::Table(Some(columns)) => {
            let column = |field: &StructField| {
                let comment = comment(field).map(|text| format!(" COMMENT {}", literal(&text)));
                let name = field.name.replace('`', "``");
                format!("`{name}` {}{}", field.data_type.sql(), comment.unwrap_or_default())
            };
            let columns: Vec<_> = columns.fields.iter().map(column).collect();
            format!(" RETURNS TABLE ({})", columns.join(", "))
        }
        SqlReturn::Scalar(None) | SqlReturn::Table(None) => String::new(),
    };
    let name = quoted(&routine.name);
    let stated = stated(&function.characteristics);
    format!("CREATE FUNCTION {name}({}){returns}{stated} RETURN {}", function.parameters_text, function.text)
}

/// What stands between the signature and the body, as far as it is shown again.
fn stated(characteristics: &Characteristics) -> String {
    let mut text = String::new();
    if let Some(comment) = &characteristics.comment {
        text += &format!(" COMMENT {}", literal(comment));
    }
    if let Some(deterministic) = characteristics.deterministic {
        text += if deterministic { " DETERMINISTIC" } else { " NOT DETERMINISTIC" };
    }
    if let Some(access) = &characteristics.data_access {
        text += &format!(" {access}");
    }
    text
}

/// A text as a literal of SQL.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

fn read(
    name: Vec<String>,
    text: &str,
    made: &Arc<MadeUnder>,
    created_micros: i64,
) -> Result<Arc<SqlRoutine>> {
    match lang::parse_statement_in(text, &parse_context_of(made))? {
        Statement::CreateSqlFunction(create) => {
            let (function, made) = (create.function, Arc::clone(made));
            Ok(Arc::new(SqlRoutine { name, function, made, created_micros }))
        }
        _ => Err(Error::internal(format!("the function {} is kept as another statement", quoted(&name)))),
    }
}

/// What the text of a function must keep to.
fn check(routine: &SqlRoutine) -> Result<()> {
    let name = quoted(&routine.name);
    let function = &routine.function;
    if let Some(twice) = repeated(function.parameters.iter().map(|p| p.name.as_str())) {
        return Err(Error::analysis("DUPLICATE_ROUTINE_PARAMETER_NAMES")
            .with("routineName", name)
            .with("names", format!("`{twice}`")));
    }
    if let SqlReturn::Table(Some(columns)) = &function.returns
        && let Some(twice) = repeated(columns.fields.iter().map(|f| f.name.as_str()))
    {
        return Err(Error::analysis("DUPLICATE_ROUTINE_RETURNS_COLUMNS")
            .with("routineName", name)
            .with("columns", format!("`{twice}`")));
    }
    if let Some(parameter) = function.parameters.iter().find(|p| !p.nullable) {
        return Err(Error::analysis("USER_DEFINED_FUNCTIONS.NOT_NULL_ON_FUNCTION_PARAMETERS")
            .with("input", parameter.name.clone()));
    }
    let misplaced = function.parameters.windows(2).find(|p| p[0].default.is_some() && p[1].default.is_none());
    if let Some([before, after]) = misplaced {
        return Err(Error::analysis("USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION")
            .with("functionName", routine.name.join("."))
            .with("parameterName", before.name.clone())
            .with("nextParameterName", after.name.clone()));
    }
    if let (SqlReturn::Scalar(_), SqlBody::Expression(body)) = (&function.returns, &function.body)
        && is_complex(body)
    {
        return Err(Error::analysis("USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS")
            .with("queryText", format!("\"{}\"", function.text)));
    }
    match (&function.returns, &function.body) {
        (SqlReturn::Table(_), SqlBody::Expression(_)) => {
            Err(Error::analysis("USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY")
                .with("name", name))
        }
        _ => Ok(()),
    }
}

/// Whether an expression aggregates, looks at a window or generates rows.
fn is_complex(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Window(_) => true,
        ExprKind::Function(function) => {
            let name = function.name.last().map(|last| last.to_lowercase()).unwrap_or_default();
            let kind = functions::registry::find(&name).map(|definition| definition.kind);
            matches!(kind, Some(Kind::Aggregate(_) | Kind::Window(_) | Kind::Generator(_)))
                || function.arguments.iter().any(is_complex)
        }
        ExprKind::Alias { expr, .. } | ExprKind::Cast { expr, .. } => is_complex(expr),
        ExprKind::NamedArgument { value, .. } => is_complex(value),
        ExprKind::Lambda { body, .. } => is_complex(body),
        ExprKind::Extract { child, extraction } => is_complex(child) || is_complex(extraction),
        _ => false,
    }
}

fn repeated<'n>(names: impl Iterator<Item = &'n str>) -> Option<String> {
    let mut seen = HashSet::new();
    names.map(str::to_lowercase).find(|name| !seen.insert(name.clone()))
}
