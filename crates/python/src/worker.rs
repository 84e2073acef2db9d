//! One worker process: it is told a task, then gets frames of rows and answers each with a column.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;

use arrow::array::{ArrayRef, RecordBatch};
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::writer::StreamWriter;
use lang::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::Child;
use tokio::time::timeout;

use crate::error;
use crate::process::{EXIT_LIMIT, Launch};
use crate::protocol::{invalid, mark, read_arrow_message, read_text};
use crate::task::Task;

/// How long a worker may take to put a task away; it is killed then.
const FINISH_LIMIT: Duration = Duration::from_secs(5);
const READ_BUFFER: usize = 64 * 1024;

/// A running process; dropping it kills it.
#[derive(Debug)]
pub(crate) struct Worker {
    child: Child,
    incoming: BufReader<OwnedReadHalf>,
    outgoing: OwnedWriteHalf,
    open: Option<Open>,
}

/// A task that the worker has been told, ready for another frame.
struct Open {
    task: Weak<Task>,
    /// Makes frames; its bytes are taken out after each.
    writer: StreamWriter<Vec<u8>>,
    decoder: StreamDecoder,
    /// Whether the worker has begun its answer.
    answering: bool,
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Open")
            .field("task", &self.task)
            .field("answering", &self.answering)
            .finish_non_exhaustive()
    }
}

/// What came instead of a frame of results.
pub(crate) enum Failure {
    Raised(String),
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Io(error)
    }
}

impl Worker {
    pub(crate) async fn start(launch: &Launch) -> Result<Worker> {
        let (child, stream): (Child, UnixStream) = launch.start().await?;
        let (read, write) = stream.into_split();
        Ok(Worker {
            child,
            incoming: BufReader::with_capacity(READ_BUFFER, read),
            outgoing: write,
            open: None,
        })
    }

    /// Whether the next frame of `task` can follow without telling the task again.
    pub(crate) fn has_open(&self, task: &Arc<Task>) -> bool {
        self.open.as_ref().is_some_and(|open| std::ptr::eq(open.task.as_ptr(), Arc::as_ptr(task)))
    }

    /// Whether nobody will send another frame of the task it was told.
    pub(crate) fn is_free(&self) -> bool {
        self.open.as_ref().is_none_or(|open| open.task.strong_count() == 0)
    }

    /// Whether the process still runs; idle ones may have been ended from outside.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// One column of results for one frame of arguments, of a worker that is ready for the task. After an error it is
    /// of no use any more.
    pub(crate) async fn evaluate(&mut self, task: &Arc<Task>, rows: &RecordBatch) -> Result<ArrayRef> {
        let mut bytes = Vec::new();
        if !self.has_open(task) {
            bytes.extend_from_slice(&task.start);
            self.open = Some(Open::new(task)?);
        }
        let Worker { incoming, outgoing, open, .. } = self;
        let Some(open) = open else { return Err(lang::Error::internal("a Python worker without a task")) };
        bytes.append(&mut open.frame(rows)?);
        // A worker that raises answers before it has read everything: the answer decides, not the writing.
        let write = async {
            let _ = outgoing.write_all(&bytes).await;
            std::future::pending::<Infallible>().await
        };
        let answer = tokio::select! {
            answer = open.answer(incoming) => answer,
            never = write => match never {},
        };
        match answer {
            Ok(batch) if batch.num_rows() == rows.num_rows() && batch.num_columns() == 1 => {
                Ok(Arc::clone(batch.column(0)))
            }
            Ok(batch) => {
                let (got, sent) = (batch.num_rows(), rows.num_rows());
                Err(error::protocol(&invalid(format!("{got} rows of results for {sent} rows of arguments"))))
            }
            Err(Failure::Raised(traceback)) => Err(error::raised(&traceback)),
            Err(Failure::Io(e)) => Err(self.lost(e).await),
        }
    }

    /// The worker without another task's stream; `None` (and the process ends) when it cannot put that task away.
    pub(crate) async fn ready_for(mut self, task: &Arc<Task>) -> Option<Worker> {
        if self.has_open(task) || self.finish().await.is_ok() { Some(self) } else { None }
    }

    /// The worker without any task; `None` (and the process ends) when it cannot put its task away.
    pub(crate) async fn freed(mut self) -> Option<Worker> {
        self.finish().await.is_ok().then_some(self)
    }

    /// Both directions of the way to the process, for whoever tells it a task of their own.
    pub(crate) fn halves(&mut self) -> (&mut BufReader<OwnedReadHalf>, &mut OwnedWriteHalf) {
        (&mut self.incoming, &mut self.outgoing)
    }

    /// Ends the open task, so that another one can be told.
    async fn finish(&mut self) -> io::Result<()> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        let mut bytes = open.end()?;
        bytes.extend(mark::END_OF_STREAM.to_be_bytes());
        let put_away = async {
            self.outgoing.write_all(&bytes).await?;
            read_end(&mut self.incoming).await
        };
        timeout(FINISH_LIMIT, put_away).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    /// Why the socket gave no answer.
    pub(crate) async fn lost(&mut self, cause: io::Error) -> lang::Error {
        if cause.kind() == io::ErrorKind::InvalidData {
            return error::protocol(&cause);
        }
        let status = timeout(EXIT_LIMIT, self.child.wait()).await.ok().and_then(|status| status.ok());
        error::exited(status)
    }
}

impl Open {
    fn new(task: &Arc<Task>) -> Result<Open> {
        Ok(Open {
            task: Arc::downgrade(task),
            writer: StreamWriter::try_new(Vec::new(), &task.input).map_err(error::arrow)?,
            decoder: StreamDecoder::new(),
            answering: false,
        })
    }

    /// The bytes of the next frame; before the first one comes the schema.
    fn frame(&mut self, rows: &RecordBatch) -> Result<Vec<u8>> {
        self.writer.write(rows).map_err(error::arrow)?;
        Ok(std::mem::take(self.writer.get_mut()))
    }

    fn end(&mut self) -> io::Result<Vec<u8>> {
        self.writer.finish().map_err(io::Error::other)?;
        Ok(std::mem::take(self.writer.get_mut()))
    }

    async fn answer(&mut self, incoming: &mut BufReader<OwnedReadHalf>) -> Result<RecordBatch, Failure> {
        if !self.answering {
            match incoming.read_i32().await? {
                mark::START_ARROW_STREAM => self.answering = true,
                other => return Err(raised(incoming, other).await),
            }
        }
        while let Some(mut message) = read_arrow_message(incoming).await? {
            if let Some(batch) = self.decoder.decode(&mut message).map_err(|e| invalid(e.to_string()))? {
                return Ok(batch);
            }
        }
        // The stream of results ends before the arguments do when the function raises.
        let mark = incoming.read_i32().await?;
        Err(raised(incoming, mark).await)
    }
}

/// The traceback after its mark.
pub(crate) async fn raised(incoming: &mut BufReader<OwnedReadHalf>, mark: i32) -> Failure {
    if mark != mark::PYTHON_EXCEPTION_THROWN {
        return Failure::Io(invalid(format!("{mark} in the place of results")));
    }
    match read_text(incoming).await {
        Ok(traceback) => Failure::Raised(traceback),
        Err(e) => Failure::Io(e),
    }
}

/// The end of the results, what the task took, its accumulators, and the worker's readiness for another task.
async fn read_end(incoming: &mut BufReader<OwnedReadHalf>) -> io::Result<()> {
    if read_arrow_message(incoming).await?.is_some() {
        return Err(invalid("results that nobody asked for"));
    }
    expect(incoming, mark::TIMING_DATA).await?;
    match read_rest(incoming).await? {
        true => Ok(()),
        false => Err(invalid("the worker cannot be used again")),
    }
}

/// What follows the mark of timing data; whether the worker can be told another task.
pub(crate) async fn read_rest(incoming: &mut BufReader<OwnedReadHalf>) -> io::Result<bool> {
    // Started, initialized, finished, time in the function; memory and disk spilled.
    for _ in 0..6 {
        incoming.read_i64().await?;
    }
    expect(incoming, mark::END_OF_DATA_SECTION).await?;
    let accumulators = incoming.read_i32().await?;
    for _ in 0..accumulators {
        read_text(incoming).await?;
    }
    // A worker that did not read all of its rows ends here.
    Ok(incoming.read_i32().await.is_ok_and(|end| end == mark::END_OF_STREAM))
}

async fn expect(incoming: &mut BufReader<OwnedReadHalf>, expected: i32) -> io::Result<()> {
    let got = incoming.read_i32().await?;
    if got == expected { Ok(()) } else { Err(invalid(format!("{got} in the place of {expected}"))) }
}
