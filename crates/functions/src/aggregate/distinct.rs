//! DISTINCT for any aggregate: every combination of arguments is passed on once, in the order of first
//! appearance.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float32Array, Float64Array, ListArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, FieldRef, Float32Type, Float64Type};
use arrow::row::{RowConverter, SortField};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err};
use datafusion::logical_expr::Accumulator;

use super::sliding::{Start, join, pieces_size};

pub(super) struct Distinct {
    start: Start,
    inputs: Vec<FieldRef>,
    rows: DistinctRows,
    pieces: Vec<Vec<ArrayRef>>,
}

/// Tells rows seen for the first time from repeated ones.
pub(super) struct DistinctRows {
    converter: RowConverter,
    seen: HashSet<Box<[u8]>>,
    bytes: usize,
}

impl DistinctRows {
    pub(super) fn try_new<'a>(types: impl IntoIterator<Item = &'a DataType>) -> Result<Self> {
        let fields = types.into_iter().map(|t| SortField::new(t.clone())).collect();
        Ok(DistinctRows { converter: RowConverter::new(fields)?, seen: HashSet::new(), bytes: 0 })
    }

    /// The positions of the rows never seen before.
    pub(super) fn new_rows(&mut self, columns: &[ArrayRef]) -> Result<UInt32Array> {
        let columns: Vec<_> = columns.iter().map(normal_floats).collect();
        let rows = self.converter.convert_columns(&columns)?;
        let mut new = Vec::new();
        for (position, row) in (0u32..).zip(rows.iter()) {
            let bytes: &[u8] = row.as_ref();
            if !self.seen.contains(bytes) {
                self.bytes += bytes.len();
                self.seen.insert(bytes.into());
                new.push(position);
            }
        }
        Ok(new.into())
    }

    fn size(&self) -> usize {
        self.bytes + self.seen.capacity() * size_of::<Box<[u8]>>() + self.converter.size()
    }
}

/// Floats with one NaN and one zero, so that equal values have equal bytes.
pub(super) fn normal_floats(array: &ArrayRef) -> ArrayRef {
    match array.data_type() {
        DataType::Float64 => {
            let normal = |v: f64| if v.is_nan() { f64::NAN } else { v + 0.0 };
            Arc::new(array.as_primitive::<Float64Type>().unary::<_, Float64Type>(normal) as Float64Array)
        }
        DataType::Float32 => {
            let normal = |v: f32| if v.is_nan() { f32::NAN } else { v + 0.0 };
            Arc::new(array.as_primitive::<Float32Type>().unary::<_, Float32Type>(normal) as Float32Array)
        }
        _ => array.clone(),
    }
}

/// The state of a DISTINCT aggregate: a list for each argument.
pub(super) fn state_fields(inputs: &[FieldRef]) -> Vec<Field> {
    let list = |(i, input): (usize, &FieldRef)| {
        Field::new(format!("distinct{i}"), DataType::List(item(input)), true)
    };
    inputs.iter().enumerate().map(list).collect()
}

pub(super) fn item(input: &FieldRef) -> FieldRef {
    Arc::new(Field::new_list_field(input.data_type().clone(), true))
}

/// A list of one row that holds all `values`.
pub(crate) fn one_list(field: FieldRef, values: ArrayRef) -> Result<ScalarValue> {
    let offsets = OffsetBuffer::from_lengths([values.len()]);
    Ok(ScalarValue::List(Arc::new(ListArray::try_new(field, offsets, values, None)?)))
}

/// The elements of all rows of a list column.
pub(super) fn elements(column: &ArrayRef, row: usize) -> Result<ArrayRef> {
    let lists =
        column.as_list_opt::<i32>().ok_or_else(|| exec_datafusion_err!("a state column is not a list"))?;
    Ok(if lists.is_null(row) { lists.values().slice(0, 0) } else { lists.value(row) })
}

impl Distinct {
    pub(super) fn try_new(inputs: &[FieldRef], start: Start) -> Result<Self> {
        let rows = DistinctRows::try_new(inputs.iter().map(|f| f.data_type()))?;
        Ok(Distinct { start, inputs: inputs.to_vec(), rows, pieces: Vec::new() })
    }

    fn columns(&self) -> Result<Vec<ArrayRef>> {
        match self.pieces.is_empty() {
            true => Ok(self.inputs.iter().map(|f| arrow::array::new_empty_array(f.data_type())).collect()),
            false => join(&self.pieces),
        }
    }
}

impl fmt::Debug for Distinct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Distinct").field("rows", &self.rows.seen.len()).finish()
    }
}

impl Accumulator for Distinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let new = self.rows.new_rows(values)?;
        if !new.is_empty() {
            let piece = values.iter().map(|v| Ok(take(v, &new, None)?)).collect::<Result<_>>()?;
            self.pieces.push(piece);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut accumulator = (self.start)()?;
        accumulator.update_batch(&self.columns()?)?;
        accumulator.evaluate()
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.rows.size() + pieces_size(&self.pieces)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let columns = self.columns()?;
        self.inputs.iter().zip(columns).map(|(input, values)| one_list(item(input), values)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for row in 0..states.first().map_or(0, |s| s.len()) {
            let columns = states.iter().map(|s| elements(s, row)).collect::<Result<Vec<_>>>()?;
            self.update_batch(&columns)?;
        }
        Ok(())
    }
}
