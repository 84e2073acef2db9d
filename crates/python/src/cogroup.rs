//! Groups of two inputs, side by side: `cogroup().applyInPandas` and `applyInArrow`.
//!
//! Both inputs are sorted by their keys, so their groups are merged; a key that one side lacks is a group without rows
//! there. One group of each side is in memory.

use std::cmp::Ordering;

use arrow::array::RecordBatch;
use arrow::row::{OwnedRow, RowConverter, SortField};
use datafusion::execution::SendableRecordBatchStream;
use lang::Result;

use crate::error;
use crate::frames::{ArrowStream, Frames};
use crate::groups::GroupReader;
use crate::work::{Sent, Work};

/// One input with its next group.
struct Side<'w> {
    sent: &'w Sent,
    groups: GroupReader,
    converter: RowConverter,
    next: Option<(OwnedRow, Vec<RecordBatch>)>,
}

impl<'w> Side<'w> {
    fn new(sent: &'w Sent, input: SendableRecordBatchStream) -> Result<Self> {
        let schema = input.schema();
        // NULLs first, as the rows are sorted.
        let fields = sent.keys.iter().map(|key| SortField::new(schema.field(*key).data_type().clone()));
        let converter = RowConverter::new(fields.collect()).map_err(error::arrow)?;
        Ok(Side { sent, groups: GroupReader::new(input, sent.keys.clone()), converter, next: None })
    }

    async fn advance(&mut self) -> Result<()> {
        self.next = match self.groups.next().await? {
            Some(pieces) => Some((self.key(&pieces[0])?, pieces)),
            None => None,
        };
        Ok(())
    }

    fn key(&self, rows: &RecordBatch) -> Result<OwnedRow> {
        let keys: Vec<_> = self.sent.keys.iter().map(|key| rows.column(*key).slice(0, 1)).collect();
        let row = self.converter.convert_columns(&keys).map_err(error::arrow)?.row(0).owned();
        Ok(row)
    }

    /// The rows of the next group.
    fn pieces(&self) -> Vec<RecordBatch> {
        self.next.as_ref().map(|(_, pieces)| pieces.clone()).unwrap_or_default()
    }
}

/// The stream of one side of a group.
async fn write(
    sent: &Sent,
    pieces: &[RecordBatch],
    max_records: usize,
    frames: &mut Frames<'_>,
) -> Result<()> {
    let mut stream = ArrowStream::begin(&sent.frame)?;
    if pieces.is_empty() {
        stream.write_empty(&sent.frame)?;
    }
    for piece in pieces {
        stream.write(&sent.frame(piece)?, max_records, frames).await?;
    }
    stream.end(frames)
}

pub(crate) async fn feed_cogroups(
    work: &Work,
    left: SendableRecordBatchStream,
    right: SendableRecordBatchStream,
    frames: &mut Frames<'_>,
) -> Result<()> {
    let mut left = Side::new(&work.inputs[0], left)?;
    let mut right = Side::new(&work.inputs[1], right)?;
    left.advance().await?;
    right.advance().await?;
    loop {
        let order = match (&left.next, &right.next) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            // Without keys there is one group.
            (Some((l, _)), Some((r, _))) => l.cmp(r),
        };
        frames.int(2);
        let (in_left, in_right) = (order != Ordering::Greater, order != Ordering::Less);
        let sides =
            [(left.sent, in_left.then(|| left.pieces())), (right.sent, in_right.then(|| right.pieces()))];
        for (sent, pieces) in sides {
            write(sent, &pieces.unwrap_or_default(), work.max_records, frames).await?;
        }
        frames.send().await;
        if in_left {
            left.advance().await?;
        }
        if in_right {
            right.advance().await?;
        }
    }
    frames.int(0);
    Ok(())
}
