//! Order within arrays: `sort_array`, `array_sort` without a comparator, `array_max`, `array_min`.

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::{SortOptions, take};
use arrow::datatypes::DataType;
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use super::arguments::expect_array;
use super::keys::{ASCENDING, keys_of};
use super::list::{Picker, as_list, list_like, range};
use crate::Call;
use crate::kernel::{Inputs, Invoke, typed};
use crate::types::from_arrow;

fn check_ordering(call: &Call<'_>, element: &DataType) -> Result<()> {
    if matches!(element, DataType::Map(..)) {
        return Err(Error::analysis("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("functionName", format!("`{}`", call.name))
            .with("dataType", format!("\"{}\"", from_arrow(element).sql())));
    }
    Ok(())
}

/// `sort_array(array[, ascending])`: NULL first when ascending, last when descending.
pub(super) fn sort_array(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let ascending = match call.arguments.get(1).map(|argument| argument.literal()) {
        None => true,
        Some(Some(ScalarValue::Boolean(Some(ascending)))) => *ascending,
        Some(_) => return Err(call.unexpected_type(1, "a constant \"BOOLEAN\"")),
    };
    let (name, kernel): (_, Invoke) = if ascending {
        ("sort_array", |inputs| sort(inputs, ASCENDING))
    } else {
        ("sort_array_descending", |inputs| sort(inputs, SortOptions { descending: true, nulls_first: false }))
    };
    same_elements(call, name, kernel)
}

/// `array_sort(array)`: ascending, NULL last.
pub(crate) fn array_sort(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    same_elements(call, "array_sort", |inputs| {
        sort(inputs, SortOptions { descending: false, nulls_first: false })
    })
}

fn same_elements(call: &Call<'_>, name: &'static str, kernel: Invoke) -> Result<Expr> {
    let field = expect_array(call, 0)?;
    check_ordering(call, field.data_type())?;
    let returns = list_like(field, field.is_nullable());
    let array = vec![call.arguments[0].expr.clone()];
    Ok(typed(name, kernel, returns, call.arguments[0].nullable(), array))
}

fn sort(inputs: &Inputs<'_>, options: SortOptions) -> DataFusionResult<ArrayRef> {
    let list = as_list(&inputs.array(0)?)?;
    let elements = keys_of(list.values(), options)?;
    let mut picker = Picker::with_capacity(inputs.rows, list.values().len());
    for row in 0..inputs.rows {
        let Some(range) = range(&list, row) else {
            picker.close_null()?;
            continue;
        };
        picker.pick_all(range);
        picker.open().sort_by(|left, right| {
            let row = |index: &Option<u32>| elements.row(index.unwrap_or_default() as usize);
            row(left).cmp(&row(right))
        });
        picker.close()?;
    }
    picker.finish(list.values(), inputs.returns)
}

pub(super) fn array_max(call: &Call<'_>) -> Result<Expr> {
    extreme(call, "array_max", |inputs| best(inputs, |candidate, best| candidate > best))
}

pub(super) fn array_min(call: &Call<'_>) -> Result<Expr> {
    extreme(call, "array_min", |inputs| best(inputs, |candidate, best| candidate < best))
}

fn extreme(call: &Call<'_>, name: &'static str, kernel: Invoke) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let field = expect_array(call, 0)?;
    check_ordering(call, field.data_type())?;
    let returns = field.as_ref().clone().with_name(name).with_nullable(true);
    Ok(crate::kernel::call(name, kernel, returns, call.exprs()))
}

/// The element that beats all others; NULL elements do not count.
fn best(
    inputs: &Inputs<'_>,
    beats: fn(&arrow::row::Row<'_>, &arrow::row::Row<'_>) -> bool,
) -> DataFusionResult<ArrayRef> {
    let list = as_list(&inputs.array(0)?)?;
    let elements = keys_of(list.values(), ASCENDING)?;
    let winners =
        (0..inputs.rows).map(|row| {
            let mut valid = range(&list, row)?.filter(|index| list.values().is_valid(*index));
            let first = valid.next()?;
            let winner = valid.fold(first, |best, index| {
                if beats(&elements.row(index), &elements.row(best)) { index } else { best }
            });
            Some(winner as u32)
        });
    Ok(take(list.values(), &winners.collect::<UInt32Array>(), None)?)
}
