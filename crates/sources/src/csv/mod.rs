//! CSV: Spark's dialect, tokenized and parsed column by column.
//!
//! ```text
//! bytes ──Tokenizer──► Records (where each wanted cell is) ──parse_column──► RecordBatch
//! ```
//!
//! The nouns: [`CsvOptions`] is the dialect; a [`Tokenizer`](tokenizer::Tokenizer) finds cells; [`Records`](records::Records)
//! says where they are; the decoder makes columns of them; inference runs the same tokenizer over all files.
//!
//! # Guarantees
//! - Cells without quotes are not copied until they become values.
//! - Quotes, escapes, blank lines, missing and surplus cells are treated as by Spark's reader (univocity underneath).
//!
//! # Does not
//! Know encodings of several bytes other than UTF-8, or locales other than en-US.
//!
//! # Where to start
//! [`CsvOptions`], then `decoder.rs`.

mod decoder;
mod infer;
mod options;
mod quoted;
mod records;
mod texts;
mod tokenizer;
pub(crate) mod write;

use std::sync::Arc;

use lang::Result;

pub(crate) use infer::{first_text, infer, infer_texts};
pub(crate) use options::{CsvOptions, expect_utf8};
pub(crate) use texts::CsvTexts;

use crate::scan::{DecodeRequest, Decoder, Encoding, RecordFormat};

/// CSV files of one dialect.
#[derive(Debug, Clone)]
pub(crate) struct CsvFormat {
    pub options: Arc<CsvOptions>,
}

impl RecordFormat for CsvFormat {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn boundary(&self) -> Option<u8> {
        match self.options.line_separator.as_deref() {
            _ if self.options.multi_line => None,
            None => Some(b'\n'),
            Some([single]) => Some(*single),
            Some(_) => None,
        }
    }

    fn encoding(&self) -> Encoding {
        self.options.encoding
    }

    fn decoder(&self, request: &DecodeRequest) -> Result<Box<dyn Decoder>> {
        Ok(Box::new(decoder::CsvDecoder::new(Arc::clone(&self.options), request)?))
    }
}
