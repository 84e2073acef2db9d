//! Functions that make several rows of one.
//!
//! ```text
//! row ──generator──► list (one value a row: a column, or a struct of columns) ──unnest (in the plan)──► rows
//! ```
//!
//! The nouns: a [`crate::Generated`] is the list with the names and types of the columns it makes.
//!
//! # Guarantees
//! - The list is an ordinary expression; rows only multiply when the plan unnests it.
//! - Outer forms make one row of NULL where the list is NULL or empty.
//!
//! # Does not
//! Unnest.
//!
//! # Where to start
//! `explode`.

mod collations;
mod explode;
mod json_tuple;
mod keywords;
mod stack;
#[cfg(test)]
mod tests;

pub use collations::{COLLATION_COLUMNS, Collation, all_collations};

use crate::{Definition, Kind};

/// The functions of this group, sorted by name.
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition { names: &["collations"], kind: Kind::Generator(collations::collations) },
        Definition { names: &["explode"], kind: Kind::Generator(explode::explode) },
        Definition { names: &["explode_outer"], kind: Kind::Generator(explode::explode_outer) },
        Definition { names: &["inline"], kind: Kind::Generator(explode::inline) },
        Definition { names: &["inline_outer"], kind: Kind::Generator(explode::inline_outer) },
        Definition { names: &["json_tuple"], kind: Kind::Generator(json_tuple::json_tuple) },
        Definition { names: &["posexplode"], kind: Kind::Generator(explode::posexplode) },
        Definition { names: &["posexplode_outer"], kind: Kind::Generator(explode::posexplode_outer) },
        Definition { names: &["sql_keywords"], kind: Kind::Generator(keywords::sql_keywords) },
        Definition { names: &["stack"], kind: Kind::Generator(stack::stack) },
    ]
}
