//! What went wrong with a worker, as the query's error.

use std::io;
use std::process::ExitStatus;

use arrow::error::ArrowError;
use datafusion::common::DataFusionError;
use lang::{Error, ErrorKind};

/// The user's function, or PySpark's checks around it, raised.
pub(crate) fn raised(traceback: &str) -> Error {
    Error::new(ErrorKind::Python, "PYTHON_EXCEPTION")
        .with("msg", "An exception was thrown from the Python worker")
        .with("traceback", traceback)
}

/// The process ended without an exception.
pub(crate) fn exited(status: Option<ExitStatus>) -> Error {
    let reason = status.map_or_else(|| "unknown".to_string(), |s| s.to_string());
    // Spark's words, which people look for.
    let message = format!("Python worker exited unexpectedly (crashed): {reason}");
    Error::new(ErrorKind::Data, "PYTHON_WORKER_EXITED").with("reason", reason).with_message(message)
}

/// The process could not be started, or cannot do what workers must.
pub(crate) fn not_started(executable: &str, reason: impl std::fmt::Display) -> Error {
    let reason = format!(
        "{executable}: {reason}. It needs pyspark or pyspark-client 4.2 or 4.3, pyarrow and pandas; \
         PYSPARK_PYTHON or spark.pyspark.python chooses another Python."
    );
    Error::new(ErrorKind::Data, "PYTHON_WORKER_NOT_STARTED").with("reason", reason)
}

/// The other end does not speak the protocol.
pub(crate) fn protocol(error: &io::Error) -> Error {
    Error::new(ErrorKind::Data, "PYTHON_WORKER_PROTOCOL").with("reason", error.to_string())
}

/// A result that does not have the declared type.
pub(crate) fn result_type(name: &str, error: &ArrowError) -> Error {
    let reason = format!("the result of {name} has not the declared type: {error}");
    Error::new(ErrorKind::Data, "PYTHON_WORKER_PROTOCOL").with("reason", reason)
}

pub(crate) fn arrow(error: ArrowError) -> Error {
    Error::internal(format!("rows for a Python worker: {error}"))
}

pub(crate) fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
