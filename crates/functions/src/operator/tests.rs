//! Operators against types and values that Spark 4.3 answered (session time zone America/Los_Angeles).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow::compute::nullif;
use arrow::datatypes::{FieldRef, Schema};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::{Expr, ExprSchemable, lit};
use datafusion::physical_expr::create_physical_expr;
use lang::Result;
use lang::ir::CastMode;

use crate::error::from_datafusion;
use crate::testing::{argument, context, value};
use crate::{Argument, Call, Context, Kind, cast, definition, registry, types};

/// One line each: mode (legacy only where it differs), operator, left type and text, right type and text, result type, and
/// `=text`, `NULL` or
/// `!CONDITION` (`!` alone where Spark fails without one).
const SPARK_VALUES: &str = include_str!("spark_values.tsv");

fn operand(data_type: &str, text: &str, context: &Context) -> Result<Expr> {
    if data_type == "void" {
        return Ok(lit(ScalarValue::Null));
    }
    let field = types::to_field("value", &lang::parse_data_type(data_type)?, true);
    cast::cast(&argument(lit(text)), &field, CastMode::Session, context)
}

/// How the operands reach the operator.
#[derive(Debug, Clone, Copy)]
enum Form {
    Constants,
    Columns,
    LeftColumn,
    RightColumn,
}

fn answer([mode, operator, l, left, r, right]: [&str; 6], form: Form) -> Result<(String, String)> {
    let context =
        Context { ansi: mode != "legacy", time_zone: Arc::from("America/Los_Angeles"), ..context() };
    let mut batch = Batch::default();
    let left = operand(l, left, &context)?;
    let left =
        if matches!(form, Form::Columns | Form::LeftColumn) { batch.column(left, &context)? } else { left };
    let right = operand(r, right, &context)?;
    let right = if matches!(form, Form::Columns | Form::RightColumn) {
        batch.column(right, &context)?
    } else {
        right
    };
    let arguments = vec![batch.argument(left)?, batch.argument(right)?];
    let definition = registry::find(operator).expect("an operator");
    let Kind::Scalar(build) = definition.kind else { panic!("{operator} is not scalar") };
    let call = Call {
        name: operator,
        arguments,
        distinct: false,
        filter: None,
        order_by: vec![],
        ignore_nulls: None,
        context: &context,
    };
    let result = batch.argument(build(&call)?)?;
    let result_type = types::from_field(&result.field).simple_string();
    let text = types::to_field("text", &lang::DataType::STRING, true);
    let text = batch.evaluate(&cast::cast(&result, &text, CastMode::Session, &context)?, &context)?;
    let text = text.as_string::<i32>();
    Ok((result_type, if text.is_null(0) { "NULL".to_string() } else { format!("={}", text.value(0)) }))
}

/// Columns of three rows: the value, NULL, the value.
#[derive(Default)]
struct Batch {
    fields: Vec<FieldRef>,
    columns: Vec<ArrayRef>,
}

impl Batch {
    fn column(&mut self, expr: Expr, context: &Context) -> Result<Expr> {
        let scalar = value(&expr, context)?;
        let name = format!("c{}", self.fields.len());
        let field = argument(expr).field.as_ref().clone().with_name(&name).with_nullable(true);
        let array = scalar.to_array_of_size(3).map_err(from_datafusion)?;
        let middle = BooleanArray::from(vec![false, true, false]);
        let array = if scalar.is_null() { array } else { nullif(&array, &middle).expect("an array") };
        self.fields.push(Arc::new(field));
        self.columns.push(array);
        Ok(definition::column(&name))
    }

    fn schema(&self) -> Schema {
        Schema::new(self.fields.clone())
    }

    fn argument(&self, expr: Expr) -> Result<Argument> {
        let schema = DFSchema::try_from(self.schema()).map_err(from_datafusion)?;
        let (_, field) = expr.to_field(&schema).map_err(from_datafusion)?;
        Ok(Argument { expr, field, keyword: None })
    }

    fn evaluate(&self, expr: &Expr, context: &Context) -> Result<ArrayRef> {
        let mut config = ConfigOptions::default();
        config.execution.time_zone = Some(context.time_zone.to_string());
        let mut props = ExecutionProps::new();
        props.config_options = Some(Arc::new(config));
        let schema = DFSchema::try_from(self.schema()).map_err(from_datafusion)?;
        let physical =
            create_physical_expr(expr, &schema, &props, &Default::default()).map_err(from_datafusion)?;
        let rows = RecordBatchOptions::new().with_row_count(Some(3));
        let batch = RecordBatch::try_new_with_options(Arc::new(self.schema()), self.columns.clone(), &rows);
        let result = physical.evaluate(&batch.expect("a batch")).map_err(from_datafusion)?;
        result.into_array(3).map_err(from_datafusion)
    }
}

#[test]
fn expressions_agree_with_spark() {
    crate::answers::check(include_str!("answers.tsv"), &context());
}

#[test]
fn results_agree_with_spark() {
    let mut wrong = Vec::new();
    for line in SPARK_VALUES.lines() {
        let [mode, operator, l, left, r, right, expected_type, expected] =
            line.split('\t').collect::<Vec<_>>()[..]
        else {
            panic!("malformed line: {line}");
        };
        for form in [Form::Constants, Form::Columns, Form::LeftColumn, Form::RightColumn] {
            let (result_type, answer) = answer([mode, operator, l, left, r, right], form)
                .unwrap_or_else(|error| ("-".to_string(), format!("!{}", error.condition())));
            let any_error = expected == "!" && answer.starts_with('!');
            if !any_error && (answer != expected || result_type != expected_type) {
                wrong.push(format!(
                    "{mode} {form:?}: {l} '{left}' {operator} {r} '{right}': {result_type} {answer}, \
                     Spark says {expected_type} {expected}"
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        SPARK_VALUES.lines().count(),
        wrong.join("\n")
    );
}
