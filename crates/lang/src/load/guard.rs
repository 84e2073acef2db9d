//! Conditions on rows that make the load itself fail, so that nothing is committed whatever the source is when it is read.

use super::build::{self, quoted};
use super::spec::{Pattern, Spec};
use crate::ir::Expr;
use crate::{Error, RuntimeClass};

/// What rows of the source must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Guard {
    NullKey,
    /// Different rows of one key, and nothing tells which is the last.
    DuplicateKey,
    NullSequence,
    /// Different records of one key at the same place of the sequence.
    SequenceTwice,
    UnknownOperation,
    Expectation(String),
}

impl Guard {
    pub(super) fn error(&self, spec: &Spec) -> Error {
        let failed = |condition: &str| Error::runtime(RuntimeClass::Other, condition).placeless();
        let (target, keys) = (quoted_name(&spec.target), quoted(&spec.keys));
        let sequence = quoted(spec.sequence.as_slice());
        match self {
            Guard::NullKey => failed("LOAD_NULL_KEY").with("target", target).with("keys", keys),
            Guard::DuplicateKey => failed("LOAD_DUPLICATE_KEY").with("target", target).with("keys", keys),
            Guard::NullSequence => {
                failed("LOAD_NULL_SEQUENCE").with("target", target).with("sequence", sequence)
            }
            Guard::SequenceTwice => failed("LOAD_AMBIGUOUS_SEQUENCE")
                .with("target", target)
                .with("keys", keys)
                .with("sequence", sequence),
            Guard::UnknownOperation => {
                let (column, known) = match &spec.pattern {
                    Pattern::ApplyChanges(apply) => {
                        let lists = [&apply.upserts, &apply.deletes, &apply.ignore];
                        (apply.operation.clone(), lists.into_iter().flatten().cloned().collect::<Vec<_>>())
                    }
                    _ => Default::default(),
                };
                failed("LOAD_UNKNOWN_OPERATION")
                    .with("target", target)
                    .with("column", quoted(&[column]))
                    .with("known", known.join(", "))
            }
            Guard::Expectation(name) => failed("LOAD_EXPECTATION_FAILED")
                .with("target", target)
                .with("expectation", name.as_str())
                .with("found", "some rows do not meet it"),
        }
    }

    /// Fails for each row that it is computed for.
    pub(super) fn raise(&self, spec: &Spec) -> Expr {
        Expr::call("raise_error", vec![Expr::string(text(&self.error(spec)))])
    }
}

/// What the error of a failed statement stands for: a guard's, or the one it is.
pub(super) fn explained(spec: &Spec, error: Error) -> Error {
    let message = match error.condition() {
        "USER_RAISED_EXCEPTION" => error.parameters().get("errorMessage"),
        _ => None,
    };
    let Some(message) = message else { return error };
    let guards = [
        Guard::NullKey,
        Guard::DuplicateKey,
        Guard::NullSequence,
        Guard::SequenceTwice,
        Guard::UnknownOperation,
    ];
    let expectations =
        spec.expectations.iter().map(|expectation| Guard::Expectation(expectation.name.clone()));
    let mut errors = guards.into_iter().chain(expectations).map(|guard| guard.error(spec));
    let found = errors.find(|guard| *message == text(guard));
    found.unwrap_or(error)
}

fn text(error: &Error) -> String {
    format!("[{}] {}", error.condition(), error.message())
}

pub(super) fn quoted_name(parts: &[String]) -> String {
    parts.iter().map(|part| build::quoted(std::slice::from_ref(part))).collect::<Vec<_>>().join(".")
}
