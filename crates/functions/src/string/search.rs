//! Where strings contain strings: `instr`, `locate`, `startswith`, `find_in_set` and the like.

use std::borrow::Cow;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::logical_expr::{Expr, lit, when};
use lang::{Error, Result, RuntimeClass};

use super::length::characters;
use super::substring::slice;
use crate::scalar::{Body, Input, apply};
use crate::{Call, expect};

/// `instr(text, part[, start[, occurrence]])`: a position from 1, 0 when there is none; a negative start searches
/// backwards from the end.
pub(super) fn instr(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=4)?;
    let mut arguments = vec![expect::string(call, 0)?, expect::string(call, 1)?];
    if call.arguments.len() == 2 {
        return Ok(apply("instr", DataType::Int32, arguments, |input| {
            let (texts, parts) = (input.strings(0)?, input.strings(1)?);
            input.to_numbers::<Int32Type>(|row| Ok(Some(find(parts.value(row), texts.value(row), 1))))
        }));
    }
    arguments.push(expect::int(call, 2)?);
    arguments.push(if call.arguments.len() == 4 { expect::int(call, 3)? } else { lit(1i32) });
    Ok(apply("instr", DataType::Int32, arguments, |input| {
        let (texts, parts) = (input.strings(0)?, input.strings(1)?);
        let (starts, occurrences) = (input.numbers::<Int32Type>(2)?, input.numbers::<Int32Type>(3)?);
        input.to_numbers::<Int32Type>(|row| {
            let occurrence = occurrences.value(row);
            if occurrence < 1 {
                return Err(Error::runtime(RuntimeClass::Other, "INVALID_PARAMETER_VALUE.OCCURRENCE")
                    .with("functionName", "`instr`")
                    .with("parameter", "`occurrence`")
                    .with("occurrence", occurrence.to_string()));
            }
            Ok(Some(occurrence_of(
                texts.value(row),
                parts.value(row),
                starts.value(row),
                occurrence as usize,
            )))
        })
    }))
}

fn occurrence_of(text: &str, part: &str, start: i32, occurrence: usize) -> i32 {
    let total = characters(text) as i64;
    let first = if start < 0 { total + i64::from(start) } else { i64::from(start) - 1 };
    if start == 0 || first < 0 {
        return 0;
    }
    if part.is_empty() {
        return 1;
    }
    let matches =
        |(index, (offset, _)): (usize, (usize, char))| text[offset..].starts_with(part).then_some(index);
    let mut starts = text.char_indices().enumerate().filter_map(matches);
    let found = if start > 0 {
        starts.filter(|index| *index as i64 >= first).nth(occurrence - 1)
    } else {
        let before: Vec<usize> = starts.by_ref().take_while(|index| *index as i64 <= first).collect();
        before.into_iter().rev().nth(occurrence - 1)
    };
    found.map_or(0, |index| index as i32 + 1)
}

/// `locate(part, text[, start])`, also `position`.
pub(super) fn locate(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let start = if call.arguments.len() == 3 { expect::int(call, 2)? } else { lit(1i32) };
    // A NULL start means "nowhere", not NULL.
    let start =
        when(start.clone().is_null(), lit(0i32)).otherwise(start).map_err(crate::error::from_datafusion)?;
    let arguments = vec![expect::string(call, 0)?, expect::string(call, 1)?, start];
    Ok(apply("locate", DataType::Int32, arguments, |input| {
        let (parts, texts, starts) = (input.strings(0)?, input.strings(1)?, input.numbers::<Int32Type>(2)?);
        input.to_numbers::<Int32Type>(|row| {
            Ok(Some(find(parts.value(row), texts.value(row), starts.value(row))))
        })
    }))
}

fn find(part: &str, text: &str, start: i32) -> i32 {
    if start < 1 {
        return 0;
    }
    if part.is_empty() {
        return 1;
    }
    let rest = slice(text, start as usize - 1..usize::MAX);
    let skipped = text.len() - rest.len();
    rest.find(part).map_or(0, |offset| characters(&text[..skipped + offset]) as i32 + 1)
}

pub(super) fn startswith(call: &Call<'_>) -> Result<Expr> {
    test(call, "startswith", |input| compare(input, <[u8]>::starts_with))
}

pub(super) fn endswith(call: &Call<'_>) -> Result<Expr> {
    test(call, "endswith", |input| compare(input, <[u8]>::ends_with))
}

pub(super) fn contains(call: &Call<'_>) -> Result<Expr> {
    test(call, "contains", |input| {
        let is_text = |i: usize| crate::types::is_string(input.data_type(i));
        if !(is_text(0) && is_text(1)) {
            return compare(input, |value, part| {
                part.is_empty() || value.windows(part.len()).any(|w| w == part)
            });
        }
        let (texts, parts) = (input.strings(0)?, input.strings(1)?);
        input.to_booleans(|row| Ok(Some(texts.value(row).contains(parts.value(row)))))
    })
}

fn test(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let arguments = vec![expect::string_or_binary(call, 0)?, expect::string_or_binary(call, 1)?];
    Ok(apply(name, DataType::Boolean, arguments, body))
}

fn compare(input: &Input, test: fn(&[u8], &[u8]) -> bool) -> Result<ArrayRef> {
    let (values, parts) = (input.bytes(0)?, input.bytes(1)?);
    input.to_booleans(|row| Ok(Some(test(values.value(row), parts.value(row)))))
}

/// `find_in_set(text, list)`: the position in a comma-separated list.
pub(super) fn find_in_set(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    Ok(apply("find_in_set", DataType::Int32, expect::strings(call)?, |input| {
        let (texts, lists) = (input.strings(0)?, input.strings(1)?);
        input.to_numbers::<Int32Type>(|row| {
            let text = texts.value(row);
            let position = lists.value(row).split(',').position(|item| item == text);
            Ok(Some(position.filter(|_| !text.contains(',')).map_or(0, |index| index as i32 + 1)))
        })
    }))
}

/// `substring_index(text, delimiter, count)`: what stands before the count-th delimiter, or after it from the end.
pub(super) fn substring_index(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let arguments = vec![expect::string(call, 0)?, expect::string(call, 1)?, expect::int(call, 2)?];
    Ok(apply("substring_index", DataType::Utf8, arguments, |input| {
        let (texts, delimiters, counts) =
            (input.strings(0)?, input.strings(1)?, input.numbers::<Int32Type>(2)?);
        input.to_strings(|row, out| {
            out.push_str(before(texts.value(row), delimiters.value(row), counts.value(row)));
            Ok(())
        })
    }))
}

fn before<'a>(text: &'a str, delimiter: &str, count: i32) -> &'a str {
    if delimiter.is_empty() || count == 0 {
        return "";
    }
    let nth = count.unsigned_abs() as usize - 1;
    if count > 0 {
        text.match_indices(delimiter).nth(nth).map_or(text, |(offset, _)| &text[..offset])
    } else {
        text.rmatch_indices(delimiter).nth(nth).map_or(text, |(offset, _)| &text[offset + delimiter.len()..])
    }
}

/// `overlay(text, replacement, position[, length])`
pub(super) fn overlay(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=4)?;
    let length = if call.arguments.len() == 4 { expect::int(call, 3)? } else { lit(-1i32) };
    let position = expect::int(call, 2)?;
    let binaries = [0, 1].map(|index| expect::is_binary(call.arguments[index].data_type()));
    if binaries[0] != binaries[1] {
        return Err(call.unexpected_type(1, if binaries[0] { "\"BINARY\"" } else { "\"STRING\"" }));
    }
    if binaries[0] {
        let mut arguments = call.exprs();
        arguments.truncate(2);
        arguments.extend([position, length]);
        return Ok(apply("overlay", DataType::Binary, arguments, overlay_binaries));
    }
    let arguments = vec![expect::string(call, 0)?, expect::string(call, 1)?, position, length];
    Ok(apply("overlay", DataType::Utf8, arguments, overlay_strings))
}

fn overlay_strings(input: &Input) -> Result<ArrayRef> {
    let (texts, replacements) = (input.strings(0)?, input.strings(1)?);
    let (positions, lengths) = (input.numbers::<Int32Type>(2)?, input.numbers::<Int32Type>(3)?);
    input.to_strings(|row, out| {
        let (text, replacement) = (texts.value(row), replacements.value(row));
        let width = || characters(replacement) as i64;
        let (head, tail) = cut(positions.value(row), lengths.value(row), width);
        out.push_str(slice(text, 0..head));
        out.push_str(replacement);
        out.push_str(slice(text, tail..usize::MAX));
        Ok(())
    })
}

fn overlay_binaries(input: &Input) -> Result<ArrayRef> {
    let (values, replacements) = (input.bytes(0)?, input.bytes(1)?);
    let (positions, lengths) = (input.numbers::<Int32Type>(2)?, input.numbers::<Int32Type>(3)?);
    input.to_binaries(|row| {
        let (value, replacement) = (values.value(row), replacements.value(row));
        let (head, tail) = cut(positions.value(row), lengths.value(row), || replacement.len() as i64);
        let (head, tail) = (head.min(value.len()), tail.min(value.len()));
        Ok(Some(Cow::Owned([&value[..head], replacement, &value[tail..]].concat())))
    })
}

/// Where the kept head ends and the kept tail starts; a negative length means the replacement's own.
fn cut(position: i32, length: i32, width: impl Fn() -> i64) -> (usize, usize) {
    let length = if length >= 0 { length as i64 } else { width() };
    let head = (position as i64 - 1).max(0);
    let tail = (position as i64 + length - 1).max(0);
    (head as usize, tail as usize)
}
