//! `replace`, `translate` and `mask`: characters and parts exchanged for others.

use std::collections::HashMap;
use std::sync::LazyLock;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, lit};
use fancy_regex::Regex;
use lang::{Error, Result};

use crate::scalar::{Input, apply};
use crate::{Call, expect};

/// What each character becomes; `None` drops it.
type Translation = HashMap<char, Option<char>>;

/// `replace(text, search[, replacement])`
pub(super) fn replace(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let mut arguments = expect::strings(call)?;
    if arguments.len() == 2 {
        arguments.push(lit(""));
    }
    Ok(apply("replace", DataType::Utf8, arguments, |input| {
        let (texts, searches, replacements) = (input.strings(0)?, input.strings(1)?, input.strings(2)?);
        input.to_strings(|row, out| {
            let (text, search) = (texts.value(row), searches.value(row));
            let mut rest = 0;
            if !search.is_empty() {
                for (offset, _) in text.match_indices(search) {
                    out.push_str(&text[rest..offset]);
                    out.push_str(replacements.value(row));
                    rest = offset + search.len();
                }
            }
            out.push_str(&text[rest..]);
            Ok(())
        })
    }))
}

/// `translate(text, from, to)`: each character of `from` becomes the one of `to` at its place, or nothing.
pub(super) fn translate(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    Ok(apply("translate", DataType::Utf8, expect::strings(call)?, run_translate))
}

fn run_translate(input: &Input) -> Result<ArrayRef> {
    let (texts, from, to) = (input.strings(0)?, input.strings(1)?, input.strings(2)?);
    let mut known: Option<(&str, &str, Translation)> = None;
    input.to_strings(|row, out| {
        let (from, to) = (from.value(row), to.value(row));
        let table = match &known {
            Some((f, t, table)) if (*f, *t) == (from, to) => table,
            _ => &known.insert((from, to, dictionary(from, to))).2,
        };
        for c in texts.value(row).chars() {
            match table.get(&c) {
                None => out.push(c),
                Some(Some(replacement)) => out.push(*replacement),
                Some(None) => {}
            }
        }
        Ok(())
    })
}

fn dictionary(from: &str, to: &str) -> HashMap<char, Option<char>> {
    let mut table = HashMap::new();
    let mut replacements = to.chars();
    for c in from.chars() {
        // The first mention of a character counts.
        let replacement = replacements.next();
        table.entry(c).or_insert(replacement);
    }
    table
}

/// `mask(text[, upper, lower, digit, other])`; a NULL replacement keeps the character.
pub(super) fn mask(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=5)?;
    let mut arguments = expect::only_strings(call)?;
    (1..arguments.len()).try_for_each(|index| check_replacement(call, index))?;
    for default in ["X", "x", "n"].iter().skip(arguments.len() - 1) {
        arguments.push(lit(*default));
    }
    if arguments.len() == 4 {
        arguments.push(lit(datafusion::common::ScalarValue::Utf8(None)));
    }
    Ok(apply("mask", DataType::Utf8, arguments, run_mask))
}

/// A replacement is one constant character or NULL.
fn check_replacement(call: &Call<'_>, index: usize) -> Result<()> {
    const NAMES: [&str; 5] = ["input", "upperChar", "lowerChar", "digitChar", "otherChar"];
    match expect::constant_string(call, index)? {
        Some(text) if text.chars().count() != 1 => {
            Err(Error::analysis("DATATYPE_MISMATCH.INPUT_SIZE_NOT_ONE")
                .with("sqlExpr", format!("\"{}\"", call.sql()))
                .with("exprName", NAMES[index]))
        }
        _ => Ok(()),
    }
}

fn run_mask(input: &Input) -> Result<ArrayRef> {
    let texts = input.strings(0)?;
    let replacements: Vec<_> = (1..5).map(|i| input.strings(i)).collect::<Result<_>>()?;
    input.to_strings_with_nulls(|row, out| {
        if input.is_null(0, row) {
            out.null();
            return Ok(());
        }
        let replacement = |index: usize| {
            let given = (!input.is_null(index + 1, row)).then(|| replacements[index].value(row));
            given.and_then(|text| text.chars().next())
        };
        let replacement = [replacement(0), replacement(1), replacement(2), replacement(3)];
        for c in texts.value(row).chars() {
            out.push(replacement[kind(c)].unwrap_or(c));
        }
        Ok(())
    })
}

/// Which replacement a character takes: upper case, lower case, digit, other; by Unicode's general category.
fn kind(c: char) -> usize {
    if c.is_ascii() {
        return match c {
            'A'..='Z' => 0,
            'a'..='z' => 1,
            '0'..='9' => 2,
            _ => 3,
        };
    }
    static CATEGORIES: LazyLock<Option<[Regex; 3]>> = LazyLock::new(|| {
        let category = |name| Regex::new(&format!("\\p{{{name}}}")).ok();
        Some([category("Lu")?, category("Ll")?, category("Nd")?])
    });
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    let matching = |regex: &Regex| regex.is_match(text).unwrap_or(false);
    CATEGORIES.as_ref().and_then(|categories| categories.iter().position(matching)).unwrap_or(3)
}
