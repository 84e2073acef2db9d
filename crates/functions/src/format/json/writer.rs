//! JSON text, escaped as Jackson escapes it.

use super::Json;
use crate::string::java_number;

/// Appends `text` in quotes.
pub(in crate::format) fn string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{C}' => out.push_str("\\f"),
            c if c < ' ' => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Appends `json` without blanks; floating-point numbers as Java prints the double.
pub(super) fn value(json: &Json<'_>, out: &mut String) {
    match json {
        Json::Null => out.push_str("null"),
        Json::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(text) => number(text, out),
        Json::String(text) => string(text, out),
        Json::Array(elements) => {
            out.push('[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                value(element, out);
            }
            out.push(']');
        }
        Json::Object(fields) => {
            out.push('{');
            for (index, (name, field)) in fields.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(name, out);
                out.push(':');
                value(field, out);
            }
            out.push('}');
        }
    }
}

/// Appends a number; integers keep their digits.
pub(super) fn number(text: &str, out: &mut String) {
    let is_whole = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match text.parse::<f64>() {
        Ok(double) if !is_whole => out.push_str(&java_number::double(double)),
        _ => out.push_str(text),
    }
}

/// JSON without blanks as Jackson's default pretty printer lays it out: a line for each field of an object, arrays in
/// one line.
pub(super) fn pretty(compact: &str) -> String {
    let mut out = String::with_capacity(compact.len() * 2);
    let (mut depth, mut in_string, mut escaped, mut previous) = (0usize, false, false, ' ');
    // Whether each open container is an object.
    let mut open: Vec<bool> = vec![];
    for c in compact.chars() {
        let (before, is_text) = (previous, in_string);
        previous = c;
        if is_text {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            out.push(c);
            continue;
        }
        if matches!(c, '}' | ']') {
            let is_object = open.pop().unwrap_or(false);
            depth -= usize::from(is_object);
            if is_object && before != '{' {
                line(depth, &mut out);
            } else {
                out.push(' ');
            }
            out.push(c);
            continue;
        }
        // The first value of a container, or the next.
        if before == '{' && open.last() == Some(&true) {
            line(depth, &mut out);
        } else if before == '[' && open.last() == Some(&false) {
            out.push(' ');
        }
        match c {
            '{' | '[' => {
                open.push(c == '{');
                depth += usize::from(c == '{');
                out.push(c);
            }
            ',' => {
                out.push(',');
                if open.last() == Some(&true) { line(depth, &mut out) } else { out.push(' ') }
            }
            ':' => out.push_str(" : "),
            '"' => {
                in_string = true;
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

fn line(depth: usize, out: &mut String) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}

#[cfg(test)]
mod tests {
    #[test]
    fn pretty_layout() {
        let compact = r#"{"a":1,"b":[1,{"c":"x,{}:\""}],"d":{},"e":[]}"#;
        let expected = "{\n  \"a\" : 1,\n  \"b\" : [ 1, {\n    \"c\" : \"x,{}:\\\"\"\n  } ],\n  \"d\" : { },\n  \"e\" : [ ]\n}";
        assert_eq!(super::pretty(compact), expected);
    }
}
