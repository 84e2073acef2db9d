//! From path texts to the files to read: locations, globs, listings and partition folders.
//!
//! ```text
//! text ──► Location ──glob──► roots ──walk──► leaf files ──► partition columns and their values
//! ```
//!
//! The nouns: a [`Location`] is a store and a path in it; a [`LeafFile`] is a file to read; [`Partitions`] are the columns
//! that folder names (`year=2024`) stand for.
//!
//! # Guarantees
//! - Files come sorted by path; names that start with `_` or `.` are no data, `_name=value` folders are.
//! - Folder structures that Spark finds inconsistent are refused with Spark's conditions.
//!
//! # Does not
//! Open files, or split path texts at commas (Spark does not either).
//!
//! # Where to start
//! [`listing::list`].

mod glob;
pub(crate) mod known;
pub(crate) mod listing;
mod location;
pub(crate) mod name;
pub(crate) mod partition_type;
pub(crate) mod partitions;
mod walk;

pub(crate) use listing::{LeafFile, Listing};
pub(crate) use location::{Location, StoreName};
pub(crate) use partitions::Partitions;
pub(crate) use walk::key;
