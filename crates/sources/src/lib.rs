//! Reads and writes files: CSV, JSON, XML, Parquet, ORC, Avro, text and binary, on local disks and S3.
//!
//! ```text
//!             ┌─ path ──► listing, partitions ─┐
//! OpenRequest ┤                                ├──► FileTable ──► DataFusion scan (parquet; all others: scan)
//!             └─ schema given or inferred ─────┘
//! texts in a column ──► parse: a function from a text to the list of its rows
//!
//! WriteRequest ──► write: Sink ──► one file a task and partition, staged ──► commit: visible at once
//! ```
//!
//! The nouns: [`Files`] is what the engine holds; a [`Folder`] is for those who keep a list of files of their own; a `FileTable` is a set of files under one schema; a `RecordFormat`
//! decodes one format's records; a `Sink` is one write in progress.
//!
//! # Guarantees
//! - What is read is what was listed when the table was opened; a file that vanished since is an error.
//! - Memory is bounded: one chunk and one batch a partition when reading, one row group an open file when writing.
//! - A write that fails or is killed leaves what was there before; see `write/mod.rs` for the small print.
//! - Options of Spark's that are not honoured are refused by name.
//!
//! # Does not
//! Know tables, catalogs or plans; know databases, streams or lake formats.
//!
//! # Where to start
//! [`Files`], then `table.rs` for reading and `write/mod.rs` for writing.

mod avro;
mod csv;
mod error;
mod files;
mod folder;
mod format;
mod inferred;
pub mod json;
mod members;
mod mode;
mod option;
mod orc;
mod parquet;
mod parse;
mod path;
mod sample;
mod scan;
mod schema;
mod store;
mod table;
mod text;
mod value;
mod write;
mod xml;

pub use files::Files;
pub use folder::{
    Folder, grouped, parquet_adapter, parquet_footer, parquet_options, parquet_plan, summarize, with_views,
};
