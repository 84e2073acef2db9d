//! Avro: object container files, decoded into columns and encoded row by row.
//!
//! ```text
//! bytes ──Header──► Schema ──┐
//!   └── blocks ──Codec──► Input ──Values (one a column)──► RecordBatch
//! RecordBatch ──writers (one a column)──► blocks ──Codec──► bytes
//! ```
//!
//! The nouns: a [`Schema`] is an Avro type; [`Values`](functions::avro::Values) reads one column's values (both are those
//! of the functions that know Avro values); [`AvroOptions`] is what a read asks for.
//!
//! # Guarantees
//! - Types map as Spark maps them, both ways; fields are found by name, case aside.
//! - Blocks are checked: their end marks, and Snappy's sums. What does not decode is an error, never a wrong row.
//! - Columns nobody asked for are skipped, not decoded.
//!
//! # Does not
//! Cut files in ranges; read recursive schemas; take dates for days of the Julian calendar.
//!
//! # Where to start
//! `decoder.rs`, then `functions::avro`, where values and types are.

mod codec;
mod decoder;
mod header;
mod infer;
pub(crate) mod write;

use functions::avro::Schema;
use lang::Result;
use lang::ir::Options;

pub(crate) use infer::infer;

use crate::option::OptionReader;
use crate::scan::{DecodeRequest, Decoder, RecordFormat};

/// How Avro files are read.
#[derive(Debug, Clone, Default)]
pub(crate) struct AvroOptions {
    /// The schema the user gave, as Avro.
    schema: Option<Schema>,
    /// Members of unions are called by their types, not by their places.
    stable_names: bool,
}

impl AvroOptions {
    /// # Errors
    /// Malformed values, and options of Spark's that are not honoured.
    pub(crate) fn new(options: &Options) -> Result<Self> {
        let read = OptionReader::new("avro", options);
        read.expect("datetimerebasemode", "CORRECTED")?;
        read.expect("positionalfieldmatching", "false")?;
        read.expect("recursiveFieldMaxDepth", "-1")?;
        read.expect("stableIdentifierPrefixForUnionType", "member_")?;
        read.expect("ignoreExtension", "true")?;
        read.expect("mode", "FAILFAST")?;
        read.refuse(&["avroschemaurl"])?;
        Ok(AvroOptions {
            schema: read.text("avroschema").map(Schema::parse).transpose()?,
            stable_names: read.flag("enablestableidentifiersforuniontype", false)?,
        })
    }
}

/// Avro files.
#[derive(Debug, Clone, Default)]
pub(crate) struct AvroFormat {
    pub options: AvroOptions,
}

impl RecordFormat for AvroFormat {
    fn name(&self) -> &'static str {
        "avro"
    }

    fn boundary(&self) -> Option<u8> {
        None
    }

    fn decompresses(&self) -> bool {
        false
    }

    fn decoder(&self, request: &DecodeRequest) -> Result<Box<dyn Decoder>> {
        Ok(Box::new(decoder::AvroDecoder::new(self.options.schema.clone(), request)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
    use lang::Error;

    use super::*;
    use crate::scan::FileFacts;
    use crate::scan::testing::show;
    use crate::write::FileEncoding;

    #[test]
    fn rows_survive() -> Result<()> {
        let numbers: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None, Some(-3)]));
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("a"), Some(""), None]));
        let batch = RecordBatch::try_from_iter_with_nullable([("i", numbers, true), ("s", texts, true)])
            .map_err(|e| Error::internal(e.to_string()))?;
        for codec in ["uncompressed", "deflate", "snappy", "bzip2", "xz", "zstandard"] {
            let options = Options::from([("compression".to_string(), codec.to_string())]);
            let writer = write::AvroWriter::new(&options, &Options::new(), &batch.schema())?;
            let (mut encoder, mut out) = (writer.encoder()?, Vec::new());
            encoder.write(&batch, &mut out)?;
            encoder.finish(&mut out)?;
            for (columns, expected) in
                [(vec![0, 1], vec!["1|a", "~|", "-3|~"]), (vec![1], vec!["a", "", "~"])]
            {
                let request = DecodeRequest {
                    file_schema: batch.schema(),
                    columns,
                    batch_size: 8,
                    at_start: true,
                    facts: FileFacts::default(),
                    defaults: crate::scan::Defaults::default(),
                };
                let mut decoder = AvroFormat::default().decoder(&request)?;
                let header = decoder.decode(&out, true)?.consumed;
                let rows = decoder.decode(&out[header..], true)?.batch.map(|batch| show(&batch));
                assert_eq!(rows.unwrap_or_default(), expected, "{codec}");
                let mut decoder = AvroFormat::default().decoder(&request)?;
                decoder.decode(&out, true)?;
                assert!(decoder.decode(&out[header..out.len() - 1], true).is_err(), "{codec}");
            }
        }
        Ok(())
    }
}
