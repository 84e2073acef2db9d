//! Functions that SQL defines: the body takes the place of the call.
//!
//! The parameters are bound in the body's scope as a lambda's are, under their plain names and under
//! `function.parameter`. A body sees nothing else of the query that calls it.

use std::sync::Arc;

use datafusion::logical_expr::Expr;
use functions::{Argument, types};
use lang::ir::{self, CastMode, ColumnDefinition, ExprKind, RelationKind, SqlBody, SqlReturn, Subquery};
use lang::{DataType, Error, Result};

use super::attribute::{outer_reference, quoted};
use super::pinned::Pin;
use super::scope::{Query, Scope};
use super::{Resolved, Resolver, naming};
use crate::contract::SqlRoutine;

type Bindings = Vec<(String, Argument)>;

impl Resolver<'_> {
    /// The call of a scalar function that SQL defines; `None` when there is none of that name.
    pub(super) fn sql_function(
        &self,
        function: &ir::Function,
        scope: &Scope<'_>,
    ) -> Result<Option<Argument>> {
        if function.is_internal || is_built_in(&function.name) {
            return Ok(None);
        }
        let Some(routine) = self.environment.sql_function(&function.name)? else { return Ok(None) };
        let SqlReturn::Scalar(returns) = &routine.function.returns else {
            return Err(Error::analysis("NOT_A_SCALAR_FUNCTION").with("functionName", quoted(&routine.name)));
        };
        let environment = self.environment.under(&routine.made);
        let resolver = self.within(environment.as_deref().unwrap_or(self.environment));
        let (bindings, given) = self.bindings(&routine, &function.arguments, &resolver, scope)?;
        let query = body_query(&routine, scope.query)?;
        let inside = body_scope(&query, scope, bindings);
        let body = match &routine.function.body {
            SqlBody::Expression(body) => resolver.expression(body, &inside)?,
            SqlBody::Query(relation) => resolver.subquery(&Subquery::Scalar(relation.clone()), &inside)?,
        };
        let name = naming::call(&routine.name.join("."), &given, false);
        let Some(returns) = returns else {
            let field = body.field.as_ref().clone().with_name(name);
            let expr = self.pinned(body.expr, &resolver)?;
            return Ok(Some(Argument { field: Arc::new(field), expr, ..body }));
        };
        let mut cast = resolver.assigned(&body, returns, &inside)?;
        cast.expr = self.pinned(cast.expr, &resolver)?;
        cast.field = Arc::new(cast.field.as_ref().clone().with_name(name));
        Ok(Some(cast))
    }

    /// The rows of a table function that SQL defines; `None` when there is none of that name.
    pub(super) fn sql_table_function(
        &self,
        name: &[String],
        arguments: &[ir::Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Option<Resolved>> {
        let Some(routine) = self.environment.sql_function(name)? else { return Ok(None) };
        let SqlReturn::Table(returns) = &routine.function.returns else {
            return Err(Error::analysis("NOT_A_TABLE_FUNCTION").with("functionName", quoted(&routine.name)));
        };
        let SqlBody::Query(body) = &routine.function.body else {
            return Err(Error::analysis("USER_DEFINED_FUNCTIONS.SQL_TABLE_UDF_BODY_MUST_BE_A_QUERY")
                .with("name", quoted(&routine.name)));
        };
        let nothing = self.one_row()?;
        let around = Scope::new(&[&nothing], query, outer)?;
        let environment = self.environment.under(&routine.made);
        let resolver = self.within(environment.as_deref().unwrap_or(self.environment));
        let (bindings, _) = self.bindings(&routine, arguments, &resolver, &around)?;
        let inner = body_query(&routine, query)?;
        let inside = body_scope(&inner, &around, bindings);
        let relation = match returns {
            Some(schema) => with_columns(body, schema),
            None => body.clone(),
        };
        let mut resolved = resolver.relation(&relation, &inner, Some(&inside))?;
        if let Some(pin) = Pin::of(resolver.environment.context(), self.environment.context()) {
            resolved.plan = pin.plan(resolved.plan)?;
        }
        let alias = name.last().cloned().into_iter().collect::<Vec<_>>();
        resolved.columns.iter_mut().for_each(|column| column.qualifier.clone_from(&alias));
        Ok(Some(resolved))
    }

    /// A parameter of the function whose body encloses this place.
    pub(super) fn routine_parameter(&self, parts: &[String], scope: &Scope<'_>) -> Result<Option<Argument>> {
        let (mut here, mut depth) = (Some(scope), 0);
        while let Some(scope) = here {
            for qualifier in 0..parts.len().min(2) {
                let name = parts[..=qualifier].join(".");
                let bound = scope.lambdas.iter().rev().find(|(bound, _)| self.same_name(bound, &name));
                if let Some((_, argument)) = bound.filter(|_| depth > 0 || qualifier > 0) {
                    let seen = if depth == 0 { argument.clone() } else { outer_reference(argument.clone()) };
                    return self.nested(seen, &parts[qualifier + 1..]).map(Some);
                }
            }
            (here, depth) = (scope.outer, depth + 1);
        }
        Ok(None)
    }

    /// The parameters with their values, cast to their types, and the arguments as they were given.
    fn bindings(
        &self,
        routine: &SqlRoutine,
        arguments: &[ir::Expr],
        body: &Resolver<'_>,
        scope: &Scope<'_>,
    ) -> Result<(Bindings, Vec<Argument>)> {
        let parameters = &routine.function.parameters;
        let given = arguments.iter().map(|a| self.expression(a, scope)).collect::<Result<Vec<_>>>()?;
        let placed = self.placed(routine, &given)?;
        let given = placed.iter().flatten().cloned().collect();
        let last = routine.name.last().cloned().unwrap_or_default();
        let mut bindings = Vec::with_capacity(2 * parameters.len());
        for (parameter, argument) in parameters.iter().zip(placed) {
            let argument = match argument {
                Some(argument) => argument,
                None => self.default_argument(routine, parameter, scope)?,
            };
            if argument.expr.is_volatile() {
                return Err(Error::unsupported("a non-deterministic argument of a SQL function"));
            }
            let mut bound = self.assigned(&argument, &parameter.data_type, scope)?;
            // The body is kept to the function's settings; what the caller gives is the caller's.
            bound.expr = body.pinned(bound.expr, self)?;
            bound.field = Arc::new(bound.field.as_ref().clone().with_name(&parameter.name));
            bindings.push((format!("{last}.{}", parameter.name), bound.clone()));
            bindings.push((parameter.name.clone(), bound));
        }
        Ok((bindings, given))
    }

    /// `expr`, resolved by `resolver`, kept to the settings of that one's environment.
    fn pinned(&self, expr: Expr, resolver: &Resolver<'_>) -> Result<Expr> {
        match Pin::of(resolver.environment.context(), self.environment.context()) {
            Some(pin) => pin.expr(expr),
            None => Ok(expr),
        }
    }

    /// For each parameter the argument that it gets.
    fn placed(&self, routine: &SqlRoutine, given: &[Argument]) -> Result<Vec<Option<Argument>>> {
        let parameters = &routine.function.parameters;
        let name = || quoted(&routine.name);
        let mut placed: Vec<Option<Argument>> = vec![None; parameters.len()];
        for (position, argument) in given.iter().enumerate() {
            let place = match &argument.keyword {
                None if position >= parameters.len() => return Err(wrong_count(routine, given.len())),
                None => position,
                Some(keyword) => {
                    let found = parameters.iter().position(|p| self.same_name(&p.name, keyword));
                    found.ok_or_else(|| unknown_parameter(routine, keyword))?
                }
            };
            if placed[place].is_some() {
                return Err(Error::analysis(
                    "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.BOTH_POSITIONAL_AND_NAMED",
                )
                .with("routineName", name())
                .with("parameterName", format!("`{}`", parameters[place].name)));
            }
            placed[place] = Some(Argument { keyword: None, ..argument.clone() });
        }
        let named = given.iter().any(|argument| argument.keyword.is_some());
        for (index, (parameter, argument)) in parameters.iter().zip(&placed).enumerate() {
            if argument.is_some() || parameter.default.is_some() {
                continue;
            }
            if !named {
                return Err(wrong_count(routine, given.len()));
            }
            return Err(Error::analysis("REQUIRED_PARAMETER_NOT_FOUND")
                .with("routineName", name())
                .with("parameterName", format!("`{}`", parameter.name))
                .with("index", index.to_string()));
        }
        Ok(placed)
    }

    fn default_argument(
        &self,
        routine: &SqlRoutine,
        parameter: &ColumnDefinition,
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        let text = parameter.default.as_deref().unwrap_or("NULL");
        let query = body_query(routine, scope.query)?;
        self.expression(&lang::parse_expression(text)?, &body_scope(&query, scope, Vec::new()))
    }

    /// A value as one of `data_type`.
    fn assigned(&self, argument: &Argument, data_type: &DataType, scope: &Scope<'_>) -> Result<Argument> {
        if types::from_field(&argument.field) == *data_type {
            return Ok(argument.clone());
        }
        let to = types::to_field(argument.name(), data_type, true);
        let cast = functions::cast::cast(argument, &to, CastMode::Session, self.environment.context())?;
        let mut typed = self.typed(cast, argument.name(), scope)?;
        if typed.field.metadata().is_empty() {
            let metadata = to.metadata().clone();
            typed.field = Arc::new(typed.field.as_ref().clone().with_metadata(metadata));
        }
        Ok(typed)
    }
}

/// Spark looks for its own functions first, unless a name says where to look.
fn is_built_in(name: &[String]) -> bool {
    match name {
        [name] => functions::registry::find(&name.to_lowercase()).is_some(),
        _ => false,
    }
}

/// What a body may refer to: nothing of the query around the call.
fn body_query(routine: &SqlRoutine, around: &Query) -> Result<Query> {
    if around.views.contains(&routine.name) {
        return Err(Error::unsupported("a SQL function that calls itself"));
    }
    let mut views = around.views.clone();
    views.push(routine.name.clone());
    Ok(Query { views, ..Query::default() })
}

fn body_scope<'s>(query: &'s Query, around: &Scope<'s>, lambdas: Bindings) -> Scope<'s> {
    Scope {
        inputs: Vec::new(),
        schema: Arc::clone(&around.schema),
        pending: None,
        query,
        outer: None,
        lambdas,
        aliases: Vec::new(),
        grouping: None,
        lookups: Default::default(),
    }
}

/// The rows of `body` under the names and types of RETURNS TABLE.
fn with_columns(body: &ir::Relation, schema: &lang::StructType) -> ir::Relation {
    let names: Vec<String> = schema.fields.iter().map(|field| field.name.clone()).collect();
    let alias = RelationKind::SubqueryAlias { input: body.clone(), alias: "body".into(), columns: names };
    let cast = |field: &lang::StructField| {
        let expr = Box::new(ir::Expr::column(field.name.clone()));
        let cast = ExprKind::Cast { expr, data_type: field.data_type.clone(), mode: CastMode::Session };
        ir::Expr::from(cast).alias(field.name.clone())
    };
    let expressions = schema.fields.iter().map(cast).collect();
    ir::Relation::new(RelationKind::Project { input: ir::Relation::new(alias), expressions })
}

fn wrong_count(routine: &SqlRoutine, given: usize) -> Error {
    let parameters = &routine.function.parameters;
    Error::analysis("WRONG_NUM_ARGS.WITHOUT_SUGGESTION")
        .with("functionName", quoted(&routine.name))
        .with("expectedNum", parameters.len().to_string())
        .with("actualNum", given.to_string())
}

fn unknown_parameter(routine: &SqlRoutine, keyword: &str) -> Error {
    let names: Vec<_> = routine.function.parameters.iter().map(|p| format!("`{}`", p.name)).collect();
    Error::analysis("UNRECOGNIZED_PARAMETER_NAME")
        .with("routineName", quoted(&routine.name))
        .with("argumentName", format!("`{keyword}`"))
        .with("proposal", names.join(" "))
}
