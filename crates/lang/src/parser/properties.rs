//! Property and option lists: `('key' = 'value', a.b = 1)`.

use super::Parser;
use crate::ir::{ExprKind, Literal, Options};
use crate::lexer::{NumberKind, TokenKind};
use crate::{Error, Result};

impl Parser<'_> {
    /// `(k = v, 'k' 'v')`; every key needs a value.
    pub(super) fn properties(&mut self) -> Result<Options> {
        let start = self.peek();
        let pairs = self.parenthesized_list(|p| {
            let key = p.property_key()?;
            let assigned = p.eat("=");
            let value = p.property_value(assigned)?;
            let operators = ["+", "-", "*", "/", "||", "("];
            if operators.iter().any(|o| p.is_symbol(o)) {
                return Err(Error::unsupported("expressions as property values"));
            }
            Ok((key, value))
        })?;
        let keyless: Vec<_> = pairs.iter().filter(|(_, v)| v.is_none()).map(|(k, _)| k.as_str()).collect();
        if !keyless.is_empty() {
            let message = format!("Values must be specified for key(s): [{}]", keyless.join(","));
            let error = Error::parse("_LEGACY_ERROR_TEMP_0035").with("message", message);
            return Err(self.at_token(error, start));
        }
        let mut options = Options::new();
        for (key, value) in pairs {
            if options.insert(key.clone(), value.unwrap_or_default()).is_some() {
                return Err(Error::parse("DUPLICATE_KEY").with("keyColumn", format!("`{key}`")));
            }
        }
        Ok(options)
    }

    /// Only the keys, as UNSET takes them.
    pub(super) fn property_keys(&mut self) -> Result<Vec<String>> {
        self.parenthesized_list(|p| {
            let token = p.peek();
            let key = p.property_key()?;
            let assigned = p.eat("=");
            if p.property_value(assigned)?.is_some() {
                let message = format!("Values should not be specified for key(s): [{key}]");
                let error = Error::parse("_LEGACY_ERROR_TEMP_0035").with("message", message);
                return Err(p.at_token(error, token));
            }
            Ok(key)
        })
    }

    pub(super) fn property_key(&mut self) -> Result<String> {
        if self.peek().kind == TokenKind::String {
            return self.one_string();
        }
        let mut parts = vec![self.identifier()?];
        while self.eat(".") {
            parts.push(self.identifier()?);
        }
        Ok(parts.join("."))
    }

    fn property_value(&mut self, assigned: bool) -> Result<Option<String>> {
        if !assigned && (self.is_symbol(",") || self.is_symbol(")")) {
            return Ok(None);
        }
        let token = self.peek();
        let value = match token.kind {
            TokenKind::String => self.string_literal(),
            TokenKind::Number(NumberKind::Integer | NumberKind::Decimal) => {
                self.position += 1;
                Ok(self.text_of(token).to_string())
            }
            TokenKind::Word if self.is_any_word(&["TRUE", "FALSE"]) => {
                self.position += 1;
                Ok(self.text_of(token).to_ascii_lowercase())
            }
            TokenKind::Symbol("-") => match self.constant()?.kind {
                ExprKind::Literal(Literal::Integer(value)) => Ok(value.to_string()),
                _ => Err(Error::unsupported("expressions as property values")),
            },
            TokenKind::Word if !matches!(self.peek_at(1).kind, TokenKind::Symbol("," | ")")) => {
                Err(Error::unsupported("expressions as property values"))
            }
            _ => Err(self.unexpected()),
        };
        value.map(Some)
    }
}
