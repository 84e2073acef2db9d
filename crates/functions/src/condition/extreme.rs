//! `greatest` and `least`: NULLs are skipped.

use datafusion::functions::core::expr_fn;
use datafusion::logical_expr::Expr;
use lang::Result;

use super::branch::{Unified, differing, unified};
use crate::{Argument, Call, cast, types};

pub(super) fn greatest(call: &Call<'_>) -> Result<Expr> {
    let candidates = candidates(call)?;
    Ok(cast::retyped(expr_fn::greatest(candidates.exprs), &candidates.field))
}

pub(super) fn least(call: &Call<'_>) -> Result<Expr> {
    let candidates = candidates(call)?;
    Ok(cast::retyped(expr_fn::least(candidates.exprs), &candidates.field))
}

/// The arguments in one type; strings do not mix with others here.
fn candidates(call: &Call<'_>) -> Result<Unified> {
    call.expect_arguments(2..=usize::MAX)?;
    let branches: Vec<&Argument> = call.arguments.iter().collect();
    let is_null = |a: &Argument| *a.data_type() == arrow::datatypes::DataType::Null;
    let strings = branches.iter().filter(|a| types::is_string(a.data_type())).count();
    let others = branches.iter().filter(|a| !types::is_string(a.data_type()) && !is_null(a)).count();
    if strings > 0 && others > 0 {
        return Err(differing(call, &branches));
    }
    unified(call, &branches)
}
