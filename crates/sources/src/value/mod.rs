//! Texts as typed Arrow columns, by the rules of Spark's CSV and JSON readers.
//!
//! ```text
//! cells (bytes or null) ──parse_column──► Arrow array, and marks on the rows that did not parse
//! ```
//!
//! The nouns: a cell is the text of one value; [`Formats`] is how the texts of special values, dates and timestamps look.
//!
//! # Guarantees
//! - A cell that does not parse is null and its row is marked; what that means is the caller's mode to decide.
//! - One loop a column, no allocation a row.
//!
//! # Does not
//! Decide what is null: callers hand over `None` for nulls.
//!
//! # Where to start
//! [`parse_column`].

pub(crate) mod base64;
mod column;
pub(crate) mod datetime;
pub(crate) mod decimal;
mod formats;
pub(crate) mod number;

pub(crate) use column::{is_supported, parse_column, strings};
pub(crate) use formats::Formats;
