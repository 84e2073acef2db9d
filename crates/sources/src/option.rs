//! The options of one read or write, read with Spark's types and errors.

use lang::ir::Options;
use lang::{Error, ErrorKind, Result};

/// Typed access to options whose keys are in lower case.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OptionReader<'a> {
    format: &'a str,
    options: &'a Options,
}

impl<'a> OptionReader<'a> {
    pub(crate) fn new(format: &'a str, options: &'a Options) -> Self {
        OptionReader { format, options }
    }

    /// The value of an option, called as in Spark's reference or in lower case.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        let found = self.options.get(key).or_else(|| self.options.get(&key.to_ascii_lowercase()));
        found.map(String::as_str)
    }

    /// The first of several names for the same option that is set.
    pub(crate) fn any(&self, keys: &[&str]) -> Option<&'a str> {
        keys.iter().find_map(|key| self.text(key))
    }

    /// # Errors
    /// `ILLEGAL_ARGUMENT` unless the value is `true` or `false` in any case.
    pub(crate) fn flag(&self, key: &str, default: bool) -> Result<bool> {
        match self.text(key) {
            None => Ok(default),
            Some(value) => truth(value).ok_or_else(|| no_input(value)),
        }
    }

    /// # Errors
    /// `ILLEGAL_ARGUMENT` unless the value is a whole number.
    pub(crate) fn number(&self, key: &str, default: i64) -> Result<i64> {
        match self.text(key) {
            None => Ok(default),
            Some(value) => value.parse().map_err(|_| no_input(value)),
        }
    }

    /// Like [`Self::flag`], with the error of CSV.
    ///
    /// # Errors
    /// `_LEGACY_ERROR_TEMP_2147`
    pub(crate) fn named_flag(&self, name: &str, default: bool) -> Result<bool> {
        match self.text(name) {
            None => Ok(default),
            Some(value) => truth(value).ok_or_else(|| {
                Error::new(ErrorKind::Data, "_LEGACY_ERROR_TEMP_2147").with("paramName", name)
            }),
        }
    }

    /// Like [`Self::number`], with the error of CSV.
    ///
    /// # Errors
    /// `_LEGACY_ERROR_TEMP_2146`
    pub(crate) fn named_number(&self, name: &str, default: i64) -> Result<i64> {
        match self.text(name) {
            None => Ok(default),
            Some(value) => value.parse().map_err(|_| {
                Error::new(ErrorKind::Data, "_LEGACY_ERROR_TEMP_2146")
                    .with("paramName", name)
                    .with("value", value)
            }),
        }
    }

    /// Refuses locales whose names of months or digits could matter.
    pub(crate) fn expect_english(&self) -> Result<()> {
        match self.text("locale") {
            Some("en") => Ok(()),
            _ => self.expect("locale", "en-US"),
        }
    }

    /// One character that is one byte long; the empty text means none.
    ///
    /// # Errors
    /// `OPTION_VALUE_EXCEEDS_ONE_CHARACTER`, and by name for characters outside ASCII.
    pub(crate) fn character(&self, key: &str, default: Option<u8>) -> Result<Option<u8>> {
        let Some(value) = self.text(key) else { return Ok(default) };
        let mut characters = value.chars();
        match (characters.next(), characters.next()) {
            (None, _) => Ok(None),
            (Some(single), None) if single.is_ascii() => Ok(Some(single as u8)),
            (Some(single), None) => {
                Err(Error::unsupported(format!("the character {single:?} as {key} of {}", self.format)))
            }
            _ => Err(Error::new(ErrorKind::InvalidArgument, "OPTION_VALUE_EXCEEDS_ONE_CHARACTER")
                .with("optionName", key)
                .with("value", value)),
        }
    }

    /// Refuses options that Spark knows and Firesteel does not honour.
    pub(crate) fn refuse(&self, keys: &[&str]) -> Result<()> {
        match keys.iter().find(|key| self.options.contains_key(**key)) {
            Some(key) => Err(self.unsupported(key)),
            None => Ok(()),
        }
    }

    /// Refuses an option unless it has the one value that is what happens anyway.
    pub(crate) fn expect(&self, key: &str, only: &str) -> Result<()> {
        match self.text(key) {
            Some(value) if !value.eq_ignore_ascii_case(only) => {
                Err(self.unsupported(&format!("{key} = {value}")))
            }
            _ => Ok(()),
        }
    }

    fn unsupported(&self, option: &str) -> Error {
        Error::new(ErrorKind::Unsupported, "UNSUPPORTED_FEATURE.OPTION")
            .with("option", option)
            .with("format", self.format)
    }
}

fn truth(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// What is neither truth nor a number.
pub(crate) fn no_input(text: &str) -> Error {
    illegal(format!("For input string: \"{text}\""))
}

pub(crate) fn illegal(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT").with("message", message)
}
