//! Function calls: built-ins, the session's own functions and inline Python functions.

use std::sync::Arc;

use arrow::datatypes::Field;
use datafusion::common::DFSchema;
use datafusion::logical_expr::expr::{ScalarFunction, Sort};
use datafusion::logical_expr::{AggregateUDF, Expr, ExprSchemable};
use functions::{Argument, Call, Definition, Kind};
use lang::ir::{self, ExprKind, PythonFunction};
use lang::{Error, Result};

use super::expression::pointing_at;
use super::long::Aside;
use super::python_aggregate::{PythonAggregate, aggregates, expect_plain_call};
use super::python_iterate::{self, iterates};
use super::scope::Scope;
use super::{Resolver, naming, planning};

/// Percentiles of what WITHIN GROUP orders by.
const ORDERED_PERCENTILES: [&str; 2] = ["percentile_cont", "percentile_disc"];

impl Resolver<'_> {
    pub(super) fn function(&self, function: &ir::Function, scope: &Scope<'_>) -> Result<Argument> {
        let resolved = self.function_over(function, scope)?;
        let name = function.name.last().map(|n| n.to_lowercase()).unwrap_or_default();
        if functions::registry::find(&name).is_some_and(|d| matches!(d.kind, Kind::Window(_)))
            && self.environment.session_function(&name).is_none()
        {
            return Err(Error::analysis("WINDOW_FUNCTION_WITHOUT_OVER_CLAUSE")
                .with("funcName", format!("\"{}\"", resolved.name())));
        }
        Ok(resolved)
    }

    /// A call that may stand in front of OVER.
    pub(super) fn function_over(&self, function: &ir::Function, scope: &Scope<'_>) -> Result<Argument> {
        if let Some(inlined) = self.sql_function(function, scope)? {
            return Ok(inlined);
        }
        let name = self.function_name(&function.name)?;
        if let Some(python) = self.environment.session_function(&name) {
            expect_plain_call(function, python.eval_type)?;
            return self.python_call(&function.name[0], &python, &function.arguments, scope);
        }
        match name.as_str() {
            "grouping" | "grouping_id" => return self.grouping(&name, &function.arguments, scope),
            "count" if is_count_star(function) => return self.count_star(function, scope),
            _ => {}
        }
        if let Some(value) = self.input_file(&name, function, scope)? {
            return Ok(value);
        }
        // SQL's `-x` and the function `negative(x)` differ in the name of their column only.
        let built_in = match (name.as_str(), function.arguments.len()) {
            ("-", 1) => "negative",
            ("+", 1) => "positive",
            _ => &name,
        };
        let definition =
            functions::registry::find(built_in).ok_or_else(|| self.unknown_function(function))?;
        if matches!(definition.kind, Kind::Generator(_)) {
            return Err(Error::analysis("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS")
                .with("expression", format!("\"{name}\""))
                .placeless());
        }
        let mut call = self.resolved_call(&name, definition, function, scope)?;
        self.padded_operands(&name, &mut call.arguments)?;
        if call.distinct {
            for argument in &mut call.arguments {
                let data_type = argument.data_type().clone();
                argument.expr = functions::sorted_map::sorted(std::mem::take(&mut argument.expr), &data_type);
            }
        }
        let output =
            naming::call(&name, &call.arguments, call.distinct) + &self.order_text(&name, function, scope)?;
        let output = output + &self.filter_text(function, scope)?;
        let aside = Aside::take_from(&mut call);
        if aside.is_empty() {
            return self.build(definition, &call, &output, scope);
        }
        let argument =
            self.typed_by(built(definition, &call)?, &output, &scope.types().with(&aside.fields))?;
        Ok(Argument { expr: aside.put_back(argument.expr)?, ..argument })
    }

    /// What WITHIN GROUP adds to the name of a percentile's column.
    fn order_text(&self, name: &str, function: &ir::Function, scope: &Scope<'_>) -> Result<String> {
        match function.within_group.as_slice() {
            [order] if ORDERED_PERCENTILES.contains(&name) => {
                let key = self.expression(&order.expr, scope)?;
                let descending = if order.descending { " DESC" } else { "" };
                Ok(format!(" WITHIN GROUP (ORDER BY {}{descending})", key.name()))
            }
            _ => Ok(String::new()),
        }
    }

    /// What FILTER adds to the name of an aggregate's column.
    fn filter_text(&self, function: &ir::Function, scope: &Scope<'_>) -> Result<String> {
        let Some(filter) = &function.filter else { return Ok(String::new()) };
        Ok(format!(" FILTER (WHERE {})", self.expression(filter, scope)?.name()))
    }

    /// The call with its arguments resolved; stars in it are expanded, lambdas typed.
    pub(super) fn resolved_call<'n>(
        &'n self,
        name: &'n str,
        definition: &Definition,
        function: &ir::Function,
        scope: &Scope<'_>,
    ) -> Result<Call<'n>> {
        let mut call = Call {
            name,
            arguments: Vec::with_capacity(function.arguments.len()),
            distinct: function.distinct,
            filter: function.filter.as_ref().map(|f| self.expression(f, scope)).transpose()?.map(|f| f.expr),
            order_by: self.group_order(name, &function.within_group, scope)?,
            ignore_nulls: function.ignore_nulls,
            context: self.environment.context(),
        };
        for argument in &function.arguments {
            match (&argument.kind, definition.kind) {
                (ExprKind::Star { .. } | ExprKind::Regex { .. }, _) => {
                    call.arguments.extend(self.expand_star(argument, scope)?);
                }
                (ExprKind::Lambda { parameters, body }, Kind::HigherOrder { parameters: types_of, .. }) => {
                    let fields = types_of(&call, call.arguments.len(), parameters.len())?;
                    let lambda = || self.lambda(parameters, fields, body, scope);
                    call.arguments.push(pointing_at(argument, lambda)?);
                }
                _ => call.arguments.push(self.expression(argument, scope)?),
            }
        }
        call.arguments = self.arranged(name, call.arguments)?;
        super::collated::expect_binary_arguments(name, &call.arguments)?;
        Ok(call)
    }

    /// WITHIN GROUP (ORDER BY …), of the types that the function takes.
    fn group_order(&self, name: &str, orders: &[ir::SortOrder], scope: &Scope<'_>) -> Result<Vec<Sort>> {
        let mut sorts = self.sort_orders(orders, scope)?;
        if ORDERED_PERCENTILES.contains(&name) {
            for sort in &mut sorts {
                let (_, field) = sort.expr.to_field(scope.schema.as_ref()).map_err(planning)?;
                let key = Argument { expr: sort.expr.clone(), field, keyword: None };
                sort.expr = functions::percentile_key(name, key, self.environment.context())?;
            }
        }
        Ok(sorts)
    }

    /// Builds a call and types it.
    pub(super) fn build(
        &self,
        definition: &Definition,
        call: &Call<'_>,
        output: &str,
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        self.typed(built(definition, call)?, output, scope)
    }

    /// The plain name of a function; `builtin.`, `session.` and `system.builtin.` qualifiers are dropped.
    fn function_name(&self, parts: &[String]) -> Result<String> {
        let lower: Vec<String> = parts.iter().map(|p| p.to_lowercase()).collect();
        match lower.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            [name] => Ok(name.to_string()),
            ["builtin" | "session", name] | ["system", "builtin" | "session", name] => Ok(name.to_string()),
            _ => Err(unresolved_routine(parts)),
        }
    }

    fn unknown_function(&self, function: &ir::Function) -> Error {
        if let [name] = function.name.as_slice()
            && self.environment.session_table_function(name).is_some()
        {
            return Error::analysis("NOT_A_SCALAR_FUNCTION").with("functionName", format!("`{name}`"));
        }
        unresolved_routine(&function.name)
    }

    fn count_star(&self, function: &ir::Function, scope: &Scope<'_>) -> Result<Argument> {
        let definition =
            functions::registry::find("count").ok_or_else(|| unresolved_routine(&function.name))?;
        let plain = ir::Function { arguments: Vec::new(), ..function.clone() };
        let call = self.resolved_call("count", definition, &plain, scope)?;
        self.build(definition, &call, &format!("count(1){}", self.filter_text(function, scope)?), scope)
    }

    /// A Python function pickled in the plan.
    pub(super) fn python_udf(&self, udf: &ir::PythonUdf, scope: &Scope<'_>) -> Result<Argument> {
        self.python_call(&udf.name, &udf.definition, &udf.arguments, scope)
    }

    fn python_call(
        &self,
        name: &str,
        function: &Arc<PythonFunction>,
        arguments: &[ir::Expr],
        scope: &Scope<'_>,
    ) -> Result<Argument> {
        let mut resolved = Vec::new();
        for argument in arguments {
            match &argument.kind {
                ExprKind::Star { .. } => resolved.extend(self.expand_star(argument, scope)?),
                _ => resolved.push(self.expression(argument, scope)?),
            }
        }
        if !scope.lambdas.is_empty() {
            return Err(Error::analysis("UNSUPPORTED_FEATURE.LAMBDA_FUNCTION_WITH_PYTHON_UDF")
                .with("funcName", format!("\"{name}\"")));
        }
        let printed: Vec<_> = resolved.iter().map(with_keyword).collect();
        let output = naming::call(name, &printed, false);
        let keywords = || resolved.iter().map(|argument| argument.keyword.clone()).collect();
        if aggregates(function.eval_type) {
            self.python_called();
            let python = AggregateUDF::new_from_impl(PythonAggregate::new(name, function, keywords()));
            let args = resolved.into_iter().map(|a| a.expr).collect();
            return self.typed(python.call(args), &output, scope);
        }
        let udf = match iterates(function.eval_type) {
            true => {
                self.python_called();
                python_iterate::mark(name, function, keywords())
            }
            false => {
                let fields: Vec<_> = resolved.iter().map(keyword_field).collect();
                self.environment.python(name, function, &fields)?
            }
        };
        let args = resolved.into_iter().map(|a| a.expr).collect();
        self.typed(Expr::ScalarFunction(ScalarFunction::new_udf(udf, args)), &output, scope)
    }
}

/// The argument under the name that Spark prints for `keyword => value`.
fn with_keyword(argument: &Argument) -> Argument {
    let Some(keyword) = &argument.keyword else { return argument.clone() };
    let name = format!("{keyword} => {}", argument.name());
    Argument { field: Arc::new(argument.field.as_ref().clone().with_name(name)), ..argument.clone() }
}

/// The expression of a call, without its type.
fn built(definition: &Definition, call: &Call<'_>) -> Result<Expr> {
    match definition.kind {
        Kind::Scalar(build) | Kind::Aggregate(build) | Kind::Window(build) => build(call),
        Kind::HigherOrder { build, .. } => build(call),
        Kind::Generator(_) => Err(Error::analysis("UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS")
            .with("expression", format!("\"{}\"", call.name))
            .placeless()),
    }
}

/// The argument's field; the name of a `name => value` argument travels in its metadata.
fn keyword_field(argument: &Argument) -> Arc<Field> {
    let Some(keyword) = &argument.keyword else { return Arc::clone(&argument.field) };
    let mut metadata = argument.field.metadata().clone();
    metadata.insert(crate::contract::KEYWORD_KEY.to_string(), keyword.clone());
    Arc::new(argument.field.as_ref().clone().with_metadata(metadata))
}

/// `count(*)`, also as the DataFrame API's `count(lit(1))`-like star argument.
fn is_count_star(function: &ir::Function) -> bool {
    !function.distinct
        && matches!(function.arguments.as_slice(),
            [ir::Expr { kind: ExprKind::Star { target: None, except, .. }, .. }] if except.is_empty())
}

fn unresolved_routine(parts: &[String]) -> Error {
    Error::analysis("UNRESOLVED_ROUTINE")
        .with("routineName", super::attribute::quoted(parts))
        .with("searchPath", "[`system`.`builtin`, `system`.`session`, `spark_catalog`.`default`]")
}

/// The field of an accessor built over `base`, typed without a plan: only `base`'s own columns occur in it.
pub(super) fn field_of_accessor(expr: &Expr, base: &Argument) -> Result<Field> {
    let mut fields: Vec<Arc<Field>> = Vec::new();
    for column in expr.column_refs() {
        fields.push(Arc::new(base.field.as_ref().clone().with_name(&column.name)));
    }
    // A nested accessor keeps the type of the whole chain only when its innermost base is a column.
    let schema = match (&base.expr, fields.as_slice()) {
        (Expr::Column(_), _) | (_, []) => {
            DFSchema::from_unqualified_fields(fields.into(), Default::default()).map_err(planning)?
        }
        _ => return field_of_nested(expr, base),
    };
    let (_, field) = expr.to_field(&schema).map_err(planning)?;
    Ok(field.as_ref().clone())
}

/// Types `expr` by putting a column of `base`'s type in the place of `base`.
fn field_of_nested(expr: &Expr, base: &Argument) -> Result<Field> {
    use datafusion::common::tree_node::{Transformed, TreeNode};
    let name = "base";
    let replaced = expr
        .clone()
        .transform_down(|e| {
            Ok(if e == base.expr {
                Transformed::yes(functions::definition::column(name))
            } else {
                Transformed::no(e)
            })
        })
        .map_err(planning)?
        .data;
    let field = Arc::new(base.field.as_ref().clone().with_name(name));
    let schema =
        DFSchema::from_unqualified_fields(vec![field].into(), Default::default()).map_err(planning)?;
    let (_, field) = replaced.to_field(&schema).map_err(planning)?;
    Ok(field.as_ref().clone())
}
