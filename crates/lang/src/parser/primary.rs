//! Primary expressions: names, parentheses, lambdas, stars, and what may be attached behind them.

use super::Parser;
use super::expression::call_at;
use crate::ir::{Expr, ExprKind, Subquery};
use crate::keywords::never_a_column;
use crate::lexer::TokenKind;
use crate::{Result, Span};

impl Parser<'_> {
    /// A primary expression with its subscripts, fields, `::` casts and collations.
    pub(super) fn primary(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        let expr = self.primary_base()?;
        let attached = matches!(self.peek().kind, TokenKind::Symbol("[" | "." | "::" | ":"));
        if attached || self.is_word("COLLATE") { self.attachments(expr, start) } else { Ok(expr) }
    }

    #[inline(never)]
    fn attachments(&mut self, mut expr: Expr, start: Span) -> Result<Expr> {
        let mut length = 0;
        loop {
            self.link(&mut length)?;
            if self.is_symbol("[") {
                expr = self.subscript(expr, start)?;
            } else if self.is_symbol(".") {
                expr = self.dereference(expr, start)?;
            } else if self.eat("::") {
                let data_type = self.data_type()?;
                expr = self.cast_to(expr, data_type, start);
            } else if self.eat_word("COLLATE") {
                let name = self.multipart_identifier()?.join(".");
                expr = call_at("collate", vec![expr, Expr::string(name)], self.span_from(start));
            } else if self.at_variant_path() {
                expr = self.variant_path(expr, start)?;
            } else {
                return Ok(expr);
            }
        }
    }

    #[inline(never)]
    fn primary_base(&mut self) -> Result<Expr> {
        let token = self.peek();
        match token.kind {
            TokenKind::Word => self.word_expression(),
            TokenKind::QuotedWord => self.name_expression(),
            TokenKind::String | TokenKind::Number(_) => self.constant(),
            TokenKind::Symbol("-") => self.constant(),
            TokenKind::Symbol("(") => self.parenthesized(),
            TokenKind::Symbol("*") => {
                self.position += 1;
                self.star(None, token.span)
            }
            TokenKind::Symbol("?" | ":") => self.parameter(),
            _ => Err(self.unexpected()),
        }
    }

    #[inline(never)]
    fn subscript(&mut self, child: Expr, start: Span) -> Result<Expr> {
        self.expect("[")?;
        let extraction = self.value_expression()?;
        self.expect("]")?;
        let kind = ExprKind::Extract { child: Box::new(child), extraction: Box::new(extraction) };
        Ok(Expr::new(kind, self.span_from(start)))
    }

    #[inline(never)]
    fn dereference(&mut self, child: Expr, start: Span) -> Result<Expr> {
        self.expect(".")?;
        let field = self.identifier()?;
        let span = self.span_from(start);
        if let ExprKind::Attribute { mut name, plan_id, is_metadata } = child.kind {
            name.push(field);
            return Ok(Expr::new(ExprKind::Attribute { name, plan_id, is_metadata }, span));
        }
        let extraction = Box::new(Expr::string(field));
        Ok(Expr::new(ExprKind::Extract { child: Box::new(child), extraction }, span))
    }

    /// A word: a keyword expression where its syntax follows, otherwise a name.
    #[inline(never)]
    fn word_expression(&mut self) -> Result<Expr> {
        if self.is_symbol_at(1, "->") {
            return self.lambda();
        }
        if let Some(parse) = self.keyword_parser() {
            return parse(self);
        }
        let token = self.peek();
        if self.peek_at(1).kind == TokenKind::String {
            return self.typed_literal();
        }
        let called = self.is_symbol_at(1, "(");
        if !called && self.is_reserved(token) && is_context_value(self.text_of(token)) {
            self.position += 1;
            let name = vec![self.text_of(token).to_string()];
            return Ok(Expr::new(
                ExprKind::Attribute { name, plan_id: None, is_metadata: false },
                token.span,
            ));
        }
        let stands_alone = self.is_symbol_at(1, ",") || self.is_word_at(1, "FROM");
        if !called && never_a_column(self.text_of(token), stands_alone) {
            return Err(self.unexpected());
        }
        self.name_expression()
    }

    /// `a.b.c`, `a.b.*` or `f(…)`.
    #[inline(never)]
    pub(super) fn name_expression(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        if self.is_symbol_at(1, "->") {
            return self.lambda();
        }
        let mut name = if self.at_identifier_clause() && !self.is_symbol_at(2, ")") {
            self.identifier_clause()?
        } else {
            vec![self.identifier()?]
        };
        while self.is_symbol(".") && self.is_name_at(1) {
            self.position += 1;
            name.push(self.identifier()?);
        }
        if self.is_symbol("(") {
            return self.call(name, start);
        }
        if self.is_symbol(".") && self.is_symbol_at(1, "*") {
            self.position += 2;
            return self.star(Some(name), start);
        }
        let kind = ExprKind::Attribute { name, plan_id: None, is_metadata: false };
        Ok(Expr::new(kind, self.span_from(start)))
    }

    #[inline(never)]
    fn star(&mut self, target: Option<Vec<String>>, start: Span) -> Result<Expr> {
        let mut except = Vec::new();
        if self.is_word("EXCEPT") && self.is_symbol_at(1, "(") && !self.starts_query_at(2) {
            self.position += 1;
            except = self.parenthesized_list(|p| p.multipart_identifier())?;
        }
        Ok(Expr::new(ExprKind::Star { target, plan_id: None, except }, self.span_from(start)))
    }

    // ---- parentheses

    /// `(expr)`, `(a, b)`, `(SELECT …)` or `(x, y) -> …`.
    #[inline(never)]
    fn parenthesized(&mut self) -> Result<Expr> {
        if self.at_lambda_parameters() {
            return self.lambda();
        }
        let start = self.advance().span;
        if self.starts_query_at(0) && !self.is_symbol("(") {
            return self.parenthesized_query(start);
        }
        let first = self.named_expression()?;
        self.parenthesized_rest(first, start)
    }

    #[inline(never)]
    fn parenthesized_query(&mut self, start: Span) -> Result<Expr> {
        let relation = self.query()?;
        self.expect(")")?;
        Ok(self.scalar_subquery(relation, start))
    }

    #[inline(never)]
    fn parenthesized_rest(&mut self, first: Expr, start: Span) -> Result<Expr> {
        if self.is_symbol(",") {
            return self.row(first, start);
        }
        if self.continues_query() {
            return self.subquery_continued(first, start);
        }
        self.expect(")")?;
        match first.kind {
            ExprKind::Alias { .. } => Err(self.unexpected()),
            _ => Ok(first),
        }
    }

    fn row(&mut self, first: Expr, start: Span) -> Result<Expr> {
        let mut fields = vec![first];
        while self.eat(",") {
            fields.push(self.named_expression()?);
        }
        self.expect(")")?;
        Ok(call_at("struct", fields, self.span_from(start)))
    }

    fn scalar_subquery(&self, relation: crate::ir::Relation, start: Span) -> Expr {
        Expr::new(ExprKind::Subquery(Box::new(Subquery::Scalar(relation))), self.span_from(start))
    }

    /// `((SELECT …) UNION …)`: what looked like a scalar subquery was the first term of a query.
    fn subquery_continued(&mut self, first: Expr, start: Span) -> Result<Expr> {
        let ExprKind::Subquery(subquery) = first.kind else { return Err(self.unexpected()) };
        let Subquery::Scalar(left) = *subquery else { return Err(self.unexpected()) };
        let relation = self.query_after(left)?;
        self.expect(")")?;
        Ok(self.scalar_subquery(relation, start))
    }

    // ---- lambdas and parameters

    fn at_lambda_parameters(&self) -> bool {
        let mut ahead = 1;
        while self.is_name_at(ahead) && self.is_symbol_at(ahead + 1, ",") {
            ahead += 2;
        }
        self.is_name_at(ahead) && self.is_symbol_at(ahead + 1, ")") && self.is_symbol_at(ahead + 2, "->")
    }

    #[inline(never)]
    fn lambda(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        let parameters = if self.is_symbol("(") { self.identifier_list()? } else { vec![self.identifier()?] };
        self.expect("->")?;
        let body = Box::new(self.expression()?);
        Ok(Expr::new(ExprKind::Lambda { parameters, body }, self.span_from(start)))
    }

    #[inline(never)]
    fn parameter(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        if let Some(value) = self.bound_parameter() {
            return Ok(Expr::new(value.kind, self.span_from(start)));
        }
        if self.eat("?") {
            self.positional += 1;
            return Ok(Expr::new(ExprKind::PositionalParameter(self.positional - 1), start));
        }
        self.expect(":")?;
        let name = self.identifier()?;
        Ok(Expr::new(ExprKind::NamedParameter(name), self.span_from(start)))
    }
}

/// Words that stand for a value of the session, without parentheses, even where they are reserved.
fn is_context_value(word: &str) -> bool {
    let values =
        ["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "CURRENT_USER", "SESSION_USER", "USER"];
    values.iter().any(|value| value.eq_ignore_ascii_case(word))
}
