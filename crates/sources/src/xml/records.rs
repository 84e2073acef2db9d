//! Where the records of a document are: everything from a row tag to its end.

use memchr::{memchr, memmem};

/// Something found in a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A record, from its first to behind its last byte.
    Record(usize, usize),
    /// The document is malformed outside of records, or ends in one: nothing more of it is read.
    Malformed,
    /// No record; bytes before that place are of no use any more.
    Nothing(usize),
}

/// What encloses the records of one document, as far as it is read.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The names of the elements that are open, records aside.
    open: Vec<Vec<u8>>,
    /// The outermost element has ended: nothing may follow.
    closed: bool,
    /// Nothing more is read.
    over: bool,
}

impl Outline {
    /// Ends the document behind a record whose tags do not fit together.
    pub(super) fn stop(&mut self) {
        self.over = true;
    }

    /// The first whole record of `data`; records that the data cuts off are found when more of it is there.
    pub(super) fn next(&mut self, data: &[u8], tag: &[u8], last: bool) -> Found {
        if self.over {
            return Found::Nothing(data.len());
        }
        let found = self.find(data, tag, last);
        self.over |= found == Found::Malformed;
        found
    }

    fn find(&mut self, data: &[u8], tag: &[u8], last: bool) -> Found {
        let mut position = 0;
        loop {
            let start = memchr(b'<', &data[position..]).map(|found| position + found);
            if !self.allows(&data[position..start.unwrap_or(data.len())]) {
                return Found::Malformed;
            }
            let Some(start) = start else { return Found::Nothing(data.len()) };
            let rest = &data[start..];
            match token(rest) {
                None if last => return Found::Malformed,
                None => return Found::Nothing(start),
                Some(_) if self.closed && is_element(rest) => return Found::Malformed,
                Some(length) if is_start(rest, tag) => {
                    return match end(rest, length, tag) {
                        Some(length) => {
                            self.closed = self.open.is_empty();
                            Found::Record(start, start + length)
                        }
                        None if last => Found::Malformed,
                        None => Found::Nothing(start),
                    };
                }
                Some(length) if !self.step(&rest[..length]) => return Found::Malformed,
                Some(length) => position = start + length,
            }
        }
    }

    /// Whether that text may stand where it does.
    fn allows(&self, text: &[u8]) -> bool {
        if self.open.is_empty() {
            let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
            return text.iter().all(u8::is_ascii_whitespace);
        }
        let mut rest = text;
        while let Some(found) = memchr(b'&', rest) {
            rest = &rest[found + 1..];
            let length =
                rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
            if length == 0 || rest.get(length) != Some(&b';') {
                return false;
            }
        }
        true
    }

    /// Goes into or out of the element whose tag that is; answers whether it may be there.
    fn step(&mut self, tag: &[u8]) -> bool {
        if tag.starts_with(b"<![CDATA[") {
            return !self.open.is_empty();
        }
        if !is_element(tag) {
            return true;
        }
        if let Some(end) = tag.strip_prefix(b"</") {
            let fits = self.open.pop().is_some_and(|open| open == name(end));
            self.closed = self.open.is_empty();
            return fits;
        }
        if tag.ends_with(b"/>") {
            self.closed = self.open.is_empty();
        } else {
            self.open.push(name(&tag[1..]).to_vec());
        }
        true
    }
}

/// Whether the tags of a record fit together, whatever else is wrong with it.
pub(super) fn is_balanced(record: &[u8]) -> bool {
    let (mut position, mut open) = (0, Vec::new());
    while let Some(start) = memchr(b'<', &record[position..]).map(|found| position + found) {
        let Some(length) = token(&record[start..]) else { return false };
        let tag = &record[start..start + length];
        position = start + length;
        if !is_element(tag) {
            continue;
        }
        match tag.strip_prefix(b"</") {
            Some(end) if open.pop() != Some(name(end)) => return false,
            None if !tag.ends_with(b"/>") => open.push(name(&tag[1..])),
            _ => {}
        }
    }
    open.is_empty()
}

/// Tags of elements, not comments, sections, declarations and instructions.
fn is_element(token: &[u8]) -> bool {
    !matches!(token.get(1), Some(b'!' | b'?'))
}

/// The name at the start of a tag's inside.
fn name(inside: &[u8]) -> &[u8] {
    let length = inside.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'));
    &inside[..length.unwrap_or(inside.len())]
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
        let mut outline = Outline::default();
        assert_eq!(outline.next(text, b"r", true), Found::Record(45, 66));
        assert_eq!(&text[45..66], br#"<r a=">"><r>1</r></r>"#);
        assert_eq!(outline.next(&text[66..], b"r", true), Found::Record(1, 5));
        assert_eq!(outline.next(b"", b"r", true), Found::Nothing(0));
        assert_eq!(Outline::default().next(b"<r>1</", b"r", false), Found::Nothing(0));
        assert_eq!(Outline::default().next(b"<r>1</", b"r", true), Found::Malformed);
        assert_eq!(Outline::default().next(b"  <q>", b"r", false), Found::Nothing(5));
    }

    #[test]
    fn documents_have_one_root_and_fitting_tags() {
        for (text, records, malformed) in [
            ("<r>1</r><r>2</r>", 1, true),
            ("<s><r>1</r><r>2</r>", 2, false),
            ("<s><q></z><r>1</r></s>", 0, true),
            ("<s>a<r>1</r>b &amp; c</s>\n<!-- end -->", 1, false),
            ("<s><r>1</r> a & b </s>", 1, true),
            ("hello", 0, true),
            (" \n", 0, false),
        ] {
            let (mut outline, mut rest, mut found, mut wrong) =
                (Outline::default(), text.as_bytes(), 0, false);
            while !rest.is_empty() {
                match outline.next(rest, b"r", true) {
                    Found::Record(_, end) => (found, rest) = (found + 1, &rest[end..]),
                    Found::Malformed => (wrong, rest) = (true, b""),
                    Found::Nothing(useless) => rest = &rest[useless..],
                }
            }
            assert_eq!((found, wrong), (records, malformed), "{text}");
        }
        assert!(is_balanced(b"<r><x>a & b</x><!-- <q> --></r>"));
        assert!(!is_balanced(b"<r><x>2</y></r>"));
    }
}
