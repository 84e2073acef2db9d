//! Java regular expressions rewritten for `fancy_regex`, so that the same text means the same here.
//!
//! The two dialects differ in what `.`, `$`, `\d`, `\w`, `\s` match, in POSIX classes, quoting and some escapes; the
//! rest is copied. What has no counterpart is refused.

use std::iter::Peekable;
use std::str::Chars;

/// Characters that end a line in Java.
const LINE_ENDS: &str = r"\n\r\u{85}\u{2028}\u{2029}";

/// The `fancy_regex` pattern for a Java pattern; `None` when it is malformed or has no counterpart.
pub(super) fn translate(java: &str) -> Option<String> {
    let mut translation = Translation {
        rest: java.chars().peekable(),
        out: String::with_capacity(java.len() + 16),
        flags: vec![Flags::default()],
    };
    translation.run()?;
    Some(translation.out)
}

#[derive(Clone, Copy, Default)]
struct Flags {
    dot_all: bool,
    multi_line: bool,
    comments: bool,
    /// Case does not matter: for ASCII letters only, unless `unicode`.
    fold: bool,
    unicode: bool,
}

struct Translation<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
    /// The flags of the enclosing groups, innermost last.
    flags: Vec<Flags>,
}

impl Translation<'_> {
    fn run(&mut self) -> Option<()> {
        while let Some(c) = self.rest.next() {
            let flags = *self.flags.last()?;
            match c {
                '\\' => self.escape(false)?,
                '[' => self.class()?,
                '(' => self.group()?,
                ')' => {
                    self.flags.pop();
                    if self.flags.is_empty() {
                        return None;
                    }
                    self.out.push(')');
                }
                '.' if flags.dot_all => self.out.push_str("(?s:.)"),
                '.' => self.out.push_str(&format!("[^{LINE_ENDS}]")),
                '$' if flags.multi_line => self.out.push_str(&format!(r"(?=[{LINE_ENDS}]|\z)")),
                '$' => self.out.push_str(&format!(r"(?=(?:\r\n|[{LINE_ENDS}])?\z)")),
                '^' if flags.multi_line => self.out.push_str(&format!(r"(?:\A|(?<=[{LINE_ENDS}]))")),
                '^' => self.out.push_str(r"\A"),
                '#' if !flags.comments => self.out.push_str(r"\#"),
                other if flags.fold && !flags.unicode && !other.is_ascii() => {
                    self.out.push_str(&format!("(?-i:{other})"))
                }
                other => self.out.push(other),
            }
        }
        (self.flags.len() == 1).then_some(())
    }

    /// After `(`: remembers the flags the group sets; names and look-around are copied.
    fn group(&mut self) -> Option<()> {
        let mut flags = *self.flags.last()?;
        self.out.push('(');
        if self.rest.peek() != Some(&'?') {
            self.flags.push(flags);
            return Some(());
        }
        self.out.push(self.rest.next()?);
        let mut on = true;
        let mut kept = String::new();
        loop {
            let c = *self.rest.peek()?;
            match c {
                '-' => {
                    on = false;
                    kept.push('-');
                }
                's' => flags.dot_all = on,
                'm' => flags.multi_line = on,
                'x' => {
                    flags.comments = on;
                    kept.push('x');
                }
                'i' => {
                    flags.fold = on;
                    kept.push('i');
                }
                'u' => flags.unicode = on,
                'd' | 'U' | '#' => return None,
                ')' => {
                    // `(?s)` holds to the end of the enclosing group.
                    *self.flags.last_mut()? = flags;
                    self.rest.next();
                    self.end_flags(&kept, ')');
                    return Some(());
                }
                ':' => {
                    self.rest.next();
                    self.flags.push(flags);
                    self.end_flags(&kept, ':');
                    return Some(());
                }
                _ => {
                    self.flags.push(flags);
                    return Some(());
                }
            }
            self.rest.next();
        }
    }

    fn end_flags(&mut self, kept: &str, end: char) {
        let kept = kept.trim_end_matches('-');
        if kept.is_empty() && end == ')' {
            // Nothing left to set: an empty group.
            self.out.push_str(":)");
        } else {
            self.out.push_str(kept);
            self.out.push(end);
        }
    }

    /// After `[`, to its end.
    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            match self.rest.next()? {
                ']' if !first => {
                    self.out.push(']');
                    return Some(());
                }
                ']' => self.out.push_str(r"\]"),
                '[' => self.class()?,
                '\\' => self.escape(true)?,
                '&' if self.rest.next_if_eq(&'&').is_some() => self.out.push_str("&&"),
                c @ ('&' | '~' | '#' | '^' | ':') => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                // A hyphen that opens no range must not meet another one.
                '-' if first || matches!(self.rest.peek(), Some(']' | '[' | '-')) => self.out.push_str(r"\-"),
                c => self.out.push(c),
            }
            first = false;
        }
    }

    /// After a backslash.
    fn escape(&mut self, in_class: bool) -> Option<()> {
        let c = self.rest.next()?;
        match c {
            'd' => self.set("0-9", false, in_class),
            'D' => self.set("0-9", true, in_class),
            'w' => self.set("a-zA-Z0-9_", false, in_class),
            'W' => self.set("a-zA-Z0-9_", true, in_class),
            's' => self.set(r" \t\n\x0B\x0C\r", false, in_class),
            'S' => self.set(r" \t\n\x0B\x0C\r", true, in_class),
            'h' => self.set(HORIZONTAL, false, in_class),
            'H' => self.set(HORIZONTAL, true, in_class),
            'v' => self.set(VERTICAL, false, in_class),
            'V' => self.set(VERTICAL, true, in_class),
            'p' | 'P' => self.property(c == 'P', in_class)?,
            'Q' => self.quoted(),
            'R' if !in_class => self.out.push_str(&format!(r"(?>\r\n|[{VERTICAL}])")),
            'Z' if !in_class => self.out.push_str(&format!(r"(?=(?:\r\n|[{LINE_ENDS}])?\z)")),
            'b' | 'B' | 'A' | 'z' if !in_class => {
                self.out.push('\\');
                self.out.push(c);
            }
            't' | 'n' | 'r' | 'f' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'a' => self.point(7)?,
            'e' => self.point(0x1B)?,
            'c' => {
                let control = u32::from(self.rest.next()?) ^ 64;
                self.point(control)?;
            }
            '0' => self.octal()?,
            'x' if self.rest.next_if_eq(&'{').is_some() => {
                let digits: String = std::iter::from_fn(|| self.rest.next_if(|c| *c != '}')).collect();
                self.rest.next()?;
                self.point(u32::from_str_radix(&digits, 16).ok()?)?;
            }
            'x' => self.hex(2)?,
            'u' => self.hex(4)?,
            'k' if !in_class => self.out.push_str(r"\k"),
            '1'..='9' if !in_class => {
                self.out.push('\\');
                self.out.push(c);
            }
            c if c.is_ascii_alphanumeric() => return None,
            c => self.literal(c),
        }
        Some(())
    }

    fn set(&mut self, members: &str, negated: bool, in_class: bool) {
        match (negated, in_class) {
            (false, true) => self.out.push_str(members),
            (false, false) => self.out.push_str(&format!("[{members}]")),
            (true, _) => self.out.push_str(&format!("[^{members}]")),
        }
    }

    fn property(&mut self, negated: bool, in_class: bool) -> Option<()> {
        let name: String = if self.rest.next_if_eq(&'{').is_some() {
            let name = std::iter::from_fn(|| self.rest.next_if(|c| *c != '}')).collect();
            self.rest.next()?;
            name
        } else {
            self.rest.next()?.to_string()
        };
        if let Some((_, members)) = POSIX.iter().find(|(posix, _)| *posix == name) {
            self.set(members, negated, in_class);
            return Some(());
        }
        let unicode = match name.as_str() {
            "javaLowerCase" | "IsLowercase" => "Lowercase",
            "javaUpperCase" | "IsUppercase" => "Uppercase",
            "javaWhitespace" | "IsWhite_Space" => "White_Space",
            "L1" => return None,
            // Blocks have no counterpart.
            name if name.starts_with("In") || name.starts_with("blk=") || name.starts_with("block=") => {
                return None;
            }
            name => name.strip_prefix("Is").unwrap_or(name),
        };
        self.out.push_str(&format!(r"\{}{{{unicode}}}", if negated { 'P' } else { 'p' }));
        Some(())
    }

    /// `\Q…\E`
    fn quoted(&mut self) {
        while let Some(c) = self.rest.next() {
            if c == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            self.literal(c);
        }
    }

    fn octal(&mut self) -> Option<()> {
        let mut value = 0;
        for _ in 0..3 {
            match self.rest.peek().and_then(|c| c.to_digit(8)) {
                Some(digit) if value * 8 + digit <= 0o377 => value = value * 8 + digit,
                _ => break,
            }
            self.rest.next();
        }
        self.point(value)
    }

    fn hex(&mut self, digits: usize) -> Option<()> {
        let text: String = self.rest.by_ref().take(digits).collect();
        let unit = u32::from_str_radix(&text, 16).ok().filter(|_| text.len() == digits)?;
        if !(0xD800..0xDC00).contains(&unit) {
            return self.point(unit);
        }
        // A surrogate pair is one character.
        let low: String = self.rest.by_ref().take(6).collect();
        let low = u32::from_str_radix(low.strip_prefix("\\u")?, 16).ok()?;
        self.point(0x10000 + ((unit - 0xD800) << 10) + low.checked_sub(0xDC00)?)
    }

    fn point(&mut self, value: u32) -> Option<()> {
        char::from_u32(value)?;
        self.out.push_str(&format!(r"\x{{{value:X}}}"));
        Some(())
    }

    fn literal(&mut self, c: char) {
        match c {
            // Blanks mean nothing with the flag `x`.
            c if c.is_ascii_whitespace() => self.out.push_str(&format!(r"\x{{{:X}}}", c as u32)),
            c if c.is_ascii_punctuation() && !matches!(c, '<' | '>' | '_') => self.out.extend(['\\', c]),
            c => self.out.push(c),
        }
    }
}

const HORIZONTAL: &str = r" \t\u{A0}\u{1680}\u{180e}\u{2000}-\u{200a}\u{202f}\u{205f}\u{3000}";
const VERTICAL: &str = r"\n\x0B\x0C\r\u{85}\u{2028}\u{2029}";

/// Java's POSIX classes, ASCII only.
const POSIX: &[(&str, &str)] = &[
    ("Lower", "a-z"),
    ("Upper", "A-Z"),
    ("ASCII", r"\x00-\x7F"),
    ("Alpha", "a-zA-Z"),
    ("Digit", "0-9"),
    ("Alnum", "a-zA-Z0-9"),
    ("Punct", r"!-/:-@\[-`{-\~"),
    ("Graph", r"!-\~"),
    ("Print", r" -\~"),
    ("Blank", r" \t"),
    ("Cntrl", r"\x00-\x1F\x7F"),
    ("XDigit", "0-9a-fA-F"),
    ("Space", r" \t\n\x0B\x0C\r"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn java_patterns_match_as_in_java() {
        let cases = [
            (r"^\d+$", "12", true),
            (r"^\d+$", "12\n", true),
            (r"\d", "٣", false),
            (r"a.c", "a\rc", false),
            (r"(?s)a.c", "a\nc", true),
            (r"(?s:a.)c.", "a\nc\n", false),
            (r"[\w&&[^b]]", "b", false),
            (r"\Qa.b\E", "a.b", true),
            (r"\Qa.b\E", "axb", false),
            (r"\p{Punct}", "~", true),
            (r"[\p{Punct}]", "]", true),
            (r"\p{IsLatin}", "é", true),
            (r"[a-]", "-", true),
            (r"[]a]", "]", true),
            (r"(?m)^b$", "a\nb\nc", true),
            (r"\u0041\x42\0103", "ABC", true),
            (r"(a)\1", "aa", true),
            (r"a#b", "a#b", true),
            (r"\<a\>", "<a>", true),
            (r"(?i)é", "É", false),
            (r"(?iu)é", "É", true),
            (r"(?i)x", "X", true),
        ];
        for (java, text, expected) in cases {
            let pattern = translate(java).unwrap_or_else(|| panic!("{java} is refused"));
            let regex =
                fancy_regex::Regex::new(&pattern).unwrap_or_else(|e| panic!("{java} -> {pattern}: {e}"));
            assert_eq!(regex.is_match(text).unwrap(), expected, "{java} -> {pattern} on {text:?}");
        }
    }

    #[test]
    fn malformed_patterns_are_refused() {
        for java in ["(", ")", "[a", r"\y", r"\p{InGreek}", "a\\"] {
            assert!(translate(java).is_none(), "{java}");
        }
    }
}
