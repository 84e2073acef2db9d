//! Commands on tables: what their log says, and how they are kept in shape.
//!
//! ```text
//! Maintenance ─► history, detail (read the log) | alter (changes metadata) | restore, optimize (change files)
//!             └► vacuum (removes files that no version needs)
//! ```
//!
//! The nouns are those of [`plan::lake::Maintenance`]; one file holds one family of commands.
//!
//! # Guarantees
//! - What changes the table is one commit; a kill before it leaves the table as it was.
//! - VACUUM removes no file that a version within the retention needs.
//!
//! # Does not
//! Resolve SQL: conditions come as expressions over the table's columns.
//!
//! # Where to start
//! [`maintain`].

mod alter;
mod detail;
mod history;
mod optimize;
mod restore;
mod unfinished;
mod vacuum;
mod zorder;

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Fields, Schema, TimeUnit};
use datafusion::catalog::Session;
use lang::{Error, Result};
use plan::lake::Maintenance;
use serde_json::Value;

use crate::table::Table;

/// Does a command; its rows, if it has any.
///
/// # Errors
/// Those of each command.
pub(crate) async fn maintain(
    table: &Table,
    what: Maintenance,
    session: &dyn Session,
) -> Result<Option<RecordBatch>> {
    use Maintenance as M;
    match what {
        M::History { limit } => history::history(table, limit).await.map(Some),
        M::Detail { name } => detail::detail(table, name).await.map(Some),
        M::Vacuum { retain_hours, dry_run, check_retention } => {
            vacuum::vacuum(table, retain_hours, dry_run, check_retention).await.map(Some)
        }
        M::Optimize { filters, zorder } => {
            optimize::optimize(table, &filters, &zorder, session).await.map(Some)
        }
        M::Restore { to } => restore::restore(table, to).await.map(Some),
        change => alter::alter(table, change).await.map(|()| None),
    }
}

/// Rows given as JSON objects.
fn batch(fields: Vec<Field>, rows: &[Value]) -> Result<RecordBatch> {
    let schema = Arc::new(Schema::new(fields));
    let failed = |e: arrow::error::ArrowError| Error::internal(format!("the answer of a command: {e}"));
    let decoder = arrow_json::ReaderBuilder::new(Arc::clone(&schema)).with_batch_size(rows.len().max(1));
    let mut decoder = decoder.build_decoder().map_err(failed)?;
    decoder.serialize(rows).map_err(failed)?;
    Ok(decoder.flush().map_err(failed)?.unwrap_or_else(|| RecordBatch::new_empty(schema)))
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

fn long(name: &str) -> Field {
    Field::new(name, DataType::Int64, true)
}

fn boolean(name: &str) -> Field {
    Field::new(name, DataType::Boolean, true)
}

/// A point in time, given in microseconds.
fn time(name: &str) -> Field {
    Field::new(name, DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true)
}

fn map(name: &str) -> Field {
    let pair = Fields::from(vec![
        Field::new("key", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, true),
    ]);
    let entries = Field::new("entries", DataType::Struct(pair), false);
    Field::new(name, DataType::Map(Arc::new(entries), false), true)
}

fn texts(name: &str) -> Field {
    Field::new(name, DataType::List(Arc::new(Field::new("element", DataType::Utf8, true))), true)
}

fn structure(name: &str, fields: Vec<Field>) -> Field {
    Field::new(name, DataType::Struct(fields.into()), true)
}
