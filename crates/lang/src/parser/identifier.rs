//! Names that are computed: `IDENTIFIER(expression)`, and the parameters that may stand for texts and numbers.

use super::{Parser, parse_identifier};
use crate::ir::{Deferred, Expr, ExprKind, Literal, Statement};
use crate::lexer::TokenKind;
use crate::{Error, Result, Span};

impl Parser<'_> {
    /// A name, or `IDENTIFIER(expression)`.
    ///
    /// A constant is read at once. Anything else has its value from the context; where the context has none yet, the
    /// expression is put aside and the statement becomes [`Statement::Deferred`].
    pub(super) fn name_reference(&mut self) -> Result<Vec<String>> {
        if !self.at_identifier_clause() {
            return self.multipart_identifier();
        }
        let mut name = self.identifier_clause()?;
        while self.is_symbol(".") && self.is_name_at(1) {
            self.position += 1;
            name.push(self.identifier()?);
        }
        Ok(name)
    }

    pub(super) fn at_identifier_clause(&self) -> bool {
        self.is_word("IDENTIFIER") && self.is_symbol_at(1, "(")
    }

    /// The parts that `IDENTIFIER(expression)` stands for.
    pub(super) fn identifier_clause(&mut self) -> Result<Vec<String>> {
        self.position += 2;
        let start = self.peek().span;
        let expr = self.expression()?;
        let span = self.span_from(start);
        self.expect(")")?;
        match &expr.kind {
            ExprKind::Literal(Literal::String(text)) => return self.parsed_name(text, span),
            ExprKind::Literal(literal) => {
                let data_type = match literal {
                    Literal::Null(_) => "void",
                    Literal::Boolean(_) => "boolean",
                    Literal::Integer(_) => "int",
                    Literal::Long(_) => "bigint",
                    Literal::Decimal { .. } => "decimal",
                    Literal::Double(_) => "double",
                    _ => "another type",
                };
                let error = Error::analysis("NOT_A_CONSTANT_STRING.WRONG_TYPE")
                    .with("expr", self.text_of_span(span))
                    .with("name", "IDENTIFIER")
                    .with("dataType", data_type);
                return Err(self.at_span(error, span));
            }
            _ => {}
        }
        self.computed += 1;
        if let Some(value) = self.context.identifiers.get(self.computed - 1) {
            return self.parsed_name(value, span);
        }
        self.deferred.push(expr);
        Ok(vec!["identifier".to_string()])
    }

    fn parsed_name(&self, text: &str, span: Span) -> Result<Vec<String>> {
        parse_identifier(text).map_err(|error| match error.condition() {
            "PARSE_SYNTAX_ERROR" | "PARSE_EMPTY_STATEMENT" if !error.context().is_empty() => error,
            _ => self.at_span(error, span),
        })
    }

    fn text_of_span(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// `IDENTIFIER('a')` where one part of a name stands.
    pub(super) fn at_literal_name(&self) -> bool {
        self.at_identifier_clause()
            && self.peek_at(2).kind == TokenKind::String
            && self.is_symbol_at(3, ")")
            && !self.is_symbol_at(4, "(")
    }

    pub(super) fn literal_name(&mut self) -> Result<String> {
        let start = self.peek().span;
        let mut name = self.identifier_clause()?;
        match (name.pop(), name.is_empty()) {
            (Some(part), true) => Ok(part),
            (last, _) => {
                name.extend(last);
                let shown: Vec<_> = name.iter().map(|part| format!("`{part}`")).collect();
                let error = Error::parse("IDENTIFIER_TOO_MANY_NAME_PARTS")
                    .with("identifier", shown.join("."))
                    .with("limit", "1");
                Err(self.at_span(error, self.span_from(start)))
            }
        }
    }

    /// The statement, or its text where expressions were put aside since `before`.
    pub(super) fn deferred_from(
        &mut self,
        statement: Statement,
        before: usize,
        positional: usize,
        span: Span,
    ) -> Statement {
        if self.deferred.len() == before {
            return statement;
        }
        let identifiers = self.deferred.split_off(before);
        let positional = self.context.positional.get(positional..).unwrap_or_default().to_vec();
        let text = self.text_of_span(span).to_string();
        let named = self.context.named.clone();
        Statement::Deferred(Box::new(Deferred { text, identifiers, named, positional }))
    }

    // ---- parameters

    /// The value of `:name` or `?` at the cursor, if it is bound; the cursor moves behind it.
    pub(super) fn bound_parameter(&mut self) -> Option<Expr> {
        if self.is_symbol("?") {
            let value = self.context.positional.get(self.positional)?.clone();
            self.positional += 1;
            self.position += 1;
            return Some(value);
        }
        if !(self.is_symbol(":") && self.is_name_at(1)) {
            return None;
        }
        let name = self.text_of(self.peek_at(1));
        let value = self.context.named.get(name)?.clone();
        self.position += 2;
        Some(value)
    }

    /// Is there a `:name` between `start` and the cursor that is no path into a variant?
    pub(super) fn has_named_parameter(&self, start: Span) -> bool {
        let read = self.tokens[..self.position].iter().skip_while(|t| t.span.start < start.start);
        let read: Vec<_> = read.collect();
        read.windows(3).any(|three| {
            let operand = matches!(
                three[0].kind,
                TokenKind::Word | TokenKind::QuotedWord | TokenKind::Symbol(")" | "]") | TokenKind::String
            );
            let keyword = three[0].kind == TokenKind::Word
                && [
                    "SELECT", "WHERE", "AND", "OR", "NOT", "LIMIT", "OFFSET", "IN", "LIKE", "BETWEEN",
                    "THEN", "WHEN", "ELSE", "ON", "BY", "HAVING",
                ]
                .iter()
                .any(|word| self.text_of(*three[0]).eq_ignore_ascii_case(word));
            three[1].kind == TokenKind::Symbol(":")
                && three[2].kind == TokenKind::Word
                && (!operand || keyword)
        })
    }

    /// Does a parameter stand here that is bound to a literal which `accepts`?
    pub(super) fn at_bound_literal(&self, accepts: impl Fn(&Literal) -> bool) -> bool {
        let value = if self.is_symbol("?") {
            self.context.positional.get(self.positional)
        } else if self.is_symbol(":") && self.is_name_at(1) {
            self.context.named.get(self.text_of(self.peek_at(1)))
        } else {
            None
        };
        matches!(value, Some(Expr { kind: ExprKind::Literal(literal), .. }) if accepts(literal))
    }

    pub(super) fn at_bound_string(&self) -> bool {
        self.at_bound_literal(|literal| matches!(literal, Literal::String(_)))
    }
}
