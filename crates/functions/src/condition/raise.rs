//! `raise_error` and `assert_true`.

use arrow::array::{ArrayRef, AsArray, new_null_array};
use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use crate::coercion::is_string;
use crate::scalar::{self, Input};
use crate::{Call, cast, types};

/// `raise_error(message)`: fails as soon as a row reaches it.
pub(super) fn raise_error(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    if call.arguments.len() == 2 {
        return Err(Error::unsupported("raise_error with an error class"));
    }
    let message = cast::implicit(&call.arguments[0], &DataType::Utf8, call.context)?;
    // Volatile, so that nothing evaluates it ahead of the rows.
    Ok(scalar::apply_volatile(
        "raise_error",
        Field::new("raise_error", DataType::Null, true),
        vec![message],
        fail,
    ))
}

fn fail(input: &Input) -> Result<ArrayRef> {
    if input.rows == 0 {
        return Ok(new_null_array(&DataType::Null, 0));
    }
    let message = if input.is_null(0, 0) { "null" } else { input.strings(0)?.value(0) };
    Err(Error::runtime(RuntimeClass::Other, "USER_RAISED_EXCEPTION").with("errorMessage", message))
}

/// `assert_true(condition[, message])`: NULL, or the error.
pub(super) fn assert_true(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let condition = cast::implicit(&call.arguments[0], &DataType::Boolean, call.context)?;
    let message = match call.arguments.get(1) {
        Some(message) if is_string(&types::from_field(&message.field)) => message.expr.clone(),
        Some(message) => cast::implicit(message, &DataType::Utf8, call.context)?,
        None => lit(format!("'{}' is not true!", call.arguments[0].name())),
    };
    let returns = Field::new("assert_true", DataType::Null, true);
    Ok(scalar::apply_volatile("assert_true", returns, vec![condition, message], check))
}

fn check(input: &Input) -> Result<ArrayRef> {
    let conditions = input.column(0)?;
    let conditions = conditions.as_boolean();
    let messages = input.strings(1)?;
    for row in 0..input.rows {
        let holds = !input.is_null(0, row) && conditions.value(row);
        if !holds {
            let message = if input.is_null(1, row) { "null" } else { messages.value(row) };
            return Err(
                Error::runtime(RuntimeClass::Other, "USER_RAISED_EXCEPTION").with("errorMessage", message)
            );
        }
    }
    Ok(new_null_array(&DataType::Null, input.rows))
}
