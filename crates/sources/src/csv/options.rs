//! The CSV reader's options, with Spark's names and defaults.

use functions::datetime::zone::Zone;
use lang::ir::Options;
use lang::{Error, ErrorKind, Result};

use crate::mode::{Mode, corrupt_column_name};
use crate::option::{OptionReader, illegal};
use crate::sample::Sampling;
use crate::scan::Encoding;
use crate::value::Formats;
use crate::write::Codec;

/// The setting for `columnPruning`.
const COLUMN_PRUNING: &str = "spark.sql.csv.parser.columnPruning.enabled";

/// A CSV dialect and how to read it.
#[derive(Debug, Clone)]
pub(crate) struct CsvOptions {
    pub separator: Vec<u8>,
    pub quote: Option<u8>,
    pub escape: Option<u8>,
    /// What escapes the escape in front of a quote.
    pub escape_escape: Option<u8>,
    pub comment: Option<u8>,
    pub header: bool,
    pub enforce_schema: bool,
    pub trim_leading: bool,
    pub trim_trailing: bool,
    pub null_value: Vec<u8>,
    pub empty_value: Vec<u8>,
    pub max_columns: usize,
    pub max_characters: Option<usize>,
    /// Only the cells of wanted columns are looked at; else all are, to count them.
    pub column_pruning: bool,
    pub mode: Mode,
    pub corrupt_name: String,
    pub multi_line: bool,
    /// One or two bytes; `None`: `\n`, `\r\n` and `\r`.
    pub line_separator: Option<Vec<u8>>,
    pub infer_schema: bool,
    pub prefer_date: bool,
    pub formats: Formats,
    pub encoding: Encoding,
    pub sampling: Sampling,
}

impl CsvOptions {
    /// # Errors
    /// Malformed values, and options of Spark's that are not honoured.
    pub(crate) fn new(options: &Options, conf: &Options, zone: Zone) -> Result<Self> {
        let read = OptionReader::new("csv", options);
        read.refuse(&["singlevariantcolumn"])?;
        read.expect_english()?;
        read.expect("unescapedQuoteHandling", "STOP_AT_DELIMITER")?;
        // What only writers use is looked at, too.
        Codec::new(&read)?;
        read.named_flag("quoteAll", false)?;
        read.named_flag("escapeQuotes", true)?;
        read.number("inputBufferSize", 0)?;
        let session_prunes = conf.get(COLUMN_PRUNING).is_none_or(|value| value.eq_ignore_ascii_case("true"));
        let quote = read.character("quote", Some(b'"'))?;
        let escape = read.character("escape", Some(b'\\'))?;
        let default_escape_escape = escape.filter(|escape| Some(*escape) != quote);
        let max_characters = read.named_number("maxCharsPerColumn", -1)?;
        Ok(CsvOptions {
            separator: separator(read.any(&["sep", "delimiter"]).unwrap_or(","))?,
            quote,
            escape,
            escape_escape: read.character("chartoescapequoteescaping", default_escape_escape)?,
            comment: read.character("comment", None)?,
            header: read.named_flag("header", false)?,
            enforce_schema: read.named_flag("enforceSchema", true)?,
            trim_leading: read.named_flag("ignoreLeadingWhiteSpace", false)?,
            trim_trailing: read.named_flag("ignoreTrailingWhiteSpace", false)?,
            null_value: read.text("nullvalue").unwrap_or_default().as_bytes().to_vec(),
            empty_value: read.text("emptyvalue").unwrap_or_default().as_bytes().to_vec(),
            max_columns: usize::try_from(read.named_number("maxColumns", 20_480)?).unwrap_or(0),
            max_characters: usize::try_from(max_characters).ok(),
            column_pruning: read.named_flag("columnPruning", session_prunes)?,
            mode: Mode::new(&read),
            corrupt_name: corrupt_column_name(&read, conf),
            multi_line: read.flag("multiline", false)?,
            line_separator: line_separator(&read)?,
            infer_schema: read.named_flag("inferSchema", false)?,
            prefer_date: read.named_flag("preferDate", true)?,
            formats: Formats::from_options(&read, zone)?,
            encoding: Encoding::new(&read, conf, "CSVOptions")?,
            sampling: Sampling::new(&read)?,
        })
    }
}

/// # Errors
/// Any `encoding` but UTF-8.
pub(crate) fn expect_utf8(options: &OptionReader<'_>) -> Result<()> {
    match options.any(&["encoding", "charset"]) {
        Some(name) if !name.eq_ignore_ascii_case("UTF-8") => {
            Err(Error::unsupported(format!("writing the encoding {name}")))
        }
        _ => Ok(()),
    }
}

/// One or two characters.
///
/// # Errors
/// `INVALID_LINE_SEPARATOR`; two characters but `\r\n`, and those outside ASCII, by name.
fn line_separator(options: &OptionReader<'_>) -> Result<Option<Vec<u8>>> {
    let Some(text) = options.text("lineSep") else { return Ok(None) };
    expect_line_separator(text)?;
    if !text.is_ascii() || (text.len() > 1 && text != "\r\n") {
        return Err(Error::unsupported(format!("the line separator {text:?} of csv")));
    }
    Ok(Some(text.as_bytes().to_vec()))
}

/// # Errors
/// `INVALID_LINE_SEPARATOR`
pub(super) fn expect_line_separator(text: &str) -> Result<()> {
    let invalid = |condition| Error::new(ErrorKind::InvalidArgument, condition);
    match text.chars().count() {
        0 => Err(invalid("INVALID_LINE_SEPARATOR.EMPTY")),
        1 | 2 => Ok(()),
        length => Err(invalid("INVALID_LINE_SEPARATOR.TOO_LONG").with("length", length.to_string())),
    }
}

/// The separator with its escapes (`\t`, `\\`, `\u0001` …) resolved.
pub(super) fn separator(text: &str) -> Result<Vec<u8>> {
    if text.is_empty() {
        return Err(illegal("Delimiter cannot be empty string"));
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c != '\\' || rest.len() == 1 {
            if rest == "\\" && out.is_empty() {
                return Err(Error::new(
                    ErrorKind::InvalidArgument,
                    "INVALID_DELIMITER_VALUE.SINGLE_BACKSLASH",
                ));
            }
            out.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let (resolved, length) = escape_sequence(rest, text)?;
        out.push(resolved);
        rest = &rest[length..];
    }
    Ok(out.into_bytes())
}

/// The character an escape sequence at the start of `rest` stands for, and the sequence's length.
fn escape_sequence(rest: &str, whole: &str) -> Result<(char, usize)> {
    if whole == "\\u0000" {
        return Ok(('\0', whole.len()));
    }
    match rest.as_bytes()[1] {
        b't' => Ok(('\t', 2)),
        b'r' => Ok(('\r', 2)),
        b'b' => Ok(('\u{8}', 2)),
        b'f' => Ok(('\u{c}', 2)),
        b'"' => Ok(('"', 2)),
        b'\'' => Ok(('\'', 2)),
        b'\\' => Ok(('\\', 2)),
        _ => {
            let shown: String = rest.chars().take(2).collect();
            Err(Error::new(
                ErrorKind::InvalidArgument,
                "INVALID_DELIMITER_VALUE.UNSUPPORTED_SPECIAL_CHARACTER",
            )
            .with("str", shown))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators() {
        for (text, expected) in [
            (",", Some(",")),
            ("\\t", Some("\t")),
            ("||", Some("||")),
            ("\\\\", Some("\\")),
            ("", None),
            ("\\", None),
        ] {
            assert_eq!(separator(text).ok(), expected.map(|e| e.as_bytes().to_vec()), "{text}");
        }
    }
}
