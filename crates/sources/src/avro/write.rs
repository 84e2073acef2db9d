//! Batches as Avro.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch};
use arrow::datatypes::SchemaRef;
use functions::avro::Schema;
use functions::avro::encode;
use functions::avro::input::{put_bytes, put_long};
use lang::ir::Options;
use lang::{Error, ErrorKind, Result};
use uuid::Uuid;

use super::codec::Codec;
use super::header::{CODEC_KEY, MAGIC, SCHEMA_KEY, Sync};
use crate::option::{OptionReader, illegal};
use crate::write::{Encoder, FileEncoding};

/// A block ends when it has so many bytes, as in Avro's own writer.
const BLOCK: usize = 64_000;

/// Writes Avro files.
#[derive(Debug)]
pub(crate) struct AvroWriter {
    text: Arc<str>,
    schema: Arc<Schema>,
    codec: Codec,
}

impl AvroWriter {
    /// # Errors
    /// Malformed values; types that Avro has not.
    pub(crate) fn new(options: &Options, conf: &Options, schema: &SchemaRef) -> Result<Self> {
        let read = OptionReader::new("avro", options);
        read.expect("positionalfieldmatching", "false")?;
        read.refuse(&["avroschemaurl"])?;
        let name = read.text("recordname").unwrap_or("topLevelRecord");
        let namespace = read.text("recordnamespace").unwrap_or("");
        let text = match read.text("avroschema") {
            Some(text) => text.to_string(),
            None => {
                let fields = functions::types::from_fields(schema.fields());
                functions::avro::types::record(&fields, name, namespace)?.to_string()
            }
        };
        let parsed = Schema::parse(&text)?;
        if !matches!(parsed, Schema::Record(_)) {
            return Err(illegal("avroSchema is no record"));
        }
        let session = conf.get("spark.sql.avro.compression.codec").map(String::as_str);
        let codec = Codec::in_options(read.text("compression").or(session).unwrap_or("snappy"))?;
        Ok(AvroWriter { text: text.into(), schema: Arc::new(parsed), codec })
    }
}

impl FileEncoding for AvroWriter {
    fn extension(&self) -> String {
        ".avro".to_string()
    }

    fn encoder(&self) -> Result<Box<dyn Encoder>> {
        let sync = *Uuid::new_v4().as_bytes();
        let (text, schema, codec) = (Arc::clone(&self.text), Arc::clone(&self.schema), self.codec);
        Ok(Box::new(AvroEncoder { text, schema, codec, sync, begun: false, block: Vec::new(), rows: 0 }))
    }
}

struct AvroEncoder {
    text: Arc<str>,
    schema: Arc<Schema>,
    codec: Codec,
    sync: Sync,
    begun: bool,
    block: Vec<u8>,
    rows: usize,
}

impl AvroEncoder {
    fn begin(&mut self, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        out.extend_from_slice(MAGIC);
        put_long(2, out);
        for (key, value) in [(SCHEMA_KEY, &*self.text), (CODEC_KEY, self.codec.file_name())] {
            put_bytes(key.as_bytes(), out);
            put_bytes(value.as_bytes(), out);
        }
        put_long(0, out);
        out.extend_from_slice(&self.sync);
    }

    fn end_block(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if self.rows > 0 {
            put_long(self.rows as i64, out);
            put_bytes(&self.codec.compress(&self.block)?, out);
            out.extend_from_slice(&self.sync);
            self.block.clear();
            self.rows = 0;
        }
        Ok(())
    }
}

impl Encoder for AvroEncoder {
    fn write(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<()> {
        self.begin(out);
        let schema = Arc::clone(&self.schema);
        let Schema::Record(wanted) = schema.as_ref() else { return Ok(()) };
        let batch_schema = batch.schema();
        let fields = batch_schema.fields().iter().map(|field| field.as_ref());
        let columns: Vec<_> = fields.zip(batch.columns()).collect();
        let writers = encode::record(&columns, wanted).map_err(in_task)?;
        for row in 0..batch.num_rows() {
            for (write, field) in writers.iter().zip(wanted.iter()) {
                write(row, &mut self.block).ok_or_else(|| unfit(batch, row, &field.name))?;
            }
            self.rows += 1;
            if self.block.len() >= BLOCK {
                self.end_block(out)?;
            }
        }
        Ok(())
    }

    fn held(&self) -> usize {
        self.block.len()
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.begin(out);
        self.end_block(out)
    }
}

fn unfit(batch: &RecordBatch, row: usize, name: &str) -> Error {
    let null = batch.column_by_name(name).is_some_and(|column| column.is_null(row));
    let what = if null { "null" } else { "a value" };
    failed(format!("{what} of field {name} does not fit its Avro type"))
}

/// What cannot be written as the schema given has it.
fn in_task(error: Error) -> Error {
    if error.kind() == ErrorKind::Unsupported { error } else { failed(error.to_string()) }
}

fn failed(reason: String) -> Error {
    Error::new(ErrorKind::Data, "TASK_WRITE_FAILED").with("path", "").with("reason", reason)
}
