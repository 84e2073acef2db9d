//! The rows that a statement is about, as sets of places by file.

use std::collections::BTreeMap;

use arrow::array::{Array, AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlanProperties;
use functions::error::from_datafusion;
use futures::StreamExt;
use lang::{Error, Result};
use tokio::task::JoinSet;

use super::Work;
use crate::execute::interruptible;

/// Places in one file, one bit each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Places {
    words: Vec<u64>,
    count: u64,
}

impl Places {
    /// Whether the place is new.
    pub(super) fn insert(&mut self, place: u64) -> bool {
        let (word, bit) = ((place / 64) as usize, 1u64 << (place % 64));
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let is_new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        self.count += u64::from(is_new);
        is_new
    }

    /// Takes in others; whether none of them was there.
    fn merge(&mut self, others: Places) -> bool {
        if self.words.len() < others.words.len() {
            self.words.resize(others.words.len(), 0);
        }
        let mut disjoint = true;
        for (own, other) in self.words.iter_mut().zip(others.words) {
            disjoint &= *own & other == 0;
            *own |= other;
        }
        self.count = self.words.iter().map(|word| u64::from(word.count_ones())).sum();
        disjoint
    }

    /// In order.
    pub(super) fn all(&self) -> Vec<u64> {
        let mut all = Vec::with_capacity(self.count as usize);
        for (index, word) in self.words.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                all.push(index as u64 * 64 + u64::from(rest.trailing_zeros()));
                rest &= rest - 1;
            }
        }
        all
    }
}

/// What is known of one file.
#[derive(Debug, Clone, Default)]
struct InFile {
    matched: Places,
    touched: bool,
}

/// The rows that were found.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    files: BTreeMap<u32, InFile>,
    /// Whether some row has several matches.
    pub(super) several_matches: bool,
}

impl Found {
    /// The files that have to be written anew, in order.
    pub(super) fn touched(&self) -> Vec<u32> {
        self.files.iter().filter(|(_, own)| own.touched).map(|(file, _)| *file).collect()
    }

    pub(super) fn count(&self, file: u32) -> u64 {
        self.files.get(&file).map_or(0, |own| own.matched.count)
    }

    pub(super) fn rows(&self) -> u64 {
        self.files.values().map(|own| own.matched.count).sum()
    }

    pub(super) fn places(&self, file: u32) -> Vec<u64> {
        self.files.get(&file).map(|own| own.matched.all()).unwrap_or_default()
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let files = batch.column(0).as_primitive_opt::<Int32Type>().ok_or_else(unexpected)?;
        let rows = batch.column(1).as_primitive_opt::<Int64Type>().ok_or_else(unexpected)?;
        let matched = batch.column(2).as_boolean_opt().ok_or_else(unexpected)?;
        let touches = batch.column(3).as_boolean_opt().ok_or_else(unexpected)?;
        let is_set = |flags: &BooleanArray, row: usize| !flags.is_null(row) && flags.value(row);
        let mut row = 0;
        while row < batch.num_rows() {
            let number = files.value(row);
            let file = u32::try_from(number).map_err(|_| unexpected())?;
            let own = self.files.entry(file).or_default();
            // Rows of one file mostly come one after the other.
            while row < batch.num_rows() && files.value(row) == number {
                let place = u64::try_from(rows.value(row)).map_err(|_| unexpected())?;
                own.touched |= is_set(touches, row);
                if is_set(matched, row) {
                    self.several_matches |= !own.matched.insert(place);
                }
                row += 1;
            }
        }
        Ok(())
    }

    fn merge(&mut self, other: Found) {
        self.several_matches |= other.several_matches;
        for (file, theirs) in other.files {
            let own = self.files.entry(file).or_default();
            own.touched |= theirs.touched;
            self.several_matches |= !own.matched.merge(theirs.matched);
        }
    }
}

fn unexpected() -> Error {
    Error::internal("rows say where they are by a file's number and a place in it")
}

/// Runs the plan that finds rows; all partitions at once.
pub(super) async fn run(work: &Work<'_>, plan: LogicalPlan) -> Result<Found> {
    let physical = work.physical(plan).await?;
    let context = work.session.task_context();
    let mut tasks = JoinSet::new();
    for partition in 0..physical.output_partitioning().partition_count() {
        let input = physical.execute(partition, context.clone()).map_err(from_datafusion)?;
        let mut input = interruptible(input, work.operation);
        tasks.spawn(async move {
            let mut found = Found::default();
            while let Some(batch) = input.next().await {
                found.add(&batch.map_err(from_datafusion)?)?;
            }
            Ok::<_, Error>(found)
        });
    }
    let mut all = Found::default();
    while let Some(done) = tasks.join_next().await {
        all.merge(done.map_err(|e| Error::internal(format!("finding rows failed: {e}")))??);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_kept_once_and_in_order() {
        let mut places = Places::default();
        assert!(places.insert(130) && places.insert(3) && !places.insert(130));
        assert_eq!(places.all(), [3, 130]);
        let mut others = Places::default();
        others.insert(64);
        assert!(places.merge(others.clone()));
        assert!(!places.merge(others));
        assert_eq!((places.all(), places.count), (vec![3, 64, 130], 3));
    }
}
