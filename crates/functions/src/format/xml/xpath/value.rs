//! Values of XPath and their conversions.

use crate::format::xml::document::{Document, Id};

#[derive(Debug, Clone, PartialEq)]
pub(in crate::format::xml) enum Value {
    /// In document order, each once.
    Nodes(Vec<Id>),
    Number(f64),
    Text(String),
    Boolean(bool),
}

impl Value {
    pub(in crate::format::xml) fn text(&self, document: &Document) -> String {
        match self {
            Value::Nodes(nodes) => nodes.first().map(|id| document.text(*id)).unwrap_or_default(),
            Value::Number(number) => number_text(*number),
            Value::Text(text) => text.clone(),
            Value::Boolean(value) => value.to_string(),
        }
    }

    pub(in crate::format::xml) fn number(&self, document: &Document) -> f64 {
        match self {
            Value::Nodes(_) => to_number(&self.text(document)),
            Value::Number(number) => *number,
            Value::Text(text) => to_number(text),
            Value::Boolean(value) => f64::from(u8::from(*value)),
        }
    }

    pub(in crate::format::xml) fn boolean(&self) -> bool {
        match self {
            Value::Nodes(nodes) => !nodes.is_empty(),
            Value::Number(number) => *number != 0.0 && !number.is_nan(),
            Value::Text(text) => !text.is_empty(),
            Value::Boolean(value) => *value,
        }
    }
}

/// Digits without an exponent; NaN for anything else.
pub(super) fn to_number(text: &str) -> f64 {
    let text = text.trim_matches([' ', '\t', '\n', '\r']);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number =
        digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') && digits.bytes().any(|b| b.is_ascii_digit());
    if is_number { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

fn number_text(number: f64) -> String {
    match number {
        n if n.is_nan() => "NaN".to_string(),
        n if n.is_infinite() => if n > 0.0 { "Infinity" } else { "-Infinity" }.to_string(),
        0.0 => "0".to_string(),
        n => n.to_string(),
    }
}
