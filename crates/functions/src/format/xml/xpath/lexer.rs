//! Tokens of XPath.

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    /// A name, with its prefix.
    Name(String),
    /// Punctuation, and operators that are words.
    Symbol(&'static str),
}

const SYMBOLS: &[&str] = &[
    "!=", "<=", ">=", "//", "::", "..", "(", ")", "[", "]", "@", ",", "/", "|", "+", "-", "=", "<", ">", "*",
    ".", "$",
];

/// `None` where no token can be read.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = vec![];
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => {
                let end = rest[1..].find(first)?;
                tokens.push(Token::Text(rest[1..=end].to_string()));
                end + 2
            }
            '0'..='9' => number(rest, &mut tokens)?,
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => number(rest, &mut tokens)?,
            first if first.is_alphabetic() || first == '_' => name(rest, &mut tokens),
            _ => {
                let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol))?;
                tokens.push(Token::Symbol(match *symbol {
                    "*" if after_operand(&tokens) => "times",
                    other => other,
                }));
                symbol.len()
            }
        };
        rest = rest[length..].trim_start();
    }
    Some(tokens)
}

fn number(text: &str, tokens: &mut Vec<Token>) -> Option<usize> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    // Letters right after digits are no token of their own.
    if text[end..].starts_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    tokens.push(Token::Number(text[..end].trim_end_matches('.').parse().ok()?));
    Some(end)
}

fn name(text: &str, tokens: &mut Vec<Token>) -> usize {
    let part = |text: &str| {
        text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(text.len())
    };
    let mut end = part(text);
    let has_prefix = text[end..].starts_with(':') && !text[end..].starts_with("::");
    if has_prefix {
        let local = &text[end + 1..];
        end += 1 + if local.starts_with('*') { 1 } else { part(local) };
    }
    let word = &text[..end];
    let operator = ["and", "or", "mod", "div"].into_iter().find(|known| *known == word);
    match operator {
        Some(operator) if after_operand(tokens) => tokens.push(Token::Symbol(operator)),
        _ => tokens.push(Token::Name(word.to_string())),
    }
    end
}

/// Whether the last token ends an operand, so that a name or `*` is an operator.
fn after_operand(tokens: &[Token]) -> bool {
    match tokens.last() {
        None => false,
        Some(Token::Symbol(symbol)) => matches!(*symbol, ")" | "]" | "." | ".." | "*"),
        Some(_) => true,
    }
}
