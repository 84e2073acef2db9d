//! PIVOT and UNPIVOT.

use super::Parser;
use crate::ir::{Aggregate, Expr, ExprKind, Grouping, Pivot, Relation, RelationKind, Unpivot};
use crate::{Error, Result, Span};

/// Value columns with the optional name of their group.
type NamedGroup = (Vec<Expr>, Option<String>);

impl Parser<'_> {
    pub(super) fn at_pivot(&self) -> bool {
        let unpivot = self.is_symbol_at(1, "(") || self.is_word_at(2, "NULLS");
        (self.is_word("PIVOT") && self.is_symbol_at(1, "(")) || (self.is_word("UNPIVOT") && unpivot)
    }

    /// Any number of PIVOT and UNPIVOT clauses behind a relation.
    pub(super) fn pivots(&mut self, mut input: Relation) -> Result<Relation> {
        while self.at_pivot() {
            input = if self.eat_word("PIVOT") { self.pivot(input)? } else { self.unpivot(input)? };
        }
        Ok(input)
    }

    /// `PIVOT (sum(x) FOR c IN (1, 2 AS b))`; SQL groups by all columns that are not mentioned.
    fn pivot(&mut self, input: Relation) -> Result<Relation> {
        let start = input.span;
        self.expect("(")?;
        let aggregates = self.comma_list(|p| p.named_expression())?;
        self.expect_word("FOR")?;
        let names = if self.is_symbol("(") { self.identifier_list()? } else { vec![self.identifier()?] };
        let columns: Vec<Expr> = names.into_iter().map(Expr::column).collect();
        self.expect_word("IN")?;
        let width = columns.len();
        let values = self.parenthesized_list(|p| p.pivot_value(width))?;
        self.expect(")")?;
        let aggregate = Aggregate {
            input,
            grouping: Grouping::All,
            aggregates,
            groups_in_output: true,
            having: None,
            pivot: Some(Pivot { columns, values }),
        };
        let relation = self.above(start, RelationKind::Aggregate(aggregate));
        self.bare_alias(relation, start)
    }

    /// `[AS] alias`, without a list of columns.
    fn bare_alias(&mut self, input: Relation, start: Span) -> Result<Relation> {
        if !(self.eat_word("AS") || self.at_table_alias()) {
            return Ok(input);
        }
        let alias = self.identifier()?;
        Ok(self.above(start, RelationKind::SubqueryAlias { input, alias, columns: Vec::new() }))
    }

    fn pivot_value(&mut self, width: usize) -> Result<NamedGroup> {
        let value = self.named_expression()?;
        let (value, name) = match value.kind {
            ExprKind::Alias { expr, mut names, .. } if names.len() == 1 => (*expr, names.pop()),
            kind => (Expr::new(kind, value.span), None),
        };
        let values = match value.kind {
            ExprKind::Function(function) if width > 1 && function.name == ["struct"] => function.arguments,
            kind => vec![Expr::new(kind, value.span)],
        };
        if values.len() != width {
            return Err(Error::unsupported("PIVOT values that are not one constant per column"));
        }
        Ok((values, name))
    }

    /// `UNPIVOT [INCLUDE|EXCLUDE NULLS] (v FOR n IN (a AS x, b))`, or with several value columns
    /// `((v, w) FOR n IN ((a, b) AS x, …))`.
    fn unpivot(&mut self, input: Relation) -> Result<Relation> {
        let start = input.span;
        self.expect_word("UNPIVOT")?;
        let include_nulls = self.eat_words(&["INCLUDE", "NULLS"]);
        if !include_nulls {
            self.eat_words(&["EXCLUDE", "NULLS"]);
        }
        self.expect("(")?;
        let several = self.is_symbol("(");
        let value_names = if several { self.identifier_list()? } else { vec![self.identifier()?] };
        self.expect_word("FOR")?;
        let variable_name = self.identifier()?;
        self.expect_word("IN")?;
        let values = self.parenthesized_list(|p| p.unpivot_group(several))?;
        self.expect(")")?;
        let unpivot =
            Unpivot { input, ids: None, values: Some(values), variable_name, value_names, include_nulls };
        let relation = self.above(start, RelationKind::Unpivot(unpivot));
        self.bare_alias(relation, start)
    }

    fn unpivot_group(&mut self, several: bool) -> Result<NamedGroup> {
        let columns =
            if several { self.parenthesized_list(|p| p.column_name())? } else { vec![self.column_name()?] };
        let named = self.eat_word("AS") || self.is_name_at(0);
        let name = if named { Some(self.identifier()?) } else { None };
        Ok((columns, name))
    }

    fn column_name(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        let name = self.multipart_identifier()?;
        let kind = ExprKind::Attribute { name, plan_id: None, is_metadata: false };
        Ok(Expr::new(kind, self.span_from(start)))
    }
}
