//! Constants: numbers, strings, typed literals such as DATE '…' and X'…'.

use super::Parser;
use super::datetime;
use crate::ir::{Expr, Literal};
use crate::lexer::{NumberKind, TokenKind};
use crate::{DataType, Error, Result, Span};

impl Parser<'_> {
    /// A number (with its minus sign) or a string.
    #[inline(never)]
    pub(super) fn constant(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        if self.peek().kind == TokenKind::String {
            let value = self.string_literal()?;
            return Ok(self.literal_at(Literal::String(value), start));
        }
        let negative = self.eat("-");
        let token = self.peek();
        let TokenKind::Number(kind) = token.kind else { return Err(self.unexpected()) };
        self.position += 1;
        let sign = if negative { "-" } else { "" };
        let text = format!("{sign}{}", self.text_of(token));
        let literal = number(&text, kind).map_err(|e| self.at_token(e, token))?;
        Ok(self.literal_at(literal, start))
    }

    /// `DATE '2020-01-01'`, `X'1F'` …; the cursor is at the word.
    #[inline(never)]
    pub(super) fn typed_literal(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        let token = self.advance();
        let word = self.text_of(token).to_ascii_uppercase();
        let value = self.one_string()?;
        let span = self.span_from(start);
        let parsed = match word.as_str() {
            "DATE" => datetime::date(&value),
            "TIMESTAMP" | "TIMESTAMP_LTZ" => datetime::timestamp(&value),
            "TIMESTAMP_NTZ" => datetime::timestamp_ntz(&value),
            "TIME" => datetime::time(&value),
            "X" => hexadecimal(&value),
            "INTERVAL" => return self.interval_text(&value, span),
            _ => {
                let error = Error::parse("UNSUPPORTED_TYPED_LITERAL")
                    .with("unsupportedType", format!("\"{word}\""))
                    .with("supportedTypes", SUPPORTED_TYPES);
                return Err(self.at_span(error, span));
            }
        };
        match parsed {
            Some(expr) => Ok(expr.at(span)),
            None => Err(self.invalid_typed_literal(&word, &value, span)),
        }
    }

    pub(super) fn invalid_typed_literal(&self, value_type: &str, value: &str, span: Span) -> Error {
        let error = Error::parse("INVALID_TYPED_LITERAL")
            .with("valueType", format!("\"{value_type}\""))
            .with("value", format!("'{value}'"));
        self.at_span(error, span)
    }
}

const SUPPORTED_TYPES: &str =
    "\"DATE\", \"TIMESTAMP_NTZ\", \"TIMESTAMP_LTZ\", \"TIMESTAMP\", \"INTERVAL\", \"X\", \"TIME\"";

fn hexadecimal(digits: &str) -> Option<Expr> {
    let padded = if digits.len() % 2 == 1 { format!("0{digits}") } else { digits.to_string() };
    if !padded.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |i: usize| u8::from_str_radix(&padded[2 * i..2 * i + 2], 16).ok();
    let bytes: Option<Vec<u8>> = (0..padded.len() / 2).map(byte).collect();
    bytes.map(|b| Expr::literal(Literal::Binary(b)))
}

/// The value of a number's text with its sign.
fn number(text: &str, kind: NumberKind) -> Result<Literal> {
    let body = |suffix: usize| &text[..text.len() - suffix];
    match kind {
        NumberKind::Integer => integer(text),
        NumberKind::Decimal => decimal(text, text),
        NumberKind::BigDecimal => decimal(body(2), text),
        NumberKind::Exponent => double(text, text),
        NumberKind::Double => double(body(1), text),
        NumberKind::Float => {
            let value = body(1).parse::<f32>().ok().filter(|v| v.is_finite());
            value.map(Literal::Float).ok_or_else(|| out_of_range(text, DataType::Float))
        }
        NumberKind::Byte => {
            body(1).parse().map(Literal::Byte).map_err(|_| out_of_range(text, DataType::Byte))
        }
        NumberKind::Short => {
            body(1).parse().map(Literal::Short).map_err(|_| out_of_range(text, DataType::Short))
        }
        NumberKind::Long => {
            body(1).parse().map(Literal::Long).map_err(|_| out_of_range(text, DataType::Long))
        }
    }
}

/// INT if it fits, otherwise BIGINT, otherwise DECIMAL.
fn integer(text: &str) -> Result<Literal> {
    if let Ok(value) = text.parse() {
        return Ok(Literal::Integer(value));
    }
    if let Ok(value) = text.parse() {
        return Ok(Literal::Long(value));
    }
    decimal(text, text)
}

fn double(text: &str, literal: &str) -> Result<Literal> {
    let value = text.parse::<f64>().ok().filter(|v| v.is_finite());
    value.map(Literal::Double).ok_or_else(|| out_of_range(literal, DataType::Double))
}

/// A decimal of the least precision that holds the digits as written: 1.50 is DECIMAL(3,2).
fn decimal(text: &str, literal: &str) -> Result<Literal> {
    let too_long = || {
        Error::parse("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION")
            .with("precision", literal.bytes().filter(u8::is_ascii_digit).count().to_string())
            .with("maxPrecision", "38")
    };
    let lower = text.to_ascii_lowercase();
    let (mantissa, exponent) = lower.split_once('e').unwrap_or((&lower, "0"));
    let exponent: i64 = exponent.parse().map_err(|_| too_long())?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = format!("{whole}{fraction}");
    let mut scale = fraction.len() as i64 - exponent;
    if (-38..0).contains(&scale) {
        digits.push_str(&"0".repeat(scale.unsigned_abs() as usize));
        scale = 0;
    }
    let negative = digits.starts_with('-');
    let significant = digits.trim_start_matches('-').trim_start_matches('0');
    let precision = (significant.len().max(1) as i64).max(scale);
    if !(0..=38).contains(&scale) || precision > 38 {
        return Err(too_long());
    }
    let magnitude: i128 =
        if significant.is_empty() { 0 } else { significant.parse().map_err(|_| too_long())? };
    let value = if negative { -magnitude } else { magnitude };
    Ok(Literal::Decimal { value, precision: precision as u8, scale: scale as i8 })
}

fn out_of_range(literal: &str, data_type: DataType) -> Error {
    Error::parse("INVALID_NUMERIC_LITERAL_RANGE")
        .with("rawStrippedQualifier", literal.trim_end_matches(|c: char| c.is_alphabetic()))
        .with("typeName", data_type.simple_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_the_least_precision() {
        for (text, value, precision, scale) in [
            ("1.50", 150, 3, 2),
            ("0.05", 5, 2, 2),
            (".5", 5, 1, 1),
            ("1.", 1, 1, 0),
            ("0.0", 0, 1, 1),
            ("-1.5", -15, 2, 1),
            ("1e2", 100, 3, 0),
            ("1.25e1", 125, 3, 1),
        ] {
            let literal = decimal(text, text).expect(text);
            assert_eq!(literal, Literal::Decimal { value, precision, scale }, "{text}");
        }
        assert!(decimal("0.000000000000000000000000000000000000001", "").is_err());
    }

    #[test]
    fn integers_widen() {
        assert_eq!(integer("-2147483648").expect("int"), Literal::Integer(i32::MIN));
        assert_eq!(integer("2147483648").expect("long"), Literal::Long(2147483648));
        let decimal = Literal::Decimal { value: 9223372036854775808, precision: 19, scale: 0 };
        assert_eq!(integer("9223372036854775808").expect("decimal"), decimal);
    }
}
