//! `array_join(array, delimiter[, nullReplacement])`

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use arrow::datatypes::DataType;
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use lang::Result;

use super::arguments::expect_array;
use super::list::{as_list, list_of, range};
use crate::kernel::{Inputs, typed};
use crate::signature::{any_nullable, casts_implicitly};
use crate::{Call, cast, expect};

/// NULL elements are left out unless there is a replacement.
pub(super) fn array_join(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let field = expect_array(call, 0)?;
    if !casts_implicitly(field.data_type(), &DataType::Utf8) {
        return Err(call.unexpected_type(0, "\"ARRAY<STRING>\""));
    }
    let array = if *field.data_type() == DataType::Utf8 {
        call.arguments[0].expr.clone()
    } else {
        cast::implicit(&call.arguments[0], &list_of(&DataType::Utf8, field.is_nullable()), call.context)?
    };
    let mut arguments = vec![array];
    for index in 1..call.arguments.len() {
        arguments.push(expect::only_string(call, index)?);
    }
    Ok(typed("array_join", kernel, DataType::Utf8, any_nullable(call), arguments))
}

fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (list, delimiters) = (as_list(&inputs.array(0)?)?, inputs.strings(1)?);
    let replacements = if inputs.count() > 2 { Some(inputs.strings(2)?) } else { None };
    let values = crate::kernel::conform(list.values().clone(), &DataType::Utf8)?;
    let values = values.as_string::<i32>();
    let mut result = StringBuilder::new();
    let mut text = String::new();
    for row in 0..inputs.rows {
        let known = delimiters.is_valid(row) && replacements.as_ref().is_none_or(|r| r.is_valid(row));
        let Some(range) = range(&list, row).filter(|_| known) else {
            result.append_null();
            continue;
        };
        text.clear();
        let mut first = true;
        for index in range {
            let part = match (values.is_valid(index), &replacements) {
                (true, _) => values.value(index),
                (false, Some(replacements)) => replacements.value(row),
                (false, None) => continue,
            };
            if !first {
                text.push_str(delimiters.value(row));
            }
            first = false;
            text.push_str(part);
        }
        result.append_value(&text);
    }
    Ok(Arc::new(result.finish()))
}
