//! Reads JSON the way Spark lets Jackson read it: single quotes and NaN are fine, more on request.

use std::borrow::Cow;

use super::Json;
use crate::format::options::Options;

/// What deviates from strict JSON.
#[derive(Debug, Clone, Copy)]
pub(in crate::format) struct Dialect {
    single_quotes: bool,
    unquoted_names: bool,
    leading_zeros: bool,
    non_numeric: bool,
    control_characters: bool,
    comments: bool,
    any_escape: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Dialect {
            single_quotes: true,
            unquoted_names: false,
            leading_zeros: false,
            non_numeric: true,
            control_characters: false,
            comments: false,
            any_escape: false,
        }
    }
}

/// The option names of [`Dialect::of`].
pub(in crate::format) const OPTIONS: &[&str] = &[
    "allowSingleQuotes",
    "allowUnquotedFieldNames",
    "allowNumericLeadingZeros",
    "allowNonNumericNumbers",
    "allowUnquotedControlChars",
    "allowComments",
    "allowBackslashEscapingAnyCharacter",
];

impl Dialect {
    /// Nothing deviates.
    pub(in crate::format) const STRICT: Dialect = Dialect {
        single_quotes: false,
        unquoted_names: false,
        leading_zeros: false,
        non_numeric: false,
        control_characters: false,
        comments: false,
        any_escape: false,
    };

    pub(in crate::format) fn of(options: &Options) -> Self {
        let default = Dialect::default();
        Dialect {
            single_quotes: options.is_on("allowSingleQuotes", default.single_quotes),
            unquoted_names: options.is_on("allowUnquotedFieldNames", default.unquoted_names),
            leading_zeros: options.is_on("allowNumericLeadingZeros", default.leading_zeros),
            non_numeric: options.is_on("allowNonNumericNumbers", default.non_numeric),
            control_characters: options.is_on("allowUnquotedControlChars", default.control_characters),
            comments: options.is_on("allowComments", default.comments),
            any_escape: options.is_on("allowBackslashEscapingAnyCharacter", default.any_escape),
        }
    }
}

/// Deeper nesting is malformed (Jackson's limit).
const MAX_DEPTH: usize = 1000;

/// The first value of `text`; what follows it is ignored. `None` when it is malformed.
pub(in crate::format) fn parse(text: &str, dialect: Dialect) -> Option<Json<'_>> {
    let mut parser = Parser { text, at: 0, dialect };
    parser.value(0)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    dialect: Dialect,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') if self.dialect.comments => {
                    let rest = &self.text[self.at..];
                    let end = if rest.starts_with("//") {
                        rest.find('\n').unwrap_or(rest.len())
                    } else if rest.starts_with("/*") {
                        rest.find("*/").map_or(rest.len(), |end| end + 2)
                    } else {
                        return;
                    };
                    self.at += end;
                }
                _ => return,
            }
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.skip_blanks();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Option<Json<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_blanks();
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' => self.string(b'"').map(Json::String),
            b'\'' if self.dialect.single_quotes => self.string(b'\'').map(Json::String),
            _ => self.scalar(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json<'a>> {
        self.at += 1;
        let mut fields = vec![];
        if self.take(b'}') {
            return Some(Json::Object(fields));
        }
        loop {
            self.skip_blanks();
            let name = match self.peek()? {
                b'"' => self.string(b'"')?,
                b'\'' if self.dialect.single_quotes => self.string(b'\'')?,
                _ if self.dialect.unquoted_names => Cow::Borrowed(self.word()?),
                _ => return None,
            };
            if !self.take(b':') {
                return None;
            }
            fields.push((name, self.value(depth + 1)?));
            if self.take(b'}') {
                return Some(Json::Object(fields));
            }
            if !self.take(b',') {
                return None;
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Json<'a>> {
        self.at += 1;
        let mut elements = vec![];
        if self.take(b']') {
            return Some(Json::Array(elements));
        }
        loop {
            elements.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Some(Json::Array(elements));
            }
            if !self.take(b',') {
                return None;
            }
        }
    }

    fn word(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let end =
            rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$' | '-'))).unwrap_or(rest.len());
        self.at += end;
        (end > 0).then_some(&rest[..end])
    }

    fn string(&mut self, quote: u8) -> Option<Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        let mut owned: Option<String> = None;
        loop {
            let rest = &self.text[self.at..];
            let stop = rest.bytes().position(|b| b == quote || b == b'\\' || b < 0x20)?;
            if let Some(text) = &mut owned {
                text.push_str(&rest[..stop]);
            }
            self.at += stop;
            match rest.as_bytes()[stop] {
                b'\\' => {
                    let text = owned.get_or_insert_with(|| self.text[start..self.at].to_string());
                    self.at += 1;
                    let c = escape(self.text, &mut self.at, self.dialect)?;
                    text.push(c);
                }
                byte if byte == quote => {
                    let borrowed = &self.text[start..self.at];
                    self.at += 1;
                    return Some(owned.map_or(Cow::Borrowed(borrowed), Cow::Owned));
                }
                control if self.dialect.control_characters => {
                    if let Some(text) = &mut owned {
                        text.push(control as char);
                    }
                    self.at += 1;
                }
                _ => return None,
            }
        }
    }

    /// Words and numbers, up to a character that cannot belong to one.
    fn scalar(&mut self) -> Option<Json<'a>> {
        let rest = &self.text[self.at..];
        let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        let end = rest.bytes().position(|b| !is_part(b)).unwrap_or(rest.len());
        let token = &rest[..end];
        self.at += end;
        match token {
            "null" => Some(Json::Null),
            "true" => Some(Json::Boolean(true)),
            "false" => Some(Json::Boolean(false)),
            "NaN" | "Infinity" | "+Infinity" | "-Infinity" | "INF" | "+INF" | "-INF" => {
                self.dialect.non_numeric.then_some(Json::Number(token))
            }
            _ => is_number(token, self.dialect.leading_zeros).then_some(Json::Number(token)),
        }
    }
}

/// After the backslash.
fn escape(text: &str, at: &mut usize, dialect: Dialect) -> Option<char> {
    let c = text[*at..].chars().next()?;
    *at += c.len_utf8();
    Some(match c {
        '"' | '\\' | '/' => c,
        'b' => '\u{8}',
        'f' => '\u{C}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let unit = hex(text, at)?;
            if !(0xD800..0xDC00).contains(&unit) {
                return Some(char::from_u32(unit).unwrap_or('\u{FFFD}'));
            }
            if !text[*at..].starts_with("\\u") {
                return Some('\u{FFFD}');
            }
            *at += 2;
            let low = hex(text, at)?;
            let point = 0x10000 + ((unit - 0xD800) << 10) + low.wrapping_sub(0xDC00);
            char::from_u32(point).unwrap_or('\u{FFFD}')
        }
        '\'' if dialect.single_quotes => '\'',
        c if dialect.any_escape => c,
        _ => return None,
    })
}

fn hex(text: &str, at: &mut usize) -> Option<u32> {
    let value = u32::from_str_radix(text.get(*at..*at + 4)?, 16).ok()?;
    *at += 4;
    Some(value)
}

fn is_number(token: &str, leading_zeros: bool) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = token.strip_prefix('-').unwrap_or(token);
    let integer = digits(rest);
    if integer == 0 || (integer > 1 && rest.starts_with('0') && !leading_zeros) {
        return false;
    }
    rest = &rest[integer..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = &fraction[count..];
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits(exponent);
        return count > 0 && count == exponent.len();
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_texts_are_none() {
        for text in ["", "bad", "{", "{\"a\":1,}", "[1,", "01", "1.", "\"a", "{a:1}", "'a", "\"\\x\"", "1.5e"]
        {
            assert_eq!(parse(text, Dialect::default()), None, "{text}");
        }
        let deep = "[".repeat(5000);
        assert_eq!(parse(&deep, Dialect::default()), None);
    }

    #[test]
    fn strings_are_unescaped() {
        let parsed = parse(r#" {'a' : "x\u00e9\ud83d\ude00\n" } x"#, Dialect::default());
        let expected = Json::Object(vec![(Cow::Borrowed("a"), Json::String(Cow::Borrowed("xé😀\n")))]);
        assert_eq!(parsed, Some(expected));
    }
}
