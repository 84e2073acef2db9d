//! Tables by name: time travel, options, samples.

use super::Parser;
use crate::ir::{Expr, ExprKind, Literal, Relation, RelationKind, TimeTravel};
use crate::lexer::{NumberKind, Token, TokenKind};
use crate::{Error, Result, Span};

/// The digits of a point in time behind `@`: `yyyyMMddHHmmssSSS`.
const STAMP_DIGITS: usize = 17;

impl Parser<'_> {
    /// What may follow a table's name in FROM.
    pub(super) fn table(&mut self, name: Vec<String>, start: Span) -> Result<Relation> {
        if self.is_word("CHANGES") && self.is_word_at(1, "FROM") {
            return self.changes();
        }
        let time_travel = match self.version_suffix()? {
            None => self.time_travel()?,
            suffix => suffix,
        };
        let options = if self.is_word("WITH") && self.is_symbol_at(1, "(") {
            self.position += 1;
            self.properties()?
        } else {
            Default::default()
        };
        let table = self.above(start, RelationKind::Table { name, options, time_travel });
        let sampled = self.sample(table, start)?;
        self.table_alias(sampled, start)
    }

    /// `t@v12`, `t@20260101000000000`
    fn version_suffix(&mut self) -> Result<Option<TimeTravel>> {
        if !self.eat("@") {
            return Ok(None);
        }
        let token = self.advance();
        let text = self.text_of(token);
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let version = text.strip_prefix(['v', 'V']).filter(|version| digits(version));
        match (token.kind, version) {
            (TokenKind::Word, Some(version)) => Ok(Some(TimeTravel::Version(Expr::string(version)))),
            (TokenKind::Word, None)
                if text.eq_ignore_ascii_case("v") && self.peek().kind == TokenKind::String =>
            {
                Ok(Some(TimeTravel::Version(self.constant()?)))
            }
            (TokenKind::Number(NumberKind::Integer), _) if text.len() == STAMP_DIGITS => {
                Ok(Some(TimeTravel::Timestamp(Expr::string(stamp(text)))))
            }
            _ => {
                self.position -= 1;
                Err(self.unexpected())
            }
        }
    }

    /// `CHANGES FROM VERSION 1 [EXCLUSIVE] [TO VERSION 3]`, which no catalog of files has.
    fn changes(&mut self) -> Result<Relation> {
        self.expect_words(&["CHANGES", "FROM"])?;
        self.change_bound()?;
        if self.eat_word("TO") {
            self.change_bound()?;
        }
        self.table_options()?;
        Err(Error::analysis("UNSUPPORTED_FEATURE.CHANGE_DATA_CAPTURE").with("catalogName", "spark_catalog"))
    }

    fn change_bound(&mut self) -> Result<()> {
        if self.eat_any_word(&["VERSION", "SYSTEM_VERSION"]) {
            self.constant()?;
        } else if self.eat_any_word(&["TIMESTAMP", "SYSTEM_TIME"]) {
            self.value_expression()?;
        } else {
            return Err(self.unexpected());
        }
        self.eat_any_word(&["INCLUSIVE", "EXCLUSIVE"]);
        Ok(())
    }

    /// `[FOR] VERSION AS OF 3`, `[FOR] TIMESTAMP AS OF '…'`
    pub(super) fn time_travel(&mut self) -> Result<Option<TimeTravel>> {
        let skip = usize::from(self.is_word("FOR"));
        if !(self.is_word_at(skip + 1, "AS") && self.is_word_at(skip + 2, "OF")) {
            return Ok(None);
        }
        let version = self.is_word_at(skip, "VERSION") || self.is_word_at(skip, "SYSTEM_VERSION");
        let timestamp = self.is_word_at(skip, "TIMESTAMP") || self.is_word_at(skip, "SYSTEM_TIME");
        if !version && !timestamp {
            return Ok(None);
        }
        self.position += skip + 3;
        if timestamp {
            let start = self.peek().span;
            let expr = self.value_expression()?;
            if matches!(expr.kind, ExprKind::Attribute { .. }) && !self.text_from(start).ends_with(')') {
                let reason = "timestamp expression cannot refer to any columns";
                let error = Error::parse("_LEGACY_ERROR_TEMP_0056").with("reason", reason);
                return Err(self.at_span(error, self.span_from(start)));
            }
            return Ok(Some(TimeTravel::Timestamp(expr)));
        }
        match self.peek().kind {
            TokenKind::String | TokenKind::Number(NumberKind::Integer) => {
                Ok(Some(TimeTravel::Version(self.constant()?)))
            }
            _ => Err(self.unexpected()),
        }
    }

    /// `TABLESAMPLE [SYSTEM|BERNOULLI] (10 PERCENT | 5 ROWS | BUCKET 1 OUT OF 4) [REPEATABLE (seed)]`
    pub(super) fn sample(&mut self, input: Relation, start: Span) -> Result<Relation> {
        let named = self.is_word_at(1, "SYSTEM") || self.is_word_at(1, "BERNOULLI");
        if !(self.is_word("TABLESAMPLE") && self.is_symbol_at(1 + usize::from(named), "(")) {
            return Ok(input);
        }
        let system = self.is_word_at(1, "SYSTEM");
        self.position += 2 + usize::from(named);
        if self.is_symbol(")") {
            return Err(self.at_token(Error::parse("_LEGACY_ERROR_TEMP_0014"), self.peek()));
        }
        let token = self.peek();
        if self.is_word("BUCKET") && matches!(self.peek_at(1).kind, TokenKind::Number(_)) {
            self.refuse_system(system, "BUCKET", token)?;
            return self.sample_bucket(input, start);
        }
        let value = self.expression()?;
        if self.eat_word("ROWS") {
            self.refuse_system(system, "ROWS", token)?;
            self.expect(")")?;
            self.repeatable()?;
            return Ok(self.above(start, RelationKind::Limit { input, limit: value }));
        }
        if !self.eat_word("PERCENT") {
            return Err(self.sample_by_bytes(token));
        }
        self.expect(")")?;
        if system && self.is_word("REPEATABLE") {
            return Err(
                self.at_token(Error::parse("UNSUPPORTED_FEATURE.TABLESAMPLE_SYSTEM_REPEATABLE"), token)
            );
        }
        let percent = literal_number(&value).ok_or_else(|| self.unexpected())?;
        let sampled = self.sampled(input, percent / 100.0, start)?;
        match system {
            true => Err(Error::analysis("UNSUPPORTED_FEATURE.TABLESAMPLE_SYSTEM_NO_SCAN")),
            false => Ok(sampled),
        }
    }

    fn refuse_system(&self, system: bool, method: &str, token: Token) -> Result<()> {
        if !system {
            return Ok(());
        }
        let error =
            Error::parse("UNSUPPORTED_FEATURE.TABLESAMPLE_SYSTEM_SAMPLE_METHOD").with("sampleMethod", method);
        Err(self.at_token(error, token))
    }

    /// A number of bytes, with a unit or not, is no way to sample.
    fn sample_by_bytes(&mut self, token: Token) -> Error {
        if !self.is_symbol(")") {
            return self.unexpected();
        }
        let text = self.text_of(token);
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let has_unit = digits.len() < text.len() && digits.bytes().all(|b| b.is_ascii_digit());
        let error = match has_unit {
            true => Error::parse("_LEGACY_ERROR_TEMP_0015").with("msg", "byteLengthLiteral"),
            false => Error::parse("_LEGACY_ERROR_TEMP_0016").with("bytesStr", text),
        };
        self.at_token(error, token)
    }

    fn sample_bucket(&mut self, input: Relation, start: Span) -> Result<Relation> {
        let token = self.advance();
        let numerator = self.integer_value()?;
        self.expect_words(&["OUT", "OF"])?;
        let denominator = self.integer_value()?;
        if self.eat_word("ON") {
            let function = self.is_symbol_at(1, "(");
            let what = if function { "function" } else { "colname" };
            let error =
                Error::parse("_LEGACY_ERROR_TEMP_0015").with("msg", format!("BUCKET x OUT OF y ON {what}"));
            return Err(self.at_token(error, token));
        }
        self.expect(")")?;
        self.sampled(input, numerator as f64 / denominator as f64, start)
    }

    fn sampled(&mut self, input: Relation, fraction: f64, start: Span) -> Result<Relation> {
        if !(0.0..=1.0).contains(&fraction) {
            let error =
                Error::parse("INVALID_TABLESAMPLE_FRACTION").with("fraction", format!("{fraction:?}"));
            return Err(self.at_span(error, self.span_from(start)));
        }
        let seed = self.repeatable()?;
        let kind = RelationKind::Sample {
            input,
            lower: 0.0,
            upper: fraction,
            with_replacement: false,
            seed,
            deterministic_order: false,
        };
        Ok(self.above(start, kind))
    }

    fn repeatable(&mut self) -> Result<Option<i64>> {
        if !self.eat_word("REPEATABLE") {
            return Ok(None);
        }
        self.expect("(")?;
        let seed = i64::try_from(self.integer_value()?).map_err(|_| self.unexpected())?;
        self.expect(")")?;
        Ok(Some(seed))
    }
}

/// `yyyyMMddHHmmssSSS` as a timestamp is written.
fn stamp(digits: &str) -> String {
    let part = |range: std::ops::Range<usize>| &digits[range];
    format!(
        "{}-{}-{} {}:{}:{}.{}",
        part(0..4),
        part(4..6),
        part(6..8),
        part(8..10),
        part(10..12),
        part(12..14),
        part(14..17)
    )
}

fn literal_number(expr: &Expr) -> Option<f64> {
    match expr.kind {
        crate::ir::ExprKind::Literal(Literal::Integer(v)) => Some(f64::from(v)),
        crate::ir::ExprKind::Literal(Literal::Decimal { value, scale, .. }) => {
            Some(value as f64 / 10f64.powi(i32::from(scale)))
        }
        _ => None,
    }
}
