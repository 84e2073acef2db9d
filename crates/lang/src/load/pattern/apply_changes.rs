//! `apply_changes`: a batch of inserts, updates and deletes as a log has them.
//!
//! One MERGE. The last record of a key in the batch is taken, and only where it is later than what the target has of that
//! key; the target keeps the sequence for that. A deletion stays as a row with a flag, a tombstone: else a record from
//! before it, in a batch that comes late, would bring the row back. So batches may come twice, in any order, and a load that
//! runs again changes nothing: the target is, for every key, what the record with the greatest sequence says.
//!
//! Readers leave out rows with the flag. `DELETE FROM target WHERE is_deleted AND sequence < …` clears away tombstones that
//! no late batch can be about any more.

use super::super::build::{SOURCE, TARGET, all, assign, assign_all, of};
use super::super::job::{Clauses, GONE, Job, insert, update};
use super::super::spec::ApplyChanges;
use crate::ir::Statement;
use crate::{Error, Result};

/// `MERGE … WHEN MATCHED AND later AND gone THEN UPDATE SET flag … WHEN MATCHED AND later THEN UPDATE … WHEN NOT MATCHED
/// THEN INSERT`
pub(super) fn compile(job: &Job<'_>, apply: &ApplyChanges) -> Result<Statement> {
    let (Some(sequence), Some(later)) = (&job.kept_sequence, job.later(TARGET)) else {
        return Err(Error::internal("changes are applied by a sequence that the target keeps"));
    };
    let gone = || of(SOURCE, GONE);
    let flag = || assign(&apply.flag, gone());
    // The other columns of a deletion are often not there at all: the row keeps what it has.
    let buried = vec![assign(sequence, of(SOURCE, sequence)), flag()];
    let with_flag = |columns: &[String]| assign_all(columns).into_iter().chain([flag()]).collect::<Vec<_>>();
    let clauses = Clauses {
        matched: vec![update(all([gone(), later.clone()]), buried), update(later, with_flag(&job.values))],
        not_matched: vec![insert(None, with_flag(&job.columns))],
        ..Clauses::default()
    };
    Ok(job.merge(job.records(), job.matching(TARGET, SOURCE), clauses))
}
