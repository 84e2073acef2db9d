//! Work that may panic, which becomes an error; on a task of its own a client that goes away stops it.

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use lang::{Error, ErrorKind, Result};
use tokio::task::{JoinError, JoinHandle};

/// Aborts the task when the caller is dropped.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs `work` on a task of its own and waits for it.
pub(crate) async fn run<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let mut task = AbortOnDrop(tokio::spawn(work));
    (&mut task.0).await.unwrap_or_else(|error| Err(failure(error)))
}

/// `work` in the caller's task. What it was working on is given up when it panics.
pub(crate) async fn caught<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| Err(panicked(panic.as_ref())))
}

fn panicked(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    Error::internal(format!("panic: {text}"))
}

/// Why a task did not come to its end.
fn failure(error: JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => panicked(panic.as_ref()),
        Err(_) => Error::new(ErrorKind::Cancelled, "OPERATION_CANCELED"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_internal_error() {
        let error = run::<()>(async { panic!("broken {}", 1) }).await.expect_err("panicked");
        assert_eq!(error.condition(), "INTERNAL_ERROR");
        assert!(error.message().contains("broken 1"), "{error}");
        let error = caught::<()>(async { panic!("broken 2") }).await.expect_err("panicked");
        assert!(error.message().contains("broken 2"), "{error}");
    }
}
