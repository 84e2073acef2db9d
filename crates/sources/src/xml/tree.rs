//! One XML record as a tree.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How deep elements may nest.
const DEPTH: usize = 500;

/// An element with its attributes and what stands in it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    /// The text in it, without that in its children.
    pub text: String,
    /// Everything between its tags as it stands.
    pub inner: String,
}

/// Names without their prefixes, if namespaces are to be ignored.
fn name_of(raw: &[u8], ignore_namespace: bool) -> Option<String> {
    let name = std::str::from_utf8(raw).ok()?;
    let name = if ignore_namespace { name.rsplit(':').next().unwrap_or(name) } else { name };
    Some(name.to_string())
}

fn begin(start: &BytesStart<'_>, ignore_namespace: bool) -> Option<Element> {
    let mut element =
        Element { name: name_of(start.name().as_ref(), ignore_namespace)?, ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let key = attribute.key.as_ref();
        if key == b"xmlns" || key.starts_with(b"xmlns:") {
            continue;
        }
        let raw = std::str::from_utf8(&attribute.value).ok()?;
        let value = quick_xml::escape::unescape(raw).ok()?.into_owned();
        element.attributes.push((name_of(key, ignore_namespace)?, value));
    }
    Some(element)
}

impl Element {
    /// The one element that `text` is; `None` if it is malformed.
    pub(super) fn parse(text: &str, ignore_namespace: bool) -> Option<Self> {
        let mut reader = Reader::from_str(text);
        // Each open element with where its content starts.
        let mut open: Vec<(Element, usize)> = Vec::new();
        loop {
            let before = usize::try_from(reader.buffer_position()).ok()?;
            let event = reader.read_event().ok()?;
            let after = usize::try_from(reader.buffer_position()).ok()?;
            let ended = match event {
                Event::Start(start) => {
                    if open.len() == DEPTH {
                        return None;
                    }
                    open.push((begin(&start, ignore_namespace)?, after));
                    None
                }
                Event::Empty(start) => Some(begin(&start, ignore_namespace)?),
                Event::End(_) => {
                    let (mut element, start) = open.pop()?;
                    element.inner = text.get(start..before)?.to_string();
                    Some(element)
                }
                Event::Text(piece) => {
                    put(&mut open, &piece.xml_content().ok()?);
                    None
                }
                Event::CData(piece) => {
                    put(&mut open, &piece.xml_content().ok()?);
                    None
                }
                Event::GeneralRef(reference) => {
                    match reference.resolve_char_ref().ok()? {
                        Some(character) => put(&mut open, character.encode_utf8(&mut [0; 4])),
                        None => {
                            let name = reference.decode().ok()?;
                            put(&mut open, quick_xml::escape::resolve_predefined_entity(&name)?);
                        }
                    }
                    None
                }
                Event::Eof => return None,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => None,
            };
            if let Some(element) = ended {
                match open.last_mut() {
                    Some((parent, _)) => parent.children.push(element),
                    None => return Some(element),
                }
            }
        }
    }
}

fn put(open: &mut [(Element, usize)], piece: &str) {
    if let Some((element, _)) = open.last_mut() {
        element.text.push_str(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_become_trees() {
        let text = r#"<r a="1 &lt; 2"><x>p&amp;q<![CDATA[<z>]]></x><!-- c --><n:y/>t</r>"#;
        let found = Element::parse(text, true).unwrap_or_default();
        assert_eq!(found.attributes, [("a".to_string(), "1 < 2".to_string())]);
        assert_eq!(found.children[0].text, "p&q<z>");
        assert_eq!(found.children[1].name, "y");
        assert_eq!(found.text, "t");
        for text in ["<r>", "<r></s>", "<r a=1></r>", "", "<r>&unknown;</r>"] {
            assert_eq!(Element::parse(text, false), None, "{text}");
        }
    }
}
