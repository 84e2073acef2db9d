//! String literals: what stands between the quotes, escapes decoded.

use super::Parser;
use crate::Result;
use crate::ir::{ExprKind, Literal};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// One or more adjacent string tokens, as one value.
    pub(super) fn string_literal(&mut self) -> Result<String> {
        let mut value = self.one_string()?;
        while self.peek().kind == TokenKind::String || self.at_bound_string() {
            value.push_str(&self.one_string()?);
        }
        Ok(value)
    }

    /// Exactly one string token.
    pub(super) fn one_string(&mut self) -> Result<String> {
        let token = self.peek();
        if self.at_bound_string()
            && let Some(ExprKind::Literal(Literal::String(value))) = self.bound_parameter().map(|e| e.kind)
        {
            return Ok(value);
        }
        if token.kind != TokenKind::String {
            return Err(self.unexpected());
        }
        self.position += 1;
        Ok(decode(self.text_of(token)))
    }
}

/// The value of a string token with its quotes.
fn decode(token: &str) -> String {
    let bytes = token.as_bytes();
    match bytes[0] {
        b'r' | b'R' => token[2..token.len() - 1].to_string(),
        quote => unescape(&token[1..token.len() - 1], quote as char),
    }
}

/// Spark's escapes: `\n`, octal `\101`, `é`, `\U0001F600`; `\%` and `\_` keep their backslash for LIKE.
fn unescape(body: &str, quote: char) -> String {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c == '\\' {
            rest = escape(rest, &mut out);
        } else {
            out.push(c);
            // Inside a string a quote only occurs doubled.
            if c == quote {
                rest = rest.strip_prefix(quote).unwrap_or(rest);
            }
        }
    }
    out
}

/// Decodes one escape after its backslash; returns what follows it.
fn escape<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let Some(c) = rest.chars().next() else {
        out.push('\\');
        return rest;
    };
    if let Some((value, length)) = coded_character(rest) {
        out.push(value);
        return &rest[length..];
    }
    match c {
        '0' => out.push('\0'),
        'b' => out.push('\u{8}'),
        'n' => out.push('\n'),
        'r' => out.push('\r'),
        't' => out.push('\t'),
        'Z' => out.push('\u{1A}'),
        '%' | '_' => out.extend(['\\', c]),
        other => out.push(other),
    }
    &rest[c.len_utf8()..]
}

/// A character given by number, and the length of its spelling.
fn coded_character(rest: &str) -> Option<(char, usize)> {
    let number = |from: usize, to: usize, radix: u32| {
        let digits = rest.get(from..to).filter(|d| d.bytes().all(|b| (b as char).is_digit(radix)))?;
        char::from_u32(u32::from_str_radix(digits, radix).ok()?).map(|c| (c, to))
    };
    match rest.as_bytes().first()? {
        b'u' => number(1, 5, 16).or_else(|| surrogate_pair(rest)),
        b'U' => number(1, 9, 16),
        b'0' | b'1' => number(0, 3, 8),
        _ => None,
    }
}

/// `😀`: two halves of one character, as Java strings hold it.
fn surrogate_pair(rest: &str) -> Option<(char, usize)> {
    let high = u16::from_str_radix(rest.get(1..5)?, 16).ok()?;
    let low = u16::from_str_radix(rest.get(5..11)?.strip_prefix("\\u")?, 16).ok()?;
    let character = char::decode_utf16([high, low]).next()?.ok()?;
    Some((character, 11))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes() {
        for (token, value) in [
            (r"'a\nb'", "a\nb"),
            (r"'\101'", "A"),
            (r"'\u0041'", "A"),
            (r"'\U0001F600'", "😀"),
            (r"'\uD83D\uDE00'", "😀"),
            (r"'\%\_\a'", r"\%\_a"),
            (r"'it''s'", "it's"),
            (r#""say ""hi""""#, "say \"hi\""),
            (r"r'\n'", r"\n"),
            (r"'\0'", "\0"),
        ] {
            assert_eq!(decode(token), value, "{token}");
        }
    }
}
