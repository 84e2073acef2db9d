//! Which handler an error finds.

use lang::ir::{HandledCondition, Handler, Step};
use lang::{Error, ErrorKind, Result, conditions};

use super::frames::Frames;

/// The class of SQLSTATEs that say that there is no row.
const NO_DATA: &str = "02";
/// The class of Spark's own failures, which no handler is for.
const INTERNAL: &str = "XX";

/// A handler of a running block.
pub(super) struct Declared<'b> {
    pub(super) handler: &'b Handler,
    pub(super) steps: &'b [Step],
}

/// The conditions a handler names exist.
///
/// # Errors
/// `INVALID_HANDLER_DECLARATION.CONDITION_NOT_FOUND`
pub(super) fn check(handler: &Handler, frames: &Frames) -> Result<()> {
    for condition in &handler.conditions {
        let HandledCondition::Named(name) = condition else { continue };
        if frames.condition(name).is_none() && !conditions::is_known(name) {
            return Err(Error::analysis("INVALID_HANDLER_DECLARATION.CONDITION_NOT_FOUND")
                .with("condition", format!("`{name}`")));
        }
    }
    Ok(())
}

/// The handler for an error: one for its condition before one for its SQLSTATE, and that before a general one.
pub(super) fn find<'d, 'b>(error: &Error, declared: &'d [Declared<'b>]) -> Option<&'d Declared<'b>> {
    if matches!(error.kind(), ErrorKind::Cancelled | ErrorKind::Internal) {
        return None;
    }
    let state = error.sql_state().unwrap_or("XX000");
    let main = error.condition().split('.').next().unwrap_or_default();
    let named = |c: &HandledCondition| match c {
        HandledCondition::Named(name) => name == error.condition() || name == main,
        _ => false,
    };
    let by_state = |c: &HandledCondition| match c {
        HandledCondition::SqlState(wanted) => wanted == state,
        _ => false,
    };
    let general = |c: &HandledCondition| match c {
        HandledCondition::NotFound => state.starts_with(NO_DATA),
        HandledCondition::SqlException => !state.starts_with(NO_DATA) && !state.starts_with(INTERNAL),
        _ => false,
    };
    let with = |fits: &dyn Fn(&HandledCondition) -> bool| {
        declared.iter().find(|d| d.handler.conditions.iter().any(fits))
    };
    with(&named).or_else(|| with(&by_state)).or_else(|| with(&general))
}
