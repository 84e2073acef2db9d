//! Casts of strings to numbers and booleans, by Spark's grammar.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, PrimitiveArray, StringArray};
use arrow::datatypes::{Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type};
use lang::{DataType as Spark, Error, Result, RuntimeClass};

use super::kernel::{Mode, Options, invalid_input, unexpected};
use super::to_decimal::rescale;
use crate::coercion::MAX_PRECISION;
use crate::error::decimal_out_of_range;

/// An array of strings as `target`.
pub(super) fn cast(array: &ArrayRef, target: &Spark, options: &Options) -> Result<ArrayRef> {
    let array = array.as_string::<i32>();
    let fraction = options.mode == Mode::Legacy;
    macro_rules! integers {
        ($t:ty, $n:ty) => {{
            let parse = |text: &str| parse_long(text, fraction).and_then(|value| <$n>::try_from(value).ok());
            Arc::new(parsed::<$t>(array, target, options, parse)?)
        }};
    }
    Ok(match target {
        Spark::Byte => integers!(Int8Type, i8),
        Spark::Short => integers!(Int16Type, i16),
        Spark::Integer => integers!(Int32Type, i32),
        Spark::Long => integers!(Int64Type, i64),
        Spark::Float => Arc::new(parsed::<Float32Type>(array, target, options, parse_float)?),
        Spark::Double => Arc::new(parsed::<Float64Type>(array, target, options, parse_double)?),
        Spark::Decimal { precision, scale } => to_decimals(array, target, *precision, *scale, options)?,
        Spark::Boolean => {
            let convert = |text: Option<&str>| match text {
                None => Ok(None),
                Some(text) => match parse_boolean(text) {
                    None => options.reject(|| invalid_input(text, target, RuntimeClass::Other)),
                    value => Ok(value),
                },
            };
            Arc::new(array.iter().map(convert).collect::<Result<BooleanArray>>()?)
        }
        _ => return Err(unexpected(&Spark::STRING, target)),
    })
}

fn parsed<T: ArrowPrimitiveType>(
    array: &StringArray,
    target: &Spark,
    options: &Options,
    parse: impl Fn(&str) -> Option<T::Native>,
) -> Result<PrimitiveArray<T>> {
    let mut builder = PrimitiveArray::<T>::builder(array.len());
    for text in array.iter() {
        let value = match text {
            None => None,
            Some(text) => match parse(text) {
                None => options.reject(|| invalid_input(text, target, RuntimeClass::NumberFormat))?,
                value => value,
            },
        };
        builder.append_option(value);
    }
    Ok(builder.finish())
}

fn to_decimals(
    array: &StringArray,
    target: &Spark,
    precision: u8,
    scale: i8,
    options: &Options,
) -> Result<ArrayRef> {
    let mut builder = PrimitiveArray::<Decimal128Type>::builder(array.len());
    for text in array.iter() {
        let value = match text.map(|text| (text, parse_decimal(text))) {
            None => None,
            Some((text, None)) => {
                options.reject(|| invalid_input(text, target, RuntimeClass::NumberFormat))?
            }
            Some((text, Some((value, from)))) => match rescale(value, from, precision, scale) {
                None => options.reject(|| too_large(text, value, from, precision, scale))?,
                value => value,
            },
        };
        builder.append_option(value);
    }
    let array = builder.finish().with_precision_and_scale(precision, scale);
    Ok(Arc::new(array.map_err(|e| Error::internal(e.to_string()))?))
}

fn too_large(text: &str, value: i128, from: i8, precision: u8, scale: i8) -> Error {
    let text = trim(text);
    if rescale(value, from, MAX_PRECISION, 0).is_none() {
        let error = Error::runtime(RuntimeClass::Arithmetic, "NUMERIC_OUT_OF_SUPPORTED_RANGE");
        return error.with("value", text);
    }
    decimal_out_of_range(text, precision, scale)
}

/// `text` without the white space and control characters around it that Spark ignores.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ' || c == '\u{7f}')
}

/// An integer; with `fraction` a fraction of digits is cut off.
pub fn parse_long(text: &str, fraction: bool) -> Option<i64> {
    let bytes = trim(text).as_bytes();
    let (negative, digits) = match bytes.first()? {
        b'-' => (true, &bytes[1..]),
        b'+' => (false, &bytes[1..]),
        _ => (false, bytes),
    };
    let (digits, rest) = match digits.iter().position(|b| *b == b'.') {
        Some(point) if fraction => (&digits[..point], &digits[point + 1..]),
        _ => (digits, &[][..]),
    };
    let nothing = digits.is_empty() && (!fraction || bytes.last() != Some(&b'.') && rest.is_empty());
    if nothing || !rest.iter().all(u8::is_ascii_digit) {
        return None;
    }
    // Counting down reaches the smallest long, which has no positive counterpart.
    let value = digits.iter().try_fold(0_i64, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        value.checked_mul(10)?.checked_sub(digit)
    })?;
    if negative { Some(value) } else { value.checked_neg() }
}

/// A double: Java's grammar (suffixes `d` and `f` included) and the words Spark adds.
pub fn parse_double(text: &str) -> Option<f64> {
    parse_floating(text, str::parse).map(|(value, special)| special.unwrap_or(value))
}

fn parse_float(text: &str) -> Option<f32> {
    parse_floating(text, str::parse).map(|(value, special)| special.map_or(value, |s| s as f32))
}

/// The number, or (beside a dummy) the special value that the text names.
fn parse_floating<F: Default, E>(
    text: &str,
    parse: impl Fn(&str) -> Result<F, E>,
) -> Option<(F, Option<f64>)> {
    let text = trim(text);
    let number = text.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(text);
    let plain = number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if plain && number.bytes().any(|b| b.is_ascii_digit()) {
        return parse(number).ok().map(|value| (value, None));
    }
    // A sign before this one is Java's, which knows it in one spelling only.
    if matches!(text, "+NaN" | "-NaN") {
        return Some((F::default(), Some(f64::NAN)));
    }
    let word = text.to_ascii_lowercase();
    let special = match word.as_str() {
        "inf" | "+inf" | "infinity" | "+infinity" => f64::INFINITY,
        "-inf" | "-infinity" => f64::NEG_INFINITY,
        "nan" => f64::NAN,
        _ => return None,
    };
    Some((F::default(), Some(special)))
}

/// A decimal number as (unscaled value, scale); beyond what 128 bits hold, excess fraction digits are rounded off.
pub fn parse_decimal(text: &str) -> Option<(i128, i8)> {
    let text = trim(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], parse_exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let (negative, digits) = match mantissa.as_bytes().first()? {
        b'-' => (true, &mantissa[1..]),
        b'+' => (false, &mantissa[1..]),
        _ => (false, mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value: i128 = 0;
    let mut scale = fraction.len() as i64 - exponent;
    let mut dropped = None;
    for byte in whole.bytes().chain(fraction.bytes()) {
        let digit = byte.is_ascii_digit().then(|| i128::from(byte - b'0'))?;
        let longer = value.checked_mul(10).and_then(|v| v.checked_add(digit)).filter(|_| dropped.is_none());
        match longer {
            Some(longer) => value = longer,
            None => {
                dropped.get_or_insert(digit);
                scale -= 1;
            }
        }
    }
    if dropped.is_some_and(|digit| digit >= 5) {
        value = value.checked_add(1)?;
    }
    let value = if negative { -value } else { value };
    fit_scale(value, scale)
}

/// Brings a scale of any size into what a rescaling can work with.
fn fit_scale(value: i128, scale: i64) -> Option<(i128, i8)> {
    match scale {
        _ if value == 0 => Some((0, 0)),
        0..=76 => Some((value, scale as i8)),
        // Nothing of the value is left at any scale a decimal can have.
        77.. => Some((0, 0)),
        _ => {
            let shift = u32::try_from(-scale).ok()?;
            // Too many digits for any decimal: kept as a value that no precision admits.
            Some((10_i128.checked_pow(shift).and_then(|p| value.checked_mul(p)).unwrap_or(i128::MAX), 0))
        }
    }
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value: i64 = digits.parse().unwrap_or(i64::from(i32::MAX)).min(i64::from(i32::MAX));
    Some(if text.starts_with('-') { -value } else { value })
}

/// `t`, `true`, `y`, `yes`, `1` and their opposites, in any case.
pub fn parse_boolean(text: &str) -> Option<bool> {
    let text = trim(text);
    let is_one_of = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(&["t", "true", "y", "yes", "1"]) {
        return Some(true);
    }
    is_one_of(&["f", "false", "n", "no", "0"]).then_some(false)
}
