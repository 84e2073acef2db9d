//! Batches on their way: in memory while there is room, then on disk, first in first out.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::metrics::{ExecutionPlanMetricsSet, SpillMetrics};
use datafusion::physical_plan::spill::SpillManager;
use datafusion::physical_plan::spill::spill_pool::{SpillPoolSink, spsc_channel};
use futures::StreamExt;
use parking_lot::Mutex;

/// A file on disk is given up, once read, when it has grown to this.
const SPILL_FILE_BYTES: usize = 128 << 20;

/// What the queues of an exchange share.
#[derive(Debug)]
pub(super) struct Room {
    memory: MemoryReservation,
    disk: Arc<SpillManager>,
}

impl Room {
    pub(super) fn new(schema: SchemaRef, context: &TaskContext) -> Self {
        let memory = MemoryConsumer::new("exchange").with_can_spill(true).register(context.memory_pool());
        let metrics = SpillMetrics::new(&ExecutionPlanMetricsSet::new(), 0);
        let disk = Arc::new(SpillManager::new(context.runtime_env(), metrics, schema));
        Room { memory, disk }
    }
}

enum Piece {
    Memory(RecordBatch, usize),
    /// The next batch on disk.
    Disk,
    Failure(DataFusionError),
}

#[derive(Default)]
struct State {
    pieces: VecDeque<Piece>,
    ended: bool,
    /// Nobody reads any more.
    abandoned: bool,
    reader: Option<Waker>,
    disk: Option<SendableRecordBatchStream>,
}

/// The end that batches are put into. Dropped before [`end`](Writer::end), it fails the reader.
pub(super) struct Writer {
    room: Arc<Room>,
    state: Arc<Mutex<State>>,
    disk: Option<SpillPoolSink>,
}

/// The end that batches are taken from.
pub(super) struct Reader {
    room: Arc<Room>,
    state: Arc<Mutex<State>>,
    disk: Option<SendableRecordBatchStream>,
    /// The next batch is on disk.
    from_disk: bool,
}

/// A new queue.
pub(super) fn queue(room: &Arc<Room>) -> (Writer, Reader) {
    let state = Arc::new(Mutex::new(State::default()));
    let writer = Writer { room: Arc::clone(room), state: Arc::clone(&state), disk: None };
    (writer, Reader { room: Arc::clone(room), state, disk: None, from_disk: false })
}

impl Writer {
    /// Puts a batch in; whether anybody is going to read it.
    ///
    /// # Errors
    /// Those of the disk.
    pub(super) fn put(&mut self, batch: RecordBatch) -> Result<bool> {
        if self.state.lock().abandoned {
            return Ok(false);
        }
        let bytes = batch.get_array_memory_size();
        let piece = match self.room.memory.try_grow(bytes) {
            Ok(()) => Piece::Memory(batch, bytes),
            Err(_) => {
                self.spill(&batch)?;
                Piece::Disk
            }
        };
        Ok(self.add(piece))
    }

    fn spill(&mut self, batch: &RecordBatch) -> Result<()> {
        let sink = self.disk.get_or_insert_with(|| {
            let (sink, stream) = spsc_channel(SPILL_FILE_BYTES, Arc::clone(&self.room.disk));
            self.state.lock().disk = Some(stream);
            sink
        });
        sink.push_batch(batch)
    }

    fn add(&self, piece: Piece) -> bool {
        let mut state = self.state.lock();
        if state.abandoned {
            if let Piece::Memory(_, bytes) = piece {
                self.room.memory.shrink(bytes);
            }
            return false;
        }
        state.pieces.push_back(piece);
        wake(&mut state);
        true
    }

    /// The reader ends with an error.
    pub(super) fn fail(self, error: DataFusionError) {
        self.add(Piece::Failure(error));
        self.end();
    }

    /// Nothing more comes.
    pub(super) fn end(self) {
        let mut state = self.state.lock();
        state.ended = true;
        wake(&mut state);
    }
}

fn wake(state: &mut State) {
    if let Some(reader) = state.reader.take() {
        reader.wake();
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.state.lock().ended {
            let error = DataFusionError::Internal("a feed of an exchange has ended early".to_string());
            self.add(Piece::Failure(error));
            let mut state = self.state.lock();
            state.ended = true;
            wake(&mut state);
        }
    }
}

impl Reader {
    /// The next batch; `None` at the end.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<RecordBatch>>> {
        if !self.from_disk {
            let mut state = self.state.lock();
            match state.pieces.pop_front() {
                Some(Piece::Memory(batch, bytes)) => {
                    self.room.memory.shrink(bytes);
                    return Poll::Ready(Some(Ok(batch)));
                }
                Some(Piece::Failure(error)) => return Poll::Ready(Some(Err(error))),
                Some(Piece::Disk) => {
                    self.from_disk = true;
                    if let Some(stream) = state.disk.take() {
                        self.disk = Some(stream);
                    }
                }
                None if state.ended => return Poll::Ready(None),
                None => {
                    state.reader = Some(context.waker().clone());
                    return Poll::Pending;
                }
            }
        }
        let Some(disk) = &mut self.disk else {
            return Poll::Ready(Some(Err(DataFusionError::Internal("nothing was spilled".to_string()))));
        };
        let batch = ready!(disk.poll_next_unpin(context));
        self.from_disk = false;
        let lost = || Err(DataFusionError::Internal("a spilled batch is missing".to_string()));
        Poll::Ready(Some(batch.unwrap_or_else(lost)))
    }

    /// [`poll`](Self::poll) to be waited for.
    pub(super) async fn next(&mut self) -> Option<Result<RecordBatch>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// Batches that have not been read; they are let go.
    pub(super) fn abandon(&mut self) -> usize {
        let mut state = self.state.lock();
        state.abandoned = true;
        let pieces = std::mem::take(&mut state.pieces);
        for piece in &pieces {
            if let Piece::Memory(_, bytes) = piece {
                self.room.memory.shrink(*bytes);
            }
        }
        pieces.iter().filter(|piece| !matches!(piece, Piece::Failure(_))).count()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.abandon();
    }
}
