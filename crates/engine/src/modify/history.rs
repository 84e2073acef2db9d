//! What a statement answers, and what DESCRIBE HISTORY tells of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use lang::{Error, Result};
use plan::lake::ReadSet;
use plan::modify::{Action, Described, Modification};
use serde_json::{Map, Value};

use super::Modify;
use super::sorted::Tally;

/// What became of a table.
#[derive(Debug, Clone, Default)]
pub(super) struct Done {
    pub removed: Vec<u32>,
    pub deleted: Vec<(u32, Vec<u64>)>,
    pub read: ReadSet,
    pub tally: Tally,
    pub source_rows: u64,
    /// When the rows were found.
    pub found_after: Option<Instant>,
}

impl Done {
    /// Whether the table is as it was.
    pub(super) fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.deleted.is_empty() && self.tally.inserted + self.tally.updated == 0
    }
}

/// The one row of counts that a statement answers with.
pub(super) fn answer(statement: &Modify, done: &Done) -> Result<RecordBatch> {
    let Tally { updated, deleted, inserted, .. } = &done.tally;
    let counts = match statement {
        Modify::Delete(_) | Modify::Update(_) => vec![("num_affected_rows", updated + deleted)],
        Modify::Merge(_) => vec![
            ("num_affected_rows", updated + deleted + inserted),
            ("num_updated_rows", *updated),
            ("num_deleted_rows", *deleted),
            ("num_inserted_rows", *inserted),
        ],
    };
    let fields: Vec<_> = counts.iter().map(|(name, _)| Field::new(*name, DataType::Int64, true)).collect();
    let columns = counts.iter().map(|(_, count)| {
        Arc::new(Int64Array::from(vec![i64::try_from(*count).unwrap_or(i64::MAX)])) as ArrayRef
    });
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.collect())
        .map_err(|e| Error::internal(e.to_string()))
}

/// The operation and its parameters.
pub(super) fn described(statement: &Modify, modification: &Modification) -> (String, Vec<(String, String)>) {
    let condition = |or: Option<&str>| {
        let text = modification.condition.as_deref().or(or);
        Value::from(text.into_iter().map(str::to_string).collect::<Vec<_>>()).to_string()
    };
    let named = |name: &str, text: String| (name.to_string(), text);
    match statement {
        Modify::Delete(_) => ("DELETE".to_string(), vec![named("predicate", condition(Some("true")))]),
        Modify::Update(_) => {
            let predicate = modification.condition.is_some().then(|| named("predicate", condition(None)));
            ("UPDATE".to_string(), predicate.into_iter().collect())
        }
        Modify::Merge(_) => {
            let clauses = |wanted: &[Action]| clauses(&modification.clauses, wanted);
            let parameters = vec![
                named("predicate", condition(None)),
                named("matchedPredicates", clauses(&[Action::Update, Action::Delete])),
                named("notMatchedPredicates", clauses(&[Action::Insert])),
                named("notMatchedBySourcePredicates", clauses(&[Action::UpdateOrphan, Action::DeleteOrphan])),
            ];
            ("MERGE".to_string(), parameters)
        }
    }
}

fn clauses(all: &[Described], wanted: &[Action]) -> String {
    let own = all.iter().filter(|clause| wanted.contains(&clause.action));
    let one = |clause: &Described| {
        let mut shown = Map::new();
        if let Some(condition) = &clause.condition {
            shown.insert("predicate".to_string(), Value::from(condition.as_str()));
        }
        let action = match clause.action {
            Action::Update | Action::UpdateOrphan => "update",
            Action::Delete | Action::DeleteOrphan => "delete",
            Action::Insert => "insert",
        };
        shown.insert("actionType".to_string(), Value::from(action));
        Value::Object(shown)
    };
    Value::Array(own.map(one).collect()).to_string()
}

/// Delta's metrics; those of written files are added by the change.
pub(super) fn metrics(
    statement: &Modify,
    modification: &Modification,
    done: &Done,
    took: Duration,
) -> Vec<(String, String)> {
    let tally = &done.tally;
    let by = |wanted: Action| -> u64 {
        let actions = modification.rewrite.actions.iter().zip(&tally.actions);
        actions.filter(|(action, _)| **action == wanted).map(|(_, count)| *count).sum()
    };
    let took = took.as_millis() as u64;
    let rewriting = done.found_after.map_or(took, |found| found.elapsed().as_millis() as u64);
    let times = [
        ("executionTimeMs", took),
        ("scanTimeMs", took.saturating_sub(rewriting)),
        ("rewriteTimeMs", rewriting),
    ];
    let mut metrics = match statement {
        Modify::Delete(_) => vec![("numDeletedRows", tally.deleted), ("numCopiedRows", tally.copied)],
        Modify::Update(_) => vec![("numUpdatedRows", tally.updated), ("numCopiedRows", tally.copied)],
        Modify::Merge(_) => vec![
            ("numSourceRows", done.source_rows),
            ("numTargetRowsInserted", tally.inserted),
            ("numTargetRowsUpdated", tally.updated),
            ("numTargetRowsDeleted", tally.deleted),
            ("numTargetRowsMatchedUpdated", by(Action::Update)),
            ("numTargetRowsMatchedDeleted", by(Action::Delete)),
            ("numTargetRowsNotMatchedBySourceUpdated", by(Action::UpdateOrphan)),
            ("numTargetRowsNotMatchedBySourceDeleted", by(Action::DeleteOrphan)),
            ("numTargetRowsCopied", tally.copied),
            ("numOutputRows", tally.copied + tally.updated + tally.inserted),
        ],
    };
    metrics.extend(times);
    metrics.into_iter().map(|(name, count)| (name.to_string(), count.to_string())).collect()
}
