//! Loads: how the rows of a source get into a table and keep it in step, compiled from a typed spec to statements.
//!
//! ```text
//! CALL firesteel.load(…) ─┐                                          ┌─► quality.counts   asked first, may stop the load
//! YAML ──► Value ─────────┼─► Spec ─┐                                ├─► quarantine       rows that are put aside
//! programs ───────────────┘         ├─► compile ─► Compiled ─────────┴─► load             one statement, one commit
//!                 columns, mark ─► Facts
//! ```
//!
//! The nouns: a [`Spec`] says what is loaded where and by which [`Pattern`]; [`Facts`] are what a session knows of the
//! tables; an [`Expectation`] is something rows should be; a guard is a condition that makes the load itself fail; the mark
//! is how far the last load came; a tombstone is a row that is only there to remember a deletion.
//!
//! # Guarantees
//! - Pure: the same spec and facts give the same statements; nothing is read or written here.
//! - The target changes by one statement, so by one commit or not at all. Each pattern says in its file why running it
//!   again changes nothing.
//! - What would be a guess is an error: NULL in keys, two different rows of a key, values that mean nothing. Such errors
//!   come out of the statement itself, before its commit.
//! - Keys of a spec that are not known are refused by name, with the one that was probably meant.
//!
//! # Does not
//! Make tables, follow changes of their columns, or know which tables can be changed in place ([`Facts::merges`] says so).
//! The quarantine is a table of its own and so a commit of its own, before the load's; it takes the same row once.
//!
//! # Where to start
//! [`compile`], then `records.rs` for what every pattern does with its source, and `pattern/`.

mod build;
mod check;
mod guard;
mod job;
mod nearest;
mod object;
mod pattern;
mod quality;
mod read;
mod read_expectation;
mod records;
mod spec;
mod value;

#[cfg(test)]
mod tests;

use crate::ir::{Expr, Relation, Statement};
use crate::{Error, Result};

pub use job::Facts;
pub use quality::{Outcome, Quality, VIOLATIONS, expect_none_failed};
pub use spec::{
    Action, ApplyChanges, Batch, Changes, Check, Deletes, Expectation, History, NullKeys, Pattern, Spec,
};
pub use value::Value;

/// The name of the procedure.
pub const PROCEDURE: [&str; 2] = ["firesteel", "load"];

/// The statements of a load, in the order they are run.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    /// What is counted first; `None` where nothing is expected.
    pub quality: Option<Quality>,
    pub quarantine: Option<Statement>,
    pub load: Statement,
}

/// The statements that load what `spec` says.
///
/// # Errors
/// `LOAD_SPEC` where spec and facts do not fit together.
pub fn compile(spec: &Spec, facts: &Facts) -> Result<Compiled> {
    spec.check()?;
    let job = job::Job::new(spec, facts)?;
    let load = pattern::compile(&job)?;
    Ok(Compiled { quality: Quality::new(&job), quarantine: quality::quarantine(&job), load })
}

/// The query for the mark: one row with how far earlier loads came, NULL when there were none. `None` where the whole
/// source is read.
///
/// # Errors
/// `LOAD_SPEC` when the target has no such column.
pub fn mark(spec: &Spec, target_columns: &[String]) -> Result<Option<Relation>> {
    let Some(changes) = &spec.changes else { return Ok(None) };
    let column = match &spec.pattern {
        _ if build::contains(target_columns, &changes.column) => &changes.column,
        // Versions begin at their place in the sequence.
        Pattern::History(history)
            if spec.sequence.as_ref().is_some_and(|s| build::same(s, &changes.column)) =>
        {
            &history.valid_from
        }
        _ => {
            let columns = build::quoted(target_columns);
            return Err(Error::analysis("LOAD_SPEC.NOT_IN_TARGET")
                .with("column", build::quoted(std::slice::from_ref(&changes.column)))
                .with("columns", columns));
        }
    };
    let latest = Expr::call("max", vec![Expr::column(column)]).alias("mark");
    Ok(Some(build::aggregate(build::table(&spec.target), vec![latest])))
}

/// Whether a procedure of this name is the one for loads.
pub fn is_load(name: &[String]) -> bool {
    name.len() == PROCEDURE.len()
        && name.iter().zip(PROCEDURE).all(|(part, known)| part.eq_ignore_ascii_case(known))
}

/// The statement that runs the load a value says.
///
/// # Errors
/// Those of [`Spec::read`].
pub fn statement(value: Value) -> Result<Statement> {
    Spec::read(value.clone())?;
    let name = PROCEDURE.map(str::to_string).to_vec();
    Ok(Statement::Call { name, arguments: value.into_arguments() })
}

/// The error of a statement of this load, in the words of the spec.
pub fn explained(spec: &Spec, error: Error) -> Error {
    guard::explained(spec, error)
}
