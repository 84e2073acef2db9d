//! The XML reader's options, with Spark's names and defaults.

use functions::datetime::zone::Zone;
use lang::ir::Options;
use lang::{Error, Result};

use crate::mode::{Mode, corrupt_column_name};
use crate::option::{OptionReader, illegal};
use crate::sample::Sampling;
use crate::scan::Encoding;
use crate::value::Formats;
use crate::write::Codec;

/// How records and their values look.
#[derive(Debug, Clone)]
pub(crate) struct XmlOptions {
    pub row_tag: String,
    pub attribute_prefix: String,
    pub value_tag: String,
    pub exclude_attributes: bool,
    pub trim: bool,
    pub ignore_namespace: bool,
    pub infer_schema: bool,
    pub prefer_date: bool,
    pub prefers_decimal: bool,
    pub null_value: Option<String>,
    pub mode: Mode,
    pub corrupt_name: String,
    pub formats: Formats,
    pub encoding: Encoding,
    pub sampling: Sampling,
}

impl XmlOptions {
    /// # Errors
    /// A row tag that is missing; malformed values, and options of Spark's that are not honoured.
    pub(crate) fn new(options: &Options, conf: &Options, zone: Zone) -> Result<Self> {
        let read = OptionReader::new("xml", options);
        read.refuse(&["rowvalidationxsdpath", "singlevariantcolumn"])?;
        read.expect_english()?;
        read.expect("multiLine", "true")?;
        // What only writers use is looked at, too.
        Codec::new(&read)?;
        read.named_flag("validateName", true)?;
        expect_no_brackets(&read, "rootTag")?;
        expect_no_brackets(&read, "declaration")?;
        let row_tag = read
            .text("rowtag")
            .ok_or_else(|| Error::analysis("XML_ROW_TAG_MISSING").with("rowTag", "`rowTag`"))?;
        let bare = |text: &str| !text.is_empty() && !text.contains(['<', '>']);
        if !bare(row_tag) {
            return Err(illegal("'rowTag' should not include angle brackets"));
        }
        let (attribute_prefix, value_tag) =
            (read.text("attributeprefix").unwrap_or("_"), read.text("valuetag").unwrap_or("_VALUE"));
        if value_tag.is_empty() {
            return Err(illegal("'valueTag' option should not be empty string."));
        }
        if attribute_prefix == value_tag {
            return Err(illegal("'valueTag' and 'attributePrefix' options should not be the same."));
        }
        let sampling = Sampling::new(&read)?;
        sampling.expect_some()?;
        Ok(XmlOptions {
            row_tag: row_tag.trim().to_string(),
            attribute_prefix: attribute_prefix.to_string(),
            value_tag: value_tag.to_string(),
            exclude_attributes: read.named_flag("excludeAttribute", false)?,
            trim: read.named_flag("ignoreSurroundingSpaces", true)?,
            ignore_namespace: read.named_flag("ignoreNamespace", false)?,
            infer_schema: read.named_flag("inferSchema", true)?,
            prefer_date: read.named_flag("preferDate", true)?,
            prefers_decimal: read.named_flag("prefersDecimal", false)?,
            null_value: read.text("nullvalue").map(str::to_string),
            mode: Mode::new(&read),
            corrupt_name: corrupt_column_name(&read, conf),
            formats: Formats::from_options(&read, zone)?,
            encoding: Encoding::of_java(&read).map(|_| Encoding::Utf8)?,
            sampling,
        })
    }

    /// A text as the options have it: without blanks around, `None` for what stands for null.
    pub(super) fn text<'a>(&self, text: &'a str) -> Option<&'a str> {
        let text = if self.trim { text.trim_matches(|c: char| c <= ' ') } else { text };
        (self.null_value.as_deref() != Some(text)).then_some(text)
    }
}

/// # Errors
/// `ILLEGAL_ARGUMENT`
pub(super) fn expect_no_brackets(options: &OptionReader<'_>, name: &str) -> Result<()> {
    match options.text(name) {
        Some(text) if text.contains(['<', '>']) => {
            Err(illegal(format!("'{name}' should not include angle brackets")))
        }
        _ => Ok(()),
    }
}
