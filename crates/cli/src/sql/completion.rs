//! What Tab offers: keywords, functions, tables and files.

use std::sync::Arc;

use engine::{Answer, Session};
use futures::TryStreamExt;
use lang::ir::{Show, Statement};
use rustyline::completion::{Completer, FilenameCompleter, Pair};
use rustyline::{Context, Helper, Highlighter, Hinter, Validator};
use uuid::Uuid;

/// At most this many candidates are offered.
const CANDIDATES: usize = 100;

const KEYWORDS: &[&str] = &[
    "ALTER",
    "AND",
    "ANTI",
    "AS",
    "BETWEEN",
    "BY",
    "CACHE",
    "CASE",
    "CAST",
    "CREATE",
    "CROSS",
    "CUBE",
    "DATABASE",
    "DELETE",
    "DESCRIBE",
    "DISTINCT",
    "DROP",
    "ELSE",
    "END",
    "EXCEPT",
    "EXISTS",
    "EXPLAIN",
    "FROM",
    "FULL",
    "FUNCTIONS",
    "GROUP",
    "HAVING",
    "INNER",
    "INSERT",
    "INTERSECT",
    "INTERVAL",
    "INTO",
    "JOIN",
    "LATERAL",
    "LEFT",
    "LIKE",
    "LIMIT",
    "NATURAL",
    "NOT",
    "NULL",
    "OFFSET",
    "ON",
    "OR",
    "ORDER",
    "OUTER",
    "OVER",
    "OVERWRITE",
    "PARTITION",
    "PIVOT",
    "REPLACE",
    "RIGHT",
    "ROLLUP",
    "SELECT",
    "SEMI",
    "SET",
    "SHOW",
    "TABLE",
    "TABLES",
    "TEMPORARY",
    "THEN",
    "UNCACHE",
    "UNION",
    "UNPIVOT",
    "USE",
    "USING",
    "VALUES",
    "VIEW",
    "WHEN",
    "WHERE",
    "WINDOW",
    "WITH",
];

#[derive(Helper, Highlighter, Hinter, Validator)]
pub struct Completion {
    session: Arc<Session>,
    files: FilenameCompleter,
    /// Functions and keywords; they do not change.
    words: Vec<String>,
    tables: Vec<String>,
}

impl Completion {
    pub async fn new(session: Arc<Session>) -> Self {
        let functions =
            functions::registry::names().into_iter().filter(|n| n.starts_with(|c: char| c.is_alphabetic()));
        let words = KEYWORDS.iter().map(|k| k.to_string()).chain(functions.map(str::to_string)).collect();
        let mut completion =
            Completion { session, files: FilenameCompleter::new(), words, tables: Vec::new() };
        completion.refresh().await;
        completion
    }

    /// Looks up the tables and views there are now.
    pub async fn refresh(&mut self) {
        if let Some(tables) = table_names(&self.session).await {
            self.tables = tables;
        }
    }
}

async fn table_names(session: &Arc<Session>) -> Option<Vec<String>> {
    let operation = session.operation(Uuid::new_v4().to_string(), Vec::new()).ok()?;
    let statement = Statement::Show(Show::Tables { database: None, pattern: None });
    let answer = session.execute(statement, &operation).await;
    let mut names = Vec::new();
    if let Ok(Answer::Rows(rows)) = answer {
        let batches: Vec<_> = rows.stream.try_collect().await.ok()?;
        for batch in &batches {
            names.extend(functions::value::to_strings(batch.column_by_name("tableName")?, "UTC").ok()?);
        }
    }
    operation.finish();
    Some(names)
}

impl Completer for Completion {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        pos: usize,
        context: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let before = &line[..pos];
        if let Some(tick) = before.rfind('`').filter(|_| before.matches('`').count() % 2 == 1) {
            // Inside backticks a path is likely: csv.`fli…
            let (start, pairs) = self.files.complete_path(&before[tick + 1..], pos - tick - 1)?;
            return Ok((tick + 1 + start, pairs));
        }
        let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |i| i + 1);
        let word = before[start..].to_lowercase();
        if word.is_empty() {
            return Ok((start, Vec::new()));
        }
        let _ = context;
        let candidates =
            self.tables.iter().chain(&self.words).filter(|w| w.to_lowercase().starts_with(&word));
        let pairs = candidates.take(CANDIDATES).map(|w| Pair { display: w.clone(), replacement: w.clone() });
        Ok((start, pairs.collect()))
    }
}
