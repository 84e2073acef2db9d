//! `stack(n, a, b, …)`: the arguments dealt out to `n` rows.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ListArray, StructArray, new_null_array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::interleave;
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result as DataFusionResult, ScalarValue, internal_err};
use lang::{Error, Result};

use crate::coercion::common_type;
use crate::collection::arguments::{quoted, retyped};
use crate::collection::list::{check_length, element, list_of};
use crate::kernel::{Inputs, conform, typed};
use crate::{Argument, Call, Generated, cast};

/// Most rows that are made of one; most of so many are NULL.
const MOST_ROWS: usize = 1 << 20;

pub(super) fn stack(call: &Call<'_>) -> Result<Generated> {
    call.expect_arguments(2..=usize::MAX)?;
    let rows = match call.arguments[0].literal() {
        Some(ScalarValue::Int32(Some(rows))) if *rows > 0 => *rows as usize,
        _ => {
            return Err(Error::analysis("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE")
                .with("sqlExpr", format!("\"{}\"", call.sql()))
                .with("exprName", "`n`")
                .with("valueRange", "(0, 2147483647]")
                .with("currentValue", call.arguments[0].name().to_string()));
        }
    };
    if rows > MOST_ROWS {
        return Err(Error::unsupported(format!("stack() of more than {MOST_ROWS} rows")));
    }
    let values = &call.arguments[1..];
    let width = values.len().div_ceil(rows);
    let mut fields = Vec::with_capacity(width);
    for column in 0..width {
        let members: Vec<&Argument> = values.iter().skip(column).step_by(width).collect();
        fields.push(column_field(call, column, &members, rows)?);
    }
    let mut arguments = Vec::with_capacity(values.len());
    for (index, value) in values.iter().enumerate() {
        arguments.push(cast::implicit(value, fields[index % width].data_type(), call.context)?);
    }
    let structure = DataType::Struct(Fields::from(fields.clone()));
    // The arguments alone do not tell the number of rows when it does not divide them.
    arguments.push(datafusion::logical_expr::lit(rows as i32));
    let list = typed("stack", kernel, list_of(&structure, false), false, arguments);
    Ok(Generated { list, fields, as_struct: true, outer: false })
}

/// `colN`, of the common type of what lands in it.
fn column_field(call: &Call<'_>, column: usize, members: &[&Argument], rows: usize) -> Result<Field> {
    let mut field = members[0].field.as_ref().clone();
    for member in &members[1..] {
        let joined =
            common_type(field.data_type(), member.data_type(), call.context.ansi).ok_or_else(|| {
                Error::analysis("DATATYPE_MISMATCH.STACK_COLUMN_DIFF_TYPES")
                    .with("sqlExpr", format!("\"{}\"", call.sql()))
                    .with("columnIndex", column.to_string())
                    .with("leftType", quoted(members[0]))
                    .with("rightType", quoted(member))
            })?;
        field = retyped(&field, &joined).with_nullable(field.is_nullable() || member.nullable());
    }
    let nullable = field.is_nullable() || members.len() < rows;
    Ok(field.with_name(format!("col{column}")).with_nullable(nullable))
}

fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let count = inputs.count() - 1;
    let stacked = match inputs.constant(count) {
        Some(ScalarValue::Int32(Some(rows))) => *rows as usize,
        _ => return internal_err!("stack needs a constant number of rows"),
    };
    let Some(field) = element(inputs.returns) else {
        return internal_err!("stacked rows are a list");
    };
    let DataType::Struct(fields) = field.data_type() else {
        return internal_err!("stacked rows are structs");
    };
    check_length("stack", stacked as i128 * inputs.rows as i128)?;
    let width = fields.len();
    let mut columns = Vec::with_capacity(width);
    for (column, field) in fields.iter().enumerate() {
        let mut members: Vec<ArrayRef> = Vec::with_capacity(stacked);
        for index in (column..column + stacked * width).step_by(width) {
            members.push(if index < count {
                conform(inputs.array(index)?, field.data_type())?
            } else {
                new_null_array(field.data_type(), inputs.rows)
            });
        }
        let members: Vec<&dyn Array> = members.iter().map(AsRef::as_ref).collect();
        let order: Vec<(usize, usize)> =
            (0..inputs.rows).flat_map(|row| (0..stacked).map(move |member| (member, row))).collect();
        columns.push(interleave(&members, &order)?);
    }
    let structs = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::from_repeated_length(stacked, inputs.rows);
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, Arc::new(structs), None)?))
}
