//! A small harness: calls functions by name on constants and evaluates what comes back.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::Schema;
use datafusion::common::config::ConfigOptions;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::{Expr, ExprSchemable};
use datafusion::physical_expr::create_physical_expr;
use lang::Result;

use crate::error::from_datafusion;
use crate::{Argument, Call, Context, Kind, registry};

/// The session of the tests: ANSI, UTC, 2024-02-29 12:00.
pub(crate) fn context() -> Context {
    Context {
        ansi: true,
        time_zone: "UTC".into(),
        now_micros: 1_709_208_000_000_000,
        case_sensitive: false,
        current_database: "default".into(),
        user: "tester".into(),
        map_key_last_wins: false,
    }
}

/// An argument from a typed expression without columns.
pub(crate) fn argument(expr: Expr) -> Argument {
    let (_, field) = expr.to_field(&DFSchema::empty()).expect("typed");
    let name = expr.schema_name().to_string();
    Argument { field: Arc::new(field.as_ref().clone().with_name(name)), expr, keyword: None }
}

/// A call with constants.
pub(crate) fn call<'a>(name: &'a str, arguments: Vec<Expr>, context: &'a Context) -> Call<'a> {
    Call {
        name,
        arguments: arguments.into_iter().map(argument).collect(),
        distinct: false,
        filter: None,
        order_by: Vec::new(),
        ignore_nulls: None,
        context,
    }
}

/// The typed expression of a scalar function's call.
pub(crate) fn build(name: &str, arguments: Vec<Expr>, context: &Context) -> Result<Expr> {
    let definition = registry::find(name).unwrap_or_else(|| panic!("no function {name}"));
    let call = call(name, arguments, context);
    match definition.kind {
        Kind::Scalar(build) | Kind::HigherOrder { build, .. } => build(&call),
        _ => panic!("{name} is not scalar"),
    }
}

/// The value of an expression without columns.
pub(crate) fn value(expr: &Expr, context: &Context) -> Result<ScalarValue> {
    let mut config = ConfigOptions::default();
    config.execution.time_zone = Some(context.time_zone.to_string());
    config.execution.enable_ansi_mode = context.ansi;
    let mut props = ExecutionProps::new();
    props.config_options = Some(Arc::new(config));
    let physical = create_physical_expr(expr, &DFSchema::empty(), &props, &Default::default())
        .map_err(from_datafusion)?;
    let batch = RecordBatch::try_new_with_options(
        Arc::new(Schema::empty()),
        vec![],
        &RecordBatchOptions::new().with_row_count(Some(1)),
    )
    .expect("one row without columns");
    let array = physical.evaluate(&batch).and_then(|value| value.into_array(1)).map_err(from_datafusion)?;
    ScalarValue::try_from_array(&array, 0).map_err(from_datafusion)
}
