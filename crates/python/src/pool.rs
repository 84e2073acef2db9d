//! The processes of an engine: which are idle, and how many there are.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use lang::Result;

use crate::error;
use crate::process::Launch;
use crate::worker::Worker;

/// Idle processes that are kept for each core.
const IDLE_PER_CORE: usize = 2;
/// Idle processes end after this time.
const IDLE_LIMIT: Duration = Duration::from_secs(180);
const SWEEP_INTERVAL: Duration = Duration::from_secs(30);
/// More processes than this do not run at once, whatever asks for them; operators have limits of their own (`seats.rs`).
const MAX_PROCESSES: usize = 256;

/// Idle workers; others are with those who use them.
#[derive(Debug)]
pub(crate) struct Pool {
    max_idle: usize,
    idle: Mutex<Vec<Idle>>,
    running: Arc<AtomicUsize>,
    sweeping: AtomicBool,
}

#[derive(Debug)]
struct Idle {
    worker: Lease,
    launch: Arc<Launch>,
    since: Instant,
}

/// A worker that counts among the processes until it is dropped, and killed.
#[derive(Debug)]
pub(crate) struct Lease {
    worker: Worker,
    _count: Count,
}

#[derive(Debug)]
struct Count(Arc<AtomicUsize>);

impl Drop for Count {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Default for Pool {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Pool {
            max_idle: cores * IDLE_PER_CORE,
            idle: Mutex::new(Vec::new()),
            running: Arc::new(AtomicUsize::new(0)),
            sweeping: AtomicBool::new(false),
        }
    }
}

impl Pool {
    /// A worker, idle or new. Unless it is given back, its process is killed.
    ///
    /// # Errors
    /// `PYTHON_WORKER_NOT_STARTED`
    pub(crate) async fn worker(self: &Arc<Self>, launch: &Arc<Launch>) -> Result<Lease> {
        let idle = {
            let mut idle = self.idle();
            idle.retain_mut(|i| i.worker.is_alive());
            // The latest ones first: the others may end.
            let found = idle.iter().rposition(|i| i.launch == *launch);
            found.map(|found| idle.remove(found).worker)
        };
        match idle {
            Some(worker) => Ok(worker),
            None => self.start(launch).await,
        }
    }

    async fn start(&self, launch: &Launch) -> Result<Lease> {
        let count = Count(Arc::clone(&self.running));
        if self.running.fetch_add(1, Ordering::AcqRel) >= MAX_PROCESSES {
            return Err(error::not_started(
                launch.executable(),
                format!("{MAX_PROCESSES} workers run already"),
            ));
        }
        log::debug!("starting a Python worker beside {} idle ones", self.idle().len());
        Ok(Lease { worker: Worker::start(launch).await?, _count: count })
    }

    /// Keeps a process for others, in the place of the longest idle one where there are enough.
    pub(crate) fn put(self: &Arc<Self>, worker: Lease, launch: Arc<Launch>) {
        let mut idle = self.idle();
        if idle.len() >= self.max_idle {
            idle.remove(0);
        }
        idle.push(Idle { worker, launch, since: Instant::now() });
        drop(idle);
        if !self.sweeping.swap(true, Ordering::AcqRel) {
            tokio::spawn(sweep(Arc::downgrade(self)));
        }
    }

    /// Ends processes that were idle for too long; whether any are left.
    fn sweep(&self) -> bool {
        let mut idle = self.idle();
        idle.retain(|i| i.since.elapsed() < IDLE_LIMIT);
        if idle.is_empty() {
            self.sweeping.store(false, Ordering::Release);
        }
        !idle.is_empty()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn sweep(pool: Weak<Pool>) {
    loop {
        tokio::time::sleep(SWEEP_INTERVAL).await;
        match pool.upgrade() {
            Some(pool) if pool.sweep() => {}
            _ => return,
        }
    }
}

impl Deref for Lease {
    type Target = Worker;

    fn deref(&self) -> &Worker {
        &self.worker
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Worker {
        &mut self.worker
    }
}
