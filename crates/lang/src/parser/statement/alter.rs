//! ALTER TABLE and ALTER VIEW.

use super::Parser;
use crate::ir::{ColumnDefinition, Statement, TableChange};
use crate::{Error, Result};

impl Parser<'_> {
    pub(super) fn alter(&mut self) -> Result<Statement> {
        self.expect_word("ALTER")?;
        if self.is_any_word(&["DATABASE", "SCHEMA", "NAMESPACE", "INDEX"]) {
            let object = self.text_of(self.peek()).to_ascii_uppercase();
            return Err(Error::unsupported(format!("ALTER {object}")));
        }
        let view = self.eat_word("VIEW");
        if !view {
            self.expect_word("TABLE")?;
        }
        let name = self.name_reference()?;
        if view && (self.is_word("AS") || self.starts_query_at(0) || self.is_word("WITH")) {
            return Err(Error::unsupported("ALTER VIEW … AS (use CREATE OR REPLACE VIEW)"));
        }
        let change = self.table_change()?;
        Ok(Statement::AlterTable { name, change })
    }

    fn table_change(&mut self) -> Result<TableChange> {
        if self.eat_words(&["RENAME", "TO"]) {
            return Ok(TableChange::Rename(self.multipart_identifier()?));
        }
        if self.eat_words(&["SET", "TBLPROPERTIES"]) {
            return Ok(TableChange::SetProperties(self.properties()?));
        }
        if self.eat_words(&["UNSET", "TBLPROPERTIES"]) {
            let if_exists = self.eat_if_exists();
            return Ok(TableChange::UnsetProperties { keys: self.property_keys()?, if_exists });
        }
        if self.eat_words(&["RECOVER", "PARTITIONS"]) {
            return Ok(TableChange::RecoverPartitions);
        }
        if self.is_word("ADD") && (self.is_word_at(1, "COLUMN") || self.is_word_at(1, "COLUMNS")) {
            self.position += 2;
            return Ok(TableChange::AddColumns(self.added_columns()?));
        }
        self.refused_table_change()
    }

    fn added_columns(&mut self) -> Result<Vec<ColumnDefinition>> {
        if self.is_symbol("(") {
            return self.parenthesized_list(|p| p.added_column());
        }
        self.comma_list(|p| p.added_column())
    }

    fn added_column(&mut self) -> Result<ColumnDefinition> {
        if self.is_symbol_at(1, ".") {
            return Err(Error::unsupported("ALTER TABLE ADD of a field inside a column"));
        }
        let column = self.column_definition()?;
        if self.is_any_word(&["FIRST", "AFTER"]) {
            return Err(Error::unsupported("ALTER TABLE ADD COLUMN … FIRST or AFTER"));
        }
        Ok(column)
    }

    /// The other changes of Spark's language, by their first words.
    fn refused_table_change(&self) -> Result<TableChange> {
        let verb = self.text_of(self.peek()).to_ascii_uppercase();
        let object = self.text_of(self.peek_at(1)).to_ascii_uppercase();
        let known = [
            "ADD",
            "ALTER",
            "ARCHIVE",
            "CHANGE",
            "CLUSTER",
            "CLUSTERED",
            "COMPACT",
            "CONCATENATE",
            "DEFAULT",
            "DROP",
            "EXCHANGE",
            "NOT",
            "PARTITION",
            "RENAME",
            "REPLACE",
            "SET",
            "SKEWED",
            "TOUCH",
            "UNARCHIVE",
            "UNSET",
        ];
        if known.contains(&verb.as_str()) && self.peek_at(1).span.end > self.peek_at(1).span.start {
            return Err(Error::unsupported(format!("ALTER TABLE … {verb} {object}")));
        }
        Err(self.unexpected())
    }
}
