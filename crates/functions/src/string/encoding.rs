//! Characters and bytes as text: `ascii`, `chr`, `base64`, `to_binary`, UTF-8 validation.

use std::borrow::Cow;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::base64;
use crate::math::hex;
use crate::scalar::{Input, apply};
use crate::{Call, expect};

/// The code point of the first character.
pub(super) fn ascii(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("ascii", DataType::Int32, vec![expect::string(call, 0)?], |input| {
        let strings = input.strings(0)?;
        input.to_numbers::<Int32Type>(|row| {
            Ok(Some(strings.value(row).chars().next().map_or(0, |c| c as i32)))
        })
    }))
}

/// The character of a code point, of which only the lowest byte counts.
pub(super) fn chr(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("chr", DataType::Utf8, vec![expect::long(call, 0)?], |input| {
        let codes = input.numbers::<arrow::datatypes::Int64Type>(0)?;
        input.to_strings(|row, out| {
            let code = codes.value(row);
            if code >= 0 {
                out.push((code & 0xFF) as u8 as char);
            }
            Ok(())
        })
    }))
}

pub(super) fn encode_base64(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(base64_of(expect::binary(call, 0)?))
}

/// The base64 text of a binary expression.
pub(super) fn base64_of(binary: Expr) -> Expr {
    apply("base64", DataType::Utf8, vec![binary], |input| {
        let bytes = input.bytes(0)?;
        input.to_strings(|row, out| {
            let _ = base64::encode(bytes.value(row), out);
            Ok(())
        })
    })
}

pub(super) fn unbase64(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("unbase64", DataType::Binary, vec![expect::string(call, 0)?], |input| {
        let strings = input.strings(0)?;
        input.to_binaries(|row| {
            let text = strings.value(row);
            let bytes = base64::decode_lenient(text).ok_or_else(|| conversion_error(text, "BASE64"))?;
            Ok(Some(Cow::Owned(bytes)))
        })
    }))
}

/// `to_binary(text[, format])` with the formats `hex` (default), `utf-8`, `utf8` and `base64`.
pub(super) fn to_binary(call: &Call<'_>) -> Result<Expr> {
    Ok(apply("to_binary", DataType::Binary, binary_arguments(call)?, |input| run_to_binary(input, false)))
}

/// [`to_binary`] that yields NULL for malformed text.
pub(super) fn try_to_binary(call: &Call<'_>) -> Result<Expr> {
    Ok(apply("try_to_binary", DataType::Binary, binary_arguments(call)?, |input| run_to_binary(input, true)))
}

fn binary_arguments(call: &Call<'_>) -> Result<Vec<Expr>> {
    call.expect_arguments(1..=2)?;
    let mut format = Some("hex".to_string());
    if call.arguments.len() == 2 {
        format = expect::constant_string(call, 1)?.map(|format| format.to_ascii_lowercase());
        if !matches!(format.as_deref(), None | Some("hex" | "utf-8" | "utf8" | "base64")) {
            return Err(Error::analysis("DATATYPE_MISMATCH.INVALID_ARG_VALUE")
                .with("sqlExpr", format!("\"{}\"", call.sql()))
                .with("inputName", "fmt")
                .with("requireType", "case-insensitive \"STRING\" literal")
                .with("validValues", "'hex', 'utf-8', 'utf8', or 'base64'")
                .with("inputValue", format!("'{}'", format.unwrap_or_default())));
        }
    }
    Ok(vec![expect::string(call, 0)?, lit(datafusion::common::ScalarValue::Utf8(format))])
}

fn run_to_binary(input: &Input, tolerant: bool) -> Result<ArrayRef> {
    let (texts, formats) = (input.strings(0)?, input.strings(1)?);
    input.to_binaries(|row| {
        let text = texts.value(row);
        let (bytes, format) = match formats.value(row) {
            "hex" => (hex::decode(text).map(Cow::Owned), "HEX"),
            "base64" if !base64::is_well_formed(text) => (None, "BASE64"),
            "base64" => (base64::decode_lenient(text).map(Cow::Owned), "BASE64"),
            _ => (Some(Cow::Borrowed(text.as_bytes())), "UTF-8"),
        };
        if bytes.is_none() && !tolerant { Err(conversion_error(text, format)) } else { Ok(bytes) }
    })
}

fn conversion_error(text: &str, format: &str) -> Error {
    Error::runtime(RuntimeClass::Other, "CONVERSION_INVALID_INPUT")
        .with("str", format!("'{text}'"))
        .with("fmt", format!("'{format}'"))
        .with("targetType", "\"BINARY\"")
        .with("suggestion", "`try_to_binary`")
}

pub(super) fn is_valid_utf8(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("is_valid_utf8", DataType::Boolean, vec![expect::string_or_binary(call, 0)?], |input| {
        let bytes = input.bytes(0)?;
        input.to_booleans(|row| Ok(Some(std::str::from_utf8(bytes.value(row)).is_ok())))
    }))
}

/// Malformed sequences become U+FFFD.
pub(super) fn make_valid_utf8(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("make_valid_utf8", DataType::Utf8, vec![expect::string_or_binary(call, 0)?], |input| {
        let bytes = input.bytes(0)?;
        input.to_strings(|row, out| {
            out.push_str(&String::from_utf8_lossy(bytes.value(row)));
            Ok(())
        })
    }))
}

pub(super) fn validate_utf8(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let arguments = vec![expect::string_or_binary(call, 0)?];
    Ok(apply("validate_utf8", DataType::Utf8, arguments, |input| validate(input, false)))
}

pub(super) fn try_validate_utf8(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let arguments = vec![expect::string_or_binary(call, 0)?];
    Ok(apply("try_validate_utf8", DataType::Utf8, arguments, |input| validate(input, true)))
}

fn validate(input: &Input, tolerant: bool) -> Result<ArrayRef> {
    let values = input.bytes(0)?;
    input.to_strings(|row, out| {
        let bytes = values.value(row);
        match std::str::from_utf8(bytes) {
            Ok(text) => out.push_str(text),
            Err(_) if tolerant => out.null(),
            Err(_) => {
                let shown: String = bytes.iter().map(|b| format!("\\x{b:02X}")).collect();
                return Err(Error::runtime(RuntimeClass::Other, "INVALID_UTF8_STRING").with("str", shown));
            }
        }
        Ok(())
    })
}

/// `collation(text)`: the only collation there is.
pub(super) fn collation(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    expect::only_string(call, 0)?;
    Ok(lit("SYSTEM.BUILTIN.UTF8_BINARY"))
}

/// `collate(text, name)`: only the binary collation is supported.
pub(super) fn collate(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let name = expect::constant_string(call, 1)?.unwrap_or_default();
    let plain = name.rsplit('.').next().unwrap_or_default();
    if !plain.eq_ignore_ascii_case("UTF8_BINARY") {
        return Err(Error::unsupported(format!("the collation {name}")));
    }
    expect::string(call, 0)
}

/// `quote(text)`: a SQL string literal.
pub(super) fn quote(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("quote", DataType::Utf8, vec![expect::string(call, 0)?], |input| {
        let strings = input.strings(0)?;
        input.to_strings(|row, out| {
            out.push('\'');
            for c in strings.value(row).chars() {
                if matches!(c, '\'') {
                    out.push('\\');
                }
                out.push(c);
            }
            out.push('\'');
            Ok(())
        })
    }))
}
