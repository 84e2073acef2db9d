//! ALTER TABLE on columns: ADD, ALTER, CHANGE, REPLACE.

use super::Parser;
use crate::ir::{AddedColumn, ColumnChange, ColumnDefinition, ColumnPosition, PartitionSpec, TableChange};
use crate::{Error, Result};

impl Parser<'_> {
    /// What follows ADD COLUMNS, with or without parentheses.
    pub(super) fn added_columns(&mut self) -> Result<TableChange> {
        let columns = if self.is_symbol("(") {
            self.parenthesized_list(|p| p.added_column())?
        } else {
            self.comma_list(|p| p.added_column())?
        };
        if columns.iter().any(|c| !c.parent.is_empty() || c.position.is_some()) {
            return Ok(TableChange::AddColumnsAt(columns));
        }
        Ok(TableChange::AddColumns(columns.into_iter().map(|c| c.definition).collect()))
    }

    /// `a.b INT NOT NULL DEFAULT 1 COMMENT 'x' AFTER c`
    pub(super) fn added_column(&mut self) -> Result<AddedColumn> {
        let mut parent = self.multipart_identifier()?;
        let name = parent.pop().unwrap_or_default();
        let data_type = self.data_type()?;
        let mut definition = ColumnDefinition::new(name, data_type);
        let mut position = None;
        loop {
            let start = self.peek();
            let (option, repeated) = if self.eat_not_null()? {
                ("NOT NULL", !std::mem::replace(&mut definition.nullable, false))
            } else if self.eat_word("DEFAULT") {
                ("DEFAULT", definition.default.replace(self.expression_text()?).is_some())
            } else if self.is_word("COMMENT") {
                ("COMMENT", definition.comment.replace(self.clause_text("COMMENT")?).is_some())
            } else if self.is_any_word(&["FIRST", "AFTER"]) {
                ("FIRST|AFTER", position.replace(self.column_position()?).is_some())
            } else {
                return Ok(AddedColumn { parent, definition, position });
            };
            if repeated {
                let mut name = parent.clone();
                name.push(definition.name.clone());
                let error = Error::parse("ALTER_TABLE_COLUMN_DESCRIPTOR_DUPLICATE")
                    .with("type", "ADD")
                    .with("columnName", name.join("."))
                    .with("optionName", option);
                return Err(self.at_token(error, start));
            }
        }
    }

    /// `FIRST`, `AFTER a`
    fn column_position(&mut self) -> Result<ColumnPosition> {
        if self.eat_word("FIRST") {
            return Ok(ColumnPosition::First);
        }
        self.expect_word("AFTER")?;
        Ok(ColumnPosition::After(self.identifier()?))
    }

    /// `CHANGE [COLUMN] a b INT …`: a name and a type behind the name tell Hive's form.
    pub(super) fn at_hive_change(&self) -> bool {
        let mut ahead = 1 + usize::from(self.is_word_at(1, "COLUMN") && self.is_name_at(2));
        while self.is_name_at(ahead) && self.is_symbol_at(ahead + 1, ".") {
            ahead += 2;
        }
        let action = ["TYPE", "COMMENT", "FIRST", "AFTER", "SET", "DROP"];
        let is_action = action.iter().any(|w| self.is_word_at(ahead + 1, w));
        self.is_name_at(ahead) && self.is_name_at(ahead + 1) && !is_action
    }

    /// `ALTER COLUMN a TYPE bigint, b COMMENT 'x'`
    pub(super) fn alter_columns(&mut self) -> Result<TableChange> {
        if !self.eat_word("ALTER") {
            self.expect_word("CHANGE")?;
        }
        if self.is_name_at(1) && !self.is_column_action(1) || self.is_word_at(2, "TYPE") {
            self.eat_word("COLUMN");
        }
        let changes = self.comma_list(|p| {
            let column = p.multipart_identifier()?;
            let token = p.peek();
            match p.column_change()? {
                Some(change) => Ok((column, change)),
                None => {
                    let message = "ALTER TABLE table ALTER COLUMN requires a TYPE, a SET/DROP, a COMMENT, or a \
                                   FIRST/AFTER";
                    Err(p.not_allowed(message, token))
                }
            }
        })?;
        Ok(TableChange::AlterColumns(changes))
    }

    fn is_column_action(&self, ahead: usize) -> bool {
        ["TYPE", "COMMENT", "FIRST", "AFTER", "SET", "DROP"].iter().any(|w| self.is_word_at(ahead, w))
    }

    fn column_change(&mut self) -> Result<Option<ColumnChange>> {
        Ok(Some(if self.eat_word("TYPE") {
            ColumnChange::Type(self.data_type()?)
        } else if self.is_word("COMMENT") {
            ColumnChange::Comment(self.clause_text("COMMENT")?)
        } else if self.is_any_word(&["FIRST", "AFTER"]) {
            ColumnChange::Position(self.column_position()?)
        } else if self.eat_words(&["SET", "NOT", "NULL"]) {
            ColumnChange::SetNotNull
        } else if self.eat_words(&["DROP", "NOT", "NULL"]) {
            ColumnChange::DropNotNull
        } else if self.eat_words(&["SET", "DEFAULT"]) {
            ColumnChange::SetDefault(self.expression_text()?)
        } else if self.eat_words(&["DROP", "DEFAULT"]) {
            ColumnChange::DropDefault
        } else {
            return Ok(None);
        }))
    }

    /// The columns of REPLACE COLUMNS, which are plainer than those of ADD COLUMNS.
    pub(super) fn replaced_columns(&mut self) -> Result<TableChange> {
        let start = self.peek();
        let columns = self.parenthesized_list(|p| p.added_column())?;
        for column in &columns {
            let error = if column.definition.default.is_some() {
                Error::parse("UNSUPPORTED_DEFAULT_VALUE.WITHOUT_SUGGESTION")
            } else if !column.parent.is_empty() {
                self.only_hive("Replacing with a nested column", "REPLACE COLUMNS", "")
            } else if !column.definition.nullable {
                self.only_hive("NOT NULL", "REPLACE COLUMNS", "")
            } else if column.position.is_some() {
                self.only_hive("Column position", "REPLACE COLUMNS", "")
            } else {
                continue;
            };
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        Ok(TableChange::ReplaceColumns(columns))
    }

    /// Something that a command of Hive's had and Spark's has not.
    fn only_hive(&self, operation: &str, command: &str, message: &str) -> Error {
        Error::parse("_LEGACY_ERROR_TEMP_0034")
            .with("operation", operation)
            .with("command", command)
            .with("msg", message)
    }

    /// `CHANGE [COLUMN] a b INT COMMENT 'x' FIRST`
    pub(super) fn change_column(&mut self, partition: PartitionSpec) -> Result<TableChange> {
        let start = self.peek();
        self.expect_word("CHANGE")?;
        if self.is_name_at(1) {
            self.eat_word("COLUMN");
        }
        let column = self.multipart_identifier()?;
        let name = self.identifier()?;
        let data_type = self.data_type()?;
        let mut definition = ColumnDefinition::new(name, data_type);
        definition.nullable = !self.eat_not_null()?;
        if self.is_word("COMMENT") {
            definition.comment = Some(self.clause_text("COMMENT")?);
        }
        let placed = self.is_any_word(&["FIRST", "AFTER"]);
        let position = if placed { Some(self.column_position()?) } else { None };
        if !partition.is_empty() {
            return Err(self.invalid_clause("ALTER TABLE ... PARTITION ... CHANGE COLUMN", start));
        }
        let renames = column.last().is_none_or(|last| *last != definition.name);
        if renames {
            let error =
                self.only_hive("Renaming column", "ALTER COLUMN", ", please run RENAME COLUMN instead");
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        if !definition.nullable {
            let error = self.only_hive(
                "NOT NULL",
                "ALTER COLUMN",
                ", please run ALTER COLUMN ... SET/DROP NOT NULL instead",
            );
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        Ok(TableChange::ChangeColumn { partition, column, definition, position })
    }
}
