//! Rewritten rows, sorted out: what is written, what is dropped, what is recorded as a change.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, RecordBatch, RecordBatchOptions, StringArray,
};
use arrow::compute::{concat_batches, filter_record_batch};
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type, Schema, SchemaRef};
use functions::error::from_arrow;
use lang::{Error, Result};
use plan::lake::CHANGE_TYPE_COLUMN;
use plan::modify::Action;

use super::found::Places;

/// What became of rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// By clause, in order.
    pub actions: Vec<u64>,
    pub copied: u64,
    pub updated: u64,
    pub deleted: u64,
    pub inserted: u64,
    pub changes: u64,
    /// Rows that are deleted in place.
    places: BTreeMap<u32, Places>,
    /// Rows that were seen, where they may come several times.
    seen: BTreeMap<u32, Places>,
}

impl Tally {
    pub(super) fn merge(&mut self, other: Tally) {
        self.actions.resize(self.actions.len().max(other.actions.len()), 0);
        self.actions.iter_mut().zip(&other.actions).for_each(|(own, other)| *own += other);
        self.copied += other.copied;
        self.updated += other.updated;
        self.deleted += other.deleted;
        self.inserted += other.inserted;
        self.changes += other.changes;
        for (file, places) in other.places {
            let own = self.places.entry(file).or_default();
            for place in places.all() {
                own.insert(place);
            }
        }
    }

    /// Rows that are deleted in place, by file.
    pub(super) fn places(&self) -> Vec<(u32, Vec<u64>)> {
        self.places.iter().map(|(file, places)| (*file, places.all())).collect()
    }
}

/// What batches of a rewrite have: the table's columns, the clause, where the row was, its old values.
#[derive(Debug, Clone)]
pub(super) struct Sorter {
    pub table: SchemaRef,
    pub actions: Arc<[Action]>,
    /// Rows that change are deleted where they are, rows that stay are not written.
    pub in_place: bool,
    /// Rows of the target may come several times; the first counts.
    pub once: bool,
    /// How many of the table's columns have old values; `None`: changes are not recorded.
    pub recorded: Option<usize>,
}

/// One batch, sorted out.
pub(super) struct Parts {
    pub rows: RecordBatch,
    pub changes: Option<RecordBatch>,
}

impl Sorter {
    fn width(&self) -> usize {
        self.table.fields().len()
    }

    /// Whether batches say where rows were.
    pub(super) fn with_place(&self) -> bool {
        self.in_place || self.once
    }

    /// The schema of recorded changes.
    pub(super) fn change_schema(&self) -> SchemaRef {
        let mut fields: Vec<_> = self.table.fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new(CHANGE_TYPE_COLUMN, DataType::Utf8, false)));
        Arc::new(Schema::new(fields))
    }

    pub(super) fn sort(&self, batch: &RecordBatch, tally: &mut Tally) -> Result<Parts> {
        let rows = select(batch, 0..self.width(), &self.table)?;
        let clauses = batch.column(self.width()).as_primitive_opt::<Int32Type>();
        let clauses = clauses.ok_or_else(|| Error::internal("rows know their clause"))?;
        let drops: Vec<bool> = match self.once {
            true => self.repeated(batch, clauses, tally)?,
            false => Vec::new(),
        };
        tally.actions.resize(self.actions.len(), 0);
        let mut stays = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            if drops.get(row).copied().unwrap_or(false) {
                stays.push(false);
                continue;
            }
            let action = self.action(clauses, row);
            stays.push(self.count(action, clauses.value(row), tally));
        }
        if self.in_place {
            self.note_places(batch, clauses, tally)?;
        }
        let changes = match self.recorded {
            Some(known) => self.changes(batch, &rows, clauses, &drops, known)?,
            None => None,
        };
        tally.changes += changes.as_ref().map_or(0, |changes| changes.num_rows() as u64);
        let rows = match stays.iter().all(|stays| *stays) {
            true => rows,
            false => filter_record_batch(&rows, &BooleanArray::from(stays)).map_err(|e| from_arrow(&e))?,
        };
        Ok(Parts { rows, changes })
    }

    fn action(&self, clauses: &Int32Array, row: usize) -> Option<Action> {
        let number = usize::try_from(clauses.value(row)).ok()?.checked_sub(1)?;
        self.actions.get(number).copied()
    }

    /// Whether the row is written.
    fn count(&self, action: Option<Action>, clause: i32, tally: &mut Tally) -> bool {
        let Some(action) = action else {
            tally.copied += u64::from(!self.in_place);
            return !self.in_place;
        };
        let place = usize::try_from(clause - 1).unwrap_or_default();
        if let Some(count) = tally.actions.get_mut(place) {
            *count += 1;
        }
        match action {
            Action::Update | Action::UpdateOrphan => tally.updated += 1,
            Action::Delete | Action::DeleteOrphan => tally.deleted += 1,
            Action::Insert => tally.inserted += 1,
        }
        !action.deletes()
    }

    /// For each row whether it has been there before.
    fn repeated(&self, batch: &RecordBatch, clauses: &Int32Array, tally: &mut Tally) -> Result<Vec<bool>> {
        let at = self.place_columns(batch)?;
        let mut repeated = Vec::with_capacity(batch.num_rows());
        for row in 0..batch.num_rows() {
            let place = if clauses.value(row) == 0 { None } else { at(row) };
            repeated.push(match place {
                Some((file, place)) => !tally.seen.entry(file).or_default().insert(place),
                None => false,
            });
        }
        Ok(repeated)
    }

    fn note_places(&self, batch: &RecordBatch, clauses: &Int32Array, tally: &mut Tally) -> Result<()> {
        let at = self.place_columns(batch)?;
        for row in 0..batch.num_rows() {
            if let (Some(_), Some((file, place))) = (self.action(clauses, row), at(row)) {
                tally.places.entry(file).or_default().insert(place);
            }
        }
        Ok(())
    }

    /// Where rows were: the file and the place in it; new rows were nowhere.
    fn place_columns<'b>(
        &self,
        batch: &'b RecordBatch,
    ) -> Result<impl Fn(usize) -> Option<(u32, u64)> + use<'b>> {
        let missing = || Error::internal("rows say where they were");
        let files = batch.column(self.width() + 1).as_primitive_opt::<Int32Type>().ok_or_else(missing)?;
        let rows = batch.column(self.width() + 2).as_primitive_opt::<Int64Type>().ok_or_else(missing)?;
        Ok(move |row: usize| match files.is_null(row) {
            true => None,
            false => Some((u32::try_from(files.value(row)).ok()?, u64::try_from(rows.value(row)).ok()?)),
        })
    }

    /// The changes of a batch: before and after for updates.
    fn changes(
        &self,
        batch: &RecordBatch,
        new: &RecordBatch,
        clauses: &Int32Array,
        drops: &[bool],
        known: usize,
    ) -> Result<Option<RecordBatch>> {
        let first = self.width() + 1 + if self.with_place() { 2 } else { 0 };
        let kind = |row: usize| {
            let dropped = drops.get(row).copied().unwrap_or(false);
            if dropped { None } else { self.action(clauses, row) }
        };
        let is = |wanted: &dyn Fn(Action) -> bool| -> BooleanArray {
            (0..batch.num_rows()).map(|row| Some(kind(row).is_some_and(wanted))).collect()
        };
        let updates = is(&|action| matches!(action, Action::Update | Action::UpdateOrphan));
        let deletes = is(&Action::deletes);
        let inserts = is(&|action| action == Action::Insert);
        if [&updates, &deletes, &inserts].iter().all(|rows| rows.true_count() == 0) {
            return Ok(None);
        }
        let old = self.old(batch, first, known)?;
        let schema = self.change_schema();
        let sets = [
            (&old, &deletes, "delete"),
            (&old, &updates, "update_preimage"),
            (new, &updates, "update_postimage"),
            (new, &inserts, "insert"),
        ];
        let mut parts = Vec::with_capacity(sets.len());
        for (rows, chosen, kind) in sets {
            if chosen.true_count() == 0 {
                continue;
            }
            let rows = filter_record_batch(rows, chosen).map_err(|e| from_arrow(&e))?;
            let mut columns = rows.columns().to_vec();
            columns.push(Arc::new(StringArray::from(vec![kind; rows.num_rows()])) as ArrayRef);
            parts.push(RecordBatch::try_new(Arc::clone(&schema), columns).map_err(|e| from_arrow(&e))?);
        }
        concat_batches(&schema, &parts).map(Some).map_err(|e| from_arrow(&e))
    }

    /// The old values; columns that are new have none.
    fn old(&self, batch: &RecordBatch, first: usize, known: usize) -> Result<RecordBatch> {
        let mut columns: Vec<ArrayRef> = batch.columns()[first..first + known].to_vec();
        for field in &self.table.fields()[known..] {
            columns.push(arrow::array::new_null_array(field.data_type(), batch.num_rows()));
        }
        let fields = self.table.fields().iter().map(|field| field.as_ref().clone().with_nullable(true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        RecordBatch::try_new(schema, columns).map_err(|e| from_arrow(&e))
    }
}

/// Some columns of a batch under another schema.
fn select(batch: &RecordBatch, columns: std::ops::Range<usize>, schema: &SchemaRef) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), batch.columns()[columns].to_vec(), &options)
        .map_err(|e| from_arrow(&e))
}
