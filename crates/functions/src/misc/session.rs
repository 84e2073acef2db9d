//! Constants of the session, and `typeof`.

use datafusion::logical_expr::{Expr, lit};
use lang::Result;

use crate::{Call, types};

pub(super) fn current_catalog(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(lit("spark_catalog"))
}

pub(super) fn current_database(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(lit(call.context.current_database.as_ref()))
}

/// Where names of functions are looked for.
pub(super) fn current_path(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(lit(format!("system.builtin,system.session,spark_catalog.{}", call.context.current_database)))
}

pub(super) fn current_user(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(lit(call.context.user.as_ref()))
}

/// The type of an expression as `df.dtypes` shows it.
pub(super) fn type_of(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(lit(types::from_field(&call.arguments[0].field).simple_string()))
}

/// The Spark version whose behaviour this is, and a revision that belongs to no Spark build.
pub(super) fn version(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(lit(format!("{} {}", lang::SPARK_VERSION, "0".repeat(40))))
}
