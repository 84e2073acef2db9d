//! Binary files: a row a file, with its path, time, length and content.

use std::sync::Arc;

use arrow::array::TimestampMicrosecondArray;
use arrow::array::{ArrayRef, BinaryArray, Int64Array, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::{Fields, SchemaRef};
use functions::types::to_fields;
use lang::{DataType, Error, Result, StructField, StructType};

use crate::scan::{DecodeRequest, Decoder, FileFacts, RecordFormat, Step};

/// Files as they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BinaryFormat;

impl BinaryFormat {
    /// `path STRING, modificationTime TIMESTAMP, length BIGINT, content BINARY`
    pub(crate) fn schema() -> SchemaRef {
        let field = |name: &str, data_type| StructField::new(name, data_type, true);
        let fields = StructType::new(vec![
            field("path", DataType::STRING),
            field("modificationTime", DataType::Timestamp),
            field("length", DataType::Long),
            field("content", DataType::Binary),
        ]);
        Arc::new(arrow::datatypes::Schema::new(to_fields(&fields)))
    }

    /// # Errors
    /// Any schema but [`BinaryFormat::schema`].
    pub(crate) fn expect_schema(fields: &Fields) -> Result<()> {
        let own = Self::schema();
        let same = fields.len() == own.fields().len()
            && fields
                .iter()
                .zip(own.fields())
                .all(|(a, b)| a.name() == b.name() && a.data_type() == b.data_type());
        if same { Ok(()) } else { Err(Error::unsupported("a schema of one's own for binary files")) }
    }
}

impl RecordFormat for BinaryFormat {
    fn name(&self) -> &'static str {
        "binaryFile"
    }

    fn boundary(&self) -> Option<u8> {
        None
    }

    fn decompresses(&self) -> bool {
        false
    }

    fn decoder(&self, request: &DecodeRequest) -> Result<Box<dyn Decoder>> {
        Ok(Box::new(BinaryDecoder { schema: request.schema(), facts: request.facts.clone(), done: false }))
    }
}

struct BinaryDecoder {
    schema: SchemaRef,
    facts: FileFacts,
    done: bool,
}

impl Decoder for BinaryDecoder {
    fn decode(&mut self, data: &[u8], last: bool) -> Result<Step> {
        if !last || self.done {
            return Ok(Step::default());
        }
        self.done = true;
        let columns: Vec<ArrayRef> = self
            .schema
            .fields()
            .iter()
            .map(|field| -> ArrayRef {
                match field.name().as_str() {
                    "path" => Arc::new(StringArray::from(vec![self.facts.path.as_str()])),
                    "modificationTime" => {
                        let time = TimestampMicrosecondArray::from(vec![self.facts.modified_micros]);
                        Arc::new(time.with_data_type(field.data_type().clone()))
                    }
                    "length" => Arc::new(Int64Array::from(vec![self.facts.size as i64])),
                    _ => Arc::new(BinaryArray::from(vec![data])),
                }
            })
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(1));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)
            .map_err(|e| Error::internal(format!("a binary file makes no batch: {e}")))?;
        Ok(Step { consumed: data.len(), batch: Some(batch) })
    }
}
