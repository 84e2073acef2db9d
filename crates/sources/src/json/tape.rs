//! JSON values as a flat list of nodes.

use super::options::Syntax;
use super::scan::Scanner;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Array,
    /// A string whose text stands in the data as it is.
    Plain,
    /// A string whose text had escapes; `next` is its place in `rewritten`.
    Escaped,
    Integer,
    Float,
    /// `NaN`, `Infinity` and their like.
    NonNumeric,
    True,
    False,
    Null,
}

/// One value or field name, with where it stands in the data, quotes included.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
    /// For objects and arrays: the node behind the last one inside.
    next: u32,
}

/// Wrong syntax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// How deep values may nest; Jackson's limit.
const DEPTH: usize = 1000;

/// The nodes of many values, in the order of the text. Objects hold name and value nodes by turns.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    nodes: Vec<Node>,
    /// Texts of strings that had escapes.
    unescaped: Vec<u8>,
    rewritten: Vec<(u32, u32)>,
}

impl Tape {
    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        self.unescaped.clear();
        self.rewritten.clear();
    }

    pub(super) fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    pub(crate) fn node(&self, index: u32) -> Node {
        self.nodes[index as usize]
    }

    /// The node behind `index` and all that is in it.
    pub(crate) fn after(&self, index: u32) -> u32 {
        let node = self.node(index);
        match node.kind {
            Kind::Object | Kind::Array => node.next,
            _ => index + 1,
        }
    }

    /// The elements of an array.
    pub(super) fn elements(&self, array: u32) -> impl Iterator<Item = u32> {
        let end = self.after(array);
        let inside = move |next: u32| (next < end).then_some(next);
        std::iter::successors(inside(array + 1), move |element| inside(self.after(*element)))
    }

    /// A string's or name's text.
    pub(crate) fn text<'a>(&'a self, data: &'a [u8], node: Node) -> &'a [u8] {
        match node.kind {
            Kind::Plain => {
                let raw = &data[node.start as usize..node.end as usize];
                // Unquoted names have no quotes to drop.
                if raw.first().is_some_and(|q| matches!(q, b'"' | b'\'')) {
                    &raw[1..raw.len() - 1]
                } else {
                    raw
                }
            }
            Kind::Escaped => {
                let (start, end) = self.rewritten[node.next as usize];
                &self.unescaped[start as usize..end as usize]
            }
            _ => &data[node.start as usize..node.end as usize],
        }
    }

    /// Parses the value at the start of `data[start..end]`, ignoring what follows it; answers its node. `None` if
    /// there is nothing but blanks. After an error the tape is as before.
    pub(super) fn parse(
        &mut self,
        data: &[u8],
        start: usize,
        end: usize,
        syntax: Syntax,
    ) -> Result<Option<u32>, Malformed> {
        let mut scanner = Scanner { data: &data[..end], position: start, syntax };
        scanner.skip_blanks()?;
        if scanner.peek().is_none() {
            return Ok(None);
        }
        let (root, texts, strings) = (self.nodes.len(), self.unescaped.len(), self.rewritten.len());
        match self.value(&mut scanner) {
            Ok(()) => Ok(Some(root as u32)),
            Err(malformed) => {
                self.nodes.truncate(root);
                self.unescaped.truncate(texts);
                self.rewritten.truncate(strings);
                Err(malformed)
            }
        }
    }

    /// Parses one value, without recursion: `open` holds the objects and arrays around the current place.
    fn value(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Malformed> {
        let mut open: Vec<usize> = Vec::new();
        loop {
            scanner.skip_blanks()?;
            let byte = scanner.peek().ok_or(Malformed)?;
            match byte {
                b'{' | b'[' => {
                    if open.len() == DEPTH {
                        return Err(Malformed);
                    }
                    let kind = if byte == b'{' { Kind::Object } else { Kind::Array };
                    open.push(self.nodes.len());
                    self.push(kind, scanner.position, scanner.position + 1);
                    scanner.position += 1;
                    scanner.skip_blanks()?;
                    if scanner.peek() == Some(if byte == b'{' { b'}' } else { b']' }) {
                        if self.close(scanner, &mut open)? {
                            return Ok(());
                        }
                    } else if byte == b'{' {
                        self.name(scanner)?;
                        continue;
                    } else {
                        continue;
                    }
                }
                _ => {
                    self.scalar(scanner, byte)?;
                    if open.is_empty() {
                        return Ok(());
                    }
                }
            }
            if self.separator(scanner, &mut open)? {
                return Ok(());
            }
        }
    }

    /// What follows a value inside objects and arrays: commas and ends. Answers whether the outermost one ended.
    fn separator(&mut self, scanner: &mut Scanner<'_>, open: &mut Vec<usize>) -> Result<bool, Malformed> {
        loop {
            scanner.skip_blanks()?;
            let in_object = self.nodes[*open.last().ok_or(Malformed)?].kind == Kind::Object;
            match scanner.peek().ok_or(Malformed)? {
                b',' => {
                    scanner.position += 1;
                    if in_object {
                        scanner.skip_blanks()?;
                        self.name(scanner)?;
                    }
                    return Ok(false);
                }
                b'}' if in_object => {}
                b']' if !in_object => {}
                _ => return Err(Malformed),
            }
            if self.close(scanner, open)? {
                return Ok(true);
            }
        }
    }

    fn close(&mut self, scanner: &mut Scanner<'_>, open: &mut Vec<usize>) -> Result<bool, Malformed> {
        scanner.position += 1;
        let index = open.pop().ok_or(Malformed)?;
        self.nodes[index].end = scanner.position as u32;
        self.nodes[index].next = self.nodes.len() as u32;
        Ok(open.is_empty())
    }

    /// A field name and the colon behind it.
    fn name(&mut self, scanner: &mut Scanner<'_>) -> Result<(), Malformed> {
        match scanner.peek().ok_or(Malformed)? {
            quote @ (b'"' | b'\'') => self.string(scanner, quote)?,
            _ if scanner.syntax.unquoted_names => {
                let start = scanner.position;
                scanner.skip_name()?;
                self.push(Kind::Plain, start, scanner.position);
            }
            _ => return Err(Malformed),
        }
        scanner.skip_blanks()?;
        if scanner.peek() != Some(b':') {
            return Err(Malformed);
        }
        scanner.position += 1;
        Ok(())
    }

    fn scalar(&mut self, scanner: &mut Scanner<'_>, byte: u8) -> Result<(), Malformed> {
        let start = scanner.position;
        let kind = match byte {
            b'"' | b'\'' => return self.string(scanner, byte),
            b't' => scanner.word(b"true", Kind::True)?,
            b'f' => scanner.word(b"false", Kind::False)?,
            b'n' => scanner.word(b"null", Kind::Null)?,
            _ => scanner.number()?,
        };
        self.push(kind, start, scanner.position);
        Ok(())
    }

    fn string(&mut self, scanner: &mut Scanner<'_>, quote: u8) -> Result<(), Malformed> {
        if quote == b'\'' && !scanner.syntax.single_quotes {
            return Err(Malformed);
        }
        let (start, text) = (scanner.position, self.unescaped.len());
        if !scanner.string(quote, &mut self.unescaped)? {
            self.push(Kind::Plain, start, scanner.position);
            return Ok(());
        }
        self.push(Kind::Escaped, start, scanner.position);
        if let Some(node) = self.nodes.last_mut() {
            node.next = self.rewritten.len() as u32;
        }
        self.rewritten.push((text as u32, self.unescaped.len() as u32));
        Ok(())
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.nodes.push(Node { kind, start: start as u32, end: end as u32, next: 0 });
    }
}

#[cfg(test)]
#[path = "tape_tests.rs"]
mod tests;
