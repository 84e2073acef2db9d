//! What the worker of one partition is sent: rows as they come, group after group, or groups of two inputs side by side.

use std::sync::Arc;

use arrow::array::{BooleanArray, BooleanBufferBuilder, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::EmptyRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use functions::error::from_datafusion;
use futures::{StreamExt, stream};
use lang::Result;
use plan::contract::PythonForm;

use crate::cogroup::feed_cogroups;
use crate::error;
use crate::eval_type::EvalType;
use crate::frames::{ArrowStream, Frames};
use crate::groups::Groups;
use crate::kept::Kept;
use crate::seats::Seat;
use crate::work::Work;

/// The rows of one partition on their way to a worker. Columns are in the order of the work's ids.
pub(crate) enum Feed {
    /// One stream of all rows; they are kept where results belong beside them.
    Rows { work: Arc<Work>, input: SendableRecordBatchStream, kept: Option<Kept> },
    /// A stream for each group; what is kept are the keys of each, or its rows.
    Groups { work: Arc<Work>, input: SendableRecordBatchStream, kept: Option<(Keep, Kept)> },
    /// One stream of all groups, with a column that says where they begin.
    Marked { work: Arc<Work>, input: SendableRecordBatchStream },
    /// Two streams for each group.
    Cogroups { work: Arc<Work>, left: SendableRecordBatchStream, right: SendableRecordBatchStream },
}

/// What of a group waits for its results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Keys,
    Rows,
}

impl Feed {
    /// The same, once there are rows; `None` where there are none at all. Only functions on whole partitions want to know
    /// of partitions without rows.
    ///
    /// # Errors
    /// What the rows' own plan raised.
    pub(crate) async fn begun(self) -> Result<Option<Feed>> {
        Ok(match self {
            Feed::Rows { work, input, kept } => match work.form {
                PythonForm::Map => Some(Feed::Rows { work, input, kept }),
                _ => with_rows(input).await?.map(|input| Feed::Rows { work, input, kept }),
            },
            Feed::Groups { work, input, kept } => {
                with_rows(input).await?.map(|input| Feed::Groups { work, input, kept })
            }
            Feed::Marked { work, input } => with_rows(input).await?.map(|input| Feed::Marked { work, input }),
            Feed::Cogroups { work, left, right } => {
                let schemas = [left.schema(), right.schema()];
                let (left, right) = (with_rows(left).await?, with_rows(right).await?);
                if left.is_none() && right.is_none() {
                    return Ok(None);
                }
                let [empty_left, empty_right] = schemas.map(no_rows);
                let (left, right) = (left.unwrap_or(empty_left), right.unwrap_or(empty_right));
                Some(Feed::Cogroups { work, left, right })
            }
        })
    }

    /// The same; while rows are waited for, the conversation that has the seat stands still.
    pub(crate) fn of(self, seat: &Seat) -> Feed {
        let awaited = |input| seat.still_without(input);
        match self {
            Feed::Rows { work, input, kept } => Feed::Rows { work, input: awaited(input), kept },
            Feed::Groups { work, input, kept } => Feed::Groups { work, input: awaited(input), kept },
            Feed::Marked { work, input } => Feed::Marked { work, input: awaited(input) },
            Feed::Cogroups { work, left, right } => {
                Feed::Cogroups { work, left: awaited(left), right: awaited(right) }
            }
        }
    }

    /// The same for a worker that takes marks, where there is a way to say it in marks.
    pub(crate) fn marked(self) -> Feed {
        match self {
            Feed::Groups { work, input, kept: None } if work.eval_type == EvalType::GroupedMapPandas => {
                Feed::Marked { work, input }
            }
            other => other,
        }
    }

    /// Says all rows.
    ///
    /// # Errors
    /// What the rows' own plan raised.
    pub(crate) async fn run(self, frames: &mut Frames<'_>) -> Result<()> {
        match self {
            Feed::Rows { work, input, kept } => feed_rows(&work, input, kept, frames).await,
            Feed::Groups { work, input, kept } => feed_groups(&work, input, kept, frames).await,
            Feed::Marked { work, input } => feed_marked(&work, input, frames).await,
            Feed::Cogroups { work, left, right } => feed_cogroups(&work, left, right, frames).await,
        }
    }
}

fn no_rows(schema: SchemaRef) -> SendableRecordBatchStream {
    Box::pin(EmptyRecordBatchStream::new(schema))
}

/// The stream from its first rows on.
async fn with_rows(mut input: SendableRecordBatchStream) -> Result<Option<SendableRecordBatchStream>> {
    while let Some(rows) = input.next().await {
        let rows = rows.map_err(from_datafusion)?;
        if rows.num_rows() > 0 {
            let schema = input.schema();
            let all = stream::iter([Ok(rows)]).chain(input);
            return Ok(Some(Box::pin(RecordBatchStreamAdapter::new(schema, all))));
        }
    }
    Ok(None)
}

async fn feed_rows(
    work: &Work,
    mut input: SendableRecordBatchStream,
    kept: Option<Kept>,
    frames: &mut Frames<'_>,
) -> Result<()> {
    let sent = &work.inputs[0];
    let mut stream = ArrowStream::begin(&sent.frame)?;
    frames.send().await;
    while let Some(rows) = input.next().await {
        let rows = rows.map_err(from_datafusion)?;
        let frame = sent.frame(&rows)?;
        if let Some(kept) = &kept {
            kept.push(values(&rows, sent.values)?)?;
        }
        stream.write(&frame, work.max_records, frames).await?;
        frames.send().await;
    }
    stream.end(frames)
}

async fn feed_groups(
    work: &Work,
    mut input: SendableRecordBatchStream,
    kept: Option<(Keep, Kept)>,
    frames: &mut Frames<'_>,
) -> Result<()> {
    let sent = &work.inputs[0];
    let mut groups = Groups::new(sent.keys.clone());
    let mut open: Option<ArrowStream> = None;
    frames.send().await;
    while let Some(rows) = input.next().await {
        let rows = rows.map_err(from_datafusion)?;
        if rows.num_rows() == 0 {
            continue;
        }
        let frame = sent.frame(&rows)?;
        let (first_is_new, ranges) = groups.cut(&rows)?;
        let begins = |i: usize| i > 0 || first_is_new;
        if let Some((keep, kept)) = &kept {
            let starts = ranges.iter().enumerate().filter(|(i, _)| begins(*i)).map(|(_, r)| r.start);
            kept.push(kept_of(*keep, &rows, &sent.keys, starts)?)?;
        }
        for (i, range) in ranges.into_iter().enumerate() {
            if begins(i) {
                if let Some(finished) = open.take() {
                    finished.end(frames)?;
                }
                frames.int(1);
            }
            let mut stream = match open.take() {
                Some(stream) => stream,
                None => ArrowStream::begin(&sent.frame)?,
            };
            stream.write(&frame.slice(range.start, range.len()), work.max_records, frames).await?;
            open = Some(stream);
        }
        frames.send().await;
    }
    if let Some(finished) = open {
        finished.end(frames)?;
    }
    frames.int(0);
    Ok(())
}

async fn feed_marked(
    work: &Work,
    mut input: SendableRecordBatchStream,
    frames: &mut Frames<'_>,
) -> Result<()> {
    let sent = &work.inputs[0];
    let mut groups = Groups::new(sent.keys.clone());
    let mut fields = sent.frame.fields().to_vec();
    fields.push(Arc::new(Field::new("begins", DataType::Boolean, false)));
    let schema = Arc::new(Schema::new(fields));
    let mut stream = ArrowStream::begin(&schema)?;
    frames.send().await;
    while let Some(rows) = input.next().await {
        let rows = rows.map_err(from_datafusion)?;
        if rows.num_rows() == 0 {
            continue;
        }
        let mut columns = sent.frame(&rows)?.columns().to_vec();
        let (first_is_new, ranges) = groups.cut(&rows)?;
        let mut begins = BooleanBufferBuilder::new(rows.num_rows());
        begins.append_n(rows.num_rows(), false);
        for (i, range) in ranges.iter().enumerate() {
            begins.set_bit(range.start, i > 0 || first_is_new);
        }
        columns.push(Arc::new(BooleanArray::new(begins.finish(), None)));
        let marked = RecordBatch::try_new(Arc::clone(&schema), columns).map_err(error::arrow)?;
        stream.write(&marked, work.max_records, frames).await?;
        frames.send().await;
    }
    stream.end(frames)
}

/// The first columns of rows.
fn values(rows: &RecordBatch, count: usize) -> Result<RecordBatch> {
    let columns: Vec<usize> = (0..count).collect();
    rows.project(&columns).map_err(error::arrow)
}

/// All rows, or the keys of those at `starts`.
fn kept_of(
    keep: Keep,
    rows: &RecordBatch,
    keys: &[usize],
    starts: impl Iterator<Item = usize>,
) -> Result<RecordBatch> {
    if keep == Keep::Rows {
        return Ok(rows.clone());
    }
    let starts: arrow::array::UInt64Array = starts.map(|start| start as u64).collect::<Vec<_>>().into();
    let keys = rows.project(keys).map_err(error::arrow)?;
    if keys.num_columns() == 0 {
        return Ok(keys.slice(0, starts.len()));
    }
    arrow::compute::take_record_batch(&keys, &starts).map_err(error::arrow)
}
