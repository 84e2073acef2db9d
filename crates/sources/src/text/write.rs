//! One string column as lines.

use arrow::array::{Array, AsArray, RecordBatch};
use lang::ir::Options;
use lang::{Error, Result};

use crate::option::{OptionReader, illegal};
use crate::write::{Codec, Compressor, Encoder, FileEncoding};

/// Writes text files.
#[derive(Debug)]
pub(crate) struct TextWriter {
    line_separator: String,
    codec: Codec,
}

impl TextWriter {
    /// # Errors
    /// Malformed values.
    pub(crate) fn new(options: &Options) -> Result<Self> {
        let read = OptionReader::new("text", options);
        if read.text("lineSep") == Some("") {
            return Err(illegal("'lineSep' cannot be an empty string."));
        }
        Ok(TextWriter {
            line_separator: read.text("linesep").unwrap_or("\n").to_string(),
            codec: Codec::new(&read)?,
        })
    }
}

impl FileEncoding for TextWriter {
    fn extension(&self) -> String {
        format!(".txt{}", self.codec.extension())
    }

    fn encoder(&self) -> Result<Box<dyn Encoder>> {
        let compressor = Compressor::new(self.codec);
        Ok(Box::new(TextEncoder {
            line_separator: self.line_separator.clone(),
            compressor,
            text: String::new(),
        }))
    }
}

struct TextEncoder {
    line_separator: String,
    compressor: Compressor,
    text: String,
}

impl Encoder for TextEncoder {
    fn write(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<()> {
        let column = batch.column(0);
        let lines = column
            .as_string_opt::<i32>()
            .ok_or_else(|| Error::internal("a text column that is no string"))?;
        for row in 0..lines.len() {
            if lines.is_valid(row) {
                self.text.push_str(lines.value(row));
            }
            self.text.push_str(&self.line_separator);
        }
        self.compressor.write(self.text.as_bytes(), out)?;
        self.text.clear();
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.compressor.finish(out)
    }
}
