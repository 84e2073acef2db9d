//! DESCRIBE of tables, columns, databases, functions and queries.

use super::Parser;
use crate::ir::{Describe, Statement};
use crate::lexer::TokenKind;
use crate::{Error, Result};

impl Parser<'_> {
    pub(super) fn describe(&mut self) -> Result<Statement> {
        if !self.eat_word("DESCRIBE") {
            self.expect_word("DESC")?;
        }
        if let Some(statement) = self.describe_lake()? {
            return Ok(statement);
        }
        if self.is_word("FUNCTION") && self.peek_at(1).kind != TokenKind::End {
            return self.describe_function();
        }
        if self.is_any_word(&["DATABASE", "SCHEMA", "NAMESPACE"]) && self.is_name_at(1) {
            self.position += 1;
            let extended = self.eat_option(&["EXTENDED"]);
            return Ok(Statement::Describe(Describe::Database { name: self.name_reference()?, extended }));
        }
        if self.is_word("PROCEDURE") && self.is_name_at(1) {
            self.position += 1;
            return Ok(Statement::Describe(Describe::Procedure { name: self.name_reference()? }));
        }
        if self.is_word("QUERY") && self.starts_query_at(1) {
            self.position += 1;
        }
        // `DESCRIBE TABLE t` is a table, although TABLE could start a query.
        if self.starts_query_at(0) && !self.is_word("TABLE") {
            return Ok(Statement::Describe(Describe::Query(self.query()?)));
        }
        self.describe_table()
    }

    /// EXTENDED or FORMATTED, unless it is itself the name.
    fn eat_option(&mut self, words: &[&str]) -> bool {
        self.is_name_at(1) && self.eat_any_word(words)
    }

    fn describe_table(&mut self) -> Result<Statement> {
        let token = self.peek();
        let start = token.span;
        if self.is_name_at(1) {
            self.eat_word("TABLE");
        }
        let extended = self.eat_option(&["EXTENDED", "FORMATTED"]);
        let name = self.name_reference()?;
        let partition = self.optional_partition()?;
        let column = if self.is_name_at(0) && !self.are_words(&["AS", "JSON"]) {
            Some(self.multipart_identifier()?)
        } else {
            None
        };
        self.expect_values(&partition, token)?;
        if !partition.is_empty() && column.is_some() {
            let error = Error::parse("UNSUPPORTED_FEATURE.DESC_TABLE_COLUMN_PARTITION");
            return Err(self.at_span(error, self.span_from(start)));
        }
        let describe = if partition.is_empty() {
            Describe::Table { name, extended, column }
        } else {
            Describe::TablePartition { name, extended, partition }
        };
        let json = self.eat_words(&["AS", "JSON"]);
        if json && !extended {
            let shown = match &describe {
                Describe::Table { name, .. } | Describe::TablePartition { name, .. } => name.join("."),
                _ => String::new(),
            };
            let error = Error::parse("DESCRIBE_JSON_NOT_EXTENDED").with("tableName", shown);
            return Err(self.at_span(error, self.span_from(start)));
        }
        Ok(Statement::Describe(if json { Describe::Json(Box::new(describe)) } else { describe }))
    }

    /// A function's name may also be a string or an operator.
    fn describe_function(&mut self) -> Result<Statement> {
        self.expect_word("FUNCTION")?;
        let extended = self.eat_word("EXTENDED");
        let token = self.peek();
        let name = match token.kind {
            TokenKind::String => vec![self.string_literal()?],
            TokenKind::Symbol(symbol) => {
                self.position += 1;
                vec![symbol.to_string()]
            }
            _ => self.name_reference()?,
        };
        Ok(Statement::Describe(Describe::Function { name, extended }))
    }
}
