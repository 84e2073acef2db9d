//! Messages on the wire: protobuf whose nesting is bounded before anything is built from it.
//!
//! Decoding recurses once a level, and four bytes are enough for a level: without a bound, a message of a few megabytes
//! would end the process.

use std::marker::PhantomData;

use lang::{Error, ErrorKind};
use prost::Message;
use tonic::Status;
use tonic::codec::{Codec, DecodeBuf, Decoder};
use tonic_prost::{ProstCodec, ProstEncoder};

use crate::decode::MAX_DEPTH;

/// A relation and an expression are at most three messages a level: `Relation`, `Project`, `Expression`.
const MAX_NESTING: usize = 3 * MAX_DEPTH;
/// Groups are a kind of field that nobody uses any more; they nest by a byte each, and skipping them recurses. Runs of
/// a byte in data look the same, so that many are skipped where the stack allows it before the message is refused.
const MAX_GROUPS: usize = 1 << 20;
const FEW_GROUPS: usize = 2000;
/// What skipping a group takes of the stack, at most.
const GROUP_STACK_BYTES: usize = 1024;

/// [`ProstCodec`] for messages that nest at most [`MAX_NESTING`] levels.
#[derive(Debug)]
pub(crate) struct BoundedCodec<T, U>(PhantomData<(T, U)>);

impl<T, U> Default for BoundedCodec<T, U> {
    fn default() -> Self {
        BoundedCodec(PhantomData)
    }
}

impl<T, U> Codec for BoundedCodec<T, U>
where
    T: Message + Send + 'static,
    U: Message + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = ProstEncoder<T>;
    type Decoder = BoundedDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        ProstCodec::<T, U>::default().encoder()
    }

    fn decoder(&mut self) -> Self::Decoder {
        BoundedDecoder(PhantomData)
    }
}

#[derive(Debug)]
pub(crate) struct BoundedDecoder<U>(PhantomData<U>);

impl<U: Message + Default + Send> Decoder for BoundedDecoder<U> {
    type Item = U;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        // The bytes of one message lie in one piece.
        let groups = groups(prost::bytes::Buf::chunk(buffer)).ok_or_else(|| malformed(too_deep()))?;
        with_stack_for(groups, || U::decode(buffer)).map(Some).map_err(|error| malformed(error.to_string()))
    }
}

/// Decodes `bytes` unless they nest too deeply.
pub(crate) fn decode<M: Message + Default + Send>(bytes: &[u8]) -> Result<M, String> {
    let groups = groups(bytes).ok_or_else(too_deep)?;
    with_stack_for(groups, || M::decode(bytes).map_err(|error| error.to_string()))
}

/// Bytes that are no message of the kind, or a text in them that is no UTF-8.
fn malformed(reason: String) -> Status {
    let error = Error::new(ErrorKind::InvalidArgument, "CONNECT_INVALID_PLAN.CANNOT_PARSE");
    crate::encode::error::status(&error.with("errorMsg", reason), None)
}

fn too_deep() -> String {
    format!("the message nests deeper than {MAX_NESTING} levels")
}

/// Runs `decode` where as many groups can be skipped.
fn with_stack_for<T: Send>(groups: usize, decode: impl FnOnce() -> T + Send) -> T {
    if groups <= FEW_GROUPS {
        return decode();
    }
    let stack = groups * GROUP_STACK_BYTES + FEW_GROUPS * GROUP_STACK_BYTES;
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, decode);
        match thread.map(|thread| thread.join()) {
            Ok(Ok(decoded)) => decoded,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => std::panic::panic_any(format!("no thread to read a message on: {error}")),
        }
    })
}

/// How deep groups can nest in the message; `None` when that is too deep, or when messages can lie in one another more
/// than [`MAX_NESTING`] deep.
///
/// Nothing tells texts and bytes from messages without the schema, so every field with a length is read as a message
/// for as long as it looks like one: the depth that is found is never too small, and each byte is read once.
fn groups(bytes: &[u8]) -> Option<usize> {
    // The end of each open message, and how many groups are open in it.
    let mut open = vec![(bytes.len(), 0usize)];
    let (mut position, mut deepest) = (0, 0);
    while let Some((end, groups)) = open.last_mut() {
        match field(&bytes[..*end], position) {
            Some(Field::Message { start, end }) => {
                if open.len() >= MAX_NESTING {
                    return None;
                }
                open.push((end, 0));
                position = start;
            }
            Some(Field::Plain { end }) => position = end,
            Some(Field::Group { start }) => {
                *groups += 1;
                deepest = deepest.max(*groups);
                if deepest > MAX_GROUPS {
                    return None;
                }
                position = start;
            }
            Some(Field::EndOfGroup { end }) => {
                *groups = groups.saturating_sub(1);
                position = end;
            }
            // The end, or no message at all.
            None => {
                position = *end;
                open.pop();
            }
        }
    }
    Some(deepest)
}

enum Field {
    Plain { end: usize },
    Message { start: usize, end: usize },
    Group { start: usize },
    EndOfGroup { end: usize },
}

/// The field at `position`; `None` at the end and where no field can be.
fn field(bytes: &[u8], position: usize) -> Option<Field> {
    let (tag, start) = varint(bytes, position)?;
    if tag >> 3 == 0 {
        return None;
    }
    let plain = |length: usize| {
        let end = start.checked_add(length).filter(|end| *end <= bytes.len())?;
        Some(Field::Plain { end })
    };
    match tag & 7 {
        0 => varint(bytes, start).map(|(_, end)| Field::Plain { end }),
        1 => plain(8),
        2 => {
            let (length, start) = varint(bytes, start)?;
            let end = start.checked_add(usize::try_from(length).ok()?).filter(|end| *end <= bytes.len())?;
            Some(Field::Message { start, end })
        }
        3 => Some(Field::Group { start }),
        4 => Some(Field::EndOfGroup { end: start }),
        5 => plain(4),
        _ => None,
    }
}

/// A number of up to ten bytes and where it ends.
fn varint(bytes: &[u8], position: usize) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (index, byte) in bytes.get(position..)?.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index as u32).min(63);
        if byte & 0x80 == 0 {
            return Some((value, position + index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use spark_connect_proto as proto;

    use super::*;

    fn nested(levels: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = Vec::new();
        for _ in 0..levels {
            // Written from the inside, last byte first.
            let mut length = Vec::new();
            prost::encoding::encode_varint(bytes.len() as u64, &mut length);
            bytes.extend(length.iter().rev());
            bytes.push(0x0a);
        }
        bytes.reverse();
        bytes
    }

    #[test]
    fn deep_messages_are_refused_before_they_are_built() {
        assert_eq!(groups(&nested(MAX_NESTING - 2)), Some(0));
        assert_eq!(groups(&nested(MAX_NESTING + 1)), None);
        assert!(decode::<proto::Plan>(&nested(100_000)).is_err());
    }

    #[test]
    fn groups_have_the_stack_they_need() {
        // Field 100 is unknown to a plan: 0xa3 0x06 opens it as a group.
        let run = [0xa3, 0x06].repeat(200_000);
        assert_eq!(groups(&run), Some(200_000));
        assert!(decode::<proto::Plan>(&run).is_err());
        assert_eq!(groups(&[0x0b; MAX_GROUPS + 1]), None);
    }

    #[test]
    fn texts_and_bytes_are_no_messages() {
        for letter in ["(", "3", "\n", "#"] {
            let sql = proto::Sql { query: letter.repeat(30_000), ..Default::default() };
            assert_eq!(decode(&sql.encode_to_vec()), Ok(sql));
        }
        assert_eq!(groups(&[0xff; 1000]), Some(0));
        assert_eq!(groups(&[]), Some(0));
    }
}
