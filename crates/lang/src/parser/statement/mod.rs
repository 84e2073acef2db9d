//! Statements: which one it is, by its first words.
//!
//! ```text
//! first word ─► query | create_table, create_view, database | insert | alter | show | describe | settings | cache
//! ```
//!
//! The nouns are those of [`crate::ir::Statement`]; one file holds one family of statements.
//!
//! # Guarantees
//! Statements of Spark's language that the IR cannot hold are refused by name; only text that is no statement at all
//! is a syntax error.
//!
//! # Does not
//! Execute or check anything.
//!
//! # Where to start
//! [`Parser::statement`], the dispatch.

mod alter;
mod cache;
mod create_table;
mod create_view;
mod database;
mod describe;
mod drop;
mod insert;
mod settings;
mod show;

use super::Parser;
use crate::ir::{CommentObject, ExplainMode, Relation, RelationKind, Statement};
use crate::{Error, Result};

/// First words of statements that Spark has and Firesteel refuses.
const REFUSED: &[&str] = &[
    "ANALYZE", "BEGIN", "CALL", "COMMIT", "DECLARE", "DELETE", "DFS", "EXECUTE", "EXPORT", "GRANT", "IMPORT",
    "LIST", "LOAD", "LOCK", "MERGE", "MSCK", "REPAIR", "REVOKE", "ROLLBACK", "START", "UNLOCK", "UPDATE",
];

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
        let word = self.text_of(self.peek()).to_ascii_uppercase();
        match word.as_str() {
            "CREATE" => self.create(),
            "REPLACE" => self.create_table(),
            "DROP" => self.drop_statement(),
            "TRUNCATE" => self.truncate(),
            "ALTER" => self.alter(),
            "INSERT" => self.insert(None),
            "USE" => self.use_statement(),
            "SET" => self.set(),
            "RESET" => self.reset(),
            "CACHE" | "UNCACHE" | "CLEAR" | "REFRESH" => self.cache_statement(),
            "SHOW" => self.show(),
            "DESCRIBE" | "DESC" => self.describe(),
            "EXPLAIN" => self.explain(),
            "COMMENT" => self.comment_on(),
            "ANALYZE" if !self.is_word_at(1, "TABLE") && !self.is_word_at(1, "TABLES") => {
                Err(self.unexpected())
            }
            "ADD" => Err(Error::unsupported("ADD of a resource")),
            "MAP" | "REDUCE" => Err(Error::unsupported("TRANSFORM, MAP and REDUCE with scripts")),
            word if REFUSED.contains(&word) && self.is_name_at(1) => {
                Err(Error::unsupported(format!("{word} statements")))
            }
            "COMMIT" | "ROLLBACK" => Err(Error::unsupported("transaction statements")),
            _ => Err(self.unexpected()),
        }
    }

    /// `WITH … SELECT`, or `WITH … INSERT`.
    fn with_statement(&mut self) -> Result<Statement> {
        let mark = (self.position, self.positional);
        let (definitions, recursive) = self.common_tables()?;
        if self.is_any_word(&["DELETE", "UPDATE", "MERGE"]) {
            let word = self.text_of(self.peek()).to_ascii_uppercase();
            return Err(Error::unsupported(format!("{word} statements")));
        }
        if !self.is_word("INSERT") {
            (self.position, self.positional) = mark;
            return Ok(Statement::Query(self.query()?));
        }
        let with = |input: Relation| {
            let span = input.span;
            Relation::new(RelationKind::With { input, definitions, recursive }).at(span)
        };
        Ok(match self.insert(None)? {
            Statement::Insert(mut insert) => {
                insert.query = with(insert.query);
                Statement::Insert(insert)
            }
            Statement::WritePath(mut write) => {
                write.input = with(write.input);
                Statement::WritePath(write)
            }
            other => other,
        })
    }

    /// `FROM t SELECT …`, or `FROM t INSERT INTO … SELECT …`.
    fn parse_from_statement(&mut self) -> Result<Statement> {
        let mark = (self.position, self.positional);
        let from = self.parse_from()?;
        if self.is_word("INSERT") {
            let statement = self.insert(Some(from))?;
            if self.is_word("INSERT") {
                return Err(Error::unsupported("FROM with several INSERTs"));
            }
            return Ok(statement);
        }
        (self.position, self.positional) = mark;
        Ok(Statement::Query(self.query()?))
    }

    fn create(&mut self) -> Result<Statement> {
        let mut at = 1;
        if self.is_word_at(1, "OR") && self.is_word_at(2, "REPLACE") {
            at = 3;
        }
        while ["GLOBAL", "TEMPORARY", "TEMP", "EXTERNAL"].iter().any(|w| self.is_word_at(at, w)) {
            at += 1;
        }
        let object = self.text_of(self.peek_at(at)).to_ascii_uppercase();
        match object.as_str() {
            "TABLE" => self.create_table(),
            "VIEW" => self.create_view(),
            "DATABASE" | "SCHEMA" | "NAMESPACE" => self.create_database(),
            "FUNCTION" | "INDEX" | "ROLE" | "MACRO" | "MATERIALIZED" | "STREAMING" | "FLOW" => {
                Err(Error::unsupported(format!("CREATE {object}")))
            }
            _ => {
                self.position += at;
                Err(self.unexpected())
            }
        }
    }

    fn explain(&mut self) -> Result<Statement> {
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
            return Err(Error::unsupported("EXPLAIN LOGICAL"));
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
            CommentObject::Table(self.name_reference()?)
        } else if self.eat_any_word(&["DATABASE", "SCHEMA", "NAMESPACE"]) {
            CommentObject::Database(self.name_reference()?)
        } else if self.is_word("COLUMN") {
            return Err(Error::unsupported("COMMENT ON COLUMN"));
        } else {
            return Err(self.unexpected());
        };
        self.expect_word("IS")?;
        let comment = if self.eat_word("NULL") { None } else { Some(self.string_literal()?) };
        Ok(Statement::Comment { object, comment })
    }
}
