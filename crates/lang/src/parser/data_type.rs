//! Types and column lists as DDL writes them.

use super::Parser;
use crate::lexer::{Token, TokenKind};
use crate::{DataType, DayTimeField, Error, Result, RuntimeClass, StructField, StructType, YearMonthField};

impl Parser<'_> {
    pub(super) fn data_type(&mut self) -> Result<DataType> {
        self.nested(|p| p.data_type_unnested())
    }

    fn data_type_unnested(&mut self) -> Result<DataType> {
        let token = self.peek();
        if !self.is_name_at(0) {
            return Err(self.unexpected());
        }
        let word = self.text_of(token).to_ascii_uppercase();
        self.position += 1;
        Ok(match word.as_str() {
            "BOOLEAN" => DataType::Boolean,
            "TINYINT" | "BYTE" => DataType::Byte,
            "SMALLINT" | "SHORT" => DataType::Short,
            "INT" | "INTEGER" => DataType::Integer,
            "BIGINT" | "LONG" => DataType::Long,
            "FLOAT" | "REAL" => DataType::Float,
            "DOUBLE" => DataType::Double,
            "DATE" => DataType::Date,
            "TIMESTAMP" | "TIMESTAMP_LTZ" | "TIMESTAMP_NTZ"
                if self.is_symbol("(") && self.text_of(self.peek_at(1)) != "6" =>
            {
                return Err(self.timestamp_precision(token));
            }
            "TIMESTAMP" | "TIMESTAMP_LTZ" if self.is_symbol("(") => {
                self.position += 1;
                self.length()?;
                self.expect(")")?;
                let plain = word == "TIMESTAMP" && self.eat_without_time_zone()?;
                if plain { DataType::TimestampNtz } else { DataType::Timestamp }
            }
            "TIMESTAMP_NTZ" if self.is_symbol("(") => {
                self.position += 1;
                self.length()?;
                self.expect(")")?;
                DataType::TimestampNtz
            }
            "TIMESTAMP_LTZ" => DataType::Timestamp,
            "TIMESTAMP_NTZ" => DataType::TimestampNtz,
            "BINARY" => DataType::Binary,
            "VOID" => DataType::Null,
            "VARIANT" => DataType::Variant,
            "STRING" => self.string_type()?,
            "CHAR" | "CHARACTER" => DataType::Char(self.required_length(token)?),
            "VARCHAR" => DataType::Varchar(self.required_length(token)?),
            "DECIMAL" | "DEC" | "NUMERIC" => self.decimal_type(token)?,
            "TIMESTAMP" if self.eat_words(&["WITH", "LOCAL", "TIME", "ZONE"]) => DataType::Timestamp,
            "TIMESTAMP" if self.eat_without_time_zone()? => DataType::TimestampNtz,
            "TIMESTAMP" => DataType::Timestamp,
            "TIME" => self.time_type(token)?,
            "INTERVAL" => self.interval_type()?,
            "ARRAY" => self.array_type(token)?,
            "MAP" => self.map_type(token)?,
            "STRUCT" => self.struct_type(token)?,
            _ => return Err(self.unknown_type(token)),
        })
    }

    /// A timestamp's digits beyond the second are not chosen.
    fn timestamp_precision(&mut self, token: Token) -> Error {
        let name = self.text_of(token).to_uppercase();
        self.position += 1;
        match self.integer_value() {
            Ok(precision @ 7..=9) => {
                let feature = "Nanosecond-precision timestamp types";
                let error = Error::parse("FEATURE_NOT_ENABLED")
                    .with("featureName", feature)
                    .with("configKey", "spark.sql.timestampNanosTypes.enabled")
                    .with("configValue", "true");
                let _ = precision;
                self.at_token(error, token)
            }
            Ok(precision) => {
                let error = Error::parse("INVALID_TIMESTAMP_PRECISION")
                    .with("precision", precision.to_string())
                    .with("type", name);
                self.at_token(error, token)
            }
            Err(error) => error,
        }
    }

    fn unknown_type(&self, token: Token) -> Error {
        let mut name = self.text_of(token).to_uppercase();
        if self.is_symbol("(") && self.is_symbol_at(2, ")") {
            name.push_str(&format!("({})", self.text_of(self.peek_at(1))));
        }
        let name = format!("\"{}\"", name.trim_matches('`'));
        self.at_token(Error::parse("UNSUPPORTED_DATATYPE").with("typeName", name), token)
    }

    fn incomplete(&self, token: Token, what: &str) -> Error {
        self.at_token(Error::parse(format!("INCOMPLETE_TYPE_DEFINITION.{what}")), token)
    }

    fn string_type(&mut self) -> Result<DataType> {
        if !self.eat_word("COLLATE") {
            return Ok(DataType::STRING);
        }
        let name = self.multipart_identifier()?;
        let collation = name.last().map(|n| n.to_uppercase()).filter(|n| n != "UTF8_BINARY");
        Ok(DataType::String { collation })
    }

    /// What stood behind `DEFAULT COLLATION`, the collation of columns that say none; asked when all clauses are read.
    ///
    /// # Errors
    /// Others than `UTF8_BINARY`, by name: texts would be compared in another way than the statement says.
    pub(super) fn check_default_collation(&self, name: Option<&str>) -> Result<()> {
        match name {
            Some(name) if !name.eq_ignore_ascii_case("UTF8_BINARY") => {
                Err(Error::unsupported(format!("the collation {name}")))
            }
            _ => Ok(()),
        }
    }

    fn length(&mut self) -> Result<u32> {
        let value = self.integer_value()?;
        u32::try_from(value).map_err(|_| self.unexpected())
    }

    fn required_length(&mut self, token: Token) -> Result<u32> {
        if !self.eat("(") {
            let name = format!("\"{}\"", self.text_of(token).to_uppercase());
            return Err(self.at_token(Error::parse("DATATYPE_MISSING_SIZE").with("type", name), token));
        }
        let length = self.length()?;
        self.expect(")")?;
        Ok(length)
    }

    fn decimal_type(&mut self, token: Token) -> Result<DataType> {
        let (mut precision, mut scale) = (10, 0);
        if self.eat("(") {
            precision = self.length()?;
            if self.eat(",") {
                scale = self.length()?;
            }
            self.expect(")")?;
        }
        if precision > 38 {
            let condition = "DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION";
            return Err(Error::runtime(RuntimeClass::Arithmetic, condition)
                .with("precision", precision.to_string())
                .with("maxPrecision", "38"));
        }
        if scale > precision {
            let error = Error::parse("DECIMAL_SCALE_EXCEEDS_PRECISION")
                .with("precision", precision.to_string())
                .with("scale", scale.to_string());
            return Err(self.at_token(error, token));
        }
        Ok(DataType::Decimal { precision: precision as u8, scale: scale as i8 })
    }

    fn eat_without_time_zone(&mut self) -> Result<bool> {
        if !(self.is_word("WITHOUT") && self.is_word_at(1, "TIME")) {
            return Ok(false);
        }
        self.position += 2;
        self.expect_word("ZONE")?;
        Ok(true)
    }

    fn time_type(&mut self, token: Token) -> Result<DataType> {
        let mut precision = 6;
        if self.eat("(") {
            precision = self.length()?;
            self.expect(")")?;
        }
        self.eat_without_time_zone()?;
        if precision > 6 {
            let error = Error::parse("UNSUPPORTED_TIME_PRECISION").with("precision", precision.to_string());
            return Err(self.at_token(error, token));
        }
        Ok(DataType::Time { precision: precision as u8 })
    }

    /// `INTERVAL`, `INTERVAL YEAR [TO MONTH]`, `INTERVAL DAY TO SECOND` …
    fn interval_type(&mut self) -> Result<DataType> {
        let year_month = [("YEAR", YearMonthField::Year), ("MONTH", YearMonthField::Month)];
        if let Some((_, start)) = year_month.into_iter().find(|(w, _)| self.eat_word(w)) {
            let end = if start == YearMonthField::Year && self.is_word("TO") {
                self.expect_words(&["TO", "MONTH"])?;
                YearMonthField::Month
            } else {
                start
            };
            return Ok(DataType::YearMonthInterval { start, end });
        }
        let Some(start) = self.eat_day_time_field() else { return Ok(DataType::CalendarInterval) };
        if !self.eat_word("TO") {
            return Ok(DataType::DayTimeInterval { start, end: start });
        }
        let token = self.peek();
        match self.eat_day_time_field() {
            Some(end) if end > start => Ok(DataType::DayTimeInterval { start, end }),
            Some(_) => Err(self.at_token(
                Error::parse("PARSE_SYNTAX_ERROR")
                    .with("error", format!("'{}'", self.text_of(token)))
                    .with("hint", ""),
                token,
            )),
            None => Err(self.unexpected()),
        }
    }

    fn eat_day_time_field(&mut self) -> Option<DayTimeField> {
        let fields = [
            ("DAY", DayTimeField::Day),
            ("HOUR", DayTimeField::Hour),
            ("MINUTE", DayTimeField::Minute),
            ("SECOND", DayTimeField::Second),
        ];
        fields.into_iter().find(|(word, _)| self.eat_word(word)).map(|(_, field)| field)
    }

    fn array_type(&mut self, token: Token) -> Result<DataType> {
        if !self.eat("<") {
            return Err(self.incomplete(token, "ARRAY"));
        }
        let element = Box::new(self.data_type()?);
        self.expect(">")?;
        Ok(DataType::Array { element, contains_null: true })
    }

    fn map_type(&mut self, token: Token) -> Result<DataType> {
        if !self.eat("<") {
            return Err(self.incomplete(token, "MAP"));
        }
        let key = Box::new(self.data_type()?);
        self.expect(",")?;
        let value = Box::new(self.data_type()?);
        self.expect(">")?;
        Ok(DataType::Map { key, value, value_contains_null: true })
    }

    fn struct_type(&mut self, token: Token) -> Result<DataType> {
        // `<>` is one token.
        if self.eat("<>") {
            return Ok(DataType::Struct(StructType::default()));
        }
        if !self.eat("<") {
            return Err(self.incomplete(token, "STRUCT"));
        }
        if self.eat(">") {
            return Ok(DataType::Struct(StructType::default()));
        }
        let fields = self.column_list()?;
        self.expect(">")?;
        Ok(DataType::Struct(StructType::new(fields)))
    }

    /// `a INT, b: STRING NOT NULL COMMENT 'x'`
    pub(super) fn column_list(&mut self) -> Result<Vec<StructField>> {
        self.comma_list(|p| p.column())
    }

    pub(super) fn column(&mut self) -> Result<StructField> {
        let name = self.identifier()?;
        self.eat(":");
        let data_type = self.data_type()?;
        let nullable = !self.eat_not_null()?;
        let mut field = StructField::new(name, data_type, nullable);
        if self.is_word("COMMENT") && self.peek_at(1).kind == TokenKind::String {
            self.position += 1;
            field.metadata = format!("{{\"comment\":{}}}", json_string(&self.string_literal()?));
        }
        Ok(field)
    }

    pub(super) fn eat_not_null(&mut self) -> Result<bool> {
        if !self.eat_word("NOT") {
            return Ok(false);
        }
        self.expect_word("NULL")?;
        Ok(true)
    }
}

/// A JSON string with its quotes.
fn json_string(value: &str) -> String {
    let mut out = String::from('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
