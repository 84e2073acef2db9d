//! The parser: recursive descent for statements, precedence climbing for expressions, straight to the IR.
//!
//! ```text
//! text ─► lexer ─► tokens ─► script/ ─► statement/ ─► query ─► select, from, join ─► expression ─► predicate
//!                                                                             │
//!                                              primary, call, special, literal, interval, data_type
//! ```
//!
//! The nouns: a [`Parser`] is a cursor over the tokens of one text; each file adds the methods of one part of the
//! grammar to it, each method reads exactly one construct and leaves the cursor behind it.
//!
//! # Guarantees
//! - SQL yields the same functions by name as a DataFrame does, so both meet in one plan.
//! - Recursion is bounded by [`MAX_DEPTH`]; chains of operators and lists are loops, the former bounded by
//!   [`MAX_LINKS`].
//! - What Spark's language has and the IR has not is refused by name, never skipped.
//! - With a [`ParseContext`] parameters are replaced by their values where they stand; a name that has to be computed
//!   first makes the statement a [`Statement::Deferred`].
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
mod find;
mod from;
mod grouping;
mod identifier;
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
mod script;
mod select;
mod special;
mod statement;
mod string;
mod table;
mod transform;
mod unnest;
mod variant_path;
mod window;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use find::find_name;

use crate::ir::{Expr, Statement};
use crate::lexer::{Token, TokenKind, tokenize};
use crate::{DataType, Error, Result, Source, StructField, StructType};

/// How deep expressions, queries and types may nest.
pub(crate) const MAX_DEPTH: usize = 200;

/// Chains (`a + b + …`, `a JOIN b …`, `a[0][0]…`) make deep trees of flat text. Each may have this many links for nothing…
const FREE_LINKS: usize = 100;
/// …and all chains of a text this many more. (Spark gives up between 500 and 1000.)
const MAX_LINKS: usize = 4900;

/// A cursor over the tokens of one text.
pub(crate) struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    context: &'a ParseContext,
    position: usize,
    depth: usize,
    /// `?` parameters seen so far.
    positional: usize,
    /// Expression nodes copied by lowerings such as BETWEEN; bounded.
    copied: usize,
    /// Links of long chains seen so far; bounded.
    links: usize,
    /// Computed names seen so far.
    computed: usize,
    /// The expressions of computed names whose values the context does not have.
    deferred: Vec<Expr>,
}

/// A place to come back to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    position: usize,
    depth: usize,
    positional: usize,
    computed: usize,
    deferred: usize,
}

/// What a session says about a text: values for its parameters and computed names, and settings of the language.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ParseContext {
    /// Values for `:name`.
    pub named: BTreeMap<String, Expr>,
    /// Values for `?`.
    pub positional: Vec<Expr>,
    /// Values for `IDENTIFIER(expression)` where the expression is no literal, in the order of the text.
    pub identifiers: Vec<String>,
    /// `"a"` is a name instead of a string.
    pub double_quoted_identifiers: bool,
    /// Words that standard SQL reserves are no names.
    pub reserved_keywords: bool,
    /// Properties that a clause tells are left out of lists of properties instead of being an error.
    pub unreserved_properties: bool,
}

const NO_CONTEXT: &ParseContext = &ParseContext {
    named: BTreeMap::new(),
    positional: Vec::new(),
    identifiers: Vec::new(),
    double_quoted_identifiers: false,
    reserved_keywords: false,
    unreserved_properties: false,
};

/// One statement; a trailing `;` is allowed.
pub fn parse_statement(sql: &str) -> Result<Statement> {
    parse_statement_in(sql, NO_CONTEXT)
}

/// [`parse_statement`] with what the session says about the text.
pub fn parse_statement_in(sql: &str, context: &ParseContext) -> Result<Statement> {
    let mut parser = Parser::new(sql, context)?;
    if parser.at_end() {
        return Err(parser.empty());
    }
    let start = parser.peek().span;
    let statement = match parser.at_script() {
        true => Statement::Script(parser.script()?),
        false => parser.statement()?,
    };
    let span = parser.span_from(start);
    while parser.eat(";") {}
    parser.expect_end()?;
    if parser.positional > 0 && matches!(statement, Statement::Script(_)) {
        return Err(Error::analysis("UNSUPPORTED_FEATURE.SQL_SCRIPTING_WITH_POSITIONAL_PARAMETERS"));
    }
    let mut statement = parser.deferred_from(statement, 0, 0, span);
    let source = Source::sql(sql);
    statement.for_each_query(&mut |query| query.source = Some(Arc::clone(&source)));
    Ok(statement)
}

/// Whether a text has named parameters, and whether it has positional ones.
///
/// # Errors
/// Text that has no tokens of the language.
pub fn parameter_styles(sql: &str, context: &ParseContext) -> Result<(bool, bool)> {
    let mut parser = Parser::new(sql, context)?;
    let start = parser.peek().span;
    parser.position = parser.tokens.len().saturating_sub(1);
    let positional = parser.tokens.iter().any(|token| token.kind == TokenKind::Symbol("?"));
    Ok((parser.has_named_parameter(start), positional))
}

/// The statements of a script, each with its text; empty ones are skipped.
pub fn parse_statements(sql: &str) -> Result<Vec<(Statement, String)>> {
    let tokens = tokenize(sql, false)?;
    let mut statements = Vec::new();
    let mut start = None;
    if let Some(first) = tokens.first()
        && sql[first.span.start as usize..first.span.end as usize].eq_ignore_ascii_case("BEGIN")
    {
        // The semicolons of a script are its own.
        return Ok(vec![(parse_statement(sql)?, sql.trim().to_string())]);
    }
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
    parse_expression_in(text, NO_CONTEXT)
}

/// [`parse_expression`] with what the session says about the text.
pub fn parse_expression_in(text: &str, context: &ParseContext) -> Result<Expr> {
    let mut expr = whole_in(text, context, |parser| parser.named_expression())?;
    expr.source = Some(Source::sql(text));
    Ok(expr)
}

/// One type: `array<int>`, `decimal(10,2)`.
pub fn parse_data_type(text: &str) -> Result<DataType> {
    whole(text, |parser| parser.data_type())
}

/// Columns (`a INT, b STRING NOT NULL`), a `struct<…>`, or one type, which becomes the column `value`.
pub fn parse_schema(text: &str) -> Result<StructType> {
    let columns = match parse_columns(text) {
        Ok(columns) => return Ok(columns),
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

/// Columns as they stand in a table: `a int, b string`.
///
/// # Errors
/// Texts that are anything else.
pub fn parse_columns(text: &str) -> Result<StructType> {
    whole(text, |parser| parser.column_list()).map(StructType::new)
}

fn prefer_columns(columns: Error, data_type: Error) -> Error {
    if data_type.condition() == "PARSE_SYNTAX_ERROR" { columns } else { data_type }
}

/// A name of one or more parts: ``a.b.`c d` ``.
pub fn parse_identifier(text: &str) -> Result<Vec<String>> {
    whole(text, |parser| parser.multipart_identifier())
}

fn whole<'a, T>(text: &'a str, parse: impl FnOnce(&mut Parser<'a>) -> Result<T>) -> Result<T> {
    whole_in(text, NO_CONTEXT, parse)
}

fn whole_in<'a, T>(
    text: &'a str,
    context: &'a ParseContext,
    parse: impl FnOnce(&mut Parser<'a>) -> Result<T>,
) -> Result<T> {
    let mut parser = Parser::new(text, context)?;
    if parser.at_end() {
        return Err(parser.empty());
    }
    let parsed = parse(&mut parser)?;
    parser.expect_end()?;
    Ok(parsed)
}
