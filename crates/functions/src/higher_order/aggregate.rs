//! `aggregate(array, start, merge[, finish])`, also called `reduce`.
//!
//! Step k merges the k-th elements of all rows that have one, so that the lambda runs as often as the longest
//! array is long, not as often as there are elements.

use std::cmp::Reverse;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use lang::Result;

use super::elements::Elements;
use super::function::{Inputs, call as function, expect_parameters, lambda};
use crate::collection::arguments::expect_array;
use crate::kernel::conform;
use crate::types::from_arrow;
use crate::{Argument, Call, cast};

/// The accumulator: of the start value's type, NULL possible at every level.
fn accumulator(start: &Argument) -> FieldRef {
    let field = start.field.as_ref().clone().with_name("accumulator");
    Arc::new(field.with_data_type(nullable(start.data_type())).with_nullable(true))
}

/// The type with NULL possible at every level (map keys excepted).
fn nullable(data_type: &DataType) -> DataType {
    let loosened = |field: &FieldRef| {
        Arc::new(field.as_ref().clone().with_data_type(nullable(field.data_type())).with_nullable(true))
    };
    match data_type {
        DataType::List(field) => DataType::List(loosened(field)),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(loosened).collect()),
        DataType::Map(entries, sorted) => match entries.data_type() {
            DataType::Struct(fields) if fields.len() == 2 => {
                let entry = Fields::from(vec![Arc::clone(&fields[0]), loosened(&fields[1])]);
                let entries = entries.as_ref().clone().with_data_type(DataType::Struct(entry));
                DataType::Map(Arc::new(entries), *sorted)
            }
            _ => data_type.clone(),
        },
        _ => data_type.clone(),
    }
}

/// Merge takes the accumulator and an element, finish the accumulator.
pub(super) fn parameters(call: &Call<'_>, index: usize, count: usize) -> Result<Vec<FieldRef>> {
    let accumulator = match call.arguments.get(1) {
        Some(start) => accumulator(start),
        None => return Err(call.unexpected_type(0, "\"ARRAY\"")),
    };
    if index == 2 {
        expect_parameters(count, 2, 2)?;
        return Ok(vec![accumulator, Arc::clone(expect_array(call, 0)?)]);
    }
    expect_parameters(count, 1, 1)?;
    Ok(vec![accumulator])
}

pub(super) fn aggregate(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=4)?;
    expect_array(call, 0)?;
    let (merge, merge_count) = lambda(call, 2)?;
    let accumulator = accumulator(&call.arguments[1]);
    if from_arrow(&nullable(merge.data_type())) != from_arrow(accumulator.data_type())
        && *merge.data_type() != DataType::Null
    {
        let required = format!("\"{}\"", from_arrow(accumulator.data_type()).sql());
        return Err(call.unexpected_type(2, &required));
    }
    let mut lambdas = vec![parameters(call, 2, merge_count)?];
    let mut returns = accumulator.as_ref().clone();
    if call.arguments.len() == 4 {
        let (finish, finish_count) = lambda(call, 3)?;
        lambdas.push(parameters(call, 3, finish_count)?);
        returns = finish.field.as_ref().clone().with_nullable(true);
    }
    let mut arguments = call.exprs();
    arguments[1] = loosened(&call.arguments[1], &accumulator, call)?;
    Ok(function("aggregate", kernel, lambdas, returns.with_name("aggregate"), arguments))
}

/// The start value with the accumulator's type; only nullability may differ, which kernels take in their
/// stride.
fn loosened(start: &Argument, accumulator: &Field, call: &Call<'_>) -> Result<Expr> {
    if from_arrow(&nullable(start.data_type())) == from_arrow(accumulator.data_type()) {
        return Ok(start.expr.clone());
    }
    cast::implicit(start, accumulator.data_type(), call.context)
}

fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (elements, values) = Elements::of_lists(&inputs.value(0)?)?;
    let start = inputs.value(1)?;
    let to = nullable(start.data_type());
    // Rows with long arrays first: those still at work are always a prefix.
    let mut order: Vec<usize> = (0..elements.rows()).filter(|row| !elements.is_null(*row)).collect();
    order.sort_by_key(|row| Reverse(elements.range(*row).len()));
    let mut state = conform(take(&start, &indices(&order), None)?, &to)?;
    let mut done: Vec<ArrayRef> = Vec::new();
    for place in 0.. {
        let active = order.partition_point(|row| elements.range(*row).len() > place);
        if active < state.len() {
            done.push(state.slice(active, state.len() - active));
            state = state.slice(0, active);
        }
        if active == 0 {
            break;
        }
        let rows = &order[..active];
        let nth: UInt32Array =
            rows.iter().map(|row| (elements.range(*row).start + place) as u32).collect::<Vec<_>>().into();
        let element = take(&values, &nth, None)?;
        state = conform(inputs.evaluate(2, &[state, element], &indices(rows))?, &to)?;
    }
    // Rows were finished from the end of the order towards its start.
    done.reverse();
    let finished = match done.len() {
        0 => state,
        _ => concat(&done.iter().map(AsRef::as_ref).collect::<Vec<_>>())?,
    };
    let finished = match inputs.lambda(3) {
        Some(_) => inputs.evaluate(3, &[finished], &indices(&order))?,
        None => finished,
    };
    let mut places = vec![None; elements.rows()];
    order.iter().enumerate().for_each(|(place, row)| places[*row] = Some(place as u32));
    Ok(take(&finished, &UInt32Array::from(places), None)?)
}

fn indices(rows: &[usize]) -> UInt32Array {
    rows.iter().map(|row| *row as u32).collect::<Vec<_>>().into()
}
