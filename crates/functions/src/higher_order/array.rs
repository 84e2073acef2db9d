//! Lambdas over the elements of arrays: `transform`, `filter`, `exists`, `forall`, `zip_with`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, ListArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, internal_err};
use datafusion::logical_expr::Expr;
use lang::Result;

use super::elements::Elements;
use super::function::{Inputs, Invoke, call as function, expect_parameters, expect_predicate, lambda};
use crate::Call;
use crate::collection::arguments::expect_array;
use crate::collection::list::{Picker, element, list_like};
use crate::kernel::conform;

/// `x` or `(x, index)`: the element, and its place counted from 0.
pub(super) fn element_parameters(call: &Call<'_>, _: usize, count: usize) -> Result<Vec<FieldRef>> {
    expect_parameters(count, 1, 2)?;
    let mut parameters = vec![Arc::clone(expect_array(call, 0)?)];
    if count == 2 {
        parameters.push(Arc::new(Field::new("index", DataType::Int32, false)));
    }
    Ok(parameters)
}

/// `x`: the element.
pub(super) fn one_element(call: &Call<'_>, _: usize, count: usize) -> Result<Vec<FieldRef>> {
    expect_parameters(count, 1, 1)?;
    Ok(vec![Arc::clone(expect_array(call, 0)?)])
}

pub(super) fn transform(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let (body, count) = lambda(call, 1)?;
    let returns =
        Field::new("transform", list_like(&body.field, body.nullable()), call.arguments[0].nullable());
    let parameters = vec![element_parameters(call, 1, count)?];
    Ok(function("transform", transform_kernel, parameters, returns, call.exprs()))
}

/// What the lambda yields for each element (and place).
fn of_each(inputs: &Inputs<'_>, elements: &Elements, values: ArrayRef) -> DataFusionResult<ArrayRef> {
    inputs.evaluate(1, &[values, Arc::new(elements.place_of_each())], &elements.row_of_each())
}

fn transform_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (elements, values) = Elements::of_lists(&inputs.value(0)?)?;
    let results = of_each(inputs, &elements, values)?;
    list(results, elements.offsets(), elements.nulls, inputs.returns)
}

fn list(
    values: ArrayRef,
    offsets: OffsetBuffer<i32>,
    nulls: Option<NullBuffer>,
    returns: &DataType,
) -> DataFusionResult<ArrayRef> {
    let Some(field) = element(returns) else {
        return internal_err!("expected a list type, got {returns}");
    };
    let values = conform(values, field.data_type())?;
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, values, nulls)?))
}

pub(super) fn filter(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let (_, count) = lambda(call, 1)?;
    expect_predicate(call, 1)?;
    let field = expect_array(call, 0)?;
    let returns = Field::new("filter", list_like(field, field.is_nullable()), call.arguments[0].nullable());
    Ok(function("filter", filter_kernel, vec![element_parameters(call, 1, count)?], returns, call.exprs()))
}

/// The answers of a predicate; NULL typed ones are all NULL.
fn answers(results: ArrayRef) -> DataFusionResult<BooleanArray> {
    Ok(conform(results, &DataType::Boolean)?.as_boolean().clone())
}

fn filter_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (elements, values) = Elements::of_lists(&inputs.value(0)?)?;
    let answers = answers(of_each(inputs, &elements, Arc::clone(&values))?)?;
    let mut picker = Picker::with_capacity(elements.rows(), values.len());
    for row in 0..elements.rows() {
        if elements.is_null(row) {
            picker.close_null()?;
            continue;
        }
        elements
            .range(row)
            .filter(|index| answers.is_valid(*index) && answers.value(*index))
            .for_each(|index| picker.pick(index));
        picker.close()?;
    }
    picker.finish(&values, inputs.returns)
}

/// Whether the predicate holds for some element; unknown when it is NULL for some and true for none.
pub(super) fn exists(call: &Call<'_>) -> Result<Expr> {
    quantifier(call, "exists", |inputs| quantify(inputs, true))
}

/// Whether the predicate holds for all elements; unknown when it is NULL for some and false for none.
pub(super) fn forall(call: &Call<'_>) -> Result<Expr> {
    quantifier(call, "forall", |inputs| quantify(inputs, false))
}

fn quantifier(call: &Call<'_>, name: &'static str, kernel: Invoke) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let (body, count) = lambda(call, 1)?;
    expect_predicate(call, 1)?;
    let nullable = call.arguments[0].nullable() || body.nullable();
    let returns = Field::new(name, DataType::Boolean, nullable);
    Ok(function(name, kernel, vec![one_element(call, 1, count)?], returns, call.exprs()))
}

/// The answer `decisive` settles a row; otherwise it is the opposite, or NULL when an answer is NULL.
fn quantify(inputs: &Inputs<'_>, decisive: bool) -> DataFusionResult<ArrayRef> {
    let (elements, values) = Elements::of_lists(&inputs.value(0)?)?;
    let answers = answers(of_each(inputs, &elements, values)?)?;
    let rows = (0..elements.rows()).map(|row| {
        if elements.is_null(row) {
            return None;
        }
        let mut unknown = false;
        for index in elements.range(row) {
            if answers.is_null(index) {
                unknown = true;
            } else if answers.value(index) == decisive {
                return Some(decisive);
            }
        }
        (!unknown).then_some(!decisive)
    });
    Ok(Arc::new(rows.collect::<BooleanArray>()))
}

/// `(x, y)`: an element of each array, NULL where one is shorter.
pub(super) fn pair_parameters(call: &Call<'_>, _: usize, count: usize) -> Result<Vec<FieldRef>> {
    expect_parameters(count, 2, 2)?;
    let nullable = |field: &FieldRef| Arc::new(field.as_ref().clone().with_nullable(true));
    Ok(vec![nullable(expect_array(call, 0)?), nullable(expect_array(call, 1)?)])
}

pub(super) fn zip_with(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let (body, count) = lambda(call, 2)?;
    let nullable = call.arguments[0].nullable() || call.arguments[1].nullable();
    let returns = Field::new("zip_with", list_like(&body.field, body.nullable()), nullable);
    Ok(function("zip_with", zip_kernel, vec![pair_parameters(call, 2, count)?], returns, call.exprs()))
}

fn zip_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (left, left_values) = Elements::of_lists(&inputs.value(0)?)?;
    let (right, right_values) = Elements::of_lists(&inputs.value(1)?)?;
    let nulls = NullBuffer::union(left.nulls.as_ref(), right.nulls.as_ref());
    let (mut left_indices, mut right_indices, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    let mut lengths = Vec::with_capacity(left.rows());
    for row in 0..left.rows() {
        if nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            lengths.push(0);
            continue;
        }
        let (mine, theirs) = (left.range(row), right.range(row));
        let length = mine.len().max(theirs.len());
        let indices = |range: &std::ops::Range<usize>| {
            let (start, size) = (range.start, range.len());
            (0..length).map(move |place| (place < size).then(|| (start + place) as u32))
        };
        left_indices.extend(indices(&mine));
        right_indices.extend(indices(&theirs));
        rows.extend(std::iter::repeat_n(row as u32, length));
        lengths.push(length);
    }
    let parameters = [
        take(&left_values, &UInt32Array::from(left_indices), None)?,
        take(&right_values, &UInt32Array::from(right_indices), None)?,
    ];
    let results = inputs.evaluate(2, &parameters, &UInt32Array::from(rows))?;
    list(results, OffsetBuffer::from_lengths(lengths), nulls, inputs.returns)
}
