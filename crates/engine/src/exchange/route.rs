//! Which partition each row goes to.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow::compute::{interleave_record_batch, take_record_batch};
use arrow::datatypes::{DataType, Int32Type};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::{LexOrdering, PhysicalExpr};

use super::range::Bounds;
use super::size::Spread;

/// How rows find their partitions.
#[derive(Debug)]
pub(super) enum Routing {
    RoundRobin,
    /// In turn, as if the rows of the only input came in as many partitions as there are cores.
    RoundRobinOfSlices,
    /// An int, modulo the number of partitions; NULL is zero.
    Number(Arc<dyn PhysicalExpr>),
    Range(LexOrdering),
}

impl Routing {
    pub(super) fn expressions(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        match self {
            Routing::RoundRobin | Routing::RoundRobinOfSlices => Vec::new(),
            Routing::Number(number) => vec![number],
            Routing::Range(keys) => keys.iter().map(|key| &key.expr).collect(),
        }
    }
}

impl fmt::Display for Routing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Routing::RoundRobin | Routing::RoundRobinOfSlices => f.write_str("in turn"),
            Routing::Number(number) => write!(f, "by {number}"),
            Routing::Range(keys) => write!(f, "by ranges of {keys}"),
        }
    }
}

/// Finds the outputs of the rows of one partition of the input.
pub(super) struct Router {
    rule: Rule,
    targets: usize,
    outputs: usize,
    spread: Spread,
}

pub(super) enum Rule {
    /// In turn; the row before went there.
    Turn(usize),
    /// In turn, slice by slice.
    Slices(Slices),
    Number(Arc<dyn PhysicalExpr>),
    Range(Arc<Bounds>),
}

/// Rows in equal slices, each dealt out from a place of its own.
pub(super) struct Slices {
    rows: usize,
    slices: usize,
    row: usize,
    /// The slice of the row before, and where that row went.
    last: Option<(usize, usize)>,
}

impl Slices {
    pub(super) fn new(rows: usize, most: usize) -> Self {
        Slices { rows, slices: most.min(rows).max(1), row: 0, last: None }
    }

    fn next(&mut self, targets: usize) -> u32 {
        // The slice whose first row is this one or the nearest before it.
        let slice = ((self.row + 1) * self.slices).div_ceil(self.rows.max(1)) - 1;
        self.row += 1;
        let before = match self.last {
            Some((last, turn)) if last == slice => turn,
            _ => functions::partition::round_robin_start(slice, targets),
        };
        let turn = (before + 1) % targets;
        self.last = Some((slice, turn));
        turn as u32
    }
}

impl Router {
    pub(super) fn new(rule: Rule, targets: usize, outputs: usize, spread: Spread) -> Self {
        Router { rule, targets, outputs, spread }
    }

    /// The output of each row of a batch.
    pub(super) fn outputs(&mut self, batch: &RecordBatch) -> Result<Vec<u32>> {
        let mut targets = self.targets(batch)?;
        match self.spread {
            Spread::Exact => {}
            Spread::One => targets.fill(0),
            Spread::Merged => {
                let share = |target: u32| (target as usize * self.outputs / self.targets) as u32;
                targets.iter_mut().for_each(|target| *target = share(*target));
            }
        }
        Ok(targets)
    }

    fn targets(&mut self, batch: &RecordBatch) -> Result<Vec<u32>> {
        match &mut self.rule {
            Rule::Turn(last) => {
                let (first, rows) = (*last + 1, batch.num_rows());
                *last = (*last + rows) % self.targets;
                Ok((first..first + rows).map(|turn| (turn % self.targets) as u32).collect())
            }
            Rule::Slices(slices) => Ok((0..batch.num_rows()).map(|_| slices.next(self.targets)).collect()),
            Rule::Number(number) => numbered(number, batch, self.targets),
            Rule::Range(bounds) => bounds.targets(batch),
        }
    }

    /// All rows of a partition of the input in the order of their targets, as they are read from merged ones.
    pub(super) fn by_target(&mut self, batches: &[RecordBatch]) -> Result<Option<RecordBatch>> {
        let mut rows = Vec::new();
        for (index, batch) in batches.iter().enumerate() {
            let targets = self.targets(batch)?;
            rows.extend(targets.into_iter().enumerate().map(|(row, target)| (target, (index, row))));
        }
        if rows.is_empty() {
            return Ok(None);
        }
        rows.sort_by_key(|(target, _)| *target);
        let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
        picked(batches, &rows).map(Some)
    }
}

fn numbered(number: &Arc<dyn PhysicalExpr>, batch: &RecordBatch, targets: usize) -> Result<Vec<u32>> {
    let numbers = number.evaluate(batch)?.into_array(batch.num_rows())?;
    if *numbers.data_type() != DataType::Int32 {
        let found = format!("partitions are numbered by {}", numbers.data_type());
        return Err(DataFusionError::Internal(found));
    }
    let numbers = numbers.as_primitive::<Int32Type>();
    // There are never more partitions than an int can count.
    let target = |number: Option<i32>| i64::from(number.unwrap_or(0)).rem_euclid(targets as i64) as u32;
    Ok(numbers.iter().map(target).collect())
}

/// The rows of some batches with the output each goes to, in the order of the outputs.
pub(super) fn divided(
    batches: &[RecordBatch],
    outputs: &[Vec<u32>],
    count: usize,
) -> Result<Vec<(usize, RecordBatch)>> {
    let mut rows: Vec<Vec<(usize, usize)>> = vec![Vec::new(); count];
    for (index, outputs) in outputs.iter().enumerate() {
        for (row, output) in outputs.iter().enumerate() {
            rows[*output as usize].push((index, row));
        }
    }
    let given = rows.into_iter().enumerate().filter(|(_, rows)| !rows.is_empty());
    given.map(|(output, rows)| Ok((output, picked(batches, &rows)?))).collect()
}

fn picked(batches: &[RecordBatch], rows: &[(usize, usize)]) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    if let Some(first) = batches.first()
        && first.num_columns() == 0
    {
        return Ok(RecordBatch::try_new_with_options(first.schema(), Vec::new(), &options)?);
    }
    let picked = match batches {
        [only] if only.num_rows() == rows.len() && rows.is_sorted() => return Ok(only.clone()),
        [only] => {
            let rows = UInt32Array::from_iter_values(rows.iter().map(|(_, row)| *row as u32));
            take_record_batch(only, &rows)?
        }
        many => interleave_record_batch(&many.iter().collect::<Vec<_>>(), rows)?,
    };
    let columns = picked.columns().iter().map(own_bytes).collect();
    Ok(RecordBatch::try_new_with_options(picked.schema(), columns, &options)?)
}

/// Views hold on to all the bytes of the batch they were taken from; these hold their own.
fn own_bytes(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Utf8View => Arc::new(column.as_string_view().gc()),
        DataType::BinaryView => Arc::new(column.as_binary_view().gc()),
        _ => Arc::clone(column),
    }
}
