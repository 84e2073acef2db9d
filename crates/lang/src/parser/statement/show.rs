//! SHOW in its many forms.

use super::Parser;
use crate::ir::{FunctionScope, Show, Statement};
use crate::lexer::TokenKind;
use crate::{Error, Result};

impl Parser<'_> {
    pub(super) fn show(&mut self) -> Result<Statement> {
        self.expect_word("SHOW")?;
        Ok(Statement::Show(self.show_what()?))
    }

    fn show_what(&mut self) -> Result<Show> {
        if self.eat_any_word(&["DATABASES", "SCHEMAS", "NAMESPACES"]) {
            if self.eat_any_word(&["FROM", "IN"]) {
                return Err(Error::unsupported("SHOW DATABASES of a catalog"));
            }
            return Ok(Show::Databases { pattern: self.pattern()? });
        }
        if self.eat_word("TABLES") {
            let database = self.in_database()?;
            return Ok(Show::Tables { database, pattern: self.pattern()? });
        }
        if self.eat_words(&["TABLE", "EXTENDED"]) {
            return self.show_table_extended();
        }
        if self.eat_word("VIEWS") {
            let database = self.in_database()?;
            return Ok(Show::Views { database, pattern: self.pattern()? });
        }
        if self.eat_word("COLUMNS") {
            return self.show_columns();
        }
        if self.eat_word("TBLPROPERTIES") {
            return self.show_properties();
        }
        if self.eat_word("PARTITIONS") {
            let table = self.name_reference()?;
            let partition = if self.is_word("PARTITION") { self.partition_spec()? } else { Vec::new() };
            return Ok(Show::Partitions { table, partition });
        }
        if self.eat_words(&["CREATE", "TABLE"]) {
            let table = self.name_reference()?;
            if self.eat_words(&["AS", "SERDE"]) {
                return Err(Error::unsupported("SHOW CREATE TABLE … AS SERDE"));
            }
            return Ok(Show::CreateTable { table });
        }
        if self.is_word("CURRENT") {
            self.position += 1;
            if self.eat_any_word(&["DATABASE", "SCHEMA", "NAMESPACE"]) {
                return Ok(Show::CurrentDatabase);
            }
            return Err(self.unexpected());
        }
        if self.eat_word("CATALOGS") {
            return Ok(Show::Catalogs { pattern: self.pattern()? });
        }
        if self.is_word("FUNCTIONS") || self.is_word_at(1, "FUNCTIONS") {
            return self.show_functions();
        }
        let refused = [
            "PROCEDURES",
            "GRANT",
            "ROLE",
            "ROLES",
            "PRINCIPALS",
            "LOCKS",
            "INDEXES",
            "TRANSACTIONS",
            "COMPACTIONS",
        ];
        match refused.iter().find(|w| self.is_word(w)) {
            Some(word) => Err(Error::unsupported(format!("SHOW {word}"))),
            None => Err(self.unexpected()),
        }
    }

    fn in_database(&mut self) -> Result<Option<Vec<String>>> {
        if self.eat_any_word(&["FROM", "IN"]) { Ok(Some(self.name_reference()?)) } else { Ok(None) }
    }

    /// `[LIKE] 'pattern'`
    fn pattern(&mut self) -> Result<Option<String>> {
        let required = self.eat_word("LIKE");
        if required || self.peek().kind == TokenKind::String {
            return Ok(Some(self.string_literal()?));
        }
        Ok(None)
    }

    fn show_table_extended(&mut self) -> Result<Show> {
        let database = self.in_database()?;
        self.expect_word("LIKE")?;
        let pattern = self.string_literal()?;
        if self.is_word("PARTITION") {
            return Err(Error::unsupported("SHOW TABLE EXTENDED … PARTITION"));
        }
        Ok(Show::TableExtended { database, pattern })
    }

    /// `SHOW COLUMNS IN t [IN d]`
    fn show_columns(&mut self) -> Result<Show> {
        if !self.eat_any_word(&["FROM", "IN"]) {
            return Err(self.unexpected());
        }
        let mut table = self.name_reference()?;
        if self.eat_any_word(&["FROM", "IN"]) {
            let mut qualified = self.multipart_identifier()?;
            let same_database = table.len() > 1 && qualified.last() == table.get(table.len() - 2);
            if table.len() == 1 {
                qualified.append(&mut table);
                table = qualified;
            } else if !same_database {
                let message = format!(
                    "SHOW COLUMNS with conflicting databases: {} != {}",
                    qualified.join("."),
                    table.join(".")
                );
                return Err(Error::analysis("INVALID_SQL_SYNTAX").with("inputString", message));
            }
        }
        Ok(Show::Columns { table })
    }

    fn show_properties(&mut self) -> Result<Show> {
        let table = self.name_reference()?;
        let mut key = None;
        if self.eat("(") {
            key = Some(self.property_key()?);
            self.expect(")")?;
        }
        Ok(Show::TableProperties { table, key })
    }

    /// `SHOW [USER|SYSTEM|ALL] FUNCTIONS [IN d] [LIKE] [pattern]`
    fn show_functions(&mut self) -> Result<Show> {
        let scope = if self.eat_word("USER") {
            FunctionScope::User
        } else if self.eat_word("SYSTEM") {
            FunctionScope::System
        } else {
            self.eat_word("ALL");
            FunctionScope::All
        };
        self.expect_word("FUNCTIONS")?;
        if self.is_any_word(&["FROM", "IN"]) {
            return Err(Error::unsupported("SHOW FUNCTIONS of a database"));
        }
        let liked = self.eat_word("LIKE");
        let pattern = match self.peek().kind {
            TokenKind::String => Some(self.string_literal()?),
            TokenKind::Word | TokenKind::QuotedWord => Some(self.multipart_identifier()?.join(".")),
            _ if liked => return Err(self.unexpected()),
            _ => None,
        };
        Ok(Show::Functions { scope, pattern })
    }
}
