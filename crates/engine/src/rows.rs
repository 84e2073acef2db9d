//! Answers that are made here, not by a plan: a few rows of text under Spark's column names.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, ListBuilder, RecordBatch, RecordBatchOptions, StringArray, StringBuilder,
};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use functions::error::{from_arrow, from_datafusion};
use functions::types;
use futures::{TryStreamExt, stream};
use lang::{Error, Result};

use crate::execute::Rows;

/// One value of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Null,
    Text(String),
    Flag(bool),
    Texts(Vec<String>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_string())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Cell::Flag(flag)
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        text.map_or(Cell::Null, Cell::Text)
    }
}

impl From<Option<&str>> for Cell {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Cell::Null, Cell::from)
    }
}

/// A column that is never NULL.
pub(crate) fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8, false)
}

/// A column that may be NULL.
pub(crate) fn optional(name: &str) -> Field {
    Field::new(name, DataType::Utf8, true)
}

pub(crate) fn flag(name: &str) -> Field {
    Field::new(name, DataType::Boolean, false)
}

/// A column of lists of texts, which may be NULL.
pub(crate) fn texts(name: &str) -> Field {
    let element = Field::new("element", DataType::Utf8, true);
    Field::new(name, DataType::List(Arc::new(element)), true)
}

/// Rows as a batch.
pub(crate) fn batch(fields: Vec<Field>, rows: Vec<Vec<Cell>>) -> Result<RecordBatch> {
    let mut columns = Vec::with_capacity(fields.len());
    for (place, field) in fields.iter().enumerate() {
        columns.push(column(field, rows.iter().map(|row| row.get(place).unwrap_or(&Cell::Null))));
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
        .map_err(|e| Error::internal(e.to_string()))
}

fn column<'a>(field: &Field, cells: impl Iterator<Item = &'a Cell>) -> ArrayRef {
    match field.data_type() {
        DataType::Boolean => {
            Arc::new(cells.map(|cell| matches!(cell, Cell::Flag(true))).map(Some).collect::<BooleanArray>())
        }
        DataType::List(element) => {
            let mut lists = ListBuilder::new(StringBuilder::new()).with_field(Arc::clone(element));
            for cell in cells {
                match cell {
                    Cell::Texts(values) => lists.append_value(values.iter().map(Some)),
                    _ => lists.append_null(),
                }
            }
            Arc::new(lists.finish())
        }
        _ => Arc::new(StringArray::from_iter(cells.map(|cell| match cell {
            Cell::Text(text) => Some(text.as_str()),
            _ => None,
        }))),
    }
}

/// A batch as the answer of a command.
pub(crate) fn answer(batch: RecordBatch) -> Result<Rows> {
    let arrow_schema = batch.schema();
    let schema = types::from_fields(arrow_schema.fields());
    let stream = RecordBatchStreamAdapter::new(Arc::clone(&arrow_schema), stream::iter([Ok(batch)]));
    Ok(Rows { schema, arrow_schema, stream: Box::pin(stream) })
}

/// All rows of an answer as one batch.
pub(crate) async fn concatenated(rows: Rows) -> Result<RecordBatch> {
    let batches: Vec<RecordBatch> = rows.stream.try_collect().await.map_err(from_datafusion)?;
    arrow::compute::concat_batches(&rows.arrow_schema, &batches).map_err(|e| from_arrow(&e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, AsArray};

    #[test]
    fn cells_become_columns() {
        let fields = vec![text("a"), optional("b"), flag("c"), texts("d")];
        let rows = vec![
            vec!["x".into(), Cell::Null, true.into(), Cell::Texts(vec!["p".into()])],
            vec!["y".into(), "z".into(), false.into(), Cell::Null],
        ];
        let batch = batch(fields, rows).expect("well formed");
        assert_eq!(batch.num_rows(), 2);
        assert!(batch.column(1).is_null(0));
        assert!(batch.column(2).as_boolean().value(0));
        assert_eq!(batch.column(3).as_list::<i32>().value(0).as_string::<i32>().value(0), "p");
    }

    #[test]
    fn null_in_a_column_that_has_none_is_refused() {
        assert!(super::batch(vec![text("a")], vec![vec![Cell::Null]]).is_err());
    }
}
