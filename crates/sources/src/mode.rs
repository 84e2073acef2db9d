//! What to do with records that do not parse.

use arrow::datatypes::{DataType, Schema};
use lang::ir::Options;
use lang::{Error, ErrorKind, Result};

use crate::option::OptionReader;

/// Spark's parse modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Null for what does not parse; the raw record goes to the corrupt record column, if there is one.
    Permissive,
    DropMalformed,
    FailFast,
}

impl Mode {
    /// The `mode` option; unknown modes are `PERMISSIVE`, as in Spark.
    pub(crate) fn new(options: &OptionReader<'_>) -> Self {
        match options.text("mode").map(str::to_ascii_uppercase).as_deref() {
            Some("DROPMALFORMED") => Mode::DropMalformed,
            Some("FAILFAST") => Mode::FailFast,
            _ => Mode::Permissive,
        }
    }
}

/// The name of the column that takes raw malformed records.
pub(crate) fn corrupt_column_name(options: &OptionReader<'_>, conf: &Options) -> String {
    let session = conf.get("spark.sql.columnNameOfCorruptRecord").map(String::as_str);
    options.text("columnnameofcorruptrecord").or(session).unwrap_or("_corrupt_record").to_string()
}

/// Where the corrupt record column is in a schema.
///
/// # Errors
/// `INVALID_CORRUPT_RECORD_TYPE` if it is not a string.
pub(crate) fn corrupt_column(schema: &Schema, name: &str) -> Result<Option<usize>> {
    let Some(index) = schema.fields().iter().position(|field| field.name() == name) else { return Ok(None) };
    let field = schema.field(index);
    if *field.data_type() != DataType::Utf8 {
        return Err(Error::analysis("INVALID_CORRUPT_RECORD_TYPE")
            .with("columnName", format!("`{name}`"))
            .with("actualType", format!("\"{}\"", functions::types::from_field(field).sql())));
    }
    Ok(Some(index))
}

/// Refuses to decode the corrupt record column alone: nothing would be parsed then.
pub(crate) fn expect_not_only_corrupt(columns: &[usize], corrupt: Option<usize>) -> Result<()> {
    if columns.len() == 1 && corrupt == Some(columns[0]) {
        return Err(Error::analysis("UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN"));
    }
    Ok(())
}

/// What `FAILFAST` answers for a malformed record.
pub(crate) fn malformed(record: &[u8]) -> Error {
    let mut shown = String::from_utf8_lossy(record).into_owned();
    if let Some((cut, _)) = shown.char_indices().nth(1000) {
        shown.truncate(cut);
        shown.push('…');
    }
    Error::new(ErrorKind::Data, "MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION").with("badRecord", shown)
}
