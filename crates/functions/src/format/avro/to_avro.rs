//! `to_avro`: values encoded by the schema that their type stands for, or by one that is given.

use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryBuilder};
use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, lit};
use lang::Result;

use super::encode::{incompatible, writer};
use super::schema::Schema;
use super::types::avro_type;
use crate::Call;
use crate::scalar::{Input, apply};
use crate::types::from_field;

/// What Spark calls the record of a value without a schema.
const RECORD: &str = "topLevelRecord";

/// `to_avro(value[, schema])`
pub(in crate::format) fn to_avro(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let given = if call.arguments.len() > 1 { super::schema(call, 1)? } else { None };
    let value = &call.arguments[0];
    let text = match given {
        Some((_, text)) => text,
        None => avro_type(&from_field(&value.field), value.nullable(), RECORD, "")?.to_string(),
    };
    Schema::parse(&text)?;
    Ok(apply("to_avro", DataType::Binary, vec![value.expr.clone(), lit(text)], run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let schema = Schema::parse(input.constant_string(1).unwrap_or_default())?;
    let column = plain(&input.column(0)?)?;
    let field = input.fields[0].as_ref().clone().with_data_type(column.data_type().clone());
    let write = writer(&column, &field, &schema)?;
    let (mut out, mut builder) = (Vec::new(), BinaryBuilder::new());
    for row in 0..input.rows {
        if input.is_null(0, row) {
            builder.append_null();
            continue;
        }
        out.clear();
        write(row, &mut out).ok_or_else(|| {
            incompatible(format!(
                "row {row} of {} does not fit the Avro type {}",
                field.name(),
                schema.kind()
            ))
        })?;
        builder.append_value(&out);
    }
    Ok(Arc::new(builder.finish()))
}

/// Texts and bytes in the one layout that is written.
fn plain(column: &ArrayRef) -> Result<ArrayRef> {
    let wanted = match column.data_type() {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        _ => return Ok(Arc::clone(column)),
    };
    arrow::compute::cast(column, &wanted).map_err(|e| lang::Error::internal(e.to_string()))
}
