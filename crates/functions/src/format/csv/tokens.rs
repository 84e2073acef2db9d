//! Splits a line into fields: separators, quotes and escapes.

use lang::{Error, Result};

use crate::format::options::Options;

/// The characters that mean something.
#[derive(Debug, Clone)]
pub(super) struct Separators {
    pub(super) separator: String,
    pub(super) quote: char,
    pub(super) escape: char,
    trim_left: bool,
    trim_right: bool,
}

/// The option names of [`Separators::of`].
pub(super) const OPTIONS: &[&str] =
    &["sep", "delimiter", "quote", "escape", "ignoreLeadingWhiteSpace", "ignoreTrailingWhiteSpace"];

impl Separators {
    /// `trim` is what happens to blanks around values unless told.
    pub(super) fn of(options: &Options, trim: bool) -> Result<Self> {
        let character = |name: &str, default: char| match options.get(name) {
            None => Ok(default),
            Some(text) => {
                let mut characters = text.chars();
                match (characters.next(), characters.next()) {
                    (None, _) => Ok('\0'),
                    (Some(c), None) => Ok(c),
                    _ => Err(Error::unsupported(format!("{name} of more than one character"))),
                }
            }
        };
        let separator = options.get("sep").or(options.get("delimiter")).unwrap_or(",");
        let separator = if separator == "\\t" { "\t" } else { separator };
        if separator.is_empty() {
            return Err(Error::analysis("INVALID_DELIMITER_VALUE.EMPTY_STRING"));
        }
        Ok(Separators {
            separator: separator.to_string(),
            quote: character("quote", '"')?,
            escape: character("escape", '\\')?,
            trim_left: options.is_on("ignoreLeadingWhiteSpace", trim),
            trim_right: options.is_on("ignoreTrailingWhiteSpace", trim),
        })
    }

    /// The fields of a line; `None` for an empty one that is not quoted.
    pub(super) fn split(&self, line: &str) -> Vec<Option<String>> {
        let mut fields = vec![];
        let mut rest = line;
        loop {
            let (field, tail) = self.field(rest);
            fields.push(field);
            match tail {
                Some(tail) => rest = tail,
                None => return fields,
            }
        }
    }

    /// One field and what follows its separator.
    fn field<'a>(&self, text: &'a str) -> (Option<String>, Option<&'a str>) {
        if let Some(inside) = text.strip_prefix(self.quote).filter(|_| self.quote != '\0') {
            let (field, tail) = self.quoted(inside);
            if tail.is_empty() {
                return (Some(field), None);
            }
            if let Some(tail) = tail.strip_prefix(self.separator.as_str()) {
                return (Some(field), Some(tail));
            }
            // Something behind the closing quote: the field counts as written.
        }
        let (field, tail) = match text.split_once(self.separator.as_str()) {
            Some((field, tail)) => (field, Some(tail)),
            None => (text, None),
        };
        let field = self.trim(field);
        ((!field.is_empty()).then(|| field.to_string()), tail)
    }

    /// A missing closing quote takes everything.
    fn quoted<'a>(&self, text: &'a str) -> (String, &'a str) {
        let mut field = String::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            if c == self.escape && rest.as_str().starts_with([self.quote, self.escape]) {
                field.extend(rest.next());
            } else if c == self.quote {
                return (field, rest.as_str());
            } else {
                field.push(c);
            }
        }
        (field, "")
    }

    pub(super) fn trim<'a>(&self, field: &'a str) -> &'a str {
        let field = if self.trim_left { field.trim_start_matches(|c| c <= ' ') } else { field };
        if self.trim_right { field.trim_end_matches(|c| c <= ' ') } else { field }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_split_as_in_spark() {
        let separators = Separators::of(&Options::default(), false).unwrap();
        let cases: [(&str, &[&str]); 5] = [
            ("a, b ,c", &["a", " b ", "c"]),
            (r#""a,b",c"#, &["a,b", "c"]),
            (r#""a\"b",c"#, &["a\"b", "c"]),
            (r#""a""b",c"#, &[r#""a""b""#, "c"]),
            ("a,,", &["a", "", ""]),
        ];
        for (line, expected) in cases {
            let fields: Vec<String> =
                separators.split(line).into_iter().map(Option::unwrap_or_default).collect();
            assert_eq!(fields, expected, "{line}");
        }
    }
}
