//! INSERT INTO and INSERT OVERWRITE, into tables and directories.

use super::Parser;
use crate::ir::{Expr, Insert, Relation, SaveMode, Statement, WritePath};
use crate::{Error, Result};

impl Parser<'_> {
    /// `from` is the input of `FROM t INSERT INTO … SELECT …`.
    pub(super) fn insert(&mut self, from: Option<Relation>) -> Result<Statement> {
        self.expect_word("INSERT")?;
        let overwrite = self.eat_word("OVERWRITE");
        if !overwrite {
            self.expect_word("INTO")?;
        }
        if overwrite && (self.is_word("DIRECTORY") || self.are_words(&["LOCAL", "DIRECTORY"])) {
            return self.insert_directory(from);
        }
        if self.is_name_at(1) {
            self.eat_word("TABLE");
        }
        let table = self.name_reference()?;
        if self.is_word("WITH") && self.is_symbol_at(1, "(") {
            return Err(Error::unsupported("INSERT … WITH options"));
        }
        let partition = if self.is_word("PARTITION") { self.partition_spec()? } else { Vec::new() };
        let if_not_exists = self.eat_if_not_exists();
        if if_not_exists && !overwrite {
            let operation = "INSERT INTO … IF NOT EXISTS";
            return Err(Error::parse("INVALID_STATEMENT_OR_CLAUSE").with("operation", operation));
        }
        if if_not_exists && partition.iter().any(|(_, value)| value.is_none()) {
            return Err(Error::unsupported("INSERT OVERWRITE … IF NOT EXISTS with dynamic partitions"));
        }
        let replace_where = self.replace_where(overwrite)?;
        let by_name = self.eat_words(&["BY", "NAME"]);
        let has_columns = !by_name && self.is_symbol("(") && !self.starts_query_at(1);
        let columns = if has_columns { self.identifier_list()? } else { Vec::new() };
        let query = self.insert_query(from)?;
        Ok(Statement::Insert(Insert {
            table,
            columns,
            partition,
            overwrite: overwrite || replace_where.is_some(),
            by_name,
            if_not_exists,
            replace_where,
            query,
        }))
    }

    fn replace_where(&mut self, overwrite: bool) -> Result<Option<Expr>> {
        if overwrite || !self.eat_words(&["REPLACE", "WHERE"]) {
            return Ok(None);
        }
        Ok(Some(self.expression()?))
    }

    fn insert_query(&mut self, from: Option<Relation>) -> Result<Relation> {
        match from {
            None => self.query(),
            Some(from) => {
                let start = from.span;
                let selected = self.select(Some(from), start)?;
                self.query_after(selected)
            }
        }
    }

    /// `PARTITION (a = 1, b)`
    pub(super) fn partition_spec(&mut self) -> Result<Vec<(String, Option<Expr>)>> {
        self.expect_word("PARTITION")?;
        self.parenthesized_list(|p| {
            let name = p.identifier()?;
            let value = if p.eat("=") { Some(p.value_expression()?) } else { None };
            Ok((name, value))
        })
    }

    /// `INSERT OVERWRITE DIRECTORY 'path' USING parquet OPTIONS (…) SELECT …`
    fn insert_directory(&mut self, from: Option<Relation>) -> Result<Statement> {
        self.eat_word("LOCAL");
        self.expect_word("DIRECTORY")?;
        let mut path = None;
        if !self.is_word("USING") {
            path = Some(self.string_literal()?);
        }
        if self.are_words(&["ROW", "FORMAT"]) || self.are_words(&["STORED", "AS"]) {
            return Err(Error::unsupported("INSERT OVERWRITE DIRECTORY with a Hive format"));
        }
        if !self.is_word("USING") {
            return Err(Error::unsupported("INSERT OVERWRITE DIRECTORY without USING"));
        }
        self.position += 1;
        let format = Some(self.multipart_identifier()?.join("."));
        let mut options = if self.eat_word("OPTIONS") { self.properties()? } else { Default::default() };
        let path = path.or_else(|| {
            let key = options.keys().find(|k| k.eq_ignore_ascii_case("path")).cloned();
            key.and_then(|k| options.remove(&k))
        });
        Ok(Statement::WritePath(WritePath {
            input: self.insert_query(from)?,
            format,
            path,
            mode: SaveMode::Overwrite,
            partition_by: Vec::new(),
            sort_by: Vec::new(),
            bucket_by: None,
            options,
        }))
    }
}
