//! The variables and conditions of a running script, block by block.

use std::collections::BTreeMap;

use datafusion::common::ScalarValue;
use parking_lot::Mutex;

use super::variables::Held;

/// What one block declares.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    /// The block's label, or the name of FOR's variable; lower case.
    pub(crate) label: Option<String>,
    /// By name in lower case.
    pub(crate) variables: BTreeMap<String, Held>,
    /// SQLSTATEs of declared conditions, by name in upper case.
    pub(crate) conditions: BTreeMap<String, String>,
}

/// The blocks that are running, innermost last. An operation without a script has none.
#[derive(Debug, Default)]
pub(crate) struct Frames(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    frames: Vec<Frame>,
    hidden: bool,
}

impl Frames {
    pub(crate) fn push(&self, frame: Frame) {
        self.0.lock().frames.push(frame);
    }

    pub(crate) fn depth(&self) -> usize {
        self.0.lock().frames.len()
    }

    /// Leaves all blocks but the outermost `depth`.
    pub(crate) fn truncate(&self, depth: usize) {
        self.0.lock().frames.truncate(depth);
    }

    /// While hidden, no variable is found.
    pub(crate) fn hide(&self, hidden: bool) {
        self.0.lock().hidden = hidden;
    }

    /// Changes the innermost block.
    pub(crate) fn declare(&self, declare: impl FnOnce(&mut Frame)) {
        if let Some(frame) = self.0.lock().frames.last_mut() {
            declare(frame);
        }
    }

    /// The variable `x` or `label.x`; inner blocks come first.
    pub(crate) fn find(&self, name: &[String]) -> Option<Held> {
        self.labelled(name).map(|(held, _)| held)
    }

    /// [`Self::find`] with the label of the block.
    pub(crate) fn labelled(&self, name: &[String]) -> Option<(Held, Option<String>)> {
        let state = self.0.lock();
        if state.hidden {
            return None;
        }
        state.frames.iter().rev().find_map(|frame| {
            let held = frame.variables.get(&key(frame, name)?)?;
            Some((held.clone(), frame.label.clone()))
        })
    }

    /// Gives a variable a value; false when there is none of that name.
    pub(crate) fn assign(&self, name: &[String], value: &ScalarValue) -> bool {
        let mut state = self.0.lock();
        if state.hidden {
            return false;
        }
        for frame in state.frames.iter_mut().rev() {
            let Some(key) = key(frame, name) else { continue };
            if let Some(held) = frame.variables.get_mut(&key) {
                held.value = value.clone();
                return true;
            }
        }
        false
    }

    /// The SQLSTATE of a declared condition.
    pub(crate) fn condition(&self, name: &str) -> Option<String> {
        let state = self.0.lock();
        state.frames.iter().rev().find_map(|frame| frame.conditions.get(name).cloned())
    }
}

/// The plain name by which `frame` would hold the variable.
fn key(frame: &Frame, name: &[String]) -> Option<String> {
    match name {
        [plain] => Some(plain.to_lowercase()),
        [label, plain] => {
            let labelled = frame.label.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(label));
            labelled.then(|| plain.to_lowercase())
        }
        _ => None,
    }
}
