//! Arguments brought to the types a function takes, by Spark's implicit casts, and constants read while building.

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, IntervalUnit, Schema};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::{ColumnarValue, Expr};
use datafusion::physical_expr::create_physical_expr;
use lang::{Error, Result};

use crate::types::{self, is_numeric, is_string};
use crate::{Argument, Call, cast};

/// The argument as a string, in whatever layout it has; other atomic types are cast.
pub(crate) fn string(call: &Call<'_>, index: usize) -> Result<Expr> {
    let argument = &call.arguments[index];
    match argument.data_type() {
        given if is_string(given) => Ok(argument.expr.clone()),
        given if is_nested(given) => Err(call.unexpected_type(index, "\"STRING\"")),
        // Without ANSI Spark makes no text of such intervals.
        DataType::Interval(IntervalUnit::MonthDayNano) if !call.context.ansi => {
            Err(call.unexpected_type(index, "\"STRING\""))
        }
        _ => cast::implicit(argument, &DataType::Utf8, call.context),
    }
}

/// The argument, which is of the type `target` already, or NULL: functions that ask by this cast nothing.
pub(crate) fn only(call: &Call<'_>, index: usize, target: &DataType) -> Result<Expr> {
    let argument = &call.arguments[index];
    match argument.data_type() {
        given if given == target || (is_string(given) && is_string(target)) => Ok(argument.expr.clone()),
        DataType::Null => cast::implicit(argument, target, call.context),
        _ => Err(call.unexpected_type(index, &format!("\"{}\"", types::from_arrow(target).sql()))),
    }
}

/// [`only`] a string.
pub(crate) fn only_string(call: &Call<'_>, index: usize) -> Result<Expr> {
    only(call, index, &DataType::Utf8)
}

/// All arguments by [`only_string`].
pub(crate) fn only_strings(call: &Call<'_>) -> Result<Vec<Expr>> {
    (0..call.arguments.len()).map(|index| only_string(call, index)).collect()
}

/// All arguments as strings.
pub(crate) fn strings(call: &Call<'_>) -> Result<Vec<Expr>> {
    (0..call.arguments.len()).map(|index| string(call, index)).collect()
}

/// Strings and binaries as they are, other atomic types as strings.
pub(crate) fn string_or_binary(call: &Call<'_>, index: usize) -> Result<Expr> {
    match call.arguments[index].data_type() {
        given if is_binary(given) => Ok(call.arguments[index].expr.clone()),
        given if is_nested(given) => Err(call.unexpected_type(index, "(\"STRING\" or \"BINARY\")")),
        _ => string(call, index),
    }
}

/// Bytes: binaries as they are, strings too (kernels read their bytes); Spark casts nothing else.
pub(crate) fn binary(call: &Call<'_>, index: usize) -> Result<Expr> {
    let argument = &call.arguments[index];
    match argument.data_type() {
        given if is_binary(given) || is_string(given) => Ok(argument.expr.clone()),
        DataType::Null => cast::implicit(argument, &DataType::Binary, call.context),
        _ => Err(call.unexpected_type(index, "\"BINARY\"")),
    }
}

/// The argument as exactly `target`, a number or boolean.
pub(crate) fn number(call: &Call<'_>, index: usize, target: &DataType) -> Result<Expr> {
    let argument = &call.arguments[index];
    let given = argument.data_type();
    let allowed = given == target
        || *given == DataType::Null
        || is_string(given)
        || (is_numeric(given) && is_numeric(target));
    if allowed {
        return cast::implicit(argument, target, call.context);
    }
    Err(call.unexpected_type(index, &format!("\"{}\"", types::from_arrow(target).sql())))
}

pub(crate) fn int(call: &Call<'_>, index: usize) -> Result<Expr> {
    number(call, index, &DataType::Int32)
}

pub(crate) fn long(call: &Call<'_>, index: usize) -> Result<Expr> {
    number(call, index, &DataType::Int64)
}

pub(crate) fn double(call: &Call<'_>, index: usize) -> Result<Expr> {
    number(call, index, &DataType::Float64)
}

/// Whether any of the first `count` arguments can be NULL, or is cast from a type whose cast can yield NULL.
pub(crate) fn any_nullable(call: &Call<'_>) -> bool {
    call.arguments.iter().any(Argument::nullable)
}

pub(crate) fn is_binary(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_)
    )
}

pub(crate) fn is_nested(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::List(_)
            | DataType::LargeList(_)
            | DataType::ListView(_)
            | DataType::LargeListView(_)
            | DataType::FixedSizeList(..)
            | DataType::Map(..)
            | DataType::Struct(_)
    )
}

/// The value of an argument that refers to no column; `None` when it is not constant.
pub(crate) fn constant(call: &Call<'_>, index: usize) -> Result<Option<ScalarValue>> {
    match call.arguments[index].literal() {
        Some(value) => Ok(Some(value.clone())),
        None => evaluate(&call.arguments[index].expr),
    }
}

/// The constant text of an argument.
///
/// # Errors
/// `DATATYPE_MISMATCH.NON_FOLDABLE_INPUT` when the argument is not constant.
pub(crate) fn constant_string(call: &Call<'_>, index: usize) -> Result<Option<String>> {
    let value = constant(call, index)?.ok_or_else(|| non_foldable(call, index, "STRING"))?;
    Ok(match value {
        ScalarValue::Utf8(text) | ScalarValue::LargeUtf8(text) | ScalarValue::Utf8View(text) => text,
        ScalarValue::Null => None,
        _ => return Err(call.unexpected_type(index, "\"STRING\"")),
    })
}

/// The constant integer of an argument.
///
/// # Errors
/// `DATATYPE_MISMATCH.NON_FOLDABLE_INPUT` when the argument is not constant.
pub(crate) fn constant_int(call: &Call<'_>, index: usize) -> Result<Option<i32>> {
    constant(call, index)?.ok_or_else(|| non_foldable(call, index, "INT"))?;
    let cast = number(call, index, &DataType::Int32)?;
    match evaluate(&cast)? {
        Some(ScalarValue::Int32(value)) => Ok(value),
        _ => Err(call.unexpected_type(index, "\"INT\"")),
    }
}

/// The constant string map of an argument (`options`), as pairs.
pub(crate) fn constant_map(call: &Call<'_>, index: usize) -> Result<Vec<(String, String)>> {
    use arrow::array::{Array, AsArray};
    let Some(ScalarValue::Map(map)) = constant(call, index)? else {
        return Err(Error::analysis("INVALID_OPTIONS.NON_MAP_FUNCTION"));
    };
    // An empty map has no types yet.
    let fits = |given: &DataType| is_string(given) || *given == DataType::Null;
    if !fits(map.key_type()) || !fits(map.value_type()) {
        let given = types::from_field(&call.arguments[index].field).sql();
        return Err(
            Error::analysis("INVALID_OPTIONS.NON_STRING_TYPE").with("mapType", format!("\"{given}\""))
        );
    }
    if map.is_null(0) {
        return Ok(vec![]);
    }
    let entries = map.value(0);
    let text = |column: usize| {
        arrow::compute::cast(entries.column(column), &DataType::Utf8)
            .map_err(|e| Error::internal(e.to_string()))
    };
    let (keys, values) = (text(0)?, text(1)?);
    let pairs = (0..entries.len()).map(|i| {
        (keys.as_string::<i32>().value(i).to_string(), values.as_string::<i32>().value(i).to_string())
    });
    Ok(pairs.collect())
}

/// `DATATYPE_MISMATCH.NON_FOLDABLE_INPUT`
pub(crate) fn non_foldable(call: &Call<'_>, index: usize, required: &str) -> Error {
    Error::analysis("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("inputName", format!("`{}`", index + 1))
        .with("inputType", format!("\"{required}\""))
        .with("inputExpr", format!("\"{}\"", call.arguments[index].name()))
}

/// Evaluates an expression without columns; `None` when it has some or is volatile.
pub(crate) fn evaluate(expr: &Expr) -> Result<Option<ScalarValue>> {
    if let Expr::Literal(value, _) = expr {
        return Ok(Some(value.clone()));
    }
    if expr.is_volatile() || expr.any_column_refs() {
        return Ok(None);
    }
    let Ok(physical) =
        create_physical_expr(expr, &DFSchema::empty(), &ExecutionProps::new(), &Default::default())
    else {
        return Ok(None);
    };
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    let batch = RecordBatch::try_new_with_options(Schema::empty().into(), vec![], &options)
        .map_err(|e| Error::internal(e.to_string()))?;
    let value = physical.evaluate(&batch).map_err(crate::error::from_datafusion)?;
    match value {
        ColumnarValue::Scalar(value) => Ok(Some(value)),
        ColumnarValue::Array(array) => {
            ScalarValue::try_from_array(&array, 0).map(Some).map_err(crate::error::from_datafusion)
        }
    }
}
