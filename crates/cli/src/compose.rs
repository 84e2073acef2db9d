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
pub const SHUTDOWN: Duration = Duration::from_secs(3);

/// The runtime everything runs on.
pub fn runtime() -> Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(STACK_BYTES)
        .max_blocking_threads(BLOCKING_THREADS)
        .thread_name("firesteel")
        .build()
        .context("could not start the runtime")
}

/// An engine and the temporary folder it needs; drop the folder last.
pub struct Composed {
    pub engine: Arc<Engine>,
    /// Artifacts and spill files; removed when dropped.
    pub folder: TempDir,
}

/// Must be called inside the runtime.
pub fn engine(arguments: &EngineArguments, python: Option<String>) -> Result<Composed> {
    let folder = tempfile::Builder::new()
        .prefix("firesteel-")
        .tempdir()
        .context("could not make a temporary folder; set TMPDIR to one that can be written")?;
    let mut conf: std::collections::BTreeMap<String, String> = arguments.conf.iter().cloned().collect();
    if let Some(python) = python {
        conf.entry("spark.pyspark.python".to_string()).or_insert(python);
    }
    let engine = Engine::new(EngineOptions {
        warehouse: arguments.warehouse.clone(),
        conf,
        memory_limit_bytes: arguments.memory,
        sources: Arc::new(sources::Files::new()),
        python: Arc::new(python::Workers::new()),
        optimizer_rules: vec![Arc::new(python::SeparateCalls::default())],
        artifacts_directory: folder.path().to_path_buf(),
    })?;
    Ok(Composed { engine, folder })
}
