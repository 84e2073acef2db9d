//! What stands at the start of an Avro file.

use functions::avro::Schema;
use functions::avro::input::Input;
use lang::{Error, ErrorKind, Result};

use super::codec::Codec;

pub(super) const MAGIC: &[u8] = b"Obj\x01";
pub(super) const SCHEMA_KEY: &str = "avro.schema";
pub(super) const CODEC_KEY: &str = "avro.codec";

/// The bytes between blocks, the same in all of a file.
pub(super) type Sync = [u8; 16];

/// An Avro file's schema and how its blocks are packed.
#[derive(Debug)]
pub(super) struct Header {
    pub schema: Schema,
    pub codec: Codec,
    pub sync: Sync,
}

impl Header {
    /// The header at the start of `data` and its length; `None` when its end is not in the data yet.
    ///
    /// # Errors
    /// Files that are not Avro; schemas and codecs that are unknown.
    pub(super) fn read(data: &[u8], last: bool) -> Result<Option<(Self, usize)>> {
        let seen = data.len().min(MAGIC.len());
        if data[..seen] != MAGIC[..seen] || (last && seen < MAGIC.len()) {
            return Err(malformed("not an Avro data file"));
        }
        let mut input = Input { data, position: seen };
        match parts(&mut input) {
            Some((schema, codec, sync)) => {
                let schema = schema.and_then(|text| std::str::from_utf8(text).ok());
                let schema = schema.ok_or_else(|| malformed("a file without a schema"))?;
                let schema = Schema::parse(schema).map_err(in_file)?;
                let name = codec.map_or("null".into(), String::from_utf8_lossy);
                let codec = Codec::in_file(&name)
                    .ok_or_else(|| Error::unsupported(format!("the Avro codec {name}")))?;
                Ok(Some((Header { schema, codec, sync }, input.position)))
            }
            None if last => Err(malformed("the file ends in its header")),
            None => Ok(None),
        }
    }
}

type Parts<'a> = (Option<&'a [u8]>, Option<&'a [u8]>, Sync);

fn parts<'a>(input: &mut Input<'a>) -> Option<Parts<'a>> {
    let (mut schema, mut codec) = (None, None);
    loop {
        let count = input.block()?;
        if count == 0 {
            break;
        }
        for _ in 0..count {
            let (key, value) = (input.bytes()?, input.bytes()?);
            if key == SCHEMA_KEY.as_bytes() {
                schema = Some(value);
            } else if key == CODEC_KEY.as_bytes() {
                codec = Some(value);
            }
        }
    }
    let sync = input.take(16)?.try_into().ok()?;
    Some((schema, codec, sync))
}

/// What is wrong with the schema of a file.
fn in_file(error: Error) -> Error {
    if error.kind() == ErrorKind::Unsupported { error } else { malformed(&error.to_string()) }
}

/// What cannot be read as Avro.
pub(super) fn malformed(reason: &str) -> Error {
    Error::new(ErrorKind::Data, "FAILED_READ_FILE.NO_HINT")
        .with("path", "")
        .with("reason", format!("malformed Avro: {reason}"))
}
