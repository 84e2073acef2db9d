//! Statements run from text to rows, on files in a temporary folder.

mod cache;
mod commands;
mod query;
mod script;
mod tables;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::datatypes::FieldRef;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::logical_expr::ScalarUDF;
use futures::TryStreamExt;
use lang::ir::{PythonFunction, Relation, Statement};
use lang::{Error, Result};
use plan::contract::{Python, PythonSession};

use crate::{Answer, Engine, EngineOptions, Session};

/// No Python in these tests.
#[derive(Debug)]
struct NoPython;

impl Python for NoPython {
    fn scalar(
        &self,
        _name: &str,
        _function: &Arc<PythonFunction>,
        _arguments: &[FieldRef],
        _session: &PythonSession,
    ) -> Result<Arc<ScalarUDF>> {
        Err(Error::unsupported("Python functions"))
    }
}

/// An engine with one session, on a folder that goes with it.
struct Fixture {
    folder: tempfile::TempDir,
    session: Arc<Session>,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let engine = Engine::new(EngineOptions {
            warehouse: folder.path().join("warehouse"),
            conf: BTreeMap::from([("spark.sql.session.timeZone".to_string(), "UTC".to_string())]),
            memory_limit_bytes: Some(256 << 20),
            sources: Arc::new(sources::Files::new()),
            python: Arc::new(NoPython),
            optimizer_rules: Vec::new(),
            artifacts_directory: folder.path().join("artifacts"),
        })
        .expect("an engine");
        let session = engine.session("me", "s1").expect("a session");
        Fixture { folder, session }
    }

    /// The rows of a statement, each as its values joined by `|`.
    async fn run(&self, sql: &str) -> Result<Vec<String>> {
        let statement = lang::parse_statement(sql)?;
        let operation = self.session.private_operation();
        match self.session.execute(statement, &operation).await? {
            Answer::Done => Ok(Vec::new()),
            Answer::Rows(rows) => {
                let batches: Vec<_> =
                    rows.stream.try_collect().await.map_err(functions::error::from_datafusion)?;
                Ok(batches.iter().flat_map(lines).collect())
            }
        }
    }

    async fn rows(&self, sql: &str) -> Vec<String> {
        self.run(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The condition a statement fails with.
    async fn fails(&self, sql: &str) -> String {
        match self.run(sql).await {
            Ok(rows) => panic!("{sql} answered {rows:?}"),
            Err(error) => error.condition().to_string(),
        }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_string_lossy().into_owned()
    }
}

fn lines(batch: &arrow::array::RecordBatch) -> Vec<String> {
    let options = FormatOptions::default().with_null("NULL");
    let columns = batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options));
    let columns: Vec<_> = columns.collect::<std::result::Result<_, _>>().expect("printable");
    let line = |row| columns.iter().map(|c| c.value(row).to_string()).collect::<Vec<_>>().join("|");
    (0..batch.num_rows()).map(line).collect()
}

/// A session on a folder that goes with it.
pub(crate) fn session() -> (tempfile::TempDir, Arc<Session>) {
    let Fixture { folder, session } = Fixture::new();
    (folder, session)
}

/// The relation of a query.
fn relation(sql: &str) -> Relation {
    match lang::parse_statement(sql).expect(sql) {
        Statement::Query(relation) => relation,
        other => panic!("{sql} is no query: {other:?}"),
    }
}
