//! JSON: a value a line or a file, decoded column by column.
//!
//! ```text
//! bytes ──Tape──► nodes of all records ──columns──► RecordBatch
//!            └──► types ──► schema
//! ```
//!
//! The nouns: a [`Tape`](tape::Tape) holds the nodes of many JSON values one after the other; [`JsonOptions`] is what the reader
//! tolerates; [`decode`] makes columns of texts that are already in memory.
//!
//! # Guarantees
//! - A record with wrong syntax is null as a whole, one with a wrong value only there; both are marked malformed.
//! - Field names match exactly, case included; the last of equal names wins.
//!
//! # Does not
//! Know encodings of several bytes other than UTF-8.
//!
//! # Where to start
//! [`JsonOptions`], then `tape.rs`.

mod columns;
mod decoder;
mod infer;
mod options;
mod scan;
mod tape;
pub(crate) mod write;

use std::sync::Arc;

use lang::Result;

pub use decoder::decode;
pub use options::JsonOptions;

pub(crate) use columns::is_supported;
pub(crate) use decoder::decode_each;
pub use infer::infer_texts;
pub(crate) use infer::{infer, infer_arrays};

use crate::scan::{DecodeRequest, Decoder, Encoding, RecordFormat};

/// JSON files.
#[derive(Debug, Clone)]
pub(crate) struct JsonFormat {
    pub options: Arc<JsonOptions>,
}

impl RecordFormat for JsonFormat {
    fn name(&self) -> &'static str {
        "json"
    }

    fn boundary(&self) -> Option<u8> {
        match self.options.separator.as_deref() {
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
        Ok(Box::new(decoder::JsonDecoder::new(Arc::clone(&self.options), request)?))
    }
}
