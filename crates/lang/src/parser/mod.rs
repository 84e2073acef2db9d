//! The parser: recursive descent for statements, precedence climbing for expressions, straight to the IR.
//!
//! ```text
//! text ─► lexer ─► tokens ─► statement/ ─► query ─► select, from, join ─► expression ─► predicate
//!                                                                             │
//!                                              primary, call, special, literal, interval, data_type
//! ```
//!
//! The nouns: a [`Parser`] is a cursor over the tokens of one text; each file adds the methods of one part of the
//! grammar to it, each method reads exactly one construct and leaves the cursor behind it.
//!
//! # Guarantees
//! - SQL yields the same functions by name as a DataFrame does, so both meet in one plan.
//! - Recursion is bounded by [`MAX_DEPTH`]; chains of operators and lists are loops.
//! - What Spark's language has and the IR has not is refused by name, never skipped.
//!
//! # Does not
//! Look up names, check types, or know which functions exist.
//!
//! # Where to start
//! `cursor` for how tokens are read, `query` and `expression` for the two big halves, `statement/` for the rest.

mod call;
mod cursor;
mod data_type;
mod datetime;
mod expression;
mod from;
mod grouping;
mod interval;
mod interval_text;
mod join;
mod literal;
mod pipe;
mod pivot;
mod predicate;
mod primary;
mod properties;
mod query;
mod select;
mod special;
mod statement;
mod string;
mod table;
mod window;

#[cfg(test)]
mod tests;

use crate::ir::{Expr, Statement};
use crate::lexer::{Token, TokenKind, tokenize};
use crate::{DataType, Error, Result, StructField, StructType};

/// How deep expressions, queries and types may nest.
pub(crate) const MAX_DEPTH: usize = 200;

/// A cursor over the tokens of one text.
pub(crate) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    position: usize,
    depth: usize,
    /// `?` parameters seen so far.
    positional: usize,
    /// Expression nodes copied by lowerings such as BETWEEN; bounded.
    copied: usize,
}

/// One statement; a trailing `;` is allowed.
pub fn parse_statement(sql: &str) -> Result<Statement> {
    let mut parser = Parser::new(sql)?;
    while parser.eat(";") {}
    if parser.at_end() {
        return Err(Error::parse("PARSE_EMPTY_STATEMENT"));
    }
    let statement = parser.statement()?;
    while parser.eat(";") {}
    parser.expect_end()?;
    Ok(statement)
}

/// The statements of a script, each with its text; empty ones are skipped.
pub fn parse_statements(sql: &str) -> Result<Vec<(Statement, String)>> {
    let tokens = tokenize(sql)?;
    let mut statements = Vec::new();
    let mut start = None;
    for token in &tokens {
        let ends = token.kind == TokenKind::Symbol(";") || token.kind == TokenKind::End;
        match (ends, start) {
            (false, None) => start = Some(token.span.start as usize),
            (true, Some(from)) => {
                let text = sql[from..token.span.start as usize].trim_end();
                statements.push((parse_statement(text)?, text.to_string()));
                start = None;
            }
            _ => {}
        }
    }
    Ok(statements)
}

/// One expression, with an optional alias; `*` too, as `selectExpr` needs.
pub fn parse_expression(text: &str) -> Result<Expr> {
    whole(text, |parser| parser.named_expression())
}

/// One type: `array<int>`, `decimal(10,2)`.
pub fn parse_data_type(text: &str) -> Result<DataType> {
    whole(text, |parser| parser.data_type())
}

/// Columns (`a INT, b STRING NOT NULL`), a `struct<…>`, or one type, which becomes the column `value`.
pub fn parse_schema(text: &str) -> Result<StructType> {
    let columns = match whole(text, |parser| parser.column_list()) {
        Ok(fields) => return Ok(StructType::new(fields)),
        Err(error) => error,
    };
    match parse_data_type(text) {
        Ok(DataType::Struct(fields)) => Ok(fields),
        Ok(other) => Ok(StructType::new(vec![StructField::new("value", other, true)])),
        // The error of the reading that got further is the helpful one; a lone word is meant as a type.
        Err(error) if text.trim().contains(char::is_whitespace) => Err(prefer_columns(columns, error)),
        Err(error) => Err(error),
    }
}

fn prefer_columns(columns: Error, data_type: Error) -> Error {
    if data_type.condition() == "PARSE_SYNTAX_ERROR" { columns } else { data_type }
}

/// A name of one or more parts: ``a.b.`c d` ``.
pub fn parse_identifier(text: &str) -> Result<Vec<String>> {
    whole(text, |parser| parser.multipart_identifier())
}

fn whole<'a, T>(text: &'a str, parse: impl FnOnce(&mut Parser<'a>) -> Result<T>) -> Result<T> {
    let mut parser = Parser::new(text)?;
    if parser.at_end() {
        return Err(Error::parse("PARSE_EMPTY_STATEMENT"));
    }
    let parsed = parse(&mut parser)?;
    parser.expect_end()?;
    Ok(parsed)
}
