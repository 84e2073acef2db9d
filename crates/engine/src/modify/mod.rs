//! DELETE, UPDATE and MERGE on tables that keep versions.
//!
//! ```text
//! source ── kept once ──┐
//!                       ├─ find ──► which rows of which files ──► rewrite those files ──► one commit
//! files that may match ─┘                                          rows sorted out: written, dropped, recorded
//! ```
//!
//! The nouns: a [`Kept`](kept::Kept) source is computed once, in memory or on disk; [`Found`](found::Found) rows are sets of
//! places by file; a [`Tally`](sorted::Tally) counts what became of rows.
//!
//! # Guarantees
//! - Files without a row that a clause is about are neither rewritten nor, where their statistics tell, read.
//! - Both passes see the same source and the same version of the table.
//! - The new version is visible whole or not at all; what others committed meanwhile is a conflict where it matters.
//!
//! # Does not
//! Resolve names (`plan::modify` does), know a format.
//!
//! # Where to start
//! [`Session::modify`].

mod filter;
mod found;
mod history;
mod kept;
mod open;
mod physical;
mod sorted;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::logical_expr::{Expr, LogicalPlan, lit};
use lang::ir::{Delete, Merge, Target, Update};
use lang::{Error, Result, RuntimeClass};
use plan::lake::{Change, Commit, LakeRead, LakeTable, ReadSet, SchemaChange};
use plan::modify::{Modification, put};

use self::found::Found;
use self::history::Done;
use self::kept::Kept;
use crate::cache::Opened;
use crate::operation::Operation;
use crate::session::Session;

/// A statement that changes rows.
#[derive(Debug, Clone)]
pub(crate) enum Modify {
    Delete(Box<Delete>),
    Update(Box<Update>),
    Merge(Box<Merge>),
}

impl Modify {
    fn target(&self) -> &Target {
        match self {
            Modify::Delete(delete) => &delete.target,
            Modify::Update(update) => &update.target,
            Modify::Merge(merge) => &merge.target,
        }
    }

    /// How Spark names what its tables of files do not support.
    fn operation(&self) -> &'static str {
        match self {
            Modify::Delete(_) => "DELETE",
            Modify::Update(_) => "UPDATE TABLE",
            Modify::Merge(_) => "MERGE INTO TABLE",
        }
    }

    /// Whether rows that are there may change.
    fn touches_rows(&self) -> bool {
        match self {
            Modify::Merge(merge) => !merge.matched.is_empty() || !merge.not_matched_by_source.is_empty(),
            Modify::Delete(_) | Modify::Update(_) => true,
        }
    }
}

/// One statement on its way.
struct Work<'a> {
    session: &'a Arc<Session>,
    operation: &'a Arc<Operation>,
    table: Arc<dyn LakeTable>,
    modification: Modification,
    opened: Opened,
}

impl Session {
    /// Changes rows; answers with how many.
    ///
    /// # Errors
    /// Spark's analysis errors, those of values, `DELTA_CONCURRENT_…`; the table is as it was then.
    pub(crate) async fn modify(
        self: &Arc<Self>,
        statement: Modify,
        operation: &Arc<Operation>,
    ) -> Result<RecordBatch> {
        let (name, table) = self.changed_table(&statement, operation).await?;
        let whole = matches!(&statement, Modify::Delete(delete) if delete.condition.is_none());
        let (modification, opened) = self.resolved_change(&statement, name, &table, operation).await?;
        let work = Work { session: self, operation, table: Arc::clone(&table), modification, opened };
        let schema = match &work.modification.schema {
            Some(schema) => SchemaChange::Merge(schema.clone()),
            None => SchemaChange::None,
        };
        let change = table.change(schema)?;
        let unfinished = write::Unfinished::new(&change);
        let started = std::time::Instant::now();
        let done = match whole.then(|| work.all_files()).flatten() {
            Some(done) => Ok(done),
            None => work.run(&change).await,
        };
        let done = match done {
            Ok(done) => done,
            Err(error) => {
                unfinished.finish();
                change.abort().await;
                return Err(open::overflow(error, table.schema()));
            }
        };
        let answer = history::answer(&statement, &done)?;
        unfinished.finish();
        match done.is_empty() && work.modification.schema.is_none() {
            true => change.abort().await,
            false => {
                let commit = work.commit(&statement, done, started.elapsed());
                // A task of its own: once begun, a commit is not dropped halfway with the request.
                let committing = tokio::spawn(async move { change.commit(commit).await });
                committing.await.map_err(|e| Error::internal(format!("the commit failed: {e}")))??;
            }
        }
        self.cache.invalidate(table.location());
        Ok(answer)
    }
}

impl Work<'_> {
    /// Every file goes; `None` where it is not known how many rows that are.
    fn all_files(&self) -> Option<Done> {
        let files = self.table.files();
        let rows = files.iter().map(|file| file.rows).sum::<Option<u64>>()?;
        let mut done = Done { read: ReadSet::Whole, ..Done::default() };
        done.removed = (0..files.len()).filter_map(|file| u32::try_from(file).ok()).collect();
        done.tally.deleted = rows;
        done.tally.actions = vec![rows];
        Some(done)
    }

    async fn run(&self, change: &Arc<dyn Change>) -> Result<Done> {
        let mut done = Done::default();
        let source = match &self.modification.source {
            Some(source) => Some(self.keep(source).await?),
            None => None,
        };
        done.source_rows = source.as_ref().map_or(0, Kept::rows);
        let bounds = match (&self.modification.source, &source) {
            (Some(own), Some(kept)) => self.bounds(own, kept).await?,
            _ => None,
        };
        let mut filters = self.modification.filters.clone();
        filters.extend(bounds.iter().cloned());
        // No row of the source can have a match at all.
        let candidates = match bounds == Some(lit(false)) {
            true => Vec::new(),
            false => self.files_matching(filters.clone()).await?,
        };
        done.read = match filters.is_empty() {
            true => ReadSet::Whole,
            false => ReadSet::Matching { filters, files: candidates.clone() },
        };
        let Some(find) = &self.modification.find else {
            let rows = self.rewritten(source.as_ref(), Some(candidates), bounds.as_ref(), change);
            done.tally = rows.await?;
            return Ok(done);
        };
        let find = self.filled(find.clone(), source.as_ref(), Some(candidates), bounds.as_ref(), true)?;
        let found = found::run(self, find).await?;
        done.found_after = Some(std::time::Instant::now());
        if found.several_matches && !self.modification.several_matches {
            return Err(several_matches());
        }
        let found = Arc::new(found);
        self.apply(&found, source.as_ref(), change, &mut done).await?;
        Ok(done)
    }

    /// Writes the touched files anew, or says which rows are deleted in place.
    async fn apply(
        &self,
        found: &Arc<Found>,
        source: Option<&Kept>,
        change: &Arc<dyn Change>,
        done: &mut Done,
    ) -> Result<()> {
        let touched = found.touched();
        let only_deletes = source.is_none() && self.modification.rewrite.actions.iter().all(|a| a.deletes());
        let records = self.table.records_changes();
        let whole: Vec<u32> = match only_deletes {
            true => touched.iter().copied().filter(|file| self.is_whole(found, *file)).collect(),
            false => Vec::new(),
        };
        let nothing_stays = whole.len() == touched.len();
        if only_deletes && (nothing_stays || (self.table.deletes_in_place() && !records)) {
            done.tally.deleted = found.rows();
            done.tally.actions = vec![found.rows()];
            done.deleted =
                touched.iter().filter(|file| !whole.contains(file)).map(|f| (*f, found.places(*f))).collect();
            done.removed = whole;
            return Ok(());
        }
        // Recorded changes are all of a version's changes: then files that go as a whole are recorded, too.
        let whole = if records { Vec::new() } else { whole };
        let rewritten: Vec<u32> = touched.iter().copied().filter(|file| !whole.contains(file)).collect();
        let tally = self.rewritten(source, Some(rewritten), None, change).await?;
        done.tally = tally;
        if self.table.deletes_in_place() {
            let all = |(file, places): &(u32, Vec<u64>)| self.has_rows(*file, places.len() as u64);
            let (gone, deleted): (Vec<_>, Vec<_>) = done.tally.places().into_iter().partition(all);
            done.removed = gone.into_iter().map(|(file, _)| file).collect();
            done.deleted = deleted;
        } else {
            done.removed = touched;
        }
        let gone: u64 = whole.iter().map(|file| found.count(*file)).sum();
        done.tally.deleted += gone;
        if let Some(first) = done.tally.actions.first_mut() {
            *first += gone;
        }
        Ok(())
    }

    /// Whether all rows of a file were found.
    fn is_whole(&self, found: &Found, file: u32) -> bool {
        self.has_rows(file, found.count(file))
    }

    /// Whether a file is known to have so many rows.
    fn has_rows(&self, file: u32, rows: u64) -> bool {
        self.table.files().get(file as usize).and_then(|file| file.rows) == Some(rows)
    }

    /// The plan with the source's kept rows and the target's files in it.
    fn filled(
        &self,
        plan: LogicalPlan,
        source: Option<&Kept>,
        files: Option<Vec<u32>>,
        bounds: Option<&Expr>,
        prunes: bool,
    ) -> Result<LogicalPlan> {
        let provider = self.table.provider(&LakeRead { located: true, files })?;
        let bounds = bounds.filter(|_| prunes);
        let plan = put(plan, &self.modification.target, &provider, bounds)?;
        match (&self.modification.source, source) {
            (Some(own), Some(kept)) => put(plan, &own.table, &kept.provider(), None),
            _ => Ok(plan),
        }
    }

    fn commit(&self, statement: &Modify, done: Done, took: std::time::Duration) -> Commit {
        let (operation, parameters) = history::described(statement, &self.modification);
        Commit {
            operation,
            parameters,
            metrics: history::metrics(statement, &self.modification, &done, took),
            removed: done.removed,
            deleted: done.deleted,
            read: done.read,
            ..Commit::default()
        }
    }
}

fn several_matches() -> Error {
    let condition = "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE";
    Error::runtime(RuntimeClass::Other, condition).with(
        "usageReference",
        "https://docs.delta.io/latest/delta-update.html#upsert-into-a-table-using-merge",
    )
}
