//! `encode` and `decode` between strings and the bytes of a character set.

use std::borrow::Cow;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, lit, when};
use lang::{Error, Result, RuntimeClass};

use crate::scalar::{Input, apply};
use crate::{Argument, Call, cast, coercion, expect};

#[derive(Clone, Copy, PartialEq)]
enum Charset {
    Ascii,
    Latin1,
    Utf8,
    Utf16,
    Utf16Be,
    Utf16Le,
    Utf32,
}

const CHARSETS: &[(&str, Charset)] = &[
    ("iso-8859-1", Charset::Latin1),
    ("us-ascii", Charset::Ascii),
    ("utf-16", Charset::Utf16),
    ("utf-16be", Charset::Utf16Be),
    ("utf-16le", Charset::Utf16Le),
    ("utf-32", Charset::Utf32),
    ("utf-8", Charset::Utf8),
];

impl Charset {
    fn find(name: &str, function: &str) -> Result<Self> {
        let found = CHARSETS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, charset)| *charset).ok_or_else(|| {
            let known: Vec<_> = CHARSETS.iter().map(|(name, _)| *name).collect();
            Error::runtime(RuntimeClass::Other, "INVALID_PARAMETER_VALUE.CHARSET")
                .with("functionName", format!("`{function}`"))
                .with("parameter", "`charset`")
                .with("charset", name)
                .with("charsets", known.join(", "))
        })
    }

    fn encode<'a>(self, text: &'a str) -> Option<Cow<'a, [u8]>> {
        let owned: Vec<u8> = match self {
            Charset::Utf8 => return Some(Cow::Borrowed(text.as_bytes())),
            Charset::Ascii => return text.is_ascii().then_some(Cow::Borrowed(text.as_bytes())),
            Charset::Latin1 => {
                text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<_>>()?
            }
            Charset::Utf16 => {
                [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
            }
            Charset::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Charset::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Charset::Utf32 => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        };
        Some(Cow::Owned(owned))
    }

    fn decode<'a>(self, bytes: &'a [u8]) -> Option<Cow<'a, str>> {
        match self {
            Charset::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Charset::Ascii => std::str::from_utf8(bytes).ok().filter(|t| t.is_ascii()).map(Cow::Borrowed),
            Charset::Latin1 => Some(Cow::Owned(bytes.iter().map(|b| *b as char).collect())),
            Charset::Utf16 => match bytes {
                [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
                [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
                _ => utf16(bytes, u16::from_be_bytes),
            },
            Charset::Utf16Be => utf16(bytes, u16::from_be_bytes),
            Charset::Utf16Le => utf16(bytes, u16::from_le_bytes),
            Charset::Utf32 => utf32(bytes),
        }
    }
}

fn utf16<'a>(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'a, str>> {
    let units = bytes.chunks(2).map(|pair| Some(unit(pair.try_into().ok()?))).collect::<Option<Vec<_>>>()?;
    String::from_utf16(&units).ok().map(Cow::Owned)
}

fn utf32<'a>(bytes: &[u8]) -> Option<Cow<'a, str>> {
    let point = |four: &[u8]| char::from_u32(u32::from_be_bytes(four.try_into().ok()?));
    bytes.chunks(4).map(point).collect::<Option<String>>().map(Cow::Owned)
}

/// `encode(text, charset)`
pub(super) fn encode(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    Ok(apply("encode", DataType::Binary, expect::strings(call)?, |input| {
        let (texts, charsets) = (input.strings(0)?, input.strings(1)?);
        input.to_binaries(|row| {
            let name = charsets.value(row);
            let bytes = Charset::find(name, "encode")?.encode(texts.value(row));
            bytes.map(Some).ok_or_else(|| malformed("encode", name))
        })
    }))
}

/// `decode(binary, charset)`, or Oracle's `decode(value, key, result, …[, default])`.
pub(super) fn decode(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=usize::MAX)?;
    if call.arguments.len() > 2 {
        return decode_cases(call);
    }
    let arguments = vec![expect::binary(call, 0)?, expect::string(call, 1)?];
    Ok(apply("decode", DataType::Utf8, arguments, run_decode))
}

/// The text of a UTF-8 binary expression.
pub(super) fn decode_utf8(binary: Expr) -> Expr {
    apply("decode", DataType::Utf8, vec![binary, lit("UTF-8")], run_decode)
}

fn run_decode(input: &Input) -> Result<ArrayRef> {
    let (values, charsets) = (input.bytes(0)?, input.strings(1)?);
    input.to_strings(|row, out| {
        let name = charsets.value(row);
        let text = Charset::find(name, "decode")?.decode(values.value(row));
        out.push_str(&text.ok_or_else(|| malformed("decode", name))?);
        Ok(())
    })
}

fn malformed(function: &str, charset: &str) -> Error {
    Error::runtime(RuntimeClass::Other, "MALFORMED_CHARACTER_CODING")
        .with("function", format!("`{function}`"))
        .with("charset", charset)
}

/// A CASE whose comparisons take NULL for equal to NULL.
fn decode_cases(call: &Call<'_>) -> Result<Expr> {
    let ansi = call.context.ansi;
    let pairs = call.arguments[1..].chunks_exact(2);
    let default = pairs.remainder().first();
    let pairs: Vec<_> = pairs.collect();
    let keys: Vec<_> = [&call.arguments[0]]
        .into_iter()
        .chain(pairs.iter().map(|p| &p[0]))
        .map(|a| a.data_type().clone())
        .collect();
    let results: Vec<_> = pairs.iter().map(|p| &p[1]).chain(default).map(|a| a.data_type().clone()).collect();
    let mismatch = || Error::analysis("DATATYPE_MISMATCH.DATA_DIFF_TYPES").with("functionName", "`decode`");
    let key_type = coercion::common_type_of(&keys, ansi).ok_or_else(mismatch)?;
    let result_type = coercion::common_type_of(&results, ansi).ok_or_else(mismatch)?;
    let key = |argument: &Argument| cast::implicit(argument, &key_type, call.context);
    let result = |argument: &Argument| cast::implicit(argument, &result_type, call.context);
    let subject = key(&call.arguments[0])?;
    let same = |other: Expr| {
        datafusion::logical_expr::binary_expr(
            subject.clone(),
            datafusion::logical_expr::Operator::IsNotDistinctFrom,
            other,
        )
    };
    let mut cases = when(same(key(&pairs[0][0])?), result(&pairs[0][1])?);
    for pair in &pairs[1..] {
        cases = cases.when(same(key(&pair[0])?), result(&pair[1])?);
    }
    let built = match default {
        Some(default) => cases.otherwise(result(default)?),
        None => cases.end(),
    };
    built.map_err(crate::error::from_datafusion)
}
