//! One worker and one partition: rows go to it and answers come from it, side by side, until it has said all.
//!
//! Nothing is collected: the worker's socket holds back the rows it does not read, and the receiver of the answers holds
//! back the worker.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow_ipc::reader::StreamDecoder;
use datafusion::common::DataFusionError;
use lang::{Error, Result};
use plan::contract::PythonAccumulated;
use tokio::io::{AsyncReadExt, BufReader};
use tokio::net::unix::OwnedReadHalf;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::TrySendError;

use crate::answers::Answers;
use crate::error;
use crate::feed::Feed;
use crate::frames::Frames;
use crate::pool::Pool;
use crate::protocol::{invalid, mark, read_arrow_message};
use crate::seats::{Seat, Seats};
use crate::work::Work;
use crate::worker::{Failure, Worker, raised, read_rest};

/// Answers are handed on together up to this many rows, as long as more of them are there.
const ANSWER_ROWS: usize = 4096;

/// Where answers go.
pub(crate) type Receiver = Sender<datafusion::common::Result<RecordBatch>>;

/// One worker at work on one partition.
pub(crate) struct Conversation {
    pub(crate) work: Arc<Work>,
    pub(crate) pool: Arc<Pool>,
    /// Those of the operator, for all its partitions.
    pub(crate) seats: Arc<Seats>,
    /// Whether rows come from other workers, so that waiting for them is waiting for those.
    pub(crate) is_fed_by_workers: bool,
    pub(crate) partition: usize,
    /// Where accumulators go.
    pub(crate) accumulated: Option<PythonAccumulated>,
}

impl Conversation {
    /// Runs the functions over the rows of the partition.
    ///
    /// # Errors
    /// What the rows' own plan raised, what the function raised, and what ended the worker.
    pub(crate) async fn run(self, feed: Feed, mut answers: Answers, receiver: Receiver) -> Result<()> {
        let Some(feed) = feed.begun().await? else { return Ok(()) };
        let start = self.work.start.message(self.partition).map_err(|e| error::protocol(&e))?;
        let seat = self.seats.take().await;
        let feed = if self.is_fed_by_workers { feed.of(&seat) } else { feed };
        let mut worker = self.pool.worker(&self.work.launch).await?;
        let feed = if worker.takes_marks { feed.marked() } else { feed };
        let accumulated = self.accumulated.as_ref();
        let listener = Listener { seat: &seat, receiver: &receiver, accumulated };
        if converse(&mut worker, &start, feed, &mut answers, &listener).await? {
            self.pool.put(worker, Arc::clone(&self.work.launch));
        }
        Ok(())
    }
}

/// Whoever takes answers.
struct Listener<'c> {
    seat: &'c Seat,
    receiver: &'c Receiver,
    accumulated: Option<&'c PythonAccumulated>,
}

impl Listener<'_> {
    async fn take(&self, rows: RecordBatch) -> Result<(), Stop> {
        let rows = match self.receiver.try_send(Ok::<_, DataFusionError>(rows)) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Closed(_)) => return Err(Stop::Unwanted),
            Err(TrySendError::Full(rows)) => rows,
        };
        let _still = self.seat.stand_still();
        self.receiver.send(rows).await.map_err(|_| Stop::Unwanted)
    }
}

/// Whether the worker has taken everything in, and is ready for something else.
async fn converse(
    worker: &mut Worker,
    start: &[u8],
    feed: Feed,
    answers: &mut Answers,
    listener: &Listener<'_>,
) -> Result<bool> {
    let outcome = {
        let (incoming, outgoing) = worker.halves();
        let mut frames = Frames::new(outgoing);
        let asking = async {
            frames.bytes(start);
            feed.run(&mut frames).await?;
            frames.int(mark::END_OF_STREAM);
            frames.send().await;
            Ok::<(), Error>(())
        };
        let answering = listen(incoming, answers, listener);
        tokio::pin!(asking, answering);
        let mut asked = false;
        loop {
            tokio::select! {
                result = &mut asking, if !asked => {
                    result?;
                    asked = true;
                }
                result = &mut answering => break result.map(|ready| ready && asked),
            }
        }
    };
    match outcome {
        Ok(ready) => Ok(ready),
        Err(Stop::Failure(Failure::Raised(traceback))) => Err(error::raised(&traceback)),
        Err(Stop::Failure(Failure::Io(cause))) => Err(worker.lost(cause).await),
        Err(Stop::Error(error)) => Err(error),
        // Nobody wants the rest.
        Err(Stop::Unwanted) => Ok(false),
    }
}

/// Why listening ended before the worker's end.
enum Stop {
    Failure(Failure),
    Error(Error),
    Unwanted,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failure(failure)
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Stop::Failure(Failure::Io(error))
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Stop::Error(error)
    }
}

/// Hands all answers on; whether the worker is ready for another task then.
async fn listen(
    incoming: &mut BufReader<OwnedReadHalf>,
    answers: &mut Answers,
    listener: &Listener<'_>,
) -> Result<bool, Stop> {
    let mut end = incoming.read_i32().await?;
    if end == mark::START_ARROW_STREAM {
        batches(incoming, answers, listener).await?;
        end = incoming.read_i32().await?;
    }
    if end != mark::TIMING_DATA {
        return Err(raised(incoming, end).await.into());
    }
    let rest = read_rest(incoming).await?;
    answers.end()?;
    if let Some(accumulated) = listener.accumulated {
        accumulated.extend(rest.accumulated);
    }
    Ok(rest.is_ready)
}

async fn batches(
    incoming: &mut BufReader<OwnedReadHalf>,
    answers: &mut Answers,
    listener: &Listener<'_>,
) -> Result<(), Stop> {
    let mut decoder = StreamDecoder::new();
    let mut pending: Vec<RecordBatch> = Vec::new();
    let mut rows = 0;
    while let Some(mut message) = read_arrow_message(incoming).await? {
        while let Some(batch) = decoder.decode(&mut message).map_err(|e| invalid(e.to_string()))? {
            rows += batch.num_rows();
            pending.push(batch);
        }
        if rows >= ANSWER_ROWS || incoming.buffer().is_empty() {
            hand_on(&mut pending, answers, listener).await?;
            rows = 0;
        }
    }
    hand_on(&mut pending, answers, listener).await
}

async fn hand_on(
    pending: &mut Vec<RecordBatch>,
    answers: &mut Answers,
    listener: &Listener<'_>,
) -> Result<(), Stop> {
    let gathered = match pending.as_slice() {
        [] => return Ok(()),
        [one] => one.clone(),
        many => concat_batches(&many[0].schema(), many).map_err(error::arrow)?,
    };
    pending.clear();
    let rows = answers.take(&gathered)?;
    match rows.num_rows() {
        0 => Ok(()),
        _ => listener.take(rows).await,
    }
}
