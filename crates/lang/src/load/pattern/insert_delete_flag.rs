//! `insert_delete_flag`: rows are only added; every change is a row, and every deletion is one with a flag.
//!
//! One INSERT. What comes is compared with the latest version of its key and added, with the next number, only where it says
//! something else. Running it again finds its own rows as the latest ones and adds nothing. Versions are counted and not
//! timed, so clocks do not matter; two loads must not run at once.

use super::super::build::{
    SOURCE, all, any, binary, boolean, columns_of, filter, integer, is_null, is_true, join, named, not, of,
    project, union,
};
use super::super::job::{GONE, Job};
use super::super::records::LATEST;
use super::super::spec::{Deletes, Pattern};
use crate::ir::{Expr, JoinType, Relation, Statement};
use crate::{Error, Result};

/// The columns of the target that the pattern fills.
struct Own<'a> {
    flag: &'a str,
    version: &'a str,
    loaded_at: Option<&'a str>,
}

/// `INSERT INTO target`: changes and deletions that are said, then deletions by absence.
pub(super) fn compile(job: &Job<'_>) -> Result<Statement> {
    let Pattern::InsertDeleteFlag { deletes, flag, version, loaded_at } = &job.spec.pattern else {
        return Err(Error::internal("no insert_delete_flag"));
    };
    let own = Own { flag, version, loaded_at: loaded_at.as_deref() };
    let changes = changes(job, &own, deletes);
    let query = match deletes {
        Deletes::Missing => union(changes, missing(job, &own)),
        Deletes::When(_) => changes,
    };
    Ok(job.insert(query))
}

/// Records that say something else than the latest version.
fn changes(job: &Job<'_>, own: &Own<'_>, deletes: &Deletes) -> Relation {
    let latest = job.latest(own.version);
    let joined =
        join(named(job.records(), SOURCE), latest, JoinType::LeftOuter, job.matching(SOURCE, LATEST));
    let is_new = || is_null(of(LATEST, own.version));
    let was_gone = || is_true(of(LATEST, own.flag));
    let differs = || job.differs(LATEST, SOURCE);
    let due = match (deletes, job.later(LATEST)) {
        (Deletes::Missing, None) => any([is_new(), was_gone(), differs()]),
        (Deletes::Missing, Some(later)) => any([is_new(), was_gone(), all([later, differs()])]),
        (Deletes::When(_), later) => {
            let gone = || of(SOURCE, GONE);
            let changed =
                any([all([gone(), not(was_gone())]), all([not(gone()), any([was_gone(), differs()])])]);
            let known = all(later.into_iter().chain([changed]));
            any([all([is_new(), not(gone())]), all([not(is_new()), known])])
        }
    };
    let flag = match deletes {
        Deletes::Missing => boolean(false),
        Deletes::When(_) => of(SOURCE, GONE),
    };
    let known = Expr::call("coalesce", vec![of(LATEST, own.version), integer(0)]);
    added(job, own, filter(joined, due), SOURCE, flag, known)
}

/// Keys of which the latest version is there and the source is not.
fn missing(job: &Job<'_>, own: &Own<'_>) -> Relation {
    let source = named(job.records(), SOURCE);
    let gone = join(job.latest(own.version), source, JoinType::LeftAnti, job.matching(LATEST, SOURCE));
    let gone = filter(gone, not(is_true(of(LATEST, own.flag))));
    added(job, own, gone, LATEST, boolean(true), of(LATEST, own.version))
}

/// The columns of one side, the flag, the number after `known`, the time.
fn added(job: &Job<'_>, own: &Own<'_>, input: Relation, side: &str, flag: Expr, known: Expr) -> Relation {
    let mut wanted = columns_of(side, &job.columns);
    wanted.push(flag.alias(own.flag));
    wanted.push(binary("+", known, integer(1)).alias(own.version));
    wanted.extend(own.loaded_at.map(|column| job.now().alias(column)));
    project(input, wanted)
}
