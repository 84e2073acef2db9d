//! Encodings of one byte a character, turned into UTF-8 as they are read.

use lang::{Error, Result};

use crate::option::OptionReader;

/// How characters are stored in files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    #[default]
    Utf8,
    /// ISO-8859-1
    Latin1,
    Windows1252,
}

/// What Windows has where ISO-8859-1 has control characters; unassigned ones become the replacement character.
const WINDOWS: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}',
    '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

impl Encoding {
    /// The `encoding` (or `charset`) option.
    ///
    /// # Errors
    /// Other encodings, by name.
    pub(crate) fn new(options: &OptionReader<'_>) -> Result<Self> {
        let Some(name) = options.any(&["encoding", "charset"]) else { return Ok(Encoding::Utf8) };
        match name.to_ascii_uppercase().as_str() {
            "UTF-8" | "UTF8" | "US-ASCII" | "ASCII" => Ok(Encoding::Utf8),
            "ISO-8859-1" | "ISO8859-1" | "ISO_8859-1" | "LATIN1" | "ISO8859_1" => Ok(Encoding::Latin1),
            "WINDOWS-1252" | "CP1252" => Ok(Encoding::Windows1252),
            _ => Err(Error::unsupported(format!("the encoding {name}"))),
        }
    }

    fn character(self, byte: u8) -> char {
        match byte {
            0x80..=0x9f if self == Encoding::Windows1252 => WINDOWS[usize::from(byte - 0x80)],
            _ => char::from(byte),
        }
    }

    /// Turns `buffer[start..]` into UTF-8.
    pub(super) fn decode(self, buffer: &mut Vec<u8>, start: usize) {
        if self == Encoding::Utf8 || buffer[start..].is_ascii() {
            return;
        }
        let text: String = buffer[start..].iter().map(|byte| self.character(*byte)).collect();
        buffer.truncate(start);
        buffer.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_characters() {
        for (encoding, expected) in
            [(Encoding::Latin1, "ab\u{e9}\u{80}"), (Encoding::Windows1252, "ab\u{e9}€")]
        {
            let mut buffer = b"ab\xe9\x80".to_vec();
            encoding.decode(&mut buffer, 1);
            assert_eq!(buffer, expected.as_bytes());
        }
    }
}
