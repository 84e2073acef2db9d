//! An XML text as a list of nodes in document order.
//!
//! Names stay as they are written, prefixes included. Comments and processing instructions are kept; entities are
//! those of XML and the ones a document declares for itself.

use std::collections::HashMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// The number of a node.
pub(crate) type Id = usize;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Root,
    Element,
    Attribute,
    Text,
    Comment,
    Instruction,
}

#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// Of elements, attributes and instructions.
    pub(crate) name: String,
    /// Of attributes, texts, comments and instructions.
    pub(crate) value: String,
    /// Of a text that plain text and CDATA make up together: how many bytes its first part has.
    pub(crate) first_part: usize,
    pub(crate) parent: Id,
    /// The number after the last node below this one.
    pub(crate) end: Id,
}

/// A parsed document; node 0 is its root, which holds the one element.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) nodes: Vec<Node>,
}

/// Deeper nesting is refused.
const MAX_DEPTH: usize = 1000;

impl Document {
    /// `None` when the text is not well-formed.
    pub(crate) fn parse(text: &str) -> Option<Document> {
        Document::read(text, false)
    }

    /// The first element of the text, whatever comes after it.
    pub(crate) fn parse_first(text: &str) -> Option<Document> {
        Document::read(text, true)
    }

    fn read(text: &str, only_first: bool) -> Option<Document> {
        let mut builder = Builder { nodes: vec![], open: vec![], entities: HashMap::new(), joins: false };
        builder.add(Kind::Root, String::new(), String::new());
        builder.open.push(0);
        let mut reader = Reader::from_str(text);
        loop {
            if only_first && builder.open.len() == 1 && builder.nodes.iter().any(|n| n.kind == Kind::Element)
            {
                return builder.finish();
            }
            match reader.read_event().ok()? {
                Event::Start(tag) => {
                    builder.element(&tag)?;
                    if builder.open.len() > MAX_DEPTH {
                        return None;
                    }
                }
                Event::Empty(tag) => {
                    builder.element(&tag)?;
                    builder.close();
                }
                Event::End(_) => builder.close(),
                Event::Text(text) => builder.text(&text.xml10_content().ok()?, false)?,
                Event::CData(data) => builder.text(&data.xml10_content().ok()?, true)?,
                Event::GeneralRef(reference) => {
                    let name = reference.decode().ok()?;
                    let value = builder.entity(&name)?;
                    builder.text(&value, false)?;
                }
                Event::Comment(comment) => {
                    let comment = comment.xml10_content().ok()?.into_owned();
                    builder.leaf(Kind::Comment, String::new(), comment);
                }
                Event::PI(instruction) => {
                    let name = std::str::from_utf8(instruction.target()).ok()?.to_string();
                    let content = std::str::from_utf8(instruction.content()).ok()?;
                    builder.leaf(Kind::Instruction, name, content.trim_start().to_string());
                }
                Event::DocType(declaration) => {
                    builder.declare(&declaration.decode().ok()?);
                }
                Event::Decl(_) => {}
                Event::Eof => return builder.finish(),
            }
        }
    }

    pub(crate) fn node(&self, id: Id) -> &Node {
        &self.nodes[id]
    }

    /// The outermost element.
    pub(crate) fn element(&self) -> Option<Id> {
        self.children(0).find(|id| self.nodes[*id].kind == Kind::Element)
    }

    /// What is directly below, without attributes.
    pub(crate) fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let mut next = id + 1;
        let end = self.nodes[id].end;
        std::iter::from_fn(move || {
            while next < end && self.nodes[next].kind == Kind::Attribute {
                next += 1;
            }
            let here = next;
            (here < end).then(|| {
                next = self.nodes[here].end;
                here
            })
        })
    }

    pub(crate) fn attributes(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.nodes[id].end;
        (id + 1..end).take_while(|id| self.nodes[*id].kind == Kind::Attribute)
    }

    /// The text of a node: its value, or all texts below it.
    pub(crate) fn text(&self, id: Id) -> String {
        let node = &self.nodes[id];
        match node.kind {
            Kind::Root | Kind::Element => {
                let below = &self.nodes[id..node.end];
                below.iter().filter(|n| n.kind == Kind::Text).map(|n| n.value.as_str()).collect()
            }
            _ => node.value.clone(),
        }
    }
}

struct Builder {
    nodes: Vec<Node>,
    open: Vec<Id>,
    entities: HashMap<String, String>,
    /// The last node is a text that more text belongs to.
    joins: bool,
}

impl Builder {
    fn add(&mut self, kind: Kind, name: String, value: String) -> Id {
        let id = self.nodes.len();
        let parent = self.open.last().copied().unwrap_or(0);
        self.nodes.push(Node { kind, name, first_part: value.len(), value, parent, end: id + 1 });
        id
    }

    fn leaf(&mut self, kind: Kind, name: String, value: String) {
        self.joins = false;
        self.add(kind, name, value);
    }

    fn element(&mut self, tag: &BytesStart<'_>) -> Option<()> {
        self.joins = false;
        let is_second = self.open.len() == 1 && self.nodes.iter().any(|node| node.kind == Kind::Element);
        if is_second {
            return None;
        }
        let name = std::str::from_utf8(tag.name().into_inner()).ok()?.to_string();
        let id = self.add(Kind::Element, name, String::new());
        self.open.push(id);
        for attribute in tag.attributes() {
            let attribute = attribute.ok()?;
            let name = std::str::from_utf8(attribute.key.into_inner()).ok()?;
            let value = self.unescaped(std::str::from_utf8(&attribute.value).ok()?)?;
            self.add(Kind::Attribute, name.to_string(), value);
        }
        Some(())
    }

    fn close(&mut self) {
        self.joins = false;
        if let Some(id) = self.open.pop() {
            self.nodes[id].end = self.nodes.len();
        }
    }

    fn text(&mut self, text: &str, is_data: bool) -> Option<()> {
        if self.open.len() == 1 {
            return (!is_data && text.trim().is_empty()).then_some(());
        }
        if self.joins
            && let Some(last) = self.nodes.last_mut()
        {
            let continues = !is_data && last.first_part == last.value.len();
            last.value.push_str(text);
            if continues {
                last.first_part = last.value.len();
            }
            return Some(());
        }
        if !text.is_empty() {
            self.add(Kind::Text, String::new(), text.to_string());
            self.joins = true;
        }
        Some(())
    }

    fn entity(&self, name: &str) -> Option<String> {
        if let Some(number) = name.strip_prefix('#') {
            let code = match number.strip_prefix('x') {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            return char::from_u32(code).map(String::from);
        }
        let known = match name {
            "lt" => "<",
            "gt" => ">",
            "amp" => "&",
            "apos" => "'",
            "quot" => "\"",
            _ => self.entities.get(name)?,
        };
        Some(known.to_string())
    }

    fn unescaped(&self, text: &str) -> Option<String> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('&') {
            out.push_str(&rest[..start]);
            let end = rest[start..].find(';')? + start;
            out.push_str(&self.entity(&rest[start + 1..end])?);
            rest = &rest[end + 1..];
        }
        if rest.contains('<') {
            return None;
        }
        out.push_str(rest);
        // Line ends and tabs in attributes are blanks.
        Some(out.replace(['\n', '\t', '\r'], " "))
    }

    /// Entities of plain text; others are as if they were not declared.
    fn declare(&mut self, declaration: &str) {
        for part in declaration.split("<!ENTITY").skip(1) {
            let Some((name, rest)) = part.trim_start().split_once(char::is_whitespace) else { continue };
            let rest = rest.trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            let Some((value, _)) = rest[1..].split_once(quote) else { continue };
            if !value.contains(['<', '&', '%']) {
                self.entities.entry(name.to_string()).or_insert_with(|| value.to_string());
            }
        }
    }

    fn finish(mut self) -> Option<Document> {
        let has_element = self.nodes.iter().any(|node| node.kind == Kind::Element);
        if self.open.len() != 1 || !has_element {
            return None;
        }
        self.close();
        Some(Document { nodes: self.nodes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_nodes() {
        let text = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e \"5\">]><a x='&lt;'>b&e;<![CDATA[<c>]]><d/>&#65;</a>";
        let document = Document::parse(text).expect("well-formed");
        assert_eq!(document.text(0), "b5<c>A");
        let element = document.element().expect("an element");
        assert_eq!(document.attributes(element).map(|id| document.text(id)).collect::<Vec<_>>(), ["<"]);
        assert_eq!(document.children(element).count(), 3);
    }

    #[test]
    fn malformed_texts() {
        for text in ["", "x", "<a>", "<a></b>", "<a/><b/>", "<a>&b;</a>", "<a b=1/>", "<a/>x"] {
            assert!(Document::parse(text).is_none(), "{text}");
        }
    }
}
