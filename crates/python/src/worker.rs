//! One worker process: it is told what to do, then gets rows and answers with others.

use std::io;

use lang::Result;
use tokio::io::{AsyncReadExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::process::Child;
use tokio::time::timeout;

use crate::error;
use crate::process::{EXIT_LIMIT, Launch};
use crate::protocol::{invalid, mark, read_blob, read_text};

const READ_BUFFER: usize = 64 * 1024;

/// A running process; dropping it kills it.
#[derive(Debug)]
pub(crate) struct Worker {
    child: Child,
    incoming: BufReader<OwnedReadHalf>,
    outgoing: OwnedWriteHalf,
    /// Whether frames may say where groups begin, instead of there being a stream for each.
    pub(crate) takes_marks: bool,
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
        let (child, stream, takes_marks): (Child, UnixStream, bool) = launch.start().await?;
        let (read, write) = stream.into_split();
        let incoming = BufReader::with_capacity(READ_BUFFER, read);
        Ok(Worker { child, incoming, outgoing: write, takes_marks })
    }

    /// Whether the process still runs; idle ones may have been ended from outside.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Both directions of the way to the process, for whoever tells it a task of their own.
    pub(crate) fn halves(&mut self) -> (&mut BufReader<OwnedReadHalf>, &mut OwnedWriteHalf) {
        (&mut self.incoming, &mut self.outgoing)
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

/// What a worker says after its answers.
pub(crate) struct Rest {
    /// Whether it can be told another task.
    pub(crate) is_ready: bool,
    /// Updates of accumulators, pickled.
    pub(crate) accumulated: Vec<Vec<u8>>,
}

/// What follows the mark of timing data.
pub(crate) async fn read_rest(incoming: &mut BufReader<OwnedReadHalf>) -> io::Result<Rest> {
    // Started, initialized, finished, time in the function; memory and disk spilled.
    for _ in 0..6 {
        incoming.read_i64().await?;
    }
    expect(incoming, mark::END_OF_DATA_SECTION).await?;
    let mut accumulated = Vec::new();
    for _ in 0..incoming.read_i32().await? {
        let length = incoming.read_i32().await?;
        accumulated.push(read_blob(incoming, length).await?);
    }
    // A worker that did not read all of its rows ends here.
    let is_ready = incoming.read_i32().await.is_ok_and(|end| end == mark::END_OF_STREAM);
    Ok(Rest { is_ready, accumulated })
}

async fn expect(incoming: &mut BufReader<OwnedReadHalf>, expected: i32) -> io::Result<()> {
    let got = incoming.read_i32().await?;
    if got == expected { Ok(()) } else { Err(invalid(format!("{got} in the place of {expected}"))) }
}
