//! How long strings and binaries are: in characters, bytes and bits.

use arrow::datatypes::{DataType, Int32Type};
use datafusion::logical_expr::Expr;
use lang::Result;

use crate::scalar::apply;
use crate::{Call, expect};

/// Characters of a string, bytes of a binary.
pub(super) fn length(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = expect::string_or_binary(call, 0)?;
    if expect::is_binary(call.arguments[0].data_type()) {
        return octet_length(call);
    }
    Ok(apply("length", DataType::Int32, vec![argument], |input| {
        let strings = input.strings(0)?;
        input.to_numbers::<Int32Type>(|row| Ok(Some(characters(strings.value(row)) as i32)))
    }))
}

pub(super) fn octet_length(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("octet_length", DataType::Int32, vec![expect::string_or_binary(call, 0)?], |input| {
        let bytes = input.bytes(0)?;
        input.to_numbers::<Int32Type>(|row| Ok(Some(bytes.value(row).len() as i32)))
    }))
}

pub(super) fn bit_length(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("bit_length", DataType::Int32, vec![expect::string_or_binary(call, 0)?], |input| {
        let bytes = input.bytes(0)?;
        input.to_numbers::<Int32Type>(|row| Ok(Some((bytes.value(row).len() as i32).wrapping_mul(8))))
    }))
}

/// The number of characters of `text`.
pub(super) fn characters(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}
