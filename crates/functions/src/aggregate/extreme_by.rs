//! `max_by`, `min_by`: the value where another one is greatest or least; with `k`, the values of the `k`
//! best.

use std::cmp::Ordering;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt32Array, make_comparator};
use arrow::compute::{SortColumn, SortOptions, lexsort_to_indices, take};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, Expr, lit};

use super::collected::{Collected, Collector};
use super::distinct::{normal_floats, one_list};
use super::own::{Aggregate, Shape, udaf};
use crate::Call;
use crate::error::external;
use crate::float::normalized_array;

const LARGEST_K: i64 = 100_000;

/// Arguments: the value, what orders it and, for the best `k`, `k`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct ExtremeBy {
    max: bool,
    /// Of equal rows the first counts, not the last.
    first: bool,
}

/// `max_by(value, ordering [, k])`
pub(super) fn max_by(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, ExtremeBy { max: true, first: false })
}

/// `min_by(value, ordering [, k])`
pub(super) fn min_by(call: &Call<'_>) -> lang::Result<Expr> {
    build(call, ExtremeBy { max: false, first: false })
}

/// The greatest or least value itself, where values hold values of which some may be NULL: those are the least.
pub(super) fn of_itself(call: &Call<'_>, max: bool) -> Expr {
    let value = call.arguments[0].expr.clone();
    super::plain_node(call, udaf(ExtremeBy { max, first: true }), vec![value.clone(), value])
}

fn build(call: &Call<'_>, which: ExtremeBy) -> lang::Result<Expr> {
    call.expect_arguments(2..=3)?;
    super::unordered(call)?;
    super::orderable(call, 1)?;
    let mut args = vec![call.arguments[0].expr.clone(), call.arguments[1].expr.clone()];
    if call.arguments.len() < 3 {
        return Ok(super::node(call, udaf(which), args));
    }
    match super::constant_integer(call, 2, "k")? {
        k if (1..=LARGEST_K).contains(&k) => args.push(lit(k)),
        wrong => return Err(super::out_of_range(call, "k", "[1, 100000]", &wrong.to_string())),
    }
    Ok(super::node(call, udaf(Collected(which)), args))
}

impl ExtremeBy {
    /// Whether a row that compares to the best one like this replaces it.
    fn replaces(&self, new_to_best: Ordering) -> bool {
        let better = if self.max { Ordering::Greater } else { Ordering::Less };
        new_to_best == better || new_to_best == Ordering::Equal && !self.first
    }

    fn called(&self) -> &'static str {
        match (self.max, self.first) {
            (true, false) => "max_by",
            (false, false) => "min_by",
            (true, true) => "max",
            (false, true) => "min",
        }
    }
}

impl Aggregate for ExtremeBy {
    fn name(&self) -> &'static str {
        self.called()
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(inputs[0].as_ref().clone().with_nullable(true))
    }

    fn state(&self, inputs: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        let named = |i: usize, name: &str| inputs[i].as_ref().clone().with_name(name).with_nullable(true);
        vec![named(0, "value"), named(1, "ordering")]
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        let types = [0, 1].map(|i: usize| shape.inputs[i].data_type().clone());
        Ok(Box::new(Best { which: *self, types, row: None }))
    }
}

/// The best row so far, as arrays of one value and one ordering.
#[derive(Debug)]
struct Best {
    which: ExtremeBy,
    types: [DataType; 2],
    row: Option<[ArrayRef; 2]>,
}

impl Best {
    /// The best row of a batch with an ordering that is not NULL.
    fn best_of(&self, ordering: &ArrayRef) -> Result<Option<u32>> {
        let compare = make_comparator(ordering, ordering, SortOptions::default())?;
        let nulls = ordering.logical_nulls();
        let valid = |row: &usize| nulls.as_ref().is_none_or(|n| n.is_valid(*row));
        let better =
            |best: usize, row: usize| if self.which.replaces(compare(row, best)) { row } else { best };
        Ok((0..ordering.len()).filter(valid).reduce(better).map(|row| row as u32))
    }
}

impl Accumulator for Best {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let ordering = normalized_array(&values[1]).map_err(external)?;
        let Some(row) = self.best_of(&ordering)? else { return Ok(()) };
        let row = UInt32Array::from(vec![row]);
        let new = [take(&values[0], &row, None)?, take(&ordering, &row, None)?];
        let replaces = match &self.row {
            Some(best) => {
                self.which.replaces(make_comparator(&new[1], &best[1], SortOptions::default())?(0, 0))
            }
            None => true,
        };
        if replaces {
            self.row = Some(new);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        match &self.row {
            Some([value, _]) => ScalarValue::try_from_array(value, 0),
            None => ScalarValue::try_from(&self.types[0]),
        }
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.row.iter().flatten().map(|a| a.get_array_memory_size()).sum::<usize>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        match &self.row {
            Some(row) => row.iter().map(|a| ScalarValue::try_from_array(a, 0)).collect(),
            None => self.types.iter().map(ScalarValue::try_from).collect(),
        }
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }
}

impl Collector for ExtremeBy {
    fn name(&self) -> &'static str {
        if self.max { "max_by_k" } else { "min_by_k" }
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(Field::new(self.called(), DataType::List(element(&inputs[0])), true))
    }

    fn collected(&self, _: usize) -> Vec<usize> {
        vec![1, 0]
    }

    fn finish(&self, columns: &[ArrayRef], shape: &Shape) -> Result<ScalarValue> {
        if columns[0].is_empty() {
            return ScalarValue::try_from(shape.result.data_type());
        }
        let k = match shape.constant(2) {
            ScalarValue::Int64(Some(k)) => k as usize,
            _ => 1,
        };
        let positions: ArrayRef = Arc::new(UInt32Array::from_iter_values(0..columns[0].len() as u32));
        let options = Some(SortOptions { descending: self.max, nulls_first: false });
        let keys = [
            SortColumn { values: normal_floats(&columns[0]), options },
            SortColumn { values: positions, options: None },
        ];
        let best = lexsort_to_indices(&keys, Some(k))?;
        one_list(element(&shape.inputs[0]), take(&columns[1], &best, None)?)
    }
}

fn element(value: &FieldRef) -> FieldRef {
    Arc::new(value.as_ref().clone().with_name("element").with_nullable(true))
}
