//! Numbers and bytes in other bases: `bin`, `hex`, `unhex`, `conv`.

use std::borrow::Cow;
use std::fmt::Write;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use datafusion::logical_expr::Expr;
use lang::Result;

use super::hex as hex_text;
use crate::scalar::{Input, apply};
use crate::types::is_numeric;
use crate::{Call, error, expect};

/// Two's complement in base 2.
pub(super) fn bin(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("bin", DataType::Utf8, vec![expect::long(call, 0)?], |input| {
        let numbers = input.numbers::<Int64Type>(0)?;
        input.to_strings(|row, out| {
            let _ = write!(out, "{:b}", numbers.value(row));
            Ok(())
        })
    }))
}

/// A number in base 16, or the bytes of a string or binary.
pub(super) fn hex(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    if is_numeric(call.arguments[0].data_type()) {
        return Ok(apply("hex", DataType::Utf8, vec![expect::long(call, 0)?], |input| {
            let numbers = input.numbers::<Int64Type>(0)?;
            input.to_strings(|row, out| {
                let _ = write!(out, "{:X}", numbers.value(row));
                Ok(())
            })
        }));
    }
    Ok(hex_of(expect::string_or_binary(call, 0)?))
}

/// The hexadecimal text of a binary or string expression.
pub(crate) fn hex_of(bytes: Expr) -> Expr {
    apply("hex", DataType::Utf8, vec![bytes], |input| {
        let bytes = input.bytes(0)?;
        input.to_strings(|row, out| {
            hex_text::encode(bytes.value(row), out);
            Ok(())
        })
    })
}

/// NULL when something is no hexadecimal digit.
pub(super) fn unhex(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("unhex", DataType::Binary, vec![expect::string(call, 0)?], |input| {
        let strings = input.strings(0)?;
        input.to_binaries(|row| Ok(hex_text::decode(strings.value(row)).map(Cow::Owned)))
    }))
}

/// `conv(number, from_base, to_base)`; a negative target base means signed.
pub(super) fn conv(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let arguments = vec![expect::string(call, 0)?, expect::int(call, 1)?, expect::int(call, 2)?];
    Ok(apply("conv", DataType::Utf8, arguments, run_conv))
}

fn run_conv(input: &Input) -> Result<ArrayRef> {
    let texts = input.strings(0)?;
    let (from, to) = (input.numbers::<Int32Type>(1)?, input.numbers::<Int32Type>(2)?);
    input.to_strings(|row, out| {
        let (from, to) = (from.value(row), to.value(row));
        let text = texts.value(row).trim_matches(' ');
        if !(2..=36).contains(&from) || !(2..=36).contains(&to.abs()) || text.is_empty() {
            out.null();
            return Ok(());
        }
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let magnitude = match parse(digits, from as u32) {
            Some(value) => value,
            None if input.ansi() => return Err(error::overflow("Overflow in function conv()", None)),
            None => u64::MAX,
        };
        write_converted(magnitude, negative, to, out);
        Ok(())
    })
}

/// The digits up to the first that is none; `None` when they exceed 64 bits.
fn parse(digits: &str, base: u32) -> Option<u64> {
    digits
        .chars()
        .map_while(|c| c.to_digit(base))
        .try_fold(0u64, |value, digit| value.checked_mul(u64::from(base))?.checked_add(u64::from(digit)))
}

fn write_converted(mut value: u64, mut negative: bool, to: i32, out: &mut crate::scalar::Text) {
    let top_bit = value > i64::MAX as u64;
    if negative && to > 0 {
        value = if top_bit { u64::MAX } else { value.wrapping_neg() };
    }
    if to < 0 && top_bit {
        value = value.wrapping_neg();
        negative = true;
    }
    if negative && to < 0 {
        out.push('-');
    }
    let base = u64::from(to.unsigned_abs());
    let mut digits = [0u8; 64];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = (value % base) as u8;
        value /= base;
        if value == 0 {
            break;
        }
    }
    for digit in &digits[start..] {
        out.push(char::from_digit(u32::from(*digit), 36).unwrap_or('0').to_ascii_uppercase());
    }
}
