//! `firesteel load`: loads from YAML files, one a document, in their order, on an engine in this process.

mod yaml;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};
use lang::ir::Statement;

use crate::arguments::LoadOptions;
use crate::sql;

/// A load that fails ends it; those before it have happened.
pub fn run(options: LoadOptions) -> Result<ExitCode> {
    // All are read before the first one runs.
    let mut statements = Vec::new();
    for file in &options.files {
        statements.extend(read(file).with_context(|| format!("could not read {}", file.display()))?);
    }
    sql::run_all(&options.engine, options.output, statements)
}

fn read(file: &Path) -> Result<Vec<Statement>> {
    let text = std::fs::read_to_string(file)?;
    let statements = yaml::documents(&text)?.into_iter().map(lang::load::statement);
    Ok(statements.collect::<lang::Result<_>>()?)
}
