//! `vector_norm`, `vector_normalize`: the norms of degree 1, 2 and infinity.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float32Builder, ListBuilder};
use arrow::datatypes::{DataType, Field, Float32Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::{Vectors, sum_by_eight, vector};
use crate::Call;
use crate::cast::format_number::float_text;
use crate::scalar::{Input, apply_field};

/// `vector_norm(vector [, degree])`
pub(super) fn norm(call: &Call<'_>) -> Result<Expr> {
    let args = arguments(call)?;
    let field = Field::new("vector_norm", DataType::Float32, true);
    Ok(apply_field("vector_norm", field, args, |input| {
        let (vectors, degrees) = (Vectors::new(input.raw(0))?, input.numbers::<Float32Type>(1)?);
        input.to_numbers::<Float32Type>(|row| {
            let norm = Norm::of(degrees.value(row), "vector_norm")?;
            Ok(vectors.value(input.position(0, row)).map(|v| norm.measure(v) as f32))
        })
    }))
}

/// `vector_normalize(vector [, degree])`; NULL for vectors without length.
pub(super) fn normalize(call: &Call<'_>) -> Result<Expr> {
    let args = arguments(call)?;
    let element = Arc::new(Field::new("element", DataType::Float32, false));
    let field = Field::new("vector_normalize", DataType::List(element), true);
    Ok(apply_field("vector_normalize", field, args, normalized))
}

fn normalized(input: &Input) -> Result<ArrayRef> {
    let (vectors, degrees) = (Vectors::new(input.raw(0))?, input.numbers::<Float32Type>(1)?);
    let element = match input.returns.data_type() {
        DataType::List(element) => element.clone(),
        other => return Err(Error::internal(format!("{other} is no vector"))),
    };
    let mut lists = ListBuilder::new(Float32Builder::new()).with_field(element);
    for row in 0..input.rows {
        if input.is_null(0, row) || input.is_null(1, row) {
            lists.append(false);
            continue;
        }
        let norm = Norm::of(degrees.value(row), "vector_normalize")?;
        let vector = vectors.value(input.position(0, row)).map(|v| (v, norm.measure(v)));
        match vector.filter(|(v, length)| v.is_empty() || *length != 0.0) {
            None => lists.append(false),
            Some((vector, length)) => {
                vector.iter().for_each(|x| lists.values().append_value((f64::from(*x) / length) as f32));
                lists.append(true);
            }
        }
    }
    Ok(Arc::new(lists.finish()))
}

/// Vector and degree, which is 2 unless it is given, as FLOAT.
fn arguments(call: &Call<'_>) -> Result<Vec<Expr>> {
    call.expect_arguments(1..=2)?;
    let degree = match call.arguments.get(1) {
        None => lit(ScalarValue::Float32(Some(2.0))),
        Some(degree) if matches!(degree.data_type(), DataType::Float32) => degree.expr.clone(),
        Some(_) => return Err(call.unexpected_type(1, "\"FLOAT\"")),
    };
    Ok(vec![vector(call, 0)?, degree])
}

#[derive(Debug, Clone, Copy)]
enum Norm {
    Manhattan,
    Euclidean,
    Maximum,
}

impl Norm {
    /// # Errors
    /// `INVALID_VECTOR_NORM_DEGREE`
    fn of(degree: f32, function: &str) -> Result<Self> {
        match degree {
            1.0 => Ok(Norm::Manhattan),
            2.0 => Ok(Norm::Euclidean),
            f32::INFINITY => Ok(Norm::Maximum),
            _ => Err(Error::runtime(RuntimeClass::Other, "INVALID_VECTOR_NORM_DEGREE")
                .with("functionName", format!("`{function}`"))
                .with("degree", float_text(degree))),
        }
    }

    fn measure(self, vector: &[f32]) -> f64 {
        let number = |i: usize| f64::from(vector[i]);
        match self {
            Norm::Manhattan => sum_by_eight(vector.len(), |i| number(i).abs()),
            Norm::Euclidean => sum_by_eight(vector.len(), |i| number(i) * number(i)).sqrt(),
            // NaN is greater than nothing, and so does not count.
            Norm::Maximum => vector
                .iter()
                .fold(0.0, |most: f64, x| if f64::from(x.abs()) > most { x.abs().into() } else { most }),
        }
    }
}
