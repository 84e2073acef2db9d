//! The JSON reader's options, with Spark's names and defaults.

use functions::datetime::zone::Zone;
use lang::ir::Options;
use lang::{Error, Result};

use crate::mode::{Mode, corrupt_column_name};
use crate::option::{OptionReader, illegal};
use crate::sample::Sampling;
use crate::scan::Encoding;
use crate::value::Formats;
use crate::write::Codec;

/// What the reader tolerates and how values look.
#[derive(Debug, Clone)]
pub struct JsonOptions {
    pub(crate) multi_line: bool,
    /// `None`: `\n`, `\r\n` and `\r`.
    pub(crate) separator: Option<Vec<u8>>,
    pub(crate) mode: Mode,
    pub(crate) corrupt_name: String,
    pub(crate) primitives_as_string: bool,
    pub(crate) prefers_decimal: bool,
    pub(crate) infer_timestamp: bool,
    pub(crate) drop_field_if_all_null: bool,
    pub(crate) syntax: Syntax,
    pub(crate) formats: Formats,
    pub(crate) encoding: Encoding,
    pub(crate) sampling: Sampling,
}

/// Deviations from the JSON standard that are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Syntax {
    pub comments: bool,
    pub unquoted_names: bool,
    pub single_quotes: bool,
    pub leading_zeros: bool,
    pub non_numeric: bool,
    pub any_escape: bool,
    pub control_characters: bool,
}

impl Default for Syntax {
    fn default() -> Self {
        Syntax {
            comments: false,
            unquoted_names: false,
            single_quotes: true,
            leading_zeros: false,
            non_numeric: true,
            any_escape: false,
            control_characters: false,
        }
    }
}

impl JsonOptions {
    /// # Errors
    /// Malformed values, and options of Spark's that are not honoured.
    pub fn new(options: &Options, conf: &Options, zone: Zone) -> Result<Self> {
        let read = OptionReader::new("json", options);
        read.refuse(&["singlevariantcolumn"])?;
        read.expect_english()?;
        read.refuse(&["maxnestingdepth", "maxnumlen", "maxstringlen"])?;
        // What only writers use is looked at, too.
        Codec::new(&read)?;
        for name in
            ["ignoreNullFields", "pretty", "writeNonAsciiCharacterAsCodePoint", "useUnsafeRow", "sortKeys"]
        {
            read.flag(name, false)?;
        }
        let separator = match read.text("linesep") {
            None => None,
            Some("") => return Err(illegal("'lineSep' cannot be an empty string.")),
            Some(text) => Some(text.as_bytes().to_vec()),
        };
        let multi_line = read.flag("multiline", false)?;
        let encoding = Encoding::new(&read, conf, "JSONOptionsInRead")?;
        match encoding {
            Encoding::Utf8 => {}
            Encoding::Ascii => return Err(Error::unsupported("the encoding US-ASCII of json")),
            _ if !multi_line && separator.is_none() => {
                let name = read.any(&["encoding", "charset"]).unwrap_or_default();
                return Err(illegal(format!("The lineSep option must be specified for the {name} encoding")));
            }
            _ => {}
        }
        Ok(JsonOptions {
            multi_line,
            separator,
            mode: Mode::new(&read),
            corrupt_name: corrupt_column_name(&read, conf),
            primitives_as_string: read.flag("primitivesasstring", false)?,
            prefers_decimal: read.flag("prefersdecimal", false)?,
            infer_timestamp: read.flag("infertimestamp", false)?,
            drop_field_if_all_null: read.flag("dropfieldifallnull", false)?,
            syntax: Syntax {
                comments: read.flag("allowcomments", false)?,
                unquoted_names: read.flag("allowunquotedfieldnames", false)?,
                single_quotes: read.flag("allowsinglequotes", true)?,
                leading_zeros: read.flag("allownumericleadingzeros", false)?,
                non_numeric: read.flag("allownonnumericnumbers", true)?,
                any_escape: read.flag("allowbackslashescapinganycharacter", false)?,
                control_characters: read.flag("allowunquotedcontrolchars", false)?,
            },
            formats: Formats::from_options(&read, zone)?,
            encoding,
            sampling: Sampling::new(&read)?,
        })
    }
}
