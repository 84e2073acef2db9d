//! Puts an engine together with its connectors.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use engine::{Engine, EngineOptions};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

use crate::arguments::EngineArguments;

/// Plans nest deeply, and each level takes stack.
const STACK_BYTES: usize = 16 * 1024 * 1024;
/// Resolving and file listing block; more than this many at once wait.
const BLOCKING_THREADS: usize = 64;

/// How long threads that block, in a listing or a file, may hold up the end.
const SHUTDOWN: Duration = Duration::from_secs(3);

/// The two runtimes of a process. An operator may keep a thread busy for as long as it takes to compute a batch, and so a few
/// queries all threads; those who listen to clients, signals and the terminal have threads of their own.
pub struct Runtimes {
    /// Listens and answers.
    pub front: Runtime,
    /// Resolves and computes.
    pub work: Runtime,
}

impl Runtimes {
    pub fn start() -> Result<Self> {
        Ok(Runtimes { front: runtime("firesteel-front")?, work: runtime("firesteel-work")? })
    }

    /// What still runs ends here.
    pub fn shutdown(self) {
        self.work.shutdown_timeout(SHUTDOWN);
        self.front.shutdown_timeout(SHUTDOWN);
    }
}

fn runtime(name: &str) -> Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .max_blocking_threads(BLOCKING_THREADS)
        .thread_name(name)
        .build()
        .context("could not start the runtime")
}

/// An engine and the temporary folder it needs; drop the folder last.
pub struct Composed {
    pub engine: Arc<Engine>,
    /// Artifacts and spill files; removed when dropped.
    pub folder: TempDir,
}

/// An engine that works on `work`.
pub fn engine(arguments: &EngineArguments, python: Option<String>, work: &Runtime) -> Result<Composed> {
    let _inside = work.enter();
    let folder = tempfile::Builder::new()
        .prefix("firesteel-")
        .tempdir()
        .context("could not make a temporary folder; set TMPDIR to one that can be written")?;
    let mut conf: std::collections::BTreeMap<String, String> = arguments.conf.iter().cloned().collect();
    if let Some(python) = python {
        conf.entry("spark.pyspark.python".to_string()).or_insert(python);
    }
    let workers = python::Workers::new();
    let separate_calls = Arc::new(workers.separate_calls());
    let engine = Engine::new(EngineOptions {
        warehouse: arguments.warehouse.clone(),
        conf,
        memory_limit_bytes: arguments.memory,
        sources: Arc::new(lake::Lakes::new(sources::Files::new())),
        python: Arc::new(workers),
        optimizer_rules: vec![separate_calls],
        artifacts_directory: folder.path().to_path_buf(),
    })?;
    Ok(Composed { engine, folder })
}
