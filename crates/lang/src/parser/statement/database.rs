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
            if self.is_word("COMMENT") {
                comment = Some(self.clause_text("COMMENT")?);
            } else if self.is_word("LOCATION") {
                location = Some(self.clause_text("LOCATION")?);
            } else if self.eat_words(&["WITH", "DBPROPERTIES"]) || self.eat_words(&["WITH", "PROPERTIES"]) {
                properties = self.properties()?;
            } else if self.are_words(&["DEFAULT", "COLLATION"]) {
                return Err(Error::unsupported("DEFAULT COLLATION"));
            } else {
                return Ok(Statement::CreateDatabase { name, if_not_exists, comment, location, properties });
            }
        }
    }

    /// `USE d`, `USE DATABASE d`, `USE CATALOG c`
    pub(super) fn use_statement(&mut self) -> Result<Statement> {
        self.expect_word("USE")?;
        let qualified = self.is_name_at(1);
        if self.is_word("CATALOG") && qualified {
            self.position += 1;
            return Ok(Statement::SetCatalog { name: self.identifier()? });
        }
        if qualified {
            self.eat_any_word(DATABASE);
        }
        Ok(Statement::UseDatabase { name: self.name_reference()? })
    }
}
