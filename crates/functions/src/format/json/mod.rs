//! JSON: one tolerant reader and the functions on top of it.

pub(super) mod data_type;
pub(super) mod from_json;
mod parser;
pub(super) mod path;
pub(super) mod schema_of_json;
pub(super) mod shape;
pub(super) mod to_json;
mod writer;

use std::borrow::Cow;

pub(super) use parser::{Dialect, parse};
pub use to_json::json_lines;
pub(super) use writer::string;

/// A parsed JSON value; numbers keep their text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Boolean(bool),
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    /// In the order of the text; names may repeat.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}
