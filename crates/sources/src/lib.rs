//! Reads and writes files: CSV, JSON, Parquet, text and binary, on local disks and S3.
//!
//! ```text
//!             ┌─ path ──► listing, partitions ─┐
//! OpenRequest ┤                                ├──► FileTable ──► DataFusion scan (csv, json, text: scan; parquet)
//!             └─ schema given or inferred ─────┘
//!
//! WriteRequest ──► write: Sink ──► one file a task and partition, staged ──► commit: visible at once
//! ```
//!
//! The nouns: [`Files`] is what the engine holds; a `FileTable` is a set of files under one schema; a `RecordFormat`
//! decodes one format's records; a `Sink` is one write in progress.
//!
//! # Guarantees
//! - What is read is what was listed when the table was opened; a file that vanished since is an error.
//! - Memory is bounded: one chunk and one batch a partition when reading, one row group an open file when writing.
//! - A write that fails or is killed leaves what was there before; see `write/mod.rs` for the small print.
//! - Options of Spark's that are not honoured are refused by name.
//!
//! # Does not
//! Know tables, catalogs or plans; know databases, streams or lake formats; ORC, Avro and XML.
//!
//! # Where to start
//! [`Files`], then `table.rs` for reading and `write/mod.rs` for writing.

mod csv;
mod error;
mod files;
mod format;
pub mod json;
mod mode;
mod option;
mod parquet;
mod path;
mod scan;
mod schema;
mod store;
mod table;
mod text;
mod value;
mod write;

pub use files::Files;
