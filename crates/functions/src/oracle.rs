//! Tables of real Spark's answers, and the small reader that asks the same questions here.
//!
//! A line is `expression TAB type TAB answer`; expressions are calls of functions on constants. The answer of an error
//! is `ERROR TAB condition`.

use arrow::datatypes::{DataType, Field};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use lang::ir::CastMode;
use lang::{Error, Result};

use crate::testing;

/// Fails with a list of all lines of `table` that are answered differently.
pub(crate) fn check(table: &str) {
    let context = testing::context();
    let mut wrong = vec![];
    let mut asked = 0;
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let parts: Vec<&str> = line.split('\t').collect();
        let [question, data_type, expected] = parts[..] else { panic!("malformed line: {line}") };
        asked += 1;
        let (given_type, given) = answer(question, &context);
        if given_type != data_type || !same(&given, expected, data_type) {
            wrong.push(format!(
                "{question}\n    expected {data_type} {expected}\n    answered {given_type} {given}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {asked} answers differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// Doubles may differ in the last digit: Java and Rust do not share their mathematical library.
fn same(given: &str, expected: &str, data_type: &str) -> bool {
    if given == expected {
        return true;
    }
    match (data_type, given.parse::<f64>(), expected.parse::<f64>()) {
        ("double", Ok(given), Ok(expected)) => (given - expected).abs() <= expected.abs() * 4.5e-16,
        _ => false,
    }
}

/// Type and value as text.
pub(crate) fn answer(question: &str, context: &crate::Context) -> (String, String) {
    let result = std::panic::catch_unwind(|| evaluate(question, context));
    match result {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => ("ERROR".into(), error.condition().to_string()),
        Err(_) => ("PANIC".into(), String::new()),
    }
}

fn evaluate(question: &str, context: &crate::Context) -> Result<(String, String)> {
    let mut reader = Reader { rest: question, context };
    let expr = reader.expression()?;
    if !reader.rest.trim().is_empty() {
        return Err(Error::internal(format!("left over: {}", reader.rest)));
    }
    let argument = testing::argument(expr);
    let spark = crate::types::from_field(&argument.field);
    let value = testing::value(&argument.expr, context)?;
    if value.is_null() {
        return Ok((spark.simple_string(), "NULL".into()));
    }
    if let ScalarValue::Binary(Some(bytes)) = &value {
        let mut text = String::new();
        crate::math::hex::encode(bytes, &mut text);
        return Ok((spark.simple_string(), text));
    }
    let literal = crate::Argument { expr: lit(value), ..argument };
    let text =
        crate::cast::cast(&literal, &Field::new("text", DataType::Utf8, true), CastMode::Session, context)?;
    let text = match testing::value(&text, context)? {
        ScalarValue::Utf8(Some(text)) => text,
        other => other.to_string(),
    };
    let text = text
        .replace('\\', "\\\\")
        .replace('\n', "\\n")
        .replace('\t', "\\t")
        .replace('\r', "\\r")
        .replace('\0', "\\u0000");
    Ok((spark.simple_string(), text.replace('\u{3}', "\\u0003")))
}

/// Reads `name(arg, …)`, literals and `CAST(… AS type)`.
struct Reader<'a> {
    rest: &'a str,
    context: &'a crate::Context,
}

impl<'a> Reader<'a> {
    fn expression(&mut self) -> Result<Expr> {
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next().ok_or_else(|| Error::internal("nothing to read"))?;
        if matches!(first, '\'' | '"') {
            return Ok(lit(self.string(first)?));
        }
        if first.is_ascii_digit() || matches!(first, '-' | '.') {
            return self.number();
        }
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let name = self.rest[..end].to_ascii_lowercase();
        self.rest = &self.rest[end..];
        match name.as_str() {
            "null" => return Ok(lit(ScalarValue::Null)),
            "true" | "false" => return Ok(lit(name == "true")),
            "x" if self.rest.starts_with('\'') => {
                let text = self.string('\'')?;
                return Ok(lit(ScalarValue::Binary(crate::math::hex::decode(&text))));
            }
            "date" | "timestamp" | "timestamp_ntz" | "time" if self.rest.starts_with('\'') => {
                let text = self.string('\'')?;
                return self.cast(lit(text), &name);
            }
            _ => {}
        }
        self.expect("(")?;
        if name == "cast" {
            let value = self.expression()?;
            let (_, rest) = self.rest.split_once(['a', 'A']).ok_or_else(|| Error::internal("no AS"))?;
            let rest = &rest[1..];
            let mut depth = 0;
            let end = rest.find(|c: char| {
                depth += match c {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                depth < 0
            });
            let end = end.ok_or_else(|| Error::internal("unclosed CAST"))?;
            self.rest = &rest[end + 1..];
            return self.cast(value, rest[..end].trim());
        }
        let mut arguments = vec![];
        while !self.rest.trim_start().starts_with(')') {
            if !arguments.is_empty() {
                self.expect(",")?;
            }
            arguments.push(self.expression()?);
        }
        self.expect(")")?;
        if crate::registry::find(&name).is_none() {
            return Err(Error::analysis("UNRESOLVED_ROUTINE").with("routineName", name));
        }
        testing::build(&name, arguments, self.context)
    }

    fn cast(&self, value: Expr, to: &str) -> Result<Expr> {
        let to = lang::parse_data_type(to)?;
        let field = crate::types::to_field("cast", &to, true);
        crate::cast::cast(&testing::argument(value), &field, CastMode::Session, self.context)
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        let rest = self.rest.trim_start();
        self.rest =
            rest.strip_prefix(token).ok_or_else(|| Error::internal(format!("{token} expected at {rest}")))?;
        Ok(())
    }

    fn string(&mut self, quote: char) -> Result<String> {
        let mut text = String::new();
        let mut rest = self.rest[1..].chars();
        while let Some(c) = rest.next() {
            match c {
                c if c == quote => {
                    self.rest = rest.as_str();
                    return Ok(text);
                }
                '\\' => match rest.next() {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('u') => {
                        let digits: String = rest.by_ref().take(4).collect();
                        text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
                    }
                    Some(c @ ('%' | '_')) => text.extend(['\\', c]),
                    Some(c) => text.push(c),
                    None => break,
                },
                c => text.push(c),
            }
        }
        Err(Error::internal("unclosed string"))
    }

    fn number(&mut self) -> Result<Expr> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let token = self.rest[..end].to_ascii_uppercase();
        self.rest = &self.rest[end..];
        let bad = || Error::internal(format!("no number: {token}"));
        let digits = token.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        Ok(match &token[digits.len()..] {
            "L" => lit(digits.parse::<i64>().map_err(|_| bad())?),
            "S" => lit(digits.parse::<i16>().map_err(|_| bad())?),
            "Y" => lit(digits.parse::<i8>().map_err(|_| bad())?),
            "F" => lit(digits.parse::<f32>().map_err(|_| bad())?),
            "D" => lit(digits.parse::<f64>().map_err(|_| bad())?),
            "BD" => lit(decimal(digits).ok_or_else(bad)?),
            _ if digits.contains('E') => lit(digits.parse::<f64>().map_err(|_| bad())?),
            _ if digits.contains('.') => lit(decimal(digits).ok_or_else(bad)?),
            _ => match (digits.parse::<i32>(), digits.parse::<i64>()) {
                (Ok(value), _) => lit(value),
                (_, Ok(value)) => lit(value),
                _ => lit(decimal(digits).ok_or_else(bad)?),
            },
        })
    }
}

fn decimal(digits: &str) -> Option<ScalarValue> {
    let unsigned = digits.trim_start_matches('-');
    let scale = unsigned.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let unscaled: i128 = digits.replace('.', "").parse().ok()?;
    let precision = unsigned.trim_start_matches('0').replace('.', "").len().max(scale).max(1);
    Some(ScalarValue::Decimal128(Some(unscaled), precision as u8, scale as i8))
}

/// Asks the questions of the file that `FIRESTEEL_ORACLE` names; nothing to do without it.
#[test]
fn answers_of_a_given_file() {
    let Ok(path) = std::env::var("FIRESTEEL_ORACLE") else { return };
    check(&std::fs::read_to_string(path).expect("a readable table"));
}
