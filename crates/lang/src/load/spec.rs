//! A load, typed: what goes where, and how.

use crate::ir::{Expr, Relation};

/// One load. Names of columns are compared without case.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// The table that is loaded.
    pub target: Vec<String>,
    /// The rows that come.
    pub source: Relation,
    /// The columns that tell one row from another.
    pub keys: Vec<String>,
    pub null_keys: NullKeys,
    /// The column that says which of two records of a key is the later one: a number, a timestamp, anything with an order.
    pub sequence: Option<String>,
    /// The columns that are loaded; empty: all that the source has.
    pub columns: Vec<String>,
    /// The columns whose change is a change; empty: all that are loaded but keys and sequence.
    pub compare: Vec<String>,
    pub changes: Option<Changes>,
    /// When the load is said to happen, for columns that keep it; `None`: when it runs.
    pub as_of: Option<Expr>,
    pub pattern: Pattern,
    pub expectations: Vec<Expectation>,
    /// Where rows go that an expectation puts aside.
    pub quarantine: Option<Vec<String>>,
}

/// What a NULL in a key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NullKeys {
    /// Nothing: the load fails with `LOAD_NULL_KEY`.
    #[default]
    Refuse,
    /// A value like others, the same as every other NULL.
    Match,
}

/// Only rows of the source that have changed since the last load.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    /// The column that says when a row was last changed; the target has it too.
    pub column: String,
    /// How far to look behind the mark for rows that came late: an interval or a number.
    pub overlap: Option<Expr>,
}

/// How the target is kept in step with the source.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// The target becomes what the source is.
    TruncateReload {
        /// The part of the target that is reloaded; `None`: all of it.
        replace_where: Option<Expr>,
    },
    /// Rows are only ever added.
    InsertOnly {
        /// `None`: the keys say which rows are there already.
        batch: Option<Batch>,
    },
    /// New keys are added, known ones changed.
    Upsert,
    /// [`Pattern::Upsert`], and rows that are gone from the source go.
    HardDelete(Deletes),
    /// [`Pattern::Upsert`], and rows that are gone from the source are marked.
    SoftDelete {
        deletes: Deletes,
        /// A boolean column of the target.
        flag: String,
        /// A column of the target for the time of the mark.
        deleted_at: Option<String>,
    },
    /// Rows are only ever added: each change, and each deletion as a row with a flag.
    InsertDeleteFlag {
        deletes: Deletes,
        flag: String,
        /// A BIGINT of the target that counts the versions of a key.
        version: String,
        /// A column of the target for the time of the load.
        loaded_at: Option<String>,
    },
    /// Every version of a row with the time it was valid in (SCD2).
    History(History),
    /// A batch of inserts, updates and deletes; the last of a key wins, in whatever order and how often batches come.
    ApplyChanges(ApplyChanges),
}

/// A name for the rows of one load, kept in a column of the target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub column: String,
    pub name: String,
}

/// Which rows are gone.
#[derive(Debug, Clone, PartialEq)]
pub enum Deletes {
    /// Those that the source has not: it is the whole truth.
    Missing,
    /// Those of which the source says so, by a condition over its columns.
    When(Expr),
}

#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// `None`: rows do not end.
    pub deletes: Option<Deletes>,
    pub valid_from: String,
    /// NULL in the version that is current.
    pub valid_to: String,
    pub is_current: String,
    /// A record that says what was known before makes a version of its own.
    pub keep_unchanged: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ApplyChanges {
    /// The column of the source that says what a record does.
    pub operation: String,
    /// Its values for rows that are there afterwards.
    pub upserts: Vec<String>,
    /// Its values for rows that are not.
    pub deletes: Vec<String>,
    /// Its values for records that say nothing.
    pub ignore: Vec<String>,
    /// A boolean column of the target: the row is only there for its sequence.
    pub flag: String,
}

/// Something that the rows of the source are expected to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    pub name: String,
    pub check: Check,
    pub action: Action,
}

/// NULL passes every check but [`Check::NotNull`].
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    NotNull {
        columns: Vec<String>,
    },
    /// No two rows have the same values; rows with a NULL in them are like no other.
    Unique {
        columns: Vec<String>,
    },
    /// Between `min` and `max`, both included.
    Range {
        column: String,
        min: Option<Expr>,
        max: Option<Expr>,
    },
    InSet {
        column: String,
        values: Vec<Expr>,
    },
    /// The pattern is found in the text.
    Regex {
        column: String,
        pattern: String,
    },
    /// A condition that is not FALSE.
    Condition(Expr),
    /// Of all rows: how many there are.
    RowCount {
        min: Option<i64>,
        max: Option<i64>,
    },
    /// Of all rows: the latest is not older than this interval.
    Freshness {
        column: String,
        within: Expr,
    },
}

impl Check {
    /// Whether it is about all rows together and not about each.
    pub fn is_of_all(&self) -> bool {
        matches!(self, Check::RowCount { .. } | Check::Freshness { .. })
    }

    /// Its name in a spec.
    pub fn name(&self) -> &'static str {
        match self {
            Check::NotNull { .. } => "not_null",
            Check::Unique { .. } => "unique",
            Check::Range { .. } => "range",
            Check::InSet { .. } => "in_set",
            Check::Regex { .. } => "regex",
            Check::Condition(_) => "condition",
            Check::RowCount { .. } => "row_count",
            Check::Freshness { .. } => "freshness",
        }
    }
}

/// What happens where an expectation is not met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Action {
    /// It is reported.
    Warn,
    /// The row is left out.
    Drop,
    /// The row goes to the quarantine table instead.
    Quarantine,
    /// Nothing is loaded.
    #[default]
    Fail,
}

impl Action {
    pub fn name(self) -> &'static str {
        match self {
            Action::Warn => "warn",
            Action::Drop => "drop",
            Action::Quarantine => "quarantine",
            Action::Fail => "fail",
        }
    }
}

impl Pattern {
    /// Its name in a spec.
    pub fn name(&self) -> &'static str {
        match self {
            Pattern::TruncateReload { .. } => "truncate_reload",
            Pattern::InsertOnly { .. } => "insert_only",
            Pattern::Upsert => "upsert",
            Pattern::HardDelete(_) => "hard_delete",
            Pattern::SoftDelete { .. } => "soft_delete",
            Pattern::InsertDeleteFlag { .. } => "insert_delete_flag",
            Pattern::History(_) => "history",
            Pattern::ApplyChanges(_) => "apply_changes",
        }
    }

    /// How it finds rows that are gone.
    pub fn deletes(&self) -> Option<&Deletes> {
        match self {
            Pattern::HardDelete(deletes)
            | Pattern::SoftDelete { deletes, .. }
            | Pattern::InsertDeleteFlag { deletes, .. } => Some(deletes),
            Pattern::History(history) => history.deletes.as_ref(),
            _ => None,
        }
    }

    /// Whether the source has to be whole: rows that it has not are gone.
    pub fn needs_whole_source(&self) -> bool {
        matches!(self, Pattern::TruncateReload { .. }) || self.deletes() == Some(&Deletes::Missing)
    }
}
