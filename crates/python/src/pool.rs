//! The processes of an engine: how many may run, and which are idle.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, RecordBatch};
use lang::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::process::Launch;
use crate::task::Task;
use crate::worker::Worker;

/// Processes per worker that may run: a query with two functions keeps both at hand.
const IDLE_PER_RUNNING: usize = 2;
/// Idle processes end after this time.
const IDLE_LIMIT: Duration = Duration::from_secs(180);
const SWEEP_INTERVAL: Duration = Duration::from_secs(30);

/// Idle workers, and permits for running ones; whoever finds no permit waits.
#[derive(Debug)]
pub(crate) struct Pool {
    running: Arc<Semaphore>,
    max_running: usize,
    idle: Mutex<Vec<Idle>>,
    sweeping: AtomicBool,
}

#[derive(Debug)]
struct Idle {
    worker: Worker,
    launch: Arc<Launch>,
    since: Instant,
}

/// A worker in use. Unless it is given back, its process is killed.
#[derive(Debug)]
pub(crate) struct Lease {
    worker: Worker,
    task: Arc<Task>,
    pool: Arc<Pool>,
    permit: OwnedSemaphorePermit,
}

impl Default for Pool {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Pool {
            running: Arc::new(Semaphore::new(cores)),
            max_running: cores,
            idle: Mutex::new(Vec::new()),
            sweeping: AtomicBool::new(false),
        }
    }
}

impl Pool {
    /// A worker for `task`: one that has it open, one that fits, or a new one.
    pub(crate) async fn lease(self: &Arc<Self>, task: &Arc<Task>) -> Result<Lease> {
        let permit = Arc::clone(&self.running).acquire_owned().await;
        let permit = permit.map_err(|e| Error::internal(format!("the Python workers: {e}")))?;
        let idle = match self.take(task) {
            Some(worker) => worker.ready_for(task).await,
            None => None,
        };
        let worker = match idle {
            Some(worker) => worker,
            None => {
                log::debug!("starting a Python worker beside {} idle ones", self.idle().len());
                Worker::start(&task.launch).await?
            }
        };
        Ok(Lease { worker, task: Arc::clone(task), pool: Arc::clone(self), permit })
    }

    /// A worker for a conversation, idle or new. Conversations take no permit: one may wait for the rows of another, and
    /// there are only as many of them as partitions of operators that run.
    pub(crate) async fn streaming(self: &Arc<Self>, launch: &Arc<Launch>) -> Result<Worker> {
        let idle = {
            let mut idle = self.idle();
            idle.retain_mut(|i| i.worker.is_alive());
            let found = idle.iter().rposition(|i| i.launch == *launch && i.worker.is_free());
            found.map(|found| idle.remove(found).worker)
        };
        let idle = match idle {
            Some(worker) => worker.freed().await,
            None => None,
        };
        match idle {
            Some(worker) => Ok(worker),
            None => Worker::start(launch).await,
        }
    }

    /// The idle worker that suits best; makes room for a new one when none suits.
    fn take(&self, task: &Arc<Task>) -> Option<Worker> {
        let mut idle = self.idle();
        idle.retain_mut(|i| i.worker.is_alive());
        let fits = |i: &Idle| *i.launch == *task.launch;
        // The latest ones first: the others may end.
        let found = idle
            .iter()
            .rposition(|i| i.worker.has_open(task))
            .or_else(|| idle.iter().rposition(|i| fits(i) && i.worker.is_free()));
        if let Some(found) = found {
            return Some(idle.remove(found).worker);
        }
        if self.has_room(idle.len()) {
            return None;
        }
        // The longest idle one, whichever task it has open.
        match idle.iter().position(fits) {
            Some(found) => Some(idle.remove(found).worker),
            None => {
                idle.remove(0);
                None
            }
        }
    }

    /// Whether one more process may be started beside those idle; callers are among the running ones.
    fn has_room(&self, idle: usize) -> bool {
        let running = self.max_running.saturating_sub(self.running.available_permits());
        idle == 0 || running + idle <= self.max_running * IDLE_PER_RUNNING
    }

    /// Keeps a process for others, in the place of the longest idle one where there are enough.
    pub(crate) fn put(self: &Arc<Self>, worker: Worker, launch: Arc<Launch>) {
        let mut idle = self.idle();
        if idle.len() >= self.max_running * IDLE_PER_RUNNING {
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

impl Lease {
    pub(crate) async fn evaluate(&mut self, rows: &RecordBatch) -> Result<ArrayRef> {
        self.worker.evaluate(&self.task, rows).await
    }

    /// Keeps the process for others.
    pub(crate) fn give_back(self) {
        let Lease { worker, task, pool, permit } = self;
        pool.put(worker, Arc::clone(&task.launch));
        drop(permit);
    }
}
