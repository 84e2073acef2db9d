//! Spark's errors about sketches.

use lang::{Error, RuntimeClass};

use crate::Call;

/// The families of sketches by the number in their third byte, as far as their names are printed.
const FAMILIES: [(u8, &str); 13] = [
    (1, "ALPHA"),
    (2, "QUICKSELECT"),
    (3, "COMPACT"),
    (4, "UNION"),
    (5, "INTERSECTION"),
    (6, "A_NOT_B"),
    (7, "HLL"),
    (8, "QUANTILES"),
    (9, "TUPLE"),
    (10, "FREQUENCY"),
    (15, "KLL"),
    (16, "CPC"),
    (17, "REQ"),
];

/// Bytes that are no sketch of the `kind` (`HLL`, `KLL`, `THETA`, `TUPLE`) the function takes.
pub(super) fn invalid_buffer(kind: &str, function: &str) -> Error {
    Error::runtime(RuntimeClass::Other, format!("{kind}_INVALID_INPUT_SKETCH_BUFFER"))
        .with("function", format!("`{function}`"))
}

/// [`invalid_buffer`], or the error that names the family of sketches found instead of `expected`.
pub(super) fn invalid_family(kind: &str, expected: &str, bytes: &[u8], function: &str) -> Error {
    let found = FAMILIES.iter().find(|(id, _)| bytes.len() >= 8 && bytes[2] == *id);
    match found {
        Some((_, family)) if *family != expected => {
            Error::runtime(RuntimeClass::Other, format!("{kind}_INVALID_INPUT_SKETCH_BUFFER_FAMILY"))
                .with("function", format!("`{function}`"))
                .with("expectedFamily", expected)
                .with("actualFamily", *family)
        }
        _ => invalid_buffer(kind, function),
    }
}

/// A size of a sketch out of range.
pub(super) fn invalid_size(condition: &str, function: &str, range: [i32; 2], value: i32) -> Error {
    Error::runtime(RuntimeClass::Other, condition)
        .with("function", format!("`{function}`"))
        .with("min", range[0].to_string())
        .with("max", range[1].to_string())
        .with("value", value.to_string())
}

/// A failed check of a constant argument, told as a mismatch of the call.
pub(super) fn type_check(call: &Call<'_>, error: &Error) -> Error {
    type_check_message(call, &error.to_string())
}

/// A mismatch of the call for the reason `message`.
pub(super) fn type_check_message(call: &Call<'_>, message: &str) -> Error {
    Error::analysis("DATATYPE_MISMATCH.TYPE_CHECK_FAILURE_WITH_HINT")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("msg", message)
        .with("hint", "")
}

/// A sketch that the library refused for a reason that well-formed calls do not have.
pub(super) fn internal(error: datasketches::error::Error) -> Error {
    Error::internal(error.to_string())
}
