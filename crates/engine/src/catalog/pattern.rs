//! Patterns of SHOW statements: `*` stands for any text, `|` separates alternatives, case does not matter.

/// A compiled pattern; no pattern matches everything.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    alternatives: Option<Vec<String>>,
}

impl Pattern {
    pub(crate) fn new(pattern: Option<&str>) -> Self {
        let alternatives = pattern.map(|p| p.split('|').map(|a| a.trim().to_lowercase()).collect());
        Pattern { alternatives }
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        let Some(alternatives) = &self.alternatives else { return true };
        let name = name.to_lowercase();
        alternatives.iter().any(|alternative| matches(alternative, &name))
    }
}

/// Greedy matching piece by piece: linear in the name for each piece.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut left) = name.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match left.find(piece) {
            Some(at) => left = &left[at + piece.len()..],
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_bars() {
        let cases = [
            ("*", "abc", true),
            ("a*", "ABC", true),
            ("A*c", "abc", true),
            ("a*d", "abc", false),
            ("x|abc", "abc", true),
            ("x | a*", "abc", true),
            ("ab", "abc", false),
            ("a*b*c", "aXbYc", true),
            ("a*bb", "ab", false),
            ("", "abc", false),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(Pattern::new(Some(pattern)).matches(name), expected, "{pattern} on {name}");
        }
        assert!(Pattern::new(None).matches("anything"));
    }
}
