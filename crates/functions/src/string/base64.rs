//! Base64 as Java's MIME decoder reads it and Spark writes it.

use std::fmt::Write;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Writes the padded encoding of `bytes` in lines of 76 characters.
pub(crate) fn encode(bytes: &[u8], out: &mut impl Write) -> std::fmt::Result {
    for (index, group) in bytes.chunks(3).enumerate() {
        if index > 0 && index % 19 == 0 {
            out.write_str("\r\n")?;
        }
        let bits =
            group.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for position in 0..4 {
            let letter = ALPHABET[(bits >> (18 - 6 * position) & 63) as usize];
            out.write_char(if position <= group.len() { letter as char } else { '=' })?;
        }
    }
    Ok(())
}

/// The bytes that `text` encodes; characters outside the alphabet are skipped. `None` when the end is malformed.
pub(crate) fn decode_lenient(text: &str) -> Option<Vec<u8>> {
    let mut letters = text.bytes().filter(|b| *b == b'=' || value(*b).is_some()).peekable();
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for letter in letters.by_ref() {
        let Some(six) = value(letter) else {
            // Padding: only at the end of a group that has two or three letters.
            return finish(bits, count, out).filter(|_| count >= 2);
        };
        bits = bits << 6 | u32::from(six);
        count += 1;
        if count == 4 {
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
            (bits, count) = (0, 0);
        }
    }
    finish(bits, count, out)
}

fn finish(bits: u32, count: u32, mut out: Vec<u8>) -> Option<Vec<u8>> {
    match count {
        0 => {}
        2 => out.push((bits >> 4) as u8),
        3 => out.extend_from_slice(&((bits >> 2) as u16).to_be_bytes()),
        _ => return None,
    }
    Some(out)
}

fn value(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

/// Whether `text` is well-formed base64: the alphabet, blanks, and padding only where a group needs it.
pub(crate) fn is_well_formed(text: &str) -> bool {
    let letters: Vec<u8> = text.bytes().filter(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n')).collect();
    let padding = letters.iter().rev().take_while(|b| **b == b'=').count();
    let body = &letters[..letters.len() - padding];
    let needed = match body.len() % 4 {
        0 => 0,
        1 => return false,
        rest => 4 - rest,
    };
    (padding == needed || padding == 0) && body.iter().all(|b| value(*b).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        for bytes in [&b""[..], b"a", b"ab", b"abc", b"abcd", &[0, 255, 254, 1]] {
            let mut text = String::new();
            encode(bytes, &mut text).unwrap();
            assert_eq!(decode_lenient(&text).as_deref(), Some(bytes), "{text}");
            assert!(is_well_formed(&text), "{text}");
        }
        assert_eq!(decode_lenient("a"), None);
        assert_eq!(decode_lenient("YW\r\nJj!").as_deref(), Some(&b"abc"[..]));
    }
}
