//! CACHE, UNCACHE, CLEAR CACHE and REFRESH.

use super::Parser;
use crate::ir::Statement;
use crate::lexer::TokenKind;
use crate::{Error, Result};

impl Parser<'_> {
    pub(super) fn cache_statement(&mut self) -> Result<Statement> {
        if self.eat_word("CACHE") {
            return self.cache_table();
        }
        if self.eat_word("UNCACHE") {
            self.expect_word("TABLE")?;
            let if_exists = self.eat_if_exists();
            return Ok(Statement::UncacheTable { name: self.name_reference()?, if_exists });
        }
        if self.eat_word("CLEAR") {
            self.expect_word("CACHE")?;
            return Ok(Statement::ClearCache);
        }
        self.expect_word("REFRESH")?;
        if self.eat_word("FUNCTION") {
            return Ok(Statement::RefreshFunction { name: self.name_reference()? });
        }
        if self.eat_word("TABLE") {
            return Ok(Statement::RefreshTable { name: self.name_reference()? });
        }
        self.refresh_path()
    }

    /// `REFRESH 'path'`, `REFRESH path`: an unquoted path is the text as it stands.
    fn refresh_path(&mut self) -> Result<Statement> {
        if self.peek().kind == TokenKind::String {
            return Ok(Statement::RefreshPath { path: self.string_literal()? });
        }
        let start = self.peek();
        let path = self.rest_of_statement().to_string();
        let condition = if path.is_empty() {
            "INVALID_SQL_SYNTAX.EMPTY_REFRESH_RESOURCE_PATH"
        } else if path.contains([' ', '\n', '\r', '\t']) {
            "INVALID_SQL_SYNTAX.INVALID_REFRESH_RESOURCE_PATH"
        } else {
            return Ok(Statement::RefreshPath { path });
        };
        Err(self.at_token(Error::parse(condition), start))
    }

    fn cache_table(&mut self) -> Result<Statement> {
        let lazy = self.eat_word("LAZY");
        self.expect_word("TABLE")?;
        let name = self.name_reference()?;
        let options = if self.eat_word("OPTIONS") { self.properties()? } else { Default::default() };
        let has_query = self.eat_word("AS") || self.starts_query_at(0);
        let query = if has_query { Some(self.query()?) } else { None };
        if let (Some((_, qualifier)), true) = (name.split_last(), query.is_some())
            && !qualifier.is_empty()
        {
            let error = Error::parse("_LEGACY_ERROR_TEMP_0037").with("quoted", qualifier.join("."));
            return Err(self.at_token(error, self.peek()));
        }
        Ok(Statement::CacheTable { name, lazy, options, query })
    }
}
