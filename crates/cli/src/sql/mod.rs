//! `firesteel sql`: statements from a prompt, a string or a file, on an engine in this process.

mod completion;
mod print;
mod progress;
mod shell;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use engine::{Answer, Session};
use lang::ir::Statement;
use uuid::Uuid;

use crate::arguments::{Output, SqlOptions};
use crate::compose;

pub fn run(options: SqlOptions) -> Result<ExitCode> {
    let runtime = compose::runtime()?;
    runtime.block_on(async {
        let composed = compose::engine(&options.engine, None)?;
        let user = std::env::var("USER").unwrap_or_else(|_| "firesteel".to_string());
        let session = composed.engine.session(&user, &Uuid::new_v4().to_string())?;
        let text = match (&options.execute, &options.file) {
            (Some(text), _) => Some(text.clone()),
            (None, Some(file)) => Some(
                std::fs::read_to_string(file)
                    .with_context(|| format!("could not read {}", file.display()))?,
            ),
            (None, None) => None,
        };
        let outcome = match text {
            Some(text) => script(&session, &text, options.output).await,
            None => shell::run(&session, options.output).await,
        };
        drop(composed.folder);
        outcome
    })
}

/// Runs all statements of a text; the first failure ends it.
async fn script(session: &Arc<Session>, text: &str, output: Output) -> Result<ExitCode> {
    for (statement, _) in lang::parse_statements(text)? {
        execute(session, statement, output).await?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs one statement and prints its rows; Ctrl-C interrupts it.
async fn execute(session: &Arc<Session>, statement: Statement, output: Output) -> Result<()> {
    let operation = session.operation(Uuid::new_v4().to_string(), Vec::new())?;
    let bar = progress::watch(&operation);
    let interrupter = {
        let operation = Arc::clone(&operation);
        tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                operation.interrupt();
            }
        })
    };
    let outcome = match session.execute(statement, &operation).await {
        Ok(Answer::Rows(rows)) => print::rows(rows, output, &time_zone(session), &bar).await,
        Ok(Answer::Done) => Ok(()),
        Err(error) => Err(error.into()),
    };
    interrupter.abort();
    bar.finish();
    operation.finish();
    outcome
}

fn time_zone(session: &Session) -> String {
    session.conf().get("spark.sql.session.timeZone").unwrap_or_else(|| "UTC".to_string())
}
