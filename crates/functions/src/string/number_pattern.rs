//! The number formats of `to_char` and `to_number`: `99G999D00`, `S`, `MI`, `PR`, `$`.

use lang::{Error, Result};

/// One run of digits and thousands separators, a sign, …
#[derive(Debug, Clone, Copy, PartialEq)]
enum Token {
    /// `9`: a digit or nothing.
    Optional,
    /// `0`: always a digit.
    Required,
    Separator,
    Point,
    Dollar,
    /// `S`
    Sign,
    /// `MI`
    Minus,
    /// `PR`
    Brackets,
}

/// A parsed number format.
#[derive(Debug, Clone)]
pub(super) struct NumberPattern {
    text: String,
    tokens: Vec<Token>,
    /// Digits before and after the point.
    pub(super) integral: usize,
    pub(super) fraction: usize,
}

impl NumberPattern {
    /// # Errors
    /// `INVALID_FORMAT.…`
    pub(super) fn parse(format: &str) -> Result<Self> {
        let text = format.to_ascii_uppercase();
        let invalid =
            |sub: &str| Error::analysis(format!("INVALID_FORMAT.{sub}")).with("format", format!("'{text}'"));
        if text.is_empty() {
            return Err(invalid("EMPTY"));
        }
        let mut tokens = vec![];
        let mut rest = text.as_str();
        while let Some(c) = rest.chars().next() {
            let (token, length) = match c {
                '9' => (Token::Optional, 1),
                '0' => (Token::Required, 1),
                ',' | 'G' => (Token::Separator, 1),
                '.' | 'D' => (Token::Point, 1),
                '$' | 'L' => (Token::Dollar, 1),
                'S' => (Token::Sign, 1),
                _ if rest.starts_with("MI") => (Token::Minus, 2),
                _ if rest.starts_with("PR") => (Token::Brackets, 2),
                _ if !text.contains(['0', '9']) => return Err(invalid("WRONG_NUM_DIGIT")),
                _ => {
                    return Err(invalid("UNEXPECTED_TOKEN")
                        .with("token", c.to_string())
                        .with("structure", STRUCTURE));
                }
            };
            // The first digit of a group decides for all of it.
            let token = match (token, tokens.last()) {
                (Token::Optional | Token::Required, Some(last @ (Token::Optional | Token::Required))) => {
                    *last
                }
                _ => token,
            };
            tokens.push(token);
            rest = &rest[length..];
        }
        check(&tokens, &invalid)?;
        let is_digit = |token: &&Token| matches!(token, Token::Optional | Token::Required);
        let point = tokens.iter().position(|t| *t == Token::Point).unwrap_or(tokens.len());
        let integral = tokens[..point].iter().filter(is_digit).count();
        let fraction = tokens[point..].iter().filter(is_digit).count();
        Ok(NumberPattern { text, tokens, integral, fraction })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Prints a number given as sign, integral digits without leading zeros and fraction digits without trailing ones.
    pub(super) fn print(&self, negative: bool, integral: &str, fraction: &str) -> String {
        // A number too long for the format shows as number signs.
        let overflow = integral.len() > self.integral || fraction.len() > self.fraction;
        let mut out = String::new();
        let mut place = self.integral;
        let mut fractions = fraction.chars();
        let mut after_point = false;
        if self.tokens.contains(&Token::Brackets) && negative {
            out.push('<');
        }
        for token in &self.tokens {
            match token {
                Token::Optional | Token::Required if overflow => out.push('#'),
                Token::Optional | Token::Required if after_point => out.push(fractions.next().unwrap_or('0')),
                Token::Optional | Token::Required => {
                    let digit = integral.len().checked_sub(place).and_then(|at| integral.chars().nth(at));
                    match digit {
                        Some(digit) => out.push(digit),
                        None if *token == Token::Required => out.push('0'),
                        None => push_blank(&mut out),
                    }
                    place -= 1;
                }
                Token::Separator if out.ends_with(|c: char| c.is_ascii_digit() || c == '#') => out.push(','),
                Token::Separator => push_blank(&mut out),
                Token::Point => {
                    // There is a digit before the point where there is room for one.
                    if out.ends_with(' ') {
                        out.pop();
                        out.push('0');
                    }
                    out.push('.');
                    after_point = true;
                }
                Token::Dollar => out.push('$'),
                Token::Sign => out.push(if negative { '-' } else { '+' }),
                Token::Minus => out.push(if negative { '-' } else { ' ' }),
                Token::Brackets => out.push_str(if negative { ">" } else { "  " }),
            }
        }
        if out.ends_with('.') {
            out.pop();
            out.push(' ');
        }
        out
    }

    /// The unscaled value (of scale [`Self::fraction`]) of a text in this format; `None` when it does not match.
    pub(super) fn read(&self, text: &str) -> Option<i128> {
        let text: String = text.chars().filter(|c| *c != ' ').collect();
        let mut rest = text.as_str();
        let mut negative = false;
        if self.tokens.contains(&Token::Brackets)
            && let Some(inside) = rest.strip_prefix('<').and_then(|inside| inside.strip_suffix('>'))
        {
            (rest, negative) = (inside, true);
        }
        let point = self.tokens.iter().position(|t| *t == Token::Point).unwrap_or(self.tokens.len());
        let is_number = |t: &Token| matches!(t, Token::Optional | Token::Required | Token::Separator);
        let mut digits = String::new();
        let mut position = 0;
        while let Some(token) = self.tokens.get(position) {
            match token {
                Token::Optional | Token::Required | Token::Separator => {
                    let end = position + self.tokens[position..].iter().take_while(|t| is_number(t)).count();
                    let group = &self.tokens[position..end];
                    let length = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b',').count();
                    let found = &rest[..length];
                    digits +=
                        &if position > point { fraction(group, found)? } else { integral(group, found)? };
                    rest = &rest[length..];
                    position = end;
                    continue;
                }
                Token::Point => rest = rest.strip_prefix('.').unwrap_or(rest),
                Token::Dollar => rest = rest.strip_prefix('$')?,
                Token::Sign | Token::Minus => {
                    if let Some(after) = rest.strip_prefix('-') {
                        (rest, negative) = (after, true);
                    } else if *token == Token::Sign {
                        rest = rest.strip_prefix('+').unwrap_or(rest);
                    }
                }
                Token::Brackets => {}
            }
            position += 1;
        }
        if !rest.is_empty() || !text.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let value: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        Some(if negative { -value } else { value })
    }
}

const STRUCTURE: &str = "[MI|S] [$] [0|9|G|,]* [.|D] [0|9]* [$] [PR|MI|S]";

/// Blanks stand before a sign or bracket that opens the text.
fn push_blank(out: &mut String) {
    match out.pop() {
        Some(opening @ ('<' | '+' | '-')) => out.extend([' ', opening]),
        Some(other) => out.extend([other, ' ']),
        None => out.push(' '),
    }
}

/// The integral digits found for a group of the format; groups between separators match from the right.
fn integral(format: &[Token], found: &str) -> Option<String> {
    let mut groups: Vec<&[Token]> = format.split(|t| *t == Token::Separator).collect();
    let mut pieces: Vec<&str> = found.split(',').collect();
    if pieces.len() > groups.len() {
        return None;
    }
    while let Some(group) = groups.pop() {
        let piece = pieces.pop().unwrap_or("");
        let required = if group.first() == Some(&Token::Required) { group.len() } else { 0 };
        if piece.len() > group.len() || piece.len() < required {
            return None;
        }
    }
    Some(found.replace(',', ""))
}

/// The fraction digits found, filled up with zeros.
fn fraction(format: &[Token], found: &str) -> Option<String> {
    let fits = !found.contains(',') && found.len() <= format.len();
    fits.then(|| format!("{found}{}", "0".repeat(format.len() - found.len())))
}

fn check(tokens: &[Token], invalid: &dyn Fn(&str) -> Error) -> Result<()> {
    let is_digit = |token: &Token| matches!(token, Token::Optional | Token::Required);
    let count = |token: Token| tokens.iter().filter(|t| **t == token).count();
    if !tokens.iter().any(is_digit) {
        return Err(invalid("WRONG_NUM_DIGIT"));
    }
    for (token, name) in [
        (Token::Point, ". or D"),
        (Token::Dollar, "$ or L"),
        (Token::Sign, "S"),
        (Token::Minus, "MI"),
        (Token::Brackets, "PR"),
    ] {
        if count(token) > 1 {
            return Err(invalid("WRONG_NUM_TOKEN").with("token", name));
        }
    }
    let first_digit = tokens.iter().position(is_digit).unwrap_or(0);
    let point = tokens.iter().position(|t| *t == Token::Point).unwrap_or(tokens.len());
    if tokens.iter().position(|t| *t == Token::Dollar).is_some_and(|at| at > point) {
        return Err(invalid("CUR_MUST_BEFORE_DEC"));
    }
    if tokens.iter().position(|t| *t == Token::Dollar).is_some_and(|at| at > first_digit) {
        return Err(invalid("CUR_MUST_BEFORE_DIGIT"));
    }
    if tokens[point..].contains(&Token::Separator) {
        return Err(invalid("THOUSANDS_SEPS_MUST_BEFORE_DEC"));
    }
    let has_digits_around = |at: usize| {
        at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(is_digit)
            && tokens.get(at + 1).is_some_and(is_digit)
    };
    let mut separators = tokens.iter().enumerate().filter(|(_, t)| **t == Token::Separator);
    if separators.any(|(at, _)| !has_digits_around(at)) {
        return Err(invalid("CONT_THOUSANDS_SEPS").with("snippet", ",,"));
    }
    let body_end = tokens.iter().rposition(|t| is_digit(t) || *t == Token::Point).map_or(0, |at| at + 1);
    let starts = tokens
        .iter()
        .position(|t| is_digit(t) || matches!(t, Token::Point | Token::Separator | Token::Dollar));
    let starts = starts.unwrap_or(0);
    let misplaced = starts > 1
        || tokens.len() - body_end > 1
        || tokens[..starts].contains(&Token::Brackets)
        || tokens[starts..body_end].iter().any(|t| matches!(t, Token::Sign | Token::Minus | Token::Brackets));
    if misplaced {
        Err(invalid("UNEXPECTED_TOKEN").with("token", "digit sequence").with("structure", STRUCTURE))
    } else {
        Ok(())
    }
}
