//! Paths into variants: `$.a[0]['b c']`.

use super::binary::{Variant, View};
use lang::Result;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Key(String),
    Index(usize),
}

/// The steps after `$`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path(pub(super) Vec<Segment>);

impl Path {
    /// `None` when the text is no path. Blanks belong to names.
    pub(super) fn parse(text: &str) -> Option<Path> {
        let mut rest = text.strip_prefix('$')?;
        let mut segments = vec![];
        while !rest.is_empty() {
            if let Some(name) = rest.strip_prefix('.') {
                let end = name.find(['.', '[']).unwrap_or(name.len());
                if end == 0 {
                    return None;
                }
                segments.push(Segment::Key(name[..end].to_string()));
                rest = &name[end..];
                continue;
            }
            let inner = rest.strip_prefix('[')?;
            let quote = inner.chars().next().filter(|c| matches!(c, '\'' | '"'));
            if let Some(quote) = quote {
                let name = &inner[1..];
                let end = name.find(quote)?;
                segments.push(Segment::Key(name[..end].to_string()));
                rest = name[end + 1..].strip_prefix(']')?;
            } else {
                let end = inner.find(']')?;
                let digits = &inner[..end];
                if !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                segments.push(Segment::Index(digits.parse::<i32>().ok()? as usize));
                rest = &inner[end + 1..];
            }
        }
        Some(Path(segments))
    }

    /// The first `count` steps as text.
    pub(super) fn prefix(&self, count: usize) -> String {
        let mut text = String::from("$");
        for segment in &self.0[..count] {
            match segment {
                Segment::Key(name) if name.contains(['.', '[']) => {
                    text.push_str(&format!("['{name}']"));
                }
                Segment::Key(name) => {
                    text.push('.');
                    text.push_str(name);
                }
                Segment::Index(index) => text.push_str(&format!("[{index}]")),
            }
        }
        text
    }

    /// What the path leads to; `None` when there is nothing.
    pub(super) fn follow<'a>(&self, variant: Variant<'a>) -> Result<Option<Variant<'a>>> {
        let mut here = variant;
        for segment in &self.0 {
            let next = match (segment, here.view()?) {
                (Segment::Key(name), View::Object(fields)) => fields.find(name)?,
                (Segment::Index(index), View::Array(elements)) if *index < elements.len() => {
                    Some(elements.get(*index)?)
                }
                _ => None,
            };
            let Some(next) = next else { return Ok(None) };
            here = next;
        }
        Ok(Some(here))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let parsed = Path::parse(r#"$.a b[2]['c.d']["e'f"]"#).expect("a path");
        let key = |name: &str| Segment::Key(name.into());
        assert_eq!(parsed.0, [key("a b"), Segment::Index(2), key("c.d"), key("e'f")]);
        assert_eq!(Path::parse("$").expect("the root").0, []);
        for text in
            ["", "a", "$a", "$.", "$[", "$[a]", "$[-1]", "$ ", "$..a", "$.a[0", "$[99999999999]", "$['a"]
        {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }
}
