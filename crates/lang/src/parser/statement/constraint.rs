//! Columns of DDL with everything behind their type, and constraints of columns and tables.

use super::Parser;
use crate::ir::{ColumnDefinition, Constraint, ConstraintKind, Identity};
use crate::lexer::{NumberKind, TokenKind};
use crate::{DataType, Error, Result};

/// What stands between the parentheses of CREATE TABLE.
pub(super) enum TableElement {
    Column(Box<ColumnDefinition>),
    Constraint(Box<Constraint>),
}

impl Parser<'_> {
    /// A column or a constraint of the table.
    pub(super) fn table_element(&mut self) -> Result<TableElement> {
        if self.at_table_constraint() {
            return Ok(TableElement::Constraint(Box::new(self.table_constraint()?)));
        }
        Ok(TableElement::Column(Box::new(self.column_definition()?)))
    }

    fn at_table_constraint(&self) -> bool {
        (self.is_word("CONSTRAINT") && self.is_name_at(1) && self.is_name_at(2) && !self.is_symbol_at(2, "("))
            || self.are_words(&["PRIMARY", "KEY"])
            || self.are_words(&["FOREIGN", "KEY"])
            || (self.is_any_word(&["CHECK", "UNIQUE"]) && self.is_symbol_at(1, "("))
    }

    /// `a INT NOT NULL DEFAULT 1 COMMENT 'x' CHECK (a > 0)`
    pub(super) fn column_definition(&mut self) -> Result<ColumnDefinition> {
        let name = self.identifier()?;
        let data_type = self.data_type()?;
        let mut column = ColumnDefinition::new(name, data_type);
        while self.column_option(&mut column)? {}
        Ok(column)
    }

    /// Reads one option of a column; false when there is none.
    pub(super) fn column_option(&mut self, column: &mut ColumnDefinition) -> Result<bool> {
        let start = self.peek();
        let repeated = if self.eat_not_null()? {
            !std::mem::replace(&mut column.nullable, false)
        } else if self.is_word("DEFAULT") && !self.is_word_at(1, "COLLATION") {
            self.position += 1;
            column.default.replace(self.expression_text()?).is_some()
        } else if self.is_word("COMMENT") {
            column.comment.replace(self.clause_text("COMMENT")?).is_some()
        } else if self.eat_word("GENERATED") {
            self.generation(column)?
        } else if self.at_column_constraint() {
            let repeated = !column.constraints.is_empty();
            let constraint = self.column_constraint(&column.name)?;
            column.constraints.push(constraint);
            repeated
        } else {
            return Ok(false);
        };
        if repeated {
            let option = match self.text_of(start).to_uppercase().as_str() {
                "NOT" => "NOT NULL".to_string(),
                "GENERATED" => "GENERATED ALWAYS AS".to_string(),
                "CONSTRAINT" | "CHECK" | "PRIMARY" | "UNIQUE" | "REFERENCES" => "CONSTRAINT".to_string(),
                word => word.to_string(),
            };
            let error = Error::parse("CREATE_TABLE_COLUMN_DESCRIPTOR_DUPLICATE")
                .with("columnName", column.name.clone())
                .with("optionName", option);
            return Err(self.at_token(error, start));
        }
        Ok(true)
    }

    /// The text of an expression that is read and put aside.
    pub(super) fn expression_text(&mut self) -> Result<String> {
        let start = self.peek().span;
        self.expression()?;
        Ok(self.text_from(start).to_string())
    }

    /// `ALWAYS AS (expression)`, `ALWAYS AS IDENTITY (…)`; true when the column has one already.
    fn generation(&mut self, column: &mut ColumnDefinition) -> Result<bool> {
        let repeated = column.generated.is_some() || column.identity.is_some();
        let always = self.eat_word("ALWAYS");
        if !always {
            self.expect_words(&["BY", "DEFAULT"])?;
        }
        self.expect_word("AS")?;
        if self.eat_word("IDENTITY") {
            column.identity = Some(self.identity(always)?);
            if !matches!(column.data_type, DataType::Integer | DataType::Long) {
                let error = Error::parse("IDENTITY_COLUMNS_UNSUPPORTED_DATA_TYPE")
                    .with("dataType", column.data_type.sql());
                return Err(self.at_token(error, self.peek()));
            }
            return Ok(repeated);
        }
        if !always {
            return Err(self.unexpected());
        }
        self.expect("(")?;
        column.generated = Some(self.expression_text()?);
        self.expect(")")?;
        Ok(repeated)
    }

    fn identity(&mut self, always: bool) -> Result<Identity> {
        let (mut start, mut step) = (None, None);
        if self.eat("(") {
            while !self.is_symbol(")") {
                let token = self.peek();
                let (slot, name) = if self.eat_words(&["START", "WITH"]) {
                    (&mut start, "START")
                } else {
                    self.expect_words(&["INCREMENT", "BY"])?;
                    (&mut step, "STEP")
                };
                let value = self.signed_integer()?;
                if slot.replace(value).is_some() {
                    let error = Error::parse("IDENTITY_COLUMNS_DUPLICATED_SEQUENCE_GENERATOR_OPTION")
                        .with("sequenceGeneratorOption", name);
                    return Err(self.at_token(error, token));
                }
            }
            self.expect(")")?;
        }
        if step == Some(0) {
            return Err(Error::parse("IDENTITY_COLUMNS_ILLEGAL_STEP"));
        }
        Ok(Identity { always, start: start.unwrap_or(1), step: step.unwrap_or(1) })
    }

    fn signed_integer(&mut self) -> Result<i64> {
        let sign = if self.eat("-") { "-" } else { "" };
        let token = self.peek();
        let digits = match token.kind {
            TokenKind::Number(NumberKind::Integer) => self.text_of(token),
            TokenKind::Number(NumberKind::Long) => self.text_of(token).trim_end_matches(['l', 'L']),
            _ => return Err(self.unexpected()),
        };
        let value = format!("{sign}{digits}").parse().map_err(|_| self.unexpected())?;
        self.position += 1;
        Ok(value)
    }

    // ---- constraints

    fn at_column_constraint(&self) -> bool {
        self.is_any_word(&["CONSTRAINT", "CHECK", "UNIQUE", "REFERENCES"])
            || self.are_words(&["PRIMARY", "KEY"])
    }

    fn constraint_name(&mut self) -> Result<Option<String>> {
        if self.eat_word("CONSTRAINT") { Ok(Some(self.identifier()?)) } else { Ok(None) }
    }

    fn column_constraint(&mut self, column: &str) -> Result<Constraint> {
        let name = self.constraint_name()?;
        let columns = vec![column.to_string()];
        let kind = if self.eat_words(&["PRIMARY", "KEY"]) {
            ConstraintKind::PrimaryKey { columns }
        } else if self.eat_word("UNIQUE") {
            ConstraintKind::Unique { columns }
        } else if self.is_word("REFERENCES") {
            self.references(columns)?
        } else {
            self.check()?
        };
        self.constraint_characteristics(name, kind)
    }

    /// `[CONSTRAINT name] CHECK (…) | PRIMARY KEY (…) | UNIQUE (…) | FOREIGN KEY (…) REFERENCES …`
    pub(super) fn table_constraint(&mut self) -> Result<Constraint> {
        let name = self.constraint_name()?;
        let kind = if self.eat_words(&["PRIMARY", "KEY"]) {
            ConstraintKind::PrimaryKey { columns: self.identifier_list()? }
        } else if self.eat_word("UNIQUE") {
            ConstraintKind::Unique { columns: self.identifier_list()? }
        } else if self.eat_words(&["FOREIGN", "KEY"]) {
            let columns = self.identifier_list()?;
            self.references(columns)?
        } else {
            self.check()?
        };
        self.constraint_characteristics(name, kind)
    }

    fn check(&mut self) -> Result<ConstraintKind> {
        self.expect_word("CHECK")?;
        self.expect("(")?;
        let start = self.peek().span;
        let condition = self.expression()?;
        let text = self.text_from(start).to_string();
        self.expect(")")?;
        Ok(ConstraintKind::Check { condition, text })
    }

    fn references(&mut self, columns: Vec<String>) -> Result<ConstraintKind> {
        self.expect_word("REFERENCES")?;
        let table = self.multipart_identifier()?;
        let references = if self.is_symbol("(") { self.identifier_list()? } else { Vec::new() };
        Ok(ConstraintKind::ForeignKey { columns, table, references })
    }

    fn constraint_characteristics(
        &mut self,
        name: Option<String>,
        kind: ConstraintKind,
    ) -> Result<Constraint> {
        let start = self.peek();
        let (mut enforced, mut rely) = (Vec::new(), Vec::new());
        loop {
            if self.eat_words(&["NOT", "ENFORCED"]) {
                enforced.push(("NOT ENFORCED", false));
            } else if self.eat_word("ENFORCED") {
                enforced.push(("ENFORCED", true));
            } else if self.eat_word("RELY") {
                rely.push(("RELY", true));
            } else if self.eat_word("NORELY") {
                rely.push(("NORELY", false));
            } else {
                break;
            }
        }
        for given in [&enforced, &rely] {
            if given.len() > 1 {
                let names: Vec<_> = given.iter().map(|(name, _)| *name).collect();
                let error = Error::parse("INVALID_CONSTRAINT_CHARACTERISTICS")
                    .with("characteristics", names.join(", "));
                return Err(self.at_token(error, start));
            }
        }
        let is_check = matches!(kind, ConstraintKind::Check { .. });
        match enforced.first() {
            Some((characteristic, given)) if *given != is_check => {
                return Err(self.unsupported_characteristic(characteristic, &kind, start));
            }
            _ => {}
        }
        let value = |given: &[(&str, bool)]| given.first().map(|(_, value)| *value);
        Ok(Constraint { name, kind, enforced: value(&enforced), rely: value(&rely) })
    }

    fn unsupported_characteristic(
        &self,
        characteristic: &str,
        kind: &ConstraintKind,
        token: crate::lexer::Token,
    ) -> Error {
        let constraint = match kind {
            ConstraintKind::Check { .. } => "CHECK",
            ConstraintKind::PrimaryKey { .. } => "PRIMARY KEY",
            ConstraintKind::Unique { .. } => "UNIQUE",
            ConstraintKind::ForeignKey { .. } => "FOREIGN KEY",
        };
        let error = Error::parse("UNSUPPORTED_CONSTRAINT_CHARACTERISTIC")
            .with("characteristic", characteristic)
            .with("constraintType", constraint);
        self.at_token(error, token)
    }
}
