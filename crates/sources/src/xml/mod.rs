//! XML: records between row tags, parsed to trees and decoded column by column.
//!
//! ```text
//! bytes ──records──► texts ──Element::parse──► trees ──Columns──► RecordBatch
//!                                                └──► types ──► schema
//! ```
//!
//! The nouns: a record is everything from a row tag to its end; an [`Element`](tree::Element) is its tree;
//! [`XmlOptions`] is how names and values look.
//!
//! # Guarantees
//! - A record with wrong syntax or a wrong value is null as a whole and marked malformed; the corrupt record column shows
//!   the whole document then. Behind tags that do not fit together, and behind the outermost element, nothing is read.
//! - Row tags in comments and CDATA sections start no records. Entities of one's own are not expanded.
//!
//! # Does not
//! Validate against XSD, read arrays of arrays, cut files in ranges.
//!
//! # Where to start
//! `records.rs`, then `values.rs`; `write.rs` for writing.

mod decoder;
mod infer;
mod options;
mod records;
mod tree;
mod values;
pub(crate) mod write;

use std::sync::Arc;

use lang::Result;

pub(crate) use decoder::XmlTexts;
pub(crate) use infer::{infer, infer_texts};
pub(crate) use options::XmlOptions;
pub(crate) use values::is_supported;

use crate::scan::{DecodeRequest, Decoder, Encoding, RecordFormat};

/// XML files.
#[derive(Debug, Clone)]
pub(crate) struct XmlFormat {
    pub options: Arc<XmlOptions>,
}

impl RecordFormat for XmlFormat {
    fn name(&self) -> &'static str {
        "xml"
    }

    fn boundary(&self) -> Option<u8> {
        None
    }

    fn encoding(&self) -> Encoding {
        self.options.encoding
    }

    fn decoder(&self, request: &DecodeRequest) -> Result<Box<dyn Decoder>> {
        Ok(Box::new(decoder::XmlDecoder::new(Arc::clone(&self.options), request)?))
    }
}
