//! The options of Protobuf functions.

use lang::{Error, Result};

use crate::Call;
use crate::format::options::Options;

/// What changes how messages are read.
#[derive(Debug, Clone, Default)]
pub(super) struct ProtobufOptions {
    pub permissive: bool,
    /// How often a message may enclose itself; never if there is none.
    pub recursion: Option<usize>,
    pub upcast_unsigned: bool,
    pub enums_as_ints: bool,
    pub emit_defaults: bool,
}

impl ProtobufOptions {
    /// # Errors
    /// `PARSE_MODE_UNSUPPORTED`; options of Spark's that are not honoured, by name.
    pub(super) fn new(call: &Call<'_>, options: &Options) -> Result<Self> {
        for name in
            ["convert.any.fields.to.json", "unwrap.primitive.wrapper.types", "retain.empty.message.types"]
        {
            if options.is_on(name, false) {
                return Err(Error::unsupported(format!("the option {name} of {}", call.name)));
            }
        }
        options.fail_fast(call.name)?;
        Ok(ProtobufOptions::read(options))
    }

    /// Options that were looked at before.
    pub(super) fn read(options: &Options) -> Self {
        let depth = options.get("recursive.fields.max.depth").and_then(|depth| depth.parse().ok());
        ProtobufOptions {
            permissive: options.get("mode").is_some_and(|mode| mode.eq_ignore_ascii_case("PERMISSIVE")),
            recursion: depth.filter(|depth| (1..=10).contains(depth)),
            upcast_unsigned: options.is_on("upcast.unsigned.ints", false),
            enums_as_ints: options.is_on("enums.as.ints", false),
            emit_defaults: options.is_on("emit.default.values", false),
        }
    }
}
