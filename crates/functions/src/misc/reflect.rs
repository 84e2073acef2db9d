//! `java_method` (`reflect`), `try_reflect`: calls of static methods of Java's everyday classes.
//!
//! There is no Java here: the methods of [`java`] are written out. Others are refused by name.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, StringBuilder};
use arrow::datatypes::{
    DataType, Field, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::java::{self, Found, Value};
use crate::scalar::{Body, Input, apply_volatile};
use crate::types::is_string;
use crate::{Call, expect};

const ACCEPTED: &str = "(\"BOOLEAN\" or \"TINYINT\" or \"SMALLINT\" or \"INT\" or \"BIGINT\" or \"FLOAT\" or \
                        \"DOUBLE\" or \"STRING\")";

/// `reflect(class, method [, argument …])`
pub(super) fn reflect(call: &Call<'_>) -> Result<Expr> {
    build(call, "reflect", |input| invoked(input, false))
}

/// `try_reflect(class, method [, argument …])`: NULL when the method throws.
pub(super) fn try_reflect(call: &Call<'_>) -> Result<Expr> {
    build(call, "try_reflect", |input| invoked(input, true))
}

fn build(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    call.expect_arguments(2..=usize::MAX)?;
    let (class, method) = (constant(call, 0, "class")?, constant(call, 1, "method")?);
    for (index, argument) in call.arguments.iter().enumerate().skip(2) {
        if letter(argument.data_type()).is_none() {
            return Err(call.unexpected_type(index, ACCEPTED));
        }
    }
    let letters: String = call.arguments[2..].iter().filter_map(|a| letter(a.data_type())).collect();
    match java::find(&class, &method, &letters) {
        Found::Method(_) => {}
        Found::OtherArguments => {
            return Err(Error::analysis("DATATYPE_MISMATCH.UNEXPECTED_STATIC_METHOD")
                .with("sqlExpr", format!("\"{}\"", call.sql()))
                .with("methodName", method)
                .with("className", class));
        }
        Found::Nothing => return Err(Error::unsupported(format!("{name} of {class}.{method}"))),
    }
    let mut args = vec![lit(class), lit(method)];
    args.extend(call.arguments[2..].iter().map(|a| a.expr.clone()));
    Ok(apply_volatile(name, Field::new(name, DataType::Utf8, true), args, body))
}

/// The constant text of an argument.
fn constant(call: &Call<'_>, index: usize, name: &str) -> Result<String> {
    let argument = &call.arguments[index];
    let text = match is_string(argument.data_type()) {
        true => expect::constant(call, index)?,
        false => None,
    };
    text.as_ref().and_then(|value| value.try_as_str().flatten().map(str::to_string)).ok_or_else(|| {
        Error::analysis("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("inputName", format!("`{name}`"))
            .with("inputType", "\"STRING\"")
            .with("inputExpr", format!("\"{}\"", argument.name()))
    })
}

/// The letter that stands for a type in a method's signature.
fn letter(data_type: &DataType) -> Option<char> {
    Some(match data_type {
        DataType::Boolean => 'Z',
        DataType::Int8 => 'B',
        DataType::Int16 => 'S',
        DataType::Int32 => 'I',
        DataType::Int64 => 'J',
        DataType::Float32 => 'F',
        DataType::Float64 => 'D',
        given if is_string(given) => 'T',
        _ => return None,
    })
}

fn invoked(input: &Input, tolerant: bool) -> Result<ArrayRef> {
    let (Some(class), Some(method)) = (input.constant_string(0), input.constant_string(1)) else {
        return Err(Error::internal("class and method of reflect are constants"));
    };
    let letters: String = (2..input.len()).filter_map(|i| letter(input.data_type(i))).collect();
    let Found::Method(run) = java::find(class, method, &letters) else {
        return Err(Error::internal(format!("{class}.{method} was found before")));
    };
    let mut texts = StringBuilder::new();
    let mut values = Vec::with_capacity(input.len());
    for row in 0..input.rows {
        values.clear();
        for index in 2..input.len() {
            values.extend(value(input, index, row)?);
        }
        // A NULL among the arguments is no value of Java's primitive types.
        let result = if values.len() + 2 == input.len() { run(&values) } else { Err("null".to_string()) };
        match result {
            Ok(text) => texts.append_value(text),
            Err(_) if tolerant => texts.append_null(),
            Err(reason) => {
                return Err(Error::runtime(RuntimeClass::Other, "INTERNAL_ERROR")
                    .with_message(format!("{class}.{method} failed: {reason}")));
            }
        }
    }
    Ok(Arc::new(texts.finish()))
}

fn value<'a>(input: &'a Input, index: usize, row: usize) -> Result<Option<Value<'a>>> {
    if input.is_null(index, row) {
        return Ok(None);
    }
    let (array, at) = (input.raw(index), input.position(index, row));
    Ok(Some(match array.data_type() {
        DataType::Boolean => Value::Bool(array.as_boolean().value(at)),
        DataType::Int8 => Value::Whole(array.as_primitive::<Int8Type>().value(at).into()),
        DataType::Int16 => Value::Whole(array.as_primitive::<Int16Type>().value(at).into()),
        DataType::Int32 => Value::Whole(array.as_primitive::<Int32Type>().value(at).into()),
        DataType::Int64 => Value::Whole(array.as_primitive::<Int64Type>().value(at)),
        DataType::Float32 => Value::Number(array.as_primitive::<Float32Type>().value(at).into()),
        DataType::Float64 => Value::Number(array.as_primitive::<Float64Type>().value(at)),
        _ => Value::Text(input.strings(index)?.value(row)),
    }))
}
