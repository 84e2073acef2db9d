//! `history` of snapshots: every version of a row with the time it was valid in (SCD2), where the source says only what is
//! so now.
//!
//! One MERGE, whose source has a changed row twice: once to meet the current version, which ends, and once to meet nothing
//! and be inserted. What does not differ from the current version is in neither role, so running it again ends nothing and
//! inserts nothing. A version begins when the load runs (`as_of`), at the instant the one before it ends.

use super::super::build::{
    SOURCE, TARGET, all, any, assign, assign_all, boolean, columns, columns_of, filter, is_true, join, named,
    not, null, of, project, table, union,
};
use super::super::job::{Clauses, GONE, Job, insert, update};
use super::super::spec::{Deletes, History};
use crate::ir::{Assignment, Expr, JoinType, Relation, Statement};

/// Whether a row of the MERGE's source is to meet the current version.
const MEETS: &str = "__load_meets";

/// `MERGE … WHEN MATCHED AND changed THEN UPDATE SET valid_to … WHEN NOT MATCHED THEN INSERT`
pub(super) fn compile(job: &Job<'_>, history: &History) -> Statement {
    let ends = vec![assign(&history.valid_to, job.now()), assign(&history.is_current, boolean(false))];
    let mut not_matched = None;
    let mut changed = job.differs(TARGET, SOURCE);
    if job.delete_condition().is_some() {
        let gone = || of(SOURCE, GONE);
        changed = any([gone(), changed]);
        not_matched = Some(not(gone()));
    }
    let mut clauses = Clauses {
        matched: vec![update(changed, ends.clone())],
        not_matched: vec![insert(not_matched, begins(job, history))],
        ..Clauses::default()
    };
    if history.deletes == Some(Deletes::Missing) {
        clauses.not_matched_by_source = vec![update(is_current(history), ends)];
    }
    let on = all([of(SOURCE, MEETS), job.matching(TARGET, SOURCE), is_current(history)]);
    job.merge(staged(job, history), on, clauses)
}

fn is_current(history: &History) -> Expr {
    is_true(of(TARGET, &history.is_current))
}

fn begins(job: &Job<'_>, history: &History) -> Vec<Assignment> {
    let mut begins = assign_all(&job.columns);
    begins.push(assign(&history.valid_from, job.now()));
    begins.push(assign(&history.valid_to, null()));
    begins.push(assign(&history.is_current, boolean(true)));
    begins
}

/// All records to meet the current version, and those that differ from it a second time.
fn staged(job: &Job<'_>, history: &History) -> Relation {
    let meeting = columns(&job.carried()).into_iter().chain([boolean(true).alias(MEETS)]);
    let meeting = project(job.records(), meeting.collect());
    let current = named(filter(table(&job.spec.target), is_true(Expr::column(&history.is_current))), TARGET);
    let joined = join(named(job.records(), SOURCE), current, JoinType::Inner, job.matching(TARGET, SOURCE));
    let mut differs = job.differs(TARGET, SOURCE);
    if job.delete_condition().is_some() {
        differs = all([not(of(SOURCE, GONE)), differs]);
    }
    let second = columns_of(SOURCE, &job.carried()).into_iter().chain([boolean(false).alias(MEETS)]);
    union(meeting, project(filter(joined, differs), second.collect()))
}
