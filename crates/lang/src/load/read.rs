//! From values to a typed spec: every key is known or refused by name.

use super::object::Object;
use super::read_expectation::expectation;
use super::spec::{ApplyChanges, Batch, Changes, Deletes, History, NullKeys, Pattern, Spec};
use super::value::Value;
use crate::ir::{Relation, Statement};
use crate::{Error, Result, parse_identifier, parse_statement};

use super::build;

/// The keys that every pattern takes.
const COMMON: &[&str] = &[
    "target",
    "source",
    "query",
    "pattern",
    "keys",
    "null_keys",
    "sequence",
    "columns",
    "as_of",
    "expectations",
    "quarantine",
];

/// The patterns, each with the keys that not all take.
const PATTERNS: &[(&str, &[&str])] = &[
    ("truncate_reload", &["replace_where"]),
    ("insert_only", &["batch", "batch_column", "changed_by", "overlap"]),
    ("upsert", &["compare", "changed_by", "overlap"]),
    ("hard_delete", &["compare", "changed_by", "overlap", "delete_when"]),
    ("soft_delete", &["compare", "changed_by", "overlap", "delete_when", "flag", "deleted_at"]),
    (
        "insert_delete_flag",
        &["compare", "changed_by", "overlap", "delete_when", "flag", "version", "loaded_at"],
    ),
    (
        "history",
        &[
            "compare",
            "changed_by",
            "overlap",
            "delete_when",
            "delete_missing",
            "valid_from",
            "valid_to",
            "is_current",
            "keep_unchanged",
        ],
    ),
    ("apply_changes", &["changed_by", "overlap", "operation", "upserts", "deletes", "ignore", "flag"]),
];

impl Spec {
    /// Reads a spec.
    ///
    /// # Errors
    /// `LOAD_SPEC` with what is wrong with which key; the parser's errors of texts in it.
    pub fn read(value: Value) -> Result<Spec> {
        let mut object = Object::new("the load", value)?;
        let (name, own) = pattern_keys(&object.required_text("pattern")?)?;
        let known: Vec<&str> = COMMON.iter().chain(own).copied().collect();
        object.refuse_unknown(&known, |key| {
            let is_of_another = PATTERNS.iter().any(|(_, keys)| keys.contains(&key));
            is_of_another.then(|| not_with(key, name, "the pattern has no use for it"))
        })?;
        let spec = Spec {
            target: identifier("target", &object.required_text("target")?)?,
            source: source(&mut object)?,
            keys: object.names("keys")?,
            null_keys: null_keys(&mut object)?,
            sequence: object.text("sequence")?,
            columns: object.names("columns")?,
            compare: object.names("compare")?,
            changes: changes(&mut object)?,
            as_of: object.instant("as_of")?,
            pattern: pattern(name, &mut object)?,
            expectations: object.list("expectations")?.into_iter().map(expectation).collect::<Result<_>>()?,
            quarantine: object.text("quarantine")?.map(|name| identifier("quarantine", &name)).transpose()?,
        };
        spec.check()?;
        Ok(spec)
    }
}

fn pattern_keys(name: &str) -> Result<(&'static str, &'static [&'static str])> {
    let found = PATTERNS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.copied().ok_or_else(|| {
        let names: Vec<_> = PATTERNS.iter().map(|(name, _)| *name).collect();
        Error::analysis("LOAD_SPEC.UNKNOWN_VALUE")
            .with("key", "pattern")
            .with("value", name)
            .with("suggestion", super::object::suggestion(name, &names))
    })
}

pub(super) fn not_with(key: &str, pattern: &str, reason: &str) -> Error {
    Error::analysis("LOAD_SPEC.NOT_WITH_PATTERN")
        .with("key", key)
        .with("pattern", pattern)
        .with("reason", reason)
}

fn identifier(key: &str, text: &str) -> Result<Vec<String>> {
    parse_identifier(text).map_err(|_| {
        Error::analysis("LOAD_SPEC.WRONG_VALUE")
            .with("key", key)
            .with("expected", "a table's name")
            .with("found", format!("'{text}'"))
    })
}

/// `source`, the name of a table, or `query`.
fn source(object: &mut Object) -> Result<Relation> {
    match (object.text("source")?, object.text("query")?) {
        (Some(name), None) => Ok(build::table(&identifier("source", &name)?)),
        (None, Some(text)) => match parse_statement(&text)? {
            Statement::Query(relation) => Ok(relation),
            _ => Err(Error::analysis("LOAD_SPEC.WRONG_VALUE")
                .with("key", "query")
                .with("expected", "a query")
                .with("found", "another statement")),
        },
        (None, None) => Err(Error::analysis("LOAD_SPEC.MISSING_KEY")
            .with("key", "source")
            .with("reason", "what is loaded is a table (source) or a query (query)")),
        (Some(_), Some(_)) => {
            Err(Error::analysis("LOAD_SPEC.NOT_TOGETHER").with("key", "source").with("other", "query"))
        }
    }
}

fn null_keys(object: &mut Object) -> Result<NullKeys> {
    let found = object.choice("null_keys", &["refuse", "match"])?;
    Ok(if found == Some("match") { NullKeys::Match } else { NullKeys::Refuse })
}

fn changes(object: &mut Object) -> Result<Option<Changes>> {
    let overlap = object.interval_or_number("overlap")?;
    match object.text("changed_by")? {
        Some(column) => Ok(Some(Changes { column, overlap })),
        None if overlap.is_some() => Err(Error::analysis("LOAD_SPEC.MISSING_KEY")
            .with("key", "changed_by")
            .with("reason", "`overlap` is about the mark of that column")),
        None => Ok(None),
    }
}

fn pattern(name: &str, object: &mut Object) -> Result<Pattern> {
    Ok(match name {
        "truncate_reload" => Pattern::TruncateReload { replace_where: object.expression("replace_where")? },
        "insert_only" => Pattern::InsertOnly { batch: batch(object)? },
        "upsert" => Pattern::Upsert,
        "hard_delete" => Pattern::HardDelete(deletes(object)?),
        "soft_delete" => Pattern::SoftDelete {
            deletes: deletes(object)?,
            flag: object.text_or("flag", "is_deleted")?,
            deleted_at: object.text("deleted_at")?,
        },
        "insert_delete_flag" => Pattern::InsertDeleteFlag {
            deletes: deletes(object)?,
            flag: object.text_or("flag", "is_deleted")?,
            version: object.text_or("version", "version")?,
            loaded_at: object.text("loaded_at")?,
        },
        "history" => Pattern::History(history(object)?),
        "apply_changes" => Pattern::ApplyChanges(apply_changes(object)?),
        other => return Err(Error::internal(format!("the pattern {other} is not read"))),
    })
}

fn deletes(object: &mut Object) -> Result<Deletes> {
    Ok(object.expression("delete_when")?.map_or(Deletes::Missing, Deletes::When))
}

fn batch(object: &mut Object) -> Result<Option<Batch>> {
    match (object.text("batch_column")?, object.text("batch")?) {
        (Some(column), Some(name)) => Ok(Some(Batch { column, name })),
        (None, None) => Ok(None),
        (column, _) => {
            let key = if column.is_none() { "batch_column" } else { "batch" };
            Err(Error::analysis("LOAD_SPEC.MISSING_KEY")
                .with("key", key)
                .with("reason", "`batch` is the value and `batch_column` the column that keeps it"))
        }
    }
}

fn history(object: &mut Object) -> Result<History> {
    let missing = object.boolean("delete_missing")?.unwrap_or(false);
    let deletes = match (object.expression("delete_when")?, missing) {
        (Some(_), true) => {
            return Err(Error::analysis("LOAD_SPEC.NOT_TOGETHER")
                .with("key", "delete_when")
                .with("other", "delete_missing"));
        }
        (Some(condition), false) => Some(Deletes::When(condition)),
        (None, true) => Some(Deletes::Missing),
        (None, false) => None,
    };
    Ok(History {
        deletes,
        valid_from: object.text_or("valid_from", "valid_from")?,
        valid_to: object.text_or("valid_to", "valid_to")?,
        is_current: object.text_or("is_current", "is_current")?,
        keep_unchanged: object.boolean("keep_unchanged")?.unwrap_or(false),
    })
}

fn apply_changes(object: &mut Object) -> Result<ApplyChanges> {
    let or = |found: Vec<String>, default: &[&str]| match found.is_empty() {
        true => default.iter().map(|value| (*value).to_string()).collect(),
        false => found,
    };
    Ok(ApplyChanges {
        operation: object.text_or("operation", "op")?,
        upserts: or(object.texts("upserts")?, &["I", "U"]),
        deletes: or(object.texts("deletes")?, &["D"]),
        ignore: object.texts("ignore")?,
        flag: object.text_or("flag", "is_deleted")?,
    })
}
