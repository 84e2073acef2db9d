//! Which piece of the program the functions that are being built come from, and errors of values that point at it.
//!
//! ```text
//! resolver ──enter(Place)──► Definition builds ──► Origin::here() in each function object
//!                                                       │ (only when it fails)
//!                                     Origin::locate(error) ──► the error points at the Place
//! ```
//!
//! The place in force belongs to the thread and to the call that entered it: expressions are built by recursion on one
//! thread, and every cast that coercion adds belongs to the expression that needed it, as in Spark. Functions take it in
//! when they are made; nothing reads it later.

use std::cell::RefCell;
use std::fmt;
use std::hash::{Hash, Hasher};

use datafusion::error::DataFusionError;
use lang::{Place, Span};

use crate::error::{external, from_datafusion};

thread_local! {
    static CURRENT: RefCell<Place> = const { RefCell::new(Place::NOWHERE) };
}

/// The place in force goes back to what it was when this is dropped.
#[must_use]
pub struct Entered {
    before: Place,
}

/// Functions that are built from here on come from `place`.
pub fn enter(place: Place) -> Entered {
    Entered { before: CURRENT.replace(place) }
}

/// The same text, another piece of it.
pub fn enter_piece(span: Span) -> Entered {
    let source = CURRENT.with_borrow(|place| place.source.clone());
    enter(Place { source, span })
}

/// The place in force.
pub fn current() -> Place {
    CURRENT.with_borrow(Place::clone)
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(std::mem::take(&mut self.before));
    }
}

/// Where a function comes from. Functions that differ in nothing else are equal: grouping and common subexpressions
/// compare them, and print them.
#[derive(Clone, Default)]
pub(crate) struct Origin(Option<Box<Place>>);

impl Origin {
    /// The place in force.
    pub fn here() -> Self {
        let place = current();
        Origin(place.is_known().then(|| Box::new(place)))
    }

    /// The error, pointing here if it is one that Spark gives a place with.
    #[cold]
    pub fn locate(&self, error: DataFusionError) -> DataFusionError {
        let Some(place) = &self.0 else { return error };
        let error = from_datafusion(error);
        external(if error.tells_place() { error.at(place) } else { error })
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Origin")
    }
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}

impl PartialOrd for Origin {
    fn partial_cmp(&self, _: &Self) -> Option<std::cmp::Ordering> {
        Some(std::cmp::Ordering::Equal)
    }
}

impl Hash for Origin {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

#[cfg(test)]
mod tests {
    use lang::Source;

    use super::*;
    use crate::error::{divide_by_zero, overflow};

    #[test]
    fn what_was_in_force_comes_back() {
        let place = |start| Place { source: Some(Source::sql("select 1 / 0")), span: Span::new(start, 12) };
        let outer = enter(place(0));
        {
            let _inner = enter(place(7));
            assert_eq!(current().span.start, 7);
        }
        assert_eq!(current().span.start, 0);
        drop(outer);
        assert!(!current().is_known());
    }

    #[test]
    fn errors_point_where_the_function_was_made() {
        let _entered = enter(Place { source: Some(Source::sql("select 1 / 0")), span: Span::new(7, 12) });
        let origin = Origin::here();
        let located = from_datafusion(origin.locate(external(divide_by_zero())));
        assert_eq!(located.context()[0].fragment(), "1 / 0");
        let placeless = from_datafusion(origin.locate(external(overflow("overflow", None).placeless())));
        assert!(placeless.context().is_empty());
    }

    #[test]
    fn origins_do_not_tell_functions_apart() {
        let nowhere = Origin::here();
        let _entered = enter(Place { source: Some(Source::sql("1")), span: Span::new(0, 1) });
        assert_eq!(nowhere, Origin::here());
    }
}
