//! From values to typed expectations.

use super::object::{Object, constant, wrong};
use super::spec::{Action, Check, Expectation};
use super::value::Value;
use crate::{Error, Result};

/// The checks, each with its keys.
const CHECKS: &[(&str, &[&str])] = &[
    ("not_null", &["column", "columns"]),
    ("unique", &["column", "columns"]),
    ("range", &["column", "min", "max"]),
    ("in_set", &["column", "values"]),
    ("regex", &["column", "matches"]),
    ("condition", &["condition"]),
    ("row_count", &["min", "max"]),
    ("freshness", &["column", "within"]),
];

const COMMON: &[&str] = &["check", "name", "action"];
const ACTIONS: &[&str] = &["warn", "drop", "quarantine", "fail"];

/// One expectation.
///
/// # Errors
/// `LOAD_SPEC` with what is wrong with which key.
pub(super) fn expectation(value: Value) -> Result<Expectation> {
    let mut object = Object::new("an expectation", value)?;
    let checks: Vec<&str> = CHECKS.iter().map(|(name, _)| *name).collect();
    let kind = object.choice("check", &checks)?;
    let Some((kind, own)) = CHECKS.iter().find(|(name, _)| Some(*name) == kind) else {
        return Err(missing("check", &format!("an expectation is one of {}", checks.join(", "))));
    };
    let known: Vec<&str> = COMMON.iter().chain(*own).copied().collect();
    object.refuse_unknown(&known, |_| None)?;
    let name = object.text("name")?;
    let action = match object.choice("action", ACTIONS)? {
        Some("warn") => Action::Warn,
        Some("drop") => Action::Drop,
        Some("quarantine") => Action::Quarantine,
        _ => Action::Fail,
    };
    let check = check(kind, &mut object)?;
    if check.is_of_all() && matches!(action, Action::Drop | Action::Quarantine) {
        return Err(Error::analysis("LOAD_SPEC.ACTION_WITHOUT_ROWS")
            .with("check", check.name())
            .with("action", action.name()));
    }
    let name = name.unwrap_or_else(|| default_name(&check));
    Ok(Expectation { name, check, action })
}

fn check(kind: &str, object: &mut Object) -> Result<Check> {
    Ok(match kind {
        "not_null" => Check::NotNull { columns: columns(object)? },
        "unique" => Check::Unique { columns: columns(object)? },
        "range" => {
            let column = object.required_text("column")?;
            let (min, max) = (object.constant("min")?, object.constant("max")?);
            expect_bound(min.is_some() || max.is_some())?;
            Check::Range { column, min, max }
        }
        "in_set" => {
            let column = object.required_text("column")?;
            let values = object.list("values")?;
            let values = values.into_iter().map(|v| constant("values", v)).collect::<Result<Vec<_>>>()?;
            if values.is_empty() {
                return Err(missing("values", "nothing is in an empty set"));
            }
            Check::InSet { column, values }
        }
        "regex" => Check::Regex {
            column: object.required_text("column")?,
            pattern: object.required_text("matches")?,
        },
        "condition" => match object.expression("condition")? {
            Some(condition) => Check::Condition(condition),
            None => return Err(missing("condition", "it is what has to be true")),
        },
        "row_count" => {
            let (min, max) = (object.integer("min")?, object.integer("max")?);
            expect_bound(min.is_some() || max.is_some())?;
            if min.zip(max).is_some_and(|(min, max)| min > max) {
                return Err(wrong("max", "at least `min`", "less"));
            }
            Check::RowCount { min, max }
        }
        "freshness" => {
            let column = object.required_text("column")?;
            match object.interval_or_number("within")? {
                Some(within) => Check::Freshness { column, within },
                None => return Err(missing("within", "it is how old the latest row may be")),
            }
        }
        other => return Err(Error::internal(format!("the check {other} is not read"))),
    })
}

/// `columns`, or `column` where it is one.
fn columns(object: &mut Object) -> Result<Vec<String>> {
    let mut columns = object.names("columns")?;
    columns.extend(object.names("column")?);
    match columns.is_empty() {
        true => Err(missing("columns", "it is about columns")),
        false => Ok(columns),
    }
}

fn expect_bound(given: bool) -> Result<()> {
    if given { Ok(()) } else { Err(missing("min", "a range has `min`, `max` or both")) }
}

fn missing(key: &str, reason: &str) -> Error {
    Error::analysis("LOAD_SPEC.MISSING_KEY").with("key", key).with("reason", reason)
}

/// `not_null(a, b)`
fn default_name(check: &Check) -> String {
    let about = match check {
        Check::NotNull { columns } | Check::Unique { columns } => columns.join(", "),
        Check::Range { column, .. }
        | Check::InSet { column, .. }
        | Check::Regex { column, .. }
        | Check::Freshness { column, .. } => column.clone(),
        Check::RowCount { .. } | Check::Condition(_) => return check.name().to_string(),
    };
    format!("{}({about})", check.name())
}
