//! Aggregates that need all rows of the group at once: they are collected, and finished in one go.

use std::fmt::Debug;
use std::hash::Hash;

use arrow::array::{Array, ArrayRef, BooleanArray, ListArray, new_empty_array};
use arrow::compute::{and, filter, is_not_null};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use super::collected_groups::CollectedGroups;
use super::distinct::{elements, item, one_list};
use super::own::{Aggregate, Shape};
use super::sliding::{join, pieces_size};

/// What becomes of the collected rows of one group.
pub(super) trait Collector: Debug + Clone + PartialEq + Eq + Hash + Send + Sync + 'static {
    fn name(&self) -> &'static str;

    fn result(&self, inputs: &[FieldRef]) -> Result<Field>;

    /// Which of `inputs` arguments are collected; the others are constants.
    fn collected(&self, inputs: usize) -> Vec<usize>;

    /// How many of the collected columns, from the first, leave rows out that are NULL there.
    fn required(&self) -> usize {
        1
    }

    /// The result over the collected columns of a group, which may be empty.
    fn finish(&self, columns: &[ArrayRef], shape: &Shape) -> Result<ScalarValue>;

    /// The results of all groups at once, when they are simply lists of the first column.
    fn lists(&self, _: &[ArrayRef], _offsets: &[i32], _: &Shape) -> Result<Option<ListArray>> {
        Ok(None)
    }

    /// The result over no rows.
    fn empty(&self, data_type: &DataType) -> Result<ScalarValue> {
        ScalarValue::try_from(data_type)
    }
}

/// The aggregate of a collector.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Collected<C>(pub(super) C);

impl<C: Collector> Aggregate for Collected<C> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        self.0.result(inputs)
    }

    fn state(&self, inputs: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        let list = |i: usize| Field::new(format!("rows{i}"), DataType::List(item(&inputs[i])), true);
        self.0.collected(inputs.len()).into_iter().map(list).collect()
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(CollectedRows {
            columns: Columns::new(&self.0, shape),
            collector: self.0.clone(),
            shape: shape.clone(),
            pieces: Vec::new(),
        }))
    }

    fn groups(&self, shape: &Shape) -> Option<Box<dyn GroupsAccumulator>> {
        Some(Box::new(CollectedGroups::new(self.0.clone(), shape.clone())))
    }

    fn empty(&self, data_type: &DataType) -> Result<ScalarValue> {
        self.0.empty(data_type)
    }
}

/// Which argument columns are collected.
#[derive(Debug)]
pub(super) struct Columns {
    indices: Vec<usize>,
    required: usize,
    pub(super) fields: Vec<FieldRef>,
}

impl Columns {
    pub(super) fn new(collector: &impl Collector, shape: &Shape) -> Self {
        let indices = collector.collected(shape.inputs.len());
        let fields = indices.iter().map(|i| shape.inputs[*i].clone()).collect();
        Columns { indices, required: collector.required(), fields }
    }

    /// The rows to collect, as a mask; none when all are.
    pub(super) fn mask(
        &self,
        values: &[ArrayRef],
        passing: Option<&BooleanArray>,
    ) -> Result<Option<BooleanArray>> {
        let mut mask = passing.cloned();
        for index in self.indices.iter().take(self.required) {
            let column = &values[*index];
            if column.logical_null_count() > 0 {
                let valid = is_not_null(column)?;
                mask = Some(match mask {
                    Some(mask) => and(&mask, &valid)?,
                    None => valid,
                });
            }
        }
        Ok(mask)
    }

    pub(super) fn pick(&self, values: &[ArrayRef], mask: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let pick = |i: &usize| match mask {
            Some(mask) => Ok(filter(&values[*i], mask)?),
            None => Ok(values[*i].clone()),
        };
        self.indices.iter().map(pick).collect()
    }

    pub(super) fn join(&self, pieces: &[Vec<ArrayRef>]) -> Result<Vec<ArrayRef>> {
        match pieces {
            [] => Ok(self.fields.iter().map(|f| new_empty_array(f.data_type())).collect()),
            [one] => Ok(one.clone()),
            many => join(many),
        }
    }
}

/// The rows of one group.
#[derive(Debug)]
struct CollectedRows<C> {
    collector: C,
    shape: Shape,
    columns: Columns,
    pieces: Vec<Vec<ArrayRef>>,
}

impl<C> CollectedRows<C> {
    /// Adds a piece; pieces grow towards the front, so that there are never many of them.
    fn push(&mut self, piece: Vec<ArrayRef>) -> Result<()> {
        if piece.first().is_none_or(|p| p.is_empty()) {
            return Ok(());
        }
        self.pieces.push(piece);
        while let [.., before, last] = self.pieces.as_slice()
            && last[0].len() >= before[0].len()
        {
            let joined = join(&self.pieces[self.pieces.len() - 2..])?;
            self.pieces.truncate(self.pieces.len() - 2);
            self.pieces.push(joined);
        }
        Ok(())
    }
}

impl<C: Collector> Accumulator for CollectedRows<C> {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let mask = self.columns.mask(values, None)?;
        let piece = self.columns.pick(values, mask.as_ref())?;
        self.push(piece)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let columns = self.columns.join(&self.pieces)?;
        self.collector.finish(&columns, &self.shape)
    }

    fn size(&self) -> usize {
        size_of_val(self) + pieces_size(&self.pieces)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let columns = self.columns.join(&self.pieces)?;
        self.columns.fields.iter().zip(columns).map(|(f, values)| one_list(item(f), values)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for row in 0..states.first().map_or(0, |s| s.len()) {
            let piece = states.iter().map(|s| elements(s, row)).collect::<Result<Vec<_>>>()?;
            self.push(piece)?;
        }
        Ok(())
    }
}
