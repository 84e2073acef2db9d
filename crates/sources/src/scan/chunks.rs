//! The bytes of a file, chunk by chunk, decompressed, and cut at record boundaries when only a range is read.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use bytes::Bytes;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::{DataFusionError, Result};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use memchr::memchr;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, GetResultPayload, ObjectStore, ObjectStoreExt};

use super::encoding::Encoding;
use super::packed::{Packing, packing};

/// Bytes read at once from a disk.
const CHUNK: usize = 1 << 20;
/// Bytes asked for at once past the end of a range, to find where its last record ends.
const TAIL: u64 = 1 << 16;

/// A file, or the records that start in a range of it.
pub(crate) struct Chunks {
    source: Source,
    /// Where the next byte of the source is in the file.
    position: u64,
    range: Option<Range>,
    encoding: Encoding,
}

enum Source {
    Reader(Box<dyn Read + Send>),
    Stream(BoxStream<'static, Result<Bytes>>),
}

/// The records whose first byte is in a range: from behind the first boundary at or after `start - 1`, through the
/// first boundary at or after `end - 1`.
struct Range {
    end: u64,
    boundary: u8,
    skipping: bool,
    done: bool,
}

impl Chunks {
    /// Opens `path`, whole or the records that start in `range`, which is cut at `boundary`.
    pub(crate) async fn open(
        store: Arc<dyn ObjectStore>,
        path: Path,
        size: u64,
        range: Option<(u64, u64)>,
        boundary: u8,
    ) -> Result<Self> {
        match range.filter(|(start, end)| *start > 0 || *end < size) {
            None => {
                let packing = packing(path.as_ref());
                Self::whole(store, path, packing).await
            }
            Some((start, end)) => {
                let position = start.saturating_sub(1);
                let source = from_position(store, path, position, end.min(size), size).await?;
                let range = Range { end: end.min(size), boundary, skipping: start > 0, done: start >= size };
                Ok(Chunks { source, position, range: Some(range), encoding: Encoding::Utf8 })
            }
        }
    }

    /// The same, its characters turned into UTF-8.
    pub(crate) fn with_encoding(self, encoding: Encoding) -> Self {
        Chunks { encoding, ..self }
    }

    /// Opens `path` as it is, compressed or not.
    pub(crate) async fn raw(store: Arc<dyn ObjectStore>, path: Path) -> Result<Self> {
        Self::whole(store, path, Packing::Known(FileCompressionType::UNCOMPRESSED)).await
    }

    async fn whole(store: Arc<dyn ObjectStore>, path: Path, packing: Packing) -> Result<Self> {
        let source = match (store.get(&path).await?.payload, packing) {
            (GetResultPayload::File(file, _), Packing::Known(known)) => {
                Source::Reader(known.convert_read(file)?)
            }
            (GetResultPayload::File(file, _), Packing::Hadoop(codec)) => Source::Reader(codec.reader(file)),
            (GetResultPayload::Stream(stream), Packing::Known(known)) => {
                Source::Stream(known.convert_stream(stream.map_err(DataFusionError::from).boxed())?)
            }
            (GetResultPayload::Stream(stream), Packing::Hadoop(codec)) => {
                // These unpack from readers only: the packed bytes are held in memory.
                let parts: Vec<Bytes> = stream.try_collect().await?;
                Source::Reader(codec.reader(std::io::Cursor::new(parts.concat())))
            }
        };
        Ok(Chunks { source, position: 0, range: None, encoding: Encoding::Utf8 })
    }

    /// Appends the next bytes to `buffer`; `false` when there are none.
    pub(crate) async fn fill(&mut self, buffer: &mut Vec<u8>) -> Result<bool> {
        loop {
            if self.range.as_ref().is_some_and(|range| range.done) {
                return Ok(false);
            }
            let start = buffer.len();
            let read = match &mut self.source {
                Source::Reader(reader) => read_chunk(reader.as_mut(), buffer)?,
                Source::Stream(stream) => match stream.try_next().await? {
                    None => 0,
                    Some(bytes) => {
                        buffer.extend_from_slice(&bytes);
                        // An empty chunk is not the end.
                        if bytes.is_empty() {
                            continue;
                        }
                        bytes.len()
                    }
                },
            };
            if read == 0 {
                return Ok(false);
            }
            let position = self.position;
            self.position += read as u64;
            if let Some(range) = &mut self.range {
                range.cut(buffer, start, position);
            }
            if buffer.len() > start {
                self.encoding.decode(buffer, start);
                return Ok(true);
            }
        }
    }
}

impl Range {
    /// Cuts what was appended to `buffer` from `start` on, which stands at `position` in the file.
    fn cut(&mut self, buffer: &mut Vec<u8>, start: usize, mut position: u64) {
        if self.skipping {
            let Some(found) = memchr(self.boundary, &buffer[start..]) else {
                position += (buffer.len() - start) as u64;
                buffer.truncate(start);
                self.done = position >= self.end;
                return;
            };
            buffer.drain(start..=start + found);
            position += found as u64 + 1;
            self.skipping = false;
            if position >= self.end {
                buffer.truncate(start);
                self.done = true;
                return;
            }
        }
        let last = self.end - 1;
        let after = position + (buffer.len() - start) as u64;
        if after <= last {
            return;
        }
        let from = start + usize::try_from(last.saturating_sub(position)).unwrap_or(0);
        if let Some(found) = memchr(self.boundary, &buffer[from..]) {
            buffer.truncate(from + found + 1);
            self.done = true;
        }
    }
}

fn read_chunk(reader: &mut (dyn Read + Send), buffer: &mut Vec<u8>) -> Result<usize> {
    let start = buffer.len();
    let read = reader.take(CHUNK as u64).read_to_end(buffer)?;
    debug_assert_eq!(buffer.len(), start + read);
    Ok(read)
}

/// The bytes from `position` on: up to `end` at once, then little by little.
async fn from_position(
    store: Arc<dyn ObjectStore>,
    path: Path,
    position: u64,
    end: u64,
    size: u64,
) -> Result<Source> {
    let first = position..(end + TAIL).min(size);
    let options = GetOptions { range: Some(GetRange::Bounded(first.clone())), ..GetOptions::default() };
    match store.get_opts(&path, options).await?.payload {
        GetResultPayload::File(mut file, _) => {
            file.seek(SeekFrom::Start(position))?;
            Ok(Source::Reader(Box::new(file)))
        }
        GetResultPayload::Stream(stream) => {
            let rest =
                futures::stream::try_unfold((store, path, first.end), move |(store, path, at)| async move {
                    if at >= size {
                        return Ok(None);
                    }
                    let next = (at + TAIL).min(size);
                    let bytes = store.get_range(&path, at..next).await?;
                    Ok(Some((bytes, (store, path, next))))
                });
            Ok(Source::Stream(stream.map_err(DataFusionError::from).chain(rest).boxed()))
        }
    }
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    async fn read(text: &str, range: (u64, u64)) -> Result<String> {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        let path = Path::from("f");
        store.put(&path, text.as_bytes().to_vec().into()).await?;
        let mut chunks = Chunks::open(store, path, text.len() as u64, Some(range), b'\n').await?;
        let mut buffer = Vec::new();
        while chunks.fill(&mut buffer).await? {}
        Ok(String::from_utf8_lossy(&buffer).into_owned())
    }

    #[tokio::test]
    async fn every_record_is_in_exactly_one_range() -> Result<()> {
        for text in ["a\nbb\nccc\n\ndddd\n", "a\nbb", "\n\n", "abc"] {
            let size = text.len() as u64;
            for step in 1..=size {
                let mut all = String::new();
                for start in (0..size).step_by(step as usize) {
                    all += &read(text, (start, (start + step).min(size))).await?;
                }
                assert_eq!(all, text, "{text:?} in steps of {step}");
            }
        }
        Ok(())
    }
}
