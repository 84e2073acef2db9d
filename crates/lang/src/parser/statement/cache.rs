//! CACHE, UNCACHE, CLEAR CACHE and REFRESH.

use super::Parser;
use crate::ir::Statement;
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
        if self.is_word("FUNCTION") {
            return Err(Error::unsupported("REFRESH FUNCTION"));
        }
        if !self.eat_word("TABLE") {
            return Err(Error::unsupported("REFRESH of a path"));
        }
        Ok(Statement::RefreshTable { name: self.name_reference()? })
    }

    fn cache_table(&mut self) -> Result<Statement> {
        let lazy = self.eat_word("LAZY");
        self.expect_word("TABLE")?;
        let name = self.name_reference()?;
        let options = if self.eat_word("OPTIONS") { self.properties()? } else { Default::default() };
        let has_query = self.eat_word("AS") || self.starts_query_at(0);
        let query = if has_query { Some(self.query()?) } else { None };
        Ok(Statement::CacheTable { name, lazy, options, query })
    }
}
