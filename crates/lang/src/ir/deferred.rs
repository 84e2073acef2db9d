//! Statements that cannot be read before a session has computed names in them.

use std::collections::BTreeMap;

use super::Expr;

/// A statement with `IDENTIFIER(expression)` in it. The expressions are computed in the order of the text, then the
/// text is read again with their values in their places.
#[derive(Debug, Clone, PartialEq)]
pub struct Deferred {
    pub text: String,
    /// The expressions in parentheses, parameters replaced by their values.
    pub identifiers: Vec<Expr>,
    pub named: BTreeMap<String, Expr>,
    pub positional: Vec<Expr>,
}
