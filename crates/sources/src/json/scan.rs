//! Blanks, strings, numbers and words of JSON text.

use super::options::Syntax;
use super::tape::{Kind, Malformed};

/// A place in JSON text.
pub(super) struct Scanner<'a> {
    pub data: &'a [u8],
    pub position: usize,
    pub syntax: Syntax,
}

impl Scanner<'_> {
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.data.get(self.position).copied()
    }

    #[inline]
    pub(super) fn skip_blanks(&mut self) -> Result<(), Malformed> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.position += 1,
                Some(b'/') if self.syntax.comments => self.skip_comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn skip_comment(&mut self) -> Result<(), Malformed> {
        let rest = &self.data[self.position..];
        let length = match rest.get(1) {
            Some(b'/') => rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |end| end + 1),
            Some(b'*') => memchr::memmem::find(&rest[2..], b"*/").ok_or(Malformed)? + 4,
            _ => return Err(Malformed),
        };
        self.position += length;
        Ok(())
    }

    /// A name without quotes: letters, digits, `_`, `$`, `-`, `@`, `#`, `*`, `+` and anything beyond ASCII.
    pub(super) fn skip_name(&mut self) -> Result<(), Malformed> {
        let start = self.position;
        while self.peek().is_some_and(|b| {
            b.is_ascii_alphanumeric()
                || matches!(b, b'_' | b'$' | b'-' | b'@' | b'#' | b'*' | b'+')
                || b >= 0x80
        }) {
            self.position += 1;
        }
        if self.position == start { Err(Malformed) } else { Ok(()) }
    }

    /// One of the three words of JSON, not followed by more of a word.
    pub(super) fn word(&mut self, word: &[u8], kind: Kind) -> Result<Kind, Malformed> {
        if !self.data[self.position..].starts_with(word) {
            return Err(Malformed);
        }
        self.position += word.len();
        match self.peek() {
            Some(b) if b.is_ascii_alphanumeric() || b == b'_' || b == b'$' => Err(Malformed),
            _ => Ok(kind),
        }
    }

    pub(super) fn number(&mut self) -> Result<Kind, Malformed> {
        let start = self.position;
        if matches!(self.peek(), Some(b'-' | b'+')) {
            self.position += 1;
        }
        let words: [&[u8]; 2] =
            if self.position > start { [b"Infinity", b"INF"] } else { [b"Infinity", b"NaN"] };
        if self.syntax.non_numeric
            && let Some(word) = words.into_iter().find(|word| self.data[self.position..].starts_with(word))
        {
            return self.word(word, Kind::NonNumeric);
        }
        if self.data[start] == b'+' {
            return Err(Malformed);
        }
        let whole = self.digits();
        let leading_zero = self.data.get(self.position - whole) == Some(&b'0');
        if whole == 0 || (whole > 1 && leading_zero && !self.syntax.leading_zeros) {
            return Err(Malformed);
        }
        let mut kind = Kind::Integer;
        if self.peek() == Some(b'.') {
            self.position += 1;
            if self.digits() == 0 {
                return Err(Malformed);
            }
            kind = Kind::Float;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.position += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.position += 1;
            }
            if self.digits() == 0 {
                return Err(Malformed);
            }
            kind = Kind::Float;
        }
        match self.peek() {
            None | Some(b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r' | b'/') => Ok(kind),
            _ => Err(Malformed),
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.position;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.position += 1;
        }
        self.position - start
    }

    /// Skips a string, quotes included. If it has escapes its text is appended to `out`, and the answer is true.
    pub(super) fn string(&mut self, quote: u8, out: &mut Vec<u8>) -> Result<bool, Malformed> {
        let start = self.position + 1;
        let mut position = start;
        loop {
            match *self.data.get(position).ok_or(Malformed)? {
                byte if byte == quote => {
                    self.position = position + 1;
                    return Ok(false);
                }
                b'\\' => break,
                byte if byte < b' ' && !self.syntax.control_characters => return Err(Malformed),
                _ => position += 1,
            }
        }
        out.extend_from_slice(&self.data[start..position]);
        self.position = position;
        self.escaped(quote, out)?;
        Ok(true)
    }

    /// The rest of a string from its first escape on.
    fn escaped(&mut self, quote: u8, out: &mut Vec<u8>) -> Result<(), Malformed> {
        loop {
            let byte = self.peek().ok_or(Malformed)?;
            self.position += 1;
            match byte {
                _ if byte == quote => return Ok(()),
                b'\\' => self.escape(out)?,
                _ if byte < b' ' && !self.syntax.control_characters => return Err(Malformed),
                _ => out.push(byte),
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), Malformed> {
        let byte = self.peek().ok_or(Malformed)?;
        self.position += 1;
        out.push(match byte {
            b'"' | b'\\' | b'/' => byte,
            b'\'' if self.syntax.single_quotes => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => return self.unicode(out),
            _ if self.syntax.any_escape => byte,
            _ => return Err(Malformed),
        });
        Ok(())
    }

    /// `\uXXXX`, two of them for characters beyond the basic plane; a lone half becomes the replacement character.
    fn unicode(&mut self, out: &mut Vec<u8>) -> Result<(), Malformed> {
        let first = self.hexadecimal()?;
        let mut code = first;
        if (0xd800..0xdc00).contains(&first) && self.data[self.position..].starts_with(b"\\u") {
            let back = self.position;
            self.position += 2;
            let second = self.hexadecimal()?;
            if (0xdc00..0xe000).contains(&second) {
                code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            } else {
                self.position = back;
            }
        }
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        Ok(())
    }

    fn hexadecimal(&mut self) -> Result<u32, Malformed> {
        let digits = self.data.get(self.position..self.position + 4).ok_or(Malformed)?;
        self.position += 4;
        digits
            .iter()
            .try_fold(0, |code, digit| Ok(code * 16 + char::from(*digit).to_digit(16).ok_or(Malformed)?))
    }
}
