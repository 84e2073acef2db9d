//! `min` and `max`: DataFusion's, with Spark's place for NaN.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float32Array, Float64Array};
use arrow::datatypes::{DataType, Float32Type, Float64Type, Int32Type, Int64Type};
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::logical_expr::{AggregateUDF, Expr};
use lang::Result;

use crate::Call;
use crate::scalar::{self, Input};

/// `max(value)`
pub(super) fn max(call: &Call<'_>) -> Result<Expr> {
    build(call, max_udaf(), true)
}

/// `min(value)`
pub(super) fn min(call: &Call<'_>) -> Result<Expr> {
    build(call, min_udaf(), false)
}

fn build(call: &Call<'_>, function: Arc<AggregateUDF>, greatest: bool) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    super::unordered(call)?;
    super::orderable(call, 0)?;
    let argument = &call.arguments[0];
    let extreme = |value: Expr| super::plain_node(call, function, vec![value]);
    // DataFusion's floats lose their way at NaN and start from the largest finite number. Integers in the
    // same order do not.
    Ok(match argument.data_type() {
        DataType::Float64 => {
            let ordinal = scalar::apply("float_ordinal", DataType::Int64, call.exprs(), ordinals64);
            scalar::apply("float_of_ordinal", DataType::Float64, vec![extreme(ordinal)], floats64)
        }
        DataType::Float32 => {
            let ordinal = scalar::apply("float_ordinal", DataType::Int32, call.exprs(), ordinals32);
            scalar::apply("float_of_ordinal", DataType::Float32, vec![extreme(ordinal)], floats32)
        }
        DataType::List(_) | DataType::Struct(_) => super::extreme_by::of_itself(call, greatest),
        _ => super::with_metadata_of(argument, extreme(argument.expr.clone())),
    })
}

/// Flips the bits below the sign of negative numbers: the order of the integers is then the order of the
/// floats.
fn flip64(bits: i64) -> i64 {
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn flip32(bits: i32) -> i32 {
    bits ^ (((bits >> 31) as u32) >> 1) as i32
}

fn ordinals64(input: &Input) -> Result<ArrayRef> {
    let ordinal = |v: f64| flip64(if v.is_nan() { f64::NAN } else { v }.to_bits() as i64);
    Ok(Arc::new(input.column(0)?.as_primitive::<Float64Type>().unary::<_, Int64Type>(ordinal)))
}

fn floats64(input: &Input) -> Result<ArrayRef> {
    let float = |v: i64| f64::from_bits(flip64(v) as u64);
    let floats: Float64Array = input.column(0)?.as_primitive::<Int64Type>().unary(float);
    Ok(Arc::new(floats))
}

fn ordinals32(input: &Input) -> Result<ArrayRef> {
    let ordinal = |v: f32| flip32(if v.is_nan() { f32::NAN } else { v }.to_bits() as i32);
    Ok(Arc::new(input.column(0)?.as_primitive::<Float32Type>().unary::<_, Int32Type>(ordinal)))
}

fn floats32(input: &Input) -> Result<ArrayRef> {
    let float = |v: i32| f32::from_bits(flip32(v) as u32);
    let floats: Float32Array = input.column(0)?.as_primitive::<Int32Type>().unary(float);
    Ok(Arc::new(floats))
}
