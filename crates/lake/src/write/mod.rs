//! Writes: rows into files that nobody knows of until a commit names them.
//!
//! ```text
//!          ┌─ task 0 ─► split by partition values ─► one Parquet file at a time ─┐
//! Writing ─┼─ task 1 ─► …                                                        ├─► actions ─► commit
//!          └─ task n ─► …                                                        ┘
//! ```
//!
//! The nouns: a [`Target`] is what the table is to be; a [`Writing`](change::Writing) is one change of it; a file being
//! written tells its statistics when it is closed.
//!
//! # Guarantees
//! - Files have their last names at once and are complete before they are named; a write that fails removes its files, a
//!   killed one leaves files that VACUUM removes.
//! - Memory is bounded: so many open files a task, so many bytes held by their encoders.
//!
//! # Does not
//! Sync files to disk, check expressions (whoever resolves SQL does).
//!
//! # Where to start
//! [`change::Writing`].

pub(crate) mod change;
pub(crate) mod deletions;
mod file;
mod output;
mod rows;
mod split;
mod statistics;
mod target;

pub(crate) use target::{Target, expect_types};
