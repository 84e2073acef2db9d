//! `array_sort(array, comparator)`: one merge sort for all rows, each round compares one pair of every
//! running merge.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, FieldRef, Int32Type};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::Expr;
use lang::{Error, Result, RuntimeClass};

use super::elements::Elements;
use super::function::{Inputs, call as function, expect_parameters, lambda};
use crate::Call;
use crate::collection::arguments::expect_array;
use crate::collection::list::{Picker, list_like};
use crate::error::external;
use crate::kernel::conform;

/// `(left, right)`: two elements to compare.
pub(super) fn parameters(call: &Call<'_>, _: usize, count: usize) -> Result<Vec<FieldRef>> {
    expect_parameters(count, 2, 2)?;
    let field = expect_array(call, 0)?;
    Ok(vec![Arc::clone(field), Arc::clone(field)])
}

/// With a comparator, or else ascending with NULL last.
pub(super) fn array_sort(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    if call.arguments.len() == 1 {
        return crate::collection::array_sort(call);
    }
    let (body, count) = lambda(call, 1)?;
    if !matches!(body.data_type(), DataType::Int32) {
        return Err(Error::analysis("DATATYPE_MISMATCH.UNEXPECTED_RETURN_TYPE")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("functionName", "`lambdafunction`")
            .with("expectedType", "\"INT\"")
            .with("actualType", crate::collection::arguments::quoted(body)));
    }
    let field = expect_array(call, 0)?;
    let returns =
        Field::new("array_sort", list_like(field, field.is_nullable()), call.arguments[0].nullable());
    Ok(function("array_sort", kernel, vec![parameters(call, 1, count)?], returns, call.exprs()))
}

/// Two neighbouring sorted runs on their way into one.
struct Merge {
    row: usize,
    left: Range<usize>,
    right: Range<usize>,
    /// Where the next winner goes.
    out: usize,
}

fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (elements, values) = Elements::of_lists(&inputs.value(0)?)?;
    let longest = (0..elements.rows()).map(|row| elements.range(row).len()).max().unwrap_or(0);
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    let mut width = 1;
    while width < longest {
        order = merge_runs(inputs, &elements, &values, order, width)?;
        width *= 2;
    }
    let mut picker = Picker::with_capacity(elements.rows(), values.len());
    for row in 0..elements.rows() {
        if elements.is_null(row) {
            picker.close_null()?;
            continue;
        }
        elements.range(row).for_each(|place| picker.pick(order[place] as usize));
        picker.close()?;
    }
    picker.finish(&values, inputs.returns)
}

/// Merges all runs of `width` elements with their neighbours.
fn merge_runs(
    inputs: &Inputs<'_>,
    elements: &Elements,
    values: &ArrayRef,
    order: Vec<u32>,
    width: usize,
) -> DataFusionResult<Vec<u32>> {
    let mut merged = order.clone();
    let mut merges: Vec<Merge> = (0..elements.rows())
        .flat_map(|row| {
            let range = elements.range(row);
            let end = range.end;
            range.step_by(2 * width).filter(move |start| start + width < end).map(move |start| Merge {
                row,
                left: start..start + width,
                right: start + width..end.min(start + 2 * width),
                out: start,
            })
        })
        .collect();
    while !merges.is_empty() {
        let verdicts = compare(inputs, values, &order, &merges)?;
        for (merge, verdict) in merges.iter_mut().zip(verdicts.values()) {
            let winner = if *verdict <= 0 { &mut merge.left } else { &mut merge.right };
            merged[merge.out] = order[winner.start];
            winner.start += 1;
            merge.out += 1;
        }
        merges.retain(|merge| {
            let running = !merge.left.is_empty() && !merge.right.is_empty();
            if !running {
                let rest = if merge.left.is_empty() { merge.right.clone() } else { merge.left.clone() };
                merged[merge.out..merge.out + rest.len()].copy_from_slice(&order[rest]);
            }
            running
        });
    }
    Ok(merged)
}

/// The comparator's verdict on the heads of each merge.
fn compare(
    inputs: &Inputs<'_>,
    values: &ArrayRef,
    order: &[u32],
    merges: &[Merge],
) -> DataFusionResult<Int32Array> {
    let column = |index: fn(&Merge, &[u32]) -> u32| -> UInt32Array {
        merges.iter().map(|merge| index(merge, order)).collect::<Vec<_>>().into()
    };
    let left = take(values, &column(|merge, order| order[merge.left.start]), None)?;
    let right = take(values, &column(|merge, order| order[merge.right.start]), None)?;
    let rows = column(|merge, _| merge.row as u32);
    let verdicts = inputs.evaluate(1, &[Arc::clone(&left), Arc::clone(&right)], &rows)?;
    let verdicts = conform(verdicts, &DataType::Int32)?;
    let verdicts = verdicts.as_primitive::<Int32Type>();
    if let Some(place) = (0..verdicts.len()).find(|place| verdicts.is_null(*place)) {
        let shown =
            |array: &ArrayRef| ScalarValue::try_from_array(array, place).map(|value| value.to_string());
        return Err(external(
            Error::runtime(RuntimeClass::Other, "COMPARATOR_RETURNS_NULL")
                .with("firstValue", shown(&left)?)
                .with("secondValue", shown(&right)?),
        ));
    }
    Ok(verdicts.clone())
}
