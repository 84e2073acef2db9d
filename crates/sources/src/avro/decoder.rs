//! Avro files to record batches.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use functions::avro::input::Input;
use functions::avro::{Records, Schema, Values};
use lang::{Error, Result};

use super::header::{Header, malformed};
use crate::scan::{DecodeRequest, Decoder, RECORD_LIMIT, Step};

/// Decodes one file.
pub(super) struct AvroDecoder {
    schema: SchemaRef,
    /// The schema the user gave, as Avro.
    given: Option<Schema>,
    batch_size: usize,
    state: Option<Blocks>,
}

/// The blocks of a file whose header is read.
struct Blocks {
    header: Header,
    records: Records,
    /// The block being read, unpacked.
    block: Vec<u8>,
    position: usize,
    /// Records of the block that are not read yet.
    left: usize,
}

impl AvroDecoder {
    pub(super) fn new(given: Option<Schema>, request: &DecodeRequest) -> Self {
        AvroDecoder { schema: request.schema(), given, batch_size: request.batch_size, state: None }
    }
}

impl Decoder for AvroDecoder {
    fn decode(&mut self, data: &[u8], last: bool) -> Result<Step> {
        let Some(blocks) = &mut self.state else {
            let Some((header, consumed)) = Header::read(data, last)? else { return Ok(Step::default()) };
            let Schema::Record(found) = &header.schema else {
                return Err(malformed("the schema is no record"));
            };
            if let Some(given) = &self.given {
                expect_no_defaults(&header.schema, given)?;
            }
            let records = Records::new(found, self.schema.fields())?;
            let (block, position, left) = (Vec::new(), 0, 0);
            self.state = Some(Blocks { header, records, block, position, left });
            return Ok(Step { consumed, batch: None });
        };
        let mut consumed = 0;
        while blocks.records.rows() < self.batch_size {
            if blocks.left > 0 {
                blocks.read(self.batch_size)?;
                continue;
            }
            match blocks.next_block(&data[consumed..], last)? {
                0 => break,
                length => consumed += length,
            }
        }
        let rows = blocks.records.rows();
        if rows == 0 {
            return Ok(Step { consumed, batch: None });
        }
        let columns = blocks.records.finish_columns()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(|e| Error::internal(format!("Avro columns make no batch: {e}")))?;
        Ok(Step { consumed, batch: Some(batch) })
    }
}

impl Blocks {
    /// Reads records of the current block until there are `batch_size`.
    fn read(&mut self, batch_size: usize) -> Result<()> {
        let mut input = Input { data: &self.block, position: self.position };
        while self.left > 0 && self.records.rows() < batch_size {
            self.records.read(&mut input).ok_or_else(|| malformed("a record makes no sense"))?;
            self.left -= 1;
        }
        self.position = input.position;
        Ok(())
    }

    /// Unpacks the block at the start of `data`; answers its length, 0 when its end is not in the data yet.
    fn next_block(&mut self, data: &[u8], last: bool) -> Result<usize> {
        if data.is_empty() {
            return Ok(0);
        }
        let mut input = Input::new(data);
        let Some((count, packed, sync)) = parts(&mut input) else {
            if last {
                return Err(malformed("the file ends in a block"));
            }
            if data.len() > RECORD_LIMIT {
                return Err(Error::unsupported(format!("an Avro block of more than {RECORD_LIMIT} bytes")));
            }
            return Ok(0);
        };
        if sync != self.header.sync {
            return Err(malformed("a block without its end"));
        }
        self.block =
            self.header.codec.decompress(packed).ok_or_else(|| malformed("a block does not unpack"))?;
        (self.position, self.left) = (0, count);
        Ok(input.position)
    }
}

/// Fields that the file has not are null: what another default stands for is not made, and those without one must be there.
fn expect_no_defaults(found: &Schema, given: &Schema) -> Result<()> {
    match (found, given) {
        (Schema::Record(found), Schema::Record(given)) => given.iter().try_for_each(|wanted| {
            let field = found.iter().find(|field| field.name.eq_ignore_ascii_case(&wanted.name));
            match (field, &wanted.default) {
                (Some(field), _) => expect_no_defaults(&field.schema, &wanted.schema),
                (None, Some(default)) if default.is_null() => Ok(()),
                (None, Some(_)) => {
                    Err(Error::unsupported(format!("the default of the field {} of avroSchema", wanted.name)))
                }
                (None, None) => {
                    Err(malformed(&format!("the field {} of avroSchema is missing", wanted.name)))
                }
            }
        }),
        (Schema::Array(found), Schema::Array(given)) | (Schema::Map(found), Schema::Map(given)) => {
            expect_no_defaults(found, given)
        }
        (Schema::Union(found), Schema::Union(given)) => {
            let record =
                |branches: &[Schema]| branches.iter().find(|b| matches!(b, Schema::Record(_))).cloned();
            match (record(found), record(given)) {
                (Some(found), Some(given)) => expect_no_defaults(&found, &given),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn parts<'a>(input: &mut Input<'a>) -> Option<(usize, &'a [u8], &'a [u8])> {
    let count = input.length()?;
    let packed = input.bytes()?;
    Some((count, packed, input.take(16)?))
}
