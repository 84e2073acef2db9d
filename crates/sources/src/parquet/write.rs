//! Batches as Parquet.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use lang::ir::Options;
use lang::{Error, Result};
use parquet::arrow::ArrowWriter;
use parquet::basic::{BrotliLevel, Compression, GzipLevel, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

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
                return Err(codec_unavailable(other, "brotli, gzip, lz4, lz4_raw, none, snappy, uncompressed, zstd"));
            }
        };
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .set_max_row_group_row_count(Some(GROUP_ROWS))
            .set_max_row_group_bytes(Some(GROUP_BYTES))
            .set_created_by(format!("firesteel {}", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(ParquetWriter { schema: schema.clone(), properties, extension })
    }
}

impl FileEncoding for ParquetWriter {
    fn extension(&self) -> String {
        self.extension.to_string()
    }

    fn encoder(&self) -> Result<Box<dyn Encoder>> {
        let writer = ArrowWriter::try_new(Vec::new(), self.schema.clone(), Some(self.properties.clone()));
        Ok(Box::new(ParquetEncoder { writer: writer.map_err(failed)? }))
    }
}

struct ParquetEncoder {
    writer: ArrowWriter<Vec<u8>>,
}

impl Encoder for ParquetEncoder {
    fn write(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<()> {
        self.writer.write(batch).map_err(failed)?;
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
