//! Text and binary files: a line or a file a row.

mod binary;
mod decoder;
pub(crate) mod write;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use lang::ir::Options;
use lang::{Error, Result};

pub(crate) use binary::BinaryFormat;
pub(crate) use decoder::first_line;

use crate::option::{OptionReader, illegal};
use crate::scan::{DecodeRequest, Decoder, RecordFormat};
use crate::schema::expect_types;
use crate::write::Codec;

/// Text files: one string column.
#[derive(Debug, Clone)]
pub(crate) struct TextFormat {
    whole: bool,
    /// `None`: `\n`, `\r\n` and `\r`.
    separator: Option<Vec<u8>>,
}

impl TextFormat {
    /// # Errors
    /// Malformed values.
    pub(crate) fn new(options: &Options) -> Result<Self> {
        let read = OptionReader::new("text", options);
        Codec::new(&read)?;
        let separator = match read.text("linesep") {
            None => None,
            Some("") => return Err(illegal("'lineSep' cannot be an empty string.")),
            Some(text) => Some(text.as_bytes().to_vec()),
        };
        Ok(TextFormat { whole: read.flag("wholetext", false)?, separator })
    }

    /// `value STRING`
    pub(crate) fn schema() -> SchemaRef {
        Arc::new(Schema::new(vec![Field::new("value", DataType::Utf8, true)]))
    }

    /// # Errors
    /// A schema that is not one string column.
    pub(crate) fn expect_schema(fields: &Fields) -> Result<()> {
        expect_types("Text", fields, |field| functions::types::is_string(field.data_type()))?;
        if fields.len() > 1 {
            return Err(Error::analysis("TEXT_DATA_SOURCE_COLUMNS").with("count", fields.len().to_string()));
        }
        Ok(())
    }
}

impl RecordFormat for TextFormat {
    fn name(&self) -> &'static str {
        "text"
    }

    fn boundary(&self) -> Option<u8> {
        match self.separator.as_deref() {
            _ if self.whole => None,
            None => Some(b'\n'),
            Some([single]) => Some(*single),
            Some(_) => None,
        }
    }

    fn decoder(&self, request: &DecodeRequest) -> Result<Box<dyn Decoder>> {
        if self.whole {
            return Ok(Box::new(decoder::WholeDecoder::new(request)));
        }
        Ok(Box::new(decoder::LineDecoder::new(self.separator.clone(), request)))
    }
}
