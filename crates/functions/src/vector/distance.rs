//! `vector_cosine_similarity`, `vector_inner_product`, `vector_l2_distance`.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Float32Type};
use datafusion::logical_expr::Expr;
use lang::Result;

use super::{Vectors, dimension_mismatch, sum_by_eight, vector};
use crate::Call;
use crate::scalar::{Body, Input, apply_field};

/// `vector_cosine_similarity(left, right)`; NULL for vectors without direction.
pub(super) fn cosine_similarity(call: &Call<'_>) -> Result<Expr> {
    of_two(call, "vector_cosine_similarity", |input| {
        for_each(input, |a, b| {
            let dot = dot(a, b);
            let norms = (dot_of_self(a) * dot_of_self(b)).sqrt();
            (norms != 0.0).then(|| (dot / norms) as f32)
        })
    })
}

/// `vector_inner_product(left, right)`
pub(super) fn inner_product(call: &Call<'_>) -> Result<Expr> {
    of_two(call, "vector_inner_product", |input| for_each(input, |a, b| Some(dot(a, b) as f32)))
}

/// `vector_l2_distance(left, right)`
pub(super) fn l2_distance(call: &Call<'_>) -> Result<Expr> {
    of_two(call, "vector_l2_distance", |input| {
        for_each(input, |a, b| {
            let square = |i: usize| (f64::from(a[i]) - f64::from(b[i])).powi(2);
            Some(sum_by_eight(a.len(), square).sqrt() as f32)
        })
    })
}

fn of_two(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let args = vec![vector(call, 0)?, vector(call, 1)?];
    Ok(apply_field(name, Field::new(name, DataType::Float32, true), args, body))
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    sum_by_eight(a.len(), |i| f64::from(a[i]) * f64::from(b[i]))
}

fn dot_of_self(a: &[f32]) -> f64 {
    dot(a, a)
}

/// One `f` a row with two whole vectors of one dimension.
fn for_each(input: &Input, f: impl Fn(&[f32], &[f32]) -> Option<f32>) -> Result<ArrayRef> {
    let (left, right) = (Vectors::new(input.raw(0))?, Vectors::new(input.raw(1))?);
    input.to_numbers::<Float32Type>(|row| {
        let (at_left, at_right) = (input.position(0, row), input.position(1, row));
        let dimensions = (left.dimension(at_left), right.dimension(at_right));
        if dimensions.0 != dimensions.1 {
            return Err(dimension_mismatch(input.returns.name(), dimensions.0, dimensions.1));
        }
        Ok(left.value(at_left).zip(right.value(at_right)).and_then(|(a, b)| f(a, b)))
    })
}
