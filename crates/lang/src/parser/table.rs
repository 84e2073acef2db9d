//! Tables by name: time travel, options, samples.

use super::Parser;
use crate::ir::{Expr, Literal, Relation, RelationKind, TimeTravel};
use crate::lexer::{NumberKind, TokenKind};
use crate::{Error, Result, Span};

impl Parser<'_> {
    /// What may follow a table's name in FROM.
    pub(super) fn table(&mut self, name: Vec<String>, start: Span) -> Result<Relation> {
        let time_travel = self.time_travel()?;
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

    /// `[FOR] VERSION AS OF 3`, `[FOR] TIMESTAMP AS OF '…'`
    fn time_travel(&mut self) -> Result<Option<TimeTravel>> {
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
            return Ok(Some(TimeTravel::Timestamp(self.value_expression()?)));
        }
        match self.peek().kind {
            TokenKind::String | TokenKind::Number(NumberKind::Integer) => {
                Ok(Some(TimeTravel::Version(self.constant()?)))
            }
            _ => Err(self.unexpected()),
        }
    }

    /// `TABLESAMPLE (10 PERCENT | 5 ROWS | BUCKET 1 OUT OF 4) [REPEATABLE (seed)]`
    pub(super) fn sample(&mut self, input: Relation, start: Span) -> Result<Relation> {
        if !(self.is_word("TABLESAMPLE") && self.is_symbol_at(1, "(")) {
            return Ok(input);
        }
        self.position += 2;
        if self.is_symbol(")") {
            return Err(self.at_token(Error::parse("INVALID_SQL_SYNTAX.EMPTY_TABLESAMPLE"), self.peek()));
        }
        if self.is_word("BUCKET") && matches!(self.peek_at(1).kind, TokenKind::Number(_)) {
            return self.sample_bucket(input, start);
        }
        let value = self.expression()?;
        if self.eat_word("ROWS") {
            self.expect(")")?;
            self.repeatable()?;
            return Ok(self.above(start, RelationKind::Limit { input, limit: value }));
        }
        if !self.eat_word("PERCENT") {
            return Err(Error::unsupported("TABLESAMPLE by bytes"));
        }
        self.expect(")")?;
        let percent = literal_number(&value).ok_or_else(|| self.unexpected())?;
        self.sampled(input, percent / 100.0, start)
    }

    fn sample_bucket(&mut self, input: Relation, start: Span) -> Result<Relation> {
        self.position += 1;
        let numerator = self.integer_value()?;
        self.expect_words(&["OUT", "OF"])?;
        let denominator = self.integer_value()?;
        if self.is_word("ON") {
            return Err(Error::unsupported("TABLESAMPLE (BUCKET … ON …)"));
        }
        self.expect(")")?;
        self.sampled(input, numerator as f64 / denominator as f64, start)
    }

    fn sampled(&mut self, input: Relation, fraction: f64, start: Span) -> Result<Relation> {
        if !(0.0..=1.0).contains(&fraction) {
            let message = format!("Sampling fraction ({fraction}) must be on interval [0, 1]");
            return Err(Error::parse("INVALID_SQL_SYNTAX").with("inputString", message));
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

fn literal_number(expr: &Expr) -> Option<f64> {
    match expr.kind {
        crate::ir::ExprKind::Literal(Literal::Integer(v)) => Some(f64::from(v)),
        crate::ir::ExprKind::Literal(Literal::Decimal { value, scale, .. }) => {
            Some(value as f64 / 10f64.powi(i32::from(scale)))
        }
        _ => None,
    }
}
