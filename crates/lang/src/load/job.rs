//! A spec together with what is known of its tables: which columns are loaded, compared, kept.

use super::build::{self, SOURCE, TARGET, all, binary, contains, is_null, not, of, quoted, same};
use super::spec::{Deletes, NullKeys, Pattern, Spec};
use crate::ir::{
    Assignment, Expr, Insert, Literal, Merge, MergeAction, MergeClause, Options, Relation, Statement, Target,
};
use crate::{Error, Result};

/// Columns of our own begin like this.
pub(super) const HELPER: &str = "__load_";
/// Whether a record says that its row is gone.
pub(super) const GONE: &str = "__load_gone";

/// What a session knows when a load begins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    pub source_columns: Vec<String>,
    pub target_columns: Vec<String>,
    /// Whether rows of the target can be changed in place by MERGE.
    pub merges: bool,
    /// The answer of [`mark`](super::mark): `None` when the target is empty, or nobody asked.
    pub mark: Option<Literal>,
}

/// A spec with columns.
#[derive(Debug)]
pub(super) struct Job<'a> {
    pub(super) spec: &'a Spec,
    pub(super) facts: &'a Facts,
    /// What is loaded, as the source spells it: the keys, the sequence where the target keeps it, everything else.
    pub(super) columns: Vec<String>,
    /// [`Self::columns`] without the keys.
    pub(super) values: Vec<String>,
    /// What makes a change.
    pub(super) compared: Vec<String>,
    /// The sequence, where the target has that column.
    pub(super) kept_sequence: Option<String>,
}

impl<'a> Job<'a> {
    /// # Errors
    /// `LOAD_SPEC` for columns that are not where they have to be.
    pub(super) fn new(spec: &'a Spec, facts: &'a Facts) -> Result<Self> {
        if let Some(name) = facts.source_columns.iter().find(|name| name.to_lowercase().starts_with(HELPER)) {
            return Err(column_error("LOAD_SPEC.RESERVED_COLUMN", name));
        }
        let kept_sequence = spec.sequence.clone().filter(|name| contains(&facts.target_columns, name));
        let mut job =
            Job { spec, facts, columns: Vec::new(), values: Vec::new(), compared: Vec::new(), kept_sequence };
        job.expect_in_source()?;
        let wanted = if spec.columns.is_empty() { &facts.source_columns } else { &spec.columns };
        job.columns = wanted.iter().filter(|name| !job.is_only_read(name)).cloned().collect();
        if let Some(sequence) = job.kept_sequence.clone().filter(|sequence| !contains(&job.columns, sequence))
        {
            job.columns.push(sequence);
        }
        job.expect_in_target()?;
        job.values = job.columns.iter().filter(|name| !contains(&spec.keys, name)).cloned().collect();
        job.compared = match spec.compare.is_empty() {
            false => spec.compare.clone(),
            true => job.values.iter().filter(|name| !job.is_sequence(name)).cloned().collect(),
        };
        Ok(job)
    }

    fn expect_in_source(&self) -> Result<()> {
        let spec = self.spec;
        let mut needed: Vec<&String> = spec.keys.iter().chain(&spec.sequence).chain(&spec.columns).collect();
        needed.extend(&spec.compare);
        needed.extend(spec.changes.as_ref().map(|changes| &changes.column));
        if let Pattern::ApplyChanges(apply) = &spec.pattern {
            needed.push(&apply.operation);
        }
        match needed.into_iter().find(|name| !contains(&self.facts.source_columns, name)) {
            Some(name) => Err(column_error("LOAD_SPEC.NOT_IN_SOURCE", name)
                .with("columns", quoted(&self.facts.source_columns))),
            None => Ok(()),
        }
    }

    fn expect_in_target(&self) -> Result<()> {
        let has = |name: &str| contains(&self.facts.target_columns, name);
        let own = self.own_columns();
        if let Some(name) = own.iter().find(|name| contains(&self.columns, name)) {
            return Err(
                column_error("LOAD_SPEC.COLUMN_OF_PATTERN", name).with("pattern", self.spec.pattern.name())
            );
        }
        match self.columns.iter().chain(&own).find(|name| !has(name)) {
            Some(name) => Err(column_error("LOAD_SPEC.NOT_IN_TARGET", name)
                .with("columns", quoted(&self.facts.target_columns))),
            None => Ok(()),
        }
    }

    /// The columns that the pattern itself fills.
    fn own_columns(&self) -> Vec<String> {
        let mut own = Vec::new();
        match &self.spec.pattern {
            Pattern::InsertOnly { batch: Some(batch) } => own.push(batch.column.clone()),
            Pattern::SoftDelete { flag, deleted_at, .. } => {
                own.push(flag.clone());
                own.extend(deleted_at.clone());
            }
            Pattern::InsertDeleteFlag { flag, version, loaded_at, .. } => {
                own.extend([flag.clone(), version.clone()]);
                own.extend(loaded_at.clone());
            }
            Pattern::History(history) => {
                own.extend([
                    history.valid_from.clone(),
                    history.valid_to.clone(),
                    history.is_current.clone(),
                ]);
            }
            Pattern::ApplyChanges(apply) => {
                own.push(apply.flag.clone());
                // Without it in the target a batch that comes late could not be told from one that is new.
                own.extend(self.spec.sequence.clone().filter(|_| self.kept_sequence.is_none()));
            }
            Pattern::TruncateReload { .. }
            | Pattern::InsertOnly { batch: None }
            | Pattern::Upsert
            | Pattern::HardDelete(_) => {}
        }
        own
    }

    /// Columns of the source that tell what to do and are not loaded, unless the target has them too.
    fn is_only_read(&self, name: &str) -> bool {
        let is_operation =
            matches!(&self.spec.pattern, Pattern::ApplyChanges(apply) if same(&apply.operation, name));
        (is_operation || self.is_sequence(name)) && !contains(&self.facts.target_columns, name)
    }

    fn is_sequence(&self, name: &str) -> bool {
        self.spec.sequence.as_ref().is_some_and(|sequence| same(sequence, name))
    }

    /// `target.k = source.k AND …`, or with `<=>`.
    pub(super) fn matching(&self, left: &str, right: &str) -> Expr {
        let operator = if self.spec.null_keys == NullKeys::Match { "<=>" } else { "==" };
        all(self.spec.keys.iter().map(|key| binary(operator, of(left, key), of(right, key))))
    }

    /// Whether anything that is compared differs; FALSE where nothing is.
    pub(super) fn differs(&self, left: &str, right: &str) -> Expr {
        let equal = self.compared.iter().map(|name| binary("<=>", of(left, name), of(right, name)));
        match self.compared.is_empty() {
            true => build::boolean(false),
            false => not(all(equal)),
        }
    }

    /// Whether the source's record is to change the target's row: it is later, where the target knows how late its own is,
    /// and else says something else.
    pub(super) fn changed(&self) -> Expr {
        match self.later(TARGET) {
            Some(later) => later,
            None => self.differs(TARGET, SOURCE),
        }
    }

    /// Whether the source's record is later than that of `than`; `None` where the target keeps no sequence.
    pub(super) fn later(&self, than: &str) -> Option<Expr> {
        let sequence = self.kept_sequence.as_ref()?;
        let unknown = is_null(of(than, sequence));
        Some(build::any([unknown, binary(">", of(SOURCE, sequence), of(than, sequence))]))
    }

    pub(super) fn delete_condition(&self) -> Option<&'a Expr> {
        match self.spec.pattern.deletes() {
            Some(Deletes::When(condition)) => Some(condition),
            _ => None,
        }
    }

    /// When the load happens.
    pub(super) fn now(&self) -> Expr {
        self.spec.as_of.clone().unwrap_or_else(|| Expr::call("current_timestamp", Vec::new()))
    }

    /// `INSERT INTO target BY NAME query`
    pub(super) fn insert(&self, query: Relation) -> Statement {
        Statement::Insert(Insert { by_name: true, ..Insert::new(self.spec.target.clone(), query) })
    }

    /// `MERGE INTO target USING source ON condition …`
    pub(super) fn merge(&self, source: Relation, condition: Expr, clauses: Clauses) -> Statement {
        let target = Target {
            name: self.spec.target.clone(),
            alias: Some(TARGET.to_string()),
            columns: Vec::new(),
            options: Options::new(),
            definitions: Vec::new(),
        };
        let Clauses { matched, not_matched, not_matched_by_source } = clauses;
        let source = build::named(source, SOURCE);
        let schema_evolution = false;
        Statement::Merge(Box::new(Merge {
            target,
            source,
            condition,
            matched,
            not_matched,
            not_matched_by_source,
            schema_evolution,
        }))
    }
}

/// The clauses of a MERGE.
#[derive(Debug, Default)]
pub(super) struct Clauses {
    pub(super) matched: Vec<MergeClause>,
    pub(super) not_matched: Vec<MergeClause>,
    pub(super) not_matched_by_source: Vec<MergeClause>,
}

pub(super) fn delete(condition: Expr) -> MergeClause {
    MergeClause { condition: Some(condition), action: MergeAction::Delete }
}

pub(super) fn update(condition: Expr, assignments: Vec<Assignment>) -> MergeClause {
    MergeClause { condition: Some(condition), action: MergeAction::Update(assignments) }
}

pub(super) fn insert(condition: Option<Expr>, assignments: Vec<Assignment>) -> MergeClause {
    MergeClause { condition, action: MergeAction::Insert(assignments) }
}

fn column_error(condition: &str, name: &str) -> Error {
    Error::analysis(condition).with("column", quoted(&[name.to_string()]))
}
