//! Batches as the files have them, and what they must not hold.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, FieldRef};
use lang::{Error, Result, RuntimeClass};

use super::Target;
use crate::error::from_arrow;
use crate::mapping::rename;

/// The batch in the types of the table, checked for NULLs where there must be none.
///
/// # Errors
/// `DELTA_NOT_NULL_CONSTRAINT_VIOLATED`; batches with other columns.
pub(super) fn checked(batch: &RecordBatch, target: &Target) -> Result<RecordBatch> {
    let fields = target.rows.fields();
    if batch.num_columns() != fields.len() {
        let reason = format!("{} columns are written to a table of {}", batch.num_columns(), fields.len());
        return Err(Error::internal(reason));
    }
    let columns =
        batch.columns().iter().zip(fields).zip(&target.required).map(|((column, field), required)| {
            let column = rename(column, field.data_type()).map_err(from_arrow)?;
            expect_no_null(&column, required, required.name())?;
            Ok(column)
        });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    RecordBatch::try_new(Arc::clone(&target.rows), columns).map_err(from_arrow)
}

/// The columns of a file, under its names.
pub(super) fn of_file(batch: &RecordBatch, target: &Target) -> Result<RecordBatch> {
    let columns = target.data.iter().zip(target.files.fields()).map(|(place, field)| {
        let column = batch.column(*place);
        rename(column, field.data_type()).map_err(from_arrow)
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    RecordBatch::try_new(Arc::clone(&target.files), columns).map_err(from_arrow)
}

fn expect_no_null(column: &ArrayRef, field: &FieldRef, path: &str) -> Result<()> {
    if !field.is_nullable() && column.null_count() > 0 {
        return Err(Error::runtime(RuntimeClass::Other, "DELTA_NOT_NULL_CONSTRAINT_VIOLATED")
            .with("columnName", path));
    }
    let DataType::Struct(members) = field.data_type() else { return Ok(()) };
    if members.iter().all(|member| member.is_nullable() && !member.data_type().is_nested()) {
        return Ok(());
    }
    let values = column.as_struct();
    for (member, values_of) in members.iter().zip(values.columns()) {
        // A struct that is NULL has no members to be NULL.
        let present = match values.nulls() {
            None => Arc::clone(values_of),
            Some(nulls) => {
                let keep = arrow::array::BooleanArray::new(nulls.inner().clone(), None);
                arrow::compute::filter(values_of, &keep).map_err(from_arrow)?
            }
        };
        expect_no_null(&present, member, &format!("{path}.{}", member.name()))?;
    }
    Ok(())
}
