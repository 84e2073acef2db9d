//! What a script must keep to before it runs: the places of declarations, and its labels.

use std::collections::HashSet;

use super::{Parser, Place};
use crate::ir::{Block, HandledCondition, Step, StepKind};
use crate::{Error, Result};

/// In which order declarations stand at the beginning of a block.
fn rank(kind: &StepKind) -> u8 {
    match kind {
        StepKind::DeclareVariable(_) | StepKind::DeclareCondition(_) => 0,
        StepKind::DeclareHandler(_) => 1,
        _ => 2,
    }
}

/// Checks `step`, which follows `before`.
pub(super) fn place(parser: &Parser<'_>, before: &[Step], step: &Step, place: Place) -> Result<()> {
    let here = rank(&step.kind);
    if here == 2 {
        return Ok(());
    }
    let latest = before.iter().map(|s| rank(&s.kind)).max().unwrap_or(0);
    let nested = place == Place::Nested;
    let error = match &step.kind {
        StepKind::DeclareVariable(variable) if nested || latest > 0 => {
            let condition = if nested { "NOT_ALLOWED_IN_SCOPE" } else { "ONLY_AT_BEGINNING" };
            let name = variable.names.first().map(String::as_str).unwrap_or_default();
            Error::parse(format!("INVALID_VARIABLE_DECLARATION.{condition}"))
                .with("varName", format!("`{name}`"))
        }
        StepKind::DeclareCondition(condition) if nested || latest > 0 => {
            Error::parse("INVALID_ERROR_CONDITION_DECLARATION.NOT_AT_START_OF_COMPOUND_STATEMENT")
                .with("conditionName", format!("`{}`", condition.name))
        }
        StepKind::DeclareHandler(_) if nested || latest > 1 => {
            Error::parse("INVALID_HANDLER_DECLARATION.WRONG_PLACE_OF_DECLARATION")
        }
        kind => return unique(parser, before, kind, step),
    };
    Err(parser.at_span(error, step.span))
}

/// Two conditions of one name, or two handlers of one condition, in one block.
fn unique(parser: &Parser<'_>, before: &[Step], kind: &StepKind, step: &Step) -> Result<()> {
    let error = match kind {
        StepKind::DeclareCondition(condition) => {
            let same = |s: &Step| matches!(&s.kind, StepKind::DeclareCondition(other) if other.name == condition.name);
            if !before.iter().any(same) {
                return Ok(());
            }
            Error::parse("DUPLICATE_CONDITION_IN_SCOPE").with("condition", format!("`{}`", condition.name))
        }
        StepKind::DeclareHandler(handler) => {
            let declared: HashSet<&HandledCondition> = before
                .iter()
                .filter_map(|s| match &s.kind {
                    StepKind::DeclareHandler(other) => Some(other.conditions.iter()),
                    _ => None,
                })
                .flatten()
                .collect();
            let Some(again) = handler.conditions.iter().find(|c| declared.contains(c)) else { return Ok(()) };
            match again {
                HandledCondition::SqlState(state) => {
                    Error::parse("DUPLICATE_EXCEPTION_HANDLER.SQLSTATE").with("sqlState", state.clone())
                }
                HandledCondition::Named(name) => {
                    Error::parse("DUPLICATE_EXCEPTION_HANDLER.CONDITION").with("condition", name.clone())
                }
                HandledCondition::SqlException => {
                    Error::parse("DUPLICATE_EXCEPTION_HANDLER.CONDITION").with("condition", "SQLEXCEPTION")
                }
                HandledCondition::NotFound => {
                    Error::parse("DUPLICATE_EXCEPTION_HANDLER.CONDITION").with("condition", "NOT FOUND")
                }
            }
        }
        _ => return Ok(()),
    };
    Err(parser.at_span(error, step.span))
}

/// The label behind END is not the one in front, or there is none in front.
pub(super) fn label_mismatch(begin: Option<&str>, end: &str) -> Error {
    match begin {
        Some(begin) => Error::parse("LABELS_MISMATCH")
            .with("beginLabel", format!("`{begin}`"))
            .with("endLabel", format!("`{end}`")),
        None => Error::parse("END_LABEL_WITHOUT_BEGIN_LABEL").with("endLabel", format!("`{end}`")),
    }
}

/// Labels are unique along every path inwards; LEAVE and ITERATE name one of them.
pub(super) fn labels(parser: &Parser<'_>, script: &Block) -> Result<()> {
    let mut open = Vec::new();
    open.extend(script.label.clone().map(|label| (label, false)));
    steps(parser, &script.body, &mut open)
}

/// A label and whether it is a loop's.
type Open = Vec<(String, bool)>;

fn steps(parser: &Parser<'_>, body: &[Step], open: &mut Open) -> Result<()> {
    body.iter().try_for_each(|step| one(parser, step, open))
}

fn one(parser: &Parser<'_>, step: &Step, open: &mut Open) -> Result<()> {
    match &step.kind {
        StepKind::Block(block) => within(parser, step, &[(block.label.as_ref(), false)], &block.body, open),
        StepKind::While { label, body, .. }
        | StepKind::Repeat { label, body, .. }
        | StepKind::Loop { label, body } => within(parser, step, &[(label.as_ref(), true)], body, open),
        StepKind::For { label, variable, body, .. } => {
            within(parser, step, &[(label.as_ref(), true), (variable.as_ref(), false)], body, open)
        }
        StepKind::If { branches, otherwise, .. } | StepKind::SimpleCase { branches, otherwise, .. } => {
            branches.iter().try_for_each(|(_, body)| steps(parser, body, open))?;
            otherwise.iter().try_for_each(|body| steps(parser, body, open))
        }
        StepKind::DeclareHandler(handler) => steps(parser, &handler.body, &mut Vec::new()),
        StepKind::Leave(label) => match open.iter().any(|(name, _)| name == label) {
            true => Ok(()),
            false => Err(parser.at_span(unknown(label, "LEAVE"), step.span)),
        },
        StepKind::Iterate(label) => match open.iter().find(|(name, _)| name == label) {
            Some((_, true)) => Ok(()),
            Some((_, false)) => {
                let error = Error::parse("INVALID_LABEL_USAGE.ITERATE_IN_COMPOUND")
                    .with("labelName", label.to_uppercase());
                Err(parser.at_span(error, step.span))
            }
            None => Err(parser.at_span(unknown(label, "ITERATE"), step.span)),
        },
        _ => Ok(()),
    }
}

fn within(
    parser: &Parser<'_>,
    step: &Step,
    labels: &[(Option<&String>, bool)],
    body: &[Step],
    open: &mut Open,
) -> Result<()> {
    let before = open.len();
    for (label, is_loop) in labels {
        let Some(label) = label else { continue };
        if open.iter().any(|(name, _)| name == *label) {
            let error =
                Error::parse("LABEL_OR_FOR_VARIABLE_ALREADY_EXISTS").with("label", format!("`{label}`"));
            return Err(parser.at_span(error, step.span));
        }
        let forbidden = ["builtin", "session", "sys", "system", "current"];
        if forbidden.iter().any(|name| label.eq_ignore_ascii_case(name)) {
            let error =
                Error::parse("LABEL_OR_FOR_VARIABLE_NAME_FORBIDDEN").with("label", format!("`{label}`"));
            return Err(parser.at_span(error, step.span));
        }
        open.push(((*label).clone(), *is_loop));
    }
    let checked = steps(parser, body, open);
    open.truncate(before);
    checked
}

fn unknown(label: &str, statement: &str) -> Error {
    Error::parse("INVALID_LABEL_USAGE.DOES_NOT_EXIST")
        .with("labelName", label.to_uppercase())
        .with("statementType", statement)
}
