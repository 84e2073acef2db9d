//! `to_char` of numbers and binaries, `to_number` and its tolerant form.

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal128Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::number_pattern::NumberPattern;
use super::{charset, encoding};
use crate::scalar::{Input, apply};
use crate::{Call, expect};

/// `to_char(number, format)`; binaries take `base64`, `hex` or `utf-8`, dates and timestamps a datetime pattern.
pub(super) fn to_char(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let argument = &call.arguments[0];
    match argument.data_type() {
        DataType::Date32 | DataType::Timestamp(..) => return delegate(call, "date_format"),
        given if expect::is_binary(given) => return binary(call),
        _ => {}
    }
    let decimal = match argument.data_type() {
        DataType::Decimal128(p, s) => DataType::Decimal128(*p, *s),
        DataType::Int8 => DataType::Decimal128(3, 0),
        DataType::Int16 => DataType::Decimal128(5, 0),
        DataType::Int32 => DataType::Decimal128(10, 0),
        DataType::Int64 => DataType::Decimal128(20, 0),
        DataType::Float32 => DataType::Decimal128(14, 7),
        _ => DataType::Decimal128(30, 15),
    };
    let number = expect::number(call, 0, &decimal)?;
    let Some(format) = expect::constant_string(call, 1)? else { return Ok(lit(ScalarValue::Utf8(None))) };
    NumberPattern::parse(&format)?;
    Ok(apply("to_char", DataType::Utf8, vec![number, lit(format)], print))
}

fn delegate(call: &Call<'_>, name: &str) -> Result<Expr> {
    match crate::registry::find(name).map(|definition| definition.kind) {
        Some(crate::Kind::Scalar(build)) => build(call),
        _ => Err(Error::unsupported("to_char of dates and timestamps")),
    }
}

fn binary(call: &Call<'_>) -> Result<Expr> {
    let format = expect::constant_string(call, 1)?.unwrap_or_default();
    match format.to_ascii_lowercase().as_str() {
        "base64" => Ok(encoding::base64_of(call.arguments[0].expr.clone())),
        "hex" => Ok(crate::math::hex_of(call.arguments[0].expr.clone())),
        "utf-8" => Ok(charset::decode_utf8(call.arguments[0].expr.clone())),
        _ => Err(Error::analysis("INVALID_PARAMETER_VALUE.BINARY_FORMAT")
            .with("functionName", format!("`{}`", call.name))),
    }
}

fn print(input: &Input) -> Result<ArrayRef> {
    let pattern = NumberPattern::parse(input.constant_string(1).unwrap_or_default())?;
    let numbers = input.raw(0).as_primitive::<Decimal128Type>();
    input.to_strings(|row, out| {
        let text = numbers.value_as_string(input.position(0, row));
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.as_str()),
        };
        let (integral, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let printed =
            pattern.print(negative, integral.trim_start_matches('0'), fraction.trim_end_matches('0'));
        out.push_str(&printed);
        Ok(())
    })
}

/// `to_number(text, format)`: a decimal of the format's digits.
pub(super) fn to_number(call: &Call<'_>) -> Result<Expr> {
    build(call, "to_number", |input| read(input, false))
}

/// [`to_number`] that yields NULL for what does not match.
pub(super) fn try_to_number(call: &Call<'_>) -> Result<Expr> {
    build(call, "try_to_number", |input| read(input, true))
}

fn build(call: &Call<'_>, name: &'static str, body: crate::scalar::Body) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let text = expect::string(call, 0)?;
    let Some(format) = expect::constant_string(call, 1)? else {
        return Ok(lit(ScalarValue::Decimal128(None, 10, 0)));
    };
    let pattern = NumberPattern::parse(&format)?;
    let precision = pattern.integral + pattern.fraction;
    if precision > 38 {
        return Err(Error::analysis("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION")
            .with("precision", precision.to_string())
            .with("maxPrecision", "38"));
    }
    let returns = DataType::Decimal128(precision as u8, pattern.fraction as i8);
    Ok(apply(name, returns, vec![text, lit(format)], body))
}

fn read(input: &Input, tolerant: bool) -> Result<ArrayRef> {
    let pattern = NumberPattern::parse(input.constant_string(1).unwrap_or_default())?;
    let texts = input.strings(0)?;
    let numbers = input.to_numbers::<Decimal128Type>(|row| {
        let text = texts.value(row);
        let value = pattern.read(text);
        if value.is_none() && !tolerant {
            return Err(Error::runtime(RuntimeClass::Other, "INVALID_FORMAT.MISMATCH_INPUT")
                .with("format", pattern.text())
                .with("inputType", "\"STRING\"")
                .with("input", text));
        }
        Ok(value)
    })?;
    let DataType::Decimal128(precision, scale) = *input.returns.data_type() else {
        return Err(Error::internal("to_number returns a decimal"));
    };
    let numbers = numbers.as_primitive::<Decimal128Type>().clone().with_precision_and_scale(precision, scale);
    Ok(std::sync::Arc::new(numbers.map_err(|e| crate::error::from_arrow(&e))?))
}
