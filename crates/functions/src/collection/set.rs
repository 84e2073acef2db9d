//! Arrays as sets: distinct, union, intersect, except; and removing elements.

use std::collections::HashSet;

use arrow::array::{Array, ArrayRef};
use arrow::compute::concat;
use arrow::datatypes::Field;
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use lang::Result;

use super::arguments::{array_and_close_value, expect_array, same_arrays};
use super::keys::{ASCENDING, keys, keys_of};
use super::list::{Picker, as_list, list_like, range};
use crate::Call;
use crate::kernel::{Inputs, Invoke, typed};
use crate::signature::any_nullable;

/// Builds a function of one array to an array of the same elements.
fn of_one(call: &Call<'_>, name: &'static str, kernel: Invoke, drops_nulls: bool) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let field = expect_array(call, 0)?;
    let returns = list_like(field, field.is_nullable() && !drops_nulls);
    Ok(typed(name, kernel, returns, call.arguments[0].nullable(), call.exprs()))
}

/// Builds a function of two arrays to an array.
fn of_two(
    call: &Call<'_>,
    name: &'static str,
    kernel: Invoke,
    contains_null: fn(&Field, &Field) -> bool,
) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let (arrays, element) = same_arrays(call)?;
    let nullable = contains_null(expect_array(call, 0)?, expect_array(call, 1)?);
    Ok(typed(name, kernel, list_like(&element, nullable), any_nullable(call), arrays))
}

pub(super) fn array_distinct(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let list = as_list(&inputs.array(0)?)?;
        let elements = keys_of(list.values(), ASCENDING)?;
        let mut picker = Picker::with_capacity(inputs.rows, list.values().len());
        let mut seen = HashSet::new();
        for row in 0..inputs.rows {
            let Some(range) = range(&list, row) else {
                picker.close_null()?;
                continue;
            };
            seen.clear();
            range.filter(|index| seen.insert(elements.row(*index))).for_each(|index| picker.pick(index));
            picker.close()?;
        }
        picker.finish(list.values(), inputs.returns)
    }
    of_one(call, "array_distinct", kernel, false)
}

pub(super) fn array_compact(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let list = as_list(&inputs.array(0)?)?;
        let nulls = list.values().logical_nulls();
        let mut picker = Picker::with_capacity(inputs.rows, list.values().len());
        for row in 0..inputs.rows {
            let Some(range) = range(&list, row) else {
                picker.close_null()?;
                continue;
            };
            let valid = |index: &usize| nulls.as_ref().is_none_or(|nulls| nulls.is_valid(*index));
            range.filter(valid).for_each(|index| picker.pick(index));
            picker.close()?;
        }
        picker.finish(list.values(), inputs.returns)
    }
    of_one(call, "array_compact", kernel, true)
}

/// `array_remove(array, value)`: NULL when the value is NULL.
pub(super) fn array_remove(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let given = array_and_close_value(call, 0, 1)?;
    let returns = list_like(&given.element, given.element.is_nullable());
    Ok(typed("array_remove", remove_kernel, returns, any_nullable(call), vec![given.array, given.value]))
}

fn remove_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (list, value) = (as_list(&inputs.array(0)?)?, inputs.array(1)?);
    let [elements, unwanted] = keys([list.values(), &value], ASCENDING)?;
    let mut picker = Picker::with_capacity(inputs.rows, list.values().len());
    for row in 0..inputs.rows {
        let Some(range) = range(&list, row).filter(|_| value.is_valid(row)) else {
            picker.close_null()?;
            continue;
        };
        let unwanted = unwanted.row(row);
        range.filter(|index| elements.row(*index) != unwanted).for_each(|index| picker.pick(index));
        picker.close()?;
    }
    picker.finish(list.values(), inputs.returns)
}

/// Which elements of either side a set operation keeps; each is kept once.
#[derive(Clone, Copy, PartialEq)]
enum Operation {
    Union,
    Intersect,
    Except,
}

pub(super) fn array_union(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        combine(inputs, Operation::Union)
    }
    of_two(call, "array_union", kernel, |left, right| left.is_nullable() || right.is_nullable())
}

pub(super) fn array_intersect(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        combine(inputs, Operation::Intersect)
    }
    of_two(call, "array_intersect", kernel, |left, right| left.is_nullable() && right.is_nullable())
}

pub(super) fn array_except(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        combine(inputs, Operation::Except)
    }
    of_two(call, "array_except", kernel, |left, _| left.is_nullable())
}

fn combine(inputs: &Inputs<'_>, operation: Operation) -> DataFusionResult<ArrayRef> {
    let (left, right) = (as_list(&inputs.array(0)?)?, as_list(&inputs.array(1)?)?);
    let right_values = crate::kernel::conform(right.values().clone(), left.values().data_type())?;
    let [left_keys, right_keys] = keys([left.values(), &right_values], ASCENDING)?;
    let shift = left.values().len();
    let mut picker = Picker::with_capacity(inputs.rows, shift);
    let (mut seen, mut other) = (HashSet::new(), HashSet::new());
    for row in 0..inputs.rows {
        let (Some(mine), Some(theirs)) = (range(&left, row), range(&right, row)) else {
            picker.close_null()?;
            continue;
        };
        seen.clear();
        other.clear();
        if operation != Operation::Union {
            other.extend(theirs.clone().map(|index| right_keys.row(index)));
        }
        for index in mine {
            let key = left_keys.row(index);
            let kept =
                operation == Operation::Union || other.contains(&key) == (operation == Operation::Intersect);
            if kept && seen.insert(key) {
                picker.pick(index);
            }
        }
        if operation == Operation::Union {
            theirs
                .filter(|index| seen.insert(right_keys.row(*index)))
                .for_each(|index| picker.pick(shift + index));
        }
        picker.close()?;
    }
    picker.finish(&concat(&[left.values(), &right_values])?, inputs.returns)
}
