//! Constants of the session, and `typeof`.

use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::{Expr, lit, when};
use lang::Result;

use crate::error::from_datafusion;
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
    let argument = &call.arguments[0];
    let name = lit(types::from_field(&argument.field).simple_string());
    // An aggregate function makes one row of many, even where nobody wants its value.
    if argument.expr.exists(|e| Ok(matches!(e, Expr::AggregateFunction(_)))).unwrap_or(false) {
        return when(argument.expr.clone().is_null(), name.clone()).otherwise(name).map_err(from_datafusion);
    }
    Ok(name)
}

/// The Spark version whose behaviour this is, and a revision that belongs to no Spark build.
pub(super) fn version(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(lit(format!("{} {}", lang::SPARK_VERSION, "0".repeat(40))))
}
