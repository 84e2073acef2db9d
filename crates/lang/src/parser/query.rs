//! Queries: WITH, set operations, and the clauses that order and cut the result.

use super::Parser;
use crate::Result;
use crate::ir::{CommonTable, Expr, ExprKind, Relation, RelationKind, SetOperation, SetOperator, SortOrder};
use crate::lexer::TokenKind;
use crate::{Error, Span};

/// UNION, EXCEPT and MINUS; INTERSECT binds tighter.
const UNION_LEVEL: u8 = 1;
const INTERSECT_LEVEL: u8 = 2;

impl Parser<'_> {
    /// A whole query with WITH, set operations and ORDER BY … LIMIT.
    pub(super) fn query(&mut self) -> Result<Relation> {
        self.nested(|p| {
            if !p.is_word("WITH") {
                let term = p.query_primary()?;
                return p.query_after(term);
            }
            let start = p.peek().span;
            let (definitions, recursive) = p.common_tables()?;
            let term = p.query_primary()?;
            let input = p.query_after(term)?;
            p.refuse_duplicates(&definitions, start)?;
            let kind = RelationKind::With { input, definitions, recursive };
            Ok(Relation::new(kind).at(p.span_from(start)))
        })
    }

    /// What may follow the first term of a query.
    pub(super) fn query_after(&mut self, first: Relation) -> Result<Relation> {
        let mut term = self.set_operations(first, UNION_LEVEL)?;
        let mut length = 0;
        loop {
            self.link(&mut length)?;
            term = self.organization(term)?;
            if !self.eat("|>") {
                return Ok(term);
            }
            term = self.pipe_operator(term)?;
            term = self.set_operations(term, UNION_LEVEL)?;
        }
    }

    /// Does a query continue here, behind what could have been a scalar subquery or a derived table?
    pub(super) fn continues_query(&self) -> bool {
        let ordered = ["ORDER", "SORT", "CLUSTER", "DISTRIBUTE"].iter().any(|w| self.is_word(w));
        let cut = self.is_any_word(&["LIMIT", "OFFSET"]) && !self.is_symbol_at(1, ")");
        self.is_set_operator() || self.is_symbol("|>") || (ordered && self.is_word_at(1, "BY")) || cut
    }

    /// Is the first token behind any opening parentheses the start of a query?
    pub(super) fn starts_query_at(&self, ahead: usize) -> bool {
        let mut at = ahead;
        while self.is_symbol_at(at, "(") {
            at += 1;
        }
        let next = self.peek_at(at + 1).kind;
        let name_follows = matches!(next, TokenKind::Word | TokenKind::QuotedWord);
        let value_follows = name_follows
            || matches!(
                next,
                TokenKind::Symbol("(" | "-" | ":" | "?") | TokenKind::Number(_) | TokenKind::String
            );
        (self.is_word_at(at, "SELECT") && next != TokenKind::Symbol("."))
            || (self.is_word_at(at, "WITH") && name_follows)
            || (self.is_word_at(at, "FROM") && (name_follows || next == TokenKind::Symbol("(")))
            || (self.is_word_at(at, "TABLE") && name_follows)
            || (self.is_word_at(at, "VALUES") && value_follows)
    }

    /// `WITH [RECURSIVE] a (x, y) AS (…), b AS (…)`
    pub(super) fn common_tables(&mut self) -> Result<(Vec<CommonTable>, bool)> {
        self.expect_word("WITH")?;
        let recursive = self.is_word("RECURSIVE") && self.is_name_at(1) && !self.is_word_at(1, "AS");
        if recursive {
            self.position += 1;
        }
        let definitions = self.comma_list(|p| p.common_table(recursive))?;
        Ok((definitions, recursive))
    }

    /// A query of that beginning must not define a name twice.
    pub(super) fn refuse_duplicates(&self, definitions: &[CommonTable], start: Span) -> Result<()> {
        let mut names = std::collections::HashSet::new();
        match definitions.iter().find(|table| !names.insert(table.name.to_ascii_lowercase())) {
            Some(table) => {
                let name = format!("`{}`", table.name);
                let error = Error::parse("DUPLICATED_CTE_NAMES").with("duplicateNames", name);
                Err(self.at_span(error, self.span_from(start)))
            }
            None => Ok(()),
        }
    }

    fn common_table(&mut self, recursive: bool) -> Result<CommonTable> {
        let name = self.identifier()?;
        let has_columns = self.is_symbol("(") && !self.starts_query_at(1);
        let columns = if has_columns { self.identifier_list()? } else { Vec::new() };
        let mut max_levels = None;
        if self.are_words(&["MAX", "RECURSION", "LEVEL"]) {
            let token = self.peek();
            self.position += 3;
            max_levels = Some(self.integer_value()?);
            if !recursive {
                let message = "Cannot specify MAX RECURSION LEVEL when the CTE is not marked as RECURSIVE";
                let error = Error::parse("_LEGACY_ERROR_TEMP_0035").with("message", message);
                return Err(self.at_token(error, token));
            }
        }
        self.eat_word("AS");
        self.expect("(")?;
        let relation = self.query()?;
        self.expect(")")?;
        Ok(CommonTable { name, columns, max_levels, relation })
    }

    // ---- terms

    pub(super) fn query_primary(&mut self) -> Result<Relation> {
        let start = self.peek().span;
        if self.is_word("SELECT") {
            return self.select(None, start);
        }
        if self.is_word("FROM") {
            return self.parse_from_first();
        }
        if self.is_word("VALUES") {
            return self.inline_table();
        }
        if self.eat_word("TABLE") {
            return self.named_table_without_alias();
        }
        if self.is_any_word(&["MAP", "REDUCE"]) {
            return self.select_transform(None, start);
        }
        if self.eat("(") {
            let relation = self.query()?;
            self.expect(")")?;
            return Ok(relation);
        }
        Err(self.unexpected())
    }

    fn set_operator(&self) -> Option<(SetOperator, u8)> {
        if self.is_word("UNION") {
            Some((SetOperator::Union, UNION_LEVEL))
        } else if self.is_any_word(&["EXCEPT", "MINUS"]) {
            Some((SetOperator::Except, UNION_LEVEL))
        } else if self.is_word("INTERSECT") {
            Some((SetOperator::Intersect, INTERSECT_LEVEL))
        } else {
            None
        }
    }

    fn set_operations(&mut self, mut left: Relation, lowest: u8) -> Result<Relation> {
        let mut length = 0;
        while let Some((operator, level)) = self.set_operator().filter(|(_, level)| *level >= lowest) {
            self.link(&mut length)?;
            self.position += 1;
            let all = self.eat_word("ALL");
            if !all {
                self.eat_word("DISTINCT");
            }
            let first = self.nested(|p| p.query_primary())?;
            let right = self.set_operations(first, level + 1)?;
            let span = left.span.to(right.span);
            let operation =
                SetOperation { left, right, operator, all, by_name: false, allow_missing_columns: false };
            left = Relation::new(RelationKind::SetOperation(operation)).at(span);
        }
        Ok(left)
    }

    // ---- order and limits

    /// ORDER BY, CLUSTER BY, DISTRIBUTE BY, SORT BY, WINDOW, LIMIT and OFFSET, in this order.
    fn organization(&mut self, input: Relation) -> Result<Relation> {
        let start = input.span;
        let clauses = self.peek().span;
        let order = if self.eat_words(&["ORDER", "BY"]) { self.order_items()? } else { Vec::new() };
        let cluster = self.partitioning_items("CLUSTER")?;
        let distribute = self.partitioning_items("DISTRIBUTE")?;
        let sort = if self.eat_words(&["SORT", "BY"]) { self.order_items()? } else { Vec::new() };
        let given = [!order.is_empty(), !cluster.is_empty(), !distribute.is_empty(), !sort.is_empty()];
        let organized = match given {
            [false, false, false, false] => input,
            [true, false, false, false] => {
                self.above(start, RelationKind::Sort { input, order, global: true })
            }
            [false, true, false, false] => self.clustered(input, cluster, start),
            [false, false, false, true] => {
                self.above(start, RelationKind::Sort { input, order: sort, global: false })
            }
            [false, false, true, false] => self.distributed(input, distribute, start),
            [false, false, true, true] => {
                let input = self.distributed(input, distribute, start);
                self.above(start, RelationKind::Sort { input, order: sort, global: false })
            }
            _ => {
                let error = Error::parse("UNSUPPORTED_FEATURE.COMBINATION_QUERY_RESULT_CLAUSES");
                return Err(self.at_span(error, self.span_from(clauses)));
            }
        };
        let organized = self.window_clause(organized)?;
        self.limit_and_offset(organized, start)
    }

    fn partitioning_items(&mut self, word: &str) -> Result<Vec<Expr>> {
        if self.eat_words(&[word, "BY"]) { self.comma_list(|p| p.expression()) } else { Ok(Vec::new()) }
    }

    fn distributed(&self, input: Relation, expressions: Vec<Expr>, start: Span) -> Relation {
        self.above(start, RelationKind::RepartitionBy { input, expressions, partitions: None })
    }

    /// CLUSTER BY is DISTRIBUTE BY and SORT BY in one.
    fn clustered(&self, input: Relation, expressions: Vec<Expr>, start: Span) -> Relation {
        let order = expressions
            .iter()
            .map(|e| SortOrder { expr: e.clone(), descending: false, nulls_first: true })
            .collect();
        let input = self.distributed(input, expressions, start);
        self.above(start, RelationKind::Sort { input, order, global: false })
    }

    /// The offset is skipped first, whatever the order of the words' meaning suggests.
    fn limit_and_offset(&mut self, mut input: Relation, start: Span) -> Result<Relation> {
        let mut limit = None;
        if self.eat_word("LIMIT") && !self.eat_lone_all() {
            limit = Some(self.expression()?);
        }
        if self.eat_word("OFFSET") {
            let offset = self.expression()?;
            input = self.above(start, RelationKind::Offset { input, offset });
        }
        match limit {
            Some(limit) => Ok(self.above(start, RelationKind::Limit { input, limit })),
            None => Ok(input),
        }
    }

    fn eat_lone_all(&mut self) -> bool {
        self.eat_word("ALL")
    }

    /// Sort items; `ORDER BY ALL` is one item named `ALL`, which the resolver expands.
    pub(super) fn order_items(&mut self) -> Result<Vec<SortOrder>> {
        self.comma_list(|p| p.sort_item())
    }

    /// A node on top of an input that began at `start`.
    pub(super) fn above(&self, start: Span, kind: RelationKind) -> Relation {
        Relation::new(kind).at(self.span_from(start))
    }

    /// `TABLE name` and table arguments.
    pub(super) fn named_table_without_alias(&mut self) -> Result<Relation> {
        let start = self.peek().span;
        let name = self.name_reference()?;
        let kind = RelationKind::Table { name, options: Default::default(), time_travel: None };
        Ok(self.above(start, kind))
    }

    /// `VALUES (1, 'a'), (2, 'b') [AS t (x, y)]`
    pub(super) fn inline_table(&mut self) -> Result<Relation> {
        let start = self.peek().span;
        self.expect_word("VALUES")?;
        let rows = self.comma_list(|p| p.inline_row())?;
        let width = rows[0].len();
        if let Some((index, row)) = rows.iter().enumerate().find(|(_, row)| row.len() != width) {
            let error = Error::parse("INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH")
                .with("expectedNumCols", width.to_string())
                .with("actualNumCols", row.len().to_string())
                .with("rowIndex", index.to_string());
            return Err(self.at_span(error, self.span_from(start)));
        }
        let relation = self.above(start, RelationKind::Values { rows });
        self.table_alias(relation, start)
    }

    /// One row: a parenthesized list, `struct(…)` or a single value.
    fn inline_row(&mut self) -> Result<Vec<Expr>> {
        let row = self.expression()?;
        let values = match row.kind {
            ExprKind::Function(function) if function.name == ["struct"] => function.arguments,
            kind => vec![Expr::new(kind, row.span)],
        };
        Ok(values.into_iter().map(|v| self.default_value(v)).collect())
    }

    /// A bare DEFAULT among values stands for the column's default.
    pub(super) fn default_value(&self, value: Expr) -> Expr {
        let text = self.text.get(value.span.start as usize..value.span.end as usize).unwrap_or("");
        if text.eq_ignore_ascii_case("DEFAULT") { Expr::new(ExprKind::Default, value.span) } else { value }
    }
}
