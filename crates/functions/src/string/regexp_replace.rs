//! `regexp_replace`, with Java's replacement syntax: `$1`, `${name}`, backslash quotes.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::logical_expr::{Expr, lit};
use fancy_regex::{Captures, Regex};
use lang::{Error, Result, RuntimeClass};

use super::regex::{Matches, Patterns};
use super::substring::slice;
use crate::scalar::{Input, Text, apply};
use crate::{Call, expect};

/// `regexp_replace(text, pattern, replacement[, position])`
pub(super) fn regexp_replace(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=4)?;
    let mut position = lit(1i32);
    if call.arguments.len() == 4 {
        if expect::constant_int(call, 3)?.is_some_and(|position| position < 1) {
            return Err(Error::analysis("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE")
                .with("sqlExpr", format!("\"{}\"", call.sql()))
                .with("exprName", "position")
                .with("valueRange", "(0, 2147483647]")
                .with("currentValue", call.arguments[3].name()));
        }
        position = expect::int(call, 3)?;
    }
    let arguments =
        vec![expect::string(call, 0)?, expect::string(call, 1)?, expect::string(call, 2)?, position];
    Ok(apply("regexp_replace", DataType::Utf8, arguments, run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let (texts, pattern_texts, replacements) = (input.strings(0)?, input.strings(1)?, input.strings(2)?);
    let positions = input.numbers::<Int32Type>(3)?;
    let mut patterns = Patterns::new(pattern_texts, "regexp_replace");
    let mut parts = Vec::new();
    let mut parsed: Option<&str> = None;
    input.to_strings(|row, out| {
        let (text, replacement) = (texts.value(row), replacements.value(row));
        let failed = || {
            Error::runtime(RuntimeClass::Other, "INVALID_REGEXP_REPLACE")
                .with("source", text)
                .with("pattern", pattern_texts.value(row))
                .with("replacement", replacement)
                .with("position", positions.value(row).to_string())
        };
        let regex = patterns.get(row)?;
        let skip = (positions.value(row).max(1) - 1) as usize;
        let start = text.len() - slice(text, skip..usize::MAX).len();
        let mut matches = Matches::new(regex, text, start);
        let mut from = 0;
        while let Some(groups) = matches.captures()? {
            if parsed != Some(replacement) {
                parts = parse(replacement, regex).ok_or_else(failed)?;
                parsed = Some(replacement);
            }
            let Some(whole) = groups.get(0) else { break };
            out.push_str(&text[from..whole.start()]);
            push(&parts, &groups, out).ok_or_else(failed)?;
            from = whole.end();
        }
        out.push_str(&text[from..]);
        Ok(())
    })
}

enum Part {
    Literal(String),
    Group(usize),
    Named(String),
}

fn push(parts: &[Part], groups: &Captures<'_>, out: &mut Text) -> Option<()> {
    for part in parts {
        match part {
            Part::Literal(text) => out.push_str(text),
            Part::Group(index) if *index < groups.len() => {
                out.push_str(groups.get(*index).map_or("", |g| g.as_str()))
            }
            Part::Group(_) => return None,
            Part::Named(name) => out.push_str(groups.name(name).map_or("", |g| g.as_str())),
        }
    }
    Some(())
}

/// `None` when the replacement is malformed or names a group the pattern lacks.
fn parse(replacement: &str, regex: &Regex) -> Option<Vec<Part>> {
    let mut parts = vec![];
    let mut literal = String::new();
    let mut rest = replacement.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '\\' {
            literal.push(rest.next()?);
            continue;
        }
        if c != '$' {
            literal.push(c);
            continue;
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        if rest.next_if_eq(&'{').is_some() {
            let name: String = std::iter::from_fn(|| rest.next_if(char::is_ascii_alphanumeric)).collect();
            rest.next_if_eq(&'}')?;
            regex.capture_names().flatten().find(|known| *known == name)?;
            parts.push(Part::Named(name));
            continue;
        }
        let mut group = rest.next()?.to_digit(10)? as usize;
        // More digits belong to the number as long as there is such a group.
        while let Some(digit) = rest.peek().and_then(|c| c.to_digit(10)) {
            let longer = group * 10 + digit as usize;
            if longer >= regex.captures_len() {
                break;
            }
            group = longer;
            rest.next();
        }
        parts.push(Part::Group(group));
    }
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Some(parts)
}
