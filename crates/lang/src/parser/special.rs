//! Expressions with a keyword syntax of their own: CASE, CAST, EXTRACT, TRIM, SUBSTRING and relatives.

use super::Parser;
use super::expression::call_at;
use crate::ir::{CastMode, Expr, ExprKind, Literal};
use crate::lexer::TokenKind;
use crate::{DataType, Result, Span};

impl<'a> Parser<'a> {
    /// What reads the expression that a keyword starts here, if its syntax follows.
    pub(super) fn keyword_parser(&self) -> Option<KeywordParser<'a>> {
        let word = self.text_of(self.peek()).to_ascii_uppercase();
        if !self.is_symbol_at(1, "(") {
            return match word.as_str() {
                "NULL" | "TRUE" | "FALSE" => Some(Self::word_literal),
                "CURRENT_DATE" | "CURRENT_TIME" | "CURRENT_TIMESTAMP" | "CURRENT_USER" | "SESSION_USER" => {
                    Some(Self::current_value)
                }
                "INTERVAL" if self.at_interval() => Some(Self::interval),
                "CASE" if !self.at_lone_name() => Some(Self::case),
                _ => None,
            };
        }
        match word.as_str() {
            "CASE" => Some(Self::case),
            "CAST" => Some(Self::cast),
            "TRY_CAST" => Some(Self::try_cast),
            "STRUCT" => Some(Self::struct_call),
            "EXTRACT" if self.is_name_at(2) && self.is_word_at(3, "FROM") => Some(Self::extract),
            "POSITION" if self.separated_by(&["IN"]) => Some(Self::position_in),
            "SUBSTR" | "SUBSTRING" if self.separated_by(&["FROM"]) => Some(Self::substring_from),
            "OVERLAY" if self.separated_by(&["PLACING"]) => Some(Self::overlay_placing),
            "TRIM" if self.separated_by(&["FROM"]) => Some(Self::trim_from),
            _ => None,
        }
    }

    fn word_literal(&mut self) -> Result<Expr> {
        let literal = if self.is_word("NULL") {
            Literal::Null(DataType::Null)
        } else {
            Literal::Boolean(self.is_word("TRUE"))
        };
        Ok(Expr::literal(literal).at(self.advance().span))
    }

    /// `current_date` without parentheses.
    fn current_value(&mut self) -> Result<Expr> {
        let token = self.advance();
        Ok(call_at(&self.text_of(token).to_ascii_lowercase(), Vec::new(), token.span))
    }

    /// Does nothing follow that could belong to the word (`SELECT case, x`)?
    fn at_lone_name(&self) -> bool {
        self.is_word_at(1, "FROM")
            || matches!(self.peek_at(1).kind, TokenKind::End | TokenKind::Symbol("," | ")" | "." | "="))
    }

    /// `CASE [value] WHEN … THEN … [ELSE …] END`
    fn case(&mut self) -> Result<Expr> {
        let start = self.advance().span;
        let subject = if self.is_word("WHEN") { None } else { Some(self.expression()?) };
        let mut arguments = Vec::new();
        while self.eat_word("WHEN") {
            self.case_branch(subject.as_ref(), &mut arguments)?;
        }
        if arguments.is_empty() {
            return Err(self.unexpected());
        }
        if self.eat_word("ELSE") {
            arguments.push(self.expression()?);
        }
        self.expect_word("END")?;
        let span = self.span_from(start);
        if subject.is_some() {
            // The comparisons nobody wrote stand for the whole.
            arguments.chunks_exact_mut(2).for_each(|branch| branch[0].span = span);
        }
        Ok(call_at("when", arguments, span))
    }

    #[inline(never)]
    fn case_branch(&mut self, subject: Option<&Expr>, arguments: &mut Vec<Expr>) -> Result<()> {
        let condition = self.expression()?;
        arguments.push(match subject {
            None => condition,
            Some(subject) => {
                let span = condition.span;
                call_at("==", vec![self.copy(subject)?, condition], span)
            }
        });
        self.expect_word("THEN")?;
        arguments.push(self.expression()?);
        Ok(())
    }

    fn cast(&mut self) -> Result<Expr> {
        self.cast_with(CastMode::Session)
    }

    fn try_cast(&mut self) -> Result<Expr> {
        self.cast_with(CastMode::Try)
    }

    fn cast_with(&mut self, mode: CastMode) -> Result<Expr> {
        let start = self.advance().span;
        self.expect("(")?;
        let expr = Box::new(self.expression()?);
        self.expect_word("AS")?;
        let data_type = self.data_type()?;
        self.expect(")")?;
        Ok(Expr::new(ExprKind::Cast { expr, data_type, mode }, self.span_from(start)))
    }

    /// `struct(a, b AS c)`
    fn struct_call(&mut self) -> Result<Expr> {
        let start = self.advance().span;
        self.expect("(")?;
        let fields =
            if self.is_symbol(")") { Vec::new() } else { self.comma_list(|p| p.named_expression())? };
        self.expect(")")?;
        Ok(call_at("struct", fields, self.span_from(start)))
    }

    fn extract(&mut self) -> Result<Expr> {
        let start = self.advance().span;
        self.expect("(")?;
        let field = Expr::string(self.identifier()?);
        self.separated("extract", vec![field], &["FROM"], &[], start)
    }

    /// `POSITION(a IN b)`; with commas it is an ordinary call.
    fn position_in(&mut self) -> Result<Expr> {
        let start = self.advance().span;
        self.expect("(")?;
        let substring = self.value_expression()?;
        self.separated("position", vec![substring], &["IN"], &[], start)
    }

    /// `SUBSTRING(x FROM a [FOR b])`
    fn substring_from(&mut self) -> Result<Expr> {
        let start = self.advance().span;
        self.expect("(")?;
        let string = self.value_expression()?;
        self.separated("substring", vec![string], &["FROM"], &["FOR"], start)
    }

    /// `OVERLAY(x PLACING y FROM a [FOR b])`
    fn overlay_placing(&mut self) -> Result<Expr> {
        let start = self.advance().span;
        self.expect("(")?;
        let string = self.value_expression()?;
        self.separated("overlay", vec![string], &["PLACING", "FROM"], &["FOR"], start)
    }

    /// `TRIM([BOTH|LEADING|TRAILING] [characters] FROM x)`; the functions take the characters first.
    fn trim_from(&mut self) -> Result<Expr> {
        let start = self.advance().span;
        self.expect("(")?;
        let sides = [("BOTH", "trim"), ("LEADING", "ltrim"), ("TRAILING", "rtrim")];
        let function = sides.into_iter().find(|(word, _)| self.eat_word(word)).map_or("trim", |(_, f)| f);
        let characters = if self.is_word("FROM") { Vec::new() } else { vec![self.value_expression()?] };
        self.separated(function, characters, &["FROM"], &[], start)
    }

    /// The rest of a call whose arguments are separated by words; the last ones may be missing.
    #[inline(never)]
    fn separated(
        &mut self,
        function: &str,
        mut arguments: Vec<Expr>,
        words: &[&str],
        optional: &[&str],
        start: Span,
    ) -> Result<Expr> {
        for word in words {
            self.expect_word(word)?;
            arguments.push(self.value_expression()?);
        }
        for word in optional {
            if self.eat_word(word) {
                arguments.push(self.value_expression()?);
            }
        }
        self.expect(")")?;
        Ok(call_at(function, arguments, self.span_from(start)))
    }

    /// Does one of the words stand between the arguments of the call at the cursor, before any comma? The look ahead
    /// spares reading arguments twice, which nesting would make exponential.
    fn separated_by(&self, words: &[&str]) -> bool {
        let mut depth = 0usize;
        for ahead in 1.. {
            match self.peek_at(ahead).kind {
                TokenKind::Symbol("(") => depth += 1,
                TokenKind::Symbol(")") => depth = depth.saturating_sub(1),
                TokenKind::Symbol(",") if depth == 1 => return false,
                TokenKind::End => return false,
                TokenKind::Word if depth == 1 && words.iter().any(|w| self.is_word_at(ahead, w)) => {
                    return true;
                }
                _ => {}
            }
            if depth == 0 {
                return false;
            }
        }
        false
    }

    /// A literal that began at `start`.
    pub(super) fn literal_at(&self, literal: Literal, start: Span) -> Expr {
        Expr::literal(literal).at(self.span_from(start))
    }
}

/// Reads one expression whose first word is at the cursor.
pub(super) type KeywordParser<'a> = fn(&mut Parser<'a>) -> Result<Expr>;
