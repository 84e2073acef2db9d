//! Rows the client sent along as an Arrow IPC stream.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::buffer::Buffer;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::StreamDecoder;
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
        let (schema, batches) = read_stream(ipc).map_err(malformed)?;
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

/// The batches of an Arrow IPC stream. What it says of its lengths is believed only as far as there are bytes: a reader that
/// makes room first would make it for gigabytes that do not come.
pub fn read_stream(stream: &[u8]) -> Result<(SchemaRef, Vec<RecordBatch>), ArrowError> {
    let mut rest = Buffer::from(stream);
    let mut decoder = StreamDecoder::new();
    let mut batches = Vec::new();
    while !rest.is_empty() {
        batches.extend(decoder.decode(&mut rest)?);
    }
    decoder.finish()?;
    let schema = decoder.schema().ok_or_else(|| ArrowError::IpcError("there is no schema".to_string()))?;
    Ok((schema, batches))
}

fn malformed(error: ArrowError) -> Error {
    Error::analysis("INVALID_PLAN_INPUT").with("reason", format!("the local rows are not Arrow IPC: {error}"))
}
