//! The CSV reader's options, with Spark's names and defaults.

use functions::datetime::zone::Zone;
use lang::ir::Options;
use lang::{Error, Result};

use crate::mode::{Mode, corrupt_column_name};
use crate::option::{OptionReader, illegal};
use crate::scan::Encoding;
use crate::value::Formats;

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
    pub mode: Mode,
    pub corrupt_name: String,
    pub multi_line: bool,
    /// `None`: `\n`, `\r\n` and `\r`.
    pub line_separator: Option<u8>,
    pub infer_schema: bool,
    pub prefer_date: bool,
    pub formats: Formats,
    pub encoding: Encoding,
}

impl CsvOptions {
    /// # Errors
    /// Malformed values, and options of Spark's that are not honoured.
    pub(crate) fn new(options: &Options, conf: &Options, zone: Zone) -> Result<Self> {
        let read = OptionReader::new("csv", options);
        read.refuse(&["singlevariantcolumn"])?;
        read.expect("locale", "en-US")?;
        read.expect("unescapedquotehandling", "STOP_AT_DELIMITER")?;
        read.expect("columnpruning", "true")?;
        let quote = read.character("quote", Some(b'"'))?;
        let escape = read.character("escape", Some(b'\\'))?;
        let default_escape_escape = escape.filter(|escape| Some(*escape) != quote);
        let max_characters = read.number("maxcharspercolumn", -1)?;
        Ok(CsvOptions {
            separator: separator(read.any(&["sep", "delimiter"]).unwrap_or(","))?,
            quote,
            escape,
            escape_escape: read.character("chartoescapequoteescaping", default_escape_escape)?,
            comment: read.character("comment", None)?,
            header: read.flag("header", false)?,
            enforce_schema: read.flag("enforceschema", true)?,
            trim_leading: read.flag("ignoreleadingwhitespace", false)?,
            trim_trailing: read.flag("ignoretrailingwhitespace", false)?,
            null_value: read.text("nullvalue").unwrap_or_default().as_bytes().to_vec(),
            empty_value: read.text("emptyvalue").unwrap_or_default().as_bytes().to_vec(),
            max_columns: usize::try_from(read.number("maxcolumns", 20_480)?).unwrap_or(0),
            max_characters: usize::try_from(max_characters).ok(),
            mode: Mode::new(&read),
            corrupt_name: corrupt_column_name(&read, conf),
            multi_line: read.flag("multiline", false)?,
            line_separator: line_separator(&read)?,
            infer_schema: read.flag("inferschema", false)?,
            prefer_date: read.flag("preferdate", true)?,
            formats: Formats::from_options(&read, zone)?,
            encoding: Encoding::new(&read)?,
        })
    }
}

/// # Errors
/// Any `encoding` but UTF-8.
pub(crate) fn expect_utf8(options: &OptionReader<'_>) -> Result<()> {
    match options.any(&["encoding", "charset"]) {
        Some(name) if !name.eq_ignore_ascii_case("UTF-8") && !name.eq_ignore_ascii_case("US-ASCII") => {
            Err(Error::unsupported(format!("the encoding {name}")))
        }
        _ => Ok(()),
    }
}

fn line_separator(options: &OptionReader<'_>) -> Result<Option<u8>> {
    match options.text("linesep") {
        None | Some("\n") => Ok(None),
        Some("\r\n") => Ok(None),
        Some("") => Err(illegal("'lineSep' cannot be an empty string.")),
        Some(text) if text.len() == 1 => Ok(Some(text.as_bytes()[0])),
        Some(_) => Err(illegal("'lineSep' can contain only 1 character.")),
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
                return Err(illegal(
                    "Single backslash is prohibited. It has special meaning as beginning of an escape sequence. To get the backslash character, pass a string with two backslashes as the delimiter.",
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
    if whole == "\\u0000" || whole == "\\0" {
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
        _ => Err(illegal(format!("Unsupported special character for delimiter: {whole}"))),
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
