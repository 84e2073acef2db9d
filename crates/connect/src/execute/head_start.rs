//! A head start for work that outlives its request: it is watched from the request's own task first, so that the answer of a
//! small query is whole when it begins to be sent.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::runtime::Handle;

/// Work that is always brought to its end: by whoever calls [`HeadStart::run`], or by a task when that one stops early.
pub(crate) struct HeadStart {
    rest: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    runtime: Handle,
}

impl HeadStart {
    /// # Panics
    /// Outside of a Tokio runtime.
    pub fn new(work: impl Future<Output = ()> + Send + 'static) -> Self {
        HeadStart { rest: Some(Box::pin(work)), runtime: Handle::current() }
    }

    /// Runs the work for `patience` at most; the rest goes on without the caller.
    pub async fn run(mut self, patience: Duration) {
        if let Some(work) = &mut self.rest
            && tokio::time::timeout(patience, work).await.is_ok()
        {
            self.rest = None;
        }
    }
}

impl Drop for HeadStart {
    fn drop(&mut self) {
        if let Some(rest) = self.rest.take() {
            self.runtime.spawn(rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn short_work_is_done_at_once() {
        let (done, mut waiting) = oneshot::channel();
        HeadStart::new(async { done.send(7).expect("open") }).run(Duration::from_secs(10)).await;
        assert_eq!(waiting.try_recv(), Ok(7));
    }

    #[tokio::test]
    async fn long_work_goes_on_alone() {
        let (go, gone) = oneshot::channel();
        let (done, waiting) = oneshot::channel();
        let work = async {
            gone.await.expect("told");
            done.send(7).expect("open");
        };
        HeadStart::new(work).run(Duration::from_millis(1)).await;
        go.send(()).expect("open");
        assert_eq!(waiting.await, Ok(7));
    }

    #[tokio::test]
    async fn work_whose_caller_is_gone_goes_on() {
        let (done, waiting) = oneshot::channel();
        drop(HeadStart::new(async { done.send(7).expect("open") }));
        assert_eq!(waiting.await, Ok(7));
    }
}
