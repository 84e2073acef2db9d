//! `to_protobuf`: structs as messages.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BinaryBuilder};
use arrow::datatypes::DataType;
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result};

use super::descriptor::Descriptors;
use super::encode::message;
use crate::Call;
use crate::scalar::{Input, apply};

/// `to_protobuf(struct, message[, descriptors][, options])`
pub(in crate::format) fn to_protobuf(call: &Call<'_>) -> Result<Expr> {
    let target = super::target(call)?;
    let value = &call.arguments[0];
    let DataType::Struct(fields) = value.data_type() else {
        return Err(call.unexpected_type(0, "\"STRUCT\""));
    };
    let descriptors = Descriptors::parse(&target.set)?;
    let found = descriptors.outer(&target.name)?;
    // What cannot be written is told before there are rows.
    let none = arrow::array::StructArray::new_null(fields.clone(), 0);
    drop(message(&descriptors, &found, &none, 0)?);
    let arguments = vec![value.expr.clone(), lit(target.name), lit(target.set)];
    Ok(apply("to_protobuf", DataType::Binary, arguments, run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let descriptors = Descriptors::parse(input.bytes(2)?.value(0))?;
    let found = descriptors.outer(input.constant_string(1).unwrap_or_default())?;
    let column = input.column(0)?;
    let structs = column.as_struct_opt().ok_or_else(|| Error::internal("to_protobuf takes structs"))?;
    let write = message(&descriptors, &found, structs, 0)?;
    let (mut out, mut builder) = (Vec::new(), BinaryBuilder::new());
    for row in 0..input.rows {
        if input.is_null(0, row) {
            builder.append_null();
            continue;
        }
        out.clear();
        write(row, &mut out)?;
        builder.append_value(&out);
    }
    Ok(Arc::new(builder.finish()))
}
