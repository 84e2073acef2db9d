//! Arrays longer or shorter: append, prepend, insert, repeat, slice, flatten.

use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use lang::{Error, Result, RuntimeClass};

use super::arguments::{array_and_close_value, array_and_value, expect_array};
use super::list::{Picker, as_list, check_count, check_length, element, list_like, range};
use crate::error::external;
use crate::kernel::{Inputs, Invoke, typed};
use crate::signature::{any_nullable, expect};
use crate::{Call, expect as exactly};

/// `array_append(array, value)`
pub(super) fn array_append(call: &Call<'_>) -> Result<Expr> {
    extend(call, "array_append", |inputs| add(inputs, false))
}

/// `array_prepend(array, value)`
pub(super) fn array_prepend(call: &Call<'_>) -> Result<Expr> {
    extend(call, "array_prepend", |inputs| add(inputs, true))
}

fn extend(call: &Call<'_>, name: &'static str, kernel: Invoke) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let given = array_and_value(call, 0, 1)?;
    let contains_null = given.element.is_nullable() || call.arguments[1].nullable();
    let returns = list_like(&given.element, contains_null);
    Ok(typed(name, kernel, returns, call.arguments[0].nullable(), vec![given.array, given.value]))
}

/// The values of the list with those of `extra` behind them, and where the latter start.
fn joined(list: &arrow::array::ListArray, extra: ArrayRef) -> DataFusionResult<(ArrayRef, usize)> {
    let extra = crate::kernel::conform(extra, list.values().data_type())?;
    Ok((concat(&[list.values(), &extra])?, list.values().len()))
}

fn add(inputs: &Inputs<'_>, front: bool) -> DataFusionResult<ArrayRef> {
    let list = as_list(&inputs.array(0)?)?;
    let (values, shift) = joined(&list, inputs.array(1)?)?;
    let mut picker = Picker::with_capacity(inputs.rows, values.len());
    for row in 0..inputs.rows {
        let Some(range) = range(&list, row) else {
            picker.close_null()?;
            continue;
        };
        if front {
            picker.pick(shift + row);
        }
        picker.pick_all(range);
        if !front {
            picker.pick(shift + row);
        }
        picker.close()?;
    }
    picker.finish(&values, inputs.returns)
}

/// `array_insert(array, position, value)`: positions count from 1, or from -1 at the end; gaps fill with
/// NULL.
pub(super) fn array_insert(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let given = array_and_close_value(call, 0, 2)?;
    let returns = list_like(&given.element, true);
    let nullable = call.arguments[0].nullable() || call.arguments[1].nullable();
    // Spark casts smaller integers only.
    let is_small =
        matches!(call.arguments[1].data_type(), DataType::Int8 | DataType::Int16 | DataType::Int32);
    if !is_small {
        return Err(call.unexpected_type(1, "\"INT\""));
    }
    let arguments = vec![given.array, expect(call, 1, &DataType::Int32)?, given.value];
    Ok(typed("array_insert", insert_kernel, returns, nullable, arguments))
}

fn insert_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (list, positions) = (as_list(&inputs.array(0)?)?, inputs.primitive::<Int32Type>(1)?);
    let (values, shift) = joined(&list, inputs.array(2)?)?;
    let mut picker = Picker::with_capacity(inputs.rows, values.len());
    for row in 0..inputs.rows {
        let Some(range) = range(&list, row).filter(|_| positions.is_valid(row)) else {
            picker.close_null()?;
            continue;
        };
        let (position, length) = (i64::from(positions.value(row)), range.len() as i64);
        check_length("array_insert", i128::from(position.abs().max(length + 1)))?;
        if position == 0 {
            return Err(external(Error::runtime(
                RuntimeClass::ArrayIndexOutOfBounds,
                "INVALID_INDEX_OF_ZERO",
            )));
        }
        if position < -length - 1 {
            // Before the start: the value, a gap, the old elements.
            picker.pick(shift + row);
            (0..-position - length - 1).for_each(|_| picker.pick_null());
            picker.pick_all(range);
        } else {
            let before = if position > 0 { position - 1 } else { position + length + 1 };
            let split = range.start + before.min(length) as usize;
            picker.pick_all(range.start..split);
            (length..before).for_each(|_| picker.pick_null());
            picker.pick(shift + row);
            picker.pick_all(split..range.end);
        }
        picker.close()?;
    }
    picker.finish(&values, inputs.returns)
}

/// `array_repeat(value, count)`
pub(super) fn array_repeat(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let value = &call.arguments[0];
    let returns = list_like(&value.field, value.nullable());
    let arguments = vec![value.expr.clone(), exactly::only(call, 1, &DataType::Int32)?];
    Ok(typed("array_repeat", repeat_kernel, returns, call.arguments[1].nullable(), arguments))
}

fn repeat_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (values, counts) = (inputs.array(0)?, inputs.primitive::<Int32Type>(1)?);
    let mut picker = Picker::with_capacity(inputs.rows, inputs.rows);
    let mut picked = 0;
    for row in 0..inputs.rows {
        if counts.is_null(row) {
            picker.close_null()?;
            continue;
        }
        check_count("array_repeat", i128::from(counts.value(row)))?;
        picked += counts.value(row).max(0) as usize;
        check_length("array_repeat", picked as i128)?;
        (0..counts.value(row)).for_each(|_| picker.pick(row));
        picker.close()?;
    }
    picker.finish(&values, inputs.returns)
}

/// `slice(array, start, length)`: starts count from 1, or from -1 at the end.
pub(super) fn slice(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let field = expect_array(call, 0)?;
    let returns = list_like(field, field.is_nullable());
    let array = call.arguments[0].expr.clone();
    let arguments = vec![array, expect(call, 1, &DataType::Int32)?, expect(call, 2, &DataType::Int32)?];
    Ok(typed("slice", slice_kernel, returns, any_nullable(call), arguments))
}

fn slice_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let list = as_list(&inputs.array(0)?)?;
    let (starts, lengths) = (inputs.primitive::<Int32Type>(1)?, inputs.primitive::<Int32Type>(2)?);
    let mut picker = Picker::with_capacity(inputs.rows, list.values().len());
    for row in 0..inputs.rows {
        let Some(range) = range(&list, row).filter(|_| starts.is_valid(row) && lengths.is_valid(row)) else {
            picker.close_null()?;
            continue;
        };
        let (start, length) = (i64::from(starts.value(row)), i64::from(lengths.value(row)));
        if start == 0 || length < 0 {
            return Err(external(bad_slice(start, length)));
        }
        let size = range.len() as i64;
        let first = if start > 0 { start - 1 } else { start + size };
        if (0..size).contains(&first) {
            let first = range.start + first as usize;
            picker.pick_all(first..range.end.min(first.saturating_add(length as usize)));
        }
        picker.close()?;
    }
    picker.finish(list.values(), inputs.returns)
}

fn bad_slice(start: i64, length: i64) -> Error {
    let condition =
        if start == 0 { "INVALID_PARAMETER_VALUE.START" } else { "INVALID_PARAMETER_VALUE.LENGTH" };
    Error::runtime(RuntimeClass::Other, condition)
        .with("parameter", if start == 0 { "`start`" } else { "`length`" })
        .with("functionName", "`slice`")
        .with("length", length.to_string())
}

/// `flatten(array of arrays)`: NULL when an inner array is NULL.
pub(super) fn flatten(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let outer = expect_array(call, 0)?;
    let Some(inner) = element(outer.data_type()) else {
        return Err(call.unexpected_type(0, "\"ARRAY\" of \"ARRAY\""));
    };
    let returns = list_like(inner, inner.is_nullable());
    let nullable = call.arguments[0].nullable() || outer.is_nullable();
    Ok(typed("flatten", flatten_kernel, returns, nullable, call.exprs()))
}

fn flatten_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let outer = as_list(&inputs.array(0)?)?;
    let inner = as_list(outer.values())?;
    let mut picker = Picker::with_capacity(inputs.rows, inner.values().len());
    for row in 0..inputs.rows {
        let Some(lists) = range(&outer, row).filter(|lists| lists.clone().all(|list| inner.is_valid(list)))
        else {
            picker.close_null()?;
            continue;
        };
        lists.filter_map(|list| range(&inner, list)).for_each(|elements| picker.pick_all(elements));
        picker.close()?;
    }
    picker.finish(inner.values(), inputs.returns)
}
