//! `greatest` and `least`: NULLs are skipped; of equal values (the two zeros) the first is taken.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, PrimitiveArray};
use arrow::datatypes::{DataType, Float32Type, Float64Type};
use datafusion::common::Result as DataFusionResult;
use datafusion::functions::core::expr_fn;
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use super::branch::{Unified, differing, unified};
use crate::kernel::{self, Inputs, Invoke};
use crate::{Argument, Call, cast, types};

pub(super) fn greatest(call: &Call<'_>) -> Result<Expr> {
    let Unified { exprs, field } = candidates(call)?;
    let kernel: Invoke = match field.data_type() {
        DataType::Float32 => |inputs| first_best::<Float32Type>(inputs, above32),
        DataType::Float64 => |inputs| first_best::<Float64Type>(inputs, above64),
        _ => return Ok(cast::retyped(expr_fn::greatest(exprs), &field)),
    };
    Ok(kernel::call("greatest_float", kernel, field, exprs))
}

pub(super) fn least(call: &Call<'_>) -> Result<Expr> {
    let Unified { exprs, field } = candidates(call)?;
    let kernel: Invoke = match field.data_type() {
        DataType::Float32 => |inputs| first_best::<Float32Type>(inputs, |new, best| above32(best, new)),
        DataType::Float64 => |inputs| first_best::<Float64Type>(inputs, |new, best| above64(best, new)),
        _ => return Ok(cast::retyped(expr_fn::least(exprs), &field)),
    };
    Ok(kernel::call("least_float", kernel, field, exprs))
}

/// In Spark's order NaN is above all numbers, and the two zeros are equal.
fn above64(value: f64, other: f64) -> bool {
    value > other || value.is_nan() && !other.is_nan()
}

fn above32(value: f32, other: f32) -> bool {
    value > other || value.is_nan() && !other.is_nan()
}

/// For each row the argument that none after it beats.
fn first_best<T: ArrowPrimitiveType>(
    inputs: &Inputs<'_>,
    beats: fn(T::Native, T::Native) -> bool,
) -> DataFusionResult<ArrayRef> {
    let mut best = inputs.primitive::<T>(0)?;
    for index in 1..inputs.count() {
        let candidates = inputs.primitive::<T>(index)?;
        let pairs = best.iter().zip(candidates.iter());
        best = pairs
            .map(|(best, new)| match (best, new) {
                (Some(best), Some(new)) if beats(new, best) => Some(new),
                (best, new) => best.or(new),
            })
            .collect::<PrimitiveArray<T>>();
    }
    Ok(Arc::new(best))
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
    let unified = unified(call, &branches)?;
    if crate::aggregate::is_orderable(unified.field.data_type()) {
        return Ok(unified);
    }
    Err(Error::analysis("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("functionName", format!("`{}`", call.name))
        .with("dataType", format!("\"{}\"", types::from_field(&unified.field).sql())))
}
