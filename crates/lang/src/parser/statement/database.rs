//! Databases: CREATE DATABASE and USE.

use super::Parser;
use crate::ir::{Options, Statement};
use crate::{Error, Result};

const DATABASE: &[&str] = &["DATABASE", "SCHEMA", "NAMESPACE"];

impl Parser<'_> {
    /// `CREATE DATABASE [IF NOT EXISTS] d [COMMENT …] [LOCATION …] [WITH DBPROPERTIES (…)]`
    pub(super) fn create_database(&mut self) -> Result<Statement> {
        self.expect_word("CREATE")?;
        if !self.eat_any_word(DATABASE) {
            return Err(self.unexpected());
        }
        let if_not_exists = self.eat_if_not_exists();
        let name = self.name_reference()?;
        let (mut comment, mut location, mut properties) = (None, None, Options::new());
        loop {
            let start = self.peek();
            let (clause, repeated) = if self.is_word("COMMENT") {
                ("COMMENT", comment.replace(self.clause_text("COMMENT")?).is_some())
            } else if self.is_word("LOCATION") {
                ("LOCATION", location.replace(self.clause_text("LOCATION")?).is_some())
            } else if self.eat_words(&["WITH", "DBPROPERTIES"]) || self.eat_words(&["WITH", "PROPERTIES"]) {
                let repeated = !std::mem::replace(&mut properties, self.properties()?).is_empty();
                ("PROPERTIES", repeated)
            } else if self.eat_words(&["DEFAULT", "COLLATION"]) {
                self.identifier()?;
                return Err(self.database_collation(start));
            } else {
                return Ok(Statement::CreateDatabase { name, if_not_exists, comment, location, properties });
            };
            if repeated {
                let error = Error::parse("DUPLICATE_CLAUSES").with("clauseName", clause);
                return Err(self.at_token(error, start));
            }
        }
    }

    pub(super) fn database_collation(&self, start: crate::lexer::Token) -> Error {
        self.at_span(Error::parse("UNSUPPORTED_FEATURE.SCHEMA_LEVEL_COLLATIONS"), self.span_from(start.span))
    }

    /// `USE d`, `USE DATABASE d`
    pub(super) fn use_statement(&mut self) -> Result<Statement> {
        self.expect_word("USE")?;
        let qualified = self.is_name_at(1);
        if qualified {
            self.eat_any_word(DATABASE);
        }
        Ok(Statement::UseDatabase { name: self.name_reference()? })
    }
}
