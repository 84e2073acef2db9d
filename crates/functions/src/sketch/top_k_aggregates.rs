//! The aggregates behind `approx_top_k_accumulate` and `approx_top_k_combine`: rows or states in, one state out.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::Accumulator;
use lang::{Error, RuntimeClass};

use super::top_k::{DEFAULT_TRACKED, MOST_TRACKED};
use super::top_k_counts::Counts;
use super::top_k_state::{State, state_fields, state_value, states};
use crate::aggregate::own::{Aggregate, Shape};
use crate::error::external;

/// Counts the rows of a group.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Accumulate {
    pub(super) tracked: i32,
}

impl Aggregate for Accumulate {
    fn name(&self) -> &'static str {
        "approx_top_k_accumulate"
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(Field::new(self.name(), DataType::Struct(state_fields(&inputs[0])), false))
    }

    fn state(&self, _: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        vec![Field::new("sketch", DataType::Binary, true)]
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        let counts = Counts::new(self.tracked as usize);
        let item = Arc::clone(&shape.inputs[0]);
        Ok(Box::new(Accumulating { counts, tracked: self.tracked, item }))
    }

    fn empty(&self, data_type: &DataType) -> Result<ScalarValue> {
        empty_state(data_type, self.tracked, self.tracked)
    }
}

/// The state over no rows, with room for `room` items.
fn empty_state(data_type: &DataType, room: i32, tracked: i32) -> Result<ScalarValue> {
    match data_type {
        DataType::Struct(fields) if fields.len() == 4 => {
            let bytes = Counts::new(room as usize).to_bytes(fields[2].data_type());
            state_value(bytes, tracked, &fields[2])
        }
        other => internal_err!("a state of approx_top_k is no {other}"),
    }
}

#[derive(Debug)]
struct Accumulating {
    counts: Counts,
    tracked: i32,
    item: FieldRef,
}

impl Accumulator for Accumulating {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.counts.update(&values[0])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        state_value(self.counts.to_bytes(self.item.data_type()), self.tracked, &self.item)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.counts.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(Some(self.counts.to_bytes(self.item.data_type())))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for state in states[0].as_binary::<i32>().iter().flatten() {
            self.counts.merge(&Counts::from_state(state, self.item.data_type())?);
        }
        Ok(())
    }
}

/// Puts states together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Combine {
    /// The size of the result; without it, that of the states, which then must agree.
    pub(super) size: Option<i32>,
}

impl Combine {
    fn room(&self) -> i32 {
        self.size.unwrap_or(MOST_TRACKED)
    }
}

impl Aggregate for Combine {
    fn name(&self) -> &'static str {
        "approx_top_k_combine"
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        match inputs[0].data_type() {
            DataType::Struct(fields) if fields.len() == 4 => {
                Ok(Field::new(self.name(), DataType::Struct(state_fields(&fields[2])), false))
            }
            other => internal_err!("a state of approx_top_k is no {other}"),
        }
    }

    fn state(&self, _: &[FieldRef], result: &FieldRef) -> Vec<Field> {
        vec![result.as_ref().clone().with_name("combined").with_nullable(true)]
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        let DataType::Struct(fields) = shape.result.data_type() else {
            return internal_err!("a state of approx_top_k is a struct");
        };
        let counts = Counts::new(self.room() as usize);
        Ok(Box::new(Combining { counts, size: self.size, found: None, item: Arc::clone(&fields[2]) }))
    }

    fn empty(&self, data_type: &DataType) -> Result<ScalarValue> {
        empty_state(data_type, self.room(), self.size.unwrap_or(DEFAULT_TRACKED))
    }
}

#[derive(Debug)]
struct Combining {
    counts: Counts,
    size: Option<i32>,
    /// The size of the states so far.
    found: Option<i32>,
    item: FieldRef,
}

impl Combining {
    fn add(&mut self, state: &State) -> Result<()> {
        match self.found {
            Some(found) if self.size.is_none() && found != state.tracked => {
                return Err(external(
                    Error::runtime(RuntimeClass::Other, "APPROX_TOP_K_SKETCH_SIZE_NOT_MATCH")
                        .with("size1", found.to_string())
                        .with("size2", state.tracked.to_string()),
                ));
            }
            Some(_) => {}
            None => self.found = Some(state.tracked),
        }
        self.counts.merge(&state.counts);
        Ok(())
    }

    fn value(&self, tracked: i32) -> Result<ScalarValue> {
        state_value(self.counts.to_bytes(self.item.data_type()), tracked, &self.item)
    }
}

impl Accumulator for Combining {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for state in states(&values[0])? {
            let Some(state) = state else {
                return Err(external(Error::unsupported("approx_top_k_combine of NULL")));
            };
            self.add(&state)?;
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.value(self.size.or(self.found).unwrap_or(DEFAULT_TRACKED))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.counts.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        match self.found {
            Some(found) => Ok(vec![self.value(found)?]),
            None => Ok(vec![ScalarValue::try_from(&DataType::Struct(state_fields(&self.item)))?]),
        }
    }

    fn merge_batch(&mut self, parts: &[ArrayRef]) -> Result<()> {
        states(&parts[0])?.iter().flatten().try_for_each(|state| self.add(state))
    }
}
