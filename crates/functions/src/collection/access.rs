//! One element by position or key: `element_at`, `try_element_at`, `get` and the kernels behind `base[key]`.

use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use lang::{Error, Result, RuntimeClass};

use super::arguments::{expect_array, map_fields};
use super::keys::{ASCENDING, keys};
use super::list::{as_list, element, range};
use super::search::same_keys;
use crate::error::external;
use crate::kernel::{Inputs, Invoke, call as kernel_call};
use crate::signature::expect;
use crate::types::is_integral;
use crate::{Argument, Call, Context, cast};

/// `element_at(array, position)` counts from 1 or from -1 at the end; `element_at(map, key)`.
pub(super) fn element_at(call: &Call<'_>) -> Result<Expr> {
    at(call, !call.context.ansi)
}

pub(super) fn try_element_at(call: &Call<'_>) -> Result<Expr> {
    at(call, true)
}

fn at(call: &Call<'_>, lenient: bool) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let base = &call.arguments[0];
    if map_fields(base.data_type()).is_some() {
        let (base, key) = same_keys(call)?;
        return Ok(map_value(&base, key));
    }
    if element(base.data_type()).is_none() {
        return Err(call.unexpected_type(0, "(\"ARRAY\" or \"MAP\")"));
    }
    let (name, kernel): (_, Invoke) = if lenient {
        ("try_element_at", |inputs| by_position(inputs, Missing::Null))
    } else {
        ("element_at", |inputs| by_position(inputs, Missing::Fails))
    };
    Ok(element_call(name, kernel, base, position(call, 1)?))
}

/// `get(array, index)` counts from 0; NULL outside.
pub(super) fn get(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    expect_array(call, 0)?;
    let field = Field::new("index", DataType::Int32, true).into();
    let index = Argument { expr: expect(call, 1, &DataType::Int32)?, field, keyword: None };
    let index = cast::implicit(&index, &DataType::Int64, call.context)?;
    Ok(element_call("get", |inputs| by_index(inputs, Missing::Null), &call.arguments[0], index))
}

fn position(call: &Call<'_>, index: usize) -> Result<Expr> {
    if !matches!(call.arguments[index].data_type(), DataType::Int8 | DataType::Int16 | DataType::Int32) {
        return Err(call.unexpected_type(index, "\"INT\""));
    }
    expect(call, index, &DataType::Int32)?;
    expect(call, index, &DataType::Int64)
}

/// `array[index]`: outside it is an error under ANSI, else NULL.
pub(super) fn array_item(base: &Argument, index: &Argument, context: &Context) -> Result<Expr> {
    debug_assert!(is_integral(index.data_type()));
    let index = cast::implicit(index, &DataType::Int64, context)?;
    Ok(if context.ansi {
        element_call("get_array_item", |inputs| by_index(inputs, Missing::Fails), base, index)
    } else {
        element_call("get", |inputs| by_index(inputs, Missing::Null), base, index)
    })
}

fn element_call(name: &'static str, kernel: Invoke, base: &Argument, index: Expr) -> Expr {
    let returns = match element(base.data_type()) {
        Some(field) => field.as_ref().clone().with_name(name).with_nullable(true),
        None => Field::new(name, DataType::Null, true),
    };
    kernel_call(name, kernel, returns, vec![base.expr.clone(), index])
}

/// The value of `key` in a map, NULL when absent; `key` has the map's key type already.
pub(super) fn map_value(base: &Argument, key: Expr) -> Expr {
    let returns = match map_fields(base.data_type()) {
        Some((_, value)) => value.as_ref().clone().with_name("map_value").with_nullable(true),
        None => Field::new("map_value", DataType::Null, true),
    };
    kernel_call("map_value", map_value_kernel, returns, vec![base.expr.clone(), key])
}

/// What a position outside the array means.
#[derive(Clone, Copy, PartialEq)]
enum Missing {
    Null,
    Fails,
}

fn pick(
    inputs: &Inputs<'_>,
    place: impl Fn(i64, usize) -> Result<Option<usize>>,
) -> DataFusionResult<ArrayRef> {
    let list: ListArray = as_list(&inputs.array(0)?)?;
    let positions = inputs.array(1)?;
    let positions = positions.as_primitive::<Int64Type>();
    let mut picked = UInt32Array::builder(inputs.rows);
    for row in 0..inputs.rows {
        match range(&list, row).filter(|_| positions.is_valid(row)) {
            Some(range) => {
                let place = place(positions.value(row), range.len()).map_err(external)?;
                picked.append_option(place.map(|place| (range.start + place) as u32));
            }
            None => picked.append_null(),
        }
    }
    Ok(take(list.values(), &picked.finish(), None)?)
}

fn by_index(inputs: &Inputs<'_>, missing: Missing) -> DataFusionResult<ArrayRef> {
    pick(inputs, |index, length| {
        let place = usize::try_from(index).ok().filter(|place| *place < length);
        if place.is_none() && missing == Missing::Fails {
            return Err(outside("INVALID_ARRAY_INDEX", index, length));
        }
        Ok(place)
    })
}

fn by_position(inputs: &Inputs<'_>, missing: Missing) -> DataFusionResult<ArrayRef> {
    pick(inputs, |position, length| {
        if position == 0 {
            return Err(Error::runtime(RuntimeClass::Other, "INVALID_INDEX_OF_ZERO"));
        }
        let index = if position > 0 { position - 1 } else { position + length as i64 };
        let place = usize::try_from(index).ok().filter(|place| *place < length);
        if place.is_none() && missing == Missing::Fails {
            return Err(outside("INVALID_ARRAY_INDEX_IN_ELEMENT_AT", position, length));
        }
        Ok(place)
    })
}

fn outside(condition: &str, index: i64, length: usize) -> Error {
    Error::runtime(RuntimeClass::ArrayIndexOutOfBounds, condition)
        .with("indexValue", index.to_string())
        .with("arraySize", length.to_string())
        .with("ansiConfig", "\"spark.sql.ansi.enabled\"")
}

fn map_value_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (maps, wanted) = (inputs.array(0)?, inputs.array(1)?);
    let maps = maps.as_map();
    let [known, wanted_keys] = keys([maps.keys(), &wanted], ASCENDING)?;
    let offsets = maps.value_offsets();
    let found = (0..inputs.rows).map(|row| {
        if maps.is_null(row) || wanted.is_null(row) {
            return None;
        }
        let key = wanted_keys.row(row);
        (offsets[row] as usize..offsets[row + 1] as usize)
            .find(|index| known.row(*index) == key)
            .map(|index| index as u32)
    });
    Ok(take(maps.values(), &found.collect::<UInt32Array>(), None)?)
}
