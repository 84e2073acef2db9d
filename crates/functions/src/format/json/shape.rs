//! `json_array_length` and `json_object_keys`.

use arrow::datatypes::{DataType, Field, Int32Type};
use datafusion::logical_expr::Expr;
use lang::Result;

use super::{Dialect, Json, parse};
use crate::scalar::apply;
use crate::{Call, expect};

/// The number of elements of the outermost array; NULL for anything else.
pub(in crate::format) fn json_array_length(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("json_array_length", DataType::Int32, vec![expect::only_string(call, 0)?], |input| {
        let texts = input.strings(0)?;
        input.to_numbers::<Int32Type>(|row| {
            Ok(match parse(texts.value(row), Dialect::default()) {
                Some(Json::Array(elements)) => i32::try_from(elements.len()).ok(),
                _ => None,
            })
        })
    }))
}

/// The names of the outermost object; NULL for anything else.
pub(in crate::format) fn json_object_keys(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let strings = DataType::List(Field::new("element", DataType::Utf8, true).into());
    Ok(apply("json_object_keys", strings, vec![expect::only_string(call, 0)?], |input| {
        let texts = input.strings(0)?;
        input.to_string_lists(|row, out| {
            let Some(Json::Object(fields)) = parse(texts.value(row), Dialect::default()) else {
                return Ok(false);
            };
            fields.iter().for_each(|(name, _)| out.append_value(name));
            Ok(true)
        })
    }))
}
