//! `firesteel sql`: statements from a prompt, a string, a file or a pipe, on an engine in this process.

mod completion;
mod print;
mod progress;
mod shell;

use std::io::{IsTerminal, Read};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use engine::{Answer, Operation, Session};
use lang::ir::Statement;
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::arguments::{EngineArguments, Output, SqlOptions};
use crate::compose::{self, Runtimes};
use progress::Bar;

pub fn run(options: SqlOptions) -> Result<ExitCode> {
    on_engine(&options.engine, options.output, async |statements| match text(&options)? {
        Some(text) => statements.script(&text).await,
        None => shell::run(statements).await,
    })
}

/// Runs statements that are known; the first failure ends it.
pub(crate) fn run_all(engine: &EngineArguments, output: Output, all: Vec<Statement>) -> Result<ExitCode> {
    on_engine(engine, output, async |statements| {
        for statement in all {
            statements.execute(statement).await?;
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn on_engine(
    engine: &EngineArguments,
    output: Output,
    run: impl AsyncFnOnce(&Statements) -> Result<ExitCode>,
) -> Result<ExitCode> {
    let runtimes = Runtimes::start()?;
    let (outcome, folder) = runtimes.front.block_on(async {
        let composed = compose::engine(engine, None, &runtimes.work)?;
        let user = std::env::var("USER").unwrap_or_else(|_| "firesteel".to_string());
        let session = composed.engine.session(&user, &Uuid::new_v4().to_string())?;
        let statements = Statements { session, output, work: runtimes.work.handle().clone() };
        Ok::<_, anyhow::Error>((run(&statements).await, composed.folder))
    })?;
    runtimes.shutdown();
    drop(folder);
    outcome
}

/// The statements to run; `None` where somebody types them.
fn text(options: &SqlOptions) -> Result<Option<String>> {
    if let Some(text) = &options.execute {
        return Ok(Some(text.clone()));
    }
    if let Some(file) = &options.file {
        let text = std::fs::read_to_string(file);
        return text.map(Some).with_context(|| format!("could not read {}", file.display()));
    }
    let mut input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut text = String::new();
    input.read_to_string(&mut text).context("could not read the standard input")?;
    Ok(Some(text))
}

/// Where statements run and how their rows are printed.
struct Statements {
    session: Arc<Session>,
    output: Output,
    work: Handle,
}

impl Statements {
    /// Runs all statements of a text; the first failure ends it.
    async fn script(&self, text: &str) -> Result<ExitCode> {
        for (statement, _) in lang::parse_statements(text)? {
            self.execute(statement).await?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Runs one statement and prints its rows; Ctrl-C interrupts it.
    async fn execute(&self, statement: Statement) -> Result<()> {
        let operation = self.session.operation(Uuid::new_v4().to_string(), Vec::new())?;
        let bar = progress::watch(&operation);
        let interrupter = {
            let operation = Arc::clone(&operation);
            tokio::spawn(async move {
                if tokio::signal::ctrl_c().await.is_ok() {
                    operation.interrupt();
                }
            })
        };
        let session = Arc::clone(&self.session);
        let printed = self.work.spawn(print(session, statement, Arc::clone(&operation), self.output, bar));
        let outcome = printed.await.context("the statement broke off");
        interrupter.abort();
        operation.finish();
        outcome?
    }
}

async fn print(
    session: Arc<Session>,
    statement: Statement,
    operation: Arc<Operation>,
    output: Output,
    bar: Bar,
) -> Result<()> {
    match session.execute(statement, &operation).await? {
        Answer::Rows(rows) => print::rows(rows, output, &time_zone(&session), &bar).await,
        Answer::Done => Ok(()),
    }
}

fn time_zone(session: &Session) -> String {
    session.conf().get("spark.sql.session.timeZone").unwrap_or_else(|| "UTC".to_string())
}
