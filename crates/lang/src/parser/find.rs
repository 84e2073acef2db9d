//! Where a statement names something, for errors that are found when nobody knows the text any more.

use super::{NO_CONTEXT, Parser};
use crate::lexer::TokenKind;
use crate::{Result, Span};

/// The first name in `sql` that ends like `name` (or that `name` ends like: it may be qualified further than the text
/// is), with its parts as they are written.
pub fn find_name(sql: &str, name: &[String]) -> Option<(Span, Vec<String>)> {
    let mut parser = Parser::new(sql, NO_CONTEXT).ok()?;
    // No statement starts with a name.
    parser.advance();
    while parser.peek().kind != TokenKind::End {
        let start = parser.peek().span;
        if !parser.is_name_at(0) {
            parser.advance();
            continue;
        }
        let parts = parser.parts().ok()?;
        let same = |(a, b): (&String, &String)| a.to_lowercase() == b.to_lowercase();
        if parts.iter().rev().zip(name.iter().rev()).all(same) {
            return Some((parser.span_from(start), parts));
        }
    }
    None
}

impl Parser<'_> {
    fn parts(&mut self) -> Result<Vec<String>> {
        let mut parts = vec![self.identifier()?];
        while self.is_symbol(".") && self.is_name_at(1) {
            self.advance();
            parts.push(self.identifier()?);
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_they_are_written() {
        let name: Vec<String> = ["spark_catalog", "default", "t"].map(String::from).into();
        let (span, parts) = find_name("insert into `T` select * from t", &name).expect("found");
        assert_eq!((span, parts), (Span::new(12, 15), vec!["T".to_string()]));
        let (span, parts) = find_name("describe default.t", &name).expect("found");
        assert_eq!((span, parts.len()), (Span::new(9, 18), 2));
        assert!(find_name("describe other.t", &name).is_none());
        assert!(find_name("", &name).is_none());
    }
}
