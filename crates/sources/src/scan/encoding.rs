//! Encodings of one byte a character, turned into UTF-8 as they are read.

use lang::ir::Options;
use lang::{Error, ErrorKind, Result};

use crate::option::OptionReader;

/// How characters are stored in files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    #[default]
    Utf8,
    /// US-ASCII
    Ascii,
    /// ISO-8859-1
    Latin1,
    Windows1252,
}

/// The encodings that Spark knows by default.
const CHARSETS: [&str; 7] = ["ISO-8859-1", "US-ASCII", "UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "UTF-8"];
/// The setting that lets in the others of Java.
const JAVA_CHARSETS: &str = "spark.sql.legacy.javaCharsets";

/// What Windows has where ISO-8859-1 has control characters; unassigned ones become the replacement character.
const WINDOWS: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}',
    '\u{fffd}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

impl Encoding {
    /// The `encoding` (or `charset`) option; `reader` is how Spark calls the options in errors.
    ///
    /// # Errors
    /// `INVALID_PARAMETER_VALUE.CHARSET`; encodings of several bytes a character other than UTF-8, by name.
    pub(crate) fn new(options: &OptionReader<'_>, conf: &Options, reader: &str) -> Result<Self> {
        let Some(name) = options.any(&["encoding", "charset"]) else { return Ok(Encoding::Utf8) };
        let all = conf.get(JAVA_CHARSETS).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        match name.to_ascii_uppercase().as_str() {
            "UTF-8" => Ok(Encoding::Utf8),
            "US-ASCII" => Ok(Encoding::Ascii),
            "ISO-8859-1" => Ok(Encoding::Latin1),
            "WINDOWS-1252" | "CP1252" if all => Ok(Encoding::Windows1252),
            known if all || CHARSETS.iter().any(|charset| charset.eq_ignore_ascii_case(known)) => {
                Err(Error::unsupported(format!("the encoding {name}")))
            }
            _ => Err(unknown(name, reader)),
        }
    }

    /// The `encoding` (or `charset`) option of a reader that knows all of Java's encodings.
    ///
    /// # Errors
    /// Other encodings, by name.
    pub(crate) fn of_java(options: &OptionReader<'_>) -> Result<Self> {
        let Some(name) = options.any(&["encoding", "charset"]) else { return Ok(Encoding::Utf8) };
        match name.to_ascii_uppercase().as_str() {
            "UTF-8" | "UTF8" => Ok(Encoding::Utf8),
            "US-ASCII" | "ASCII" => Ok(Encoding::Ascii),
            "ISO-8859-1" | "ISO8859-1" | "ISO_8859-1" | "LATIN1" | "ISO8859_1" => Ok(Encoding::Latin1),
            "WINDOWS-1252" | "CP1252" => Ok(Encoding::Windows1252),
            _ => Err(Error::unsupported(format!("the encoding {name}"))),
        }
    }

    fn character(self, byte: u8) -> char {
        match byte {
            0x80.. if self == Encoding::Ascii => char::REPLACEMENT_CHARACTER,
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

/// An encoding that Spark has not.
pub(crate) fn unknown(name: &str, reader: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, "INVALID_PARAMETER_VALUE.CHARSET")
        .with("parameter", "`charset`")
        .with("functionName", format!("`{reader}`"))
        .with("charset", name)
        .with("charsets", CHARSETS.join(", ").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_characters() {
        for (encoding, expected) in [
            (Encoding::Latin1, "ab\u{e9}\u{80}"),
            (Encoding::Windows1252, "ab\u{e9}€"),
            (Encoding::Ascii, "ab\u{fffd}\u{fffd}"),
        ] {
            let mut buffer = b"ab\xe9\x80".to_vec();
            encoding.decode(&mut buffer, 1);
            assert_eq!(buffer, expected.as_bytes());
        }
    }
}
