//! Statements with what Spark's own parser says of them: `OK`, or its condition.

use crate::{ErrorKind, parse_statement};

/// `condition<TAB>statement`, one a line; `\n` in a statement is a new line.
const CORPUS: &str = include_str!("corpus.tsv");

#[test]
fn statements_are_read_and_refused_as_in_spark() {
    let mut different = Vec::new();
    for line in CORPUS.lines() {
        let Some((expected, statement)) = line.split_once('\t') else { panic!("no tab in {line}") };
        let found = match parse_statement(&statement.replace("\\n", "\n")) {
            Ok(_) => "OK".to_string(),
            // What is read and then refused by name is no difference in the language.
            Err(error) if expected == "OK" && error.kind() != ErrorKind::Parse => continue,
            Err(error) => error.condition().to_string(),
        };
        if found != expected {
            different.push(format!("{expected}\t{found}\t{statement}"));
        }
    }
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
}
