//! Batches as Parquet.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Field, Fields, Int32Type, IntervalUnit, IntervalYearMonthType, Schema, SchemaRef,
};
use lang::ir::Options;
use lang::{Error, Result};
use parquet::arrow::ArrowWriter;
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::spark_schema;
use crate::option::OptionReader;
use crate::write::{Encoder, FileEncoding, codec_unavailable};

/// The most rows of a row group.
const GROUP_ROWS: usize = 1 << 20;
/// The most bytes of a row group, Spark's default.
const GROUP_BYTES: usize = 128 << 20;

/// Writes Parquet files.
#[derive(Debug)]
pub(crate) struct ParquetWriter {
    schema: SchemaRef,
    properties: WriterProperties,
    extension: &'static str,
}

impl ParquetWriter {
    /// # Errors
    /// Unknown codecs.
    pub(crate) fn new(options: &Options, conf: &Options, schema: &SchemaRef) -> Result<Self> {
        let read = OptionReader::new("parquet", options);
        let session = conf.get("spark.sql.parquet.compression.codec").map(String::as_str);
        let codec = read.any(&["compression", "parquet.compression"]).or(session).unwrap_or("snappy");
        let (compression, extension) = match codec.to_ascii_lowercase().as_str() {
            "none" | "uncompressed" => (Compression::UNCOMPRESSED, ".parquet"),
            "snappy" => (Compression::SNAPPY, ".snappy.parquet"),
            "gzip" => (Compression::GZIP(GzipLevel::default()), ".gz.parquet"),
            "zstd" => (Compression::ZSTD(ZstdLevel::default()), ".zstd.parquet"),
            "lz4" => (Compression::LZ4, ".lz4hadoop.parquet"),
            "lz4_raw" => (Compression::LZ4_RAW, ".lz4raw.parquet"),
            "brotli" => (Compression::BROTLI(BrotliLevel::default()), ".br.parquet"),
            other => {
                return Err(codec_unavailable(
                    other,
                    "brotli, gzip, lz4, lz4_raw, none, snappy, uncompressed, zstd",
                ));
            }
        };
        let spark = KeyValue::new(spark_schema::KEY.to_string(), spark_schema::text(schema));
        let properties = WriterProperties::builder()
            .set_key_value_metadata(Some(vec![spark]))
            .set_compression(compression)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_max_row_group_bytes(Some(GROUP_BYTES))
            .set_created_by(format!("firesteel {}", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(ParquetWriter { schema: physical_schema(schema), properties, extension })
    }
}

impl FileEncoding for ParquetWriter {
    fn extension(&self) -> String {
        self.extension.to_string()
    }

    fn encoder(&self) -> Result<Box<dyn Encoder>> {
        let writer = ArrowWriter::try_new(Vec::new(), self.schema.clone(), Some(self.properties.clone()));
        Ok(Box::new(ParquetEncoder { writer: writer.map_err(failed)?, schema: self.schema.clone() }))
    }
}

struct ParquetEncoder {
    writer: ArrowWriter<Vec<u8>>,
    schema: SchemaRef,
}

/// Intervals of years and months as the integers that Spark stores them as.
fn physical_schema(schema: &SchemaRef) -> SchemaRef {
    let fields: Fields = schema
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Interval(IntervalUnit::YearMonth) => {
                Arc::new(Field::new(field.name(), DataType::Int32, field.is_nullable()))
            }
            _ => Arc::clone(field),
        })
        .collect();
    Arc::new(Schema::new(fields))
}

impl ParquetEncoder {
    fn physical(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let fields = self.schema.fields().iter();
        let columns = fields.zip(batch.columns()).map(|(field, column)| match column.data_type() {
            DataType::Interval(IntervalUnit::YearMonth) => {
                let months = column.as_primitive::<IntervalYearMonthType>().reinterpret_cast::<Int32Type>();
                Ok(Arc::new(months) as ArrayRef)
            }
            _ => arrow::compute::cast(column, field.data_type()),
        });
        let columns = columns.collect::<arrow::error::Result<Vec<_>>>().map_err(|e| failed(e.into()))?;
        RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|e| failed(e.into()))
    }
}

impl Encoder for ParquetEncoder {
    fn write(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<()> {
        if batch.schema() == self.schema {
            self.writer.write(batch).map_err(failed)?;
        } else {
            self.writer.write(&self.physical(batch)?).map_err(failed)?;
        }
        out.append(self.writer.inner_mut());
        Ok(())
    }

    fn held(&self) -> usize {
        self.writer.memory_size()
    }

    fn relieve(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.writer.flush().map_err(failed)?;
        out.append(self.writer.inner_mut());
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        self.writer.finish().map_err(failed)?;
        out.append(self.writer.inner_mut());
        Ok(())
    }
}

fn failed(error: ParquetError) -> Error {
    Error::internal(format!("writing Parquet: {error}"))
}
