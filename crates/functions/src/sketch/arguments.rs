//! The signatures of the sketch functions: defaults that Spark prints, constants and implicit casts.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use lang::Result;

use super::errors::{invalid_size, type_check};
use crate::aggregate::{constant, not_foldable, unexpected_null};
use crate::types::{TYPE_KEY, is_string};
use crate::{Argument, Call, cast, expect};

/// The logarithm of how many entries theta and tuple sketches keep.
pub(super) const DEFAULT_LG_ENTRIES: i32 = 12;
const LG_ENTRIES: [i32; 2] = [4, 26];

/// The call with the arguments that were left out, as Spark prints it in messages.
pub(super) fn filled<'a>(call: &Call<'a>, count: usize, defaults: &[ScalarValue]) -> Result<Call<'a>> {
    let least = count - defaults.len();
    call.expect_arguments(least..=count)?;
    let mut arguments = call.arguments.clone();
    for value in &defaults[arguments.len() - least..] {
        let field = Field::new(value.to_string(), value.data_type(), false);
        arguments.push(Argument { expr: lit(value.clone()), field: Arc::new(field), keyword: None });
    }
    Ok(Call {
        name: call.name,
        arguments,
        distinct: call.distinct,
        filter: call.filter.clone(),
        order_by: call.order_by.clone(),
        ignore_nulls: call.ignore_nulls,
        context: call.context,
    })
}

/// A sketch: BINARY, or NULL.
pub(super) fn sketch(call: &Call<'_>, index: usize) -> Result<Expr> {
    let argument = &call.arguments[index];
    match argument.data_type() {
        given if expect::is_binary(given) => Ok(argument.expr.clone()),
        DataType::Null => cast::implicit(argument, &DataType::Binary, call.context),
        _ => Err(call.unexpected_type(index, "\"BINARY\"")),
    }
}

/// [`sketch`] for functions to which Spark casts strings.
pub(super) fn sketch_or_text(call: &Call<'_>, index: usize) -> Result<Expr> {
    let argument = &call.arguments[index];
    match argument.data_type() {
        given if is_string(given) => cast::implicit(argument, &DataType::Binary, call.context),
        _ => sketch(call, index),
    }
}

/// The INT constant at `index`; `None` for NULL and for what is not constant, which `is_constant` tells apart.
pub(super) struct Size {
    pub(super) value: Option<i32>,
    pub(super) is_constant: bool,
}

/// The INT argument at `index`.
pub(super) fn size(call: &Call<'_>, index: usize) -> Result<Size> {
    if !matches!(call.arguments[index].data_type(), DataType::Int32 | DataType::Null) {
        return Err(call.unexpected_type(index, "\"INT\""));
    }
    Ok(match constant(call, index)? {
        Some(ScalarValue::Int32(value)) => Size { value, is_constant: true },
        Some(_) => Size { value: None, is_constant: true },
        None => Size { value: None, is_constant: false },
    })
}

/// The checked `lgNomEntries` of a tuple function.
pub(super) fn lg_entries(call: &Call<'_>, index: usize) -> Result<u8> {
    let size = size(call, index)?;
    if !size.is_constant {
        return Err(not_foldable(call, index, "lgNomEntries", "INT"));
    }
    let value = size.value.ok_or_else(|| unexpected_null(call, "lgNomEntries"))?;
    check_lg_entries(value, call.name).map_err(|error| type_check(call, &error))
}

/// # Errors
/// `SKETCH_INVALID_LG_NOM_ENTRIES`; the least size of Spark's is refused by name, as the library begins one above it.
pub(super) fn check_lg_entries(value: i32, function: &str) -> Result<u8> {
    match u8::try_from(value) {
        Ok(lg) if i32::from(lg) == LG_ENTRIES[0] => {
            Err(lang::Error::unsupported(format!("{function} with an lgNomEntries of {lg}")))
        }
        Ok(lg) if (LG_ENTRIES[0]..=LG_ENTRIES[1]).contains(&value) => Ok(lg),
        _ => Err(invalid_size("SKETCH_INVALID_LG_NOM_ENTRIES", function, LG_ENTRIES, value)),
    }
}

/// Refuses strings whose collation equates different bytes: keys are hashed as they are.
pub(super) fn refuse_collation(argument: &Argument, function: &str) -> Result<()> {
    match argument.field.metadata().get(TYPE_KEY) {
        Some(text) if text.to_ascii_uppercase().contains("COLLATE") => {
            Err(lang::Error::unsupported(format!("{function} of strings with a collation")))
        }
        _ => Ok(()),
    }
}
