//! Hive's storage clauses: ROW FORMAT and STORED AS.

use super::Parser;
use crate::ir::{Delimiters, HiveFormat, RowFormat};
use crate::{Error, Result};

impl Parser<'_> {
    pub(in crate::parser) fn at_row_format(&self) -> bool {
        self.are_words(&["ROW", "FORMAT"])
    }

    /// `ROW FORMAT SERDE 'class' [WITH SERDEPROPERTIES (…)]` or `ROW FORMAT DELIMITED …`
    pub(in crate::parser) fn row_format(&mut self) -> Result<RowFormat> {
        self.expect_words(&["ROW", "FORMAT"])?;
        if self.eat_word("SERDE") {
            let class = self.string_literal()?;
            let has_properties = self.eat_words(&["WITH", "SERDEPROPERTIES"]);
            let properties = if has_properties { self.properties()? } else { Default::default() };
            return Ok(RowFormat::Serde { class, properties });
        }
        self.expect_word("DELIMITED")?;
        Ok(RowFormat::Delimited(self.delimiters()?))
    }

    fn delimiters(&mut self) -> Result<Delimiters> {
        let mut delimiters = Delimiters::default();
        if self.eat_words(&["FIELDS", "TERMINATED", "BY"]) {
            delimiters.fields = Some(self.string_literal()?);
            if self.eat_words(&["ESCAPED", "BY"]) {
                delimiters.escaped_by = Some(self.string_literal()?);
            }
        }
        if self.eat_words(&["COLLECTION", "ITEMS", "TERMINATED", "BY"]) {
            delimiters.collection_items = Some(self.string_literal()?);
        }
        if self.eat_words(&["MAP", "KEYS", "TERMINATED", "BY"]) {
            delimiters.map_keys = Some(self.string_literal()?);
        }
        if self.eat_words(&["LINES", "TERMINATED", "BY"]) {
            let token = self.peek();
            let lines = self.string_literal()?;
            if lines != "\n" {
                let condition = "INVALID_SQL_SYNTAX.UNSUPPORTED_ROW_FORMAT_LINES_TERMINATED_BY";
                return Err(self.at_token(Error::parse(condition).with("value", lines), token));
            }
            delimiters.lines = Some(lines);
        }
        if self.eat_words(&["NULL", "DEFINED", "AS"]) {
            delimiters.null_as = Some(self.string_literal()?);
        }
        Ok(delimiters)
    }

    /// `STORED AS parquet`, `STORED AS INPUTFORMAT 'x' OUTPUTFORMAT 'y'`; STORED BY is refused as in Spark.
    pub(super) fn stored_as(&mut self, hive: &mut HiveFormat) -> Result<()> {
        let start = self.peek();
        self.expect_word("STORED")?;
        if self.eat_word("BY") {
            self.string_literal()?;
            return Err(self.invalid_clause("STORED BY", start));
        }
        self.expect_word("AS")?;
        if !self.eat_word("INPUTFORMAT") {
            hive.stored_as = Some(self.identifier()?);
            return Ok(());
        }
        let input = self.string_literal()?;
        self.expect_word("OUTPUTFORMAT")?;
        hive.input_output = Some((input, self.string_literal()?));
        Ok(())
    }

    /// A statement or clause that the language knows and Spark never accepts.
    pub(super) fn invalid_clause(&self, operation: impl Into<String>, start: crate::lexer::Token) -> Error {
        let error = Error::parse("INVALID_STATEMENT_OR_CLAUSE").with("operation", operation);
        self.at_span(error, self.span_from(start.span))
    }

    /// `USING` beside a format of Hive, or two of Hive's clauses that do not go together.
    pub(super) fn check_hive_format(
        &self,
        statement: &str,
        format: Option<&String>,
        hive: Option<&HiveFormat>,
        start: crate::lexer::Token,
    ) -> Result<()> {
        let Some(hive) = hive else { return Ok(()) };
        if format.is_some() {
            let stored =
                hive.stored_as.as_ref().map_or(String::new(), |f| format!("STORED AS {} ", f.to_uppercase()));
            let serde = match &hive.row_format {
                Some(RowFormat::Serde { class, .. }) => format!("ROW FORMAT SERDE {class} "),
                _ => String::new(),
            };
            return Err(self.invalid_clause(format!("{statement} ... USING ... {serde}{stored}"), start));
        }
        let stored = hive.stored_as.as_deref().map(str::to_lowercase);
        match (&hive.row_format, stored) {
            (Some(RowFormat::Delimited(_)), Some(stored)) if stored != "textfile" => Err(self.not_allowed(
                format!("ROW FORMAT DELIMITED is only compatible with 'textfile', not '{stored}'"),
                start,
            )),
            (Some(RowFormat::Serde { .. }), Some(stored))
                if !["sequencefile", "textfile", "rcfile"].contains(&stored.as_str()) =>
            {
                Err(self.not_allowed(
                    format!("ROW FORMAT SERDE is incompatible with format '{stored}', which also specifies a serde"),
                    start,
                ))
            }
            _ => Ok(()),
        }
    }

    /// Something that the language has and Spark never does.
    pub(super) fn not_allowed(&self, message: impl Into<String>, start: crate::lexer::Token) -> Error {
        let error = Error::parse("_LEGACY_ERROR_TEMP_0035").with("message", message);
        self.at_span(error, self.span_from(start.span))
    }
}
