//! `truncate_reload`: the target, or a part of it, becomes what the source is.
//!
//! One INSERT OVERWRITE: readers see the old rows until its commit and the new ones after it, never an empty table. Running
//! it again replaces the rows by the same ones.

use super::super::build::{columns, filter, project};
use super::super::job::Job;
use crate::ir::{Expr, Insert, Options, Statement};

/// `INSERT OVERWRITE target`; with `part`, only of the rows for which it holds, in the target as in the source.
pub(super) fn compile(job: &Job<'_>, part: Option<&Expr>) -> Statement {
    let rows = match job.spec.keys.is_empty() {
        true => job.rows(),
        false => project(job.records(), columns(&job.columns)),
    };
    let query = match part {
        Some(condition) => filter(rows, condition.clone()),
        None => rows,
    };
    Statement::Insert(Insert {
        overwrite: true,
        by_name: true,
        replace_where: part.cloned(),
        options: whole_table(),
        ..Insert::new(job.spec.target.clone(), query)
    })
}

/// Partitions that get no rows go too, whatever the session says of overwriting.
fn whole_table() -> Options {
    Options::from([("partitionOverwriteMode".to_string(), "static".to_string())])
}
