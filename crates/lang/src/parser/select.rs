//! SELECT: hints, the select list, WHERE, GROUP BY, HAVING and WINDOW, and FROM-first queries.

use super::Parser;
use crate::ir::{Aggregate, Expr, Grouping, Relation, RelationKind};
use crate::lexer::TokenKind;
use crate::{Error, Result, Span};

/// A hint with its parameters.
type Hint = (String, Vec<Expr>);

/// Errors in any clause of a SELECT point at the whole of it.
fn spread(selected: &mut Relation, span: Span) {
    use RelationKind as K;
    let mut node = selected;
    while node.span.start == span.start {
        node.span = span;
        node = match node.kind.as_mut() {
            K::Project { input, .. }
            | K::Filter { input, .. }
            | K::Deduplicate { input, .. }
            | K::Qualify { input, .. }
            | K::WithWindows { input, .. }
            | K::Hint { input, .. } => input,
            K::Aggregate(aggregate) => &mut aggregate.input,
            _ => return,
        };
    }
}

impl Parser<'_> {
    /// From SELECT to WINDOW. `from` is the input of a FROM-first query.
    pub(super) fn select(&mut self, from: Option<Relation>, start: Span) -> Result<Relation> {
        self.expect_word("SELECT")?;
        if self.at_script_transform() {
            return self.select_transform(from.as_ref(), start);
        }
        self.select_rest(from, start)
    }

    fn select_rest(&mut self, from: Option<Relation>, start: Span) -> Result<Relation> {
        let hints = self.hints()?;
        let distinct = self.select_quantifier();
        let expressions = self.comma_list(|p| p.named_expression())?;
        let mut input = match from {
            Some(from) => from,
            None if self.is_word("FROM") => self.parse_from()?,
            None => self.above(start, RelationKind::OneRow),
        };
        input = self.lateral_views(input)?;
        if self.eat_word("WHERE") {
            let condition = self.expression()?;
            input = self.above(start, RelationKind::Filter { input, condition });
        }
        let mut selected = self.grouped(input, expressions, start)?;
        let windows = self.window_clause_items()?;
        if self.at_qualify() {
            selected = self.qualified(selected, start)?;
        }
        selected = self.with_windows(selected, windows);
        if distinct {
            let kind =
                RelationKind::Deduplicate { input: selected, columns: Vec::new(), within_watermark: false };
            selected = self.above(start, kind);
        }
        for (name, parameters) in hints.into_iter().rev() {
            selected = self.above(start, RelationKind::Hint { input: selected, name, parameters });
        }
        spread(&mut selected, self.span_from(start));
        Ok(selected)
    }

    fn select_quantifier(&mut self) -> bool {
        if self.is_word("DISTINCT") && !self.at_lone_column() {
            self.position += 1;
            return true;
        }
        if self.is_word("ALL") && !self.at_lone_column() {
            self.position += 1;
        }
        false
    }

    /// Is the current word a column although it could be a keyword (`SELECT all, x`)?
    fn at_lone_column(&self) -> bool {
        self.is_symbol_at(1, ",") || self.is_symbol_at(1, ".") || self.is_word_at(1, "FROM")
    }

    fn grouped(&mut self, input: Relation, expressions: Vec<Expr>, start: Span) -> Result<Relation> {
        let grouping = if self.eat_words(&["GROUP", "BY"]) { Some(self.grouping()?) } else { None };
        let having = if self.eat_word("HAVING") { Some(self.expression()?) } else { None };
        let grouping = match (grouping, &having) {
            (Some(grouping), _) => grouping,
            (None, Some(_)) => Grouping::By(Vec::new()),
            (None, None) => return Ok(self.above(start, RelationKind::Project { input, expressions })),
        };
        let aggregate = Aggregate {
            input,
            grouping,
            aggregates: expressions,
            groups_in_output: false,
            having,
            pivot: None,
        };
        Ok(self.above(start, RelationKind::Aggregate(aggregate)))
    }

    /// `FROM t SELECT …`, or `FROM t` alone.
    pub(super) fn parse_from_first(&mut self) -> Result<Relation> {
        let start = self.peek().span;
        let from = self.parse_from()?;
        if !self.is_word("SELECT") {
            return Ok(from);
        }
        let selected = self.select(Some(from), start)?;
        if self.is_word("SELECT") {
            return Err(Error::unsupported("FROM with several SELECTs"));
        }
        Ok(selected)
    }

    fn at_qualify(&self) -> bool {
        self.is_word("QUALIFY")
            && !matches!(self.peek_at(1).kind, TokenKind::Symbol("," | ")" | ";") | TokenKind::End)
    }

    fn qualified(&mut self, selected: Relation, start: Span) -> Result<Relation> {
        self.expect_word("QUALIFY")?;
        let condition = self.expression()?;
        Ok(self.above(start, RelationKind::Qualify { input: selected, condition }))
    }

    // ---- hints

    /// `/*+ BROADCAST(t), COALESCE(3) */`, any number of times.
    fn hints(&mut self) -> Result<Vec<Hint>> {
        let mut hints = Vec::new();
        while self.eat("/*+") {
            loop {
                hints.push(self.hint()?);
                self.eat(",");
                if self.eat("*/") {
                    break;
                }
            }
        }
        Ok(hints)
    }

    fn hint(&mut self) -> Result<Hint> {
        let name = self.identifier()?;
        let parameters =
            if self.is_symbol("(") { self.parenthesized_list(|p| p.primary())? } else { Vec::new() };
        Ok((name, parameters))
    }
}
