//! The lexer: cuts SQL text into tokens with spans; comments and white space vanish here.

use crate::{Error, Result, Span};

/// One token: what it is and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name or keyword without quotes.
    Word,
    /// A name in backticks.
    QuotedWord,
    /// A string in single or double quotes, or raw (`r'…'`).
    String,
    Number(NumberKind),
    Symbol(&'static str),
    /// A character that starts no token, or a quote that is never closed.
    Unknown,
    End,
}

/// The type a number's spelling asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberKind {
    Integer,
    Decimal,
    /// With an exponent and without a suffix: a double.
    Exponent,
    /// `Y`
    Byte,
    /// `S`
    Short,
    /// `L`
    Long,
    /// `F`
    Float,
    /// `D`
    Double,
    /// `BD`
    BigDecimal,
}

/// Longest first, so that the first match is the right one. `>>` is not here: `>` closes types too.
const SYMBOLS: &[&str] = &[
    "<=>", "/*+", "<=", "<>", "<<", ">=", "==", "=>", "!=", "!<", "!>", "||", "|>", "::", "->", "*/", "(",
    ")", "[", "]", ",", ".", ";", ":", "?", "=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "~", "!",
    "{", "}", "@",
];

/// All tokens of `text`, closed by one `End`.
///
/// With `double_quoted_identifiers`, `"a"` is a name.
pub(crate) fn tokenize(text: &str, double_quoted_identifiers: bool) -> Result<Vec<Token>> {
    if u32::try_from(text.len()).is_err() {
        return Err(Error::unsupported("SQL text of 4 GiB and more"));
    }
    let mut lexer = Lexer { text, position: 0, in_hint: false, double_quoted_identifiers };
    let mut tokens = Vec::with_capacity(text.len() / 4 + 1);
    loop {
        lexer.skip_blanks()?;
        let start = lexer.position;
        let kind = lexer.next_kind();
        tokens.push(Token { kind, span: Span::new(start, lexer.position) });
        if kind == TokenKind::End {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    text: &'a str,
    position: usize,
    in_hint: bool,
    double_quoted_identifiers: bool,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.position..]
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.position + ahead).copied().unwrap_or(0)
    }

    fn skip_blanks(&mut self) -> Result<()> {
        loop {
            let rest = self.rest();
            let blanks = rest.len() - rest.trim_start().len();
            self.position += blanks;
            if self.rest().starts_with("--") {
                self.skip_line_comment();
            } else if self.rest().starts_with("/*") && self.byte(2) != b'+' {
                self.skip_bracketed_comment()?;
            } else {
                return Ok(());
            }
        }
    }

    /// A backslash at the end of the line continues the comment, as in Spark.
    fn skip_line_comment(&mut self) {
        while self.position < self.text.len() {
            match self.byte(0) {
                b'\n' => return,
                b'\\' if self.byte(1) == b'\n' => self.position += 2,
                _ => self.position += 1,
            }
        }
    }

    fn skip_bracketed_comment(&mut self) -> Result<()> {
        let start = self.position;
        let mut depth = 0usize;
        while self.position < self.text.len() {
            match (self.byte(0), self.byte(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.position += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.position += 2;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => self.position += 1,
            }
        }
        Err(Error::parse("UNCLOSED_BRACKETED_COMMENT").with("position", start.to_string()))
    }

    fn next_kind(&mut self) -> TokenKind {
        let Some(first) = self.rest().chars().next() else { return TokenKind::End };
        match first {
            '"' if self.double_quoted_identifiers => self.quoted_word(b'"'),
            '\'' | '"' => self.quoted_string(first as u8),
            'r' | 'R' if matches!(self.byte(1), b'\'' | b'"') => self.raw_string(),
            '`' => self.quoted_word(b'`'),
            '0'..='9' => self.number_or_word(),
            '.' if self.byte(1).is_ascii_digit() => self.leading_dot_number(),
            c if is_word_char(c) => self.word(),
            _ => self.symbol(first),
        }
    }

    fn symbol(&mut self, first: char) -> TokenKind {
        // `*/` is one token only where it closes a hint: `a*/b` stays a syntax error of its own.
        let found = SYMBOLS.iter().find(|s| self.rest().starts_with(**s) && (**s != "*/" || self.in_hint));
        match found {
            Some(symbol) => {
                self.position += symbol.len();
                match *symbol {
                    "/*+" => self.in_hint = true,
                    "*/" => self.in_hint = false,
                    _ => {}
                }
                TokenKind::Symbol(symbol)
            }
            None => {
                self.position += first.len_utf8();
                TokenKind::Unknown
            }
        }
    }

    fn word(&mut self) -> TokenKind {
        let length = self.rest().find(|c: char| !is_word_char(c)).unwrap_or(self.rest().len());
        self.position += length;
        TokenKind::Word
    }

    /// A doubled quote stands for one; a backslash protects the next character.
    fn quoted_string(&mut self, quote: u8) -> TokenKind {
        let bytes = self.text.as_bytes();
        let mut at = self.position + 1;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' => at += 2,
                b if b == quote && bytes.get(at + 1) == Some(&quote) => at += 2,
                b if b == quote => return self.close(at + 1, TokenKind::String),
                _ => at += 1,
            }
        }
        self.close(self.position + 1, TokenKind::Unknown)
    }

    fn raw_string(&mut self) -> TokenKind {
        let quote = self.byte(1) as char;
        match self.text[self.position + 2..].find(quote) {
            Some(length) => self.close(self.position + 2 + length + 1, TokenKind::String),
            None => self.close(self.position + 1, TokenKind::Unknown),
        }
    }

    fn quoted_word(&mut self, quote: u8) -> TokenKind {
        let bytes = self.text.as_bytes();
        let mut at = self.position + 1;
        while at < bytes.len() {
            match bytes[at] {
                b if b == quote && bytes.get(at + 1) == Some(&quote) => at += 2,
                b if b == quote => return self.close(at + 1, TokenKind::QuotedWord),
                _ => at += 1,
            }
        }
        self.close(self.position + 1, TokenKind::Unknown)
    }

    fn close(&mut self, end: usize, kind: TokenKind) -> TokenKind {
        self.position = end.min(self.text.len());
        kind
    }

    /// `12`, `12L`, `1e3`, `1.5`; but `12abc` is a word, as in Spark.
    fn number_or_word(&mut self) -> TokenKind {
        let digits = self.count_digits(0);
        if self.byte(digits) == b'.'
            && let Some(kind) = self.fraction(digits)
        {
            return kind;
        }
        let (exponent, has_exponent) = self.exponent(digits);
        let (suffix, kind) = self.suffix(exponent, has_exponent, NumberKind::Integer);
        if self.ends_number(suffix) {
            return self.close(self.position + suffix, TokenKind::Number(kind));
        }
        if self.word_length() > digits {
            return self.word();
        }
        self.close(self.position + digits, TokenKind::Number(NumberKind::Integer))
    }

    fn leading_dot_number(&mut self) -> TokenKind {
        self.fraction(0).unwrap_or_else(|| self.symbol('.'))
    }

    /// The rest of a number with a decimal point at `dot`; `None` when a name follows (`t.1a`).
    fn fraction(&mut self, dot: usize) -> Option<TokenKind> {
        let digits = dot + 1 + self.count_digits(dot + 1);
        let (exponent, has_exponent) = self.exponent(digits);
        let (suffix, kind) = self.suffix(exponent, has_exponent, NumberKind::Decimal);
        let fits = !matches!(kind, NumberKind::Byte | NumberKind::Short | NumberKind::Long);
        (fits && self.ends_number(suffix))
            .then(|| self.close(self.position + suffix, TokenKind::Number(kind)))
    }

    fn count_digits(&self, from: usize) -> usize {
        (from..).take_while(|i| self.byte(*i).is_ascii_digit()).count()
    }

    fn exponent(&self, at: usize) -> (usize, bool) {
        if !self.byte(at).eq_ignore_ascii_case(&b'e') {
            return (at, false);
        }
        let sign = usize::from(matches!(self.byte(at + 1), b'+' | b'-'));
        match self.count_digits(at + 1 + sign) {
            0 => (at, false),
            digits => (at + 1 + sign + digits, true),
        }
    }

    fn suffix(&self, at: usize, has_exponent: bool, plain: NumberKind) -> (usize, NumberKind) {
        match (self.byte(at).to_ascii_uppercase(), self.byte(at + 1).to_ascii_uppercase()) {
            (b'B', b'D') => (at + 2, NumberKind::BigDecimal),
            (b'D', _) => (at + 1, NumberKind::Double),
            (b'F', _) => (at + 1, NumberKind::Float),
            (b'L', _) if !has_exponent => (at + 1, NumberKind::Long),
            (b'S', _) if !has_exponent => (at + 1, NumberKind::Short),
            (b'Y', _) if !has_exponent => (at + 1, NumberKind::Byte),
            _ if has_exponent => (at, NumberKind::Exponent),
            _ => (at, plain),
        }
    }

    fn ends_number(&self, at: usize) -> bool {
        self.text[self.position + at..].chars().next().is_none_or(|c| !is_word_char(c))
    }

    fn word_length(&self) -> usize {
        self.rest().find(|c: char| !is_word_char(c)).unwrap_or(self.rest().len())
    }
}

fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        let tokens = tokenize(text, false).expect("lexes");
        tokens
            .iter()
            .filter(|t| t.kind != TokenKind::End)
            .map(|t| (t.kind, &text[t.span.start as usize..t.span.end as usize]))
            .collect()
    }

    #[test]
    fn numbers_and_words_part_as_in_spark() {
        use NumberKind::*;
        for (text, kind) in [
            ("12", Integer),
            ("12L", Long),
            ("1y", Byte),
            ("1S", Short),
            ("1e5", Exponent),
            ("1.5", Decimal),
            ("1.", Decimal),
            (".5", Decimal),
            ("1.5e-3", Exponent),
            ("1.5D", Double),
            ("1e3f", Float),
            ("1BD", BigDecimal),
        ] {
            assert_eq!(kinds(text), [(TokenKind::Number(kind), text)], "{text}");
        }
        assert_eq!(kinds("12abc"), [(TokenKind::Word, "12abc")]);
        assert_eq!(kinds("t.1a")[2], (TokenKind::Word, "1a"));
        assert_eq!(kinds("größe"), [(TokenKind::Word, "größe")]);
    }

    #[test]
    fn strings_comments_and_hints() {
        let string = |text| vec![(TokenKind::String, text)];
        for text in [r"'a''b'", r"'a\'b'", r"r'a\'", "\"x\""] {
            assert_eq!(kinds(text), string(text));
        }
        assert_eq!(kinds("-- x\n/* a /* b */ c */ 'z'"), string("'z'"));
        assert_eq!(kinds("'open")[0].0, TokenKind::Unknown);
        assert_eq!(kinds("/*+ a */").len(), 3);
        assert_eq!(tokenize("/* /* */", false).unwrap_err().condition(), "UNCLOSED_BRACKETED_COMMENT");
    }
}
