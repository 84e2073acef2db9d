//! INTERVAL literals: units, unit ranges and their types.

use super::Parser;
use super::interval_text::{Amount, Unit, day_time_range, units_of_text, year_month_range};
use crate::ir::{Expr, Literal};
use crate::lexer::{NumberKind, TokenKind};
use crate::{DataType, DayTimeField, Error, Result, Span, YearMonthField};

impl Parser<'_> {
    /// Does the word INTERVAL start a literal here, rather than name a column?
    pub(super) fn at_interval(&self) -> bool {
        let signed = usize::from(matches!(self.peek_at(1).kind, TokenKind::Symbol("+" | "-")));
        let value = self.peek_at(1 + signed);
        let is_value = matches!(
            value.kind,
            TokenKind::String | TokenKind::Number(NumberKind::Integer | NumberKind::Decimal)
        );
        // `interval - 1` is a subtraction unless a unit follows.
        is_value && (signed == 0 || self.unit_at(2 + signed).is_some())
    }

    fn unit_at(&self, ahead: usize) -> Option<Unit> {
        let token = self.peek_at(ahead);
        if token.kind == TokenKind::Word { Unit::parse(self.text_of(token)) } else { None }
    }

    /// `INTERVAL …`, the cursor at INTERVAL.
    pub(super) fn interval(&mut self) -> Result<Expr> {
        let start = self.advance().span;
        if self.peek().kind == TokenKind::String && self.unit_at(1).is_none() {
            let value = self.string_literal()?;
            return self.interval_text(&value, self.span_from(start));
        }
        let mut amounts = Vec::new();
        loop {
            let (negative, text) = self.interval_value()?;
            let Some(unit) = self.unit_at(0) else { return Err(self.unexpected()) };
            self.position += 1;
            if amounts.is_empty() && self.eat_word("TO") {
                return self.unit_range(negative, &text, unit, start);
            }
            let amount = Amount::parse(&text, negative, unit);
            amounts.push(amount.ok_or_else(|| self.invalid_interval(&text, self.span_from(start)))?);
            if !self.at_interval_value() {
                return self.interval_of(&amounts, self.span_from(start));
            }
        }
    }

    /// Is another value with a unit next (`1 DAY 2 HOURS`)?
    fn at_interval_value(&self) -> bool {
        let signed = usize::from(matches!(self.peek().kind, TokenKind::Symbol("+" | "-")));
        // A sign is the operator of an expression unless a unit follows directly: `INTERVAL 1 DAY - 2 HOURS`.
        matches!(self.peek_at(signed).kind, TokenKind::String | TokenKind::Number(_))
            && self.unit_at(signed + 1).is_some()
    }

    fn interval_value(&mut self) -> Result<(bool, String)> {
        let negative = self.eat("-");
        if !negative {
            self.eat("+");
        }
        let token = self.peek();
        match token.kind {
            TokenKind::String => Ok((negative, self.string_literal()?)),
            TokenKind::Number(NumberKind::Integer | NumberKind::Decimal) => {
                self.position += 1;
                Ok((negative, self.text_of(token).to_string()))
            }
            _ => Err(self.unexpected()),
        }
    }

    /// `'1-2' YEAR TO MONTH`, `'1 02:03' DAY TO MINUTE`
    fn unit_range(&mut self, negative: bool, text: &str, from: Unit, start: Span) -> Result<Expr> {
        let Some(to) = self.unit_at(0) else { return Err(self.unexpected()) };
        self.position += 1;
        let span = self.span_from(start);
        let literal = match (from, to) {
            (Unit::Year, Unit::Month) => year_month_range(text, negative)
                .map(|months| Literal::YearMonthInterval { months, data_type: DataType::YEAR_MONTH }),
            _ => match (from.day_time_field(), to.day_time_field()) {
                (Some(start), Some(end)) if from.is_range_end() && to.is_range_end() && start < end => {
                    day_time_range(text, negative, start, end).map(|micros| Literal::DayTimeInterval {
                        micros,
                        data_type: DataType::DayTimeInterval { start, end },
                    })
                }
                _ => {
                    let error = Error::parse("INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION")
                        .with("input", text)
                        .with("from", from.name())
                        .with("to", to.name());
                    return Err(self.at_span(error, span));
                }
            },
        };
        literal.map(|l| Expr::literal(l).at(span)).ok_or_else(|| self.invalid_interval(text, span))
    }

    /// `INTERVAL '1 day 2 hours'`
    pub(super) fn interval_text(&self, text: &str, span: Span) -> Result<Expr> {
        match units_of_text(text) {
            Some(amounts) => self.interval_of(&amounts, span),
            None => Err(self.invalid_typed_literal("INTERVAL", text, span)),
        }
    }

    /// The literal of several amounts; its type names the largest and the smallest unit.
    fn interval_of(&self, amounts: &[Amount], span: Span) -> Result<Expr> {
        let overflow = || self.invalid_interval("out of range", span);
        let (mut months, mut micros) = (0i64, 0i64);
        for amount in amounts {
            months = months.checked_add(amount.months).ok_or_else(overflow)?;
            micros = micros.checked_add(amount.micros).ok_or_else(overflow)?;
        }
        let months = i32::try_from(months).map_err(|_| overflow())?;
        let year_month: Vec<YearMonthField> =
            amounts.iter().filter_map(|a| a.unit.year_month_field()).collect();
        let day_time: Vec<DayTimeField> = amounts.iter().filter_map(|a| a.unit.day_time_field()).collect();
        let literal = match (bounds(&year_month), bounds(&day_time)) {
            (Some((start, end)), None) => {
                Literal::YearMonthInterval { months, data_type: DataType::YearMonthInterval { start, end } }
            }
            (None, Some((start, end))) => {
                Literal::DayTimeInterval { micros, data_type: DataType::DayTimeInterval { start, end } }
            }
            _ => {
                let error = Error::parse("_LEGACY_ERROR_TEMP_0029").with("literal", self.source(span));
                return Err(self.at_span(error, span));
            }
        };
        Ok(Expr::literal(literal).at(span))
    }

    fn invalid_interval(&self, input: &str, span: Span) -> Error {
        let error = Error::parse("INVALID_INTERVAL_FORMAT.INPUT_IS_INVALID").with("input", input);
        self.at_span(error, span)
    }

    fn source(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }
}

fn bounds<T: Ord + Copy>(fields: &[T]) -> Option<(T, T)> {
    Some((fields.iter().min().copied()?, fields.iter().max().copied()?))
}
