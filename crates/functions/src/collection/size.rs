//! How many elements: `size`, `cardinality`, `array_size`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array};
use arrow::datatypes::DataType;
use datafusion::common::{Result as DataFusionResult, ScalarValue, internal_err};
use datafusion::logical_expr::{Expr, lit};
use lang::Result;

use super::arguments::{expect_array, map_fields};
use super::list::{as_list, element};
use crate::Call;
use crate::kernel::{Inputs, typed};

/// NULL has no size under ANSI and size -1 without.
pub(super) fn size(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    if *argument.data_type() == DataType::Null {
        let size = if call.context.ansi { None } else { Some(-1) };
        return Ok(lit(ScalarValue::Int32(size)));
    }
    if element(argument.data_type()).is_none() && map_fields(argument.data_type()).is_none() {
        return Err(call.unexpected_type(0, "(\"ARRAY\" or \"MAP\")"));
    }
    if call.context.ansi {
        return Ok(typed("size", size_kernel, DataType::Int32, argument.nullable(), call.exprs()));
    }
    Ok(typed("legacy_size", legacy_size_kernel, DataType::Int32, false, call.exprs()))
}

pub(super) fn array_size(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    if *call.arguments[0].data_type() == DataType::Null {
        return Ok(lit(ScalarValue::Int32(None)));
    }
    expect_array(call, 0)?;
    Ok(typed("array_size", size_kernel, DataType::Int32, call.arguments[0].nullable(), call.exprs()))
}

fn size_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    Ok(Arc::new(sizes(&inputs.array(0)?)?))
}

fn legacy_size_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    Ok(Arc::new(
        sizes(&inputs.array(0)?)?.iter().map(|size| Some(size.unwrap_or(-1))).collect::<Int32Array>(),
    ))
}

fn sizes(array: &ArrayRef) -> DataFusionResult<Int32Array> {
    let of_offsets = |offsets: &[i32]| offsets.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<_>>();
    if let Some(map) = array.as_map_opt() {
        return Ok(Int32Array::new(of_offsets(map.value_offsets()).into(), map.nulls().cloned()));
    }
    if element(array.data_type()).is_some() {
        let list = as_list(array)?;
        return Ok(Int32Array::new(of_offsets(list.value_offsets()).into(), list.nulls().cloned()));
    }
    internal_err!("{} has no size", array.data_type())
}
