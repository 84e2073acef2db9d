//! Protobuf to IR: the client's messages become the tree that everything else understands.
//!
//! ```text
//! Plan ──► plan.rs ──► relation.rs ──► expression.rs ──► literal.rs, data_type.rs
//!            │            └─► leaf, transform, aggregate, join, statistics, catalog, subquery, sql, python
//!            └─► command.rs ──► write.rs, merge.rs
//! ```
//!
//! The nouns: a [`Decoder`] walks one plan; it knows the session's cached artifacts and the relations that subquery
//! expressions refer to by plan id.
//!
//! # Guarantees
//! - A missing field is `INVALID_PLAN_INPUT` with the field's name, never a panic and never a silent default.
//! - What the IR has no word for is refused by name.
//! - Nesting is bounded by [`MAX_DEPTH`].
//!
//! # Does not
//! Look names or types up: that is the resolver's work.
//!
//! # Where to start
//! [`plan`], then [`relation`](Decoder::relation).

mod aggregate;
mod attribute_name;
mod catalog;
mod command;
mod data_type;
mod expression;
#[cfg(test)]
mod fuzz;
mod join;
pub(crate) mod json_type;
mod leaf;
mod literal;
mod merge;
mod plan;
mod python;
mod relation;
mod sql;
mod statistics;
mod subquery;
mod transform;
mod window;
mod write;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use lang::{Error, ErrorKind, ParseContext, Result, ir};

pub(crate) use command::Action;
pub(crate) use data_type::{data_type, parse_schema_or_type};

/// How deep relations and expressions may nest; bounds the stack a plan can take.
pub(crate) const MAX_DEPTH: usize = 2000;

/// What a session tells about a plan's parts: local relations that were uploaded before, by the SHA-256 of their bytes.
pub(crate) trait Uploads {
    fn cached(&self, hash: &str) -> Option<Arc<[u8]>>;
    /// How the session reads SQL text.
    fn parse_context(&self) -> ParseContext {
        ParseContext::default()
    }
}

impl Uploads for engine::Session {
    fn cached(&self, hash: &str) -> Option<Arc<[u8]>> {
        self.artifacts().cached(hash)
    }

    fn parse_context(&self) -> ParseContext {
        engine::Session::parse_context(self)
    }
}

/// Decodes one plan.
pub(crate) struct Decoder<'a> {
    uploads: &'a dyn Uploads,
    /// Relations that subquery expressions may name, by plan id.
    references: RefCell<HashMap<i64, ir::Relation>>,
    depth: Cell<usize>,
}

impl<'a> Decoder<'a> {
    pub fn new(uploads: &'a dyn Uploads) -> Self {
        Decoder { uploads, references: RefCell::new(HashMap::new()), depth: Cell::new(0) }
    }

    /// Runs `decode` one level deeper.
    fn nested<T>(&self, decode: impl FnOnce() -> Result<T>) -> Result<T> {
        let depth = self.depth.get();
        if depth >= MAX_DEPTH {
            return Err(invalid(format!("the plan nests deeper than {MAX_DEPTH} levels")));
        }
        self.depth.set(depth + 1);
        let result = decode();
        self.depth.set(depth);
        result
    }
}

/// The request does not make sense: `INVALID_PLAN_INPUT`.
pub(crate) fn invalid(reason: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, "INVALID_PLAN_INPUT").with("reason", reason)
}

/// A field that must be set is not.
pub(crate) fn missing(field: &str) -> Error {
    invalid(format!("{field} is missing"))
}

/// The value of a required field.
pub(crate) fn required<'m, T>(value: &'m Option<T>, field: &str) -> Result<&'m T> {
    value.as_ref().ok_or_else(|| missing(field))
}

/// A count that must not be negative.
fn count(value: i32, field: &str) -> Result<usize> {
    usize::try_from(value).map_err(|_| invalid(format!("{field} must not be negative, found {value}")))
}

fn options(map: &HashMap<String, String>) -> BTreeMap<String, String> {
    map.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}
