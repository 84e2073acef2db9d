//! `to_base32`, `from_base32`: the alphabet of RFC 4648, read leniently.

use arrow::datatypes::DataType;
use datafusion::logical_expr::Expr;
use lang::Result;

use crate::scalar::apply;
use crate::{Call, expect};

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Letters of a whole group, which holds five bytes.
const GROUP: usize = 8;

/// `to_base32(bytes)`, padded.
pub(super) fn encode(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("to_base32", DataType::Utf8, vec![expect::binary(call, 0)?], |input| {
        let bytes = input.bytes(0)?;
        input.to_strings(|row, out| {
            for group in bytes.value(row).chunks(5) {
                let bits = group.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
                let bits = bits << (8 * (5 - group.len()));
                let letters = (group.len() * 8).div_ceil(5);
                for position in 0..GROUP {
                    let letter = ALPHABET[(bits >> (35 - 5 * position) & 31) as usize];
                    out.push(if position < letters { letter as char } else { '=' });
                }
            }
            Ok(())
        })
    }))
}

/// `from_base32(text)`: letters of both cases; what is no letter is skipped, and the first padding ends the text.
pub(super) fn decode(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("from_base32", DataType::Binary, vec![expect::string_or_binary(call, 0)?], |input| {
        let texts = input.bytes(0)?;
        input.to_binaries(|row| Ok(Some(decoded(texts.value(row)).into())))
    }))
}

/// The whole bytes among the bits of the letters.
fn decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 5 / 8);
    let (mut bits, mut count, mut letters) = (0u32, 0, 0);
    for five in text.iter().take_while(|b| **b != b'=').filter_map(|b| value(*b)) {
        bits = bits << 5 | u32::from(five);
        count += 5;
        letters += 1;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    // As in Java a letter that is alone in its group makes a byte, of its own first bits and those before it.
    if count % 8 == 5 && letters % GROUP == 1 {
        out.push((bits >> 2) as u8);
    }
    out
}

fn value(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a'),
        b'2'..=b'7' => Some(letter - b'2' + 26),
        _ => None,
    }
}
