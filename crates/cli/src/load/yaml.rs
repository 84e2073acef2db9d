//! YAML text as values: the core schema of YAML 1.2, without tags and aliases.

use lang::ir::ExprKind;
use lang::load::Value;
use lang::{Error, Result};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};

/// How deep lists and mappings may be inside each other.
const MAX_DEPTH: usize = 16;

/// What has begun and not ended.
enum Open {
    List(Vec<Value>),
    /// The entries, and the key whose value comes next.
    Mapping(Vec<(String, Value)>, Option<String>),
}

/// The value of each document.
///
/// # Errors
/// `LOAD_SPEC.NOT_YAML`, `LOAD_SPEC.KEY_TWICE`
pub fn documents(text: &str) -> Result<Vec<Value>> {
    let (mut documents, mut open) = (Vec::new(), Vec::new());
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| refused(error.info(), error.marker().line()))?;
        let line = span.start.line();
        let done = match event {
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, Some(_))
            | Event::MappingStart(_, Some(_)) => return Err(refused("tags are not read", line)),
            Event::Alias(_) => return Err(refused("aliases are not read", line)),
            Event::Scalar(text, style, _, None) => Some(scalar(&text, style)),
            Event::SequenceStart(..) => begin(&mut open, Open::List(Vec::new()), &span)?,
            Event::MappingStart(..) => begin(&mut open, Open::Mapping(Vec::new(), None), &span)?,
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(closed).transpose()?,
            _ => None,
        };
        if let Some(value) = done {
            match open.last_mut() {
                Some(outer) => add(outer, value, line)?,
                None => documents.push(value),
            }
        }
    }
    Ok(documents)
}

fn begin(open: &mut Vec<Open>, new: Open, span: &Span) -> Result<Option<Value>> {
    if open.len() >= MAX_DEPTH {
        return Err(refused("it is nested too deeply", span.start.line()));
    }
    open.push(new);
    Ok(None)
}

fn closed(open: Open) -> Result<Value> {
    match open {
        Open::List(values) => Ok(Value::List(values)),
        Open::Mapping(entries, _) => Value::object(entries),
    }
}

/// The next element, key or value of what is open.
fn add(outer: &mut Open, value: Value, line: usize) -> Result<()> {
    match outer {
        Open::List(values) => values.push(value),
        Open::Mapping(entries, key) => match (key.take(), value) {
            (Some(key), value) => entries.push((key, value)),
            (None, Value::Text(name)) => *key = Some(name),
            (None, other) => return Err(refused(&format!("{} is no key", other.kind()), line)),
        },
    }
    Ok(())
}

/// Quoted text is text; other is what it looks like.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return Value::Text(text.to_string());
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Boolean(true),
        "false" | "False" | "FALSE" => return Value::Boolean(false),
        _ => {}
    }
    integer(text).or_else(|| decimal(text)).unwrap_or_else(|| Value::Text(text.to_string()))
}

fn integer(text: &str) -> Option<Value> {
    let radix = |prefix, radix| text.strip_prefix(prefix).map(|digits| i64::from_str_radix(digits, radix));
    let read = radix("0x", 16).or_else(|| radix("0o", 8)).unwrap_or_else(|| text.parse());
    read.ok().map(Value::Integer)
}

/// A number as SQL reads it: exact unless it has an exponent.
fn decimal(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if !is_number {
        return None;
    }
    let parsed = lang::parse_expression(text.strip_prefix('+').unwrap_or(text)).ok()?;
    match parsed.kind {
        ExprKind::Literal(literal) => Some(Value::Constant(literal)),
        _ => None,
    }
}

fn refused(reason: &str, line: usize) -> Error {
    Error::analysis("LOAD_SPEC.NOT_YAML").with("reason", reason).with("line", line.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Value {
        let mut found = documents(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(found.len(), 1, "{text}");
        found.remove(0)
    }

    #[test]
    fn values_are_what_they_look_like() {
        let text = "a: 1\nb: [x, 'y', \"1\", yes]\nc: {d: true, e: ~}\nf: |\n  select 1\n  from t\n";
        let texts = |values: &[&str]| values.iter().map(|v| Value::Text((*v).to_string())).collect();
        let expected = Value::Object(vec![
            ("a".to_string(), Value::Integer(1)),
            ("b".to_string(), Value::List(texts(&["x", "y", "1", "yes"]))),
            (
                "c".to_string(),
                Value::Object(vec![("d".to_string(), Value::Boolean(true)), ("e".to_string(), Value::Null)]),
            ),
            ("f".to_string(), Value::Text("select 1\nfrom t\n".to_string())),
        ]);
        assert_eq!(only(text), expected);
        assert_eq!(only("0x1F"), Value::Integer(31));
        assert!(matches!(only("-1.50"), Value::Constant(_)));
        assert_eq!(only("2026-01-01"), Value::Text("2026-01-01".to_string()));
        assert_eq!(only("1.2.3"), Value::Text("1.2.3".to_string()));
    }

    #[test]
    fn each_document_is_a_value() {
        assert_eq!(documents("a: 1\n---\na: 2\n").expect("two").len(), 2);
        assert!(documents("").expect("none").is_empty());
    }

    #[test]
    fn what_is_no_spec_is_refused() {
        let deep = "[".repeat(40);
        for text in ["a: [1", "a: &x 1\nb: *x", "a: !!str 1", "? [1]\n: 2", "a: 1\na: 2", deep.as_str()] {
            let error = documents(text).expect_err(text);
            assert!(error.condition().starts_with("LOAD_SPEC."), "{text}: {error}");
        }
    }
}
