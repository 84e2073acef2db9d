//! Compression of ORC's streams: blocks behind three bytes of length each.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use lang::{Error, Result};

use crate::write::codec_unavailable;

/// How streams are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    None,
    Zlib,
    Snappy,
    Lz4,
    Zstd,
}

/// Bytes of a block before compression.
pub(super) const BLOCK: usize = 256 << 10;
/// The most bytes a block may claim to have.
const LIMIT: u64 = 1 << 23;

/// The codecs with their numbers in files, names in options and ends of file names.
pub(super) const CODECS: [(u32, &str, Codec, &str); 5] = [
    (0, "none", Codec::None, ""),
    (1, "zlib", Codec::Zlib, ".zlib"),
    (2, "snappy", Codec::Snappy, ".snappy"),
    (4, "lz4", Codec::Lz4, ".lz4"),
    (5, "zstd", Codec::Zstd, ".zstd"),
];

impl Codec {
    pub(super) fn in_file(number: u32) -> Result<Self> {
        let found = CODECS.iter().find(|(known, ..)| *known == number).map(|(_, _, codec, _)| *codec);
        found.ok_or_else(|| Error::unsupported(format!("the ORC codec number {number} (LZO or Brotli)")))
    }

    /// # Errors
    /// `CODEC_NOT_AVAILABLE`
    pub(super) fn in_options(name: &str) -> Result<Self> {
        let lower = name.to_ascii_lowercase();
        let lower = if lower == "uncompressed" { "none" } else { lower.as_str() };
        let found = CODECS.iter().find(|(_, known, ..)| *known == lower).map(|(_, _, codec, _)| *codec);
        found.ok_or_else(|| codec_unavailable(name, "lz4, none, snappy, uncompressed, zlib, zstd"))
    }

    pub(super) fn number(self) -> u32 {
        CODECS.iter().find(|(_, _, codec, _)| *codec == self).map_or(0, |(number, ..)| *number)
    }

    pub(super) fn extension(self) -> &'static str {
        CODECS.iter().find(|(_, _, codec, _)| *codec == self).map_or("", |(.., extension)| extension)
    }

    /// A stream's bytes; `None` when they make no sense.
    pub(super) fn unpack(self, mut data: &[u8]) -> Option<Vec<u8>> {
        if self == Codec::None {
            return Some(data.to_vec());
        }
        let mut out = Vec::with_capacity(data.len() * 3);
        while let Some((header, rest)) = data.split_first_chunk::<3>() {
            let header = u32::from_le_bytes([header[0], header[1], header[2], 0]);
            let (block, rest) = rest.split_at_checked((header >> 1) as usize)?;
            if header & 1 == 1 {
                out.extend_from_slice(block);
            } else {
                self.unpack_block(block, &mut out)?;
            }
            data = rest;
        }
        data.is_empty().then_some(out)
    }

    fn unpack_block(self, block: &[u8], out: &mut Vec<u8>) -> Option<()> {
        match self {
            Codec::None => out.extend_from_slice(block),
            Codec::Zlib => read_all(DeflateDecoder::new(block), out)?,
            Codec::Zstd => read_all(zstd::stream::read::Decoder::new(block).ok()?, out)?,
            Codec::Snappy => {
                if snap::raw::decompress_len(block).ok()? as u64 > LIMIT {
                    return None;
                }
                out.extend(snap::raw::Decoder::new().decompress_vec(block).ok()?);
            }
            Codec::Lz4 => {
                // A block does not say how long it gets.
                let mut unpacked = vec![0; BLOCK];
                loop {
                    match lz4_flex::block::decompress_into(block, &mut unpacked) {
                        Ok(length) => {
                            out.extend_from_slice(&unpacked[..length]);
                            return Some(());
                        }
                        Err(_) if (unpacked.len() as u64) < LIMIT => unpacked.resize(unpacked.len() * 4, 0),
                        Err(_) => return None,
                    }
                }
            }
        }
        Some(())
    }

    /// A stream in blocks; a block that compression does not make shorter stays as it is.
    pub(super) fn pack(self, data: &[u8]) -> Result<Vec<u8>> {
        if self == Codec::None {
            return Ok(data.to_vec());
        }
        let mut out = Vec::with_capacity(data.len() / 2);
        for block in data.chunks(BLOCK) {
            let packed = self.pack_block(block)?;
            let original = packed.len() >= block.len();
            let kept = if original { block } else { &packed };
            let header = (kept.len() as u32) << 1 | u32::from(original);
            out.extend_from_slice(&header.to_le_bytes()[..3]);
            out.extend_from_slice(kept);
        }
        Ok(out)
    }

    fn pack_block(self, block: &[u8]) -> Result<Vec<u8>> {
        let failed = |e: std::io::Error| Error::internal(format!("compressing an ORC stream: {e}"));
        match self {
            Codec::None => Ok(block.to_vec()),
            Codec::Zlib => {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(block).map_err(failed)?;
                encoder.finish().map_err(failed)
            }
            Codec::Zstd => zstd::stream::encode_all(block, 3).map_err(failed),
            Codec::Snappy => snap::raw::Encoder::new()
                .compress_vec(block)
                .map_err(|e| Error::internal(format!("compressing an ORC stream: {e}"))),
            Codec::Lz4 => Ok(lz4_flex::block::compress(block)),
        }
    }
}

fn read_all(reader: impl Read, out: &mut Vec<u8>) -> Option<()> {
    let read = reader.take(LIMIT + 1).read_to_end(out).ok()?;
    (read as u64 <= LIMIT).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_survive_every_codec() -> Result<()> {
        let data: Vec<u8> = (0..200_000u32).flat_map(|i| (i / 9).to_le_bytes()).collect();
        for (_, name, codec, _) in CODECS {
            let packed = codec.pack(&data)?;
            assert_eq!(codec.unpack(&packed).as_ref(), Some(&data), "{name}");
            if codec != Codec::None {
                assert!(packed.len() < data.len(), "{name}");
                assert_eq!(codec.unpack(&packed[..packed.len() - 1]), None, "{name}");
            }
        }
        Ok(())
    }
}
