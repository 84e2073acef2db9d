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

    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.options.get(key).map(String::as_str)
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
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some(value) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some(_) => Err(illegal(format!("{key} flag can be true or false"))),
        }
    }

    /// # Errors
    /// `ILLEGAL_ARGUMENT` unless the value is a whole number.
    pub(crate) fn number(&self, key: &str, default: i64) -> Result<i64> {
        match self.text(key) {
            None => Ok(default),
            Some(value) => value
                .trim()
                .parse()
                .map_err(|_| illegal(format!("{key} should be an integer. Found {value}"))),
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

pub(crate) fn illegal(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT").with("message", message)
}
