//! `first`, `last` and `any_value`: one value of the group by position.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt32Array, new_null_array};
use arrow::compute::{interleave, take};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, EmitTo, Expr, GroupsAccumulator, lit};

use super::own::{Aggregate, Shape, udaf};
use crate::Call;

/// Arguments: the value, whether NULLs are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Positional {
    last: bool,
}

/// `first(value [, ignoreNulls])`
pub(super) fn first(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, Positional { last: false })
}

/// `last(value [, ignoreNulls])`
pub(super) fn last(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, Positional { last: true })
}

fn build(call: &Call<'_>, which: Positional) -> lang::Result<Expr> {
    call.expect_arguments(1..=2)?;
    super::unordered(call)?;
    let ignore_nulls = super::ignore_nulls(call, 1)?;
    let args = vec![call.arguments[0].expr.clone(), lit(ignore_nulls)];
    Ok(super::plain_node(call, udaf(which), args))
}

impl Positional {
    /// The row of a batch that counts, among those that pass.
    fn pick(&self, mut rows: impl DoubleEndedIterator<Item = usize>) -> Option<usize> {
        if self.last { rows.next_back() } else { rows.next() }
    }
}

fn ignores_nulls(shape: &Shape) -> bool {
    shape.constant(1) == ScalarValue::from(true)
}

impl Aggregate for Positional {
    fn name(&self) -> &'static str {
        if self.last { "last" } else { "first" }
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(inputs[0].as_ref().clone().with_nullable(true))
    }

    fn state(&self, inputs: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        let value = inputs[0].as_ref().clone().with_name("value").with_nullable(true);
        vec![value, Field::new("is_set", DataType::Boolean, true)]
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        let value = ScalarValue::try_from(shape.inputs[0].data_type())?;
        Ok(Box::new(One { which: *self, ignores_nulls: ignores_nulls(shape), value, is_set: false }))
    }

    fn groups(&self, shape: &Shape) -> Option<Box<dyn GroupsAccumulator>> {
        let unset = new_null_array(shape.inputs[0].data_type(), 1);
        Some(Box::new(Many {
            which: *self,
            ignores_nulls: ignores_nulls(shape),
            pieces: vec![unset],
            places: Vec::new(),
        }))
    }
}

#[derive(Debug)]
struct One {
    which: Positional,
    ignores_nulls: bool,
    value: ScalarValue,
    is_set: bool,
}

impl One {
    fn set(&mut self, values: &ArrayRef, row: Option<usize>) -> Result<()> {
        if let Some(row) = row {
            self.value = ScalarValue::try_from_array(values, row)?;
            self.value.compact();
            self.is_set = true;
        }
        Ok(())
    }
}

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        if self.is_set && !self.which.last {
            return Ok(());
        }
        let nulls = values[0].logical_nulls().filter(|_| self.ignores_nulls);
        let passes = |row: &usize| nulls.as_ref().is_none_or(|n| n.is_valid(*row));
        let row = self.which.pick((0..values[0].len()).filter(passes));
        self.set(&values[0], row)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.value.clone())
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.value.size() - size_of_val(&self.value)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.value.clone(), ScalarValue::from(self.is_set)])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        if self.is_set && !self.which.last {
            return Ok(());
        }
        let is_set = states[1].as_boolean();
        let row = self.which.pick((0..is_set.len()).filter(|row| is_set.value(*row)));
        self.set(&states[0], row)
    }
}

/// Where the value of a group lies: piece and row in it. Piece 0 is one NULL.
type Place = (usize, usize);
const UNSET: Place = (0, 0);
/// So many rows may lie around that no group refers to any more.
const SLACK: usize = 8192;

struct Many {
    which: Positional,
    ignores_nulls: bool,
    pieces: Vec<ArrayRef>,
    places: Vec<Place>,
}

impl Many {
    fn take_in(
        &mut self,
        values: &ArrayRef,
        groups: &[usize],
        total: usize,
        passes: impl Fn(usize) -> bool,
    ) -> Result<()> {
        self.places.resize(total, UNSET);
        let piece = self.pieces.len();
        let mut rows: Vec<u32> = Vec::new();
        for (row, group) in groups.iter().enumerate().filter(|(row, _)| passes(*row)) {
            let place = &mut self.places[*group];
            if place.0 == piece {
                if self.which.last {
                    rows[place.1] = row as u32;
                }
            } else if self.which.last || *place == UNSET {
                *place = (piece, rows.len());
                rows.push(row as u32);
            }
        }
        if !rows.is_empty() {
            self.pieces.push(take(values, &UInt32Array::from(rows), None)?);
        }
        self.compact()
    }

    fn compact(&mut self) -> Result<()> {
        let rows: usize = self.pieces.iter().map(|p| p.len()).sum();
        if rows <= 2 * self.places.len() + SLACK {
            return Ok(());
        }
        let set: Vec<_> = self.places.iter().copied().filter(|p| *p != UNSET).collect();
        let piece = self.gather(&set)?;
        let set_places = self.places.iter_mut().filter(|p| **p != UNSET);
        set_places.enumerate().for_each(|(row, place)| *place = (1, row));
        self.pieces.truncate(1);
        self.pieces.push(piece);
        Ok(())
    }

    fn gather(&self, places: &[Place]) -> Result<ArrayRef> {
        let pieces: Vec<_> = self.pieces.iter().map(|p| p.as_ref()).collect();
        Ok(interleave(&pieces, places)?)
    }
}

impl GroupsAccumulator for Many {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        let nulls = values[0].logical_nulls().filter(|_| self.ignores_nulls);
        self.take_in(&values[0], groups, total, |row| {
            nulls.as_ref().is_none_or(|n| n.is_valid(row))
                && filter.is_none_or(|f| f.is_valid(row) && f.value(row))
        })
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let places = emit_to.take_needed(&mut self.places);
        let values = self.gather(&places)?;
        if self.places.is_empty() {
            self.pieces.truncate(1);
        }
        Ok(values)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let count = match emit_to {
            EmitTo::All => self.places.len(),
            EmitTo::First(count) => count,
        };
        let is_set: BooleanArray = self.places[..count].iter().map(|p| Some(*p != UNSET)).collect();
        Ok(vec![self.evaluate(emit_to)?, Arc::new(is_set)])
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        let is_set = values[1].as_boolean();
        self.take_in(&values[0], groups, total, |row| is_set.value(row))
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let rows = values[0].len();
        let nulls = values[0].logical_nulls().filter(|_| self.ignores_nulls);
        let is_set = (0..rows).map(|row| {
            Some(
                nulls.as_ref().is_none_or(|n| n.is_valid(row))
                    && filter.is_none_or(|f| f.is_valid(row) && f.value(row)),
            )
        });
        Ok(vec![values[0].clone(), Arc::new(is_set.collect::<BooleanArray>())])
    }

    fn size(&self) -> usize {
        self.pieces.iter().map(|p| p.get_array_memory_size()).sum::<usize>()
            + self.places.capacity() * size_of::<Place>()
    }
}
