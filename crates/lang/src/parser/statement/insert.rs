//! INSERT INTO and INSERT OVERWRITE, into tables and directories.

use super::Parser;
use crate::ir::{Expr, ExprKind, Insert, Relation, RelationKind, SaveMode, Statement, WritePath};
use crate::lexer::TokenKind;
use crate::{Error, Result};

impl Parser<'_> {
    /// `from` is the input of `FROM t INSERT INTO … SELECT …`.
    pub(super) fn insert(&mut self, from: Option<Relation>) -> Result<Statement> {
        self.expect_word("INSERT")?;
        let schema_evolution = self.eat_words(&["WITH", "SCHEMA", "EVOLUTION"]);
        let overwrite = self.eat_word("OVERWRITE");
        if !overwrite {
            self.expect_word("INTO")?;
        }
        if overwrite
            && !schema_evolution
            && (self.is_word("DIRECTORY") || self.are_words(&["LOCAL", "DIRECTORY"]))
        {
            return self.insert_directory(from);
        }
        if self.is_name_at(1) {
            self.eat_word("TABLE");
        }
        let table = self.name_reference()?;
        let alias = if overwrite { None } else { self.insert_alias()? };
        let options = self.table_options()?;
        let partition = self.optional_partition()?;
        let if_not_exists = self.eat_if_not_exists();
        if if_not_exists && !overwrite {
            return Err(self.invalid_clause("INSERT INTO ... IF NOT EXISTS", self.peek()));
        }
        if if_not_exists && partition.iter().any(|(_, value)| value.is_none()) {
            let open: Vec<_> = partition.iter().filter(|(_, value)| value.is_none()).collect();
            let names: Vec<_> = open.iter().map(|(name, _)| name.as_str()).collect();
            let message = format!("IF NOT EXISTS with dynamic partitions: {}", names.join(", "));
            return Err(self.not_allowed(message, self.peek()));
        }
        let mut insert = Insert::new(table, Relation::new(RelationKind::OneRow));
        (insert.partition, insert.if_not_exists) = (partition, if_not_exists);
        (insert.alias, insert.options, insert.schema_evolution) = (alias, options, schema_evolution);
        insert.by_name = self.eat_words(&["BY", "NAME"]);
        if !insert.by_name && self.is_symbol("(") && !self.starts_query_at(1) {
            insert.columns = self.identifier_list()?;
        }
        let replaces = !overwrite && self.insert_replace(&mut insert)?;
        if insert.alias.is_some() && !replaces {
            return Err(self.unexpected());
        }
        insert.overwrite = overwrite || replaces;
        insert.query = self.insert_query(from)?;
        Ok(Statement::Insert(insert))
    }

    /// A name for the table, which only REPLACE may use.
    fn insert_alias(&mut self) -> Result<Option<String>> {
        let known = [
            "PARTITION",
            "REPLACE",
            "BY",
            "WITH",
            "IF",
            "VALUES",
            "SELECT",
            "FROM",
            "TABLE",
            "MAP",
            "REDUCE",
        ];
        if self.is_any_word(&known) || !(self.is_word("AS") || self.at_table_alias()) {
            return Ok(None);
        }
        self.eat_word("AS");
        Ok(Some(self.identifier()?))
    }

    /// `REPLACE WHERE condition`, `REPLACE ON condition`, `REPLACE USING (a, b)`
    fn insert_replace(&mut self, insert: &mut Insert) -> Result<bool> {
        if self.eat_words(&["REPLACE", "WHERE"]) {
            insert.replace_where = Some(self.expression()?);
        } else if self.eat_words(&["REPLACE", "ON"]) {
            insert.replace_on = Some(self.expression()?);
        } else if self.are_words(&["REPLACE", "USING"]) {
            self.position += 2;
            insert.replace_using = self.identifier_list()?;
        } else {
            return Ok(false);
        }
        Ok(true)
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
            let value = if p.eat("=") { Some(p.partition_value()?) } else { None };
            Ok((name, value))
        })
    }

    /// A constant, or DEFAULT.
    fn partition_value(&mut self) -> Result<Expr> {
        if self.is_word("DEFAULT") && matches!(self.peek_at(1).kind, TokenKind::Symbol("," | ")")) {
            let error = Error::parse("REF_DEFAULT_VALUE_IS_NOT_ALLOWED_IN_PARTITION");
            return Err(self.at_token(error, self.peek()));
        }
        let value = self.primary()?;
        match value.kind {
            ExprKind::Literal(_) | ExprKind::NamedParameter(_) | ExprKind::PositionalParameter(_) => {
                Ok(value)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// `INSERT OVERWRITE DIRECTORY 'path' USING parquet OPTIONS (…) SELECT …`
    fn insert_directory(&mut self, from: Option<Relation>) -> Result<Statement> {
        self.eat_word("LOCAL");
        self.expect_word("DIRECTORY")?;
        let mut path = None;
        if !self.is_word("USING") {
            path = Some(self.string_literal()?);
        }
        if path.is_some() && !self.is_word("USING") {
            return self.insert_hive_directory(from);
        }
        self.expect_word("USING")?;
        let format = Some(self.multipart_identifier()?.join("."));
        let mut options = if self.eat_word("OPTIONS") { self.properties()? } else { Default::default() };
        let option = options.keys().any(|k| k.eq_ignore_ascii_case("path"));
        if path.is_some() == option {
            return Err(self.at_token(Error::parse("_LEGACY_ERROR_TEMP_0049"), self.peek()));
        }
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

    /// Hive's formats need Hive, which is not there.
    fn insert_hive_directory(&mut self, from: Option<Relation>) -> Result<Statement> {
        if self.at_row_format() {
            self.row_format()?;
        }
        if self.is_word("STORED") {
            self.stored_as(&mut Default::default())?;
        }
        self.insert_query(from)?;
        Err(Error::analysis("NOT_SUPPORTED_COMMAND_WITHOUT_HIVE_SUPPORT")
            .with("cmd", "INSERT OVERWRITE DIRECTORY with the Hive format"))
    }
}
