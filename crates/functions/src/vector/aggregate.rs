//! `vector_sum`, `vector_avg`: element by element, in single precision.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float32Array};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, Expr};

use super::{Vectors, dimension_mismatch, vector};
use crate::Call;
use crate::aggregate::own::{Aggregate, Shape, udaf};
use crate::aggregate::{node, unordered};
use crate::error::external;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Combine {
    Sum,
    Mean,
}

/// `vector_sum(vector)`
pub(super) fn sum(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, Combine::Sum)
}

/// `vector_avg(vector)`
pub(super) fn avg(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, Combine::Mean)
}

fn build(call: &Call<'_>, combine: Combine) -> lang::Result<Expr> {
    call.expect_arguments(1..=1)?;
    unordered(call)?;
    Ok(node(call, udaf(combine), vec![vector(call, 0)?]))
}

fn element() -> FieldRef {
    Arc::new(Field::new("element", DataType::Float32, true))
}

impl Aggregate for Combine {
    fn name(&self) -> &'static str {
        match self {
            Combine::Sum => "vector_sum",
            Combine::Mean => "vector_avg",
        }
    }

    fn result(&self, _: &[FieldRef]) -> Result<Field> {
        let element = element().as_ref().clone().with_nullable(false);
        Ok(Field::new(self.name(), DataType::List(Arc::new(element)), true))
    }

    fn state(&self, _: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        vec![
            Field::new("vector", DataType::List(element()), true),
            Field::new("count", DataType::Int64, true),
        ]
    }

    fn accumulator(&self, _: &Shape) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Combined { combine: *self, vector: Vec::new(), count: 0 }))
    }
}

#[derive(Debug)]
struct Combined {
    combine: Combine,
    vector: Vec<f32>,
    /// How many vectors are in it.
    count: i64,
}

impl Combined {
    /// Takes in a vector that stands for `count` of them.
    fn add(&mut self, other: &[f32], count: i64) -> lang::Result<()> {
        if self.count == 0 {
            (self.vector, self.count) = (other.to_vec(), count);
            return Ok(());
        }
        if self.vector.len() != other.len() {
            return Err(dimension_mismatch(self.combine.name(), self.vector.len(), other.len()));
        }
        let before = self.count;
        self.count += count;
        let pairs = self.vector.iter_mut().zip(other);
        match self.combine {
            Combine::Sum => pairs.for_each(|(own, x)| *own += x),
            Combine::Mean if count == 1 => {
                let share = 1.0 / self.count as f32;
                pairs.for_each(|(own, x)| *own += (x - *own) * share);
            }
            Combine::Mean => {
                let (own_share, share) =
                    (before as f32 / self.count as f32, count as f32 / self.count as f32);
                pairs.for_each(|(own, x)| *own = *own * own_share + x * share);
            }
        }
        Ok(())
    }

    fn list(&self, element: FieldRef) -> Result<ScalarValue> {
        let data_type = DataType::List(element.clone());
        if self.count == 0 {
            return ScalarValue::try_from(&data_type);
        }
        let values: ArrayRef = Arc::new(Float32Array::from(self.vector.clone()));
        crate::aggregate::one_list(element, values)
    }
}

impl Accumulator for Combined {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let vectors = Vectors::new(&values[0]).map_err(external)?;
        for row in 0..values[0].len() {
            if let Some(vector) = vectors.value(row) {
                self.add(vector, 1).map_err(external)?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.list(Arc::new(element().as_ref().clone().with_nullable(false)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.vector.capacity() * size_of::<f32>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.list(element())?, ScalarValue::Int64(Some(self.count))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (vectors, counts) =
            (Vectors::new(&states[0]).map_err(external)?, states[1].as_primitive::<Int64Type>());
        for row in 0..states[0].len() {
            if let Some(vector) = vectors.value(row) {
                self.add(vector, counts.value(row)).map_err(external)?;
            }
        }
        Ok(())
    }
}
