//! `get_json_object`: Hive's JSON paths.

use arrow::array::ArrayRef;
use datafusion::logical_expr::Expr;
use lang::Result;

use super::{Dialect, Json, parse, writer};
use crate::format::options::STRING;
use crate::scalar::{Input, apply};
use crate::{Call, expect};

/// `get_json_object(json, path)`; NULL when either is malformed or nothing is there.
pub(in crate::format) fn get_json_object(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    Ok(apply("get_json_object", STRING, expect::only_strings(call)?, run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let (texts, paths) = (input.strings(0)?, input.strings(1)?);
    let mut known: Option<(&str, Option<Vec<Step<'_>>>)> = None;
    input.to_strings(|row, out| {
        let path_text = paths.value(row);
        let path = match &known {
            Some((text, path)) if *text == path_text => path,
            _ => &known.insert((path_text, read_path(path_text))).1,
        };
        let found = path.as_ref().and_then(|path| {
            let json = parse(texts.value(row), Dialect::default())?;
            let mut target = Target::default();
            find(&json, path, Style::Raw, &mut target).then_some(target.text)
        });
        match found {
            Some(text) => out.push_str(&text),
            None => out.null(),
        }
        Ok(())
    })
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step<'a> {
    Field(&'a str),
    Index(usize),
    /// `[*]`
    Elements,
    /// `.*`, which finds nothing.
    Fields,
}

/// `$`, then `.name`, `['name']`, `[0]` and `[*]`.
fn read_path(text: &str) -> Option<Vec<Step<'_>>> {
    let mut rest = text.strip_prefix('$')?;
    let mut steps = vec![];
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("['") {
            let (name, tail) = after.split_once("']")?;
            if name.is_empty() || name.contains(['\'', '?']) {
                return None;
            }
            steps.push(Step::Field(name));
            rest = tail;
        } else if let Some(after) = rest.strip_prefix('[') {
            let (inside, tail) = after.split_once(']')?;
            steps.push(if inside == "*" { Step::Elements } else { Step::Index(inside.parse().ok()?) });
            rest = tail;
        } else {
            let after = rest.strip_prefix('.')?;
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let name = &after[..end];
            if name.is_empty() {
                return None;
            }
            steps.push(if name == "*" { Step::Fields } else { Step::Field(name) });
            rest = &after[end..];
        }
    }
    Some(steps)
}

/// How a match is written: bare, as JSON, or with its array taken apart.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Style {
    Raw,
    Quoted,
    Flat,
}

/// The text of the matches; puts the commas.
#[derive(Debug, Default)]
struct Target {
    text: String,
    comma: bool,
}

impl Target {
    fn separate(&mut self) {
        if std::mem::replace(&mut self.comma, true) {
            self.text.push(',');
        }
    }

    fn open(&mut self) {
        self.separate();
        self.text.push('[');
        self.comma = false;
    }

    fn close(&mut self) {
        self.text.push(']');
        self.comma = true;
    }
}

/// Writes what `path` leads to and answers whether that was anything. Two wildcards in a row flatten; one keeps the
/// structure but a single match loses its brackets.
fn find(json: &Json<'_>, path: &[Step<'_>], style: Style, target: &mut Target) -> bool {
    match (json, path) {
        (Json::String(text), []) if style == Style::Raw => {
            target.separate();
            target.text.push_str(text);
            true
        }
        (Json::Array(elements), []) if style == Style::Flat => {
            elements.iter().fold(false, |any, element| find(element, &[], style, target) | any)
        }
        (_, []) => {
            target.separate();
            writer::value(json, &mut target.text);
            true
        }
        (Json::Object(fields), [Step::Field(name), rest @ ..]) => fields
            .iter()
            .filter(|(field, value)| field == name && *value != Json::Null)
            .any(|(_, value)| find(value, rest, style, target)),
        (Json::Array(elements), [Step::Elements, Step::Elements, rest @ ..]) => {
            inside(elements, rest, Style::Flat, target)
        }
        (Json::Array(elements), [Step::Elements, rest @ ..]) if style != Style::Quoted => {
            let style = if style == Style::Raw { Style::Quoted } else { Style::Flat };
            let mut matches = Target::default();
            let count = elements.iter().filter(|element| find(element, rest, style, &mut matches)).count();
            if count == 0 {
                return false;
            }
            target.separate();
            target.text.push_str(&if count > 1 { format!("[{}]", matches.text) } else { matches.text });
            true
        }
        (Json::Array(elements), [Step::Elements, rest @ ..]) => inside(elements, rest, Style::Quoted, target),
        (Json::Array(elements), [Step::Index(index), rest @ ..]) => {
            let style = if rest.first() == Some(&Step::Elements) { Style::Quoted } else { style };
            elements.get(*index).is_some_and(|element| find(element, rest, style, target))
        }
        _ => false,
    }
}

fn inside(elements: &[Json<'_>], path: &[Step<'_>], style: Style, target: &mut Target) -> bool {
    target.open();
    let any = elements.iter().fold(false, |any, element| find(element, path, style, target) | any);
    target.close();
    any
}
