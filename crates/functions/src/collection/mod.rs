//! Arrays, maps and structs: made, searched, changed and taken apart.
//!
//! ```text
//! list column ──► offsets + values ──► comparable keys ──► picked indices ──take──► new list column
//! ```
//!
//! The nouns: a list is ranges of one values array; `keys` make values of any type comparable; a `Picker`
//! builds lists out of values that exist already.
//!
//! # Guarantees
//! - Elements are never visited as scalars: kernels choose indices and let Arrow move the values.
//! - NULL elements follow Spark's three-valued logic; NaN equals NaN and zeros are one.
//! - Lists of any Arrow layout and element name come in; lists with an element field called `element` go out.
//!
//! # Does not
//! Take lambdas (see the higher-order functions) or multiply rows (see the generators).
//!
//! # Where to start
//! `definitions` for the list, [`extract()`] and [`update_field`] for what the resolver calls.

mod access;
pub(crate) mod arguments;
mod construct;
mod edit;
mod extract;
mod join;
pub(crate) mod keys;
pub(crate) mod list;
pub(crate) mod map;
mod search;
mod sequence;
mod set;
mod shuffle;
mod size;
mod sort;
mod str_to_map;
mod update;
mod zip;

pub use extract::extract;
pub use update::update_field;

// `array_sort` takes a comparator too, which makes it a higher-order function.
pub(crate) use sort::array_sort;

use crate::Definition;

/// The functions of this group, sorted by name.
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::scalar(&["array"], construct::array),
        Definition::scalar(&["array_append"], edit::array_append),
        Definition::scalar(&["array_compact"], set::array_compact),
        Definition::scalar(&["array_contains"], search::array_contains),
        Definition::scalar(&["array_distinct"], set::array_distinct),
        Definition::scalar(&["array_except"], set::array_except),
        Definition::scalar(&["array_insert"], edit::array_insert),
        Definition::scalar(&["array_intersect"], set::array_intersect),
        Definition::scalar(&["array_join"], join::array_join),
        Definition::scalar(&["array_max"], sort::array_max),
        Definition::scalar(&["array_min"], sort::array_min),
        Definition::scalar(&["array_position"], search::array_position),
        Definition::scalar(&["array_prepend"], edit::array_prepend),
        Definition::scalar(&["array_remove"], set::array_remove),
        Definition::scalar(&["array_repeat"], edit::array_repeat),
        Definition::scalar(&["array_size"], size::array_size),
        Definition::scalar(&["array_union"], set::array_union),
        Definition::scalar(&["arrays_overlap"], search::arrays_overlap),
        Definition::scalar(&["arrays_zip"], zip::arrays_zip),
        Definition::scalar(&["element_at"], access::element_at),
        Definition::scalar(&["flatten"], edit::flatten),
        Definition::scalar(&["get"], access::get),
        Definition::scalar(&["map", "create_map"], construct::map),
        Definition::scalar(&["map_concat"], map::map_concat),
        Definition::scalar(&["map_contains_key"], search::map_contains_key),
        Definition::scalar(&["map_entries"], map::map_entries),
        Definition::scalar(&["map_from_arrays"], map::map_from_arrays),
        Definition::scalar(&["map_from_entries"], map::map_from_entries),
        Definition::scalar(&["map_keys"], map::map_keys),
        Definition::scalar(&["map_values"], map::map_values),
        Definition::scalar(&["named_struct"], construct::named_struct),
        Definition::scalar(&["sequence"], sequence::sequence),
        Definition::scalar(&["shuffle"], shuffle::shuffle),
        Definition::scalar(&["size", "cardinality"], size::size),
        Definition::scalar(&["slice"], edit::slice),
        Definition::scalar(&["sort_array"], sort::sort_array),
        Definition::scalar(&["str_to_map"], str_to_map::str_to_map),
        Definition::scalar(&["struct"], construct::structure),
        Definition::scalar(&["try_element_at"], access::try_element_at),
    ]
}

#[cfg(test)]
mod tests {
    use crate::{answers, testing};

    #[test]
    fn answers_like_spark() {
        answers::check(include_str!("answers.tsv"), &testing::context());
    }

    #[test]
    fn answers_like_spark_without_ansi() {
        let context = crate::Context { ansi: false, ..testing::context() };
        answers::check(include_str!("answers_without_ansi.tsv"), &context);
    }
}
