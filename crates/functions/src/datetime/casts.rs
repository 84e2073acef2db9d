//! Type names as functions: `int(x)` is `CAST(x AS INT)`.

use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::Expr;
use lang::ir::CastMode;
use lang::{Error, Result};

use crate::signature::{TIME, TIMESTAMP_NTZ, timestamp};
use crate::{Call, cast};

/// Casts to the type the function is called after.
pub(super) fn cast_to_name(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let to = match call.name {
        "bigint" => DataType::Int64,
        "binary" => DataType::Binary,
        "boolean" => DataType::Boolean,
        "date" => DataType::Date32,
        "decimal" => DataType::Decimal128(10, 0),
        "double" => DataType::Float64,
        "float" => DataType::Float32,
        "int" => DataType::Int32,
        "smallint" => DataType::Int16,
        "string" => DataType::Utf8,
        "time" => TIME,
        "timestamp" | "timestamp_ltz" => timestamp(),
        "timestamp_ntz" => TIMESTAMP_NTZ,
        "tinyint" => DataType::Int8,
        other => return Err(Error::internal(format!("no type for the function {other}"))),
    };
    cast::cast(&call.arguments[0], &Field::new(call.name, to, true), CastMode::Session, call.context)
}
