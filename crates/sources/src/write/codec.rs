//! Compression of text files.

use std::io::Write;

use bzip2::write::BzEncoder;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use lang::{Error, Result};

use crate::option::OptionReader;

/// How a text file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    None,
    Bzip2,
    Gzip,
    Deflate,
    Lz4,
    Snappy,
}

/// Bytes of one block of LZ4 and Snappy before compression.
const BLOCK: usize = 64 << 10;

impl Codec {
    /// The `compression` (or `codec`) option.
    ///
    /// # Errors
    /// `CODEC_NOT_AVAILABLE`
    pub(crate) fn new(options: &OptionReader<'_>) -> Result<Self> {
        match options.any(&["compression", "codec"]).map(str::to_ascii_lowercase).as_deref() {
            None | Some("none" | "uncompressed") => Ok(Codec::None),
            Some("bzip2") => Ok(Codec::Bzip2),
            Some("gzip") => Ok(Codec::Gzip),
            Some("deflate") => Ok(Codec::Deflate),
            Some("lz4") => Ok(Codec::Lz4),
            Some("snappy") => Ok(Codec::Snappy),
            Some(other) => Err(unavailable(other, "bzip2, deflate, uncompressed, snappy, none, lz4, gzip")),
        }
    }

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Codec::None => "",
            Codec::Bzip2 => ".bz2",
            Codec::Gzip => ".gz",
            Codec::Deflate => ".deflate",
            Codec::Lz4 => ".lz4",
            Codec::Snappy => ".snappy",
        }
    }
}

pub(crate) fn unavailable(codec: &str, available: &str) -> Error {
    Error::analysis("CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION")
        .with("codecName", codec)
        .with("availableCodecs", available)
}

/// One file's compressor.
pub(crate) enum Compressor {
    None,
    Bzip2(BzEncoder<Vec<u8>>),
    Gzip(GzEncoder<Vec<u8>>),
    Deflate(ZlibEncoder<Vec<u8>>),
    /// Hadoop's blocks, and the bytes of the next one.
    Blocks(Codec, Vec<u8>),
}

impl Compressor {
    pub(crate) fn new(codec: Codec) -> Self {
        match codec {
            Codec::None => Compressor::None,
            Codec::Bzip2 => Compressor::Bzip2(BzEncoder::new(Vec::new(), bzip2::Compression::best())),
            Codec::Gzip => Compressor::Gzip(GzEncoder::new(Vec::new(), Compression::default())),
            Codec::Deflate => Compressor::Deflate(ZlibEncoder::new(Vec::new(), Compression::default())),
            Codec::Lz4 | Codec::Snappy => Compressor::Blocks(codec, Vec::new()),
        }
    }

    pub(crate) fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<()> {
        match self {
            Compressor::None => out.extend_from_slice(bytes),
            Compressor::Bzip2(encoder) => {
                encoder.write_all(bytes).map_err(failed)?;
                out.append(encoder.get_mut());
            }
            Compressor::Gzip(encoder) => {
                encoder.write_all(bytes).map_err(failed)?;
                out.append(encoder.get_mut());
            }
            Compressor::Deflate(encoder) => {
                encoder.write_all(bytes).map_err(failed)?;
                out.append(encoder.get_mut());
            }
            Compressor::Blocks(codec, next) => {
                next.extend_from_slice(bytes);
                let whole = next.len() - next.len() % BLOCK;
                next[..whole].chunks(BLOCK).try_for_each(|block| put_block(*codec, block, out))?;
                next.drain(..whole);
            }
        }
        Ok(())
    }

    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Compressor::None => {}
            Compressor::Bzip2(encoder) => {
                encoder.try_finish().map_err(failed)?;
                out.append(encoder.get_mut());
            }
            Compressor::Gzip(encoder) => {
                encoder.try_finish().map_err(failed)?;
                out.append(encoder.get_mut());
            }
            Compressor::Deflate(encoder) => {
                encoder.try_finish().map_err(failed)?;
                out.append(encoder.get_mut());
            }
            Compressor::Blocks(codec, next) => {
                if !next.is_empty() {
                    put_block(*codec, next, out)?;
                }
                next.clear();
            }
        }
        Ok(())
    }
}

/// Appends a block behind its length and the length it is packed to.
fn put_block(codec: Codec, block: &[u8], out: &mut Vec<u8>) -> Result<()> {
    let packed = match codec {
        Codec::Snappy => snap::raw::Encoder::new()
            .compress_vec(block)
            .map_err(|e| Error::internal(format!("compressing into memory: {e}")))?,
        _ => lz4_flex::block::compress(block),
    };
    out.extend_from_slice(&(block.len() as u32).to_be_bytes());
    out.extend_from_slice(&(packed.len() as u32).to_be_bytes());
    out.extend_from_slice(&packed);
    Ok(())
}

fn failed(error: std::io::Error) -> Error {
    Error::internal(format!("compressing into memory: {error}"))
}
