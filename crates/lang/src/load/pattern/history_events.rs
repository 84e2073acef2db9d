//! `history` of events: every version of a row with the time it was valid in (SCD2), where records say by the sequence since
//! when they are so.
//!
//! One MERGE, whose source is the history of the keys that come, computed anew: the versions that the target has and the
//! records, in the order of the sequence, each valid until the next one. So a batch may have several records of a key, and
//! records may come late: a version in the middle ends earlier, and the record takes its place behind it. Only versions with
//! another end are updated, and only those that are not there are inserted; running it again computes the same history and
//! changes nothing. Of two records of a key at the same place the one that came first stays.
//!
//! A deletion is the end of a version. One that ends none is remembered by a version of no length, valid from and to its own
//! place, that no question about a time meets: a record from before it may still come. With `keep_unchanged` the history
//! depends on nothing but which records have come.

use super::super::build::{
    SOURCE, TARGET, all, any, ascending, assign, assign_all, binary, boolean, case, columns, columns_of,
    filter, integer, is_null, join, named, not, of, over, project, table, union,
};
use super::super::job::{Clauses, GONE, Job, insert, update};
use super::super::spec::History;
use crate::ir::{Expr, JoinType, Relation, SortOrder, Statement};

/// The place of an event in the sequence.
const AT: &str = "__load_at";
/// Where an event comes from: [`VERSION`], [`END`] or [`RECORD`]; the lower one wins where two are at one place.
const ORIGIN: &str = "__load_origin";
const RANK: &str = "__load_rank";
const SAYS_NEW: &str = "__load_says_new";
const NEXT: &str = "__load_next";
const ENDS_NOTHING: &str = "__load_ends_nothing";

/// A version of the target begins.
const VERSION: i32 = 0;
/// A version of the target ends.
const END: i32 = 1;
/// The source says something.
const RECORD: i32 = 2;

/// `MERGE … ON the key and valid_from WHEN MATCHED AND the end differs THEN UPDATE … WHEN NOT MATCHED THEN INSERT`
pub(super) fn compile(job: &Job<'_>, history: &History, sequence: &str) -> Statement {
    let (from, to, current) = (&history.valid_from, &history.valid_to, &history.is_current);
    let is_current = || assign(current, is_null(of(SOURCE, to)));
    let ends = binary("<=>", of(TARGET, to), of(SOURCE, to));
    let mut begins = assign_all(&job.columns);
    begins.extend([assign(from, of(SOURCE, from)), assign(to, of(SOURCE, to)), is_current()]);
    let clauses = Clauses {
        matched: vec![update(not(ends), vec![assign(to, of(SOURCE, to)), is_current()])],
        not_matched: vec![insert(None, begins)],
        ..Clauses::default()
    };
    let on = all([job.matching(TARGET, SOURCE), binary("==", of(TARGET, from), of(SOURCE, from))]);
    job.merge(versions(job, history, sequence), on, clauses)
}

/// The versions of all keys of the source, each with its end.
fn versions(job: &Job<'_>, history: &History, sequence: &str) -> Relation {
    let told = match history.keep_unchanged {
        true => events(job, history, sequence),
        false => without_unchanged(job, events(job, history, sequence)),
    };
    let next = over("lead", vec![Expr::column(AT)], columns(&job.spec.keys), in_order());
    let nothing_before = not(binary("<=>", before(job, GONE), boolean(false)));
    let told = project(told, vec![Expr::star(), next.alias(NEXT), nothing_before.alias(ENDS_NOTHING)]);
    let is_known = binary("==", Expr::column(ORIGIN), integer(VERSION));
    let kept = filter(told, any([not(Expr::column(GONE)), is_known, Expr::column(ENDS_NOTHING)]));
    let to = case(vec![(Expr::column(GONE), Expr::column(AT))], Expr::column(NEXT));
    let mut wanted = columns(&job.columns);
    wanted.extend([Expr::column(AT).alias(&history.valid_from), to.alias(&history.valid_to)]);
    project(kept, wanted)
}

/// Versions, ends and records, one at each place of a key.
fn events(job: &Job<'_>, history: &History, sequence: &str) -> Relation {
    let known = union(
        of_target(job, sequence, &history.valid_from, ended_at_once(history), VERSION),
        of_target(job, sequence, &history.valid_to, boolean(true), END),
    );
    let mut places = columns(&job.spec.keys);
    places.push(Expr::column(AT));
    let rank = over("row_number", Vec::new(), places, vec![ascending(Expr::column(ORIGIN))]);
    let ranked = project(union(known, of_source(job, sequence)), vec![Expr::star(), rank.alias(RANK)]);
    filter(ranked, binary("==", Expr::column(RANK), integer(1)))
}

/// Whether a version of the target is only there to remember a deletion.
fn ended_at_once(history: &History) -> Expr {
    binary("<=>", of(TARGET, &history.valid_from), of(TARGET, &history.valid_to))
}

/// Where versions of the keys that come begin or end.
fn of_target(job: &Job<'_>, sequence: &str, at: &str, gone: Expr, origin: i32) -> Relation {
    let coming = project(job.events(sequence), columns(&job.spec.keys));
    let known = named(table(&job.spec.target), TARGET);
    let known = join(known, named(coming, SOURCE), JoinType::LeftSemi, job.matching(TARGET, SOURCE));
    let known = filter(known, not(is_null(of(TARGET, at))));
    event(job, known, TARGET, of(TARGET, at), gone, origin)
}

fn of_source(job: &Job<'_>, sequence: &str) -> Relation {
    let gone = match job.delete_condition() {
        Some(_) => of(SOURCE, GONE),
        None => boolean(false),
    };
    event(job, named(job.events(sequence), SOURCE), SOURCE, of(SOURCE, sequence), gone, RECORD)
}

fn event(job: &Job<'_>, input: Relation, side: &str, at: Expr, gone: Expr, origin: i32) -> Relation {
    let mut wanted = columns_of(side, &job.columns);
    wanted.extend([at.alias(AT), gone.alias(GONE), integer(origin).alias(ORIGIN)]);
    project(input, wanted)
}

/// Leaves out records that say of a row what was so before them.
///
/// What is left out is not known to later loads: a record from before it, which comes after it, is taken to be valid until
/// the next version that is there. `keep_unchanged` keeps them.
fn without_unchanged(job: &Job<'_>, events: Relation) -> Relation {
    let same = job.compared.iter().map(|name| binary("<=>", Expr::column(name), before(job, name)));
    let was_there = binary("<=>", before(job, GONE), boolean(false));
    let repeats = all([
        binary("==", Expr::column(ORIGIN), integer(RECORD)),
        not(Expr::column(GONE)),
        was_there,
        all(same),
    ]);
    filter(project(events, vec![Expr::star(), not(repeats).alias(SAYS_NEW)]), Expr::column(SAYS_NEW))
}

/// What the event before says.
fn before(job: &Job<'_>, column: &str) -> Expr {
    over("lag", vec![Expr::column(column)], columns(&job.spec.keys), in_order())
}

fn in_order() -> Vec<SortOrder> {
    vec![ascending(Expr::column(AT))]
}
