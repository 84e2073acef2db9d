//! Tables that keep a log of their versions: Delta, read and written beside the files.
//!
//! ```text
//! Lakes: Sources ─┬─ format "delta" ─► Log ─► State (one version) ─► Rows: TableProvider (files pruned, rows located)
//!                 │                     ▲                       └──► Writing: Change ─► files ─► commit ─┐
//!                 │                     └──────────────────────── put if absent, conflicts looked at ◄──┘
//!                 └─ all others ─► Files (sources)
//! ```
//!
//! The nouns: [`Lakes`] is what the engine holds; a `Log` is the log of one table; a `State` is what the table is at one
//! version; a `DataFile` is a file as the log has it; a `Writing` is one change in progress.
//!
//! # Guarantees
//! - The log is replayed by delta-rs's kernel: checkpoints of every kind, deletion vectors, features of the protocol. Rows
//!   are read by DataFusion's Parquet source and written by Arrow's writer, in Spark's types.
//! - A commit is one put of a name that must not exist. Whoever loses looks at what the winners did, and tries again
//!   where both go together.
//! - Tables with features that are not known are refused by the features' names, before anything is read or written.
//!
//! # Does not
//! Know the catalog or SQL; write identity columns, row tracking, clustering, in-commit timestamps or column statistics
//! beyond the first level.
//!
//! # Where to start
//! [`Lakes`], then `log.rs` and `provider.rs` for reading, `write/change.rs` and `commit.rs` for writing.

mod checkpoint;
mod commit;
mod definition;
mod deleted;
mod error;
mod feed;
mod file;
mod lakes;
mod log;
mod maintain;
mod mapping;
mod operation;
mod options;
mod partition;
mod protocol;
mod provider;
mod retyped;
mod schema;
mod state;
mod stats;
mod table;
mod versions;
mod write;

pub use lakes::Lakes;
