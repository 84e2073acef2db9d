//! `upsert`: rows of new keys are added, those of known keys become what the source says (SCD1).
//!
//! One MERGE. Running it again finds every key with the values it would set, or with the same place in the sequence, and
//! changes nothing; files without changes are not written again. Where the target keeps the sequence, a batch that comes
//! late does not undo a later one.

use super::super::build::{SOURCE, TARGET, assign_all};
use super::super::job::{Clauses, Job, insert, update};
use crate::ir::Statement;

/// `MERGE … WHEN MATCHED AND changed THEN UPDATE WHEN NOT MATCHED THEN INSERT`
pub(super) fn compile(job: &Job<'_>) -> Statement {
    job.merge(job.records(), job.matching(TARGET, SOURCE), clauses(job))
}

/// What happens to rows that are there in the source.
pub(super) fn clauses(job: &Job<'_>) -> Clauses {
    let matched = match job.values.is_empty() {
        true => Vec::new(),
        false => vec![update(job.changed(), assign_all(&job.values))],
    };
    let not_matched = vec![insert(None, assign_all(&job.columns))];
    Clauses { matched, not_matched, ..Clauses::default() }
}
