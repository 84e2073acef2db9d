//! Sliding window frames for aggregates that cannot take a row back: the frame is kept and aggregated anew.
//!
//! This costs the length of the frame for every row, which is what Spark pays too, and gives results without
//! the rounding noise of subtracting.

use std::collections::VecDeque;
use std::fmt;

use arrow::array::ArrayRef;
use arrow::compute::concat;
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;

/// Starts an aggregate over no rows.
pub(super) type Start = Box<dyn Fn() -> Result<Box<dyn Accumulator>> + Send + Sync>;

pub(super) struct Sliding {
    start: Start,
    /// The rows of the frame, oldest first, in pieces of one array for each argument.
    pieces: VecDeque<Vec<ArrayRef>>,
}

impl Sliding {
    pub(super) fn new(start: Start) -> Self {
        Sliding { start, pieces: VecDeque::new() }
    }

    fn compact(&mut self) -> Result<()> {
        if self.pieces.len() > 1 {
            let joined = join(self.pieces.make_contiguous())?;
            self.pieces = VecDeque::from([joined]);
        }
        Ok(())
    }
}

/// The pieces of every column as one array.
pub(super) fn join(pieces: &[Vec<ArrayRef>]) -> Result<Vec<ArrayRef>> {
    let width = pieces.first().map_or(0, Vec::len);
    (0..width)
        .map(|column| {
            let parts: Vec<_> = pieces.iter().map(|piece| piece[column].as_ref()).collect();
            Ok(concat(&parts)?)
        })
        .collect()
}

/// The memory that the pieces occupy.
pub(super) fn pieces_size<'a>(pieces: impl IntoIterator<Item = &'a Vec<ArrayRef>>) -> usize {
    let array_size = |a: &ArrayRef| a.to_data().get_slice_memory_size().unwrap_or(0) + size_of::<ArrayRef>();
    pieces.into_iter().map(|piece| piece.iter().map(array_size).sum::<usize>()).sum()
}

impl fmt::Debug for Sliding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sliding").field("pieces", &self.pieces.len()).finish()
    }
}

impl Accumulator for Sliding {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        if values.first().is_some_and(|v| !v.is_empty()) {
            self.pieces.push_back(values.to_vec());
        }
        Ok(())
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let mut leaving = values.first().map_or(0, |v| v.len());
        while leaving > 0 {
            let Some(oldest) = self.pieces.pop_front() else {
                return internal_err!("a window frame gives back more rows than it has");
            };
            let length = oldest[0].len();
            if length > leaving {
                let rest = oldest.iter().map(|a| a.slice(leaving, length - leaving)).collect();
                self.pieces.push_front(rest);
            }
            leaving -= leaving.min(length);
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.compact()?;
        let mut accumulator = (self.start)()?;
        if let Some(frame) = self.pieces.front() {
            accumulator.update_batch(frame)?;
        }
        accumulator.evaluate()
    }

    fn size(&self) -> usize {
        size_of_val(self) + pieces_size(&self.pieces)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        internal_err!("a sliding window has no intermediate state")
    }

    fn merge_batch(&mut self, _: &[ArrayRef]) -> Result<()> {
        internal_err!("a sliding window has no intermediate state")
    }
}
