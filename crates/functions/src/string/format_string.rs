//! `format_string`: Java's `Formatter` for the conversions that Spark values can meet.

use std::fmt::Write;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use datafusion::logical_expr::Expr;
use lang::{Error, ErrorKind, Result};

use super::java_number;
use crate::cast::format_number::write_decimal_scientific;
use crate::scalar::{Input, Text, apply};
use crate::types::{is_numeric, is_string};
use crate::{Call, expect};

/// `format_string(format, …)`
pub(super) fn format_string(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=usize::MAX)?;
    let mut arguments = vec![expect::string(call, 0)?];
    for (index, argument) in call.arguments.iter().enumerate().skip(1) {
        let data_type = argument.data_type();
        let formattable = is_numeric(data_type) || is_string(data_type) || *data_type == DataType::Boolean;
        if !formattable && *data_type != DataType::Null {
            return Err(Error::unsupported(format!(
                "format_string with {} arguments",
                call.arguments[index].data_type()
            )));
        }
        arguments.push(argument.expr.clone());
    }
    Ok(apply("format_string", DataType::Utf8, arguments, run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let formats = input.strings(0)?;
    let mut parsed: Option<(&str, Vec<Part>)> = None;
    input.to_strings_with_nulls(|row, out| {
        if input.is_null(0, row) {
            out.null();
            return Ok(());
        }
        let format = formats.value(row);
        let parts = match &parsed {
            Some((text, parts)) if *text == format => parts,
            _ => &parsed.insert((format, parse(format)?)).1,
        };
        let (mut next, mut last) = (0, 0);
        for part in parts {
            let conversion = match part {
                Part::Literal(text) => {
                    out.push_str(text);
                    continue;
                }
                Part::Conversion(conversion) => conversion,
            };
            let index = match conversion.argument {
                Which::Next => {
                    next += 1;
                    next
                }
                Which::Same => last,
                Which::At(index) => index,
            };
            last = index;
            if index == 0 || index >= input.len() {
                return Err(invalid(format!("Format specifier '{}'", conversion.text)));
            }
            conversion.write(&value(input, index, row)?, out)?;
        }
        Ok(())
    })
}

/// One argument of one row.
#[derive(Debug)]
enum Value<'a> {
    Null,
    Boolean(bool),
    /// With the width of its type in bits: negative numbers in hexadecimal have that many.
    Integer(i64, u32),
    Double(f64),
    Float(f32),
    Decimal(String),
    Text(&'a str),
}

fn value(input: &Input, index: usize, row: usize) -> Result<Value<'_>> {
    if input.is_null(index, row) {
        return Ok(Value::Null);
    }
    let array = input.raw(index);
    let at = input.position(index, row);
    Ok(match array.data_type() {
        DataType::Boolean => Value::Boolean(array.as_boolean().value(at)),
        DataType::Int8 => Value::Integer(array.as_primitive::<Int8Type>().value(at).into(), 8),
        DataType::Int16 => Value::Integer(array.as_primitive::<Int16Type>().value(at).into(), 16),
        DataType::Int32 => Value::Integer(array.as_primitive::<Int32Type>().value(at).into(), 32),
        DataType::Int64 => Value::Integer(array.as_primitive::<Int64Type>().value(at), 64),
        DataType::Float32 => Value::Float(array.as_primitive::<Float32Type>().value(at)),
        DataType::Float64 => Value::Double(array.as_primitive::<Float64Type>().value(at)),
        DataType::Decimal128(_, scale) => {
            let mut text = String::new();
            let value = array.as_primitive::<Decimal128Type>().value(at);
            write_decimal_scientific(value, *scale, &mut text);
            Value::Decimal(text)
        }
        _ => Value::Text(input.strings(index)?.value(row)),
    })
}

enum Part {
    Literal(String),
    Conversion(Conversion),
}

enum Which {
    Next,
    Same,
    At(usize),
}

struct Conversion {
    text: String,
    argument: Which,
    flags: String,
    width: usize,
    precision: Option<usize>,
    letter: char,
}

fn parse(format: &str) -> Result<Vec<Part>> {
    let mut parts = vec![];
    let mut rest = format;
    while let Some(start) = rest.find('%') {
        if start > 0 {
            parts.push(Part::Literal(rest[..start].to_string()));
        }
        rest = &rest[start..];
        let (part, length) = conversion(rest)?;
        parts.push(part);
        rest = &rest[length..];
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest.to_string()));
    }
    Ok(parts)
}

/// `%[index$][flags][width][.precision]letter`
fn conversion(text: &str) -> Result<(Part, usize)> {
    let unknown = || invalid(format!("Conversion = '{}'", text.chars().nth(1).unwrap_or('%')));
    let mut at = 1;
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut argument = Which::Next;
    let index = digits(at);
    if index > 0 && text[at + index..].starts_with('$') {
        argument = Which::At(text[at..at + index].parse().map_err(|_| unknown())?);
        at += index + 1;
    } else if text[at..].starts_with('<') {
        argument = Which::Same;
        at += 1;
    }
    let flags = text[at..].bytes().take_while(|b| b"-#+ 0,(".contains(b)).count();
    let flags_text = text[at..at + flags].to_string();
    at += flags;
    let width = digits(at);
    let width_value = if width > 0 { number(&text[at..at + width])? } else { 0 };
    at += width;
    let mut precision = None;
    if text[at..].starts_with('.') {
        let length = digits(at + 1);
        precision =
            Some(if length > 0 { number(&text[at + 1..at + 1 + length])? } else { return Err(unknown()) });
        at += 1 + length;
    }
    let letter = text[at..].chars().next().ok_or_else(unknown)?;
    at += letter.len_utf8();
    let part = match letter {
        '%' if width_value == 0 => Part::Literal("%".into()),
        'n' => Part::Literal("\n".into()),
        'd' | 'x' | 'X' | 'o' | 's' | 'S' | 'b' | 'B' | 'c' | 'C' | 'e' | 'E' | 'f' | 'g' | 'G' => {
            let text = text[..at].to_string();
            Part::Conversion(Conversion {
                text,
                argument,
                flags: flags_text,
                width: width_value,
                precision,
                letter,
            })
        }
        'h' | 'H' | 'a' | 'A' | 't' | 'T' => {
            return Err(Error::unsupported(format!("the conversion %{letter} of format_string")));
        }
        _ => return Err(invalid(format!("Conversion = '{letter}'"))),
    };
    Ok((part, at))
}

/// A width or precision; Java tells of one that is no INT by this number.
fn number(digits: &str) -> Result<usize> {
    digits.parse::<i32>().map(|number| number as usize).map_err(|_| invalid(i32::MIN.to_string()))
}

impl Conversion {
    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    fn write(&self, value: &Value<'_>, out: &mut Text) -> Result<()> {
        let digits = self.precision.filter(|_| "eEfgG".contains(self.letter)).unwrap_or(0);
        out.announce(self.width.max(digits))?;
        let body = match (self.letter.to_ascii_lowercase(), value) {
            ('b', Value::Null) => self.cut("false".into()),
            ('b', Value::Boolean(value)) => self.cut(value.to_string()),
            ('b', _) => self.cut("true".into()),
            (_, Value::Null) => self.cut("null".into()),
            ('s', value) => self.cut(plain(value)),
            ('c', Value::Integer(code, _)) => match u32::try_from(*code).ok().and_then(char::from_u32) {
                Some(c) => c.to_string(),
                None => return Err(invalid(format!("Code point = 0x{code:x}"))),
            },
            ('d', Value::Integer(value, _)) => {
                self.signed(*value < 0, &self.grouped(&value.unsigned_abs().to_string()))
            }
            ('x', Value::Integer(value, bits)) => self.zeroed(format!("{:x}", unsigned(*value, *bits)), "0x"),
            ('o', Value::Integer(value, bits)) => self.zeroed(format!("{:o}", unsigned(*value, *bits)), "0"),
            ('e' | 'f' | 'g', Value::Double(value)) => self.floating(*value, &java_number::exact(*value)),
            ('e' | 'f' | 'g', Value::Float(value)) => {
                self.floating(f64::from(*value), &java_number::exact_float(*value))
            }
            (letter, value) => return Err(invalid(format!("{letter} != {}", class(value)))),
        };
        let upper = self.letter.is_ascii_uppercase();
        let body = if upper { body.to_uppercase() } else { body };
        let padding = self.width.saturating_sub(body.chars().count());
        if self.has('-') {
            out.push_str(&body);
        }
        (0..padding).for_each(|_| out.push(' '));
        if !self.has('-') {
            out.push_str(&body);
        }
        Ok(())
    }

    /// Strings keep at most `precision` characters.
    fn cut(&self, text: String) -> String {
        match self.precision {
            Some(precision) => text.chars().take(precision).collect(),
            None => text,
        }
    }

    /// Thousands separators in the integer digits.
    fn grouped(&self, digits: &str) -> String {
        if self.has(',') { java_number::group(digits) } else { digits.to_string() }
    }

    /// Sign, parentheses and zero padding around the digits.
    fn signed(&self, negative: bool, digits: &str) -> String {
        let (before, after) = match negative {
            true if self.has('(') => ("(", ")"),
            true => ("-", ""),
            false if self.has('+') => ("+", ""),
            false if self.has(' ') => (" ", ""),
            false => ("", ""),
        };
        let mut out = before.to_string();
        if self.has('0') {
            let used = before.len() + digits.len() + after.len();
            (used..self.width).for_each(|_| out.push('0'));
        }
        out + digits + after
    }

    fn zeroed(&self, digits: String, prefix: &str) -> String {
        let prefix = if self.has('#') { prefix } else { "" };
        let mut out = prefix.to_string();
        if self.has('0') {
            (prefix.len() + digits.len()..self.width).for_each(|_| out.push('0'));
        }
        out + &digits
    }

    /// `decimal` is the absolute value written out exactly as Java rounds it.
    fn floating(&self, value: f64, decimal: &str) -> String {
        if value.is_nan() {
            return "NaN".into();
        }
        if value.is_infinite() {
            return self.signed(value < 0.0, "Infinity");
        }
        let precision = self.precision.unwrap_or(6);
        let digits = match self.letter.to_ascii_lowercase() {
            'f' => java_number::fixed(decimal, precision),
            'e' => java_number::scientific(decimal, precision),
            _ => java_number::general(decimal, precision),
        };
        let (integer, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        let digits = if self.letter == 'f' { self.grouped(integer) + fraction } else { digits };
        self.signed(value.is_sign_negative(), &digits)
    }
}

fn unsigned(value: i64, bits: u32) -> u64 {
    if bits == 64 { value as u64 } else { value as u64 & ((1 << bits) - 1) }
}

/// `%s`: what Java's `toString` gives.
fn plain(value: &Value<'_>) -> String {
    let mut out = String::new();
    let _ = match value {
        Value::Null => out.write_str("null"),
        Value::Boolean(value) => write!(out, "{value}"),
        Value::Integer(value, _) => write!(out, "{value}"),
        Value::Double(value) => out.write_str(&java_number::double(*value)),
        Value::Float(value) => out.write_str(&java_number::float(*value)),
        Value::Decimal(text) => out.write_str(text),
        Value::Text(text) => out.write_str(text),
    };
    out
}

fn class(value: &Value<'_>) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Boolean(_) => "java.lang.Boolean",
        Value::Integer(_, 64) => "java.lang.Long",
        Value::Integer(_, 16) => "java.lang.Short",
        Value::Integer(_, 8) => "java.lang.Byte",
        Value::Integer(..) => "java.lang.Integer",
        Value::Double(_) => "java.lang.Double",
        Value::Float(_) => "java.lang.Float",
        Value::Decimal(_) => "org.apache.spark.sql.types.Decimal",
        Value::Text(_) => "org.apache.spark.unsafe.types.UTF8String",
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT").with("message", message)
}
