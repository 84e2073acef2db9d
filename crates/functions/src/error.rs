//! Errors on their way through DataFusion: wrapped going in, unwrapped coming out.

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use lang::{Error, ErrorKind, RuntimeClass};

/// How the system calls a full disk.
const NO_SPACE: &str = "No space left on device";
/// The session setting that arithmetic errors point at.
const ANSI_CONFIG: &str = "\"spark.sql.ansi.enabled\"";

/// What DataFusion says where a subquery that stands for a value has several.
const TOO_MANY_ROWS: &str = "Scalar subquery returned more than one row";

/// Wraps an error so that it survives DataFusion and comes back out of [`from_datafusion`].
pub fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// The error that a plan or a kernel failed with, in Spark's terms.
///
/// Errors wrapped by [`external`] come back as they were, however many layers lie around them.
pub fn from_datafusion(error: DataFusionError) -> Error {
    translate(&error)
}

fn translate(error: &DataFusionError) -> Error {
    match error {
        DataFusionError::External(inner) => from_source(inner.as_ref()),
        DataFusionError::ArrowError(inner, _) => from_arrow(inner),
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => translate(inner),
        DataFusionError::Shared(inner) => translate(inner),
        DataFusionError::Collection(inner) => match inner.first() {
            Some(first) => translate(first),
            None => Error::internal(error.to_string()),
        },
        DataFusionError::ResourcesExhausted(message) => resources(message),
        DataFusionError::IoError(inner) => from_io(inner),
        DataFusionError::NotImplemented(feature) => Error::unsupported(feature.clone()),
        DataFusionError::Execution(message) if message.starts_with(TOO_MANY_ROWS) => {
            Error::runtime(RuntimeClass::Other, "SCALAR_SUBQUERY_TOO_MANY_ROWS")
        }
        other => Error::internal(other.to_string()),
    }
}

/// An Arrow kernel's error in Spark's terms.
pub fn from_arrow(error: &ArrowError) -> Error {
    match error {
        ArrowError::ExternalError(inner) => from_source(inner.as_ref()),
        ArrowError::DivideByZero => divide_by_zero(),
        ArrowError::ArithmeticOverflow(_) => overflow("overflow", None),
        ArrowError::MemoryError(message) => resources(message),
        ArrowError::IoError(_, inner) => from_io(inner),
        other => Error::internal(other.to_string()),
    }
}

fn from_source(source: &(dyn std::error::Error + 'static)) -> Error {
    if let Some(error) = source.downcast_ref::<Error>() {
        return error.clone();
    }
    if let Some(error) = source.downcast_ref::<DataFusionError>() {
        return translate(error);
    }
    if let Some(error) = source.downcast_ref::<ArrowError>() {
        return from_arrow(error);
    }
    if let Some(error) = source.downcast_ref::<std::io::Error>() {
        return from_io(error);
    }
    match source.source() {
        Some(inner) => from_source(inner),
        None => Error::internal(source.to_string()),
    }
}

/// Operators themselves read and write spilled rows only.
fn from_io(error: &std::io::Error) -> Error {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    // Arrow and DataFusion pass such errors on as text.
    if matches!(error.kind(), StorageFull | QuotaExceeded) || error.to_string().contains(NO_SPACE) {
        return Error::new(ErrorKind::Resources, "DISK_FULL").with("path", "spilled rows");
    }
    match error.get_ref() {
        Some(inner) => from_source(inner),
        None => Error::internal(error.to_string()),
    }
}

fn resources(message: &str) -> Error {
    Error::new(ErrorKind::Resources, "UNABLE_TO_ACQUIRE_MEMORY").with_message(message)
}

/// `DIVIDE_BY_ZERO`
pub fn divide_by_zero() -> Error {
    Error::runtime(RuntimeClass::Arithmetic, "DIVIDE_BY_ZERO").with("config", ANSI_CONFIG)
}

/// `REMAINDER_BY_ZERO`: `%` and `mod` with a zero divisor.
pub fn remainder_by_zero() -> Error {
    Error::runtime(RuntimeClass::Arithmetic, "REMAINDER_BY_ZERO").with("config", ANSI_CONFIG)
}

/// `ARITHMETIC_OVERFLOW`; `alternative` is the function that yields NULL instead.
pub fn overflow(message: &str, alternative: Option<&str>) -> Error {
    match alternative {
        Some(function) => Error::runtime(RuntimeClass::Arithmetic, "ARITHMETIC_OVERFLOW")
            .with("message", message)
            .with("alternative", format!("`{function}`"))
            .with("config", ANSI_CONFIG),
        None => Error::runtime(RuntimeClass::Arithmetic, "ARITHMETIC_OVERFLOW")
            .with("message", message)
            .with("alternative", "")
            .with("config", ANSI_CONFIG)
            .with_message(format!("{message}. Set {ANSI_CONFIG} to false to bypass this error.")),
    }
}

/// The decimal, if it has no more than `precision` digits.
///
/// # Errors
/// `NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION`
pub(crate) fn fitting(value: i128, precision: u8, scale: i8) -> lang::Result<i128> {
    if value.unsigned_abs() < 10u128.pow(precision.into()) {
        return Ok(value);
    }
    Err(Error::runtime(RuntimeClass::Arithmetic, "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION")
        .with("roundedValue", value.to_string())
        .with("precision", precision.to_string())
        .with("scale", scale.to_string()))
}

/// `NUMERIC_VALUE_OUT_OF_RANGE`: a decimal too long for its type.
pub fn decimal_out_of_range(value: &str, precision: u8, scale: i8) -> Error {
    Error::runtime(RuntimeClass::Arithmetic, "NUMERIC_VALUE_OUT_OF_RANGE.WITH_SUGGESTION")
        .with("value", value)
        .with("precision", precision.to_string())
        .with("scale", scale.to_string())
        .with("config", ANSI_CONFIG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_errors_come_back() {
        let wrapped = external(divide_by_zero()).context("evaluating").context("projecting");
        let through_arrow =
            DataFusionError::ArrowError(Box::new(ArrowError::ExternalError(Box::new(wrapped))), None);
        assert_eq!(from_datafusion(through_arrow).condition(), "DIVIDE_BY_ZERO");
    }

    #[test]
    fn foreign_errors_are_translated() {
        let arrow = DataFusionError::ArrowError(Box::new(ArrowError::ArithmeticOverflow("x".into())), None);
        assert_eq!(from_datafusion(arrow).condition(), "ARITHMETIC_OVERFLOW");
        let memory = from_datafusion(DataFusionError::ResourcesExhausted("too much".into()));
        assert_eq!(memory.kind(), ErrorKind::Resources);
        assert_eq!(from_datafusion(DataFusionError::Plan("oops".into())).kind(), ErrorKind::Internal);
    }
}
