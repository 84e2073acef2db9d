//! Hexadecimal text of bytes.

use std::fmt::Write;

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

/// Two upper-case digits a byte.
pub(crate) fn encode(bytes: &[u8], out: &mut impl Write) {
    for byte in bytes {
        let _ = out.write_char(DIGITS[(byte >> 4) as usize] as char);
        let _ = out.write_char(DIGITS[(byte & 15) as usize] as char);
    }
}

/// The bytes; an odd number of digits has a zero before it. `None` when something is no digit.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let digit = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
    let mut bytes = Vec::with_capacity(digits.len().div_ceil(2));
    let (head, pairs) = digits.split_at(digits.len() % 2);
    if let Some(single) = head.first() {
        bytes.push(digit(*single)?);
    }
    for pair in pairs.chunks_exact(2) {
        bytes.push(digit(pair[0])? << 4 | digit(pair[1])?);
    }
    Some(bytes)
}
