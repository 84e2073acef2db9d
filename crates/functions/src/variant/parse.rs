//! `parse_json` and `try_parse_json`.

use std::borrow::Cow;

use datafusion::logical_expr::Expr;
use lang::{Error, Result, RuntimeClass};

use super::column::{VariantBuilder, variant_field};
use super::value::Value;
use crate::format::{Json, parse_strict};
use crate::scalar::{Body, Input, apply_field};
use crate::{Call, types};

/// `parse_json(text)`: malformed texts and repeated keys are errors.
pub(super) fn parse_json(call: &Call<'_>) -> Result<Expr> {
    build(call, "parse_json", |input| run(input, true))
}

/// `try_parse_json(text)`: NULL instead of an error.
pub(super) fn try_parse_json(call: &Call<'_>) -> Result<Expr> {
    build(call, "try_parse_json", |input| run(input, false))
}

fn build(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    let is_text = types::is_string(argument.data_type());
    if !is_text && *argument.data_type() != arrow::datatypes::DataType::Null {
        return Err(call.unexpected_type(0, "\"STRING\""));
    }
    let text = crate::expect::string(call, 0)?;
    Ok(apply_field(name, variant_field(name), vec![text], body))
}

fn run(input: &Input, fails: bool) -> Result<arrow::array::ArrayRef> {
    let texts = input.strings(0)?;
    let mut builder = VariantBuilder::default();
    for row in 0..input.rows {
        if input.is_null(0, row) {
            builder.append_null();
            continue;
        }
        let text = texts.value(row);
        let value = parse_strict(text).and_then(convert);
        let done = match &value {
            Some(value) => builder.append(value, "parse_json"),
            None => Err(malformed(text)),
        };
        match done {
            Ok(()) => {}
            Err(_) if !fails => builder.append_null(),
            Err(error) if error.condition() == "VARIANT_DUPLICATE_KEY" => return Err(malformed(text)),
            Err(error) => return Err(error),
        }
    }
    builder.finish()
}

fn malformed(text: &str) -> Error {
    Error::runtime(RuntimeClass::Other, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION")
        .with("badRecord", text)
        .with("failFastMode", "FAILFAST")
}

/// Adds a parsed JSON value; NULL, and `false`, where it cannot be a variant.
pub(crate) fn append_json(builder: &mut VariantBuilder, json: Json<'_>) -> Result<bool> {
    let done = match convert(json) {
        Some(value) => builder.append(&value, "from_json").is_ok(),
        None => false,
    };
    if !done {
        builder.append_null();
    }
    Ok(done)
}

/// `None` for numbers that are none.
fn convert(json: Json<'_>) -> Option<Value<'_>> {
    Some(match json {
        Json::Null => Value::Null,
        Json::Boolean(value) => Value::Boolean(value),
        Json::Number(text) => number(text)?,
        Json::String(text) => Value::Text(text),
        Json::Array(elements) => Value::Array(elements.into_iter().map(convert).collect::<Option<_>>()?),
        Json::Object(fields) => {
            let fields: Option<Vec<(Cow<'_, str>, Value<'_>)>> =
                fields.into_iter().map(|(name, value)| Some((name, convert(value)?))).collect();
            Value::Object(fields?)
        }
    })
}

/// Integers as they are, decimals up to 38 digits, all else as a double.
fn number(text: &str) -> Option<Value<'static>> {
    if let Ok(value) = text.parse::<i64>() {
        return Some(Value::Long(value));
    }
    decimal(text).or_else(|| text.parse().ok().map(Value::Double))
}

fn decimal(text: &str) -> Option<Value<'static>> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let scale = u8::try_from(fraction.len()).ok().filter(|scale| *scale <= 38)?;
    let all = format!("{integer}{fraction}");
    let significant = all.trim_start_matches('0');
    if !all.bytes().all(|b| b.is_ascii_digit()) || significant.len() > 38 {
        return None;
    }
    let value: i128 = if significant.is_empty() { 0 } else { significant.parse().ok()? };
    Some(Value::Decimal(if negative { -value } else { value }, scale))
}
