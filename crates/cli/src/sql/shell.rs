//! The prompt: statements over several lines, history and completion.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{CompletionType, Config, Editor};

use super::Statements;
use super::completion::Completion;

/// Statements kept in the history file.
const HISTORY_ENTRIES: usize = 10_000;

pub async fn run(statements: &Statements) -> Result<ExitCode> {
    let config = Config::builder()
        .max_history_size(HISTORY_ENTRIES)
        .context("the history size is valid")?
        .completion_type(CompletionType::List)
        .build();
    let mut editor: Editor<Completion, DefaultHistory> =
        Editor::with_config(config).context("could not open the terminal")?;
    editor.set_helper(Some(Completion::new(Arc::clone(&statements.session)).await));
    let history = history_file();
    if let Some(file) = &history {
        // The first time there is no file yet.
        let _ = editor.load_history(file);
    }
    println!(
        "Firesteel {}. End statements with `;`, leave with `quit` or Ctrl-D.",
        env!("CARGO_PKG_VERSION")
    );
    while let Some(text) = read_statement(&mut editor)? {
        let text = text.trim();
        if matches!(text.trim_end_matches(';').trim().to_lowercase().as_str(), "quit" | "exit") {
            break;
        }
        // A history that cannot be kept must not end the session.
        let _ = editor.add_history_entry(text);
        run_text(statements, text).await;
        if let Some(completion) = editor.helper_mut() {
            completion.refresh().await;
        }
    }
    if let Some(file) = &history {
        if let Some(folder) = file.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        if let Err(error) = editor.save_history(file) {
            log::warn!("the history was not saved: {error}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Lines until one ends with `;`; `None` at the end of input.
fn read_statement(editor: &mut Editor<Completion, DefaultHistory>) -> Result<Option<String>> {
    let mut text = String::new();
    loop {
        let prompt = if text.is_empty() { "firesteel> " } else { "        -> " };
        match editor.readline(prompt) {
            Ok(line) => {
                text.push_str(&line);
                text.push('\n');
                let trimmed = text.trim();
                if trimmed.is_empty() {
                    text.clear();
                } else if trimmed.ends_with(';') || matches!(trimmed, "quit" | "exit") {
                    return Ok(Some(text));
                }
            }
            Err(ReadlineError::Interrupted) => text.clear(),
            Err(ReadlineError::Eof) => return Ok(None),
            Err(error) => return Err(error).context("could not read from the terminal"),
        }
    }
}

/// Runs the statements of a text; errors are printed and the shell goes on.
async fn run_text(statements: &Statements, text: &str) {
    let parsed = match lang::parse_statements(text) {
        Ok(parsed) => parsed,
        Err(error) => return eprintln!("{error}"),
    };
    for (statement, _) in parsed {
        let started = Instant::now();
        match statements.execute(statement).await {
            Ok(()) => eprintln!("{:.3} s", started.elapsed().as_secs_f64()),
            Err(error) => return eprintln!("{error:#}"),
        }
    }
}

/// `$XDG_STATE_HOME/firesteel/history`, by default below `~/.local/state`.
fn history_file() -> Option<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state")))?;
    Some(state.join("firesteel").join("history"))
}
