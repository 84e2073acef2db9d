//! Spark's window-only functions, on DataFusion's.
//!
//! ```text
//! Call ──build──► [Cast to INT] ( WindowFunction(function, args), specification still empty )
//! ```
//!
//! The expressions contain one or more window functions whose partitioning, ordering and frame the resolver
//! fills in.
//!
//! # Guarantees
//! - Types are Spark's: positions are INT although DataFusion counts in unsigned 64 bits.
//!
//! # Does not
//! Check that an ordering is there; the resolver knows it.
//!
//! # Where to start
//! [`definitions`].

use crate::Definition;

mod counter_diff;
mod rank;
mod shift;

/// The functions of this group, sorted by name.
#[rustfmt::skip]
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::window(&["counter_diff"], counter_diff::build),
        Definition::window(&["cume_dist"], rank::cume_dist),
        Definition::window(&["dense_rank"], rank::dense_rank),
        Definition::window(&["lag"], shift::lag),
        Definition::window(&["lead"], shift::lead),
        Definition::window(&["nth_value"], shift::nth_value),
        Definition::window(&["ntile"], rank::ntile),
        Definition::window(&["percent_rank"], rank::percent_rank),
        Definition::window(&["rank"], rank::rank),
        Definition::window(&["row_number"], rank::row_number),
    ]
}
