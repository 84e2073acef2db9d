//! CREATE TABLE and REPLACE TABLE: with columns, with a query, or like another table.

use super::Parser;
use super::constraint::TableElement;
use crate::ir::{
    Bucketing, ColumnDefinition, ConstraintKind, CreateTable, CreateTableLike, Expr, ExprKind, HiveFormat,
    Literal, Relation, SaveMode, Statement,
};
use crate::{Error, Result};

impl Parser<'_> {
    pub(super) fn create_table(&mut self) -> Result<Statement> {
        let start = self.peek();
        let created = self.eat_word("CREATE");
        let or_replace = if created { self.eat_words(&["OR", "REPLACE"]) } else { self.eat_word("REPLACE") };
        let temporary = self.eat_any_word(&["TEMPORARY", "TEMP"]);
        let external = self.eat_word("EXTERNAL");
        self.expect_word("TABLE")?;
        let if_not_exists = !or_replace && self.eat_if_not_exists();
        let name = self.name_reference()?;
        if self.is_word("LIKE") && !temporary && !external && !or_replace {
            return self.create_table_like(name, if_not_exists);
        }
        let mode = match (or_replace, if_not_exists) {
            (true, _) => SaveMode::Overwrite,
            (_, true) => SaveMode::Ignore,
            _ => SaveMode::ErrorIfExists,
        };
        let must_exist = or_replace && !created;
        let mut table =
            CreateTable { name, if_not_exists, or_replace, external, mode, must_exist, ..Default::default() };
        if self.is_symbol("(") && !self.starts_query_at(1) {
            self.table_elements(&mut table)?;
        }
        let listed = table.columns.len();
        if self.eat_word("USING") {
            table.format = Some(self.multipart_identifier()?.join("."));
        }
        while self.table_clause(&mut table)? {}
        let given_format = table.format.clone();
        if let Some(format) = table.hive.as_ref().and_then(hive_source) {
            table.format.get_or_insert(format);
        }
        table.query = self.table_query()?;
        if temporary {
            return Err(self.temporary_table(&table, if_not_exists, start));
        }
        self.check_table_query(&table, given_format.as_ref(), listed, start)?;
        Ok(Statement::CreateTable(table))
    }

    fn temporary_table(&self, table: &CreateTable, if_not_exists: bool, start: crate::lexer::Token) -> Error {
        if if_not_exists {
            return self.invalid_clause("CREATE TEMPORARY TABLE ... IF NOT EXISTS", start);
        }
        if table.query.is_some() {
            let message = "CREATE TEMPORARY TABLE ... AS ..., use CREATE TEMPORARY VIEW instead";
            return self.not_allowed(message, start);
        }
        if table.format.is_some() && table.hive.is_none() {
            return Error::unsupported("CREATE TEMPORARY TABLE (use CREATE TEMPORARY VIEW)");
        }
        self.at_span(Error::parse("_LEGACY_ERROR_TEMP_0046"), self.span_from(start.span))
    }

    /// What clauses rule each other out; a query tells the columns, so that none may be listed beside it.
    fn check_table_query(
        &self,
        table: &CreateTable,
        given_format: Option<&String>,
        listed: usize,
        start: crate::lexer::Token,
    ) -> Result<()> {
        let unnamed: Vec<_> =
            table.constraints.iter().chain(table.columns.iter().flat_map(|c| &c.constraints)).collect();
        let keys = unnamed.iter().filter_map(|c| match &c.kind {
            ConstraintKind::PrimaryKey { columns } => Some(format!("({})", columns.join(", "))),
            _ => None,
        });
        let keys: Vec<_> = keys.collect();
        if keys.len() > 1 {
            let error = Error::parse("MULTIPLE_PRIMARY_KEYS").with("columns", keys.join(", "));
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        if !table.cluster_by.is_empty() && (!table.partition_by.is_empty() || table.bucketing.is_some()) {
            let other = if table.partition_by.is_empty() { "BUCKETING" } else { "PARTITIONED_BY" };
            let error = Error::parse(format!("SPECIFY_CLUSTER_BY_WITH_{other}_IS_NOT_ALLOWED"));
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        let statement = if table.or_replace { "REPLACE TABLE" } else { "CREATE TABLE" };
        self.check_hive_format(statement, given_format, table.hive.as_ref(), start)?;
        let option = table.options.iter().find(|(key, _)| key.eq_ignore_ascii_case("path"));
        if let (Some((_, path)), Some(location)) = (option, &table.location) {
            let error =
                Error::parse("_LEGACY_ERROR_TEMP_0032").with("pathOne", location).with("pathTwo", path);
            return Err(self.at_span(error, self.span_from(start.span)));
        }
        self.check_default_collation(table.collation.as_deref())?;
        if table.query.is_none() {
            return Ok(());
        }
        let verb = if table.or_replace { "RTAS" } else { "CTAS" };
        let long = if verb == "CTAS" { "Create Table As Select" } else { "Replace Table As Select" };
        if table.columns.len() > listed {
            let message = format!("Partition column types may not be specified in {long} ({verb})");
            return Err(self.not_allowed(message, start));
        }
        if !table.columns.is_empty() {
            let message = format!("Schema may not be specified in a {long} ({verb}) statement");
            return Err(self.not_allowed(message, start));
        }
        Ok(())
    }

    fn table_elements(&mut self, table: &mut CreateTable) -> Result<()> {
        let elements = self.parenthesized_list(|p| p.table_element())?;
        for element in elements {
            match element {
                TableElement::Column(column) => table.columns.push(*column),
                TableElement::Constraint(constraint) => table.constraints.push(*constraint),
            }
        }
        Ok(())
    }

    fn table_query(&mut self) -> Result<Option<Relation>> {
        if self.eat_word("AS") || self.starts_query_at(0) { Ok(Some(self.query()?)) } else { Ok(None) }
    }

    /// Reads one clause behind the columns; false when there is none.
    fn table_clause(&mut self, table: &mut CreateTable) -> Result<bool> {
        let start = self.peek();
        let (clause, repeated) = if self.eat_word("OPTIONS") {
            ("OPTIONS", !std::mem::replace(&mut table.options, self.properties()?).is_empty())
        } else if self.eat_word("TBLPROPERTIES") {
            ("TBLPROPERTIES", !std::mem::replace(&mut table.properties, self.properties()?).is_empty())
        } else if self.eat_words(&["PARTITIONED", "BY"]) {
            let repeated = !table.partition_by.is_empty();
            self.partitioning(table)?;
            ("PARTITIONED BY", repeated)
        } else if self.is_word("LOCATION") {
            ("LOCATION", table.location.replace(self.clause_text("LOCATION")?).is_some())
        } else if self.is_word("COMMENT") {
            ("COMMENT", table.comment.replace(self.clause_text("COMMENT")?).is_some())
        } else if self.eat_words(&["DEFAULT", "COLLATION"]) {
            ("DEFAULT COLLATION", table.collation.replace(self.identifier()?).is_some())
        } else if self.eat_words(&["CLUSTERED", "BY"]) {
            ("CLUSTERED BY", table.bucketing.replace(self.bucketing()?).is_some())
        } else if self.eat_words(&["CLUSTER", "BY"]) {
            let columns = self.parenthesized_list(|p| p.multipart_identifier())?;
            ("CLUSTER BY", !std::mem::replace(&mut table.cluster_by, columns).is_empty())
        } else if self.are_words(&["SKEWED", "BY"]) {
            return Err(self.invalid_clause("CREATE TABLE ... SKEWED BY", start));
        } else if self.at_row_format() {
            let format = self.row_format()?;
            let hive = table.hive.get_or_insert_default();
            ("ROW FORMAT", hive.row_format.replace(format).is_some())
        } else if self.is_word("STORED") {
            let hive = table.hive.get_or_insert_default();
            let repeated = hive.stored_as.is_some() || hive.input_output.is_some();
            self.stored_as(hive)?;
            ("STORED AS/BY", repeated)
        } else {
            return Ok(false);
        };
        if repeated {
            let error = Error::parse("DUPLICATE_CLAUSES").with("clauseName", clause);
            return Err(self.at_token(error, start));
        }
        Ok(true)
    }

    /// `COMMENT 'x'`, `LOCATION 'x'`
    pub(super) fn clause_text(&mut self, word: &str) -> Result<String> {
        self.expect_word(word)?;
        self.string_literal()
    }

    /// `(a, b) SORTED BY (c ASC) INTO 4 BUCKETS`
    fn bucketing(&mut self) -> Result<Bucketing> {
        let columns = self.identifier_list()?;
        let mut sort_by = Vec::new();
        if self.eat_words(&["SORTED", "BY"]) {
            sort_by = self.parenthesized_list(|p| {
                let column = p.identifier()?;
                let start = p.peek();
                if p.eat_word("DESC") {
                    let message = format!("Column ordering must be ASC, was '{}'", p.text_of(start));
                    return Err(p.not_allowed(message, start));
                }
                p.eat_word("ASC");
                Ok(column)
            })?;
        }
        self.expect_word("INTO")?;
        let buckets = self.integer_value()?;
        self.expect_word("BUCKETS")?;
        let buckets = usize::try_from(buckets).map_err(|_| self.unexpected())?;
        Ok(Bucketing { buckets, columns, sort_by })
    }

    /// `(a, b)`, transforms such as `days(ts)`, or Hive's typed columns, which also extend the table.
    fn partitioning(&mut self, table: &mut CreateTable) -> Result<()> {
        let start = self.peek();
        let fields = self.parenthesized_list(|p| {
            let typed = p.is_name_at(0) && p.is_name_at(1);
            if typed { Ok((None, Some(p.partition_column()?))) } else { Ok((Some(p.transform()?), None)) }
        })?;
        let typed = fields.iter().filter(|(_, column)| column.is_some()).count();
        if typed > 0 && typed < fields.len() {
            return Err(self
                .not_allowed("PARTITION BY: Cannot mix partition expressions and partition columns", start));
        }
        for (expr, column) in fields {
            if let Some(column) = column {
                table.partition_by.push(Expr::column(column.name.clone()));
                table.columns.push(column);
            } else if let Some(expr) = expr {
                table.partition_by.push(expr);
            }
        }
        Ok(())
    }

    /// `name type [NOT NULL] [COMMENT 'x']`
    fn partition_column(&mut self) -> Result<ColumnDefinition> {
        let name = self.identifier()?;
        let data_type = self.data_type()?;
        let mut column = ColumnDefinition::new(name, data_type);
        column.nullable = !self.eat_not_null()?;
        if self.is_word("COMMENT") {
            column.comment = Some(self.clause_text("COMMENT")?);
        }
        Ok(column)
    }

    /// `a.b`, `bucket(4, a)`, `days(ts)`: arguments are names and constants.
    fn transform(&mut self) -> Result<Expr> {
        let start = self.peek().span;
        let name = self.multipart_identifier()?;
        if !self.is_symbol("(") {
            let kind = ExprKind::Attribute { name, plan_id: None, is_metadata: false };
            return Ok(Expr::new(kind, self.span_from(start)));
        }
        let token = self.peek();
        let arguments = self.parenthesized_list(|p| p.primary())?;
        self.check_transform(&name, &arguments, token)?;
        let function = crate::ir::Function { name, ..crate::ir::Function::new("", arguments) };
        Ok(Expr::new(ExprKind::Function(Box::new(function)), self.span_from(start)))
    }

    /// The transforms that Spark knows have arguments of certain kinds.
    fn check_transform(&self, name: &[String], arguments: &[Expr], token: crate::lexer::Token) -> Result<()> {
        let [name] = name else { return Ok(()) };
        let name = name.to_lowercase();
        if name == "bucket" {
            let text = |expr: &Expr| self.text[expr.span.start as usize..expr.span.end as usize].to_string();
            return match arguments.first() {
                Some(first)
                    if !matches!(
                        first.kind,
                        ExprKind::Literal(Literal::Integer(_) | Literal::Long(_) | Literal::Short(_))
                    ) =>
                {
                    let error = Error::parse("_LEGACY_ERROR_TEMP_0031").with("describe", text(first));
                    Err(self.at_token(error, token))
                }
                _ => Ok(()),
            };
        }
        if ["identity", "years", "months", "days", "hours"].contains(&name.as_str()) && arguments.len() != 1 {
            let error = Error::parse("INVALID_SQL_SYNTAX.TRANSFORM_WRONG_NUM_ARGS")
                .with("transform", format!("`{name}`"))
                .with("expectedNum", "1")
                .with("actualNum", arguments.len().to_string());
            return Err(self.at_token(error, token));
        }
        Ok(())
    }

    // ---- LIKE

    fn create_table_like(&mut self, name: Vec<String>, if_not_exists: bool) -> Result<Statement> {
        let start = self.peek();
        self.expect_word("LIKE")?;
        let source = self.name_reference()?;
        let mut like = CreateTableLike {
            name,
            source,
            if_not_exists,
            format: None,
            location: None,
            properties: Default::default(),
            hive: None,
        };
        while self.like_clause(&mut like)? {}
        self.check_hive_format("CREATE TABLE LIKE", like.format.as_ref(), like.hive.as_ref(), start)?;
        Ok(Statement::CreateTableLike(like))
    }

    fn like_clause(&mut self, like: &mut CreateTableLike) -> Result<bool> {
        let start = self.peek();
        let (clause, repeated) = if self.eat_word("USING") {
            ("PROVIDER", like.format.replace(self.multipart_identifier()?.join(".")).is_some())
        } else if self.is_word("LOCATION") {
            ("LOCATION", like.location.replace(self.clause_text("LOCATION")?).is_some())
        } else if self.eat_word("TBLPROPERTIES") {
            ("TBLPROPERTIES", !std::mem::replace(&mut like.properties, self.properties()?).is_empty())
        } else if self.at_row_format() {
            let format = self.row_format()?;
            let hive = like.hive.get_or_insert_default();
            ("ROW FORMAT", hive.row_format.replace(format).is_some())
        } else if self.is_word("STORED") {
            let hive = like.hive.get_or_insert_default();
            let repeated = hive.stored_as.is_some() || hive.input_output.is_some();
            self.stored_as(hive)?;
            ("STORED AS/BY", repeated)
        } else {
            return Ok(false);
        };
        if repeated {
            let error = Error::parse("DUPLICATE_CLAUSES").with("clauseName", clause);
            return Err(self.at_token(error, start));
        }
        Ok(true)
    }
}

/// The source that holds the same files as a Hive format.
fn hive_source(hive: &HiveFormat) -> Option<String> {
    let format = hive.stored_as.as_ref()?.to_ascii_lowercase();
    ["parquet", "orc", "avro"].contains(&format.as_str()).then_some(format)
}
