//! Rows the client sent along as an Arrow IPC stream.

use std::io::Cursor;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use arrow::ipc::reader::StreamReader;
use functions::types;
use lang::ir::{CastMode, LocalData};
use lang::{Error, Result, StructType};

use super::attribute::column_argument;
use super::{Resolved, Resolver};

impl Resolver<'_> {
    pub(super) fn local(&self, data: &LocalData) -> Result<Resolved> {
        let Some(ipc) = &data.arrow_ipc else {
            let schema = data.schema.clone().unwrap_or_default();
            return self.batches(Arc::new(Schema::new(types::to_fields(&schema))), Vec::new());
        };
        let reader = StreamReader::try_new(Cursor::new(Arc::clone(ipc)), None).map_err(malformed)?;
        let schema = reader.schema();
        let batches = reader.collect::<Result<Vec<RecordBatch>, _>>().map_err(malformed)?;
        let sent = normalized(&schema, batches)?;
        let resolved = self.batches(sent.0, sent.1)?;
        match &data.schema {
            Some(schema) => self.under_schema(resolved, schema),
            None => Ok(resolved),
        }
    }

    /// The client's schema wins: names, types and nullability.
    fn under_schema(&self, resolved: Resolved, schema: &StructType) -> Result<Resolved> {
        if schema.fields.len() != resolved.columns.len() {
            return Err(Error::analysis("ASSIGNMENT_ARITY_MISMATCH")
                .with("numExpr", resolved.columns.len().to_string())
                .with("numTarget", schema.fields.len().to_string()));
        }
        let mut items = Vec::with_capacity(schema.fields.len());
        for (column, field) in resolved.columns.iter().zip(types::to_fields(schema).iter()) {
            let mut item = column_argument(column, field.name());
            if item.data_type() != field.data_type() {
                item.expr = functions::cast::cast(&item, field, CastMode::Ansi, self.environment.context())?;
            }
            item.field = Arc::clone(field);
            items.push(item);
        }
        let mut selected = self.select(resolved, items)?;
        selected.rebuild = None;
        Ok(selected)
    }
}

/// The batches with Spark's Arrow types: nanosecond timestamps, dictionaries and the like converted.
fn normalized(schema: &Schema, batches: Vec<RecordBatch>) -> Result<(Arc<Schema>, Vec<RecordBatch>)> {
    let fields: Vec<_> = schema
        .fields()
        .iter()
        .map(|f| {
            let spark = types::from_field(f);
            types::to_field(f.name(), &spark, f.is_nullable())
        })
        .collect();
    let target = Arc::new(Schema::new(fields));
    let mut out = Vec::with_capacity(batches.len());
    for batch in batches {
        let columns = batch
            .columns()
            .iter()
            .zip(target.fields())
            .map(|(array, field)| match array.data_type() == field.data_type() {
                true => Ok(Arc::clone(array)),
                false => arrow::compute::cast(array, field.data_type()).map_err(malformed),
            })
            .collect::<Result<Vec<_>>>()?;
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        out.push(
            RecordBatch::try_new_with_options(Arc::clone(&target), columns, &options).map_err(malformed)?,
        );
    }
    Ok((target, out))
}

fn malformed(error: arrow::error::ArrowError) -> Error {
    Error::analysis("INVALID_PLAN_INPUT").with("reason", format!("the local rows are not Arrow IPC: {error}"))
}
