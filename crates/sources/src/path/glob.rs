//! Hadoop's globs: `*`, `?`, `[a-z]`, `{x,y}` and `\` as escape, one folder level at a time.

use glob::Pattern;
use lang::Result;

use crate::option::illegal;

/// Whether a path needs expanding.
pub(crate) fn is_glob(path: &str) -> bool {
    path.contains(['*', '?', '[', '{'])
}

/// Paths without alternatives: `a{b,c}d` is `abd` and `acd`. Alternatives may nest and may contain slashes.
pub(crate) fn alternatives(path: &str) -> Vec<String> {
    let Some((open, close)) = first_braces(path) else { return vec![path.to_string()] };
    let (before, inside, after) = (&path[..open], &path[open + 1..close], &path[close + 1..]);
    let mut out = Vec::new();
    for choice in split_choices(inside) {
        out.extend(alternatives(&format!("{before}{choice}{after}")));
    }
    out
}

fn first_braces(path: &str) -> Option<(usize, usize)> {
    let open = path.find('{')?;
    let mut depth = 0;
    for (index, byte) in path.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some((open, index));
                }
            }
            _ => {}
        }
    }
    None
}

fn split_choices(inside: &str) -> Vec<&str> {
    let (mut out, mut depth, mut start) = (Vec::new(), 0, 0);
    for (index, byte) in inside.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => {
                out.push(&inside[start..index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    out.push(&inside[start..]);
    out
}

/// Patterns for one name in a folder.
#[derive(Debug, Clone)]
pub(crate) struct NamePattern(Vec<Pattern>);

impl NamePattern {
    /// # Errors
    /// `ILLEGAL_ARGUMENT` for a malformed pattern.
    pub(crate) fn new(text: &str) -> Result<Self> {
        let compile = |t: String| {
            // Hadoop negates classes with `^`, the glob crate with `!`.
            Pattern::new(&t.replace("[^", "[!"))
                .map_err(|e| illegal(format!("Illegal file pattern {text}: {e}")))
        };
        Ok(NamePattern(alternatives(text).into_iter().map(compile).collect::<Result<_>>()?))
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        self.0.iter().any(|pattern| pattern.matches(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_expand() {
        assert_eq!(alternatives("/a/{b,c{d,e}}/f"), ["/a/b/f", "/a/cd/f", "/a/ce/f"]);
        assert_eq!(alternatives("/plain"), ["/plain"]);
    }

    #[test]
    fn names_match() {
        for (pattern, name, expected) in [
            ("*.csv", "a.csv", true),
            ("*.csv", "a.txt", false),
            ("x[^0-9]", "xa", true),
            ("{a,b}?", "bc", true),
        ] {
            assert_eq!(
                NamePattern::new(pattern).is_ok_and(|p| p.matches(name)),
                expected,
                "{pattern} {name}"
            );
        }
    }
}
