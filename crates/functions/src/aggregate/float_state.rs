//! Aggregates over doubles whose state is a fixed number of doubles: variance, correlation, product and their
//! kind.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

use super::own::{Aggregate, Shape};

/// The arithmetic of one such aggregate over one or two arguments; rows with a NULL argument are skipped.
pub(super) trait Statistic<const N: usize>: Debug + Copy + Eq + Hash + Send + Sync + 'static {
    const NAMES: [&'static str; N];
    /// The state over no rows.
    const START: [f64; N] = [0.0; N];

    fn name(&self) -> &'static str;
    /// Takes one row in; `y` is 0 when there is one argument.
    fn add(&self, state: &mut [f64; N], x: f64, y: f64);
    fn merge(&self, state: &mut [f64; N], other: &[f64; N]);
    fn finish(&self, state: &[f64; N]) -> Option<f64>;
}

/// The aggregate of a statistic.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct FloatAggregate<S, const N: usize>(pub(super) S);

impl<S: Statistic<N>, const N: usize> Aggregate for FloatAggregate<S, N> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn result(&self, _: &[FieldRef]) -> Result<Field> {
        Ok(Field::new(self.name(), DataType::Float64, true))
    }

    fn state(&self, _: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        S::NAMES.iter().map(|name| Field::new(*name, DataType::Float64, true)).collect()
    }

    fn accumulator(&self, _: &Shape) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(One { statistic: self.0, state: S::START }))
    }

    fn groups(&self, _: &Shape) -> Option<Box<dyn GroupsAccumulator>> {
        Some(Box::new(Many { statistic: self.0, states: Vec::new() }))
    }
}

/// Calls `visit` with position and values of every row without NULL that passes the filter.
fn for_each(values: &[ArrayRef], filter: Option<&BooleanArray>, mut visit: impl FnMut(usize, f64, f64)) {
    let x = values[0].as_primitive::<Float64Type>();
    let y = values.get(1).map(|v| v.as_primitive::<Float64Type>());
    let passes = |row: usize| {
        x.is_valid(row)
            && y.is_none_or(|y| y.is_valid(row))
            && filter.is_none_or(|f| f.is_valid(row) && f.value(row))
    };
    for row in 0..x.len() {
        if passes(row) {
            visit(row, x.value(row), y.map_or(0.0, |y| y.value(row)));
        }
    }
}

fn read_state<const N: usize>(states: &[ArrayRef], row: usize) -> [f64; N] {
    std::array::from_fn(|i| states[i].as_primitive::<Float64Type>().value(row))
}

fn write_states<const N: usize>(states: &[[f64; N]]) -> Vec<ArrayRef> {
    let column =
        |i: usize| -> ArrayRef { Arc::new(states.iter().map(|s| Some(s[i])).collect::<Float64Array>()) };
    (0..N).map(column).collect()
}

#[derive(Debug)]
struct One<S, const N: usize> {
    statistic: S,
    state: [f64; N],
}

impl<S: Statistic<N>, const N: usize> Accumulator for One<S, N> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for_each(values, None, |_, x, y| self.statistic.add(&mut self.state, x, y));
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(ScalarValue::Float64(self.statistic.finish(&self.state)))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(self.state.iter().map(|v| ScalarValue::Float64(Some(*v))).collect())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for row in 0..states[0].len() {
            self.statistic.merge(&mut self.state, &read_state(states, row));
        }
        Ok(())
    }
}

struct Many<S, const N: usize> {
    statistic: S,
    states: Vec<[f64; N]>,
}

impl<S: Statistic<N>, const N: usize> GroupsAccumulator for Many<S, N> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.states.resize(total, S::START);
        for_each(values, filter, |row, x, y| self.statistic.add(&mut self.states[groups[row]], x, y));
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let states = emit_to.take_needed(&mut self.states);
        Ok(Arc::new(states.iter().map(|s| self.statistic.finish(s)).collect::<Float64Array>()))
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(write_states(&emit_to.take_needed(&mut self.states)))
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.states.resize(total, S::START);
        for (row, group) in groups.iter().enumerate() {
            self.statistic.merge(&mut self.states[*group], &read_state(values, row));
        }
        Ok(())
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut states = vec![S::START; values[0].len()];
        for_each(values, filter, |row, x, y| self.statistic.add(&mut states[row], x, y));
        Ok(write_states(&states))
    }

    fn size(&self) -> usize {
        self.states.capacity() * size_of::<[f64; N]>()
    }
}
