//! Compressed files, told by the ends of their names as Hadoop tells them.

use std::io::{Error, ErrorKind, Read, Result};

use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use flate2::read::ZlibDecoder;

/// The most bytes one block may claim to have.
const BLOCK_LIMIT: usize = 256 << 20;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packing {
    /// In one of the ways that DataFusion knows, or not at all.
    Known(FileCompressionType),
    /// In one of the ways that only Hadoop has.
    Hadoop(HadoopCodec),
}

/// Codecs of Hadoop's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HadoopCodec {
    Deflate,
    /// Blocks with their lengths in front.
    Snappy,
    Lz4,
}

/// How a file is compressed, by the end of its name.
pub(crate) fn packing(path: &str) -> Packing {
    let extension = path.rsplit('.').next().unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "gz" => Packing::Known(FileCompressionType::GZIP),
        "bz2" => Packing::Known(FileCompressionType::BZIP2),
        "zst" => Packing::Known(FileCompressionType::ZSTD),
        "xz" => Packing::Known(FileCompressionType::XZ),
        "deflate" => Packing::Hadoop(HadoopCodec::Deflate),
        "snappy" => Packing::Hadoop(HadoopCodec::Snappy),
        "lz4" => Packing::Hadoop(HadoopCodec::Lz4),
        _ => Packing::Known(FileCompressionType::UNCOMPRESSED),
    }
}

pub(crate) fn is_compressed(path: &str) -> bool {
    match packing(path) {
        Packing::Known(known) => known.is_compressed(),
        Packing::Hadoop(_) => true,
    }
}

impl HadoopCodec {
    /// The unpacked bytes of `input`.
    pub(super) fn reader(self, input: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        match self {
            HadoopCodec::Deflate => Box::new(ZlibDecoder::new(input)),
            _ => Box::new(Blocks { codec: self, input, left: 0, block: Vec::new(), position: 0 }),
        }
    }

    fn unpack(self, packed: &[u8], most: usize) -> Option<Vec<u8>> {
        match self {
            HadoopCodec::Snappy => {
                let fits = snap::raw::decompress_len(packed).is_ok_and(|length| length <= most);
                fits.then(|| snap::raw::Decoder::new().decompress_vec(packed).ok()).flatten()
            }
            HadoopCodec::Lz4 => lz4_flex::block::decompress(packed, most).ok(),
            HadoopCodec::Deflate => None,
        }
    }
}

/// Blocks of some length, each in one or several packed parts.
struct Blocks<R> {
    codec: HadoopCodec,
    input: R,
    /// Bytes of the current block that are still packed.
    left: usize,
    block: Vec<u8>,
    position: usize,
}

impl<R: Read> Blocks<R> {
    /// A length, or none at the end of the file.
    fn length(&mut self) -> Result<Option<usize>> {
        let mut bytes = [0; 4];
        let mut read = 0;
        while read < bytes.len() {
            match self.input.read(&mut bytes[read..])? {
                0 if read == 0 => return Ok(None),
                0 => return Err(ErrorKind::UnexpectedEof.into()),
                more => read += more,
            }
        }
        match u32::from_be_bytes(bytes) as usize {
            length if length <= BLOCK_LIMIT => Ok(Some(length)),
            _ => Err(malformed()),
        }
    }

    /// Unpacks the next part; `false` at the end of the file.
    fn next(&mut self) -> Result<bool> {
        while self.left == 0 {
            match self.length()? {
                None => return Ok(false),
                Some(length) => self.left = length,
            }
        }
        let length = self.length()?.ok_or(ErrorKind::UnexpectedEof)?;
        let mut packed = Vec::new();
        if self.input.by_ref().take(length as u64).read_to_end(&mut packed)? < length {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.block = self.codec.unpack(&packed, self.left).ok_or_else(malformed)?;
        self.left = self.left.checked_sub(self.block.len()).ok_or_else(malformed)?;
        self.position = 0;
        Ok(true)
    }
}

fn malformed() -> Error {
    Error::new(ErrorKind::InvalidData, "malformed compressed data")
}

impl<R: Read> Read for Blocks<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        while self.position == self.block.len() {
            if !self.next()? {
                return Ok(0);
            }
        }
        let length = out.len().min(self.block.len() - self.position);
        out[..length].copy_from_slice(&self.block[self.position..self.position + length]);
        self.position += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_several_parts() -> Result<()> {
        let mut data = Vec::new();
        data.extend_from_slice(&6u32.to_be_bytes());
        for part in [b"abc", b"def"] {
            let packed = lz4_flex::block::compress(part);
            data.extend_from_slice(&(packed.len() as u32).to_be_bytes());
            data.extend_from_slice(&packed);
        }
        let mut text = String::new();
        HadoopCodec::Lz4.reader(std::io::Cursor::new(data.clone())).read_to_string(&mut text)?;
        assert_eq!(text, "abcdef");
        data.pop();
        let mut reader = HadoopCodec::Lz4.reader(std::io::Cursor::new(data));
        assert!(reader.read_to_end(&mut Vec::new()).is_err());
        Ok(())
    }
}
