//! Generators: `explode` and its family in a select list, LATERAL VIEW and FROM.

use arrow::datatypes::{DataType, Field};
use datafusion::common::{Column as DfColumn, NullHandling, UnnestOptions};
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlanBuilder};
use functions::{Generated, Kind, place};
use lang::ir::{self, Expr, ExprKind, Relation};
use lang::{Error, Result};

use super::expression::entered;
use super::project::{projection, under_id};
use super::scope::{Query, Scope};
use super::{Column, Resolved, Resolver, planning};

impl Resolver<'_> {
    /// Takes the generators and the time window out of a select list: their columns become columns of the input, and the
    /// items refer to them.
    pub(super) fn generate(
        &self,
        input: Resolved,
        expressions: &[Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<(Resolved, Vec<Expr>)> {
        let mut input = input;
        let mut items = Vec::with_capacity(expressions.len());
        // Each generator multiplies the rows of those before it.
        for expression in expressions {
            let Some((function, names)) = generator_call(expression) else {
                items.push(expression.clone());
                continue;
            };
            let _entered = entered(called(expression));
            if let Some(name) = function.name.last().filter(|name| is_table_only(name)) {
                return Err(Error::analysis("NOT_A_SCALAR_FUNCTION")
                    .with("functionName", format!("`{}`", name.to_lowercase())));
            }
            let visible = input.columns.clone();
            let (mut with_columns, generated) =
                self.generated(input, function, names, false, query, outer)?;
            // Stars mean the columns there were before.
            with_columns.columns = visible;
            items.extend(generated.iter().map(|c| Expr::from(ExprKind::Resolved(c.id.clone()))));
            with_columns.hidden.extend(generated);
            input = with_columns;
        }
        let mut all: Vec<&mut Expr> = items.iter_mut().collect();
        self.time_window(&mut input, &mut all, query, outer)?;
        Ok((input, items))
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn lateral_view(
        &self,
        input: &Relation,
        generator: &Expr,
        keep_empty: bool,
        alias: Option<&str>,
        names: &[String],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let input = self.relation(input, query, outer)?;
        let Some((function, _)) = generator_call(generator) else {
            return Err(
                Error::analysis("UNSUPPORTED_GENERATOR.NOT_GENERATOR").with("functionName", "LATERAL VIEW")
            );
        };
        let _entered = entered(called(generator));
        let (mut resolved, mut generated) =
            self.generated(input, function, names, keep_empty, query, outer)?;
        if let Some(alias) = alias {
            generated.iter_mut().for_each(|c| c.qualifier = vec![alias.to_string()]);
        }
        resolved.columns.extend(generated);
        Ok(resolved)
    }

    /// `FROM explode(…)`, `FROM range(…)`.
    pub(super) fn table_function(
        &self,
        name: &[String],
        arguments: &[Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let last = name.last().map(|n| n.to_lowercase()).unwrap_or_default();
        if last == "range" {
            return self.range_function(arguments, query, outer);
        }
        if last == "table_changes" || last == "table_changes_by_path" {
            return self.table_changes(&last, arguments, query);
        }
        let call: Expr = Expr::call(last.clone(), arguments.to_vec());
        let Some((function, names)) = generator_call(&call) else {
            if let Some(inlined) = self.sql_table_function(name, arguments, query, outer)? {
                return Ok(inlined);
            }
            // The setting that makes workers log is taken, for it changes no answer; what they logged cannot be asked for.
            if last == "python_worker_logs" {
                return Err(Error::unsupported("python_worker_logs"));
            }
            return Err(Error::analysis("UNRESOLVABLE_TABLE_VALUED_FUNCTION")
                .with("name", super::attribute::quoted(name)));
        };
        let input = self.one_row()?;
        let (mut resolved, generated) = self.generated(input, function, names, false, query, outer)?;
        resolved.columns = generated;
        Ok(resolved)
    }

    fn range_function(
        &self,
        arguments: &[Expr],
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<Resolved> {
        let nothing = self.one_row()?;
        let scope = Scope::new(&[&nothing], query, outer)?;
        let mut numbers = Vec::with_capacity(arguments.len());
        for argument in arguments {
            numbers.push(self.range_bound(argument, &scope)?);
        }
        // Steps that lead nowhere, and no partitions, are no arguments of the function.
        if numbers.get(2) == Some(&0) {
            return Err(Error::analysis("FAILED_FUNCTION_CALL").with("funcName", "`range`"));
        }
        match numbers.as_slice() {
            [end] => self.range(0, *end, 1, None),
            [start, end] => self.range(*start, *end, 1, None),
            [start, end, step] => self.range(*start, *end, *step, None),
            [start, end, step, partitions] => {
                self.range(*start, *end, *step, Some((*partitions).max(1) as usize))
            }
            _ => Err(Error::analysis("WRONG_NUM_ARGS.WITHOUT_SUGGESTION")
                .with("functionName", "`range`")
                .with("expectedNum", "[1, 2, 3, 4]")
                .with("actualNum", numbers.len().to_string())),
        }
    }

    /// A number of `range`: what Spark casts to BIGINT.
    fn range_bound(&self, argument: &Expr, scope: &Scope<'_>) -> Result<i64> {
        let bound = self.expression(argument, scope)?;
        let given = bound.data_type();
        if functions::types::is_numeric(given) || functions::types::is_string(given) {
            let context = self.environment.context();
            let value = match bound.literal().filter(|value| value.data_type().is_signed_integer()) {
                Some(number) => number.cast_to(&DataType::Int64).map_err(planning)?,
                None => self.evaluate(functions::cast::implicit(&bound, &DataType::Int64, context)?)?,
            };
            if let datafusion::common::ScalarValue::Int64(Some(number)) = value {
                return Ok(number);
            }
        }
        Err(Error::analysis("UNEXPECTED_INPUT_TYPE")
            .with("paramIndex", "second")
            .with("functionName", "`range`")
            .with("requiredType", "\"BIGINT\"")
            .with("inputSql", format!("\"{}\"", bound.name()))
            .with("inputType", format!("\"{}\"", functions::types::from_field(&bound.field).sql())))
    }

    /// The input with the generator's columns added, and those columns.
    fn generated(
        &self,
        input: Resolved,
        function: &ir::Function,
        names: &[String],
        keep_empty: bool,
        query: &Query,
        outer: Option<&Scope<'_>>,
    ) -> Result<(Resolved, Vec<Column>)> {
        let name = function.name.last().map(|n| n.to_lowercase()).unwrap_or_default();
        let definition =
            functions::registry::find(&name).ok_or_else(|| Error::internal("a generator is registered"))?;
        let Kind::Generator(build) = definition.kind else {
            return Err(Error::internal("a generator is a generator"));
        };
        let scope = Scope::new(&[&input], query, outer)?;
        let call = self.resolved_call(&name, definition, function, &scope)?;
        let mut generated = build(&call).map_err(|error| error.at(&place::current()))?;
        generated.outer |= keep_empty;
        drop(scope);
        self.unnest(input, generated, names)
    }

    pub(super) fn unnest(
        &self,
        input: Resolved,
        generated: Generated,
        names: &[String],
    ) -> Result<(Resolved, Vec<Column>)> {
        let fields = renamed(&generated, names)?;
        let list = self.fresh("generated");
        let mut exprs: Vec<DfExpr> = input
            .plan
            .schema()
            .iter()
            .map(|(table, f)| DfColumn::new(table.cloned(), f.name()).into())
            .collect();
        let kept = exprs.len();
        exprs.push(generated.list.alias(&list));
        let null_handling =
            if generated.outer { NullHandling::PreserveAndExpandEmpty } else { NullHandling::Drop };
        let options = UnnestOptions { null_handling, recursions: Vec::new() };
        let plan = LogicalPlanBuilder::from(projection(input.plan.clone(), exprs)?)
            .unnest_columns_with_options(vec![DfColumn::new_unqualified(list.clone())], options)
            .and_then(|b| b.build())
            .map_err(planning)?;
        let columns: Vec<Column> = fields.iter().map(|f| self.fresh_column(f, Vec::new())).collect();
        let mut outputs: Vec<DfExpr> = plan
            .schema()
            .fields()
            .iter()
            .take(kept)
            .map(|f| functions::definition::column(f.name()))
            .collect();
        let element = functions::definition::column(&list);
        for (index, column) in columns.iter().enumerate() {
            let value = match generated.as_struct || columns.len() > 1 {
                true => struct_field(&plan, &list, element.clone(), index)?,
                false => element.clone(),
            };
            outputs.push(under_id(value, &column.id));
        }
        let plan = projection(plan, outputs)?;
        let mut resolved = Resolved::new(plan, input.columns.clone(), &[&input]);
        resolved.hidden.clone_from(&input.hidden);
        let columns = super::refresh(&resolved.plan, columns);
        Ok((resolved, columns))
    }
}

/// Field `index` of the struct column `list`.
fn struct_field(
    plan: &datafusion::logical_expr::LogicalPlan,
    list: &str,
    element: DfExpr,
    index: usize,
) -> Result<DfExpr> {
    let field = plan.schema().field_with_unqualified_name(list).map_err(planning)?;
    let DataType::Struct(fields) = field.data_type() else {
        return Err(Error::internal("the generator yields structs"));
    };
    Ok(datafusion::functions::core::expr_fn::get_field(element, fields[index].name().as_str()))
}

fn renamed(generated: &Generated, names: &[String]) -> Result<Vec<Field>> {
    if names.is_empty() {
        return Ok(generated.fields.clone());
    }
    if names.len() != generated.fields.len() {
        return Err(Error::analysis("UDTF_ALIAS_NUMBER_MISMATCH")
            .with("aliasesSize", generated.fields.len().to_string())
            .with("aliasesNames", names.join(",")));
    }
    Ok(generated.fields.iter().zip(names).map(|(f, name)| f.clone().with_name(name)).collect())
}

/// An item without the names it is given.
fn called(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Alias { expr, .. } => expr,
        _ => expr,
    }
}

/// Generators that Spark has as table functions alone.
fn is_table_only(name: &str) -> bool {
    ["collations", "sql_keywords", "variant_explode", "variant_explode_outer"]
        .iter()
        .any(|only| name.eq_ignore_ascii_case(only))
}

/// Whether a generator stands at the top of an item, or a time window in it.
pub(super) fn is_generator(expr: &Expr) -> bool {
    generator_call(expr).is_some() || super::time_window::occurs_in(expr)
}

/// The generator call at the top of an item, and the names it is given.
pub(super) fn generator_call(expr: &Expr) -> Option<(&ir::Function, &[String])> {
    let (expr, names): (&Expr, &[String]) = match &expr.kind {
        ExprKind::Alias { expr, names, .. } => (expr.as_ref(), names),
        _ => (expr, &[]),
    };
    let ExprKind::Function(function) = &expr.kind else { return None };
    let definition = functions::registry::find(function.name.last()?)?;
    matches!(definition.kind, Kind::Generator(_)).then_some((function.as_ref(), names))
}
