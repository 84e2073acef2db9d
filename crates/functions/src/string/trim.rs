//! `trim` and its kin: blanks, or any characters of a set, off the ends.

use arrow::datatypes::DataType;
use datafusion::logical_expr::Expr;
use lang::Result;

use crate::scalar::{Body, Input, apply};
use crate::{Call, expect};

/// `trim([characters,] text)`
pub(super) fn trim(call: &Call<'_>) -> Result<Expr> {
    build(call, "trim", true, |input| run(input, true, true))
}

/// `ltrim([characters,] text)`
pub(super) fn ltrim(call: &Call<'_>) -> Result<Expr> {
    build(call, "ltrim", true, |input| run(input, true, false))
}

/// `rtrim([characters,] text)`
pub(super) fn rtrim(call: &Call<'_>) -> Result<Expr> {
    build(call, "rtrim", true, |input| run(input, false, true))
}

/// `btrim(text[, characters])`
pub(super) fn btrim(call: &Call<'_>) -> Result<Expr> {
    build(call, "btrim", false, |input| run(input, true, true))
}

fn build(call: &Call<'_>, name: &'static str, characters_first: bool, body: Body) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let mut arguments = expect::strings(call)?;
    if characters_first {
        arguments.reverse();
    }
    Ok(apply(name, DataType::Utf8, arguments, body))
}

fn run(input: &Input, left: bool, right: bool) -> Result<arrow::array::ArrayRef> {
    let strings = input.strings(0)?;
    let sets = (input.len() == 2).then(|| input.strings(1)).transpose()?;
    input.to_strings(|row, out| {
        let text = strings.value(row);
        let set = sets.map_or(" ", |sets| sets.value(row));
        out.push_str(trimmed(text, set, left, right));
        Ok(())
    })
}

fn trimmed<'a>(mut text: &'a str, set: &str, left: bool, right: bool) -> &'a str {
    if left {
        text = text.trim_start_matches(|c| set.contains(c));
    }
    if right {
        text = text.trim_end_matches(|c| set.contains(c));
    }
    text
}
