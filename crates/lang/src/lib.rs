//! Turns what people write into the one tree everything else understands: the IR.
//!
//! ```text
//! SQL text ──► lexer ──► parser ──► Statement ─┐
//! DDL schema text ──────► parser ──► DataType   ├──► resolved by `plan`
//! other front doors build the same IR ──────────┘
//!
//! load::Spec ──► load::compile ──► Statements that keep a table in step with a source
//! ```
//!
//! The nouns: a [`Statement`](ir::Statement) is one thing to do, a [`Relation`](ir::Relation) yields rows, an
//! [`Expr`](ir::Expr) yields a value, a [`DataType`] is a Spark type, a [`Span`] says where in its [`Source`] it stood
//! (both are a [`Place`]), and an [`Error`] carries Spark's error condition and the [`QueryContext`] it points at.
//!
//! # Guarantees
//! - Pure: no I/O, no clock, no engine. The same text gives the same tree.
//! - Every error names a Spark error condition and, when it comes from text, the position.
//! - Nesting is bounded; deep input is an error, never a stack overflow.
//!
//! # Does not
//! Resolve names, know types of columns, know protobuf or DataFusion.
//!
//! # Where to start
//! [`ir`] for the tree, `parser/` for how text becomes the tree.

/// The Spark whose answers these are.
pub const SPARK_VERSION: &str = "4.3.0";

pub mod conditions;
mod context;
mod data_type;
mod error;
pub mod ir;
mod keywords;
mod lexer;
pub mod load;
mod parser;
mod place;
mod span;

pub use context::QueryContext;
pub use data_type::{DataType, DayTimeField, StructField, StructType, YearMonthField};
pub use error::{Error, ErrorKind, Result, RuntimeClass};
pub use parser::{
    ParseContext, find_name, parameter_styles, parse_columns, parse_data_type, parse_expression,
    parse_expression_in, parse_identifier, parse_schema, parse_statement, parse_statement_in,
    parse_statements,
};
pub use place::{Place, Source};
pub use span::Span;
