//! Real Spark's answers to SQL expressions, and a reader that resolves the same text here.
//!
//! A line is `expression TAB type TAB answer`; the answer of an error is `ERROR TAB condition`. Every
//! question is asked twice: on constants, and on columns of several rows of which one is NULL and the first
//! is sliced away.

use std::cell::RefCell;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::compute::concat;
use arrow::datatypes::{DataType, Field, FieldRef, IntervalMonthDayNano, Schema};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::expr::{Lambda, LambdaVariable};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, ExprSchemable, lit};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::physical_expr::create_physical_expr;
use lang::ir::{self, CastMode, ExprKind, Literal};
use lang::{Error, Result};

use crate::error::from_datafusion;
use crate::{Argument, Call, Context, Kind, cast, collection, registry, testing, types};

/// Fails with all lines of `table` that are answered differently.
pub(crate) fn check(table: &str, context: &Context) {
    let mut wrong = vec![];
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let parts: Vec<&str> = line.split('\t').collect();
        let [question, data_type, expected] = parts[..] else { panic!("malformed line: {line}") };
        for columns in [false, true] {
            let (given_type, given) = answer(question, context, columns);
            // Functions that need constants cannot be asked on columns.
            // Fields of a struct are called after columns, but not after constants.
            if columns && (needs_constant(&given) || question.contains("struct(")) {
                continue;
            }
            if (given_type.as_str(), given.as_str()) != (data_type, expected) {
                let form = if columns { "columns" } else { "constants" };
                wrong.push(format!(
                    "{question} [{form}]\n  expected {data_type} {expected}\n  answered {given_type} {given}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} answers differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn needs_constant(condition: &str) -> bool {
    ["NON_FOLDABLE", "INVALID_EXTRACT", "UNEXPECTED_INPUT_TYPE", "VALUE_OUT_OF_RANGE", "WITHOUT_FOLDABLE"]
        .iter()
        .any(|part| condition.contains(part))
}

fn answer(question: &str, context: &Context, columns: bool) -> (String, String) {
    match evaluate(question, context, columns) {
        Ok(answer) => answer,
        Err(error) if error.condition() == "INTERNAL_ERROR" => ("ERROR".into(), error.to_string()),
        Err(error) => ("ERROR".into(), error.condition().to_string()),
    }
}

fn evaluate(question: &str, context: &Context, columns: bool) -> Result<(String, String)> {
    let resolver = Resolver { context, columns, literals: RefCell::default() };
    let argument = resolver.expression(&lang::parse_expression(question)?, &[])?;
    let data_type = types::from_field(&argument.field).simple_string();
    // The value first: casting to text must not hide that it is computed.
    let value = match resolver.value(&argument.expr, true) {
        Err(error) if ["NULL_MAP_KEY", "COMPARATOR_RETURNS_NULL"].contains(&error.condition()) => {
            resolver.value(&argument.expr, false)?
        }
        other => other?,
    };
    let constant = Argument { expr: lit(value.clone()), ..argument };
    if value.is_null() {
        return Ok((data_type, "NULL".into()));
    }
    let to = Field::new("text", DataType::Utf8, true);
    let text = cast::cast(&constant, &to, CastMode::Session, context)?;
    match testing::value(&text, context)? {
        ScalarValue::Utf8(Some(text)) => Ok((data_type, text)),
        other => Ok((data_type, other.to_string())),
    }
}

type Scope = [(String, FieldRef)];

struct Resolver<'a> {
    context: &'a Context,
    columns: bool,
    /// The values of the columns made so far.
    literals: RefCell<Vec<(FieldRef, ScalarValue)>>,
}

impl Resolver<'_> {
    fn schema(&self) -> Schema {
        Schema::new(self.literals.borrow().iter().map(|(field, _)| Arc::clone(field)).collect::<Vec<_>>())
    }

    fn typed(&self, expr: Expr, name: String) -> Result<Argument> {
        let schema = DFSchema::try_from(self.schema()).map_err(from_datafusion)?;
        let (_, field) = expr.to_field(&schema).map_err(from_datafusion)?;
        Ok(Argument { field: Arc::new(field.as_ref().clone().with_name(name)), expr, keyword: None })
    }

    fn expression(&self, expr: &ir::Expr, scope: &Scope) -> Result<Argument> {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Attribute { name, .. } => self.attribute(name, scope),
            ExprKind::Function(function) => self.call(function, scope),
            ExprKind::Cast { expr, data_type, mode } => {
                let value = self.expression(expr, scope)?;
                let to = types::to_field("cast", data_type, true);
                self.typed(cast::cast(&value, &to, *mode, self.context)?, value.name().to_string())
            }
            ExprKind::Extract { child, extraction } => {
                let (base, key) = (self.expression(child, scope)?, self.expression(extraction, scope)?);
                self.typed(collection::extract(&base, &key, self.context)?, "extract".into())
            }
            other => Err(Error::internal(format!("not in tests: {other:?}"))),
        }
    }

    fn attribute(&self, name: &[String], scope: &Scope) -> Result<Argument> {
        let (_, field) = scope.iter().rev().find(|(known, _)| *known == name[0]).ok_or_else(|| {
            Error::analysis("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION").with("objectName", &name[0])
        })?;
        let typed = Arc::new(field.as_ref().clone().with_name(&name[0]));
        let variable = Expr::LambdaVariable(LambdaVariable::new(name[0].clone(), Some(Arc::clone(&typed))));
        let mut base = Argument { expr: variable, field: typed, keyword: None };
        for part in &name[1..] {
            let key = testing::argument(lit(part.clone()));
            base = self.typed(collection::extract(&base, &key, self.context)?, part.clone())?;
        }
        Ok(base)
    }

    fn call(&self, function: &ir::Function, scope: &Scope) -> Result<Argument> {
        let name = function.name[0].to_ascii_lowercase();
        let definition = registry::find(&name)
            .ok_or_else(|| Error::analysis("UNRESOLVED_ROUTINE").with("routineName", &name))?;
        let mut call = testing::call(&name, vec![], self.context);
        for argument in &function.arguments {
            let argument = match (&argument.kind, definition.kind) {
                (ExprKind::Lambda { parameters, body }, Kind::HigherOrder { parameters: of, .. }) => {
                    self.lambda(&call, of, parameters, body, scope)?
                }
                _ => self.expression(argument, scope)?,
            };
            call.arguments.push(argument);
        }
        let expr = match definition.kind {
            Kind::Scalar(build) | Kind::HigherOrder { build, .. } => build(&call)?,
            _ => return Err(Error::internal(format!("{name} is no scalar function"))),
        };
        self.typed(expr, call.sql())
    }

    fn lambda(
        &self,
        call: &Call<'_>,
        of: fn(&Call<'_>, usize, usize) -> Result<Vec<FieldRef>>,
        parameters: &[String],
        body: &ir::Expr,
        scope: &Scope,
    ) -> Result<Argument> {
        let fields = of(call, call.arguments.len(), parameters.len())?;
        let mut inner = scope.to_vec();
        inner.extend(parameters.iter().cloned().zip(fields));
        let body = self.expression(body, &inner)?;
        let lambda = Lambda::new(parameters.to_vec(), body.expr.clone());
        Ok(Argument { expr: Expr::Lambda(lambda), ..body })
    }

    fn literal(&self, literal: &Literal) -> Result<Argument> {
        let (value, field) = constant(literal, self.context)?;
        if !self.columns || value.is_null() {
            let argument = testing::argument(lit(value));
            let field = Arc::new(field.with_name(argument.name()));
            return Ok(Argument { field, ..argument });
        }
        let mut literals = self.literals.borrow_mut();
        let name = format!("c{}", literals.len());
        let field = Arc::new(field.with_name(&name).with_nullable(true));
        literals.push((Arc::clone(&field), value));
        Ok(Argument { expr: crate::definition::column(&name), field, keyword: None })
    }

    /// The value in the last of two rows; the one before is NULL if `null_first`.
    fn value(&self, expr: &Expr, null_first: bool) -> Result<ScalarValue> {
        let literals = self.literals.borrow();
        let column = |value: &ScalarValue| -> datafusion::common::Result<ArrayRef> {
            let one = value.to_array()?;
            let before = if null_first { new_null_array(one.data_type(), 1) } else { Arc::clone(&one) };
            Ok(concat(&[&one, &before, &one])?.slice(1, 2))
        };
        let columns = literals
            .iter()
            .map(|(_, value)| column(value))
            .collect::<datafusion::common::Result<Vec<_>>>()
            .map_err(from_datafusion)?;
        let schema = self.schema();
        let options = RecordBatchOptions::new().with_row_count(Some(2));
        let batch = RecordBatch::try_new_with_options(Arc::new(schema.clone()), columns, &options)
            .map_err(|error| Error::internal(error.to_string()))?;
        let mut config = ConfigOptions::default();
        config.execution.time_zone = Some(self.context.time_zone.to_string());
        config.execution.enable_ansi_mode = self.context.ansi;
        let config = Arc::new(config);
        let mut props = ExecutionProps::new();
        props.config_options = Some(Arc::clone(&config));
        let schema = Arc::new(DFSchema::try_from(schema).map_err(from_datafusion)?);
        let info =
            SimplifyContext::builder().with_config_options(config).with_schema(Arc::clone(&schema)).build();
        let expr = ExprSimplifier::new(info).simplify(expr.clone()).map_err(from_datafusion)?;
        let physical =
            create_physical_expr(&expr, &schema, &props, &Default::default()).map_err(from_datafusion)?;
        let array =
            physical.evaluate(&batch).and_then(|value| value.into_array(2)).map_err(from_datafusion)?;
        ScalarValue::try_from_array(&array, 1).map_err(from_datafusion)
    }
}

fn constant(literal: &Literal, context: &Context) -> Result<(ScalarValue, Field)> {
    let value = match literal {
        Literal::Null(_) => ScalarValue::Null,
        Literal::Boolean(value) => ScalarValue::from(*value),
        Literal::Byte(value) => ScalarValue::from(*value),
        Literal::Short(value) => ScalarValue::from(*value),
        Literal::Integer(value) => ScalarValue::from(*value),
        Literal::Long(value) => ScalarValue::from(*value),
        Literal::Float(value) => ScalarValue::from(*value),
        Literal::Double(value) => ScalarValue::from(*value),
        Literal::Decimal { value, precision, scale } => {
            ScalarValue::Decimal128(Some(*value), *precision, *scale)
        }
        Literal::String(value) => ScalarValue::from(value.as_str()),
        Literal::Binary(bytes) => ScalarValue::Binary(Some(bytes.clone())),
        Literal::Date(days) => ScalarValue::Date32(Some(*days)),
        Literal::Time { value_ns, .. } => ScalarValue::Time64Nanosecond(Some(*value_ns)),
        Literal::Timestamp(micros) => ScalarValue::TimestampMicrosecond(Some(*micros), Some("UTC".into())),
        Literal::TimestampNtz(micros) => ScalarValue::TimestampMicrosecond(Some(*micros), None),
        Literal::TimestampText(text) => {
            let to = types::to_field("timestamp", &lang::DataType::Timestamp, true);
            let text = testing::argument(lit(text.clone()));
            testing::value(&cast::cast(&text, &to, CastMode::Ansi, context)?, context)?
        }
        Literal::YearMonthInterval { months, .. } => ScalarValue::IntervalYearMonth(Some(*months)),
        Literal::DayTimeInterval { micros, .. } => ScalarValue::DurationMicrosecond(Some(*micros)),
        Literal::CalendarInterval { months, days, micros } => {
            ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(*months, *days, micros * 1000)))
        }
        other => return Err(Error::internal(format!("not in tests: {other:?}"))),
    };
    let field = Field::new("literal", value.data_type(), value.is_null());
    Ok((value, field))
}
