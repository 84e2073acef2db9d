//! Texts in a column as CSV records, one each.

use std::sync::Arc;

use arrow::array::StringArray;
use arrow::datatypes::SchemaRef;
use lang::Result;

use super::decoder::CsvDecoder;
use super::options::CsvOptions;
use crate::parse::{EachText, TextRows};
use crate::scan::{DecodeRequest, FileFacts};

/// How texts become rows.
#[derive(Debug)]
pub(crate) struct CsvTexts {
    pub options: Arc<CsvOptions>,
    pub schema: SchemaRef,
    /// The first record, if it holds the names.
    pub header: Option<String>,
}

impl CsvTexts {
    fn decoder(&self) -> Result<CsvDecoder> {
        let request = DecodeRequest {
            file_schema: Arc::clone(&self.schema),
            columns: (0..self.schema.fields().len()).collect(),
            batch_size: usize::MAX,
            at_start: false,
            facts: FileFacts::default(),
            defaults: crate::scan::Defaults::default(),
        };
        CsvDecoder::new(Arc::clone(&self.options), &request)
    }
}

impl TextRows for CsvTexts {
    fn rows(&self, texts: &StringArray) -> Result<EachText> {
        self.decoder()?.texts(texts, self.header.as_deref())
    }
}
