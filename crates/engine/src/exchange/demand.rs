//! When feeds go on: while an output waits for rows, or hardly any are ready.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Batches that may be ready for each output although nobody waits for rows.
const BATCHES_READY: usize = 2;

#[derive(Debug)]
pub(super) struct Demand {
    /// Outputs that wait.
    hungry: AtomicUsize,
    /// Batches in all queues.
    ready: AtomicUsize,
    enough: usize,
    changed: Notify,
}

impl Demand {
    pub(super) fn new(outputs: usize) -> Self {
        Demand {
            hungry: AtomicUsize::new(0),
            ready: AtomicUsize::new(0),
            enough: outputs * BATCHES_READY,
            changed: Notify::new(),
        }
    }

    fn is_there(&self) -> bool {
        self.hungry.load(Ordering::SeqCst) > 0 || self.ready.load(Ordering::SeqCst) < self.enough
    }

    /// Waits for it.
    pub(super) async fn wait(&self) {
        while !self.is_there() {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.is_there() {
                return;
            }
            changed.await;
        }
    }

    pub(super) fn put(&self) {
        self.ready.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn taken(&self, batches: usize) {
        self.ready.fetch_sub(batches, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    pub(super) fn hunger(&self) {
        self.hungry.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    pub(super) fn sated(&self) {
        self.hungry.fetch_sub(1, Ordering::SeqCst);
    }
}
