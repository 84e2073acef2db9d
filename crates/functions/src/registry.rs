//! All functions by name.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::{Definition, aggregate, collection, condition, datetime, format, generator, higher_order};
use crate::{math, misc, operator, sketch, string, variant, vector, window};

static BY_NAME: LazyLock<HashMap<&'static str, Definition>> = LazyLock::new(|| {
    let groups = [
        aggregate::definitions(),
        collection::definitions(),
        condition::definitions(),
        datetime::definitions(),
        format::definitions(),
        generator::definitions(),
        higher_order::definitions(),
        math::definitions(),
        misc::definitions(),
        operator::definitions(),
        sketch::definitions(),
        string::definitions(),
        variant::definitions(),
        vector::definitions(),
        window::definitions(),
    ];
    let mut by_name = HashMap::new();
    for definition in groups.into_iter().flatten() {
        for name in definition.names {
            by_name.insert(*name, definition.clone());
        }
    }
    by_name
});

/// The function of that name (any case), if Firesteel has it.
pub fn find(name: &str) -> Option<&'static Definition> {
    BY_NAME.get(name).or_else(|| BY_NAME.get(name.to_ascii_lowercase().as_str()))
}

/// All names, sorted, operators included.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = BY_NAME.keys().copied().collect();
    names.sort_unstable();
    names
}

/// Names that only the resolver and clients use, and none Spark lists.
const UNLISTED: [&str; 9] = [
    "&&",
    ":",
    "create_map",
    "product",
    "timestamp_add",
    "timestamp_diff",
    "timestampadd",
    "timestampdiff",
    "unwrap_udt",
];
/// Functions that the resolver knows without a definition here.
const RESOLVED: [&str; 8] = [
    "cast",
    "grouping",
    "grouping_id",
    "input_file_block_length",
    "input_file_block_start",
    "input_file_name",
    "range",
    "||",
];

/// The names that `SHOW FUNCTIONS` lists, sorted.
pub fn listed() -> Vec<&'static str> {
    let mut names = names();
    names.retain(|name| !UNLISTED.contains(name));
    names.extend(RESOLVED);
    names.sort_unstable();
    names.dedup();
    names
}
