//! Statements: which one it is, by its first words.
//!
//! ```text
//! first word ─► query | create_*, alter*, drop | insert, modify | show, describe, settings | cache, maintenance
//!            ─► variable, create_function | native (refused as in Spark)
//! ```
//!
//! The nouns are those of [`crate::ir::Statement`]; one file holds one family of statements.
//!
//! # Guarantees
//! Every statement of Spark's language has a form in the IR, or is refused with Spark's condition; the few that have
//! neither are refused by name. Only text that is no statement at all is a syntax error.
//!
//! # Does not
//! Execute or check anything that is not said by the text alone.
//!
//! # Where to start
//! [`Parser::statement`], the dispatch.

mod alter;
mod alter_column;
mod cache;
mod constraint;
mod create_function;
mod create_table;
mod create_view;
mod database;
mod describe;
mod drop;
mod hive_format;
mod insert;
mod lake;
mod maintenance;
mod modify;
mod native;
mod reserved_properties;
mod settings;
mod show;
mod variable;

use super::Parser;
use crate::ir::{CommentObject, CommonTable, ExplainMode, Relation, RelationKind, Statement};
use crate::{Error, Result};

impl Parser<'_> {
    /// Any statement.
    pub(super) fn statement(&mut self) -> Result<Statement> {
        if self.is_word("WITH") {
            return self.with_statement();
        }
        if self.is_word("FROM") {
            return self.parse_from_statement();
        }
        if self.starts_query_at(0) {
            return Ok(Statement::Query(self.query()?));
        }
        if let Some(error) = self.native_command() {
            return Err(error);
        }
        let word = self.text_of(self.peek()).to_ascii_uppercase();
        match word.as_str() {
            "CREATE" | "REPLACE" | "ALTER" => {
                let start = self.peek().span;
                let statement = match word.as_str() {
                    "CREATE" => self.create()?,
                    "REPLACE" => self.create_table()?,
                    _ => self.alter()?,
                };
                self.without_reserved_properties(statement, start)
            }
            "DROP" => self.drop_statement(),
            "TRUNCATE" => self.truncate(),
            "INSERT" => self.insert(None),
            "DELETE" => self.delete(),
            "UPDATE" => self.update(),
            "MERGE" => self.merge(),
            "USE" => self.use_statement(),
            "SET" => self.set(),
            "RESET" => self.reset(),
            "CACHE" | "UNCACHE" | "CLEAR" | "REFRESH" => self.cache_statement(),
            "SHOW" => self.show(),
            "DESCRIBE" | "DESC" => self.describe(),
            "EXPLAIN" => self.explain(),
            "COMMENT" => self.comment_on(),
            "ANALYZE" => self.analyze(),
            "MSCK" | "REPAIR" => self.repair(),
            "VACUUM" if self.is_lake_at(1) => self.vacuum(),
            "OPTIMIZE" if self.is_lake_at(1) => self.optimize(),
            "RESTORE" if self.is_lake_at(1) => self.restore(),
            "CONVERT" if self.is_word_at(1, "TO") => self.convert(),
            "GENERATE" if self.is_name_at(1) => self.generate(),
            "LOAD" => self.load(),
            "ADD" | "LIST" if self.is_name_at(1) => self.resource(),
            "DECLARE" if self.is_name_at(1) && self.at_cursor(2) => Err(self.cursor_refused()),
            "DECLARE" => self.declare(),
            "EXECUTE" => self.execute_immediate(),
            "CALL" => self.call_statement(),
            "OPEN" | "FETCH" | "CLOSE" if self.is_name_at(1) => Err(self.cursor_refused()),
            "MAP" | "REDUCE" => Ok(Statement::Query(self.query()?)),
            _ => Err(self.unexpected()),
        }
    }

    /// `WITH … SELECT`, or WITH in front of a statement that changes a table.
    fn with_statement(&mut self) -> Result<Statement> {
        let (mark, start) = (self.mark(), self.peek().span);
        let (definitions, recursive) = self.common_tables()?;
        let word = self.text_of(self.peek()).to_ascii_uppercase();
        let statement = match word.as_str() {
            "INSERT" => self.insert(None)?,
            "DELETE" => self.delete()?,
            "UPDATE" => self.update()?,
            "MERGE" => self.merge()?,
            "FROM" => match self.parse_from_statement()? {
                Statement::Query(_) => {
                    self.reset_to(mark);
                    return Ok(Statement::Query(self.query()?));
                }
                statement => statement,
            },
            _ => {
                self.reset_to(mark);
                return Ok(Statement::Query(self.query()?));
            }
        };
        self.refuse_duplicates(&definitions, start)?;
        Ok(with_definitions(statement, &definitions, recursive))
    }

    /// `FROM t SELECT …`, or `FROM t INSERT INTO … SELECT … INSERT …`.
    fn parse_from_statement(&mut self) -> Result<Statement> {
        let mark = self.mark();
        let from = self.parse_from()?;
        if !self.is_word("INSERT") {
            self.reset_to(mark);
            return Ok(Statement::Query(self.query()?));
        }
        let mut inserts = Vec::new();
        while self.is_word("INSERT") {
            inserts.push(self.insert(Some(from.clone()))?);
        }
        match inserts.pop() {
            Some(only) if inserts.is_empty() => Ok(only),
            Some(last) => {
                inserts.push(last);
                Ok(Statement::MultiInsert(inserts))
            }
            None => Err(self.unexpected()),
        }
    }

    fn create(&mut self) -> Result<Statement> {
        let start = self.peek();
        let mut at = 1;
        let replace = self.is_word_at(1, "OR") && self.is_word_at(2, "REPLACE");
        if replace {
            at = 3;
        }
        while ["GLOBAL", "TEMPORARY", "TEMP", "EXTERNAL"].iter().any(|w| self.is_word_at(at, w)) {
            at += 1;
        }
        let object = self.text_of(self.peek_at(at)).to_ascii_uppercase();
        match object.as_str() {
            "TABLE" => self.create_table(),
            "VIEW" => self.create_view(),
            "FUNCTION" => self.create_function(),
            "DATABASE" | "SCHEMA" | "NAMESPACE" => self.create_database(),
            "INDEX" if at == 1 => {
                self.position += 1;
                self.create_index()
            }
            "MATERIALIZED" | "STREAMING" | "FLOW" if at == 1 => Err(self.pipeline_statement(&object, start)),
            _ => {
                self.position += at;
                Err(self.unexpected())
            }
        }
    }

    fn explain(&mut self) -> Result<Statement> {
        let start = self.peek();
        self.expect_word("EXPLAIN")?;
        let mode = if self.eat_word("EXTENDED") {
            ExplainMode::Extended
        } else if self.eat_word("CODEGEN") {
            ExplainMode::Codegen
        } else if self.eat_word("COST") {
            ExplainMode::Cost
        } else if self.eat_word("FORMATTED") {
            ExplainMode::Formatted
        } else if self.is_word("LOGICAL") {
            let error = Error::parse("INVALID_STATEMENT_OR_CLAUSE").with("operation", "EXPLAIN LOGICAL");
            return Err(self.at_span(error, self.span_from(start.span)));
        } else {
            ExplainMode::Simple
        };
        let statement = Box::new(self.nested(|p| p.statement())?);
        Ok(Statement::Explain { statement, mode })
    }

    /// `COMMENT ON TABLE t IS 'x'`; NULL removes the comment.
    fn comment_on(&mut self) -> Result<Statement> {
        self.expect_words(&["COMMENT", "ON"])?;
        let object = if self.eat_word("TABLE") {
            let table = self.name_reference()?;
            if self.eat_word("COLUMN") {
                let comments = self.parenthesized_list(|p| p.column_comment())?;
                return Ok(Statement::CommentColumns { table, comments });
            }
            CommentObject::Table(table)
        } else if self.eat_any_word(&["DATABASE", "SCHEMA", "NAMESPACE"]) {
            CommentObject::Database(self.name_reference()?)
        } else if self.is_word("COLUMN") {
            return self.comment_on_column();
        } else {
            return Err(self.unexpected());
        };
        self.expect_word("IS")?;
        Ok(Statement::Comment { object, comment: self.comment_or_null()? })
    }

    fn comment_on_column(&mut self) -> Result<Statement> {
        let start = self.peek();
        self.expect_word("COLUMN")?;
        let (mut table, comment) = self.column_comment()?;
        let column = table.pop().into_iter().collect();
        if table.is_empty() {
            let error = Error::parse("INVALID_SQL_SYNTAX.COMMENT_ON_COLUMN_INCORRECT_IDENTIFIER");
            return Err(self.at_token(error, start));
        }
        Ok(Statement::CommentColumns { table, comments: vec![(column, comment)] })
    }

    /// `a.b IS 'x'`
    fn column_comment(&mut self) -> Result<(Vec<String>, Option<String>)> {
        let column = self.multipart_identifier()?;
        self.expect_word("IS")?;
        Ok((column, self.comment_or_null()?))
    }

    fn comment_or_null(&mut self) -> Result<Option<String>> {
        if self.eat_word("NULL") { Ok(None) } else { Ok(Some(self.string_literal()?)) }
    }
}

/// The CTEs of WITH in front of a statement, seen by its queries.
fn with_definitions(statement: Statement, definitions: &[CommonTable], recursive: bool) -> Statement {
    let with = |input: Relation| {
        let (span, definitions) = (input.span, definitions.to_vec());
        Relation::new(RelationKind::With { input, definitions, recursive }).at(span)
    };
    match statement {
        Statement::Insert(mut insert) => {
            insert.query = with(insert.query);
            Statement::Insert(insert)
        }
        Statement::WritePath(mut write) => {
            write.input = with(write.input);
            Statement::WritePath(write)
        }
        Statement::MultiInsert(inserts) => Statement::MultiInsert(
            inserts.into_iter().map(|i| with_definitions(i, definitions, recursive)).collect(),
        ),
        Statement::Merge(mut merge) => {
            merge.source = with(merge.source);
            merge.target.definitions = definitions.to_vec();
            Statement::Merge(merge)
        }
        Statement::Update(mut update) => {
            update.target.definitions = definitions.to_vec();
            Statement::Update(update)
        }
        Statement::Delete(mut delete) => {
            delete.target.definitions = definitions.to_vec();
            Statement::Delete(delete)
        }
        other => other,
    }
}
