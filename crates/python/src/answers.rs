//! What a worker's answers are made into.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, SchemaRef};
use functions::types;
use lang::{Error, Result};

use crate::error;
use crate::generated::Generated;
use crate::kept::Kept;
use crate::protocol::invalid;
use crate::work::Work;

/// Turns batches of a worker into batches of the plan.
#[derive(Debug)]
pub(crate) enum Answers {
    /// The fields of one struct column are the rows.
    Rows(Arc<Work>),
    /// Columns to stand beside rows that were kept, all together of that schema.
    Beside(Arc<Work>, Kept, SchemaRef),
    /// Rows of a table function, beside those they come from.
    Table(Arc<Work>, Generated),
}

impl Answers {
    pub(crate) fn take(&mut self, answer: &RecordBatch) -> Result<RecordBatch> {
        match self {
            Answers::Rows(work) => rows(work, answer),
            Answers::Beside(work, kept, output) => beside(work, kept, output, answer),
            Answers::Table(work, generated) => generated.take(work, answer),
        }
    }

    /// # Errors
    /// When answers are missing.
    pub(crate) fn end(&self) -> Result<()> {
        match self {
            Answers::Beside(_, kept, _) if kept.rows() > 0 => {
                let missing = format!("no results for {} rows of arguments", kept.rows());
                Err(error::protocol(&invalid(missing)))
            }
            _ => Ok(()),
        }
    }
}

fn rows(work: &Work, answer: &RecordBatch) -> Result<RecordBatch> {
    let fields = match answer.columns() {
        [only] => only.as_struct_opt(),
        _ => None,
    };
    let fields = fields.ok_or_else(|| error::protocol(&invalid("results that are no rows")))?;
    if fields.num_columns() != work.output.fields().len() {
        return Err(mismatch(work, fields.fields()));
    }
    let columns = declared(work, fields.columns(), work.output.fields())
        .ok_or_else(|| mismatch(work, fields.fields()))??;
    batch(&work.output, columns, answer.num_rows())
}

fn beside(work: &Work, kept: &Kept, output: &SchemaRef, answer: &RecordBatch) -> Result<RecordBatch> {
    let rows = kept.take(answer.num_rows())?;
    let results = output.fields().get(rows.num_columns()..).unwrap_or_default();
    if answer.num_columns() != results.len() {
        return Err(error::protocol(&invalid("a wrong number of results")));
    }
    let found = || mismatch(work, answer.schema().fields());
    let results = declared(work, answer.columns(), results).ok_or_else(found)??;
    let columns = rows.columns().iter().cloned().chain(results).collect();
    batch(output, columns, answer.num_rows())
}

pub(crate) fn batch(schema: &SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options).map_err(error::arrow)
}

/// The columns with their declared types; `None` when they are of other types.
pub(crate) fn declared(
    work: &Work,
    columns: &[ArrayRef],
    fields: &[Arc<Field>],
) -> Option<Result<Vec<ArrayRef>>> {
    if !columns.iter().zip(fields).all(|(c, f)| alike(c.data_type(), f.data_type())) {
        return None;
    }
    let convert = |(column, field): (&ArrayRef, &Arc<Field>)| {
        if column.data_type() == field.data_type() {
            return Ok(Arc::clone(column));
        }
        cast(column, field.data_type()).map_err(|e| error::result_type(&work.name, &e))
    };
    Some(columns.iter().zip(fields).map(convert).collect())
}

/// Whether two types differ at most in the names of members, in time zones and in the width of offsets.
fn alike(found: &DataType, declared: &DataType) -> bool {
    use DataType as T;
    match (found, declared) {
        (T::Utf8 | T::LargeUtf8 | T::Utf8View, T::Utf8 | T::LargeUtf8 | T::Utf8View) => true,
        (T::Binary | T::LargeBinary | T::BinaryView, T::Binary | T::LargeBinary | T::BinaryView) => true,
        (T::Timestamp(_, a), T::Timestamp(_, b)) => a.is_some() == b.is_some(),
        (T::List(a) | T::LargeList(a), T::List(b) | T::LargeList(b)) => alike(a.data_type(), b.data_type()),
        (T::Map(a, _), T::Map(b, _)) => alike(a.data_type(), b.data_type()),
        (T::Struct(a), T::Struct(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a.data_type(), b.data_type()))
        }
        (a, b) => a == b,
    }
}

/// `ARROW_TYPE_MISMATCH`: the columns do not have the declared types.
pub(crate) fn mismatch(work: &Work, found: &arrow::datatypes::Fields) -> Error {
    let names = |fields: &[Arc<Field>]| {
        let names: Vec<String> = fields.iter().map(|f| types::from_field(f).simple_string()).collect();
        names.join(", ")
    };
    Error::analysis("ARROW_TYPE_MISMATCH")
        .with("operation", work.operation())
        .with("outputTypes", names(work.declared()))
        .with("actualDataTypes", names(found))
}
