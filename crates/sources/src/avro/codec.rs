//! Compression of the blocks of Avro files.

use std::io::{Read, Write};

use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use lang::{Error, Result};

use crate::write::codec_unavailable;

/// The most bytes one block may have when decompressed.
const LIMIT: u64 = 1 << 30;

/// How blocks are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Null,
    Deflate,
    Snappy,
    Bzip2,
    Xz,
    Zstandard,
}

const ALL: [(&str, Codec); 6] = [
    ("null", Codec::Null),
    ("deflate", Codec::Deflate),
    ("snappy", Codec::Snappy),
    ("bzip2", Codec::Bzip2),
    ("xz", Codec::Xz),
    ("zstandard", Codec::Zstandard),
];

impl Codec {
    /// A codec by the name that files use; `None` if there is none.
    pub(super) fn in_file(name: &str) -> Option<Self> {
        ALL.iter().find(|(known, _)| *known == name).map(|(_, codec)| *codec)
    }

    /// A codec by the name that options use.
    ///
    /// # Errors
    /// `CODEC_SHORT_NAME_NOT_FOUND`-like: the name is no codec.
    pub(super) fn in_options(name: &str) -> Result<Self> {
        let lower = name.to_ascii_lowercase();
        let file_name = if lower == "uncompressed" { "null" } else { lower.as_str() };
        let found = Codec::in_file(file_name).filter(|_| lower != "null");
        found.ok_or_else(|| codec_unavailable(name, "bzip2, deflate, snappy, uncompressed, xz, zstandard"))
    }

    pub(super) fn file_name(self) -> &'static str {
        ALL.iter().find(|(_, codec)| *codec == self).map_or("null", |(name, _)| name)
    }

    /// The bytes that were compressed; `None` when these make no sense.
    pub(super) fn decompress(self, data: &[u8]) -> Option<Vec<u8>> {
        match self {
            Codec::Null => Some(data.to_vec()),
            Codec::Deflate => read_all(DeflateDecoder::new(data)),
            Codec::Snappy => {
                let (data, checksum) = data.split_at_checked(data.len().checked_sub(4)?)?;
                if snap::raw::decompress_len(data).ok()? as u64 > LIMIT {
                    return None;
                }
                let out = snap::raw::Decoder::new().decompress_vec(data).ok()?;
                (crc(&out).to_be_bytes() == checksum).then_some(out)
            }
            Codec::Bzip2 => read_all(bzip2::read::BzDecoder::new(data)),
            Codec::Xz => read_all(liblzma::read::XzDecoder::new(data)),
            Codec::Zstandard => read_all(zstd::stream::read::Decoder::new(data).ok()?),
        }
    }

    /// # Errors
    /// Whatever goes wrong in memory, which is nothing.
    pub(super) fn compress(self, data: &[u8]) -> Result<Vec<u8>> {
        let failed = |e: &dyn std::fmt::Display| Error::internal(format!("compressing an Avro block: {e}"));
        let io = |e: std::io::Error| failed(&e);
        match self {
            Codec::Null => Ok(data.to_vec()),
            Codec::Deflate => {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(data).map_err(io)?;
                encoder.finish().map_err(io)
            }
            Codec::Snappy => {
                let mut out = snap::raw::Encoder::new().compress_vec(data).map_err(|e| failed(&e))?;
                out.extend_from_slice(&crc(data).to_be_bytes());
                Ok(out)
            }
            Codec::Bzip2 => {
                let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
                encoder.write_all(data).map_err(io)?;
                encoder.finish().map_err(io)
            }
            Codec::Xz => {
                let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
                encoder.write_all(data).map_err(io)?;
                encoder.finish().map_err(io)
            }
            Codec::Zstandard => zstd::stream::encode_all(data, 3).map_err(io),
        }
    }
}

fn crc(data: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(data);
    crc.sum()
}

fn read_all(reader: impl Read) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let read = reader.take(LIMIT + 1).read_to_end(&mut out).ok()?;
    (read as u64 <= LIMIT).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_survive_every_codec() -> Result<()> {
        let data: Vec<u8> = (0..10_000u32).flat_map(|i| (i / 7).to_le_bytes()).collect();
        for (name, codec) in ALL {
            let packed = codec.compress(&data)?;
            assert_eq!(codec.decompress(&packed).as_ref(), Some(&data), "{name}");
            if codec != Codec::Null {
                assert_eq!(codec.decompress(b"nonsense that is no block"), None, "{name}");
            }
        }
        Ok(())
    }
}
