//! The commands of Delta's own parser: VACUUM, OPTIMIZE, RESTORE, CONVERT, GENERATE, DESCRIBE HISTORY and DETAIL.

use super::Parser;
use crate::ir::{LakeCommand, Statement};
use crate::lexer::TokenKind;
use crate::{Error, Result};

impl Parser<'_> {
    /// Whether a table's name, or its path as a text, stands there.
    pub(super) fn is_lake_at(&self, ahead: usize) -> bool {
        self.is_name_at(ahead) || self.peek_at(ahead).kind == TokenKind::String
    }

    /// A table by name, or `'/path'`.
    fn lake(&mut self) -> Result<Vec<String>> {
        match self.peek().kind {
            TokenKind::String => Ok(vec!["delta".to_string(), self.string_literal()?]),
            _ => self.name_reference(),
        }
    }

    /// `HISTORY t [LIMIT n]`, `DETAIL t`, behind DESCRIBE; `None` when it is something else.
    pub(super) fn describe_lake(&mut self) -> Result<Option<Statement>> {
        let history = self.is_word("HISTORY");
        if !(history || self.is_word("DETAIL")) || !self.is_lake_at(1) {
            return Ok(None);
        }
        self.position += 1;
        let table = self.lake()?;
        if !history {
            return Ok(Some(Statement::Lake { table, command: LakeCommand::Detail }));
        }
        let limit = if self.eat_word("LIMIT") { Some(self.whole()?) } else { None };
        Ok(Some(Statement::Lake { table, command: LakeCommand::History { limit } }))
    }

    fn whole(&mut self) -> Result<usize> {
        let value = self.integer_value()?;
        usize::try_from(value).map_err(|_| self.unexpected())
    }

    /// `VACUUM t [FULL | LITE] [RETAIN 168 HOURS] [DRY RUN]`
    pub(super) fn vacuum(&mut self) -> Result<Statement> {
        self.expect_word("VACUUM")?;
        let table = self.lake()?;
        let (mut retain_hours, mut dry_run) = (None, false);
        loop {
            if self.eat_word("RETAIN") {
                let token = self.advance();
                let hours = self.text_of(token).parse::<f64>();
                retain_hours = Some(hours.map_err(|_| self.unexpected())?);
                self.expect_word("HOURS")?;
            } else if self.eat_words(&["DRY", "RUN"]) {
                dry_run = true;
            } else if self.is_any_word(&["LITE", "USING"]) {
                return Err(Error::unsupported("VACUUM … LITE and USING INVENTORY"));
            } else if !self.eat_word("FULL") {
                break;
            }
        }
        Ok(Statement::Lake { table, command: LakeCommand::Vacuum { retain_hours, dry_run } })
    }

    /// `OPTIMIZE t [FULL] [WHERE condition] [ZORDER BY (a, b)]`
    pub(super) fn optimize(&mut self) -> Result<Statement> {
        self.expect_word("OPTIMIZE")?;
        let table = self.lake()?;
        self.eat_word("FULL");
        let condition = if self.eat_word("WHERE") { Some(self.expression()?) } else { None };
        let mut zorder = Vec::new();
        if self.eat_words(&["ZORDER", "BY"]) {
            zorder = match self.is_symbol("(") {
                true => self.parenthesized_list(|p| p.multipart_identifier())?,
                false => self.comma_list(|p| p.multipart_identifier())?,
            };
        }
        Ok(Statement::Lake { table, command: LakeCommand::Optimize { condition, zorder } })
    }

    /// `RESTORE [TABLE] t TO VERSION AS OF 3`
    pub(super) fn restore(&mut self) -> Result<Statement> {
        self.expect_word("RESTORE")?;
        if self.is_lake_at(1) {
            self.eat_word("TABLE");
        }
        let table = self.lake()?;
        self.expect_word("TO")?;
        let to = self.time_travel()?.ok_or_else(|| self.unexpected())?;
        Ok(Statement::Lake { table, command: LakeCommand::Restore(to) })
    }

    /// `CONVERT TO DELTA t [NO STATISTICS] [PARTITIONED BY (a INT)]`
    pub(super) fn convert(&mut self) -> Result<Statement> {
        self.expect_words(&["CONVERT", "TO", "DELTA"])?;
        let table = self.lake()?;
        self.eat_words(&["NO", "STATISTICS"]);
        if self.eat_words(&["PARTITIONED", "BY"]) {
            self.expect("(")?;
            self.column_list()?;
            self.expect(")")?;
        }
        Ok(Statement::Lake { table, command: LakeCommand::Convert })
    }

    /// `GENERATE symlink_format_manifest FOR TABLE t`
    pub(super) fn generate(&mut self) -> Result<Statement> {
        self.expect_word("GENERATE")?;
        let mode = self.identifier()?;
        self.expect_words(&["FOR", "TABLE"])?;
        Ok(Statement::Lake { table: self.lake()?, command: LakeCommand::Generate { mode } })
    }
}
