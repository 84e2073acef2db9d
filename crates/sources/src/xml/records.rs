//! Where the records of a file are: everything from a row tag to its end.

use memchr::{memchr, memmem};

/// Something found in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A record, from its first to behind its last byte.
    Record(usize, usize),
    /// None; bytes before that place are of no use any more.
    Nothing(usize),
}

/// The first whole record of `data`; records that the data cuts off are found when more of it is there.
pub(super) fn next(data: &[u8], tag: &[u8], last: bool) -> Found {
    let mut position = 0;
    while let Some(start) = memchr(b'<', &data[position..]).map(|found| position + found) {
        match token(&data[start..]) {
            None => return Found::Nothing(start),
            Some(length) if is_start(&data[start..], tag) => {
                return match end(&data[start..], length, tag) {
                    Some(length) => Found::Record(start, start + length),
                    None if last => Found::Record(start, data.len()),
                    None => Found::Nothing(start),
                };
            }
            Some(length) => position = start + length,
        }
    }
    Found::Nothing(data.len())
}

/// The length of the tag, comment or section that `data` starts with; `None` when it does not end in the data.
fn token(data: &[u8]) -> Option<usize> {
    let until =
        |from: usize, end: &[u8]| memmem::find(data.get(from..)?, end).map(|found| from + found + end.len());
    if data.len() < 9 && !data.contains(&b'>') {
        return None;
    }
    if data.starts_with(b"<!--") {
        return until(4, b"-->");
    }
    if data.starts_with(b"<![CDATA[") {
        return until(9, b"]]>");
    }
    if data.starts_with(b"<?") {
        return until(2, b"?>");
    }
    // A bracket may stand in the value of an attribute.
    let mut quote = None;
    for (index, byte) in data.iter().enumerate() {
        match (quote, *byte) {
            (None, b'>') => return Some(index + 1),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Whether `data` starts with a start tag of that name.
fn is_start(data: &[u8], tag: &[u8]) -> bool {
    let after = data.get(1..).and_then(|rest| rest.strip_prefix(tag)).and_then(<[u8]>::first);
    after.is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
}

fn is_end(data: &[u8], tag: &[u8]) -> bool {
    let after = data.get(2..).and_then(|rest| rest.strip_prefix(tag)).and_then(<[u8]>::first);
    data.starts_with(b"</") && after.is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>')
}

/// The length of the record whose start tag has `length` bytes.
fn end(data: &[u8], length: usize, tag: &[u8]) -> Option<usize> {
    if data[..length].ends_with(b"/>") {
        return Some(length);
    }
    let (mut position, mut depth) = (length, 1usize);
    loop {
        let start = position + memchr(b'<', &data[position..])?;
        let token = token(&data[start..])?;
        position = start + token;
        if is_end(&data[start..], tag) {
            depth -= 1;
        } else if is_start(&data[start..], tag) && !data[..position].ends_with(b"/>") {
            depth += 1;
        }
        if depth == 0 {
            return Some(position);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_between_other_things() {
        let text = br#"<?xml version="1.0"?><rows><!-- <r> --><row/><r a=">"><r>1</r></r> <r/>"#;
        assert_eq!(next(text, b"r", true), Found::Record(45, 66));
        assert_eq!(&text[45..66], br#"<r a=">"><r>1</r></r>"#);
        assert_eq!(next(&text[66..], b"r", true), Found::Record(1, 5));
        assert_eq!(next(b"<r>1</", b"r", false), Found::Nothing(0));
        assert_eq!(next(b"<r>1</", b"r", true), Found::Record(0, 6));
        assert_eq!(next(b"  <q>", b"r", false), Found::Nothing(5));
    }
}
