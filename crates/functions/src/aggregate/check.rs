//! What the builders of aggregates share: the aggregate node, checks of the call and constant arguments.

use std::sync::Arc;

use arrow::datatypes::{DataType, IntervalUnit};
use datafusion::common::ScalarValue;
use datafusion::common::metadata::FieldMetadata;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{AggregateUDF, Expr};
use lang::{Error, Result};

use crate::{Argument, Call, expect, types};

/// An aggregate with the call's DISTINCT and FILTER. Ordering and treatment of NULLs are arguments, if
/// anything.
pub(crate) fn node(call: &Call<'_>, function: Arc<AggregateUDF>, args: Vec<Expr>) -> Expr {
    with_distinct(call, function, args, call.distinct)
}

/// [`node`] for aggregates to which repeated values make no difference.
pub(crate) fn plain_node(call: &Call<'_>, function: Arc<AggregateUDF>, args: Vec<Expr>) -> Expr {
    with_distinct(call, function, args, false)
}

fn with_distinct(call: &Call<'_>, function: Arc<AggregateUDF>, args: Vec<Expr>, distinct: bool) -> Expr {
    let filter = call.filter.clone().map(Box::new);
    Expr::AggregateFunction(AggregateFunction::new_udf(function, args, distinct, filter, vec![], None))
}

/// `expr` with the Spark type of the argument where Arrow's types do not tell it.
pub(super) fn with_metadata_of(argument: &Argument, expr: Expr) -> Expr {
    match argument.field.metadata().get(types::TYPE_KEY) {
        None => expr,
        Some(spark_type) => {
            let metadata: std::collections::HashMap<_, _> =
                [(types::TYPE_KEY.to_string(), spark_type.clone())].into();
            let name = expr.schema_name().to_string();
            expr.alias_with_metadata(name, Some(FieldMetadata::from(metadata)))
        }
    }
}

/// Functions that take IGNORE NULLS or RESPECT NULLS.
const NULL_TREATMENT: [&str; 11] = [
    "any_value",
    "array_agg",
    "collect_list",
    "collect_set",
    "collect_union",
    "first",
    "first_value",
    "last",
    "last_value",
    "lag",
    "lead",
];

/// Refuses WITHIN GROUP, and IGNORE NULLS where it means nothing.
pub(crate) fn unordered(call: &Call<'_>) -> Result<()> {
    if !call.order_by.is_empty() {
        return Err(unsupported_syntax(call, "WITHIN GROUP (ORDER BY ...)"));
    }
    if call.ignore_nulls.is_some() && !NULL_TREATMENT.contains(&call.name) {
        return Err(unsupported_syntax(call, "IGNORE NULLS"));
    }
    Ok(())
}

fn unsupported_syntax(call: &Call<'_>, syntax: &str) -> Error {
    Error::analysis("INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX")
        .with("prettyName", format!("`{}`", call.name))
        .with("syntax", format!("\"{syntax}\""))
}

/// WITHIN GROUP is missing, or has the wrong number of keys.
pub(super) fn wrong_within_group(call: &Call<'_>) -> Error {
    let condition = match call.order_by.len() {
        0 => "INVALID_WITHIN_GROUP_EXPRESSION.WITHIN_GROUP_MISSING",
        _ => "INVALID_WITHIN_GROUP_EXPRESSION.WRONG_NUM_ORDERINGS",
    };
    Error::analysis(condition)
        .with("funcName", format!("`{}`", call.name))
        .with("expectedNum", "1")
        .with("actualNum", call.order_by.len().to_string())
}

/// Refuses types without an order.
pub(super) fn orderable(call: &Call<'_>, index: usize) -> Result<()> {
    let argument = &call.arguments[index];
    if is_orderable(argument.data_type()) {
        return Ok(());
    }
    Err(Error::analysis("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("functionName", format!("`{}`", call.name))
        .with("dataType", format!("\"{}\"", types::from_field(&argument.field).sql())))
}

/// Whether Spark sorts values of the type.
pub(crate) fn is_orderable(data_type: &DataType) -> bool {
    match data_type {
        _ if types::holds_variant(data_type) => false,
        DataType::Map(..) | DataType::Interval(IntervalUnit::MonthDayNano) => false,
        DataType::List(element) => is_orderable(element.data_type()),
        DataType::Struct(fields) => fields.iter().all(|f| is_orderable(f.data_type())),
        _ => true,
    }
}

/// Whether NULLs are ignored: by syntax, or by the constant boolean at `index`.
pub(crate) fn ignore_nulls(call: &Call<'_>, index: usize) -> Result<bool> {
    if index >= call.arguments.len() {
        return Ok(call.ignore_nulls == Some(true));
    }
    match constant(call, index)? {
        Some(ScalarValue::Boolean(Some(ignore))) => Ok(ignore || call.ignore_nulls == Some(true)),
        Some(_) => Err(call.unexpected_type(index, "\"BOOLEAN\"")),
        None => Err(not_foldable(call, index, "ignoreNulls", "BOOLEAN")),
    }
}

/// The value of an argument that does not depend on the row.
pub(crate) fn constant(call: &Call<'_>, index: usize) -> Result<Option<ScalarValue>> {
    expect::constant(call, index)
}

/// The integer an argument always is; `name` is what Spark calls the parameter.
pub(crate) fn constant_integer(call: &Call<'_>, index: usize, name: &str) -> Result<i64> {
    let value = constant(call, index)?.ok_or_else(|| not_foldable(call, index, name, "INT"))?;
    match value.cast_to(&DataType::Int64) {
        Ok(ScalarValue::Int64(Some(value))) if types::is_integral(call.arguments[index].data_type()) => {
            Ok(value)
        }
        Ok(ScalarValue::Int64(None)) => Err(unexpected_null(call, name)),
        _ => Err(call.unexpected_type(index, "\"INT\"")),
    }
}

pub(crate) fn not_foldable(call: &Call<'_>, index: usize, name: &str, required: &str) -> Error {
    Error::analysis("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("inputName", format!("`{name}`"))
        .with("inputType", format!("\"{required}\""))
        .with("inputExpr", format!("\"{}\"", call.arguments[index].name()))
}

pub(crate) fn out_of_range(call: &Call<'_>, name: &str, range: &str, value: &str) -> Error {
    Error::analysis("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("exprName", format!("`{name}`"))
        .with("valueRange", range)
        .with("currentValue", value)
}

pub(crate) fn unexpected_null(call: &Call<'_>, name: &str) -> Error {
    Error::analysis("DATATYPE_MISMATCH.UNEXPECTED_NULL")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("exprName", format!("`{name}`"))
}
