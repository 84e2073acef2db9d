//! Values as SQL that reads back as they are, whatever the time and the session's settings.

use arrow::array::{Array, ArrayRef};
use functions::value::to_string_array;
use lang::{DataType, Result};

/// The first value of an array as a constant of that type; `None` for types that SQL has no constants of.
///
/// # Errors
/// Values that cannot be shown.
pub(super) fn constant_text(array: &ArrayRef, data_type: &DataType) -> Result<Option<String>> {
    if array.is_empty() || array.is_null(0) {
        return Ok(Some("NULL".to_string()));
    }
    if matches!(
        data_type,
        DataType::Array { .. } | DataType::Map { .. } | DataType::Struct(_) | DataType::Variant
    ) {
        return Ok(None);
    }
    let texts = to_string_array(array, "UTC")?;
    let text = texts.value(0);
    let quoted = format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    Ok(match data_type {
        DataType::String { .. } | DataType::Char(_) | DataType::Varchar(_) => Some(quoted),
        DataType::Boolean | DataType::Integer => Some(text.to_string()),
        DataType::Byte => Some(format!("{text}Y")),
        DataType::Short => Some(format!("{text}S")),
        DataType::Long => Some(format!("{text}L")),
        DataType::Date => Some(format!("DATE {quoted}")),
        DataType::Time { .. } => Some(format!("TIME {quoted}")),
        DataType::Timestamp => Some(format!("TIMESTAMP '{text} UTC'")),
        DataType::TimestampNtz => Some(format!("TIMESTAMP_NTZ {quoted}")),
        DataType::Decimal { .. } | DataType::Float | DataType::Double => {
            Some(format!("CAST({quoted} AS {})", data_type.sql()))
        }
        _ => None,
    })
}

/// Whether SQL calls a function whose value changes by itself.
pub(super) fn changes(text: &str) -> bool {
    let text = text.to_lowercase();
    ["current_", "now(", "localtime", "curdate", "rand", "uuid", "unix_timestamp"]
        .iter()
        .any(|word| text.contains(word))
}
