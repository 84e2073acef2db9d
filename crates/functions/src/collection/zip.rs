//! `arrays_zip`: the first elements together, the second elements together …

use std::sync::Arc;

use arrow::array::{ArrayRef, ListArray, StructArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result as DataFusionResult, internal_err};
use datafusion::logical_expr::Expr;
use lang::Result;

use super::arguments::expect_array;
use super::construct::given_name;
use super::list::{as_list, element, list_of, range};
use crate::Call;
use crate::kernel::{Inputs, conform, typed};
use crate::signature::any_nullable;

/// Shorter arrays fill up with NULL.
pub(super) fn arrays_zip(call: &Call<'_>) -> Result<Expr> {
    let mut fields = Vec::with_capacity(call.arguments.len());
    for (index, argument) in call.arguments.iter().enumerate() {
        let field = expect_array(call, index)?.as_ref().clone();
        let name = given_name(argument).unwrap_or_else(|| index.to_string());
        fields.push(field.with_name(name).with_nullable(true));
    }
    if fields.is_empty() {
        return super::construct::array(call);
    }
    let returns = list_of(&DataType::Struct(Fields::from(fields)), false);
    Ok(typed("arrays_zip", kernel, returns, any_nullable(call), call.exprs()))
}

fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let lists = inputs.arrays()?.iter().map(as_list).collect::<DataFusionResult<Vec<_>>>()?;
    let Some(field) = element(inputs.returns) else {
        return internal_err!("zipped arrays are an array");
    };
    let DataType::Struct(fields) = field.data_type() else {
        return internal_err!("zipped elements are structs");
    };
    let mut indices = vec![Vec::new(); lists.len()];
    let mut lengths = Vec::with_capacity(inputs.rows);
    let mut valid = Vec::with_capacity(inputs.rows);
    for row in 0..inputs.rows {
        let ranges: Option<Vec<_>> = lists.iter().map(|list| range(list, row)).collect();
        valid.push(ranges.is_some());
        let ranges = ranges.unwrap_or_default();
        let length = ranges.iter().map(ExactSizeIterator::len).max().unwrap_or(0);
        for (indices, range) in indices.iter_mut().zip(&ranges) {
            indices
                .extend((0..length).map(|place| (place < range.len()).then(|| (range.start + place) as u32)));
        }
        lengths.push(length);
    }
    let columns = columns(&lists, indices, fields)?;
    let total: usize = lengths.iter().sum();
    let structs = StructArray::try_new_with_length(fields.clone(), columns, None, total)?;
    let nulls = valid.contains(&false).then(|| NullBuffer::from(valid));
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, Arc::new(structs), nulls)?))
}

fn columns(
    lists: &[ListArray],
    indices: Vec<Vec<Option<u32>>>,
    fields: &Fields,
) -> DataFusionResult<Vec<ArrayRef>> {
    let column = |((list, indices), field): ((&ListArray, Vec<Option<u32>>), &Arc<Field>)| {
        conform(take(list.values(), &UInt32Array::from(indices), None)?, field.data_type())
    };
    lists.iter().zip(indices).zip(fields).map(column).collect()
}
