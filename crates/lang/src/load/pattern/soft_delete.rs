//! `soft_delete`: an upsert that marks rows that are gone and keeps them.
//!
//! One MERGE. Rows that are marked are not marked again, so running it again changes nothing, not even the time of the mark.
//! A row that comes back loses its mark.

use super::super::build::{SOURCE, TARGET, all, any, assign, assign_all, boolean, is_true, not, null, of};
use super::super::job::{Clauses, GONE, Job, insert, update};
use super::super::spec::Deletes;
use crate::ir::{Assignment, Statement};

/// The upsert's MERGE with `WHEN NOT MATCHED BY SOURCE AND NOT marked THEN UPDATE SET flag = true`, or with the same for
/// records that say so.
pub(super) fn compile(job: &Job<'_>, deletes: &Deletes, flag: &str, deleted_at: Option<&str>) -> Statement {
    let marked = || is_true(of(TARGET, flag));
    let mark = |gone: bool| -> Vec<Assignment> {
        let at = deleted_at.map(|column| assign(column, if gone { job.now() } else { null() }));
        [assign(flag, boolean(gone))].into_iter().chain(at).collect()
    };
    let with_mark =
        |assignments: Vec<Assignment>| assignments.into_iter().chain(mark(false)).collect::<Vec<_>>();
    let stays = match (job.later(TARGET), deletes) {
        (Some(later), Deletes::When(_)) => later,
        _ => any([job.changed(), marked()]),
    };
    let mut clauses = Clauses {
        matched: vec![update(stays, with_mark(assign_all(&job.values)))],
        not_matched: vec![insert(None, with_mark(assign_all(&job.columns)))],
        ..Clauses::default()
    };
    match deletes {
        Deletes::Missing => clauses.not_matched_by_source = vec![update(not(marked()), mark(true))],
        Deletes::When(_) => when_said(job, &mut clauses, flag, mark(true)),
    }
    job.merge(job.records(), job.matching(TARGET, SOURCE), clauses)
}

/// Known rows are marked; a deletion of a row that never came is remembered where a sequence can tell that it came first.
fn when_said(job: &Job<'_>, clauses: &mut Clauses, flag: &str, mut mark: Vec<Assignment>) {
    let gone = || of(SOURCE, GONE);
    for clause in &mut clauses.matched {
        clause.condition = clause.condition.take().map(|condition| all([not(gone()), condition]));
    }
    let due = job.later(TARGET).unwrap_or_else(|| not(is_true(of(TARGET, flag))));
    mark.extend(job.kept_sequence.iter().map(|sequence| assign(sequence, of(SOURCE, sequence))));
    clauses.matched.insert(0, update(all([gone(), due]), mark.clone()));
    clauses.not_matched[0].condition = Some(not(gone()));
    if job.kept_sequence.is_some() {
        let mut values = assign_all(&job.columns);
        values.retain(|assignment| !mark.iter().any(|marked| marked.column == assignment.column));
        values.extend(mark);
        clauses.not_matched.push(insert(None, values));
    }
}
