//! Work that may panic, which becomes an error, and take long: it is a task of its own, stopped when its client goes away.

use std::any::Any;
use std::future::Future;

use lang::{Error, ErrorKind, Result};
use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

/// Aborts the task when the caller is dropped.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs `work` on a task of `runtime` and waits for it.
pub(crate) async fn run<T: Send + 'static>(
    runtime: &Handle,
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let mut task = AbortOnDrop(runtime.spawn(work));
    (&mut task.0).await.unwrap_or_else(|error| Err(failure(error)))
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
        let work = async { panic!("broken {}", 1) };
        let error = run::<()>(&Handle::current(), work).await.expect_err("panicked");
        assert_eq!(error.condition(), "INTERNAL_ERROR");
        assert!(error.message().contains("broken 1"), "{error}");
    }
}
