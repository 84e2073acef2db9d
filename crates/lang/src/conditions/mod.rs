//! Spark's error conditions: name, SQLSTATE and our message template, one line each.
//!
//! ```text
//! condition ──► family (a file: a table sorted by name) ──► SQLSTATE and sentence ──fill──► message
//! ```
//!
//! Names and SQLSTATEs are Spark's (its error-conditions reference page); the sentences are ours. `<name>` in a
//! template is replaced by the parameter of that name. Sub-conditions are written `MAIN.SUB`.
//!
//! # Guarantees
//! - Each family is sorted by name, and no condition is in two of them (a test checks both).
//!
//! # Does not
//! Know where a condition is raised, or the kind of an error.
//!
//! # Where to start
//! [`find`]; a new condition goes into the file of its family, `general` where there is none.

mod delta;
mod functions;
mod general;
mod invalid;
mod legacy;
mod names;
mod queries;
mod types;
mod unsupported;

use std::collections::BTreeMap;

/// All conditions, family by family.
const FAMILIES: &[&[Condition]] = &[
    delta::ALL,
    functions::ALL,
    general::ALL,
    invalid::ALL,
    legacy::ALL,
    names::ALL,
    queries::ALL,
    types::ALL,
    unsupported::ALL,
];

/// One condition of the table.
#[derive(Debug)]
pub struct Condition {
    pub name: &'static str,
    pub sql_state: &'static str,
    pub message: &'static str,
}

/// The condition of that name, by binary search in each family.
pub fn find(name: &str) -> Option<&'static Condition> {
    FAMILIES.iter().find_map(|family| {
        family.binary_search_by(|condition| condition.name.cmp(name)).ok().map(|place| &family[place])
    })
}

/// Whether there is a condition of that name, or one with sub-conditions.
pub fn is_known(name: &str) -> bool {
    let main = |c: &Condition| c.name.split('.').next() == Some(name);
    find(name).is_some() || FAMILIES.iter().flat_map(|family| family.iter()).any(main)
}

/// Fills `<name>` placeholders.
pub fn fill(template: &str, parameters: &BTreeMap<String, String>) -> String {
    let mut out = template.to_string();
    for (name, value) in parameters {
        out = out.replace(&format!("<{name}>"), value);
    }
    out
}

const fn c(name: &'static str, sql_state: &'static str, message: &'static str) -> Condition {
    Condition { name, sql_state, message }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn conditions_are_sorted_and_unique() {
        let mut all = BTreeSet::new();
        for family in FAMILIES {
            for pair in family.windows(2) {
                assert!(pair[0].name < pair[1].name, "{} must come before {}", pair[1].name, pair[0].name);
            }
            family.iter().for_each(|c| assert!(all.insert(c.name), "{} is in two families", c.name));
        }
    }

    #[test]
    fn placeholders_are_filled() {
        let parameters = BTreeMap::from([("path".to_string(), "/x".to_string())]);
        assert_eq!(fill("The path does not exist: <path>.", &parameters), "The path does not exist: /x.");
    }
}
