//! URLs: their parts by RFC 2396 as `java.net.URI` reads them, and form encoding.

use arrow::array::ArrayRef;
use datafusion::logical_expr::Expr;
use lang::{Error, Result, RuntimeClass};

use super::options::STRING;
use crate::scalar::{Input, Text, apply};
use crate::{Call, expect};

/// `parse_url(url, part[, key])`
pub(super) fn parse_url(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    Ok(apply("parse_url", STRING, expect::only_strings(call)?, |input| run_parse(input, false)))
}

/// [`parse_url`] that yields NULL for what is no URL.
pub(super) fn try_parse_url(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    Ok(apply("try_parse_url", STRING, expect::only_strings(call)?, |input| run_parse(input, true)))
}

fn run_parse(input: &Input, tolerant: bool) -> Result<ArrayRef> {
    let (urls, parts) = (input.strings(0)?, input.strings(1)?);
    let keys = (input.len() == 3).then(|| input.strings(2)).transpose()?;
    input.to_strings(|row, out| {
        let text = urls.value(row);
        let Some(url) = Url::parse(text) else {
            if tolerant {
                out.null();
                return Ok(());
            }
            return Err(Error::runtime(RuntimeClass::Other, "INVALID_URL").with("url", text));
        };
        let part = parts.value(row);
        let found = match keys.as_ref().map(|keys| keys.value(row)) {
            None => url.part(part),
            Some(key) if part == "QUERY" => {
                url.query.and_then(|query| value_of(query, key)).map(str::to_string)
            }
            Some(_) => None,
        };
        match found {
            Some(found) => out.push_str(&found),
            None => out.null(),
        }
        Ok(())
    })
}

/// The value of the first `key=value` of a query.
fn value_of<'a>(query: &'a str, key: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
}

#[derive(Debug, Default, PartialEq)]
struct Url<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: Option<&'a str>,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Url<'a> {
    /// `None` for characters and escapes that a URI cannot have.
    fn parse(text: &'a str) -> Option<Self> {
        if !has_legal_characters(text) {
            return None;
        }
        let (rest, fragment) = cut(text, '#');
        let mut url = Url { fragment, ..Url::default() };
        let scheme_end = rest.find([':', '/', '?']).filter(|end| rest[*end..].starts_with(':'));
        let mut rest = rest;
        if let Some(end) = scheme_end {
            let scheme = &rest[..end];
            let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
            if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(legal) {
                return None;
            }
            url.scheme = Some(scheme);
            rest = &rest[end + 1..];
            if rest.is_empty() {
                return None;
            }
            // Opaque: `mailto:a@b` has neither path nor query.
            if !rest.starts_with('/') {
                return Some(url);
            }
        }
        let (hierarchy, query) = cut(rest, '?');
        url.query = query;
        url.path = Some(hierarchy);
        if let Some(after) = hierarchy.strip_prefix("//") {
            let end = after.find('/').unwrap_or(after.len());
            url.authority = (end > 0).then_some(&after[..end]);
            url.path = Some(&after[end..]);
        }
        Some(url)
    }

    fn part(&self, name: &str) -> Option<String> {
        let text = match name {
            "HOST" => self.host(),
            "PATH" => self.path,
            "QUERY" => self.query,
            "REF" => self.fragment,
            "PROTOCOL" => self.scheme,
            "AUTHORITY" => self.authority,
            "USERINFO" => {
                self.authority.filter(|_| self.host().is_some())?.rsplit_once('@').map(|(user, _)| user)
            }
            "FILE" => {
                let query = self.query.map(|query| format!("?{query}")).unwrap_or_default();
                return self.path.map(|path| format!("{path}{query}"));
            }
            _ => None,
        };
        text.map(str::to_string)
    }

    /// The host of a server-based authority; none when it is not well-formed.
    fn host(&self) -> Option<&'a str> {
        let authority = self.authority?;
        let server = authority.rsplit_once('@').map_or(authority, |(_, server)| server);
        let (host, port) = match server.find(']').filter(|_| server.starts_with('[')) {
            Some(end) => (&server[..end + 1], &server[end + 1..]),
            None => server.split_at(server.find(':').unwrap_or(server.len())),
        };
        let port_is_legal =
            port.is_empty() || (port.starts_with(':') && port[1..].bytes().all(|b| b.is_ascii_digit()));
        (port_is_legal && is_host(host)).then_some(host)
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Labels of letters, digits and inner hyphens, the last starting with a letter; or an IP address.
fn is_host(host: &str) -> bool {
    if host.starts_with('[') {
        return host.len() > 2;
    }
    let labels: Vec<&str> = host.strip_suffix('.').unwrap_or(host).split('.').collect();
    let is_label = |label: &&str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_address = labels.len() == 4 && labels.iter().all(|label| label.parse::<u8>().is_ok());
    let last_is_name =
        labels.last().is_some_and(|label| label.starts_with(|c: char| c.is_ascii_alphabetic()));
    is_address || (labels.iter().all(is_label) && last_is_name)
}

fn has_legal_characters(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.char_indices().all(|(at, c)| match c {
        '%' => bytes.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)),
        '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' => false,
        c => c > ' ' && c != '\u{7F}' && !c.is_control() && !c.is_whitespace(),
    })
}

/// Form encoding: blanks become `+`.
pub(super) fn url_encode(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("url_encode", STRING, vec![expect::string(call, 0)?], |input| {
        let texts = input.strings(0)?;
        input.to_strings(|row, out| {
            texts.value(row).bytes().for_each(|byte| push_encoded(byte, out));
            Ok(())
        })
    }))
}

fn push_encoded(byte: u8, out: &mut Text) {
    match byte {
        b' ' => out.push('+'),
        b'*' | b'-' | b'.' | b'_' => out.push(byte as char),
        byte if byte.is_ascii_alphanumeric() => out.push(byte as char),
        byte => {
            out.push('%');
            crate::math::hex::encode(&[byte], out);
        }
    }
}

pub(super) fn url_decode(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("url_decode", STRING, vec![expect::string(call, 0)?], |input| run_decode(input, false)))
}

/// [`url_decode`] that yields NULL for malformed escapes.
pub(super) fn try_url_decode(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("try_url_decode", STRING, vec![expect::string(call, 0)?], |input| run_decode(input, true)))
}

fn run_decode(input: &Input, tolerant: bool) -> Result<ArrayRef> {
    let texts = input.strings(0)?;
    input.to_strings(|row, out| {
        let text = texts.value(row);
        match decode(text) {
            Some(bytes) => out.push_str(&String::from_utf8_lossy(&bytes)),
            None if tolerant => out.null(),
            None => return Err(Error::runtime(RuntimeClass::Other, "CANNOT_DECODE_URL").with("url", text)),
        }
        Ok(())
    })
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'%' => {
                let digits =
                    text.get(at + 1..at + 3).filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit()))?;
                decoded.push(u8::from_str_radix(digits, 16).ok()?);
                at += 2;
            }
            b'+' => decoded.push(b' '),
            other => decoded.push(*other),
        }
        at += 1;
    }
    Some(decoded)
}
