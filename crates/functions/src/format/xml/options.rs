//! The options of XML, and how an XML text is laid out for them.

use lang::{Error, Result};

use crate::Call;
use crate::format::options::Options;

/// Options that change results and are not known here.
const REFUSED: &[&str] =
    &["rowValidationXSDPath", "treatEmptyValuesAsNulls", "wildcardColName", "validateName", "samplingRatio"];

/// The names known here, beside those every format knows.
const KNOWN: &[&str] = &["attributePrefix", "excludeAttribute", "valueTag", "rowTag", "timestampNTZFormat"];

/// How elements become columns.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Before the names of attributes.
    pub(crate) attribute_prefix: String,
    pub(crate) without_attributes: bool,
    /// The column for the text of elements that have attributes or elements.
    pub(crate) value_tag: String,
    pub(crate) trims: bool,
    pub(crate) ignores_prefixes: bool,
    pub(crate) null_value: Option<String>,
}

impl Layout {
    pub(in crate::format) fn of(options: &Options) -> Self {
        Layout {
            attribute_prefix: options.get("attributePrefix").unwrap_or("_").to_string(),
            without_attributes: options.is_on("excludeAttribute", false),
            value_tag: options.get("valueTag").unwrap_or("_VALUE").to_string(),
            trims: options.is_on("ignoreSurroundingSpaces", true),
            ignores_prefixes: options.is_on("ignoreNamespace", false),
            null_value: options.get("nullValue").map(str::to_string),
        }
    }

    /// An element's or attribute's name as a column's.
    pub(super) fn name<'a>(&self, name: &'a str) -> &'a str {
        if self.ignores_prefixes { name.rsplit(':').next().unwrap_or(name) } else { name }
    }

    pub(super) fn trim<'a>(&self, text: &'a str) -> &'a str {
        if self.trims { text.trim() } else { text }
    }
}

/// The options of a call; those that change results and are not known are refused.
pub(super) fn options(call: &Call<'_>, index: usize) -> Result<Options> {
    let options = Options::of(call, index, KNOWN)?;
    match REFUSED.iter().find(|name| options.get(name).is_some()) {
        Some(name) => Err(Error::unsupported(format!("the option {name} of {}", call.name))),
        None => Ok(options),
    }
}
