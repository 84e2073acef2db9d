//! Compiled patterns and Java's way through the matches of a text.

use fancy_regex::{Captures, Regex};
use lang::{Error, ErrorKind, Result, RuntimeClass};

use super::pattern;
use crate::scalar::Strings;

/// The patterns of one argument: compiled once for a run of equal patterns.
pub(super) struct Patterns<'a> {
    patterns: Strings<'a>,
    function: &'static str,
    compiled: Option<(&'a str, Regex)>,
}

impl<'a> Patterns<'a> {
    pub(super) fn new(patterns: Strings<'a>, function: &'static str) -> Self {
        Patterns { patterns, function, compiled: None }
    }

    /// The compiled pattern of `row`.
    pub(super) fn get(&mut self, row: usize) -> Result<&Regex> {
        let pattern = self.patterns.value(row);
        match self.compiled.take() {
            Some((text, regex)) if text == pattern => Ok(&self.compiled.insert((text, regex)).1),
            _ => {
                let regex = compile(pattern, self.function)?;
                Ok(&self.compiled.insert((pattern, regex)).1)
            }
        }
    }
}

/// Compiles a Java pattern.
pub(super) fn compile(java: &str, function: &str) -> Result<Regex> {
    pattern::translate(java).and_then(|pattern| Regex::new(&pattern).ok()).ok_or_else(|| {
        Error::runtime(RuntimeClass::Other, "INVALID_PARAMETER_VALUE.PATTERN")
            .with("functionName", format!("`{function}`"))
            .with("parameter", "`regexp`")
            .with("value", format!("'{java}'"))
    })
}

/// Backtracking is bounded: a pattern that needs more steps fails.
pub(super) fn too_hard(error: fancy_regex::Error) -> Error {
    Error::new(ErrorKind::Resources, "REGEX_TOO_COMPLEX")
        .with_message(format!("The pattern takes too many steps: {error}"))
}

/// The matches of a text one after the other, as `java.util.regex.Matcher.find` yields them: an empty match may
/// follow a match directly.
pub(super) struct Matches<'r, 't> {
    regex: &'r Regex,
    text: &'t str,
    next: Option<usize>,
}

impl<'r, 't> Matches<'r, 't> {
    pub(super) fn new(regex: &'r Regex, text: &'t str, start: usize) -> Self {
        Matches { regex, text, next: Some(start) }
    }

    /// The next match with its groups.
    pub(super) fn captures(&mut self) -> Result<Option<Captures<'t>>> {
        let Some(from) = self.next else { return Ok(None) };
        let found = self.regex.captures_from_pos(self.text, from).map_err(too_hard)?;
        match found.as_ref().and_then(|groups| groups.get(0)) {
            Some(whole) => self.advance(whole.start(), whole.end()),
            None => self.next = None,
        }
        Ok(found)
    }

    /// The next match as a byte range.
    pub(super) fn range(&mut self) -> Result<Option<(usize, usize)>> {
        let Some(from) = self.next else { return Ok(None) };
        let found =
            self.regex.find_from_pos(self.text, from).map_err(too_hard)?.map(|m| (m.start(), m.end()));
        match found {
            Some((start, end)) => self.advance(start, end),
            None => self.next = None,
        }
        Ok(found)
    }

    fn advance(&mut self, start: usize, end: usize) {
        let step = if start == end { self.text[end..].chars().next().map(char::len_utf8) } else { Some(0) };
        self.next = step.map(|step| end + step);
    }
}
