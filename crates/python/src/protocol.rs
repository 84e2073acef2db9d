//! The wire between server and worker: big-endian integers, strings with their length, Arrow messages.

use std::io;

use arrow::buffer::Buffer;
use tokio::io::{AsyncRead, AsyncReadExt};

/// PySpark's marks in the place of a length.
pub(crate) mod mark {
    pub(crate) const END_OF_DATA_SECTION: i32 = -1;
    pub(crate) const PYTHON_EXCEPTION_THROWN: i32 = -2;
    pub(crate) const TIMING_DATA: i32 = -3;
    pub(crate) const END_OF_STREAM: i32 = -4;
    pub(crate) const START_ARROW_STREAM: i32 = -6;
    pub(crate) const START_OF_INIT_MESSAGE: i32 = -8;
}

/// Longest text a worker may send, a traceback with local variables included.
const MAX_TEXT_BYTES: u64 = 64 << 20;
/// Longest Arrow message a worker may send.
const MAX_MESSAGE_BYTES: u64 = 2 << 30;
/// An announced length is believed so far: that much memory is taken at once.
const BELIEVED_BYTES: u64 = 4 << 20;
/// What messages that describe a few columns take.
const FRAME_BYTES: usize = 1024;
/// The continuation and the length of the header.
const PREFIX_BYTES: usize = 8;
/// Arrow streams put this before the length of each message.
const CONTINUATION: u32 = u32::MAX;

/// Puts integers and strings together for a worker.
#[derive(Debug, Default)]
pub(crate) struct Message(Vec<u8>);

impl Message {
    pub(crate) fn int(&mut self, value: i32) -> &mut Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub(crate) fn long(&mut self, value: i64) -> &mut Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub(crate) fn flag(&mut self, value: bool) -> &mut Self {
        self.0.push(u8::from(value));
        self
    }

    /// Bytes after their length.
    ///
    /// # Errors
    /// When they are too many for a length to say.
    pub(crate) fn bytes(&mut self, value: &[u8]) -> io::Result<&mut Self> {
        self.int(length(value)?);
        self.0.extend_from_slice(value);
        Ok(self)
    }

    pub(crate) fn text(&mut self, value: &str) -> io::Result<&mut Self> {
        self.bytes(value.as_bytes())
    }

    pub(crate) fn texts<'a>(
        &mut self,
        pairs: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
    ) -> io::Result<&mut Self> {
        self.int(pairs.len() as i32);
        for (key, value) in pairs {
            self.text(key)?.text(value)?;
        }
        Ok(self)
    }

    /// What was put together elsewhere.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

fn length(value: &[u8]) -> io::Result<i32> {
    i32::try_from(value.len())
        .map_err(|_| invalid(format!("{} bytes are too many for one message", value.len())))
}

/// An error of the protocol itself.
pub(crate) fn invalid(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.into())
}

/// Text after its length; bytes that are not UTF-8 are replaced.
pub(crate) async fn read_text(input: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let length = u64::try_from(input.read_i32().await?).unwrap_or(u64::MAX);
    let bytes = read_bytes(input, length, MAX_TEXT_BYTES).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// As many bytes as were announced.
pub(crate) async fn read_blob(input: &mut (impl AsyncRead + Unpin), length: i32) -> io::Result<Vec<u8>> {
    read_bytes(input, u64::try_from(length).unwrap_or(u64::MAX), MAX_TEXT_BYTES).await
}

/// The next message of an Arrow stream with its frame, or `None` at the stream's end.
pub(crate) async fn read_arrow_message(input: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Buffer>> {
    let mark = input.read_u32_le().await?;
    if mark != CONTINUATION {
        return Err(invalid(format!("{mark:#x} is no beginning of an Arrow message")));
    }
    let length = input.read_u32_le().await?;
    if length == 0 {
        return Ok(None);
    }
    let mut frame = Vec::with_capacity(FRAME_BYTES);
    frame.extend(CONTINUATION.to_le_bytes());
    frame.extend(length.to_le_bytes());
    read_further(input, &mut frame, u64::from(length), MAX_MESSAGE_BYTES).await?;
    let body = body_length(&frame[PREFIX_BYTES..])?;
    read_further(input, &mut frame, body, MAX_MESSAGE_BYTES).await?;
    Ok(Some(Buffer::from_vec(frame)))
}

fn body_length(header: &[u8]) -> io::Result<u64> {
    let message = arrow_ipc::root_as_message(header).map_err(|e| invalid(e.to_string()))?;
    u64::try_from(message.bodyLength()).map_err(|_| invalid("an Arrow message of negative length"))
}

/// Exactly `length` bytes; memory is taken as they come, not as announced.
async fn read_bytes(input: &mut (impl AsyncRead + Unpin), length: u64, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_further(input, &mut bytes, length, limit).await?;
    Ok(bytes)
}

/// The same, behind those that there are.
async fn read_further(
    input: &mut (impl AsyncRead + Unpin),
    bytes: &mut Vec<u8>,
    length: u64,
    limit: u64,
) -> io::Result<()> {
    if length > limit {
        return Err(invalid(format!("a message of {length} bytes; the limit is {limit}")));
    }
    bytes.reserve_exact(length.min(BELIEVED_BYTES) as usize);
    let read = input.take(length).read_to_end(bytes).await?;
    if (read as u64) < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, RecordBatch};
    use arrow_ipc::reader::StreamDecoder;
    use arrow_ipc::writer::StreamWriter;

    use super::*;

    #[test]
    fn messages_are_big_endian_and_lengths_come_first() {
        let mut message = Message::default();
        message.int(-8).flag(true).long(1).text("é").unwrap();
        let expected = [255, 255, 255, 248, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0xC3, 0xA9];
        assert_eq!(message.into_bytes(), expected);
    }

    #[tokio::test]
    async fn arrow_messages_end_where_the_stream_ends() {
        let column = Arc::new(Int64Array::from(vec![1, 2, 3])) as _;
        let batch = RecordBatch::try_from_iter([("a", column)]).unwrap();
        let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        let mut bytes = writer.into_inner().unwrap();
        bytes.extend(mark::PYTHON_EXCEPTION_THROWN.to_be_bytes());

        let mut input = bytes.as_slice();
        let mut decoder = StreamDecoder::new();
        let mut batches = Vec::new();
        while let Some(mut message) = read_arrow_message(&mut input).await.unwrap() {
            batches.extend(decoder.decode(&mut message).unwrap());
        }
        assert_eq!(batches, [batch]);
        assert_eq!(input.read_i32().await.unwrap(), mark::PYTHON_EXCEPTION_THROWN);
    }

    #[tokio::test]
    async fn announced_lengths_are_not_believed() {
        let cases: [(&[u8], io::ErrorKind); 3] = [
            (&[0, 0, 0, 9, b'a'], io::ErrorKind::UnexpectedEof),
            (&[127, 255, 255, 255], io::ErrorKind::InvalidData),
            (&[255, 255, 255, 255], io::ErrorKind::InvalidData),
        ];
        for (mut bytes, kind) in cases {
            assert_eq!(read_text(&mut bytes).await.unwrap_err().kind(), kind);
        }
    }
}
