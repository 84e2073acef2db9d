//! Reading tokens one by one: tests, expectations, names and errors.

use super::{FREE_LINKS, MAX_DEPTH, MAX_LINKS, Mark, ParseContext, Parser};
use crate::keywords::{Role, role};
use crate::lexer::{Token, TokenKind, tokenize};
use crate::{Error, ErrorKind, QueryContext, Result, Span};

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, context: &'a ParseContext) -> Result<Self> {
        let tokens = tokenize(text, context.double_quoted_identifiers).map_err(|error| {
            let (object_type, object_name) = (String::new(), String::new());
            let whole =
                QueryContext::Sql { object_type, object_name, text: text.into(), start: 0, stop: text.len() };
            if error.context().is_empty() { error.with_context(whole) } else { error }
        })?;
        Ok(Parser {
            text,
            tokens,
            context,
            position: 0,
            depth: 0,
            positional: 0,
            copied: 0,
            links: 0,
            computed: 0,
            deferred: Vec::new(),
        })
    }

    /// Where the parser stands, to come back to.
    pub(super) fn mark(&self) -> Mark {
        let Parser { position, depth, positional, computed, .. } = self;
        Mark {
            position: *position,
            depth: *depth,
            positional: *positional,
            computed: *computed,
            deferred: self.deferred.len(),
        }
    }

    pub(super) fn reset_to(&mut self, mark: Mark) {
        (self.position, self.depth) = (mark.position, mark.depth);
        (self.positional, self.computed) = (mark.positional, mark.computed);
        self.deferred.truncate(mark.deferred);
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Token {
        // The last token is always `End`.
        self.tokens[(self.position + ahead).min(self.tokens.len() - 1)]
    }

    pub(super) fn peek(&self) -> Token {
        self.peek_at(0)
    }

    pub(super) fn advance(&mut self) -> Token {
        let token = self.peek();
        if token.kind != TokenKind::End {
            self.position += 1;
        }
        token
    }

    pub(super) fn text_of(&self, token: Token) -> &'a str {
        &self.text[token.span.start as usize..token.span.end as usize]
    }

    pub(super) fn at_end(&self) -> bool {
        self.peek().kind == TokenKind::End
    }

    /// From `start` to the end of the last token read.
    pub(super) fn span_from(&self, start: Span) -> Span {
        match self.position.checked_sub(1) {
            Some(last) => start.to(self.tokens[last].span),
            None => start,
        }
    }

    /// The text from `start` to the last token read.
    pub(super) fn text_from(&self, start: Span) -> &'a str {
        let span = self.span_from(start);
        &self.text[span.start as usize..span.end as usize]
    }

    // ---- symbols and words

    pub(super) fn is_symbol_at(&self, ahead: usize, symbol: &str) -> bool {
        matches!(self.peek_at(ahead).kind, TokenKind::Symbol(s) if s == symbol)
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.is_symbol_at(0, symbol)
    }

    pub(super) fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        if found {
            self.position += 1;
        }
        found
    }

    pub(super) fn expect(&mut self, symbol: &str) -> Result<()> {
        if self.eat(symbol) { Ok(()) } else { Err(self.missing(symbol)) }
    }

    pub(super) fn is_word_at(&self, ahead: usize, word: &str) -> bool {
        let token = self.peek_at(ahead);
        token.kind == TokenKind::Word && self.text_of(token).eq_ignore_ascii_case(word)
    }

    /// Whether the word comes anywhere in the rest of the text.
    fn has_word_ahead(&self, word: &str) -> bool {
        (0..self.tokens.len().saturating_sub(self.position)).any(|ahead| self.is_word_at(ahead, word))
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.is_word_at(0, word)
    }

    pub(super) fn is_any_word(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.is_word(w))
    }

    pub(super) fn are_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(i, w)| self.is_word_at(i, w))
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.position += 1;
        }
        found
    }

    /// All of the words, or none.
    pub(super) fn eat_words(&mut self, words: &[&str]) -> bool {
        let found = self.are_words(words);
        if found {
            self.position += words.len();
        }
        found
    }

    pub(super) fn eat_any_word(&mut self, words: &[&str]) -> bool {
        words.iter().any(|w| self.eat_word(w))
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Result<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.missing(word)) }
    }

    pub(super) fn expect_words(&mut self, words: &[&str]) -> Result<()> {
        words.iter().try_for_each(|w| self.expect_word(w))
    }

    pub(super) fn eat_if_exists(&mut self) -> bool {
        self.eat_words(&["IF", "EXISTS"])
    }

    pub(super) fn eat_if_not_exists(&mut self) -> bool {
        self.eat_words(&["IF", "NOT", "EXISTS"])
    }

    // ---- names

    pub(super) fn is_name_at(&self, ahead: usize) -> bool {
        matches!(self.peek_at(ahead).kind, TokenKind::Word | TokenKind::QuotedWord)
    }

    /// One name; keywords count as names here.
    pub(super) fn identifier(&mut self) -> Result<String> {
        let token = self.peek();
        let text = self.text_of(token);
        let name = match token.kind {
            TokenKind::Word => text.to_string(),
            TokenKind::QuotedWord => unquoted(text),
            _ => return Err(self.unexpected()),
        };
        if self.at_literal_name() {
            return self.literal_name();
        }
        if self.is_reserved(token) {
            return Err(self.unexpected());
        }
        self.position += 1;
        Ok(name)
    }

    /// Is the word, which would be a name, reserved by the session? Some are functions all the same.
    pub(super) fn is_reserved(&self, token: Token) -> bool {
        if !self.context.reserved_keywords || token.kind != TokenKind::Word {
            return false;
        }
        let text = self.text_of(token);
        let function = ["FILTER", "LEFT", "RIGHT"].iter().any(|word| word.eq_ignore_ascii_case(text));
        crate::keywords::is_reserved(text) && !(function && self.is_symbol_at(1, "("))
    }

    /// `a.b.c`; a name with a bare hyphen is pointed out as such.
    pub(super) fn multipart_identifier(&mut self) -> Result<Vec<String>> {
        let start = self.peek().span;
        let mut parts = vec![self.identifier()?];
        while self.is_symbol(".") && self.is_name_at(1) {
            self.position += 1;
            parts.push(self.identifier()?);
        }
        if self.is_symbol("-") && self.is_name_at(1) && self.peek().span.start == self.span_from(start).end {
            let ident = format!("{}-{}", self.text_from(start), self.text_of(self.peek_at(1)));
            return Err(self.at_token(Error::parse("INVALID_IDENTIFIER").with("ident", ident), self.peek()));
        }
        Ok(parts)
    }

    /// `(a, b, c)`
    pub(super) fn identifier_list(&mut self) -> Result<Vec<String>> {
        self.parenthesized_list(|p| p.identifier())
    }

    /// May the next word be a column alias without AS?
    pub(super) fn at_column_alias(&self) -> bool {
        let token = self.peek();
        if self.is_reserved(token) {
            return false;
        }
        match token.kind {
            // A name in double quotes needs AS.
            TokenKind::QuotedWord => !self.text_of(token).starts_with('"'),
            TokenKind::Word => match role(self.text_of(token)) {
                Role::Name => true,
                Role::Clause => false,
                Role::BeforeBy => !self.is_word_at(1, "BY"),
                Role::Strict | Role::Soft => self.alias_is_followed_well(),
            },
            _ => false,
        }
    }

    /// May the next word be a table alias without AS?
    pub(super) fn at_table_alias(&self) -> bool {
        let token = self.peek();
        if self.is_reserved(token) {
            return false;
        }
        let nearest = self.is_any_word(&["APPROX", "EXACT"]) && self.is_word_at(1, "NEAREST");
        // Without a condition to match, `asof` is a name like any other.
        let as_of = self.is_word("ASOF") && self.is_word_at(1, "JOIN");
        if nearest || (as_of && self.has_word_ahead("MATCH_CONDITION")) {
            return false;
        }
        match token.kind {
            TokenKind::QuotedWord => true,
            TokenKind::Word => match role(self.text_of(token)) {
                Role::Name => true,
                Role::Clause | Role::Strict => false,
                Role::BeforeBy => !self.is_word_at(1, "BY"),
                Role::Soft => self.alias_is_followed_well(),
            },
            _ => false,
        }
    }

    fn alias_is_followed_well(&self) -> bool {
        let next = self.peek_at(1);
        let closes = matches!(next.kind, TokenKind::Symbol("," | ")"));
        closes || self.is_word_at(1, "FROM") || (next.kind == TokenKind::End && !self.is_set_operator())
    }

    pub(super) fn is_set_operator(&self) -> bool {
        self.is_any_word(&["UNION", "INTERSECT", "EXCEPT", "MINUS"])
    }

    // ---- lists and nesting

    pub(super) fn comma_list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.eat(",") {
            items.push(item(self)?);
        }
        Ok(items)
    }

    pub(super) fn parenthesized_list<T>(
        &mut self,
        item: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.expect("(")?;
        let items = self.comma_list(item)?;
        self.expect(")")?;
        Ok(items)
    }

    /// Runs `parse` one level deeper; too deep is an error.
    pub(super) fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.too_complex());
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// One more link of a chain that has `length` of them; too many are an error.
    pub(super) fn link(&mut self, length: &mut usize) -> Result<()> {
        *length += 1;
        self.links += usize::from(*length > FREE_LINKS);
        if self.links > MAX_LINKS { Err(self.too_complex()) } else { Ok(()) }
    }

    // ---- errors

    pub(super) fn expect_end(&self) -> Result<()> {
        if self.at_end() {
            return Ok(());
        }
        let quoted = format!("'{}'", self.text_of(self.peek()));
        Err(self.syntax_error(format!(": extra input {quoted}")))
    }

    /// There is nothing to read.
    pub(super) fn empty(&self) -> Error {
        self.at_span(Error::parse("PARSE_EMPTY_STATEMENT"), Span::NONE)
    }

    pub(super) fn unexpected(&self) -> Error {
        self.syntax_error(String::new())
    }

    fn missing(&self, what: &str) -> Error {
        self.syntax_error(format!(": missing '{what}'"))
    }

    fn syntax_error(&self, hint: String) -> Error {
        let token = self.peek();
        let near = match token.kind {
            TokenKind::End => "end of input".to_string(),
            _ => format!("'{}'", self.text_of(token)),
        };
        self.at_token(Error::parse("PARSE_SYNTAX_ERROR").with("error", near).with("hint", hint), token)
    }

    pub(super) fn too_complex(&self) -> Error {
        let whole = Span::new(0, self.text.len());
        self.at_span(Error::new(ErrorKind::Parse, "FAILED_TO_PARSE_TOO_COMPLEX"), whole)
    }

    /// Adds the place of `token` to an error.
    pub(super) fn at_token(&self, error: Error, token: Token) -> Error {
        self.at_span(error, token.span)
    }

    pub(super) fn at_span(&self, error: Error, span: Span) -> Error {
        error.with_context(QueryContext::Sql {
            object_type: String::new(),
            object_name: String::new(),
            text: self.text.into(),
            start: span.start as usize,
            stop: span.end as usize,
        })
    }
}

/// A quoted name without its quotes; doubled ones stand for one.
fn unquoted(text: &str) -> String {
    let quote = &text[..1];
    text[1..text.len() - 1].replace(&quote.repeat(2), quote)
}
