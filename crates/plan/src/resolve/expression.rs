//! Expressions: the dispatch, casts and the small kinds.

use std::sync::Arc;

use arrow::datatypes::FieldRef;
use datafusion::common::{DFSchema, ExprSchema};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{Expr, ExprSchemable};
use functions::{Argument, Call, place, types};
use lang::ir::{self, ExprKind};
use lang::{DataType, Error, Place, Result};

use super::scope::{Scope, Types};
use super::{Resolver, naming, planning};

impl Resolver<'_> {
    /// One expression with its type; its field's name is the output name Spark would give it. Errors point at the
    /// innermost expression they come from.
    #[recursive::recursive]
    pub(super) fn expression(&self, expr: &ir::Expr, scope: &Scope<'_>) -> Result<Argument> {
        let _level = self.deeper()?;
        let _entered = entered(expr);
        self.expression_kind(expr, scope).map_err(|error| located(error, expr, scope))
    }

    fn expression_kind(&self, expr: &ir::Expr, scope: &Scope<'_>) -> Result<Argument> {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Attribute { name, plan_id, .. } => self.attribute(name, *plan_id, scope),
            ExprKind::LambdaVariable(name) => self.attribute(std::slice::from_ref(name), None, scope),
            ExprKind::Resolved(id) => resolved_column(id, scope),
            ExprKind::Function(function) => self.function(function, scope),
            ExprKind::PythonUdf(udf) => self.python_udf(udf, scope),
            ExprKind::Alias { expr, names, metadata } => self.alias(expr, names, metadata.as_deref(), scope),
            ExprKind::Cast { expr, data_type, mode } => self.cast(expr, data_type, *mode, scope),
            ExprKind::Window(window) => self.window(window, scope),
            ExprKind::Extract { child, extraction } => self.extract(child, extraction, scope),
            ExprKind::UpdateField { expr, field, value } => {
                self.update_field(expr, field, value.as_deref(), scope)
            }
            ExprKind::NamedArgument { name, value } => {
                Ok(Argument { keyword: Some(name.clone()), ..self.expression(value, scope)? })
            }
            ExprKind::NamedParameter(name) => match scope.query.parameters.named.get(name) {
                Some(value) => self.expression(value, scope),
                None => Err(Error::analysis("UNBOUND_SQL_PARAMETER").with("name", name)),
            },
            ExprKind::PositionalParameter(index) => match scope.query.parameters.positional.get(*index) {
                Some(value) => self.expression(value, scope),
                None => Err(Error::analysis("UNBOUND_SQL_PARAMETER").with("name", format!("_{index}"))),
            },
            ExprKind::Subquery(subquery) => self.subquery(subquery, scope),
            ExprKind::Star { .. } | ExprKind::Regex { .. } => Err(invalid("`*` or a column regex")),
            ExprKind::SortOrder(_) => Err(invalid("a sort order")),
            ExprKind::Lambda { .. } => Err(invalid("a lambda function")),
            ExprKind::Default => Err(invalid("DEFAULT")),
        }
    }

    /// Wraps a built expression with its type, under `name`.
    pub(super) fn typed(&self, expr: Expr, name: &str, scope: &Scope<'_>) -> Result<Argument> {
        self.typed_by(expr, name, &scope.types())
    }

    /// [`Self::typed`] where columns have the types that `types` says.
    pub(super) fn typed_by(&self, expr: Expr, name: &str, types: &Types<'_>) -> Result<Argument> {
        let field = field_of(&expr, types).map_err(planning)?;
        Ok(Argument { expr, field: Arc::new(field.as_ref().clone().with_name(name)), keyword: None })
    }

    /// Like [`Self::typed`] for an accessor of `base`, whose columns' types are known from the expression itself.
    pub(super) fn typed_with(&self, expr: Expr, name: &str, base: &Argument) -> Result<Argument> {
        let field = super::function::field_of_accessor(&expr, base)?;
        Ok(Argument { expr, field: Arc::new(field.with_name(name)), keyword: None })
    }

    fn alias(
        &self,
        expr: &ir::Expr,
        names: &[String],
        metadata: Option<&str>,
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        let [name] = names else {
            return Err(Error::analysis("NUM_TABLE_VALUE_ALIASES_MISMATCH")
                .with("aliasesNum", names.len().to_string())
                .with("outColsNum", "1")
                .with("funcName", "expression"));
        };
        let argument = self.expression(expr, scope)?;
        let mut field = argument.field.as_ref().clone().with_name(name);
        if let Some(json) = metadata.filter(|m| !m.is_empty()) {
            let mut metadata = field.metadata().clone();
            metadata.insert(types::METADATA_KEY.to_string(), json.to_string());
            field.set_metadata(metadata);
        }
        // `struct(x AS a)` asks whether an argument was named; at the top of a select list the alias is taken off.
        let expr = match argument.expr {
            column @ Expr::Column(_) => column,
            other => other.alias(name),
        };
        Ok(Argument { expr, field: Arc::new(field), keyword: argument.keyword })
    }

    fn cast(
        &self,
        expr: &ir::Expr,
        to: &DataType,
        mode: ir::CastMode,
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        let argument = self.expression(expr, scope)?;
        let to = &plain_strings(to);
        let to_field = types::to_field(argument.name(), to, true);
        let cast = functions::cast::cast(&argument, &to_field, mode, self.environment.context())?;
        let keyword = if mode == ir::CastMode::Try { "TRY_CAST" } else { "CAST" };
        // Spark leaves casts to nested types out of names, and does not name what has a name of its own again.
        let is_nested = matches!(to, DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_));
        let is_path = matches!(&expr.kind, ExprKind::Function(f) if f.name.last().is_some_and(|n| n == ":"));
        let name = match is_nested || is_path {
            true => argument.name().to_string(),
            false => format!("{keyword}({} AS {})", argument.name(), to.sql()),
        };
        let mut typed = self.typed(cast, &name, scope)?;
        if let Some(spark_type) = to_field.metadata().get(types::TYPE_KEY) {
            let metadata = [(types::TYPE_KEY.to_string(), spark_type.clone())].into();
            typed.field = Arc::new(typed.field.as_ref().clone().with_metadata(metadata));
        }
        Ok(typed)
    }

    fn extract(&self, child: &ir::Expr, extraction: &ir::Expr, scope: &Scope<'_>) -> Result<Argument> {
        let base = self.expression(child, scope)?;
        let key = self.expression(extraction, scope)?;
        let expr = functions::collection::extract(&base, &key, self.environment.context())
            .map_err(|error| if is_of_types(&error) { error } else { error.placeless() })?;
        let name = naming::extract(&base, &key);
        self.typed(expr, &name, scope)
    }

    fn update_field(
        &self,
        expr: &ir::Expr,
        field: &str,
        value: Option<&ir::Expr>,
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        let base = self.expression(expr, scope)?;
        let value = value.map(|v| self.expression(v, scope)).transpose()?;
        let updated =
            functions::collection::update_field(&base, field, value.as_ref(), self.environment.context())?;
        let name = format!("update_fields({})", base.name());
        self.typed(updated, &name, scope)
    }

    /// A call of a built-in with arguments that are resolved already.
    pub(super) fn call(&self, name: &str, arguments: Vec<Argument>, scope: &Scope<'_>) -> Result<Argument> {
        let definition = functions::registry::find(name)
            .ok_or_else(|| Error::internal(format!("the built-in function {name} is missing")))?;
        let output = naming::call(name, &arguments, false);
        let call = Call {
            name,
            arguments,
            distinct: false,
            filter: None,
            order_by: Vec::new(),
            ignore_nulls: None,
            context: self.environment.context(),
        };
        self.build(definition, &call, &output, scope)
    }
}

/// The field of an expression; its name means nothing. Calls are typed from their arguments' fields: DataFusion would
/// spell out the name of every expression below, at every level.
#[recursive::recursive]
fn field_of(expr: &Expr, schema: &dyn ExprSchema) -> datafusion::common::Result<FieldRef> {
    let Expr::ScalarFunction(call) = expr else { return expr.to_field(schema).map(|(_, field)| field) };
    let mut fields = Vec::with_capacity(call.args.len());
    let mut arguments = Vec::with_capacity(call.args.len());
    for (index, argument) in call.args.iter().enumerate() {
        if matches!(argument, Expr::Literal(..)) {
            arguments.push(argument.clone());
            continue;
        }
        let name = format!("argument{index}");
        let field = field_of(argument, schema)?.as_ref().clone().with_name(&name);
        fields.push(Arc::new(field));
        arguments.push(functions::definition::column(&name));
    }
    let schema = DFSchema::from_unqualified_fields(fields.into(), Default::default())?;
    let shallow = Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(&call.func), arguments));
    shallow.to_field(&schema).map(|(_, field)| field)
}

/// What is built and what fails from here on comes from `expr`, or from what encloses it where nobody wrote it.
pub(super) fn entered(expr: &ir::Expr) -> Option<place::Entered> {
    match &expr.source {
        Some(source) => Some(place::enter(Place { source: Some(Arc::clone(source)), span: expr.span })),
        None if expr.span.is_none() => None,
        None => Some(place::enter_piece(expr.span)),
    }
}

/// What `check` finds wrong is wrong with `expr`.
pub(super) fn pointing_at<T>(expr: &ir::Expr, check: impl FnOnce() -> Result<T>) -> Result<T> {
    let _entered = entered(expr);
    check().map_err(|error| match error.condition().starts_with("UNRESOLVED_COLUMN.") {
        true => error,
        false => error.at(&place::current()),
    })
}

/// The error at the place in force. A column that is unknown inside a lambda is an error of the whole SELECT in Spark,
/// and so is a window function without OVER.
fn located(error: Error, expr: &ir::Expr, scope: &Scope<'_>) -> Error {
    let column = matches!(expr.kind, ExprKind::Attribute { .. }) && scope.lambdas.is_empty();
    let of_select = error.condition() == "WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE"
        || error.condition().starts_with("UNRESOLVED_COLUMN.") && !column;
    if of_select { error } else { error.at(&place::current()) }
}

/// A column that the resolver itself refers to.
fn resolved_column(id: &str, scope: &Scope<'_>) -> Result<Argument> {
    let column =
        scope.column(id).ok_or_else(|| Error::internal(format!("the column {id} is not in scope")))?;
    Ok(super::attribute::column_argument(column, column.name()))
}

/// Spark checks types with the places at hand; what it finds while looking for a field it tells without.
fn is_of_types(error: &Error) -> bool {
    error.condition().starts_with("DATATYPE_MISMATCH")
}

fn invalid(what: &str) -> Error {
    Error::analysis("INVALID_USAGE_OF_STAR_OR_REGEX").with("elem", what).with("prettyName", "expression")
}

/// The type that values of `data_type` have in a query: lengths of characters matter to tables only.
fn plain_strings(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Char(_) | DataType::Varchar(_) => DataType::STRING,
        DataType::Array { element, contains_null } => {
            DataType::Array { element: Box::new(plain_strings(element)), contains_null: *contains_null }
        }
        DataType::Map { key, value, value_contains_null } => DataType::Map {
            key: Box::new(plain_strings(key)),
            value: Box::new(plain_strings(value)),
            value_contains_null: *value_contains_null,
        },
        DataType::Struct(schema) => {
            let mut schema = schema.clone();
            schema.fields.iter_mut().for_each(|f| f.data_type = plain_strings(&f.data_type));
            DataType::Struct(schema)
        }
        other => other.clone(),
    }
}
