//! FROM: comma joins, LATERAL VIEW, and the primary relations.

use super::Parser;
use crate::ir::{Expr, ExprKind, Function, Join, JoinCondition, JoinType, Relation, RelationKind};
use crate::keywords::{Role, role};
use crate::lexer::{Token, TokenKind};
use crate::{Error, Result, Span};

/// What parentheses in FROM held: a query, or a relation with joins and aliases.
enum Parenthesized {
    Query(Relation),
    Relation(Relation),
}

impl Parser<'_> {
    /// `FROM a, b JOIN c … LATERAL VIEW …`
    pub(super) fn parse_from(&mut self) -> Result<Relation> {
        let start = self.peek().span;
        self.expect_word("FROM")?;
        let (mut from, _) = self.relation()?;
        let mut length = 0;
        while self.eat(",") {
            self.link(&mut length)?;
            let (right, lateral) = self.relation()?;
            let (join_type, condition) = (JoinType::Inner, JoinCondition::None);
            let join = Join { left: from, right, join_type, condition, lateral };
            from = self.above(start, RelationKind::Join(join));
        }
        from = self.lateral_views(from)?;
        self.pivots(from)
    }

    /// A primary relation with its joins; the flag says whether it was LATERAL.
    pub(super) fn relation(&mut self) -> Result<(Relation, bool)> {
        self.nested(|p| {
            let lateral = p.eat_lateral();
            let token = p.peek();
            let left = p.relation_primary()?;
            if lateral {
                p.check_lateral(&left, token)?;
            }
            Ok((p.relation_extensions(left)?, lateral))
        })
    }

    /// LATERAL needs something that can refer to what stands in front of it.
    pub(super) fn check_lateral(&self, relation: &Relation, token: Token) -> Result<()> {
        let mut inner = relation;
        while let RelationKind::SubqueryAlias { input, .. } = inner.kind.as_ref() {
            inner = input;
        }
        if !matches!(inner.kind.as_ref(), RelationKind::Table { .. } | RelationKind::Source(_))
            || self.text_of(token) == "("
        {
            return Ok(());
        }
        let condition = "INVALID_SQL_SYNTAX.LATERAL_WITHOUT_SUBQUERY_OR_TABLE_VALUED_FUNC";
        Err(self.at_token(Error::parse(condition), token))
    }

    pub(super) fn eat_lateral(&mut self) -> bool {
        !self.is_word_at(1, "VIEW") && self.eat_word("LATERAL")
    }

    pub(super) fn relation_primary(&mut self) -> Result<Relation> {
        let start = self.peek().span;
        if self.is_word("VALUES") && self.starts_query_at(0) {
            return self.inline_table();
        }
        if self.is_symbol("(") {
            let (Parenthesized::Query(inner) | Parenthesized::Relation(inner)) =
                self.parenthesized_relation()?;
            let sampled = self.sample(inner, start)?;
            return self.table_alias(sampled, start);
        }
        if self.is_word("STREAM") && (self.is_symbol_at(1, "(") || self.stream_name_follows()) {
            return Err(Error::unsupported("STREAM tables in SQL"));
        }
        if self.is_word("JSON_TABLE") && self.is_symbol_at(1, "(") {
            return Err(Error::unsupported("JSON_TABLE"));
        }
        if self.is_word("UNNEST") && self.is_symbol_at(1, "(") {
            return self.unnest(start);
        }
        let name = self.name_reference()?;
        if self.is_symbol("(") {
            return self.table_function(name, start);
        }
        self.table(name, start)
    }

    /// `STREAM t` is a stream; `stream s` is a table with an alias, but Spark reads it as a stream too.
    fn stream_name_follows(&self) -> bool {
        self.is_name_at(1) && (self.is_name_at(2) || !self.at_clause(1))
    }

    fn at_clause(&self, ahead: usize) -> bool {
        let token = self.peek_at(ahead);
        role(self.text_of(token)) != Role::Name
    }

    /// The parenthesis may hold a query, a query's first term, or a relation; only what follows the inner
    /// parenthesis tells, so nothing is read twice.
    fn parenthesized_relation(&mut self) -> Result<Parenthesized> {
        let start = self.peek().span;
        self.expect("(")?;
        let parsed = if !self.starts_query_at(0) {
            Parenthesized::Relation(self.relation()?.0)
        } else if !self.is_symbol("(") {
            Parenthesized::Query(self.query()?)
        } else {
            match self.nested(|p| p.parenthesized_relation())? {
                Parenthesized::Query(term) if self.continues_query() => {
                    Parenthesized::Query(self.query_after(term)?)
                }
                Parenthesized::Query(query) if self.is_symbol(")") => Parenthesized::Query(query),
                Parenthesized::Query(inner) | Parenthesized::Relation(inner) => {
                    let sampled = self.sample(inner, start)?;
                    let aliased = self.table_alias(sampled, start)?;
                    Parenthesized::Relation(self.relation_extensions(aliased)?)
                }
            }
        };
        self.expect(")")?;
        Ok(parsed)
    }

    /// `f(…)` in FROM.
    fn table_function(&mut self, name: Vec<String>, start: Span) -> Result<Relation> {
        self.expect("(")?;
        let arguments = if self.is_symbol(")") { Vec::new() } else { self.comma_list(|p| p.argument())? };
        self.expect(")")?;
        let relation = self.above(start, RelationKind::TableFunction { name, arguments });
        self.table_alias(relation, start)
    }

    // ---- LATERAL VIEW

    pub(super) fn lateral_views(&mut self, mut input: Relation) -> Result<Relation> {
        let start = input.span;
        let mut length = 0;
        while self.eat_words(&["LATERAL", "VIEW"]) {
            self.link(&mut length)?;
            let outer = self.eat_word("OUTER");
            let generator = self.generator()?;
            let alias = if self.is_word("AS") { None } else { Some(self.identifier()?) };
            let mut columns = Vec::new();
            if self.eat_word("AS") || self.at_table_alias() {
                columns = self.comma_list(|p| p.identifier())?;
            }
            let kind = RelationKind::LateralView { input, generator, outer, alias, columns };
            input = self.above(start, kind);
        }
        Ok(input)
    }

    fn generator(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        let mut name = vec![self.identifier()?];
        while self.eat(".") {
            name.push(self.identifier()?);
        }
        self.expect("(")?;
        let arguments = if self.is_symbol(")") { Vec::new() } else { self.comma_list(|p| p.expression())? };
        self.expect(")")?;
        let function = Function { name, ..Function::new("", arguments) };
        Ok(Expr::new(ExprKind::Function(Box::new(function)), self.span_from(start)))
    }

    // ---- aliases

    /// `[AS] alias [(columns)]` apart from a relation.
    pub(super) fn alias_and_columns(&mut self) -> Result<(Option<String>, Vec<String>)> {
        let placeholder = Relation::new(RelationKind::OneRow);
        match *self.table_alias(placeholder, Span::NONE)?.kind {
            RelationKind::SubqueryAlias { alias, columns, .. } => Ok((Some(alias), columns)),
            _ => Ok((None, Vec::new())),
        }
    }

    /// `[AS] alias [(columns)]`
    pub(super) fn table_alias(&mut self, input: Relation, start: Span) -> Result<Relation> {
        if self.is_word("WATERMARK") && self.is_name_at(1) {
            return Err(Error::unsupported("WATERMARK in SQL (use withWatermark)"));
        }
        let alias = if self.eat_word("AS") {
            let token = self.peek();
            if token.kind == TokenKind::Word && role(self.text_of(token)) == Role::Strict {
                return Err(self.unexpected());
            }
            self.identifier()?
        } else if self.at_table_alias() {
            self.identifier()?
        } else {
            return Ok(input);
        };
        let columns = if self.is_symbol("(") { self.identifier_list()? } else { Vec::new() };
        Ok(self.above(start, RelationKind::SubqueryAlias { input, alias, columns }))
    }
}
