//! Commands that Spark's language knows only to refuse them: Hive's own, and those of pipelines.

use super::Parser;
use crate::Error;
use crate::lexer::Token;

/// First words of Hive's commands; an empty second word stands for anything.
const COMMANDS: &[(&str, &str)] = &[
    ("CREATE", "ROLE"),
    ("DROP", "ROLE"),
    ("GRANT", "ROLE"),
    ("GRANT", ""),
    ("REVOKE", "ROLE"),
    ("REVOKE", ""),
    ("EXPORT", "TABLE"),
    ("IMPORT", "TABLE"),
    ("LOCK", "TABLE"),
    ("LOCK", "DATABASE"),
    ("UNLOCK", "TABLE"),
    ("UNLOCK", "DATABASE"),
    ("START", "TRANSACTION"),
    ("COMMIT", ""),
    ("ROLLBACK", ""),
    ("DFS", ""),
];

impl Parser<'_> {
    /// The refusal of one of Hive's commands, if one stands here.
    pub(super) fn native_command(&self) -> Option<Error> {
        let start = self.peek();
        if self.is_word("CREATE") && self.is_word_at(1, "TEMPORARY") && self.is_word_at(2, "MACRO") {
            return Some(self.invalid_clause("CREATE TEMPORARY MACRO", start));
        }
        let found = COMMANDS
            .iter()
            .find(|(first, second)| self.is_word(first) && (second.is_empty() || self.is_word_at(1, second)));
        let (first, second) = found?;
        let words = if second.is_empty() { (*first).to_string() } else { format!("{first} {second}") };
        Some(self.invalid_clause(words, start))
    }

    /// `CREATE MATERIALIZED VIEW`, `CREATE STREAMING TABLE`, `CREATE FLOW`: parts of pipelines, not statements.
    pub(super) fn pipeline_statement(&self, object: &str, start: Token) -> Error {
        let error = match object {
            "FLOW" => Error::analysis("UNSUPPORTED_FEATURE.CREATE_FLOW_QUERY_EXECUTION"),
            object => {
                let kind = if object == "STREAMING" { "STREAMING TABLE" } else { "MATERIALIZED VIEW" };
                Error::analysis("UNSUPPORTED_FEATURE.CREATE_PIPELINE_DATASET_QUERY_EXECUTION")
                    .with("pipelineDatasetType", kind)
            }
        };
        self.at_token(error, start)
    }
}
