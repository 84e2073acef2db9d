//! `lpad`, `rpad`, `repeat` and `space`: strings brought to a length.

use std::borrow::Cow;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Int32Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use lang::Result;

use super::length::characters;
use crate::scalar::{Body, Input, apply, check_filled};
use crate::{Call, error, expect};

pub(super) fn lpad(call: &Call<'_>) -> Result<Expr> {
    build(call, "lpad", |input| strings(input, true), |input| binaries(input, true))
}

pub(super) fn rpad(call: &Call<'_>) -> Result<Expr> {
    build(call, "rpad", |input| strings(input, false), |input| binaries(input, false))
}

/// Binaries are padded as binaries (by zero bytes unless told), everything else as strings (by blanks).
fn build(call: &Call<'_>, name: &'static str, text: Body, binary: Body) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let is_binary = expect::is_binary(call.arguments[0].data_type())
        && call.arguments.get(2).is_none_or(|pad| expect::is_binary(pad.data_type()));
    let length = expect::int(call, 1)?;
    if is_binary {
        let pad =
            call.arguments.get(2).map_or_else(|| lit(ScalarValue::Binary(Some(vec![0]))), |a| a.expr.clone());
        return Ok(apply(name, DataType::Binary, vec![call.arguments[0].expr.clone(), length, pad], binary));
    }
    let pad = if call.arguments.len() == 3 { expect::string(call, 2)? } else { lit(" ") };
    Ok(apply(name, DataType::Utf8, vec![expect::string(call, 0)?, length, pad], text))
}

fn strings(input: &Input, left: bool) -> Result<ArrayRef> {
    let (texts, lengths, pads) = (input.strings(0)?, input.numbers::<Int32Type>(1)?, input.strings(2)?);
    input.to_strings(|row, out| {
        let (text, pad) = (texts.value(row), pads.value(row));
        let length = lengths.value(row).max(0) as usize;
        let have = characters(text);
        if length <= have {
            out.push_str(text.char_indices().nth(length).map_or(text, |(end, _)| &text[..end]));
        } else if left {
            out.fill(pad, length - have)?;
            out.push_str(text);
        } else {
            out.push_str(text);
            out.fill(pad, length - have)?;
        }
        Ok(())
    })
}

fn binaries(input: &Input, left: bool) -> Result<ArrayRef> {
    let (values, lengths, pads) = (input.bytes(0)?, input.numbers::<Int32Type>(1)?, input.bytes(2)?);
    let mut filled = 0;
    input.to_binaries(|row| {
        let (value, pad) = (values.value(row), pads.value(row));
        let length = lengths.value(row).max(0) as usize;
        if length <= value.len() {
            return Ok(Some(Cow::Borrowed(&value[..length])));
        }
        if !pad.is_empty() {
            filled += length - value.len();
            check_filled(filled)?;
        }
        let filling = pad.iter().copied().cycle().take(length - value.len());
        let padded = if left {
            filling.chain(value.iter().copied()).collect()
        } else {
            value.iter().copied().chain(filling).collect()
        };
        Ok(Some(Cow::Owned(padded)))
    })
}

pub(super) fn repeat(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    Ok(apply("repeat", DataType::Utf8, vec![expect::string(call, 0)?, expect::int(call, 1)?], |input| {
        let (texts, counts) = (input.strings(0)?, input.numbers::<Int32Type>(1)?);
        input.to_strings(|row, out| {
            let (text, count) = (texts.value(row), counts.value(row).max(0) as usize);
            // Spark reckons the length as an INT.
            if text.len() * count > i32::MAX as usize {
                return Err(error::overflow("integer overflow", None));
            }
            out.fill(text, characters(text) * count)
        })
    }))
}

pub(super) fn space(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("space", DataType::Utf8, vec![expect::int(call, 0)?], |input| {
        let counts = input.numbers::<Int32Type>(0)?;
        input.to_strings(|row, out| out.fill(" ", counts.value(row).max(0) as usize))
    }))
}
