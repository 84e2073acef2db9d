//! Conditionals: `CASE`, `if`, the NULL substitutes, `greatest`/`least`, and functions that fail on purpose.
//!
//! ```text
//! Call ──► common type of the branches ──► casts ──► Expr::Case / coalesce / greatest
//! ```
//!
//! The nouns: a *branch* is an argument that can become the result; all branches get one type.
//!
//! # Guarantees
//! - Branches that are not taken are not evaluated for a row: all of these are DataFusion's CASE or coalesce.
//!
//! # Does not
//! Offer `raise_error` with an error class: only messages.
//!
//! # Where to start
//! [`branch::unified`] for the types, [`case`] for the shapes.

mod branch;
mod case;
mod extreme;
mod raise;

use crate::Definition;

/// The functions of this group, sorted by name.
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::scalar(&["assert_true"], raise::assert_true),
        Definition::scalar(&["coalesce"], case::coalesce),
        Definition::scalar(&["greatest"], extreme::greatest),
        Definition::scalar(&["if"], case::if_else),
        Definition::scalar(&["least"], extreme::least),
        Definition::scalar(&["nullif"], case::null_if),
        Definition::scalar(&["nullifzero"], case::null_if_zero),
        Definition::scalar(&["nvl", "ifnull"], case::nvl),
        Definition::scalar(&["nvl2"], case::nvl2),
        Definition::scalar(&["raise_error"], raise::raise_error),
        Definition::scalar(&["when", "case"], case::when),
        Definition::scalar(&["zeroifnull"], case::zero_if_null),
    ]
}

#[cfg(test)]
mod tests {
    use crate::{answers, testing};

    #[test]
    fn answers_like_spark() {
        answers::check(include_str!("answers.tsv"), &testing::context());
    }
}
