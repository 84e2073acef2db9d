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
use tokio::io::{AsyncReadExt, BufReader};
use tokio::net::unix::OwnedReadHalf;
use tokio::sync::mpsc::Sender;

use crate::answers::Answers;
use crate::error;
use crate::feed::Feed;
use crate::frames::Frames;
use crate::pool::Pool;
use crate::protocol::{invalid, mark, read_arrow_message};
use crate::work::Work;
use crate::worker::{Failure, Worker, raised, read_rest};

/// Answers are handed on together up to this many rows, as long as more of them are there.
const ANSWER_ROWS: usize = 8192;

/// Where answers go.
pub(crate) type Receiver = Sender<datafusion::common::Result<RecordBatch>>;

/// Runs the functions of `work` over the rows of one partition.
///
/// # Errors
/// What the rows' own plan raised, what the function raised, and what ended the worker.
pub(crate) async fn run(
    work: Arc<Work>,
    pool: Arc<Pool>,
    partition: usize,
    feed: Feed,
    mut answers: Answers,
    receiver: Receiver,
) -> Result<()> {
    let Some(feed) = feed.begun().await? else { return Ok(()) };
    let start = work.start.message(partition).map_err(|e| error::protocol(&e))?;
    let mut worker = pool.streaming(&work.launch).await?;
    let finished = converse(&mut worker, &start, feed, &mut answers, &receiver).await?;
    if finished {
        pool.put(worker, Arc::clone(&work.launch));
    }
    Ok(())
}

/// Whether the worker has taken everything in, and is ready for something else.
async fn converse(
    worker: &mut Worker,
    start: &[u8],
    feed: Feed,
    answers: &mut Answers,
    receiver: &Receiver,
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
        let answering = listen(incoming, answers, receiver);
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
    receiver: &Receiver,
) -> Result<bool, Stop> {
    let mut end = incoming.read_i32().await?;
    if end == mark::START_ARROW_STREAM {
        batches(incoming, answers, receiver).await?;
        end = incoming.read_i32().await?;
    }
    if end != mark::TIMING_DATA {
        return Err(raised(incoming, end).await.into());
    }
    let ready = read_rest(incoming).await?;
    answers.end()?;
    Ok(ready)
}

async fn batches(
    incoming: &mut BufReader<OwnedReadHalf>,
    answers: &mut Answers,
    receiver: &Receiver,
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
            hand_on(&mut pending, answers, receiver).await?;
            rows = 0;
        }
    }
    hand_on(&mut pending, answers, receiver).await
}

async fn hand_on(
    pending: &mut Vec<RecordBatch>,
    answers: &mut Answers,
    receiver: &Receiver,
) -> Result<(), Stop> {
    let gathered = match pending.as_slice() {
        [] => return Ok(()),
        [one] => one.clone(),
        many => concat_batches(&many[0].schema(), many).map_err(error::arrow)?,
    };
    pending.clear();
    let rows = answers.take(&gathered)?;
    if rows.num_rows() > 0 && receiver.send(Ok::<_, DataFusionError>(rows)).await.is_err() {
        return Err(Stop::Unwanted);
    }
    Ok(())
}
