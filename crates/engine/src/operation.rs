//! One running statement: it can be interrupted and watched.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use datafusion::physical_plan::ExecutionPlan;
use lang::{Error, ErrorKind};
use parking_lot::Mutex;
use tokio::sync::watch;

use crate::execute::ObservedMetrics;
use crate::observe;
use crate::progress::{self, Progress};
use crate::script::Frames;
use crate::session::Session;

/// One statement of one session, from the request to the last row.
#[derive(Debug)]
pub struct Operation {
    id: String,
    tags: Vec<String>,
    session: Weak<Session>,
    interrupted: watch::Sender<bool>,
    /// Plans in the order they were started; a write or a cached relation makes more than one.
    plans: Mutex<Vec<Arc<dyn ExecutionPlan>>>,
    resolving: AtomicBool,
    /// The blocks of the script that runs.
    frames: Frames,
}

/// An operation's relation is being resolved as long as this lives.
pub(crate) struct Resolving<'a>(&'a AtomicBool);

impl Drop for Resolving<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// The operation of a question, which ends with whoever waits for the answer.
#[derive(Debug)]
pub(crate) struct Private(Arc<Operation>);

impl Private {
    pub(crate) fn new(session: &Arc<Session>) -> Self {
        Private(Arc::new(Operation::new(String::new(), Vec::new(), session)))
    }
}

impl Deref for Private {
    type Target = Arc<Operation>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Private {
    /// Resolving goes on, on its own thread, when nobody waits for it any more; unless it is told.
    fn drop(&mut self) {
        self.0.interrupt();
    }
}

impl Operation {
    pub(crate) fn new(id: String, tags: Vec<String>, session: &Arc<Session>) -> Self {
        Operation {
            id,
            tags,
            session: Arc::downgrade(session),
            interrupted: watch::Sender::new(false),
            plans: Mutex::default(),
            resolving: AtomicBool::new(false),
            frames: Frames::default(),
        }
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn tags(&self) -> &[String] {
        &self.tags
    }

    /// Stops the work as soon as its next batch is asked for. Interrupting twice is no error.
    pub fn interrupt(&self) {
        self.interrupted.send_replace(true);
    }

    pub fn is_interrupted(&self) -> bool {
        *self.interrupted.borrow()
    }

    /// For those who look whether the operation is interrupted, again and again, and may outlive it.
    pub(crate) fn watched(&self) -> watch::Receiver<bool> {
        self.interrupted.subscribe()
    }

    /// Resolves when the operation is interrupted.
    pub async fn interrupted(&self) {
        let mut receiver = self.interrupted.subscribe();
        // The sender lives in `self`, so waiting cannot fail before it happens.
        let _ = receiver.wait_for(|interrupted| *interrupted).await;
    }

    /// A snapshot of how far the plans have come.
    pub fn progress(&self) -> Progress {
        progress::snapshot(&self.plans.lock())
    }

    /// Takes the operation off its session's list.
    pub fn finish(&self) {
        if let Some(session) = self.session.upgrade() {
            session.forget_operation(&self.id);
        }
    }

    pub(crate) fn frames(&self) -> &Frames {
        &self.frames
    }

    pub(crate) fn is_resolving(&self) -> bool {
        self.resolving.load(Ordering::Relaxed)
    }

    pub(crate) fn resolving(&self) -> Resolving<'_> {
        self.resolving.store(true, Ordering::Relaxed);
        Resolving(&self.resolving)
    }

    /// What `df.observe` saw in the plans of this operation, which have run; asked once, at the end.
    ///
    /// # Errors
    /// Those of the metrics' aggregates, and `OPERATION_CANCELED`.
    pub async fn observed(&self) -> lang::Result<Vec<ObservedMetrics>> {
        let plans = std::mem::take(&mut *self.plans.lock());
        self.unless_interrupted(observe::collect(plans)).await
    }

    pub(crate) fn watch(&self, plan: &Arc<dyn ExecutionPlan>) {
        self.plans.lock().push(Arc::clone(plan));
    }

    /// Runs `work` unless the operation is interrupted first; the work is dropped then.
    pub(crate) async fn unless_interrupted<T>(
        &self,
        work: impl Future<Output = lang::Result<T>>,
    ) -> lang::Result<T> {
        tokio::select! {
            biased;
            () = self.interrupted() => Err(cancelled()),
            result = work => result,
        }
    }
}

/// `OPERATION_CANCELED`
pub(crate) fn cancelled() -> Error {
    Error::new(ErrorKind::Cancelled, "OPERATION_CANCELED")
}
