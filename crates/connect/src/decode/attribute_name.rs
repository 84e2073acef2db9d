//! Attribute names of DataFrame calls: dots separate parts, backticks quote one part.
//!
//! Unlike identifiers in SQL text, unquoted parts may hold any character: `df["my col"]`, `df["count(1)"]`.

use lang::{Error, Result};

/// The parts of `name`.
///
/// # Errors
/// `INVALID_ATTRIBUTE_NAME_SYNTAX` for unbalanced backticks and empty parts.
pub(super) fn parse(name: &str) -> Result<Vec<String>> {
    let fail = || Error::analysis("INVALID_ATTRIBUTE_NAME_SYNTAX").with("name", name);
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut quoted = false;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '`' if quoted && characters.peek() == Some(&'`') => {
                characters.next();
                part.push('`');
            }
            '`' if quoted => {
                quoted = false;
                if characters.peek().is_some_and(|next| *next != '.') {
                    return Err(fail());
                }
            }
            '`' if part.is_empty() => quoted = true,
            '`' => return Err(fail()),
            '.' if !quoted => {
                if part.is_empty() || characters.peek().is_none() {
                    return Err(fail());
                }
                parts.push(std::mem::take(&mut part));
            }
            other => part.push(other),
        }
    }
    if quoted {
        return Err(fail());
    }
    parts.push(part);
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_split_at_dots_outside_backticks() {
        let cases: &[(&str, Option<&[&str]>)] = &[
            ("a", Some(&["a"])),
            ("a.b.c", Some(&["a", "b", "c"])),
            ("my col", Some(&["my col"])),
            ("count(1)", Some(&["count(1)"])),
            ("`a.b`.c", Some(&["a.b", "c"])),
            ("`a``b`", Some(&["a`b"])),
            ("", Some(&[""])),
            ("a.", None),
            (".a", None),
            ("a..b", None),
            ("`a", None),
            ("a`b`", None),
            ("`a`b", None),
        ];
        for (name, expected) in cases {
            let parts = parse(name).ok();
            let parts = parts.as_ref().map(|p| p.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(parts.as_deref(), *expected, "{name}");
        }
    }
}
