//! An object of a spec whose keys are taken out one by one.

use super::nearest::nearest;
use super::value::Value;
use crate::ir::{Expr, ExprKind, Literal};
use crate::{Error, Result, parse_expression};

/// The keys of one object and their values.
#[derive(Debug)]
pub(super) struct Object {
    /// What messages call it.
    what: String,
    entries: Vec<(String, Value)>,
}

impl Object {
    /// # Errors
    /// `LOAD_SPEC.WRONG_VALUE` for what is no object.
    pub(super) fn new(what: &str, value: Value) -> Result<Self> {
        match value {
            Value::Object(entries) => Ok(Object { what: what.to_string(), entries }),
            other => Err(wrong(what, "names with values", other.kind())),
        }
    }

    /// Fails for the first key that is not among `known`; `better` may know more about it.
    ///
    /// # Errors
    /// `LOAD_SPEC.UNKNOWN_KEY`
    pub(super) fn refuse_unknown(
        &self,
        known: &[&str],
        better: impl Fn(&str) -> Option<Error>,
    ) -> Result<()> {
        let is_known = |key: &str| known.iter().any(|k| k.eq_ignore_ascii_case(key));
        let Some((key, _)) = self.entries.iter().find(|(key, _)| !is_known(key)) else { return Ok(()) };
        Err(better(&key.to_ascii_lowercase()).unwrap_or_else(|| {
            Error::analysis("LOAD_SPEC.UNKNOWN_KEY")
                .with("what", self.what.as_str())
                .with("key", key.as_str())
                .with("suggestion", suggestion(key, known))
        }))
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        let place = self.entries.iter().position(|(found, _)| found.eq_ignore_ascii_case(key))?;
        match self.entries.remove(place).1 {
            Value::Null => None,
            value => Some(value),
        }
    }

    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Text(text)) if !text.is_empty() => Ok(Some(text)),
            Some(Value::Text(_)) => Err(wrong(key, "a text", "an empty one")),
            Some(other) => Err(wrong(key, "a text", other.kind())),
        }
    }

    pub(super) fn text_or(&mut self, key: &str, default: &str) -> Result<String> {
        Ok(self.text(key)?.unwrap_or_else(|| default.to_string()))
    }

    pub(super) fn required_text(&mut self, key: &str) -> Result<String> {
        let found = self.text(key)?;
        found.ok_or_else(|| {
            Error::analysis("LOAD_SPEC.MISSING_KEY")
                .with("key", key)
                .with("reason", format!("{} cannot be without it", self.what))
        })
    }

    /// One of the words of `known`.
    pub(super) fn choice<'k>(&mut self, key: &str, known: &[&'k str]) -> Result<Option<&'k str>> {
        let Some(word) = self.text(key)? else { return Ok(None) };
        let found = known.iter().find(|k| k.eq_ignore_ascii_case(&word));
        found.map(|found| Some(*found)).ok_or_else(|| {
            Error::analysis("LOAD_SPEC.UNKNOWN_VALUE")
                .with("key", key)
                .with("value", word.as_str())
                .with("suggestion", suggestion(&word, known))
        })
    }

    pub(super) fn boolean(&mut self, key: &str) -> Result<Option<bool>> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Boolean(value)) => Ok(Some(value)),
            Some(other) => Err(wrong(key, "true or false", other.kind())),
        }
    }

    pub(super) fn integer(&mut self, key: &str) -> Result<Option<i64>> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Integer(value)) => Ok(Some(value)),
            Some(other) => Err(wrong(key, "an integer", other.kind())),
        }
    }

    pub(super) fn list(&mut self, key: &str) -> Result<Vec<Value>> {
        match self.take(key) {
            None => Ok(Vec::new()),
            Some(Value::List(values)) => Ok(values),
            Some(other) => Err(wrong(key, "a list", other.kind())),
        }
    }

    /// Texts; one alone needs no list.
    pub(super) fn texts(&mut self, key: &str) -> Result<Vec<String>> {
        let values = match self.take(key) {
            None => return Ok(Vec::new()),
            Some(Value::List(values)) => values,
            Some(value) => vec![value],
        };
        let text = |value| match value {
            Value::Text(text) if !text.is_empty() => Ok(text),
            other => Err(wrong(key, "texts", other.kind())),
        };
        values.into_iter().map(text).collect()
    }

    /// Names of columns, none of them twice.
    pub(super) fn names(&mut self, key: &str) -> Result<Vec<String>> {
        let names = self.texts(key)?;
        for (place, name) in names.iter().enumerate() {
            if names[..place].iter().any(|before| before.eq_ignore_ascii_case(name)) {
                return Err(wrong(key, "each column once", &format!("`{name}` twice")));
            }
        }
        Ok(names)
    }

    /// SQL text of an expression.
    pub(super) fn expression(&mut self, key: &str) -> Result<Option<Expr>> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Text(text)) => parse_expression(&text).map(Some),
            Some(Value::Constant(literal)) => Ok(Some(Expr::literal(literal))),
            Some(other) => Err(wrong(key, "SQL text", other.kind())),
        }
    }

    /// `1 day`, or a number.
    pub(super) fn interval_or_number(&mut self, key: &str) -> Result<Option<Expr>> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Integer(value)) => Ok(Some(number(value))),
            Some(Value::Text(text)) => interval(key, &text).map(Some),
            Some(Value::Constant(
                literal @ (Literal::DayTimeInterval { .. }
                | Literal::YearMonthInterval { .. }
                | Literal::CalendarInterval { .. }),
            )) => Ok(Some(Expr::literal(literal))),
            Some(other) => Err(wrong(key, "an interval", other.kind())),
        }
    }

    /// A timestamp, or the text of one.
    pub(super) fn instant(&mut self, key: &str) -> Result<Option<Expr>> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Text(text)) => {
                typed(key, "TIMESTAMP", &text, "a timestamp such as '2026-01-31 12:00:00'").map(Some)
            }
            Some(Value::Constant(
                literal @ (Literal::Timestamp(_) | Literal::TimestampText(_) | Literal::Date(_)),
            )) => Ok(Some(Expr::literal(literal))),
            Some(other) => Err(wrong(key, "a timestamp", other.kind())),
        }
    }

    pub(super) fn constant(&mut self, key: &str) -> Result<Option<Expr>> {
        self.take(key).map(|value| constant(key, value)).transpose()
    }
}

/// A value that rows are compared with.
pub(super) fn constant(key: &str, value: Value) -> Result<Expr> {
    match value {
        Value::Boolean(value) => Ok(Expr::literal(Literal::Boolean(value))),
        Value::Integer(value) => Ok(number(value)),
        Value::Text(text) => Ok(Expr::string(text)),
        Value::Constant(literal) => Ok(Expr::literal(literal)),
        other => Err(wrong(key, "a constant", other.kind())),
    }
}

/// An integer of the type that it has in SQL.
fn number(value: i64) -> Expr {
    Expr::literal(i32::try_from(value).map_or(Literal::Long(value), Literal::Integer))
}

fn interval(key: &str, text: &str) -> Result<Expr> {
    typed(key, "INTERVAL", text, "an interval such as '2 hours'")
}

/// `TYPE 'text'`
fn typed(key: &str, data_type: &str, text: &str, expected: &str) -> Result<Expr> {
    let refused = || wrong(key, expected, &format!("'{text}'"));
    if text.contains(['\'', '\\']) {
        return Err(refused());
    }
    let expr = parse_expression(&format!("{data_type} '{text}'")).map_err(|_| refused())?;
    match expr.kind {
        ExprKind::Literal(literal) => Ok(Expr::literal(literal)),
        _ => Err(refused()),
    }
}

/// `LOAD_SPEC.WRONG_VALUE`
pub(super) fn wrong(key: &str, expected: &str, found: &str) -> Error {
    Error::analysis("LOAD_SPEC.WRONG_VALUE").with("key", key).with("expected", expected).with("found", found)
}

/// `Did you mean …?`, or all there is.
pub(super) fn suggestion(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("There are {}.", known.join(", ")),
    }
}
