//! `hard_delete`: an upsert that also removes rows that are gone.
//!
//! One MERGE. Running it again finds the rows removed and the others as they are. What was removed leaves no trace: a record
//! from before the deletion that comes after it brings the row back (`apply_changes` remembers).

use super::super::build::{SOURCE, TARGET, all, assign_all, not, of};
use super::super::job::{Clauses, GONE, Job, delete, insert};
use super::super::spec::Deletes;
use super::upsert;
use crate::ir::{MergeAction, MergeClause, Statement};

/// The upsert's MERGE with `WHEN NOT MATCHED BY SOURCE THEN DELETE`, or with `WHEN MATCHED AND gone THEN DELETE`.
pub(super) fn compile(job: &Job<'_>, deletes: &Deletes) -> Statement {
    let mut clauses = upsert::clauses(job);
    match deletes {
        Deletes::Missing => {
            let action = MergeAction::Delete;
            clauses.not_matched_by_source = vec![MergeClause { condition: None, action }];
        }
        Deletes::When(_) => when_said(job, &mut clauses),
    }
    job.merge(job.records(), job.matching(TARGET, SOURCE), clauses)
}

fn when_said(job: &Job<'_>, clauses: &mut Clauses) {
    let gone = || of(SOURCE, GONE);
    let is_later = job.later(TARGET).into_iter();
    clauses.matched.insert(0, delete(all([gone()].into_iter().chain(is_later))));
    // A deletion that is not later than the row must not change its values either.
    for clause in &mut clauses.matched[1..] {
        clause.condition = clause.condition.take().map(|condition| all([not(gone()), condition]));
    }
    clauses.not_matched = vec![insert(Some(not(gone())), assign_all(&job.columns))];
}
