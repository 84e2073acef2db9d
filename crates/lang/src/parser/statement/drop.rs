//! DROP and TRUNCATE.

use super::Parser;
use crate::ir::Statement;
use crate::{Error, Result};

impl Parser<'_> {
    pub(super) fn drop_statement(&mut self) -> Result<Statement> {
        self.expect_word("DROP")?;
        if self.eat_word("TABLE") {
            let if_exists = self.eat_if_exists();
            let name = self.name_reference()?;
            return Ok(Statement::DropTable { name, if_exists, purge: self.eat_word("PURGE") });
        }
        if self.eat_word("VIEW") {
            let if_exists = self.eat_if_exists();
            return Ok(Statement::DropView { name: self.name_reference()?, if_exists });
        }
        if self.eat_any_word(&["DATABASE", "SCHEMA", "NAMESPACE"]) {
            let if_exists = self.eat_if_exists();
            let name = self.name_reference()?;
            let cascade = self.eat_word("CASCADE");
            if !cascade {
                self.eat_word("RESTRICT");
            }
            return Ok(Statement::DropDatabase { name, if_exists, cascade });
        }
        let temporary = self.eat_any_word(&["TEMPORARY", "TEMP"]);
        if self.eat_word("FUNCTION") {
            let if_exists = self.eat_if_exists();
            return Ok(Statement::DropFunction { name: self.name_reference()?, if_exists, temporary });
        }
        if self.is_any_word(&["VARIABLE", "VAR", "INDEX", "ROLE", "MACRO"]) {
            let object = self.text_of(self.peek()).to_ascii_uppercase();
            return Err(Error::unsupported(format!("DROP {object}")));
        }
        Err(self.unexpected())
    }

    pub(super) fn truncate(&mut self) -> Result<Statement> {
        self.expect_words(&["TRUNCATE", "TABLE"])?;
        let name = self.name_reference()?;
        if self.is_word("PARTITION") {
            return Err(Error::unsupported("TRUNCATE TABLE … PARTITION"));
        }
        Ok(Statement::TruncateTable { name })
    }
}
