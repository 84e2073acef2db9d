//! SET and RESET: the one place where the text behind a keyword is taken as it stands.

use super::Parser;
use crate::ir::{ExprKind, Literal, Statement};
use crate::lexer::TokenKind;
use crate::{Error, Result};

const TIME_ZONE_KEY: &str = "spark.sql.session.timeZone";

impl Parser<'_> {
    pub(super) fn set(&mut self) -> Result<Statement> {
        self.expect_word("SET")?;
        if self.eat_word("CATALOG") {
            return self.set_catalog();
        }
        if self.are_words(&["TIME", "ZONE"]) {
            self.position += 2;
            return self.set_time_zone();
        }
        if self.is_word("ROLE") {
            return Err(self.refused_native("SET ROLE", self.peek()));
        }
        if self.is_word("PATH") && self.is_symbol_at(1, "=") {
            self.position += 2;
            return Ok(Statement::SetPath(self.comma_list(|p| p.multipart_identifier())?));
        }
        let names_one = self.is_name_at(1) && (self.is_symbol_at(2, "=") || self.is_symbol_at(2, "."));
        if self.is_any_word(&["VAR", "VARIABLE"]) && (names_one || self.is_symbol_at(1, "(")) {
            self.position += 1;
            return self.set_variable();
        }
        self.set_configuration()
    }

    fn set_catalog(&mut self) -> Result<Statement> {
        let name =
            if self.peek().kind == TokenKind::String { self.string_literal()? } else { self.identifier()? };
        Ok(Statement::SetCatalog { name })
    }

    /// `SET`, `SET -v`, `SET k`, `SET k = v`; key and value in backticks may hold any character.
    fn set_configuration(&mut self) -> Result<Statement> {
        if self.peek().kind == TokenKind::QuotedWord && (self.is_symbol_at(1, "=") || self.ends_at(1)) {
            let key = Some(self.identifier()?);
            let value = if self.eat("=") { Some(self.configuration_value()) } else { None };
            return Ok(Statement::Set { key, value, verbose: false });
        }
        let token = self.peek();
        let text = self.rest_of_statement();
        let (key, value) = match text.split_once('=') {
            Some((key, value)) => (key.trim(), Some(unquote(value.trim()))),
            None => (text.trim(), None),
        };
        if key == "-v" && value.is_none() {
            return Ok(Statement::Set { key: None, value: None, verbose: true });
        }
        if key.is_empty() && value.is_none() {
            return Ok(Statement::Set { key: None, value: None, verbose: false });
        }
        if !is_plain_key(key) {
            return Err(self.at_token(Error::parse("INVALID_SET_SYNTAX"), token));
        }
        Ok(Statement::Set { key: Some(key.to_string()), value, verbose: false })
    }

    fn configuration_value(&mut self) -> String {
        unquote(self.rest_of_statement().trim())
    }

    /// `SET TIME ZONE 'UTC' | LOCAL | INTERVAL 8 HOURS`
    fn set_time_zone(&mut self) -> Result<Statement> {
        let value = if self.peek().kind == TokenKind::String {
            self.string_literal()?
        } else if self.eat_word("LOCAL") {
            // The key's default is the machine's own zone.
            return Ok(Statement::Reset { key: Some(TIME_ZONE_KEY.to_string()) });
        } else if self.is_word("INTERVAL") && self.at_interval() {
            self.interval_offset()?
        } else {
            let error = Error::parse("_LEGACY_ERROR_TEMP_0045");
            return Err(self.at_token(error, self.peek()));
        };
        Ok(Statement::Set { key: Some(TIME_ZONE_KEY.to_string()), value: Some(value), verbose: false })
    }

    fn interval_offset(&mut self) -> Result<String> {
        let token = self.peek();
        let interval = self.interval()?;
        let seconds = match interval.kind {
            ExprKind::Literal(Literal::DayTimeInterval { micros, .. }) if micros % 1_000_000 == 0 => {
                micros / 1_000_000
            }
            _ => i64::MAX,
        };
        if seconds.unsigned_abs() > 18 * 3600 {
            let error = Error::parse("INVALID_INTERVAL_FORMAT.TIMEZONE_INTERVAL_OUT_OF_RANGE")
                .with("input", self.text_from(token.span));
            return Err(self.at_token(error, token));
        }
        let sign = if seconds < 0 { '-' } else { '+' };
        let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
        match seconds.abs() % 60 {
            0 => Ok(format!("{sign}{hours:02}:{minutes:02}")),
            rest => Ok(format!("{sign}{hours:02}:{minutes:02}:{rest:02}")),
        }
    }

    pub(super) fn reset(&mut self) -> Result<Statement> {
        self.expect_word("RESET")?;
        if self.peek().kind == TokenKind::QuotedWord && self.ends_at(1) {
            return Ok(Statement::Reset { key: Some(self.identifier()?) });
        }
        let token = self.peek();
        let key = self.rest_of_statement().trim();
        if key.is_empty() {
            return Ok(Statement::Reset { key: None });
        }
        if !is_plain_key(key) {
            return Err(self.at_token(Error::parse("INVALID_RESET_COMMAND_FORMAT"), token));
        }
        Ok(Statement::Reset { key: Some(key.to_string()) })
    }

    fn ends_at(&self, ahead: usize) -> bool {
        self.is_symbol_at(ahead, ";") || self.peek_at(ahead).kind == TokenKind::End
    }

    /// The text up to the `;` or the end.
    pub(super) fn rest_of_statement(&mut self) -> &str {
        if self.ends_at(0) {
            return "";
        }
        let start = self.peek().span;
        while !self.ends_at(0) {
            self.position += 1;
        }
        self.text_from(start)
    }
}

/// Letters, digits, `_`, `.`, `:` and `-`: what a configuration key needs without backticks.
fn is_plain_key(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':' | '-'))
}

fn unquote(value: &str) -> String {
    match value.strip_prefix('`').and_then(|v| v.strip_suffix('`')) {
        Some(inner) if !inner.replace("``", "").contains('`') => inner.replace("``", "`"),
        _ => value.to_string(),
    }
}
