//! Functions that take lambdas.
//!
//! ```text
//! [[1, 2], [], [3]] ──► elements 1 2 3, rows 0 0 2 ──lambda, once a batch──► results ──► lists again
//!                               captured columns are repeated by row
//! ```
//!
//! The nouns: elements are the values of all rows laid end to end; a lambda's parameters are typed by
//! `parameters` before its body is resolved.
//!
//! # Guarantees
//! - A lambda runs on whole arrays, never element by element, and never on what lies under a NULL.
//! - Predicates are three-valued: `exists` and `forall` are NULL when the answer is unknown.
//!
//! # Does not
//! Resolve lambda bodies or names (the resolver does).
//!
//! # Where to start
//! `function` for the contract with DataFusion, `array` for the simple ones.

mod aggregate;
mod array;
mod elements;
mod function;
mod map;
mod sort;

use crate::Definition;
use crate::Kind::HigherOrder;

/// The functions of this group, sorted by name.
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition {
            names: &["aggregate", "reduce"],
            kind: HigherOrder { parameters: aggregate::parameters, build: aggregate::aggregate },
        },
        Definition {
            names: &["array_sort"],
            kind: HigherOrder { parameters: sort::parameters, build: sort::array_sort },
        },
        Definition {
            names: &["exists"],
            kind: HigherOrder { parameters: array::one_element, build: array::exists },
        },
        Definition {
            names: &["filter"],
            kind: HigherOrder { parameters: array::element_parameters, build: array::filter },
        },
        Definition {
            names: &["forall"],
            kind: HigherOrder { parameters: array::one_element, build: array::forall },
        },
        Definition {
            names: &["map_filter"],
            kind: HigherOrder { parameters: map::entry_parameters, build: map::map_filter },
        },
        Definition {
            names: &["map_zip_with"],
            kind: HigherOrder { parameters: map::zip_parameters, build: map::map_zip_with },
        },
        Definition {
            names: &["transform"],
            kind: HigherOrder { parameters: array::element_parameters, build: array::transform },
        },
        Definition {
            names: &["transform_keys"],
            kind: HigherOrder { parameters: map::entry_parameters, build: map::transform_keys },
        },
        Definition {
            names: &["transform_values"],
            kind: HigherOrder { parameters: map::entry_parameters, build: map::transform_values },
        },
        Definition {
            names: &["zip_with"],
            kind: HigherOrder { parameters: array::pair_parameters, build: array::zip_with },
        },
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
