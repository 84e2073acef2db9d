//! Protobuf messages inside of values.
//!
//! ```text
//! descriptor set ──► Descriptors ──► Record (what to read of a message, its type in Spark)
//! bytes ──read──► values of fields ──Decoder──► structs          structs ──encode──► bytes
//! ```
//!
//! The nouns: [`Descriptors`](descriptor::Descriptors) are the messages and enums of a set; a
//! [`Record`](types::Record) is a message as a struct; a [`Value`](value::Value) is one value of a field.
//!
//! Guarantees: types map as Spark maps them; messages that make no sense are errors, or rows of nulls in mode PERMISSIVE.
//! Does not: know Java classes, groups, extensions, editions, `Any`. Start with `types.rs`.

mod decode;
mod descriptor;
mod encode;
mod from_protobuf;
mod options;
mod to_protobuf;
mod types;
mod value;
mod wire;

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use lang::{Error, Result};

pub(super) use self::from_protobuf::from_protobuf;
pub(super) use self::to_protobuf::to_protobuf;
use crate::{Call, expect};

/// The most bytes of a descriptor set.
const LIMIT: u64 = 64 << 20;

/// What a call says of its message.
struct Target {
    name: String,
    /// The descriptor set.
    set: Vec<u8>,
    options: Vec<(String, String)>,
}

/// Arguments behind the first: the message's name, its descriptor set (the bytes or the path of a file), options.
///
/// # Errors
/// `CANNOT_LOAD_PROTOBUF_CLASS` without a set: the name is that of a Java class then.
/// `PROTOBUF_DESCRIPTOR_FILE_NOT_FOUND`
fn target(call: &Call<'_>) -> Result<Target> {
    call.expect_arguments(2..=4)?;
    let name = expect::constant_string(call, 1)?.unwrap_or_default();
    let is_map = |index: usize| matches!(call.arguments[index].data_type(), DataType::Map(..));
    let given = call.arguments.len();
    let options_at = (2..given).find(|index| is_map(*index)).unwrap_or(given);
    let set = if given > 2 && options_at != 2 { set(call, 2)? } else { None };
    let set = set.ok_or_else(|| {
        Error::analysis("CANNOT_LOAD_PROTOBUF_CLASS")
            .with("protobufClassName", name.as_str())
            .with("explanation", "Ensure the class name includes package prefix")
    })?;
    let options = match options_at < given {
        true => expect::constant_map(call, options_at)?,
        false => Vec::new(),
    };
    let options = options.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    Ok(Target { name, set, options })
}

fn set(call: &Call<'_>, index: usize) -> Result<Option<Vec<u8>>> {
    let constant = expect::constant(call, index)?;
    match constant {
        Some(ScalarValue::Binary(set) | ScalarValue::LargeBinary(set) | ScalarValue::BinaryView(set)) => {
            Ok(set)
        }
        _ => expect::constant_string(call, index)?.map(|path| file(&path)).transpose(),
    }
}

fn file(path: &str) -> Result<Vec<u8>> {
    let plain = path.strip_prefix("file://").or(path.strip_prefix("file:")).unwrap_or(path);
    let small = std::fs::metadata(plain).is_ok_and(|found| found.is_file() && found.len() <= LIMIT);
    let found = if small { std::fs::read(plain).ok() } else { None };
    found.ok_or_else(|| Error::analysis("PROTOBUF_DESCRIPTOR_FILE_NOT_FOUND").with("filePath", path))
}
