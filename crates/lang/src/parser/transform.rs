//! Scripts of the system: `SELECT TRANSFORM (…) USING 'command'`, MAP and REDUCE.

use super::Parser;
use crate::ir::Relation;
use crate::{Error, Result, Span};

impl Parser<'_> {
    /// `SELECT TRANSFORM(a) USING 'script'` runs a script; `SELECT transform(xs, x -> …)` is the function.
    pub(super) fn at_script_transform(&self) -> bool {
        if !(self.is_word("TRANSFORM") && self.is_symbol_at(1, "(")) {
            return false;
        }
        let (mut ahead, mut depth) = (2, 1usize);
        while depth > 0 && self.peek_at(ahead).kind != crate::lexer::TokenKind::End {
            depth += usize::from(self.is_symbol_at(ahead, "("));
            depth -= usize::from(self.is_symbol_at(ahead, ")"));
            ahead += 1;
        }
        ["USING", "ROW", "RECORDWRITER"].iter().any(|word| self.is_word_at(ahead, word))
    }

    /// Reads the whole query; running a command of the system is refused by name.
    pub(super) fn select_transform(&mut self, from: Option<&Relation>, start: Span) -> Result<Relation> {
        if self.eat_word("TRANSFORM") {
            self.expect("(")?;
            self.transform_arguments(start)?;
            self.expect(")")?;
        } else {
            self.advance();
            self.transform_arguments(start)?;
        }
        self.optional_row_format()?;
        if self.eat_word("RECORDWRITER") {
            self.string_literal()?;
        }
        self.expect_word("USING")?;
        self.string_literal()?;
        if self.eat_word("AS") {
            self.transform_columns()?;
        }
        self.optional_row_format()?;
        if self.eat_word("RECORDREADER") {
            self.string_literal()?;
        }
        if from.is_none() && self.is_word("FROM") {
            self.parse_from()?;
        }
        Err(Error::unsupported("SELECT TRANSFORM, MAP and REDUCE with a script"))
    }

    fn transform_arguments(&mut self, start: Span) -> Result<()> {
        if self.is_any_word(&["DISTINCT", "ALL"]) && self.is_name_at(1) {
            let error = Error::parse("UNSUPPORTED_FEATURE.TRANSFORM_DISTINCT_ALL");
            return Err(self.at_span(error, self.span_from(start)));
        }
        self.comma_list(|p| p.expression()).map(drop)
    }

    fn optional_row_format(&mut self) -> Result<()> {
        if self.at_row_format() { self.row_format().map(drop) } else { Ok(()) }
    }

    fn transform_columns(&mut self) -> Result<()> {
        let parenthesized = self.eat("(");
        self.comma_list(|p| {
            p.identifier()?;
            let typed = p.is_name_at(0) && !p.is_any_word(&["FROM", "ROW", "RECORDREADER", "WHERE"]);
            if typed { p.data_type().map(drop) } else { Ok(()) }
        })?;
        if parenthesized { self.expect(")") } else { Ok(()) }
    }
}
