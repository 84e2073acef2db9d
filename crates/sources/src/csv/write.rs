//! Batches as CSV, quoted as Spark's writer quotes.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use functions::datetime::zone::Zone;
use lang::ir::Options;
use lang::{Error, Result};

use super::options::{expect_line_separator, expect_utf8, separator};
use crate::option::OptionReader;
use crate::write::{Codec, Compressor, Encoder, FileEncoding, Texts, timestamp_patterns};

/// A CSV dialect to write.
#[derive(Debug, Clone)]
struct Dialect {
    separator: String,
    quote: char,
    escape: Option<char>,
    escape_escape: Option<char>,
    comment: char,
    quote_all: bool,
    escape_quotes: bool,
    header: bool,
    trim_leading: bool,
    trim_trailing: bool,
    null_value: String,
    empty_value: String,
    line_separator: String,
    texts: Texts,
}

/// Writes CSV files.
#[derive(Debug)]
pub(crate) struct CsvWriter {
    dialect: Arc<Dialect>,
    codec: Codec,
    schema: SchemaRef,
    extension: String,
}

impl CsvWriter {
    /// # Errors
    /// Malformed values, and options of Spark's that are not honoured.
    pub(crate) fn new(options: &Options, zone: Zone, schema: SchemaRef) -> Result<Self> {
        let read = OptionReader::new("csv", options);
        expect_utf8(&read)?;
        read.expect_english()?;
        let quote = read.character("quote", Some(b'"'))?.unwrap_or(0);
        let escape = read.character("escape", Some(b'\\'))?;
        let escape_escape = read.character("chartoescapequoteescaping", escape.filter(|e| *e != quote))?;
        let separator = separator(read.any(&["sep", "delimiter"]).unwrap_or(","))?;
        let line_separator = read.text("linesep").unwrap_or("\n").to_string();
        expect_line_separator(&line_separator)?;
        let dialect = Dialect {
            separator: String::from_utf8_lossy(&separator).into_owned(),
            quote: char::from(quote),
            escape: escape.map(char::from),
            escape_escape: escape_escape.map(char::from),
            comment: read.character("comment", None)?.map_or('#', char::from),
            quote_all: read.named_flag("quoteAll", false)?,
            escape_quotes: read.named_flag("escapeQuotes", true)?,
            header: read.named_flag("header", false)?,
            trim_leading: read.named_flag("ignoreLeadingWhiteSpace", true)?,
            trim_trailing: read.named_flag("ignoreTrailingWhiteSpace", true)?,
            null_value: read.text("nullvalue").unwrap_or_default().to_string(),
            empty_value: read.text("emptyvalue").unwrap_or("\"\"").to_string(),
            line_separator,
            texts: timestamp_patterns(&read, zone)?,
        };
        let extension = extension(read.text("extension").unwrap_or("csv"))?;
        Ok(CsvWriter { dialect: Arc::new(dialect), codec: Codec::new(&read)?, schema, extension })
    }
}

/// How files are called that have another name than `.csv`: three characters, or letters alone.
///
/// # Errors
/// `INVALID_PARAMETER_VALUE.EXTENSION`; what would put files into other folders.
fn extension(said: &str) -> Result<String> {
    if said.chars().count() != 3 && !said.chars().all(char::is_alphabetic) {
        return Err(Error::analysis("INVALID_PARAMETER_VALUE.EXTENSION").with("invalidValue", said));
    }
    if said.contains(['/', '\\', '\0']) {
        return Err(Error::unsupported("an extension with a separator of folders in it"));
    }
    Ok(said.to_string())
}

impl FileEncoding for CsvWriter {
    fn extension(&self) -> String {
        format!(".{}{}", self.extension, self.codec.extension())
    }

    fn encoder(&self) -> Result<Box<dyn Encoder>> {
        Ok(Box::new(CsvEncoder {
            dialect: Arc::clone(&self.dialect),
            header: self.dialect.header.then(|| Arc::clone(&self.schema)),
            compressor: Compressor::new(self.codec),
            text: String::new(),
        }))
    }
}

struct CsvEncoder {
    dialect: Arc<Dialect>,
    /// The schema, as long as its names are not written.
    header: Option<SchemaRef>,
    compressor: Compressor,
    text: String,
}

impl CsvEncoder {
    fn write_header(&mut self) {
        if let Some(schema) = self.header.take() {
            for (index, field) in schema.fields().iter().enumerate() {
                self.dialect.cell(index, Some(field.name()), &mut self.text);
            }
            self.text.push_str(&self.dialect.line_separator);
        }
    }

    fn flush(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.compressor.write(self.text.as_bytes(), out)?;
        self.text.clear();
        Ok(())
    }
}

impl Encoder for CsvEncoder {
    fn write(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<()> {
        self.write_header();
        let columns = batch
            .columns()
            .iter()
            .zip(batch.schema().fields())
            .map(|(array, field)| self.dialect.texts.column(array, field))
            .collect::<Result<Vec<StringArray>>>()?;
        for row in 0..batch.num_rows() {
            let start = self.text.len();
            for (index, column) in columns.iter().enumerate() {
                let value = column.is_valid(row).then(|| column.value(row));
                self.dialect.cell(index, value, &mut self.text);
            }
            // Spark's writer leaves out rows without any text.
            if self.text.len() > start {
                self.text.push_str(&self.dialect.line_separator);
            }
            if i32::try_from(self.text.len()).is_err() {
                return Err(Error::unsupported("a CSV batch of more than 2 GiB"));
            }
        }
        self.flush(out)
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.write_header();
        self.flush(out)?;
        self.compressor.finish(out)
    }
}

impl Dialect {
    /// Appends one cell, the separator in front of all but the first.
    fn cell(&self, index: usize, value: Option<&str>, out: &mut String) {
        if index > 0 {
            out.push_str(&self.separator);
        }
        let (text, special) = match value.map(|value| self.trim(value)) {
            None => (self.null_value.as_str(), true),
            Some("") => (self.empty_value.as_str(), true),
            Some(text) => (text, false),
        };
        let is_quoted_already = text.len() >= 2 && text.starts_with(self.quote) && text.ends_with(self.quote);
        if special && (text == "\"\"" || is_quoted_already) {
            return out.push_str(text);
        }
        if self.needs_quotes(index, text) {
            self.quoted(text, out);
        } else {
            out.push_str(text);
        }
    }

    fn trim<'a>(&self, mut text: &'a str) -> &'a str {
        let blank = |c: char| c <= ' ';
        if self.trim_leading {
            text = text.trim_start_matches(blank);
        }
        if self.trim_trailing {
            text = text.trim_end_matches(blank);
        }
        text
    }

    fn needs_quotes(&self, index: usize, text: &str) -> bool {
        self.quote_all
            || text.starts_with(self.quote)
            || (index == 0 && text.starts_with(self.comment))
            || text.contains(['\n', '\r'])
            || self.line_separator.chars().next().is_some_and(|first| text.contains(first))
            || text.contains(&self.separator)
            || (self.escape_quotes && text.contains(self.quote))
    }

    fn quoted(&self, text: &str, out: &mut String) {
        out.push(self.quote);
        for c in text.chars() {
            if c == self.quote {
                out.extend(self.escape);
            } else if Some(c) == self.escape {
                out.extend(self.escape_escape);
            }
            out.push(c);
        }
        out.push(self.quote);
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int32Array};

    use super::*;

    fn written(values: &[Option<&str>], options: &[(&str, &str)]) -> Result<String> {
        let options: Options = options.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        let numbers = Int32Array::from_iter_values(1..=values.len() as i32);
        let columns: Vec<(&str, ArrayRef)> =
            vec![("s", Arc::new(StringArray::from(values.to_vec()))), ("i", Arc::new(numbers))];
        let batch = RecordBatch::try_from_iter(columns).map_err(|e| Error::internal(e.to_string()))?;
        let mut encoder = CsvWriter::new(&options, Zone::UTC, batch.schema())?.encoder()?;
        let mut out = Vec::new();
        encoder.write(&batch, &mut out)?;
        encoder.finish(&mut out)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn cells_are_quoted_as_by_spark() -> Result<()> {
        let values =
            [Some("a"), Some(""), None, Some("b,c"), Some("d\"e"), Some(" f "), Some("g\\h"), Some("#k")];
        for (options, expected) in [
            (&[][..], "a,1\n\"\",2\n,3\n\"b,c\",4\n\"d\\\"e\",5\nf,6\ng\\h,7\n\"#k\",8\n"),
            (
                &[("quoteall", "true")],
                "\"a\",\"1\"\n\"\",\"2\"\n\"\",\"3\"\n\"b,c\",\"4\"\n\"d\\\"e\",\"5\"\n\"f\",\"6\"\n\"g\\\\h\",\"7\"\n\"#k\",\"8\"\n",
            ),
            (
                &[("escapequotes", "false"), ("sep", ";")],
                "a;1\n\"\";2\n;3\nb,c;4\nd\"e;5\nf;6\ng\\h;7\n\"#k\";8\n",
            ),
            (
                &[("escape", "\""), ("nullvalue", "N"), ("emptyvalue", "E")],
                "a,1\nE,2\nN,3\n\"b,c\",4\n\"d\"\"e\",5\nf,6\ng\\h,7\n\"#k\",8\n",
            ),
            (
                &[("ignoreleadingwhitespace", "false"), ("header", "true")],
                "s,i\na,1\n\"\",2\n,3\n\"b,c\",4\n\"d\\\"e\",5\n f,6\ng\\h,7\n\"#k\",8\n",
            ),
        ] {
            assert_eq!(written(&values, options)?, expected, "{options:?}");
        }
        assert_eq!(written(&[Some("l\\\"m,")], &[])?, "\"l\\\\\\\"m,\",1\n");
        Ok(())
    }
}
