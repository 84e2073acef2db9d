//! VARIANT: values that carry their own types, in Spark's binary encoding.
//!
//! ```text
//! JSON text ──parse──► Value ──encode──► value + metadata (two binaries, one Arrow struct)
//!                        ▲                     │
//!        Spark values ───┘                     ▼
//!                                   Variant ──view──► casts, paths, JSON, schemas, changes
//! ```
//!
//! The nouns: a [`binary::Variant`] is a reader's place in an encoded value, a [`binary::View`] what stands there, a
//! [`value::Value`] is a value that is being built, a [`path::Path`] is a parsed `$.a[0]`, a [`column::Variants`] is an
//! Arrow column of variants.
//!
//! # Guarantees
//! - The bytes are those of Spark: smallest integers, object fields sorted by name, keys in the order of appearance.
//! - Malformed bytes are `MALFORMED_VARIANT`; nothing is read past the end, nesting is bounded.
//!
//! # Does not
//! UUIDs, TIME, intervals, shredding.
//!
//! # Where to start
//! [`binary`] for the encoding, [`cast`] for what becomes of values.

pub(crate) mod binary;
pub(crate) mod cast;
pub(crate) mod column;
mod edit;
mod explode;
mod get;
pub(crate) mod json;
mod modify;
mod parse;
mod path;
mod predicate;
mod schema;
mod value;

pub(crate) use parse::append_json;

use crate::{Definition, Kind};

/// The functions of this group, sorted by name.
#[rustfmt::skip]
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::scalar(&[":"], get::extract),
        Definition::scalar(&["is_valid_variant"], predicate::is_valid_variant),
        Definition::scalar(&["is_variant_null"], predicate::is_variant_null),
        Definition::scalar(&["parse_json"], parse::parse_json),
        Definition::scalar(&["schema_of_variant"], schema::schema_of_variant),
        Definition::aggregate(&["schema_of_variant_agg"], schema::schema_of_variant_agg),
        Definition::scalar(&["to_variant_object"], cast::to_variant_object),
        Definition::scalar(&["try_parse_json"], parse::try_parse_json),
        Definition::scalar(&["try_variant_array_append"], modify::try_variant_array_append),
        Definition::scalar(&["try_variant_get"], get::try_variant_get),
        Definition::scalar(&["try_variant_insert"], modify::try_variant_insert),
        Definition::scalar(&["try_variant_set"], modify::try_variant_set),
        Definition::scalar(&["variant_array_append"], modify::variant_array_append),
        Definition::scalar(&["variant_delete"], modify::variant_delete),
        Definition { names: &["variant_explode"], kind: Kind::Generator(explode::variant_explode) },
        Definition { names: &["variant_explode_outer"], kind: Kind::Generator(explode::variant_explode_outer) },
        Definition::scalar(&["variant_get"], get::variant_get),
        Definition::scalar(&["variant_insert"], modify::variant_insert),
        Definition::scalar(&["variant_set"], modify::variant_set),
        Definition::scalar(&["variant_strip_nulls"], modify::variant_strip_nulls),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn answers_are_those_of_spark() {
        crate::oracle::check(include_str!("answers.tsv"));
    }
}
