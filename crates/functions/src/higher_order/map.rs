//! Lambdas over the entries of maps: `map_filter`, `transform_keys`, `transform_values`, `map_zip_with`.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result};

use super::elements::Elements;
use super::function::{Inputs, call as function, expect_parameters, expect_predicate, lambda};
use crate::Call;
use crate::coercion::common_type;
use crate::collection::arguments::{as_type, expect_map, map_like, quoted, retyped};
use crate::collection::keys::{ASCENDING, keys};
use crate::collection::map::{Duplicates, assemble, build_maps};
use crate::kernel::conform;

/// `(key, value)`
pub(super) fn entry_parameters(call: &Call<'_>, _: usize, count: usize) -> Result<Vec<FieldRef>> {
    expect_parameters(count, 2, 2)?;
    let (key, value) = expect_map(call, 0)?;
    Ok(vec![Arc::clone(key), Arc::clone(value)])
}

pub(super) fn map_filter(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let (_, count) = lambda(call, 1)?;
    expect_predicate(call, 1)?;
    let (key, value) = expect_map(call, 0)?;
    let returns = Field::new("map_filter", map_like(key, value), call.arguments[0].nullable());
    Ok(function("map_filter", filter_kernel, vec![entry_parameters(call, 1, count)?], returns, call.exprs()))
}

/// What the lambda yields for each entry.
fn of_each(
    inputs: &Inputs<'_>,
    elements: &Elements,
    keys: &ArrayRef,
    values: &ArrayRef,
) -> DataFusionResult<ArrayRef> {
    inputs.evaluate(1, &[Arc::clone(keys), Arc::clone(values)], &elements.row_of_each())
}

fn filter_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (elements, keys, values) = Elements::of_maps(&inputs.value(0)?)?;
    let answers = conform(of_each(inputs, &elements, &keys, &values)?, &DataType::Boolean)?;
    let answers = answers.as_boolean();
    let (mut kept, mut lengths) = (Vec::new(), Vec::with_capacity(elements.rows()));
    for row in 0..elements.rows() {
        let before = kept.len();
        kept.extend(
            elements
                .range(row)
                .filter(|index| answers.is_valid(*index) && answers.value(*index))
                .map(|index| index as u32),
        );
        lengths.push(kept.len() - before);
    }
    let kept = UInt32Array::from(kept);
    let (keys, values) = (take(&keys, &kept, None)?, take(&values, &kept, None)?);
    assemble(keys, values, OffsetBuffer::from_lengths(lengths), elements.nulls, inputs.returns)
}

pub(super) fn transform_values(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let (body, count) = lambda(call, 1)?;
    let (key, _) = expect_map(call, 0)?;
    let returns = Field::new("transform_values", map_like(key, &body.field), call.arguments[0].nullable());
    let parameters = vec![entry_parameters(call, 1, count)?];
    Ok(function("transform_values", values_kernel, parameters, returns, call.exprs()))
}

fn values_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (elements, keys, values) = Elements::of_maps(&inputs.value(0)?)?;
    let transformed = of_each(inputs, &elements, &keys, &values)?;
    assemble(keys, transformed, elements.offsets(), elements.nulls, inputs.returns)
}

pub(super) fn transform_keys(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let (body, count) = lambda(call, 1)?;
    let (_, value) = expect_map(call, 0)?;
    let returns = Field::new("transform_keys", map_like(&body.field, value), call.arguments[0].nullable());
    let mut arguments = call.exprs();
    arguments.push(lit(call.context.map_key_last_wins));
    Ok(function("transform_keys", keys_kernel, vec![entry_parameters(call, 1, count)?], returns, arguments))
}

fn keys_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (elements, keys, values) = Elements::of_maps(&inputs.value(0)?)?;
    let transformed = of_each(inputs, &elements, &keys, &values)?;
    let rows: Vec<_> =
        (0..elements.rows()).map(|row| (!elements.is_null(row)).then(|| elements.range(row))).collect();
    let duplicates = if inputs.flag(2) { Duplicates::LastWins } else { Duplicates::Fail };
    build_maps(&transformed, &values, &rows, inputs.returns, duplicates)
}

/// `(key, left value, right value)`: a value is NULL where its map lacks the key.
pub(super) fn zip_parameters(call: &Call<'_>, _: usize, count: usize) -> Result<Vec<FieldRef>> {
    expect_parameters(count, 3, 3)?;
    let (_, left) = expect_map(call, 0)?;
    let (_, right) = expect_map(call, 1)?;
    let nullable = |field: &FieldRef| Arc::new(field.as_ref().clone().with_nullable(true));
    Ok(vec![Arc::new(common_key(call)?), nullable(left), nullable(right)])
}

/// The key field both maps can be brought to.
fn common_key(call: &Call<'_>) -> Result<Field> {
    let (left, _) = expect_map(call, 0)?;
    let (right, _) = expect_map(call, 1)?;
    match common_type(left.data_type(), right.data_type(), call.context.ansi) {
        Some(common) => Ok(retyped(left, &common).with_nullable(false)),
        None => Err(Error::analysis("DATATYPE_MISMATCH.MAP_ZIP_WITH_DIFF_TYPES")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("functionName", "`map_zip_with`")
            .with("leftType", quoted(&call.arguments[0]))
            .with("rightType", quoted(&call.arguments[1]))),
    }
}

pub(super) fn map_zip_with(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let (body, count) = lambda(call, 2)?;
    let key = common_key(call)?;
    let nullable = call.arguments[0].nullable() || call.arguments[1].nullable();
    let returns = Field::new("map_zip_with", map_like(&key, &body.field), nullable);
    let mut arguments = call.exprs();
    for (index, argument) in arguments.iter_mut().enumerate().take(2) {
        let (_, value) = expect_map(call, index)?;
        *argument = as_type(&call.arguments[index], &map_like(&key, value), call)?;
    }
    Ok(function("map_zip_with", zip_kernel, vec![zip_parameters(call, 2, count)?], returns, arguments))
}

fn zip_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (left, left_keys, left_values) = Elements::of_maps(&inputs.value(0)?)?;
    let (right, right_keys, right_values) = Elements::of_maps(&inputs.value(1)?)?;
    let right_keys = conform(right_keys, left_keys.data_type())?;
    let [mine, theirs] = keys([&left_keys, &right_keys], ASCENDING)?;
    let nulls = NullBuffer::union(left.nulls.as_ref(), right.nulls.as_ref());
    let mut zipped = Zipped::default();
    for row in 0..left.rows() {
        let before = zipped.keys.len();
        if nulls.as_ref().is_none_or(|nulls| nulls.is_valid(row)) {
            let mut rest: HashMap<_, _> = right.range(row).map(|index| (theirs.row(index), index)).collect();
            for index in left.range(row) {
                let partner = rest.remove(&mine.row(index));
                zipped.entry(index, Some(index), partner, row);
            }
            for index in right.range(row).filter(|index| rest.get(&theirs.row(*index)) == Some(index)) {
                zipped.entry(left_keys.len() + index, None, Some(index), row);
            }
        }
        zipped.lengths.push(zipped.keys.len() - before);
    }
    let keys = take(&concat(&[&left_keys, &right_keys])?, &UInt32Array::from(zipped.keys), None)?;
    let parameters = [
        Arc::clone(&keys),
        take(&left_values, &UInt32Array::from(zipped.left), None)?,
        take(&right_values, &UInt32Array::from(zipped.right), None)?,
    ];
    let values = inputs.evaluate(2, &parameters, &UInt32Array::from(zipped.rows))?;
    assemble(keys, values, OffsetBuffer::from_lengths(zipped.lengths), nulls, inputs.returns)
}

/// The entries of both maps, by index.
#[derive(Default)]
struct Zipped {
    keys: Vec<u32>,
    left: Vec<Option<u32>>,
    right: Vec<Option<u32>>,
    rows: Vec<u32>,
    lengths: Vec<usize>,
}

impl Zipped {
    fn entry(&mut self, key: usize, left: Option<usize>, right: Option<usize>, row: usize) {
        self.keys.push(key as u32);
        self.left.push(left.map(|index| index as u32));
        self.right.push(right.map(|index| index as u32));
        self.rows.push(row as u32);
    }
}
