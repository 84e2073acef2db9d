//! Sums that notice overflow: of `BIGINT`, intervals and wide decimals.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, AsArray, BooleanArray, PrimitiveArray,
};
use arrow::datatypes::{
    DataType, Decimal128Type, DurationMicrosecondType, Field, FieldRef, Int64Type, IntervalUnit,
    IntervalYearMonthType, TimeUnit,
};
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use lang::{Error, RuntimeClass};

use super::own::{Aggregate, Shape};
use super::wide_sum::WideSum;
use crate::error;

/// What an overflow leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Overflow {
    /// An error that recommends the named function.
    Fails(&'static str),
    Null,
}

/// The sum of one argument in its own type; decimals get the widest precision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct CheckedSum {
    pub(super) overflow: Overflow,
}

impl Aggregate for CheckedSum {
    fn name(&self) -> &'static str {
        match self.overflow {
            Overflow::Fails("try_avg") => "sum_of_avg",
            Overflow::Fails(_) => "sum",
            Overflow::Null => "try_sum",
        }
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        let data_type = match inputs[0].data_type() {
            DataType::Decimal128(precision, scale) => DataType::Decimal128((precision + 10).min(38), *scale),
            other => other.clone(),
        };
        Ok(Field::new(self.name(), data_type, true).with_metadata(inputs[0].metadata().clone()))
    }

    fn state(&self, _: &[FieldRef], result: &FieldRef) -> Vec<Field> {
        vec![result.as_ref().clone().with_name("sum"), Field::new("overflowed", DataType::Boolean, true)]
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        if let DataType::Decimal128(precision, scale) = *shape.result.data_type() {
            return Ok(Box::new(WideSum::new(precision, scale, self.overflow)));
        }
        match summing(self.overflow, shape) {
            Some(groups) => Ok(Box::new(One(groups))),
            None => exec_err!("no checked sum of {}", shape.result.data_type()),
        }
    }

    fn groups(&self, shape: &Shape) -> Option<Box<dyn GroupsAccumulator>> {
        summing(self.overflow, shape).map(|groups| groups as Box<dyn GroupsAccumulator>)
    }
}

/// A groups accumulator whose first group can be looked at without giving it up.
trait Summing: GroupsAccumulator + Sync {
    fn peek(&mut self) -> Result<Vec<ArrayRef>>;
    fn result_of(&self, state: Vec<ArrayRef>) -> Result<ArrayRef>;
}

fn summing(overflow: Overflow, shape: &Shape) -> Option<Box<dyn Summing>> {
    let data_type = shape.result.data_type().clone();
    Some(match &data_type {
        DataType::Int64 => Box::new(Sums::<Int64Type>::new(data_type, overflow)),
        DataType::Decimal128(..) => Box::new(Sums::<Decimal128Type>::new(data_type, overflow)),
        DataType::Duration(TimeUnit::Microsecond) => {
            Box::new(Sums::<DurationMicrosecondType>::new(data_type, overflow))
        }
        DataType::Interval(IntervalUnit::YearMonth) => {
            Box::new(Sums::<IntervalYearMonthType>::new(data_type, overflow))
        }
        _ => return None,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    NoValue,
    Summed,
    Overflowed,
}

struct Sums<T: ArrowPrimitiveType> {
    data_type: DataType,
    overflow: Overflow,
    sums: Vec<T::Native>,
    progress: Vec<Progress>,
    primitive: PhantomData<fn() -> T>,
}

impl<T: ArrowPrimitiveType> Sums<T> {
    fn new(data_type: DataType, overflow: Overflow) -> Self {
        Sums { data_type, overflow, sums: Vec::new(), progress: Vec::new(), primitive: PhantomData }
    }

    fn resize(&mut self, total: usize) {
        self.sums.resize(total, T::default_value());
        self.progress.resize(total, Progress::NoValue);
    }

    #[inline]
    fn add(&mut self, group: usize, value: T::Native) -> Result<()> {
        match self.sums[group].add_checked(value) {
            Ok(sum) => {
                self.sums[group] = sum;
                if self.progress[group] == Progress::NoValue {
                    self.progress[group] = Progress::Summed;
                }
                Ok(())
            }
            Err(_) => self.overflowed(group),
        }
    }

    fn overflowed(&mut self, group: usize) -> Result<()> {
        self.progress[group] = Progress::Overflowed;
        match self.overflow {
            Overflow::Null => Ok(()),
            Overflow::Fails(alternative) => {
                Err(error::external(overflow_error(&self.data_type, alternative)))
            }
        }
    }

    fn state_of(&self, sums: Vec<T::Native>, progress: &[Progress]) -> Vec<ArrayRef> {
        let values = sums.into_iter().zip(progress).map(|(sum, p)| (*p == Progress::Summed).then_some(sum));
        let values = PrimitiveArray::<T>::from_iter(values).with_data_type(self.data_type.clone());
        let overflowed: BooleanArray = progress.iter().map(|p| Some(*p == Progress::Overflowed)).collect();
        vec![Arc::new(values), Arc::new(overflowed)]
    }
}

pub(super) fn overflow_error(data_type: &DataType, alternative: &str) -> Error {
    match data_type {
        DataType::Int64 => error::overflow("overflow", Some("try_add")),
        DataType::Decimal128(..) => error::overflow("Overflow in sum of decimals", Some(alternative)),
        _ => Error::runtime(RuntimeClass::Arithmetic, "INTERVAL_ARITHMETIC_OVERFLOW.WITH_SUGGESTION")
            .with("functionName", "`try_add`"),
    }
}

fn visit<T: ArrowPrimitiveType>(
    values: &ArrayRef,
    filter: Option<&BooleanArray>,
    mut add: impl FnMut(usize, T::Native) -> Result<()>,
) -> Result<()> {
    let values = values.as_primitive::<T>();
    if values.null_count() == 0 && filter.is_none() {
        return values.values().iter().enumerate().try_for_each(|(row, value)| add(row, *value));
    }
    let passes = |row: usize| values.is_valid(row) && filter.is_none_or(|f| f.is_valid(row) && f.value(row));
    (0..values.len()).filter(|row| passes(*row)).try_for_each(|row| add(row, values.value(row)))
}

impl<T: ArrowPrimitiveType> Summing for Sums<T> {
    fn peek(&mut self) -> Result<Vec<ArrayRef>> {
        self.resize(1);
        Ok(self.state_of(self.sums.clone(), &self.progress))
    }

    /// Decimals are checked for precision only here: a sum may leave the range on its way and come back.
    fn result_of(&self, state: Vec<ArrayRef>) -> Result<ArrayRef> {
        let DataType::Decimal128(precision, _) = self.data_type else { return Ok(state[0].clone()) };
        let limit = 10i128.pow(u32::from(precision));
        let sums = state[0].as_primitive::<Decimal128Type>();
        let fits = |sum: i128| -limit < sum && sum < limit;
        if let (Overflow::Fails(alternative), false) = (self.overflow, sums.iter().flatten().all(fits)) {
            return Err(error::external(overflow_error(&self.data_type, alternative)));
        }
        Ok(Arc::new(
            sums.unary_opt::<_, Decimal128Type>(|s| fits(s).then_some(s))
                .with_data_type(self.data_type.clone()),
        ))
    }
}

impl<T: ArrowPrimitiveType> GroupsAccumulator for Sums<T> {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<()> {
        self.resize(total);
        visit::<T>(&values[0], filter, |row, value| self.add(groups[row], value))
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let state = self.state(emit_to)?;
        self.result_of(state)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let sums = emit_to.take_needed(&mut self.sums);
        let progress = emit_to.take_needed(&mut self.progress);
        Ok(self.state_of(sums, &progress))
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.resize(total);
        let overflowed = values[1].as_boolean();
        for (_, group) in groups.iter().enumerate().filter(|(row, _)| overflowed.value(*row)) {
            self.progress[*group] = Progress::Overflowed;
        }
        visit::<T>(&values[0], None, |row, value| self.add(groups[row], value))
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        let mut rowwise = Sums::<T>::new(self.data_type.clone(), self.overflow);
        let groups: Vec<_> = (0..values[0].len()).collect();
        rowwise.update_batch(values, &groups, filter, groups.len())?;
        rowwise.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.sums.capacity() * size_of::<T::Native>() + self.progress.capacity() * size_of::<Progress>()
    }
}

/// The sum of a single group.
struct One(Box<dyn Summing>);

impl fmt::Debug for One {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CheckedSum")
    }
}

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.update_batch(values, &vec![0; values[0].len()], None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let state = self.0.peek()?;
        let result = self.0.result_of(state)?;
        ScalarValue::try_from_array(&result, 0)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.0.peek()?.iter().map(|column| ScalarValue::try_from_array(column, 0)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.0.merge_batch(states, &vec![0; states[0].len()], 1)
    }
}
