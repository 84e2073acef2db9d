//! What turns batches into the bytes of one file.

use std::fmt::Debug;

use arrow::array::RecordBatch;
use lang::Result;

/// How one write's files are encoded.
pub(crate) trait FileEncoding: Debug + Send + Sync {
    /// What file names end with: `.snappy.parquet`, `.csv.gz`.
    fn extension(&self) -> String;

    /// Starts a file.
    fn encoder(&self) -> Result<Box<dyn Encoder>>;
}

/// One file being encoded. Bytes are appended to `out` whenever there are some.
pub(crate) trait Encoder: Send {
    fn write(&mut self, batch: &RecordBatch, out: &mut Vec<u8>) -> Result<()>;

    /// How many bytes are held back.
    fn held(&self) -> usize {
        0
    }

    /// Gives up the bytes held back, as far as the format lets it.
    fn relieve(&mut self, _out: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<()>;
}
