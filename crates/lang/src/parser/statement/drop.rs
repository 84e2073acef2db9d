//! DROP and TRUNCATE.

use super::Parser;
use crate::Result;
use crate::ir::Statement;

impl Parser<'_> {
    pub(super) fn drop_statement(&mut self) -> Result<Statement> {
        let start = self.peek();
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
        if self.is_word("INDEX") {
            return self.drop_index();
        }
        let temporary = self.eat_any_word(&["TEMPORARY", "TEMP"]);
        if temporary && self.is_any_word(&["VARIABLE", "VAR"]) {
            return self.drop_variable();
        }
        if self.eat_word("FUNCTION") {
            let if_exists = self.eat_if_exists();
            let name = self.name_reference()?;
            if temporary {
                self.expect_unqualified("FUNCTION", &name, start)?;
            }
            return Ok(Statement::DropFunction { name, if_exists, temporary });
        }
        if self.is_word("ROLE") && !temporary {
            return Err(self.refused_native("DROP ROLE", start));
        }
        if self.is_word("MACRO") && temporary {
            return Err(self.refused_native("DROP TEMPORARY MACRO", start));
        }
        Err(self.unexpected())
    }

    pub(super) fn truncate(&mut self) -> Result<Statement> {
        let start = self.peek();
        self.expect_words(&["TRUNCATE", "TABLE"])?;
        let name = self.name_reference()?;
        let partition = self.optional_partition()?;
        if !partition.is_empty() {
            self.expect_values(&partition, start)?;
            return Ok(Statement::TruncatePartition { name, partition });
        }
        Ok(Statement::TruncateTable { name })
    }
}
