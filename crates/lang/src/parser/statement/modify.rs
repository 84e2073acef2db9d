//! DELETE, UPDATE and MERGE.

use super::Parser;
use crate::ir::{
    Assignment, Delete, Expr, Merge, MergeAction, MergeClause, Relation, RelationKind, Statement, Target,
    Update,
};
use crate::{Error, Result};

impl Parser<'_> {
    pub(super) fn delete(&mut self) -> Result<Statement> {
        self.expect_words(&["DELETE", "FROM"])?;
        let target = self.target("DELETE")?;
        let condition = self.where_condition()?;
        Ok(Statement::Delete(Box::new(Delete { target, condition })))
    }

    pub(super) fn update(&mut self) -> Result<Statement> {
        self.expect_word("UPDATE")?;
        let target = self.target("UPDATE")?;
        self.expect_word("SET")?;
        let assignments = self.assignments()?;
        let condition = self.where_condition()?;
        Ok(Statement::Update(Box::new(Update { target, assignments, condition })))
    }

    /// The table with its alias; columns of the alias are refused as in Spark.
    fn target(&mut self, operation: &str) -> Result<Target> {
        let name = self.name_reference()?;
        let start = self.peek();
        let (alias, columns) = self.alias_and_columns()?;
        if !columns.is_empty() {
            let error = Error::parse("COLUMN_ALIASES_NOT_ALLOWED").with("op", operation);
            return Err(self.at_token(error, start));
        }
        Ok(Target { name, alias, columns, options: self.table_options()?, definitions: Vec::new() })
    }

    /// `WITH ('key' = 'value')`
    pub(in crate::parser) fn table_options(&mut self) -> Result<crate::ir::Options> {
        if self.is_word("WITH") && self.is_symbol_at(1, "(") {
            self.position += 1;
            return self.properties();
        }
        Ok(Default::default())
    }

    fn where_condition(&mut self) -> Result<Option<Expr>> {
        if self.eat_word("WHERE") { Ok(Some(self.expression()?)) } else { Ok(None) }
    }

    /// `a = 1, b.c = DEFAULT`
    pub(super) fn assignments(&mut self) -> Result<Vec<Assignment>> {
        self.comma_list(|p| {
            let column = p.multipart_identifier()?;
            p.expect("=")?;
            let value = p.expression()?;
            Ok(Assignment { column, value: p.default_value(value) })
        })
    }

    // ---- MERGE

    pub(super) fn merge(&mut self) -> Result<Statement> {
        let start = self.peek();
        self.expect_word("MERGE")?;
        let schema_evolution = self.eat_words(&["WITH", "SCHEMA", "EVOLUTION"]);
        self.expect_word("INTO")?;
        let target = self.target("MERGE")?;
        self.expect_word("USING")?;
        let source = self.merge_source()?;
        self.expect_word("ON")?;
        let condition = self.expression()?;
        let mut merge = Merge {
            target,
            source,
            condition,
            matched: Vec::new(),
            not_matched: Vec::new(),
            not_matched_by_source: Vec::new(),
            schema_evolution,
        };
        self.merge_clauses(&mut merge)?;
        let clauses = [&merge.matched, &merge.not_matched, &merge.not_matched_by_source];
        if clauses.iter().all(|c| c.is_empty()) {
            let error = Error::parse("MERGE_WITHOUT_WHEN");
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        let unconditional = [
            ("NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION", &merge.matched),
            ("NON_LAST_NOT_MATCHED_BY_TARGET_CLAUSE_OMIT_CONDITION", &merge.not_matched),
            ("NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION", &merge.not_matched_by_source),
        ];
        for (condition, clauses) in unconditional {
            if clauses.iter().rev().skip(1).any(|c| c.condition.is_none()) {
                return Err(self.at_span(Error::parse(condition), self.span_from(start.span)));
            }
        }
        Ok(Statement::Merge(Box::new(merge)))
    }

    fn merge_source(&mut self) -> Result<Relation> {
        let start = self.peek().span;
        let source = if self.eat("(") {
            let query = self.query()?;
            self.expect(")")?;
            query
        } else {
            let name = self.name_reference()?;
            let options = self.table_options()?;
            self.above(start, RelationKind::Table { name, options, time_travel: None })
        };
        let aliased = self.table_alias(source, start)?;
        if let RelationKind::SubqueryAlias { columns, .. } = aliased.kind.as_ref()
            && !columns.is_empty()
        {
            let error = Error::parse("COLUMN_ALIASES_NOT_ALLOWED").with("op", "MERGE");
            return Err(self.at_span(error, self.span_from(start)));
        }
        Ok(aliased)
    }

    /// Spark wants the three kinds in this order.
    fn merge_clauses(&mut self, merge: &mut Merge) -> Result<()> {
        while self.are_words(&["WHEN", "MATCHED"]) {
            self.position += 2;
            merge.matched.push(self.merge_clause(Self::matched_action)?);
        }
        while self.at_not_matched() && !self.is_word_at(4, "SOURCE") {
            self.position += 3;
            self.eat_words(&["BY", "TARGET"]);
            merge.not_matched.push(self.merge_clause(Self::insert_action)?);
        }
        while self.at_not_matched() && self.is_word_at(3, "BY") && self.is_word_at(4, "SOURCE") {
            self.position += 5;
            merge.not_matched_by_source.push(self.merge_clause(Self::orphan_action)?);
        }
        Ok(())
    }

    fn at_not_matched(&self) -> bool {
        self.is_word("WHEN") && self.is_word_at(1, "NOT") && self.is_word_at(2, "MATCHED")
    }

    fn merge_clause(&mut self, action: impl Fn(&mut Self) -> Result<MergeAction>) -> Result<MergeClause> {
        let condition = if self.eat_word("AND") { Some(self.expression()?) } else { None };
        self.expect_word("THEN")?;
        Ok(MergeClause { condition, action: action(self)? })
    }

    fn matched_action(&mut self) -> Result<MergeAction> {
        if self.are_words(&["UPDATE", "SET"]) && self.is_symbol_at(2, "*") {
            self.position += 3;
            return Ok(MergeAction::UpdateAll);
        }
        self.orphan_action()
    }

    /// What may happen to rows of the target alone, or of both.
    fn orphan_action(&mut self) -> Result<MergeAction> {
        if self.eat_word("DELETE") {
            return Ok(MergeAction::Delete);
        }
        self.expect_words(&["UPDATE", "SET"])?;
        Ok(MergeAction::Update(self.assignments()?))
    }

    fn insert_action(&mut self) -> Result<MergeAction> {
        let start = self.peek();
        self.expect_word("INSERT")?;
        if self.eat("*") {
            return Ok(MergeAction::InsertAll);
        }
        let columns = self.parenthesized_list(|p| p.multipart_identifier())?;
        self.expect_word("VALUES")?;
        let values = self.parenthesized_list(|p| {
            let value = p.expression()?;
            Ok(p.default_value(value))
        })?;
        if columns.len() != values.len() {
            let error = Error::parse("MERGE_INSERT_VALUE_COUNT_MISMATCH")
                .with("actualCount", values.len().to_string())
                .with("expectedCount", columns.len().to_string());
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        let assignments = columns.into_iter().zip(values);
        Ok(MergeAction::Insert(assignments.map(|(column, value)| Assignment { column, value }).collect()))
    }
}
