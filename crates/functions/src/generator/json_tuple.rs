//! `json_tuple(json, field, …)`: top-level fields of a JSON object as columns.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, StringBuilder, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result as DataFusionResult, internal_err};
use lang::Result;
use serde_json::Value;

use crate::collection::list::{element, list_of};
use crate::kernel::{Inputs, typed};
use crate::signature::expect;
use crate::{Call, Generated};

/// Always one row; columns are `c0`, `c1` …
pub(super) fn json_tuple(call: &Call<'_>) -> Result<Generated> {
    call.expect_arguments(2..=usize::MAX)?;
    let arguments = (0..call.arguments.len())
        .map(|index| expect(call, index, &DataType::Utf8))
        .collect::<Result<Vec<_>>>()?;
    let fields: Vec<Field> =
        (0..arguments.len() - 1).map(|index| Field::new(format!("c{index}"), DataType::Utf8, true)).collect();
    let structure = DataType::Struct(Fields::from(fields.clone()));
    let list = typed("json_tuple", kernel, list_of(&structure, false), false, arguments);
    Ok(Generated { list, fields, as_struct: true, outer: false })
}

fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let texts = inputs.strings(0)?;
    let names =
        (1..inputs.count()).map(|index| inputs.strings(index)).collect::<DataFusionResult<Vec<_>>>()?;
    let mut columns: Vec<StringBuilder> = names.iter().map(|_| StringBuilder::new()).collect();
    for (row, text) in texts.iter().enumerate() {
        let document: Option<Value> = text.and_then(|text| serde_json::from_str(text).ok());
        for (column, names) in columns.iter_mut().zip(&names) {
            let value =
                document.as_ref().filter(|_| names.is_valid(row)).and_then(|d| d.get(names.value(row)));
            match value {
                None | Some(Value::Null) => column.append_null(),
                Some(Value::String(text)) => column.append_value(text),
                Some(other) => column.append_value(other.to_string()),
            }
        }
    }
    let Some(field) = element(inputs.returns) else {
        return internal_err!("a tuple is a list of one");
    };
    let DataType::Struct(fields) = field.data_type() else {
        return internal_err!("a tuple is a struct");
    };
    let columns = columns.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef).collect();
    let structs = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::from_repeated_length(1, inputs.rows);
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, Arc::new(structs), None)?))
}
