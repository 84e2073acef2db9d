//! `schema_of_avro`: the type that a schema stands for, in DDL.

use datafusion::logical_expr::{Expr, lit};
use lang::Result;

use super::types::spark_type;
use crate::Call;

/// `schema_of_avro(schema[, options])`
pub(in crate::format) fn schema_of_avro(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let Some((schema, _)) = super::schema(call, 0)? else {
        return Err(super::no_schema(call, 0));
    };
    let stable_names = super::stable_names(call, &super::options(call, 1)?)?;
    Ok(lit(spark_type(&schema, stable_names)?.0.sql()))
}
