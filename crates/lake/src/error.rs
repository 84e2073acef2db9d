//! Errors of the kernel, of stores and of DataFusion as the one public error.

use datafusion::error::DataFusionError;
use lang::{Error, ErrorKind};

/// An error of the log's reader, as one of the table at `location`.
pub(crate) fn from_kernel(error: &delta_kernel::Error, location: &str) -> Error {
    let text = error.to_string();
    if is_missing(error) {
        return not_a_table(location);
    }
    if matches!(error, delta_kernel::Error::Unsupported(_)) {
        return Error::unsupported(format!("this Delta table ({location}): {text}"));
    }
    unreadable(location, &text)
}

fn is_missing(error: &delta_kernel::Error) -> bool {
    use delta_kernel::Error as E;
    match error {
        E::FileNotFound(_) => true,
        E::Backtraced { source, .. } => is_missing(source),
        other => other.to_string().contains("No files in log segment"),
    }
}

/// What is said of a folder without a log.
pub(crate) fn not_a_table(location: &str) -> Error {
    Error::analysis("DELTA_TABLE_NOT_FOUND").with("tableName", format!("`{location}`"))
}

/// `path` could not be read because of `reason`.
pub(crate) fn unreadable(path: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Data, "FAILED_READ_FILE.NO_HINT").with("path", path).with("reason", reason)
}

/// `path` could not be written because of `reason`.
pub(crate) fn unwritable(path: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Data, "TASK_WRITE_FAILED").with("path", path).with("reason", reason)
}

pub(crate) fn from_store(error: &object_store::Error, path: &str) -> Error {
    match error {
        object_store::Error::NotFound { .. } => {
            Error::new(ErrorKind::Data, "FAILED_READ_FILE.FILE_NOT_EXIST").with("path", path)
        }
        other => unreadable(path, &other.to_string()),
    }
}

pub(crate) fn from_datafusion(error: DataFusionError) -> Error {
    functions::error::from_datafusion(error)
}

/// A public error on its way through DataFusion.
pub(crate) fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

pub(crate) fn from_arrow(error: arrow::error::ArrowError) -> Error {
    Error::internal(format!("rows of a Delta table: {error}"))
}

/// What a task that was not to end has come to.
pub(crate) fn from_join(error: tokio::task::JoinError) -> Error {
    Error::internal(format!("work on a Delta table ended early: {error}"))
}
