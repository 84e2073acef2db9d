//! Parts of strings and binaries by position: `substring`, `left`, `right`.

use std::borrow::Cow;
use std::ops::Range;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::logical_expr::{Expr, lit};
use lang::Result;

use super::length::characters;
use crate::scalar::{Input, apply};
use crate::{Call, expect};

/// `substring(text, position[, length])`; positions count from 1, or from the end when negative.
pub(super) fn substring(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let length = if call.arguments.len() == 3 { expect::int(call, 2)? } else { lit(i32::MAX) };
    let arguments = vec![expect::string_or_binary(call, 0)?, expect::int(call, 1)?, length];
    Ok(part(call, "substring", arguments))
}

/// `left(text, length)`
pub(super) fn left(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let arguments = vec![expect::string_or_binary(call, 0)?, lit(1i32), expect::int(call, 1)?];
    Ok(part(call, "left", arguments))
}

/// `right(text, length)`
pub(super) fn right(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let arguments = vec![expect::string(call, 0)?, expect::int(call, 1)?];
    Ok(apply("right", DataType::Utf8, arguments, |input| {
        let (texts, lengths) = (input.strings(0)?, input.numbers::<Int32Type>(1)?);
        input.to_strings(|row, out| {
            let (text, length) = (texts.value(row), lengths.value(row).max(0) as usize);
            out.push_str(slice(text, characters(text).saturating_sub(length)..usize::MAX));
            Ok(())
        })
    }))
}

fn part(call: &Call<'_>, name: &'static str, arguments: Vec<Expr>) -> Expr {
    if expect::is_binary(call.arguments[0].data_type()) {
        return apply(name, DataType::Binary, arguments, binaries);
    }
    apply(name, DataType::Utf8, arguments, strings)
}

fn strings(input: &Input) -> Result<ArrayRef> {
    let (texts, starts, lengths) =
        (input.strings(0)?, input.numbers::<Int32Type>(1)?, input.numbers::<Int32Type>(2)?);
    input.to_strings(|row, out| {
        let text = texts.value(row);
        let (start, length) = (starts.value(row), lengths.value(row));
        // Counting characters is only needed to count from the end.
        let total = if start < 0 { characters(text) } else { usize::MAX };
        out.push_str(slice(text, range(start, length, total)));
        Ok(())
    })
}

fn binaries(input: &Input) -> Result<ArrayRef> {
    let (values, starts, lengths) =
        (input.bytes(0)?, input.numbers::<Int32Type>(1)?, input.numbers::<Int32Type>(2)?);
    input.to_binaries(|row| {
        let value = values.value(row);
        let range = range(starts.value(row), lengths.value(row), value.len());
        let end = range.end.min(value.len());
        Ok(Some(Cow::Borrowed(&value[range.start.min(end)..end])))
    })
}

/// The zero-based range that Spark's `position` and `length` mean in a value of `total` elements.
fn range(position: i32, length: i32, total: usize) -> Range<usize> {
    let start = match position {
        0 => 0,
        p if p > 0 => p as i64 - 1,
        p => total as i64 + p as i64,
    };
    let end = start.saturating_add(length as i64).max(0) as usize;
    let start = start.max(0) as usize;
    start..end.max(start)
}

/// The characters of `text` in `range`, cut at its end.
pub(super) fn slice(text: &str, range: Range<usize>) -> &str {
    if text.is_ascii() {
        let end = range.end.min(text.len());
        return &text[range.start.min(end)..end];
    }
    let mut offsets = text.char_indices().map(|(offset, _)| offset);
    let Some(start) = offsets.nth(range.start) else { return "" };
    match range.end - range.start {
        0 => "",
        count => offsets.nth(count - 1).map_or(&text[start..], |end| &text[start..end]),
    }
}
