//! Questions to other modules of PySpark's workers than the one that runs functions.

use std::io;
use std::pin::Pin;
use std::sync::Arc;

use lang::{Error, Result};
use plan::contract::PythonSession;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::OwnedReadHalf;

use crate::pool::Pool;
use crate::process::Launch;
use crate::protocol::{Message, invalid, mark, read_blob, read_text};
use crate::task::files_directory;
use crate::worker::Failure;

/// What stands in front of a module's name in the place of a task.
const MODULE_MARK: i32 = -100;
/// More items than this are no answer.
const MAX_ITEMS: i32 = 100_000;

pub(crate) type Incoming = BufReader<OwnedReadHalf>;
/// Reads what a module answers.
pub(crate) type Reading<T> =
    for<'a> fn(&'a mut Incoming) -> Pin<Box<dyn Future<Output = Result<T, Failure>> + Send + 'a>>;

/// The beginning of a question: the module, Python's version and where it runs.
///
/// # Errors
/// When it is too long for the protocol.
pub(crate) fn question(module: &str, python_version: &str, session: &PythonSession) -> io::Result<Message> {
    let mut message = Message::default();
    message.int(MODULE_MARK).text(module)?.text(python_version)?;
    // The files folder, no further modules, no broadcast variables, no settings.
    message.text(files_directory(session))?.int(0).flag(false).int(0).int(0);
    Ok(message)
}

/// Asks a worker, and keeps it for others; `raised` makes the error of what it raised.
///
/// # Errors
/// What the module raised, and what ended the worker.
pub(crate) async fn ask<T>(
    pool: &Arc<Pool>,
    session: &PythonSession,
    mut question: Message,
    reading: Reading<T>,
    raised: impl FnOnce(String) -> Error,
) -> Result<T> {
    question.int(mark::END_OF_STREAM);
    let question = question.into_bytes();
    let launch = Arc::new(Launch::new(session));
    let mut worker = pool.worker(&launch).await?;
    let (incoming, outgoing) = worker.halves();
    let answer = async {
        // A worker that fails before it has read all says why.
        let _ = outgoing.write_all(&question).await;
        let answer = reading(incoming).await?;
        finish(incoming).await?;
        Ok::<T, Failure>(answer)
    };
    match answer.await {
        Ok(answer) => {
            pool.put(worker, launch);
            Ok(answer)
        }
        Err(Failure::Raised(traceback)) => Err(raised(traceback)),
        Err(Failure::Io(cause)) => Err(worker.lost(cause).await),
    }
}

/// A number, unless an exception comes in its place.
pub(crate) async fn int(incoming: &mut Incoming) -> Result<i32, Failure> {
    match incoming.read_i32().await? {
        mark::PYTHON_EXCEPTION_THROWN => Err(Failure::Raised(read_text(incoming).await?)),
        other => Ok(other),
    }
}

/// Bytes after their length.
pub(crate) async fn blob(incoming: &mut Incoming) -> Result<Vec<u8>, Failure> {
    let length = int(incoming).await?;
    Ok(read_blob(incoming, length).await?)
}

/// How many items follow.
pub(crate) async fn count(incoming: &mut Incoming) -> Result<i32, Failure> {
    match int(incoming).await? {
        count @ 0..=MAX_ITEMS => Ok(count),
        other => Err(invalid(format!("{other} items")).into()),
    }
}

/// Accumulators, and the worker's readiness for another task.
async fn finish(incoming: &mut Incoming) -> Result<(), Failure> {
    for _ in 0..count(incoming).await? {
        read_text(incoming).await?;
    }
    match int(incoming).await? {
        mark::END_OF_STREAM => Ok(()),
        other => Err(invalid(format!("{other} at the end of an answer")).into()),
    }
}
