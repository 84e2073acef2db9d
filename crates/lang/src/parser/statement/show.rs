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
                let catalog = self.multipart_identifier()?;
                return Ok(Show::DatabasesIn { catalog, pattern: self.pattern()? });
            }
            return Ok(Show::Databases { pattern: self.pattern()? });
        }
        if self.eat_word("TABLES") {
            let database = self.in_database()?;
            let pattern = self.pattern()?;
            return Ok(self.as_json(Show::Tables { database, pattern }));
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
            let partition = self.optional_partition()?;
            return Ok(self.as_json(Show::Partitions { table, partition }));
        }
        if self.eat_words(&["CREATE", "TABLE"]) {
            let table = self.name_reference()?;
            if self.eat_words(&["AS", "SERDE"]) {
                return Ok(Show::CreateTableAsSerde { table });
            }
            return Ok(Show::CreateTable { table });
        }
        if self.are_words(&["CURRENT", "ROLES"]) {
            return Err(self.refused_native("SHOW CURRENT ROLES", self.peek()));
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
        if self.eat_word("PROCEDURES") {
            return Ok(Show::Procedures { database: self.in_database()? });
        }
        if self.eat_word("COLLATIONS") {
            return Ok(Show::Collations { pattern: self.pattern()? });
        }
        let refused =
            ["GRANT", "ROLE", "ROLES", "PRINCIPALS", "LOCKS", "INDEXES", "TRANSACTIONS", "COMPACTIONS"];
        match refused.iter().find(|w| self.is_word(w)) {
            Some(word) => {
                let grant = if self.are_words(&["ROLE", "GRANT"]) { " GRANT" } else { "" };
                Err(self.refused_native(&format!("SHOW {word}{grant}"), self.peek()))
            }
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
        let partition = self.optional_partition()?;
        if partition.is_empty() {
            return Ok(self.as_json(Show::TableExtended { database, pattern }));
        }
        if self.are_words(&["AS", "JSON"]) {
            let error = Error::parse("UNSUPPORTED_FEATURE.SHOW_TABLE_EXTENDED_JSON_WITH_PARTITION");
            return Err(self.at_token(error, self.peek()));
        }
        Ok(Show::TablePartition { database, pattern, partition })
    }

    fn as_json(&mut self, show: Show) -> Show {
        if self.eat_words(&["AS", "JSON"]) { Show::Json(Box::new(show)) } else { show }
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
        let token = self.peek();
        let scope = if self.eat_word("USER") {
            FunctionScope::User
        } else if self.eat_word("SYSTEM") {
            FunctionScope::System
        } else if self.eat_word("ALL") || self.is_word("FUNCTIONS") {
            FunctionScope::All
        } else {
            let error = Error::parse("INVALID_SQL_SYNTAX.SHOW_FUNCTIONS_INVALID_SCOPE")
                .with("scope", format!("`{}`", self.text_of(token)));
            return Err(self.at_token(error, token));
        };
        self.expect_word("FUNCTIONS")?;
        let database = self.in_database()?;
        let liked = self.eat_word("LIKE");
        let pattern = match self.peek().kind {
            TokenKind::String => Some(self.string_literal()?),
            TokenKind::Word | TokenKind::QuotedWord => Some(self.multipart_identifier()?.join(".")),
            _ if liked => return Err(self.unexpected()),
            _ => None,
        };
        Ok(match database {
            Some(database) => Show::FunctionsIn { database, scope, pattern },
            None => Show::Functions { scope, pattern },
        })
    }
}
