//! The functions of XPath 1.0.

use super::axis::local_name;
use super::evaluate::{Context, value};
use super::value::to_number;
use super::{Expr, Value};
use crate::format::xml::document::Kind;

/// # Errors
/// Unknown functions, and wrong numbers of arguments.
pub(super) fn call(name: &str, arguments: &[Expr], context: Context<'_>) -> Result<Value, String> {
    let document = context.document;
    let values = arguments.iter().map(|a| value(a, context)).collect::<Result<Vec<_>, _>>()?;
    let text = |index: usize| match values.get(index) {
        Some(value) => value.text(document),
        None => document.text(context.node),
    };
    let number = |index: usize| match values.get(index) {
        Some(value) => value.number(document),
        None => to_number(&document.text(context.node)),
    };
    Ok(match (name, values.len()) {
        ("last", 0) => Value::Number(context.size as f64),
        ("position", 0) => Value::Number(context.position as f64),
        ("count", 1) => Value::Number(nodes(&values[0])?.len() as f64),
        ("sum", 1) => Value::Number(nodes(&values[0])?.iter().map(|id| to_number(&document.text(*id))).sum()),
        ("name" | "local-name" | "namespace-uri", 0 | 1) => {
            let node = match values.first() {
                Some(value) => nodes(value)?.first().copied(),
                None => Some(context.node),
            };
            let full = node.map(|id| document.node(id).name.as_str()).unwrap_or_default();
            Value::Text(match name {
                "name" => full.to_string(),
                "local-name" => local_name(full).to_string(),
                _ => String::new(),
            })
        }
        ("string", 0 | 1) => Value::Text(text(0)),
        ("concat", 2..) => Value::Text(values.iter().map(|value| value.text(document)).collect()),
        ("starts-with", 2) => Value::Boolean(text(0).starts_with(&text(1))),
        ("contains", 2) => Value::Boolean(text(0).contains(&text(1))),
        ("substring-before", 2) => Value::Text(
            text(0).split_once(&text(1)).map(|(before, _)| before.to_string()).unwrap_or_default(),
        ),
        ("substring-after", 2) => {
            Value::Text(text(0).split_once(&text(1)).map(|(_, after)| after.to_string()).unwrap_or_default())
        }
        ("substring", 2 | 3) => {
            let length = if values.len() == 3 { number(2) } else { f64::INFINITY };
            Value::Text(substring(&text(0), number(1), length))
        }
        ("string-length", 0 | 1) => Value::Number(text(0).encode_utf16().count() as f64),
        ("normalize-space", 0 | 1) => {
            let text = text(0);
            let words: Vec<&str> = text.split([' ', '\t', '\n', '\r']).filter(|w| !w.is_empty()).collect();
            Value::Text(words.join(" "))
        }
        ("translate", 3) => Value::Text(translate(&text(0), &text(1), &text(2))),
        ("boolean", 1) => Value::Boolean(values[0].boolean()),
        ("not", 1) => Value::Boolean(!values[0].boolean()),
        ("true", 0) => Value::Boolean(true),
        ("false", 0) => Value::Boolean(false),
        ("lang", 1) => Value::Boolean(speaks(context, &text(0))),
        ("number", 0 | 1) => Value::Number(number(0)),
        ("floor", 1) => Value::Number(number(0).floor()),
        ("ceiling", 1) => Value::Number(number(0).ceil()),
        ("round", 1) => Value::Number((number(0) + 0.5).floor()),
        _ => return Err(format!("Could not find function: {name}")),
    })
}

fn nodes(value: &Value) -> Result<&[usize], String> {
    match value {
        Value::Nodes(nodes) => Ok(nodes),
        _ => Err("the function takes nodes".to_string()),
    }
}

/// Positions count from 1 and are rounded.
fn substring(text: &str, start: f64, length: f64) -> String {
    let from = (start + 0.5).floor();
    let to = from + (length + 0.5).floor();
    let is_in = |position: f64| position >= from && (position < to || length == f64::INFINITY);
    text.chars().enumerate().filter(|(index, _)| is_in(*index as f64 + 1.0)).map(|(_, c)| c).collect()
}

fn translate(text: &str, from: &str, to: &str) -> String {
    let to: Vec<char> = to.chars().collect();
    let replaced = |c: char| match from.chars().position(|known| known == c) {
        Some(index) => to.get(index).copied(),
        None => Some(c),
    };
    text.chars().filter_map(replaced).collect()
}

/// Whether the nearest `xml:lang` is the language or a kind of it.
fn speaks(context: Context<'_>, language: &str) -> bool {
    let document = context.document;
    let mut here = context.node;
    loop {
        let mut attributes = document.attributes(here);
        let found = attributes.find(|id| document.node(*id).name == "xml:lang");
        if let Some(id) = found.filter(|_| document.node(here).kind == Kind::Element) {
            let given = document.node(id).value.to_ascii_lowercase();
            let wanted = language.to_ascii_lowercase();
            return given == wanted || given.starts_with(&format!("{wanted}-"));
        }
        if here == 0 {
            return false;
        }
        here = document.node(here).parent;
    }
}
