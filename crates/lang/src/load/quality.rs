//! Expectations: what they count, what they keep out, what they put aside, and when they stop a load.
//!
//! All are counted in one reading of the source before anything is written; a failure stops the load there. What concerns
//! single rows is enforced again where rows are loaded, by filters of the load itself: a source that changes in between can
//! change the counts, but no bad row comes in.

use super::build::{
    aggregate, all, any, binary, boolean, case, columns, except, filter, guarded, integer, is_null, not,
    null, over, project, table,
};
use super::guard::{Guard, quoted_name};
use super::job::Job;
use super::spec::{Action, Check, Expectation, Spec};
use crate::ir::{Expr, Insert, Literal, Relation, Statement};
use crate::{Error, Result, RuntimeClass};

/// Whether a row violates the expectation of a number.
const FLAG: &str = "__load_e";
/// The column of a quarantine table that says what a row violates.
pub const VIOLATIONS: &str = "violations";

/// What is counted before a load.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// One row of BIGINTs: all rows, rows that are loaded, then one number for each of [`Self::expectations`].
    pub counts: Relation,
    pub expectations: Vec<Expectation>,
}

/// What became of one expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub name: String,
    pub check: &'static str,
    pub action: Action,
    pub passed: bool,
    /// Rows that violate it; `None` where it is about all of them together.
    pub rows: Option<i64>,
}

impl Quality {
    pub(super) fn new(job: &Job<'_>) -> Option<Quality> {
        let expectations = job.spec.expectations.clone();
        if expectations.is_empty() {
            return None;
        }
        let count = |condition| Expr::call("count_if", vec![condition]);
        let removing = removing(&expectations);
        let mut counts = vec![
            Expr::call("count", vec![integer(1)]).alias("rows"),
            count(not(any(removing))).alias("loaded"),
        ];
        for (place, expectation) in expectations.iter().enumerate() {
            let counted = match &expectation.check {
                Check::RowCount { .. } => Expr::call("count", vec![integer(1)]),
                Check::Freshness { column, within } => stale(column, within),
                _ => count(flag(place)),
            };
            counts.push(counted.alias(format!("e{place}")));
        }
        Some(Quality {
            counts: aggregate(flagged(job.read(), &expectations, |_| true), counts),
            expectations,
        })
    }

    /// What the row of [`Self::counts`] says.
    ///
    /// # Errors
    /// `INTERNAL_ERROR` for a row of another width.
    pub fn outcomes(&self, counts: &[i64]) -> Result<Vec<Outcome>> {
        let [_, _, counts @ ..] = counts else { return Err(Error::internal("expectations without counts")) };
        if counts.len() != self.expectations.len() {
            return Err(Error::internal("not one count for each expectation"));
        }
        let outcome = |(expectation, &count): (&Expectation, &i64)| {
            let passed = match &expectation.check {
                Check::RowCount { min, max } => {
                    min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max)
                }
                _ => count == 0,
            };
            let rows = (!expectation.check.is_of_all()).then_some(count);
            let (name, check, action) =
                (expectation.name.clone(), expectation.check.name(), expectation.action);
            Outcome { name, check, action, passed, rows }
        };
        Ok(self.expectations.iter().zip(counts).map(outcome).collect())
    }
}

/// The error of the first outcome that lets nothing be loaded.
///
/// # Errors
/// `LOAD_EXPECTATION_FAILED`
pub fn expect_none_failed(outcomes: &[Outcome], spec: &Spec) -> Result<()> {
    let failed = |outcome: &&Outcome| !outcome.passed && outcome.action == Action::Fail;
    let Some(outcome) = outcomes.iter().find(failed) else { return Ok(()) };
    let found = match outcome.rows {
        Some(1) => "1 row does not meet it".to_string(),
        Some(rows) => format!("{rows} rows do not meet it"),
        None => "the rows together do not meet it".to_string(),
    };
    Err(Error::runtime(RuntimeClass::Other, "LOAD_EXPECTATION_FAILED")
        .with("target", quoted_name(&spec.target))
        .with("expectation", outcome.name.as_str())
        .with("found", found)
        .placeless())
}

/// The rows of `input` that may be loaded; reaching one that must not be is an error of the load.
pub(super) fn enforced(input: Relation, spec: &Spec) -> Relation {
    let expectations = &spec.expectations;
    let is_enforced = |e: &Expectation| e.action != Action::Warn && !e.check.is_of_all();
    if !expectations.iter().any(is_enforced) {
        return input;
    }
    let mut branches = Vec::new();
    let removing = removing(expectations);
    if !removing.is_empty() {
        branches.push((any(removing), integer(0)));
    }
    for (place, expectation) in expectations.iter().enumerate() {
        if expectation.action == Action::Fail && is_enforced(expectation) {
            branches.push((flag(place), Guard::Expectation(expectation.name.clone()).raise(spec)));
        }
    }
    // A row that is left out may still be what another expectation fails for.
    branches.sort_by_key(|(_, then)| *then == integer(0));
    guarded(flagged(input, expectations, is_enforced), branches)
}

/// `INSERT INTO quarantine`: the rows that are put aside, as the source has them, with the names of all they violate.
///
/// Rows that are there already are left out, so a load that runs again adds nothing; the same row comes in once.
pub(super) fn quarantine(job: &Job<'_>) -> Option<Statement> {
    let (name, expectations) = (job.spec.quarantine.as_ref()?, &job.spec.expectations);
    let aside: Vec<Expr> = flags(expectations, |e| e.action == Action::Quarantine).collect();
    if aside.is_empty() {
        return None;
    }
    let named = expectations.iter().enumerate().filter(|(_, e)| !e.check.is_of_all());
    let mut texts = vec![Expr::string(", ")];
    texts.extend(named.map(|(place, e)| case(vec![(flag(place), Expr::string(&e.name))], null())));
    let violations = Expr::call("concat_ws", texts).alias(VIOLATIONS);
    let mut wanted = columns(&job.facts.source_columns);
    let there = project(table(name), wanted.iter().cloned().chain([Expr::column(VIOLATIONS)]).collect());
    wanted.push(violations);
    let flagged = flagged(job.read(), expectations, |e| !e.check.is_of_all());
    let query = except(project(filter(flagged, any(aside)), wanted), there);
    Some(Statement::Insert(Insert { by_name: true, ..Insert::new(name.clone(), query) }))
}

fn flag(place: usize) -> Expr {
    Expr::column(format!("{FLAG}{place}"))
}

fn flags(expectations: &[Expectation], wanted: impl Fn(&Expectation) -> bool) -> impl Iterator<Item = Expr> {
    expectations.iter().enumerate().filter(move |(_, e)| wanted(e)).map(|(place, _)| flag(place))
}

/// The flags of rows that are not loaded.
fn removing(expectations: &[Expectation]) -> Vec<Expr> {
    flags(expectations, |e| matches!(e.action, Action::Drop | Action::Quarantine)).collect()
}

/// The rows with a flag for each expectation on rows that is `wanted`.
fn flagged(input: Relation, expectations: &[Expectation], wanted: impl Fn(&Expectation) -> bool) -> Relation {
    let mut expressions = vec![Expr::star()];
    for (place, expectation) in expectations.iter().enumerate().filter(|(_, e)| wanted(e)) {
        if let Some(violated) = violated(&expectation.check) {
            expressions.push(violated.alias(format!("{FLAG}{place}")));
        }
    }
    match expressions.len() {
        1 => input,
        _ => project(input, expressions),
    }
}

/// Whether a row is not as it should be; never NULL. `None` for what is about all rows.
fn violated(check: &Check) -> Option<Expr> {
    let fails = |holds: Expr| not(Expr::call("coalesce", vec![holds, boolean(true)]));
    Some(match check {
        Check::NotNull { columns } => any(columns.iter().map(|name| is_null(Expr::column(name)))),
        Check::Unique { columns: names } => {
            let known = names.iter().map(|name| Expr::call("isnotnull", vec![Expr::column(name)]));
            let count = over("count", vec![integer(1)], columns(names), Vec::new());
            all(known.chain([binary(">", count, integer(1))]))
        }
        Check::Range { column, min, max } => {
            let from = min.clone().map(|min| binary(">=", Expr::column(column), min));
            let to = max.clone().map(|max| binary("<=", Expr::column(column), max));
            fails(all(from.into_iter().chain(to)))
        }
        Check::InSet { column, values } => {
            let mut arguments = vec![Expr::column(column)];
            arguments.extend(values.iter().cloned());
            fails(Expr::call("in", arguments))
        }
        Check::Regex { column, pattern } => {
            fails(Expr::call("rlike", vec![Expr::column(column), Expr::string(pattern)]))
        }
        Check::Condition(condition) => fails(condition.clone()),
        Check::RowCount { .. } | Check::Freshness { .. } => return None,
    })
}

/// 1 when the latest row is too old or there is none, else 0.
fn stale(column: &str, within: &Expr) -> Expr {
    let latest = Expr::call("max", vec![Expr::column(column)]);
    let since = binary("-", Expr::call("current_timestamp", Vec::new()), within.clone());
    let number = |value| Expr::literal(Literal::Long(value));
    case(vec![(binary(">=", latest, since), number(0))], number(1))
}
