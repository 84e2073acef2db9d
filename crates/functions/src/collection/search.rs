//! Looking for values: `array_contains`, `array_position`, `arrays_overlap`, `map_contains_key`.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use super::arguments::{
    array_and_close_value, array_and_value, as_type, close_type, expect_map, map_fields, map_like, quoted,
    retyped, same_arrays, wider_type,
};
use super::keys::{ASCENDING, keys};
use super::list::{as_list, list_like, range};
use super::map::keys_as_list;
use crate::kernel::{Inputs, Invoke, typed};
use crate::signature::any_nullable;
use crate::{Argument, Call, cast};

/// NULL when the value is absent but a NULL element might have been it.
pub(super) fn array_contains(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    if call.arguments.iter().any(|argument| *argument.data_type() == DataType::Null) {
        return Err(Error::analysis("DATATYPE_MISMATCH.NULL_TYPE")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("functionName", "`array_contains`"));
    }
    let given = array_and_value(call, 0, 1)?;
    let nullable = any_nullable(call) || given.element.is_nullable();
    Ok(typed("array_contains", contains_kernel, DataType::Boolean, nullable, vec![given.array, given.value]))
}

fn contains_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let found = find(inputs, |place, nulls| match place {
        Some(_) => Some(true),
        None if nulls => None,
        None => Some(false),
    })?;
    Ok(Arc::new(BooleanArray::from(found)))
}

/// The place of the first occurrence, counted from 1, or 0.
pub(super) fn array_position(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let found = find(inputs, |place, _| Some(place.map_or(0, |place| place as i64 + 1)))?;
        Ok(Arc::new(Int64Array::from(found)))
    }
    call.expect_arguments(2..=2)?;
    let given = array_and_close_value(call, 0, 1)?;
    Ok(typed("array_position", kernel, DataType::Int64, any_nullable(call), vec![given.array, given.value]))
}

/// Looks each row's value up in its array; `answer` gets the place and whether there are NULL elements.
fn find<T>(
    inputs: &Inputs<'_>,
    answer: impl Fn(Option<usize>, bool) -> Option<T>,
) -> DataFusionResult<Vec<Option<T>>> {
    let (list, value) = (as_list(&inputs.array(0)?)?, inputs.array(1)?);
    let [elements, wanted] = keys([list.values(), &value], ASCENDING)?;
    let nulls = list.values().logical_nulls();
    let rows = (0..inputs.rows).map(|row| {
        let range = range(&list, row).filter(|_| value.is_valid(row))?;
        let wanted = wanted.row(row);
        let place = range.clone().position(|index| elements.row(index) == wanted);
        let unknown = nulls
            .as_ref()
            .is_some_and(|nulls| place.is_none() && range.clone().any(|index| nulls.is_null(index)));
        answer(place, unknown)
    });
    Ok(rows.collect())
}

/// Whether two arrays share a non-NULL element.
pub(super) fn arrays_overlap(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let (arrays, element) = same_arrays(call)?;
    let nullable = any_nullable(call) || element.is_nullable();
    Ok(typed("arrays_overlap", overlap_kernel, DataType::Boolean, nullable, arrays))
}

fn overlap_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (left, right) = (as_list(&inputs.array(0)?)?, as_list(&inputs.array(1)?)?);
    let [left_keys, right_keys] = keys([left.values(), right.values()], ASCENDING)?;
    let (left_nulls, right_nulls) = (left.values().logical_nulls(), right.values().logical_nulls());
    let is_null =
        |nulls: &Option<NullBuffer>, index| nulls.as_ref().is_some_and(|nulls| nulls.is_null(index));
    let rows = (0..inputs.rows).map(|row| {
        let (mine, theirs) = (range(&left, row)?, range(&right, row)?);
        let known: HashSet<_> =
            mine.clone().filter(|i| !is_null(&left_nulls, *i)).map(|i| left_keys.row(i)).collect();
        let shared = theirs.clone().any(|i| !is_null(&right_nulls, i) && known.contains(&right_keys.row(i)));
        if shared {
            return Some(true);
        }
        let nulls =
            mine.clone().any(|i| is_null(&left_nulls, i)) || theirs.clone().any(|i| is_null(&right_nulls, i));
        if nulls && !mine.is_empty() && !theirs.is_empty() { None } else { Some(false) }
    });
    Ok(Arc::new(rows.collect::<BooleanArray>()))
}

pub(super) fn map_contains_key(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        contains_kernel(inputs)
    }
    call.expect_arguments(2..=2)?;
    let map = &call.arguments[0];
    let (key, _) = map_fields(map.data_type()).ok_or_else(|| other_keys(call))?;
    let list = list_like(key, false);
    let keys =
        typed("map_keys", keys_as_list as Invoke, list.clone(), map.nullable(), vec![map.expr.clone()]);
    if *call.arguments[1].data_type() == DataType::Null {
        return Err(Error::analysis("DATATYPE_MISMATCH.NULL_TYPE")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("functionName", "`map_contains_key`"));
    }
    let common = wider_type(key.data_type(), call.arguments[1].data_type(), call.context.ansi)
        .ok_or_else(|| other_keys(call))?;
    let field = Field::new(map.name(), list, map.nullable());
    let keys = Argument { expr: keys, field: field.into(), keyword: None };
    let keys = as_type(&keys, &list_like(&retyped(key, &common), false), call)?;
    let wanted = cast::implicit(&call.arguments[1], &common, call.context)?;
    Ok(typed("map_contains_key", kernel, DataType::Boolean, any_nullable(call), vec![keys, wanted]))
}

/// The map and the key of a call under one type of keys.
pub(super) fn same_keys(call: &Call<'_>) -> Result<(Argument, Expr)> {
    let (key, value) = expect_map(call, 0)?;
    let (map, wanted) = (&call.arguments[0], &call.arguments[1]);
    let common =
        close_type(key.data_type(), wanted.data_type(), call.context.ansi).ok_or_else(|| other_keys(call))?;
    let to = map_like(&retyped(key, &common), value);
    let field = map.field.as_ref().clone().with_data_type(to.clone());
    let map = Argument { expr: as_type(map, &to, call)?, field: field.into(), keyword: None };
    Ok((map, cast::implicit(wanted, &common, call.context)?))
}

fn other_keys(call: &Call<'_>) -> Error {
    Error::analysis("DATATYPE_MISMATCH.MAP_FUNCTION_DIFF_TYPES")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("functionName", format!("`{}`", call.name))
        .with("dataType", "\"MAP\"")
        .with("leftType", quoted(&call.arguments[0]))
        .with("rightType", quoted(&call.arguments[1]))
}
