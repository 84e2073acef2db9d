//! ANALYZE, MSCK REPAIR, LOAD DATA, resources and indexes.

use super::Parser;
use crate::ir::{AnalyzeTarget, Statement};
use crate::lexer::TokenKind;
use crate::{Error, Result};

impl Parser<'_> {
    /// `ANALYZE TABLE t [PARTITION (…)] COMPUTE STATISTICS …`, `ANALYZE TABLES [IN d] COMPUTE STATISTICS [NOSCAN]`
    pub(super) fn analyze(&mut self) -> Result<Statement> {
        self.expect_word("ANALYZE")?;
        if self.eat_word("TABLES") {
            let database =
                if self.eat_any_word(&["FROM", "IN"]) { Some(self.name_reference()?) } else { None };
            self.expect_words(&["COMPUTE", "STATISTICS"])?;
            return Ok(Statement::AnalyzeTables { database, no_scan: self.eat_no_scan()? });
        }
        self.expect_word("TABLE")?;
        let name = self.name_reference()?;
        let partition = self.optional_partition()?;
        self.expect_words(&["COMPUTE", "STATISTICS"])?;
        let target = if self.eat_words(&["FOR", "ALL", "COLUMNS"]) {
            AnalyzeTarget::AllColumns
        } else if self.eat_words(&["FOR", "COLUMNS"]) {
            AnalyzeTarget::Columns(self.comma_list(|p| p.identifier())?)
        } else if self.eat_no_scan()? {
            AnalyzeTarget::NoScan
        } else {
            AnalyzeTarget::Table
        };
        Ok(Statement::AnalyzeTable { name, partition, target })
    }

    fn eat_no_scan(&mut self) -> Result<bool> {
        let token = self.peek();
        if !self.is_name_at(0) {
            return Ok(false);
        }
        let word = self.identifier()?;
        if word.eq_ignore_ascii_case("NOSCAN") {
            return Ok(true);
        }
        let error = Error::parse("INVALID_SQL_SYNTAX.ANALYZE_TABLE_UNEXPECTED_NOSCAN")
            .with("ctx", word.to_uppercase());
        Err(self.at_token(error, token))
    }

    /// `PARTITION (…)` where it may be missing.
    pub(super) fn optional_partition(&mut self) -> Result<crate::ir::PartitionSpec> {
        if self.is_word("PARTITION") && self.is_symbol_at(1, "(") {
            self.partition_spec()
        } else {
            Ok(Vec::new())
        }
    }

    /// Every column of the partition must have a value here.
    pub(super) fn expect_values(
        &self,
        partition: &crate::ir::PartitionSpec,
        start: crate::lexer::Token,
    ) -> Result<()> {
        match partition.iter().find(|(_, value)| value.is_none()) {
            Some((name, _)) => {
                let error = Error::parse("INVALID_SQL_SYNTAX.EMPTY_PARTITION_VALUE")
                    .with("partKey", format!("`{name}`"));
                Err(self.at_span(error, self.span_from(start.span)))
            }
            None => Ok(()),
        }
    }

    /// `[MSCK] REPAIR TABLE t [ADD|DROP|SYNC PARTITIONS]`
    pub(super) fn repair(&mut self) -> Result<Statement> {
        self.eat_word("MSCK");
        self.expect_words(&["REPAIR", "TABLE"])?;
        let name = self.name_reference()?;
        let (add, drop) = if self.eat_word("ADD") {
            (true, false)
        } else if self.eat_word("DROP") {
            (false, true)
        } else if self.eat_word("SYNC") {
            (true, true)
        } else {
            return Ok(Statement::RepairTable { name, add: true, drop: false });
        };
        self.expect_word("PARTITIONS")?;
        Ok(Statement::RepairTable { name, add, drop })
    }

    /// `LOAD DATA [LOCAL] INPATH 'x' [OVERWRITE] INTO TABLE t [PARTITION (…)]`
    pub(super) fn load(&mut self) -> Result<Statement> {
        self.expect_words(&["LOAD", "DATA"])?;
        let local = self.eat_word("LOCAL");
        self.expect_word("INPATH")?;
        let path = self.string_literal()?;
        let overwrite = self.eat_word("OVERWRITE");
        self.expect_words(&["INTO", "TABLE"])?;
        let table = self.name_reference()?;
        let partition = self.optional_partition()?;
        Ok(Statement::LoadData { path, local, overwrite, table, partition })
    }

    /// `ADD JAR 'x' y`, `LIST FILES`: what follows the kind is text.
    pub(super) fn resource(&mut self) -> Result<Statement> {
        let add = self.eat_word("ADD");
        if !add {
            self.expect_word("LIST")?;
        }
        let start = self.peek();
        let kind = self.identifier()?.to_uppercase();
        if !["JAR", "FILE", "ARCHIVE", "JARS", "FILES", "ARCHIVES"].contains(&kind.as_str()) {
            let verb = if add { "ADD" } else { "LIST" };
            return Err(
                self.not_allowed(format!("{verb} with resource type '{}'", kind.to_lowercase()), start)
            );
        }
        Ok(Statement::Resource { add, kind, paths: self.resource_paths()? })
    }

    /// Quoted paths one by one; anything else is one path as it stands.
    fn resource_paths(&mut self) -> Result<Vec<String>> {
        if self.peek().kind != TokenKind::String {
            let text = self.rest_of_statement().trim().to_string();
            return Ok(if text.is_empty() { Vec::new() } else { vec![text] });
        }
        let mut paths = Vec::new();
        while self.peek().kind == TokenKind::String {
            paths.push(self.one_string()?);
        }
        Ok(paths)
    }

    /// `CREATE INDEX i ON t (a OPTIONS (…)) OPTIONS (…)`; the cursor is at INDEX.
    pub(super) fn create_index(&mut self) -> Result<Statement> {
        let start = self.peek();
        self.expect_word("INDEX")?;
        if !self.index_columns_follow() {
            return Err(self.invalid_clause("CREATE INDEX", start));
        }
        let if_not_exists = self.eat_if_not_exists();
        let name = self.identifier()?;
        self.expect_word("ON")?;
        self.eat_word("TABLE");
        let table = self.name_reference()?;
        let method = if self.eat_word("USING") { Some(self.identifier()?) } else { None };
        let columns = self.parenthesized_list(|p| {
            let column = p.multipart_identifier()?;
            let options = if p.eat_word("OPTIONS") { p.properties()? } else { Default::default() };
            Ok((column, options))
        })?;
        let options = if self.eat_word("OPTIONS") { self.properties()? } else { Default::default() };
        Ok(Statement::CreateIndex { name, table, if_not_exists, method, columns, options })
    }

    /// Without ON and a list in parentheses it is Hive's command, which is refused.
    fn index_columns_follow(&self) -> bool {
        let skip = if self.are_words(&["IF", "NOT", "EXISTS"]) { 3 } else { 0 };
        let mut ahead = skip + 2;
        while self.is_name_at(ahead) || self.is_symbol_at(ahead, ".") {
            ahead += 1;
        }
        self.is_word_at(skip + 1, "ON") && self.is_symbol_at(ahead, "(")
    }

    /// `DROP INDEX i ON t`; the cursor is at INDEX.
    pub(super) fn drop_index(&mut self) -> Result<Statement> {
        let start = self.peek();
        self.expect_word("INDEX")?;
        let skip = if self.are_words(&["IF", "EXISTS"]) { 2 } else { 0 };
        if !self.is_word_at(skip + 1, "ON") {
            return Err(self.invalid_clause("DROP INDEX", start));
        }
        let if_exists = self.eat_if_exists();
        let name = self.identifier()?;
        self.expect_word("ON")?;
        self.eat_word("TABLE");
        Ok(Statement::DropIndex { name, table: self.name_reference()?, if_exists })
    }
}
