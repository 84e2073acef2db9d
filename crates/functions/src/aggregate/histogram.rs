//! `histogram_numeric`: bins of different widths, made by merging the closest pair whenever there is one too
//! many.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float64Array, StructArray};
use arrow::compute::cast as arrow_cast;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Float64Type, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Expr, lit};
use lang::Error;

use super::collected::{Collected, Collector};
use super::distinct::one_list;
use super::java_random::JavaRandom;
use super::own::{Shape, udaf};
use crate::{Call, cast, types};

const ACCEPTED: &str = "(\"NUMERIC\", \"DATE\", \"TIMESTAMP\", \"TIMESTAMP_NTZ\" or \"ANSI INTERVAL\")";

/// Arguments: value, number of bins.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct HistogramNumeric;

/// `histogram_numeric(value, bins)`
pub(super) fn build(call: &Call<'_>) -> lang::Result<Expr> {
    call.expect_arguments(2..=2)?;
    super::unordered(call)?;
    let argument = &call.arguments[0];
    let value = match argument.data_type() {
        t if types::is_numeric(t) => argument.expr.clone(),
        DataType::Date32 | DataType::Timestamp(..) | DataType::Duration(_) => argument.expr.clone(),
        DataType::Interval(_) => return Err(Error::unsupported("histogram_numeric of year-month intervals")),
        t if types::is_string(t) || *t == DataType::Null => {
            cast::implicit(argument, &DataType::Float64, call.context)?
        }
        _ => return Err(call.unexpected_type(0, ACCEPTED)),
    };
    let bins = match super::constant_integer(call, 1, "nb")? {
        bins if (2..=i64::from(i32::MAX)).contains(&bins) => bins,
        wrong => return Err(super::out_of_range(call, "nb", "[2, 2147483647]", &wrong.to_string())),
    };
    Ok(super::node(call, udaf(Collected(HistogramNumeric)), vec![value, lit(bins)]))
}

fn bin_fields(value: &FieldRef) -> Fields {
    let x = value.as_ref().clone().with_name("x").with_nullable(true);
    Fields::from(vec![x, Field::new("y", DataType::Float64, true)])
}

fn element(value: &FieldRef) -> FieldRef {
    Arc::new(Field::new("element", DataType::Struct(bin_fields(value)), true))
}

impl Collector for HistogramNumeric {
    fn name(&self) -> &'static str {
        "histogram_numeric"
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(Field::new(self.name(), DataType::List(element(&inputs[0])), true))
    }

    fn collected(&self, _: usize) -> Vec<usize> {
        vec![0]
    }

    fn finish(&self, columns: &[ArrayRef], shape: &Shape) -> Result<ScalarValue> {
        if columns[0].is_empty() {
            return ScalarValue::try_from(shape.result.data_type());
        }
        let limit = match shape.constant(1) {
            ScalarValue::Int64(Some(bins)) => bins as usize,
            _ => return ScalarValue::try_from(shape.result.data_type()),
        };
        let mut histogram = Histogram { limit, bins: Vec::new(), random: JavaRandom::new(31183) };
        for value in to_doubles(&columns[0])?.iter().flatten() {
            histogram.add(value);
        }
        let x = Float64Array::from_iter_values(histogram.bins.iter().map(|b| b.x));
        let y = Float64Array::from_iter_values(histogram.bins.iter().map(|b| b.y));
        let columns = vec![from_doubles(x, shape.inputs[0].data_type())?, Arc::new(y)];
        let bins = StructArray::try_new(bin_fields(&shape.inputs[0]), columns, None)?;
        one_list(element(&shape.inputs[0]), Arc::new(bins))
    }
}

fn to_doubles(values: &ArrayRef) -> Result<Float64Array> {
    let numbers = match values.data_type() {
        DataType::Date32 => arrow_cast(&arrow_cast(values, &DataType::Int32)?, &DataType::Int64)?,
        DataType::Timestamp(..) | DataType::Duration(_) => arrow_cast(values, &DataType::Int64)?,
        _ => values.clone(),
    };
    Ok(arrow_cast(&numbers, &DataType::Float64)?.as_primitive::<Float64Type>().clone())
}

fn from_doubles(values: Float64Array, data_type: &DataType) -> Result<ArrayRef> {
    let whole = || values.unary::<_, Int64Type>(|v| v as i64);
    Ok(match data_type {
        DataType::Float32 | DataType::Float64 | DataType::Decimal128(..) => arrow_cast(&values, data_type)?,
        DataType::Date32 => arrow_cast(&arrow_cast(&whole(), &DataType::Int32)?, data_type)?,
        _ => arrow_cast(&whole(), data_type)?,
    })
}

#[derive(Debug, Clone, Copy)]
struct Bin {
    x: f64,
    y: f64,
}

struct Histogram {
    limit: usize,
    /// Sorted by `x`.
    bins: Vec<Bin>,
    random: JavaRandom,
}

impl Histogram {
    fn add(&mut self, value: f64) {
        let index = self.bins.partition_point(|b| b.x < value);
        match self.bins.get_mut(index) {
            Some(bin) if bin.x == value => bin.y += 1.0,
            _ => {
                self.bins.insert(index, Bin { x: value, y: 1.0 });
                if self.bins.len() > self.limit {
                    self.merge_closest();
                }
            }
        }
    }

    fn merge_closest(&mut self) {
        let gap = |bins: &[Bin], i: usize| bins[i + 1].x - bins[i].x;
        let (mut least, mut place, mut ties) = (gap(&self.bins, 0), 0, 1u32);
        for i in 1..self.bins.len() - 1 {
            let gap = gap(&self.bins, i);
            if gap < least {
                (least, place, ties) = (gap, i, 1);
            } else if gap == least {
                ties += 1;
                if self.random.next_double() <= 1.0 / f64::from(ties) {
                    place = i;
                }
            }
        }
        let right = self.bins.remove(place + 1);
        let left = &mut self.bins[place];
        let weight = left.y + right.y;
        left.x = left.x * (left.y / weight) + right.x / weight * right.y;
        left.y = weight;
    }
}
