//! `like` and `ilike`: patterns of `%` and `_`.

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, Like, lit};
use lang::{Error, Result, RuntimeClass};

use crate::scalar::{Body, Input, apply};
use crate::{Call, expect};

/// `like(text, pattern[, escape])`
pub(super) fn like(call: &Call<'_>) -> Result<Expr> {
    build(call, false)
}

/// `ilike(text, pattern[, escape])`: case does not matter.
pub(super) fn ilike(call: &Call<'_>) -> Result<Expr> {
    build(call, true)
}

fn build(call: &Call<'_>, fold: bool) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let mut escape = "\\".to_string();
    if call.arguments.len() == 3 {
        escape = expect::constant_string(call, 2)?.unwrap_or_default();
        if escape.chars().count() != 1 {
            let shown = format!("\"{}\"", call.arguments[2].name());
            return Err(Error::analysis("INVALID_ESCAPE_CHAR").with("sqlExpr", shown));
        }
    }
    let (text, pattern) = (expect::string(call, 0)?, expect::string(call, 1)?);
    // A constant pattern becomes DataFusion's LIKE, which the optimizer and file readers understand.
    if let Some(ScalarValue::Utf8(Some(pattern))) = expect::evaluate(&pattern)? {
        let pattern = render(&parse(&pattern, escape.chars().next().unwrap_or('\\'))?);
        // Both sides have one layout, so that nothing is left to cast.
        let pattern = match call.arguments[0].data_type() {
            DataType::Utf8View => ScalarValue::Utf8View(Some(pattern)),
            DataType::LargeUtf8 => ScalarValue::LargeUtf8(Some(pattern)),
            _ => ScalarValue::Utf8(Some(pattern)),
        };
        return Ok(Expr::Like(Like::new(false, Box::new(text), Box::new(lit(pattern)), None, fold)));
    }
    let body: Body = if fold { |input| run(input, true) } else { |input| run(input, false) };
    Ok(apply("like", DataType::Boolean, vec![text, pattern, lit(escape)], body))
}

/// The pattern with the backslash as its escape character.
fn render(tokens: &[Token]) -> String {
    let mut pattern = String::new();
    for token in tokens {
        match token {
            Token::AnyOne => pattern.push('_'),
            Token::AnyMany => pattern.push('%'),
            Token::Exactly(c) => {
                if matches!(c, '_' | '%' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(*c);
            }
        }
    }
    pattern
}

fn run(input: &Input, fold: bool) -> Result<ArrayRef> {
    let (texts, patterns, escapes) = (input.strings(0)?, input.strings(1)?, input.strings(2)?);
    let mut known: Option<(&str, Vec<Token>)> = None;
    let mut characters = Vec::new();
    input.to_booleans(|row| {
        let pattern = patterns.value(row);
        let tokens = match &known {
            Some((text, tokens)) if *text == pattern => tokens,
            _ => {
                let escape = escapes.value(row).chars().next().unwrap_or('\\');
                let folded = if fold { pattern.to_lowercase() } else { pattern.to_string() };
                &known.insert((pattern, parse(&folded, escape)?)).1
            }
        };
        characters.clear();
        if fold {
            characters.extend(texts.value(row).chars().flat_map(char::to_lowercase));
        } else {
            characters.extend(texts.value(row).chars());
        }
        Ok(Some(matches(tokens, &characters)))
    })
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    Exactly(char),
    AnyOne,
    AnyMany,
}

/// The escape character may only stand before `_`, `%` and itself.
fn parse(pattern: &str, escape: char) -> Result<Vec<Token>> {
    let invalid = |condition: &str| {
        Error::runtime(RuntimeClass::Other, condition).with("format", format!("'{pattern}'"))
    };
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut rest = pattern.chars();
    while let Some(c) = rest.next() {
        tokens.push(match c {
            c if c == escape => match rest.next() {
                Some(c) if c == '_' || c == '%' || c == escape => Token::Exactly(c),
                Some(c) => {
                    return Err(invalid("INVALID_FORMAT.ESC_IN_THE_MIDDLE").with("char", format!("'{c}'")));
                }
                None => return Err(invalid("INVALID_FORMAT.ESC_AT_THE_END")),
            },
            '_' => Token::AnyOne,
            '%' => Token::AnyMany,
            c => Token::Exactly(c),
        });
    }
    Ok(tokens)
}

/// Greedy with one step back: on a mismatch the last `%` takes one character more.
fn matches(tokens: &[Token], text: &[char]) -> bool {
    let (mut token, mut position) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while position < text.len() {
        match tokens.get(token) {
            Some(Token::AnyMany) => {
                retry = Some((token, position));
                token += 1;
                continue;
            }
            Some(Token::AnyOne) => {}
            Some(Token::Exactly(c)) if *c == text[position] => {}
            _ => match retry.as_mut() {
                Some((many, taken)) => {
                    *taken += 1;
                    (token, position) = (*many + 1, *taken);
                    continue;
                }
                None => return false,
            },
        }
        token += 1;
        position += 1;
    }
    tokens[token..].iter().all(|token| *token == Token::AnyMany)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_and_underscore() {
        let cases = [
            ("%", "", true),
            ("a%c", "abbc", true),
            ("a%c%", "abcd", true),
            ("%a%b", "xaxxab", true),
            ("_", "", false),
            ("a\\%", "a%", true),
            ("a\\%", "ab", false),
            ("ab", "abc", false),
        ];
        for (pattern, text, expected) in cases {
            let text: Vec<char> = text.chars().collect();
            assert_eq!(matches(&parse(pattern, '\\').unwrap(), &text), expected, "{text:?} LIKE {pattern}");
        }
    }
}
