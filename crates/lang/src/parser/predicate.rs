//! What may follow a value once: BETWEEN, IN, LIKE, RLIKE, IS.

use super::Parser;
use super::expression::{balanced, call_at};
use crate::ir::{Expr, ExprKind, Literal, Subquery};
use crate::{Error, Result, Span};

/// The words that start a predicate, IS apart.
const KINDS: &[&str] = &["BETWEEN", "IN", "LIKE", "ILIKE", "RLIKE", "REGEXP"];

impl Parser<'_> {
    pub(super) fn at_predicate(&self) -> bool {
        let negation = self.is_word("NOT") || self.is_symbol("!");
        self.is_word("IS") || KINDS.iter().any(|k| self.is_word_at(usize::from(negation), k))
    }

    /// `value [predicate]`
    #[inline(never)]
    pub(super) fn predicate(&mut self, value: Expr) -> Result<Expr> {
        let start = self.peek().span;
        if self.eat_word("IS") {
            return self.is_predicate(value, start);
        }
        let negated = self.at_negated_predicate()?;
        if negated {
            self.position += 1;
        }
        let Some(kind) = KINDS.iter().find(|k| self.is_word(k)) else { return Ok(value) };
        self.position += 1;
        match *kind {
            "BETWEEN" => self.between(value, negated, start),
            "IN" => self.in_predicate(value, negated, start),
            "LIKE" => self.like("like", value, negated, start),
            "ILIKE" => self.like("ilike", value, negated, start),
            _ => {
                let pattern = self.value_expression()?;
                Ok(self.maybe_not("rlike", vec![value, pattern], negated, start))
            }
        }
    }

    /// `!` once stood for NOT here; Spark tells so.
    fn at_negated_predicate(&self) -> Result<bool> {
        let follows = KINDS.iter().any(|k| self.is_word_at(1, k));
        if follows && self.is_symbol("!") {
            return Err(self.bang_for_not());
        }
        Ok(follows && self.is_word("NOT"))
    }

    fn bang_for_not(&self) -> Error {
        let error = Error::parse("SYNTAX_DISCONTINUED.BANG_EQUALS_NOT").with("clause", "!");
        self.at_token(error, self.peek())
    }

    fn maybe_not(&self, function: &str, arguments: Vec<Expr>, negated: bool, start: Span) -> Expr {
        let span = self.span_from(start);
        let expr = call_at(function, arguments, span);
        if negated { call_at("not", vec![expr], span) } else { expr }
    }

    #[inline(never)]
    fn between(&mut self, value: Expr, negated: bool, start: Span) -> Result<Expr> {
        let lower = self.value_expression()?;
        self.expect_word("AND")?;
        let upper = self.value_expression()?;
        let span = self.span_from(start);
        let not_less = call_at(">=", vec![self.copy(&value)?, lower], span);
        let not_greater = call_at("<=", vec![value, upper], span);
        Ok(self.maybe_not("and", vec![not_less, not_greater], negated, start))
    }

    #[inline(never)]
    fn in_predicate(&mut self, value: Expr, negated: bool, start: Span) -> Result<Expr> {
        self.expect("(")?;
        if self.starts_query_at(0) && !self.is_symbol("(") {
            let relation = self.query()?;
            self.expect(")")?;
            let values = row_values(value);
            let span = self.span_from(start);
            let expr = Expr::new(ExprKind::Subquery(Box::new(Subquery::In { values, relation })), span);
            return Ok(if negated { call_at("not", vec![expr], span) } else { expr });
        }
        if self.eat(")") {
            let error = Error::parse("INVALID_SQL_SYNTAX.EMPTY_IN_PREDICATE");
            return Err(self.at_span(error, self.span_from(start)));
        }
        let mut arguments = vec![value];
        arguments.extend(self.comma_list(|p| p.expression())?);
        self.expect(")")?;
        Ok(self.maybe_not("in", arguments, negated, start))
    }

    #[inline(never)]
    fn like(&mut self, function: &str, value: Expr, negated: bool, start: Span) -> Result<Expr> {
        let quantifiers = [("ANY", "or"), ("SOME", "or"), ("ALL", "and")];
        let quantified = quantifiers.into_iter().find(|(w, _)| self.is_word(w) && self.is_symbol_at(1, "("));
        if let Some((_, combine)) = quantified {
            self.position += 1;
            return self.quantified_like(function, combine, value, negated, start);
        }
        let mut arguments = vec![value, self.value_expression()?];
        if self.eat_word("ESCAPE") {
            arguments.push(self.escape_character(start)?);
        }
        Ok(self.maybe_not(function, arguments, negated, start))
    }

    /// `NOT LIKE ANY` asks for one pattern that does not match, `NOT LIKE ALL` for none that does.
    #[inline(never)]
    fn quantified_like(
        &mut self,
        function: &str,
        combine: &str,
        value: Expr,
        negated: bool,
        start: Span,
    ) -> Result<Expr> {
        if self.is_symbol_at(1, ")") {
            self.position += 2;
            let error = Error::parse("INVALID_SQL_SYNTAX.EMPTY_QUANTIFIED_PATTERN");
            return Err(self.at_span(error, self.span_from(start)));
        }
        let patterns = self.parenthesized_list(|p| p.expression())?;
        let mut terms = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            let subject = self.copy(&value)?;
            terms.push(self.maybe_not(function, vec![subject, pattern], negated, start));
        }
        Ok(balanced(combine, terms).at(self.span_from(start)))
    }

    fn escape_character(&mut self, start: Span) -> Result<Expr> {
        let token = self.peek();
        let text = self.string_literal()?;
        if text.chars().count() != 1 {
            let error = Error::parse("INVALID_ESC").with("invalidEscape", format!("'{text}'"));
            return Err(self.at_span(error, self.span_from(start)));
        }
        Ok(Expr::string(text).at(token.span))
    }

    #[inline(never)]
    fn is_predicate(&mut self, value: Expr, start: Span) -> Result<Expr> {
        if self.is_symbol("!") {
            return Err(self.bang_for_not());
        }
        let negated = self.eat_word("NOT");
        if self.eat_word("NULL") || self.is_word("UNKNOWN") {
            self.eat_word("UNKNOWN");
            let function = if negated { "isnotnull" } else { "isnull" };
            return Ok(self.maybe_not(function, vec![value], false, start));
        }
        let other = if self.eat_word("TRUE") {
            Expr::literal(Literal::Boolean(true))
        } else if self.eat_word("FALSE") {
            Expr::literal(Literal::Boolean(false))
        } else {
            self.expect_words(&["DISTINCT", "FROM"])?;
            let other = self.value_expression()?;
            return Ok(self.maybe_not("<=>", vec![value, other], !negated, start));
        };
        Ok(self.maybe_not("<=>", vec![value, other], negated, start))
    }
}

/// `(a, b)` and `struct(a, b)` before IN (SELECT …) are compared column by column.
fn row_values(value: Expr) -> Vec<Expr> {
    match value.kind {
        ExprKind::Function(function) if function.name == ["struct"] => function.arguments,
        kind => vec![Expr::new(kind, value.span)],
    }
}
