//! Errors of the outside (disks, object stores, DataFusion) as the one public error.

use datafusion::error::DataFusionError;
use lang::{Error, ErrorKind};

/// The public error inside a DataFusion error, or the DataFusion error as a failed read.
pub(crate) fn from_datafusion(error: DataFusionError) -> Error {
    if let Some(known) = find(&error) {
        return known;
    }
    match error.find_root() {
        DataFusionError::ResourcesExhausted(message) => {
            Error::new(ErrorKind::Resources, "UNABLE_TO_ACQUIRE_MEMORY").with("message", message.clone())
        }
        DataFusionError::ObjectStore(source) => from_object_store(source, ""),
        DataFusionError::IoError(source) => from_io(source, ""),
        _ => {
            let text = error.strip_backtrace();
            // Operators spill; nothing else of theirs touches a disk.
            match functions::error::from_datafusion(error) {
                full if full.condition() == "DISK_FULL" => full,
                _ => unreadable("", &text),
            }
        }
    }
}

/// The public error inside a DataFusion error.
pub(crate) fn from_datafusion_ref(error: &DataFusionError) -> Option<Error> {
    find(error)
}

/// The public error somewhere in the chain of causes.
fn find(error: &DataFusionError) -> Option<Error> {
    let mut current: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = current {
        if let Some(known) = cause.downcast_ref::<Error>() {
            return Some(known.clone());
        }
        if let Some(DataFusionError::External(inner)) = cause.downcast_ref::<DataFusionError>()
            && let Some(known) = inner.downcast_ref::<Error>()
        {
            return Some(known.clone());
        }
        current = cause.source();
    }
    None
}

/// The public error inside a DataFusion error; anything else becomes a failed read of `path`.
pub(crate) fn in_file(error: DataFusionError, path: &str) -> Error {
    match error.find_root() {
        DataFusionError::ObjectStore(source) => from_object_store(source, path),
        DataFusionError::IoError(source) => from_io(source, path),
        _ => match find(&error) {
            // Spark names the file first and the record as the cause.
            Some(known) if known.condition().starts_with("MALFORMED_") => {
                unreadable(path, &known.to_string())
            }
            // Decoders do not know the name of what they decode.
            Some(known) if known.parameters().get("path").is_some_and(String::is_empty) => {
                known.with("path", path)
            }
            Some(known) => known,
            None => unreadable(path, &error.strip_backtrace()),
        },
    }
}

/// A public error on its way through DataFusion.
pub(crate) fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// `path` could not be read because of `reason`.
pub(crate) fn unreadable(path: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Data, "FAILED_READ_FILE.NO_HINT").with("path", path).with("reason", reason)
}

pub(crate) fn from_io(error: &std::io::Error, path: &str) -> Error {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => disk_full(path),
        std::io::ErrorKind::NotFound => {
            Error::new(ErrorKind::Data, "FAILED_READ_FILE.FILE_NOT_EXIST").with("path", path)
        }
        _ => unreadable(path, &error.to_string()),
    }
}

/// A failed write.
pub(crate) fn from_write(error: &std::io::Error, path: &str) -> Error {
    unwritable(path, &error.to_string())
}

pub(crate) fn unwritable(path: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Data, "TASK_WRITE_FAILED").with("path", path).with("reason", reason)
}

fn disk_full(path: &str) -> Error {
    Error::new(ErrorKind::Resources, "DISK_FULL").with("path", path)
}

pub(crate) fn from_object_store(error: &object_store::Error, path: &str) -> Error {
    match error {
        object_store::Error::NotFound { path: missing, .. } => {
            let path = if path.is_empty() { missing.as_str() } else { path };
            Error::new(ErrorKind::Data, "FAILED_READ_FILE.FILE_NOT_EXIST").with("path", path)
        }
        other => unreadable(path, &other.to_string()),
    }
}
