//! CREATE TABLE and REPLACE TABLE, with or without a query.

use super::Parser;
use crate::ir::{ColumnDefinition, CreateTable, Expr, ExprKind, Relation, SaveMode, Statement};
use crate::lexer::TokenKind;
use crate::{Error, Result};

impl Parser<'_> {
    pub(super) fn create_table(&mut self) -> Result<Statement> {
        let created = self.eat_word("CREATE");
        let or_replace = if created { self.eat_words(&["OR", "REPLACE"]) } else { self.eat_word("REPLACE") };
        if self.is_any_word(&["TEMPORARY", "TEMP"]) {
            return Err(Error::unsupported("CREATE TEMPORARY TABLE (use CREATE TEMPORARY VIEW)"));
        }
        let external = self.eat_word("EXTERNAL");
        self.expect_word("TABLE")?;
        let if_not_exists = self.eat_if_not_exists();
        let name = self.name_reference()?;
        if self.is_word("LIKE") {
            return Err(Error::unsupported("CREATE TABLE LIKE"));
        }
        let columns = if self.is_symbol("(") && !self.starts_query_at(1) {
            self.parenthesized_list(|p| p.column_definition())?
        } else {
            Vec::new()
        };
        let mode = match (or_replace, if_not_exists) {
            (true, _) => SaveMode::Overwrite,
            (_, true) => SaveMode::Ignore,
            _ => SaveMode::ErrorIfExists,
        };
        let mut table = CreateTable {
            name,
            if_not_exists,
            or_replace,
            external,
            format: None,
            columns,
            partition_by: Vec::new(),
            options: Default::default(),
            properties: Default::default(),
            location: None,
            comment: None,
            query: None,
            mode,
        };
        while self.table_clause(&mut table)? {}
        table.query = self.table_query()?;
        if table.query.is_some() && !table.columns.is_empty() {
            return Err(Error::unsupported("a column list in CREATE TABLE AS SELECT"));
        }
        Ok(Statement::CreateTable(table))
    }

    fn table_query(&mut self) -> Result<Option<Relation>> {
        if self.eat_word("AS") || self.starts_query_at(0) { Ok(Some(self.query()?)) } else { Ok(None) }
    }

    /// Reads one clause behind the columns; false when there is none.
    fn table_clause(&mut self, table: &mut CreateTable) -> Result<bool> {
        let start = self.peek();
        let repeated = if self.eat_word("USING") {
            table.format.replace(self.multipart_identifier()?.join(".")).is_some()
        } else if self.eat_word("OPTIONS") {
            !std::mem::replace(&mut table.options, self.properties()?).is_empty()
        } else if self.eat_word("TBLPROPERTIES") {
            !std::mem::replace(&mut table.properties, self.properties()?).is_empty()
        } else if self.eat_words(&["PARTITIONED", "BY"]) {
            let repeated = !table.partition_by.is_empty();
            self.partitioning(table)?;
            repeated
        } else if self.is_word("LOCATION") {
            table.location.replace(self.clause_text("LOCATION")?).is_some()
        } else if self.is_word("COMMENT") {
            table.comment.replace(self.clause_text("COMMENT")?).is_some()
        } else if self.are_words(&["STORED", "AS"]) {
            self.position += 2;
            table.format.replace(self.stored_as()?).is_some()
        } else {
            return self.refused_table_clause();
        };
        if repeated {
            let name = self.text_of(start).to_uppercase();
            return Err(self.at_token(Error::parse("DUPLICATE_CLAUSES").with("clauseName", name), start));
        }
        Ok(true)
    }

    fn refused_table_clause(&self) -> Result<bool> {
        let refused = [
            (["CLUSTERED", "BY"], "CLUSTERED BY … INTO … BUCKETS"),
            (["CLUSTER", "BY"], "CLUSTER BY in CREATE TABLE"),
            (["SKEWED", "BY"], "SKEWED BY"),
            (["ROW", "FORMAT"], "ROW FORMAT"),
            (["STORED", "BY"], "STORED BY"),
            (["DEFAULT", "COLLATION"], "DEFAULT COLLATION"),
        ];
        match refused.iter().find(|(words, _)| self.are_words(words)) {
            Some((_, name)) => Err(Error::unsupported(*name)),
            None => Ok(false),
        }
    }

    /// `COMMENT 'x'`, `LOCATION 'x'`
    pub(super) fn clause_text(&mut self, word: &str) -> Result<String> {
        self.expect_word(word)?;
        self.string_literal()
    }

    fn stored_as(&mut self) -> Result<String> {
        if self.is_word("INPUTFORMAT") {
            return Err(Error::unsupported("STORED AS INPUTFORMAT"));
        }
        let format = self.identifier()?.to_ascii_lowercase();
        match format.as_str() {
            "parquet" | "orc" | "avro" => Ok(format),
            _ => Err(Error::unsupported(format!("STORED AS {format}"))),
        }
    }

    /// `(a, b)`, transforms such as `days(ts)`, or Hive's typed columns, which also extend the table.
    fn partitioning(&mut self, table: &mut CreateTable) -> Result<()> {
        let fields = self.parenthesized_list(|p| {
            let typed = p.is_name_at(0) && p.is_name_at(1);
            if typed {
                Ok((p.expression_name()?, Some(p.column_type_rest()?)))
            } else {
                Ok((p.primary()?, None))
            }
        })?;
        for (expr, column) in fields {
            if let (Some((data_type, nullable, comment)), ExprKind::Attribute { name, .. }) =
                (column, &expr.kind)
            {
                let name = name.join(".");
                table.columns.push(ColumnDefinition { name, data_type, nullable, default: None, comment });
            }
            table.partition_by.push(expr);
        }
        Ok(())
    }

    fn expression_name(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        let name = vec![self.identifier()?];
        let kind = ExprKind::Attribute { name, plan_id: None, is_metadata: false };
        Ok(Expr::new(kind, self.span_from(start)))
    }

    fn column_type_rest(&mut self) -> Result<(crate::DataType, bool, Option<String>)> {
        let data_type = self.data_type()?;
        let nullable = !self.eat_not_null()?;
        let comment = if self.is_word("COMMENT") { Some(self.clause_text("COMMENT")?) } else { None };
        Ok((data_type, nullable, comment))
    }

    /// `a INT NOT NULL DEFAULT 1 COMMENT 'x'`
    pub(super) fn column_definition(&mut self) -> Result<ColumnDefinition> {
        self.refuse_constraints()?;
        let name = self.identifier()?;
        self.eat(":");
        let data_type = self.data_type()?;
        let mut column = ColumnDefinition { name, data_type, nullable: true, default: None, comment: None };
        loop {
            if self.eat_not_null()? {
                column.nullable = false;
            } else if self.eat_word("DEFAULT") {
                let start = self.peek().span;
                self.expression()?;
                column.default = Some(self.text_from(start).to_string());
            } else if self.is_word("COMMENT") {
                column.comment = Some(self.clause_text("COMMENT")?);
            } else if self.is_word("GENERATED") {
                return Err(Error::unsupported("GENERATED columns"));
            } else {
                self.refuse_constraints()?;
                return Ok(column);
            }
        }
    }

    /// Constraints in front of or behind a column.
    fn refuse_constraints(&self) -> Result<()> {
        let constraint = self.are_words(&["PRIMARY", "KEY"])
            || self.are_words(&["FOREIGN", "KEY"])
            || (self.is_word("CHECK") && self.is_symbol_at(1, "("))
            || (self.is_word("UNIQUE") && matches!(self.peek_at(1).kind, TokenKind::Symbol("(" | "," | ")")))
            || (self.is_word("CONSTRAINT") && self.is_name_at(1) && self.is_name_at(2))
            || (self.is_word("REFERENCES") && self.is_name_at(1));
        if constraint { Err(Error::unsupported("table constraints")) } else { Ok(()) }
    }
}
