//! Rows from arrays and maps: `explode`, `posexplode`, `inline` and their outer forms.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int32Array, ListArray, StructArray};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result as DataFusionResult, internal_err};
use datafusion::logical_expr::Expr;
use lang::Result;

use crate::collection::list::{as_list, element, list_of};
use crate::collection::map::map_entries;
use crate::kernel::{Inputs, conform, typed};
use crate::{Call, Generated};

pub(super) fn explode(call: &Call<'_>) -> Result<Generated> {
    exploded(call, false)
}

pub(super) fn explode_outer(call: &Call<'_>) -> Result<Generated> {
    exploded(call, true)
}

/// The argument as an array, and the columns its elements make.
fn source(call: &Call<'_>) -> Result<(Expr, Vec<Field>)> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    if let Some(field) = element(argument.data_type()) {
        return Ok((argument.expr.clone(), vec![field.as_ref().clone().with_name("col")]));
    }
    if matches!(argument.data_type(), DataType::Map(..)) {
        let entries = map_entries(call)?;
        let (key, value) = crate::collection::arguments::expect_map(call, 0)?;
        return Ok((
            entries,
            vec![key.as_ref().clone().with_name("key"), value.as_ref().clone().with_name("value")],
        ));
    }
    Err(call.unexpected_type(0, "(\"ARRAY\" or \"MAP\")"))
}

fn exploded(call: &Call<'_>, outer: bool) -> Result<Generated> {
    let (list, fields) = source(call)?;
    Ok(Generated { list, fields: loosened(fields, outer), as_struct: false, outer })
}

/// Outer generators add rows of NULL.
fn loosened(fields: Vec<Field>, outer: bool) -> Vec<Field> {
    if !outer {
        return fields;
    }
    fields.into_iter().map(|field| field.with_nullable(true)).collect()
}

pub(super) fn posexplode(call: &Call<'_>) -> Result<Generated> {
    positioned(call, false)
}

pub(super) fn posexplode_outer(call: &Call<'_>) -> Result<Generated> {
    positioned(call, true)
}

fn positioned(call: &Call<'_>, outer: bool) -> Result<Generated> {
    let (list, columns) = source(call)?;
    let mut fields = vec![Field::new("pos", DataType::Int32, false)];
    fields.extend(columns);
    let structure = DataType::Struct(Fields::from(fields.clone()));
    let nullable = call.arguments[0].nullable();
    let list = typed("with_positions", positions_kernel, list_of(&structure, false), nullable, vec![list]);
    Ok(Generated { list, fields: loosened(fields, outer), as_struct: false, outer })
}

/// Puts the place of each element before it; entries of maps are spread into key and value.
fn positions_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let list = as_list(&inputs.array(0)?)?;
    let Some(field) = element(inputs.returns) else {
        return internal_err!("positioned elements are a list");
    };
    let DataType::Struct(fields) = field.data_type() else {
        return internal_err!("positioned elements are structs");
    };
    let mut places = vec![0; list.values().len()];
    for pair in list.value_offsets().windows(2) {
        (pair[0]..pair[1]).for_each(|index| places[index as usize] = index - pair[0]);
    }
    let mut columns: Vec<ArrayRef> = vec![Arc::new(Int32Array::from(places))];
    if fields.len() == 3 {
        columns.extend(list.values().as_struct().columns().iter().cloned());
    } else {
        columns.push(Arc::clone(list.values()));
    }
    let columns = columns
        .into_iter()
        .zip(fields)
        .map(|(column, field)| conform(column, field.data_type()))
        .collect::<DataFusionResult<Vec<_>>>()?;
    let structs = StructArray::try_new(fields.clone(), columns, None)?;
    let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, Arc::new(structs), nulls)?))
}

pub(super) fn inline(call: &Call<'_>) -> Result<Generated> {
    inlined(call, false)
}

pub(super) fn inline_outer(call: &Call<'_>) -> Result<Generated> {
    inlined(call, true)
}

fn inlined(call: &Call<'_>, outer: bool) -> Result<Generated> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    let field = element(argument.data_type());
    let Some((field, DataType::Struct(columns))) = field.map(|field| (field, field.data_type())) else {
        return Err(call.unexpected_type(0, "\"ARRAY<STRUCT>\""));
    };
    // A NULL struct is a row of NULL.
    let fields = columns.iter().map(|column| column.as_ref().clone()).collect();
    let fields = loosened(fields, outer || field.is_nullable());
    Ok(Generated { list: argument.expr.clone(), fields, as_struct: true, outer })
}
