//! Compression of text files.

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use lang::{Error, Result};

use crate::option::OptionReader;

/// How a text file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    None,
    Gzip,
    Deflate,
}

impl Codec {
    /// The `compression` (or `codec`) option.
    ///
    /// # Errors
    /// `CODEC_NOT_AVAILABLE`
    pub(crate) fn new(options: &OptionReader<'_>) -> Result<Self> {
        match options.any(&["compression", "codec"]).map(str::to_ascii_lowercase).as_deref() {
            None | Some("none" | "uncompressed") => Ok(Codec::None),
            Some("gzip") => Ok(Codec::Gzip),
            Some("deflate") => Ok(Codec::Deflate),
            Some(other) => Err(unavailable(other, "deflate, gzip, none, uncompressed")),
        }
    }

    pub(crate) fn extension(self) -> &'static str {
        match self {
            Codec::None => "",
            Codec::Gzip => ".gz",
            Codec::Deflate => ".deflate",
        }
    }
}

pub(crate) fn unavailable(codec: &str, available: &str) -> Error {
    Error::analysis("CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION")
        .with("codecName", codec)
        .with("availableCodecs", available)
}

/// One file's compressor.
#[derive(Debug)]
pub(crate) enum Compressor {
    None,
    Gzip(GzEncoder<Vec<u8>>),
    Deflate(ZlibEncoder<Vec<u8>>),
}

impl Compressor {
    pub(crate) fn new(codec: Codec) -> Self {
        match codec {
            Codec::None => Compressor::None,
            Codec::Gzip => Compressor::Gzip(GzEncoder::new(Vec::new(), Compression::default())),
            Codec::Deflate => Compressor::Deflate(ZlibEncoder::new(Vec::new(), Compression::default())),
        }
    }

    pub(crate) fn write(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<()> {
        match self {
            Compressor::None => out.extend_from_slice(bytes),
            Compressor::Gzip(encoder) => {
                encoder.write_all(bytes).map_err(failed)?;
                out.append(encoder.get_mut());
            }
            Compressor::Deflate(encoder) => {
                encoder.write_all(bytes).map_err(failed)?;
                out.append(encoder.get_mut());
            }
        }
        Ok(())
    }

    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        match self {
            Compressor::None => {}
            Compressor::Gzip(encoder) => {
                encoder.try_finish().map_err(failed)?;
                out.append(encoder.get_mut());
            }
            Compressor::Deflate(encoder) => {
                encoder.try_finish().map_err(failed)?;
                out.append(encoder.get_mut());
            }
        }
        Ok(())
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::internal(format!("compressing into memory: {error}"))
}
