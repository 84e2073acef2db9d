//! `min` and `max` of floats: NaN is above all numbers, and of equal ones (the two zeros) the first stays.

use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, PrimitiveArray};
use arrow::datatypes::{DataType, Field, FieldRef, Float32Type, Float64Type};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::own::{Aggregate, Shape};

/// The least or greatest value of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FloatExtreme {
    pub(super) greatest: bool,
}

impl Aggregate for FloatExtreme {
    fn name(&self) -> &'static str {
        if self.greatest { "max" } else { "min" }
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(inputs[0].as_ref().clone().with_nullable(true))
    }

    fn state(&self, inputs: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        vec![inputs[0].as_ref().clone().with_name("value").with_nullable(true)]
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        Ok(match shape.inputs[0].data_type() {
            DataType::Float32 => Box::new(One(Extremes::<Float32Type>::new(*self))),
            DataType::Float64 => Box::new(One(Extremes::<Float64Type>::new(*self))),
            other => return exec_err!("no extreme of floats among {other}"),
        })
    }

    fn groups(&self, shape: &Shape) -> Option<Box<dyn GroupsAccumulator>> {
        match shape.inputs[0].data_type() {
            DataType::Float32 => Some(Box::new(Extremes::<Float32Type>::new(*self))),
            DataType::Float64 => Some(Box::new(Extremes::<Float64Type>::new(*self))),
            _ => None,
        }
    }
}

/// Floats in Spark's order.
trait Float: ArrowPrimitiveType<Native: PartialOrd> + std::fmt::Debug {
    fn is_nan(value: Self::Native) -> bool;
}

impl Float for Float32Type {
    fn is_nan(value: f32) -> bool {
        value.is_nan()
    }
}

impl Float for Float64Type {
    fn is_nan(value: f64) -> bool {
        value.is_nan()
    }
}

/// The extreme of each group; `None` before the first value.
#[derive(Debug)]
struct Extremes<T: Float> {
    which: FloatExtreme,
    values: Vec<Option<T::Native>>,
    primitive: PhantomData<fn() -> T>,
}

impl<T: Float> Extremes<T> {
    fn new(which: FloatExtreme) -> Self {
        Extremes { which, values: Vec::new(), primitive: PhantomData }
    }

    #[inline]
    fn add(&mut self, group: usize, value: T::Native) {
        let replaces = match self.values[group] {
            None => true,
            Some(best) if self.which.greatest => value > best || T::is_nan(value) && !T::is_nan(best),
            Some(best) => value < best || T::is_nan(best) && !T::is_nan(value),
        };
        if replaces {
            self.values[group] = Some(value);
        }
    }

    fn array(&self, values: Vec<Option<T::Native>>) -> ArrayRef {
        Arc::new(PrimitiveArray::<T>::from_iter(values))
    }
}

impl<T: Float> GroupsAccumulator for Extremes<T> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.values.resize(total, None);
        let column = values[0].as_primitive::<T>();
        if column.null_count() == 0 && filter.is_none() {
            column.values().iter().zip(groups).for_each(|(value, group)| self.add(*group, *value));
            return Ok(());
        }
        let passes =
            |row: &usize| column.is_valid(*row) && filter.is_none_or(|f| f.is_valid(*row) && f.value(*row));
        (0..column.len()).filter(passes).for_each(|row| self.add(groups[row], column.value(row)));
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let values = emit_to.take_needed(&mut self.values);
        Ok(self.array(values))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(emit_to)?])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.update_batch(values, groups, None, total)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut rows = Extremes::<T>::new(self.which);
        let groups: Vec<_> = (0..values[0].len()).collect();
        rows.update_batch(values, &groups, filter, groups.len())?;
        rows.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.values.capacity() * size_of::<Option<T::Native>>()
    }
}

/// The extreme of a single group.
#[derive(Debug)]
struct One<T: Float>(Extremes<T>);

impl<T: Float> Accumulator for One<T> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.values.resize(1, None);
        values[0].as_primitive::<T>().iter().flatten().for_each(|value| self.0.add(0, value));
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let value = self.0.values.first().copied().flatten();
        ScalarValue::try_from_array(&self.0.array(vec![value]), 0)
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }
}
