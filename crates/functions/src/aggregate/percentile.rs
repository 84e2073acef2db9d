//! `percentile`, `median`, `percentile_cont`, `percentile_disc`: exact percentiles.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, Float64Type, Int64Type, IntervalUnit};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, RuntimeClass};

use super::collected::{Collected, Collector};
use super::distinct::one_list;
use super::doubles::{from_doubles, to_doubles};
use super::own::{Shape, udaf};
use crate::{Argument, Call, Context, cast, error, types};

/// Arguments: value, percentage or percentages, descending, discrete, and optionally how often the value
/// counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Percentile {
    name: &'static str,
}

/// `percentile(value, percentage [, frequency])`
pub(super) fn percentile(call: &Call<'_>) -> lang::Result<Expr> {
    call.expect_arguments(2..=3)?;
    super::unordered(call)?;
    let percentage = percentages(call, 1)?;
    let mut args = vec![value(call, 0)?, percentage, lit(false), lit(false)];
    if let Some(frequency) = call.arguments.get(2) {
        if !types::is_integral(frequency.data_type()) {
            return Err(call.unexpected_type(2, "\"INTEGRAL\""));
        }
        if !matches!(
            frequency.literal().map(|f| f.cast_to(&DataType::Int64)),
            Some(Ok(ScalarValue::Int64(Some(1))))
        ) {
            args.push(cast::implicit(frequency, &DataType::Int64, call.context)?);
        }
    }
    Ok(super::node(call, udaf(Collected(Percentile { name: "percentile" })), args))
}

/// `median(value)`
pub(super) fn median(call: &Call<'_>) -> lang::Result<Expr> {
    call.expect_arguments(1..=1)?;
    super::unordered(call)?;
    let args = vec![value(call, 0)?, lit(0.5), lit(false), lit(false)];
    Ok(super::node(call, udaf(Collected(Percentile { name: "median" })), args))
}

/// `percentile_cont(percentage) WITHIN GROUP (ORDER BY value)`
pub(super) fn continuous(call: &Call<'_>) -> lang::Result<Expr> {
    within_group(call, "percentile_cont", false)
}

/// `percentile_disc(percentage) WITHIN GROUP (ORDER BY value)`
pub(super) fn discrete(call: &Call<'_>) -> lang::Result<Expr> {
    within_group(call, "percentile_disc", true)
}

fn within_group(call: &Call<'_>, name: &'static str, discrete: bool) -> lang::Result<Expr> {
    call.expect_arguments(1..=1)?;
    let [key] = call.order_by.as_slice() else { return Err(super::wrong_within_group(call)) };
    let args = vec![key.expr.clone(), percentages(call, 0)?, lit(!key.asc), lit(discrete)];
    Ok(super::node(call, udaf(Collected(Percentile { name })), args))
}

/// The value that `percentile_cont` and `percentile_disc` order by, as they take it.
///
/// # Errors
/// `DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE`; times of day and, under ANSI, timestamps, of which Spark takes the time of day.
pub fn percentile_key(name: &str, key: Argument, context: &Context) -> lang::Result<Expr> {
    let call = Call {
        name,
        arguments: vec![key],
        distinct: false,
        filter: None,
        order_by: Vec::new(),
        ignore_nulls: None,
        context,
    };
    match call.arguments[0].data_type() {
        DataType::Timestamp(..) if context.ansi => Err(Error::unsupported(format!("{name} of timestamps"))),
        DataType::Time64(_) => Err(Error::unsupported(format!("{name} of times"))),
        _ => value(&call, 0),
    }
}

fn value(call: &Call<'_>, index: usize) -> lang::Result<Expr> {
    let argument = &call.arguments[index];
    match argument.data_type() {
        DataType::Duration(_) | DataType::Interval(IntervalUnit::YearMonth) => Ok(argument.expr.clone()),
        t if types::is_numeric(t) => Ok(argument.expr.clone()),
        DataType::Null => cast::implicit(argument, &DataType::Float64, call.context),
        t if types::is_string(t) => cast::implicit(argument, &DataType::Float64, call.context),
        _ => Err(call.unexpected_type(index, "(\"NUMERIC\" or \"ANSI INTERVAL\")")),
    }
}

/// The percentage, or array of percentages, as constant doubles between 0 and 1.
pub(super) fn percentages(call: &Call<'_>, index: usize) -> lang::Result<Expr> {
    let argument = &call.arguments[index];
    // A text is cast as a query's texts are, with their error.
    let mut given = call.with_arguments(call.arguments.clone());
    if types::is_string(argument.data_type()) {
        given.arguments[index].expr = cast::implicit(argument, &DataType::Float64, call.context)?;
    }
    let value = super::constant(&given, index)?
        .ok_or_else(|| super::not_foldable(call, index, "percentage", "DOUBLE"))?;
    let target = match value.data_type() {
        DataType::List(_) => DataType::List(Arc::new(Field::new_list_field(DataType::Float64, true))),
        t if types::is_numeric(&t) || types::is_string(&t) => DataType::Float64,
        _ => return Err(unexpected_percentage(argument, call, index)),
    };
    let value = value.cast_to(&target).map_err(error::from_datafusion)?;
    let doubles = doubles(&value);
    if value.is_null() || doubles.iter().any(|d| d.is_none()) {
        return Err(super::unexpected_null(call, "percentage"));
    }
    match doubles.into_iter().flatten().find(|p| !(0.0..=1.0).contains(p)) {
        Some(wrong) => Err(super::out_of_range(call, "percentage", "[0.0, 1.0]", &format!("{wrong:?}D"))),
        None => Ok(lit(value)),
    }
}

fn unexpected_percentage(argument: &Argument, call: &Call<'_>, index: usize) -> Error {
    match argument.data_type() {
        DataType::Null => super::unexpected_null(call, "percentage"),
        _ => call.unexpected_type(index, "\"DOUBLE\""),
    }
}

fn doubles(value: &ScalarValue) -> Vec<Option<f64>> {
    match value {
        ScalarValue::Float64(p) => vec![*p],
        ScalarValue::List(list) => list.values().as_primitive::<Float64Type>().iter().collect(),
        _ => vec![None],
    }
}

/// `result` as a value, or as an array when the percentages are one; NULL when there are no values.
pub(super) fn shaped(results: ArrayRef, percentages: &ScalarValue, element: FieldRef) -> Result<ScalarValue> {
    match percentages {
        ScalarValue::List(_) => one_list(element, results),
        _ => ScalarValue::try_from_array(&results, 0),
    }
}

/// The result field for elements of `data_type`.
pub(super) fn result_field(name: &str, element: Field, percentages: &DataType) -> Field {
    match percentages {
        DataType::List(_) => {
            let element = element.with_name("element").with_nullable(false);
            Field::new(name, DataType::List(Arc::new(element)), true)
        }
        _ => element.with_name(name).with_nullable(true),
    }
}

pub(super) fn percentages_of(value: &ScalarValue) -> Vec<f64> {
    doubles(value).into_iter().flatten().collect()
}

fn element_type(input: &DataType) -> DataType {
    match input {
        DataType::Duration(_) | DataType::Interval(_) => input.clone(),
        _ => DataType::Float64,
    }
}

impl Collector for Percentile {
    fn name(&self) -> &'static str {
        self.name
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        let element = Field::new(self.name, element_type(inputs[0].data_type()), true);
        Ok(result_field(self.name, element, inputs[1].data_type()))
    }

    fn collected(&self, inputs: usize) -> Vec<usize> {
        std::iter::once(0).chain(4..inputs).collect()
    }

    fn required(&self) -> usize {
        2
    }

    fn finish(&self, columns: &[ArrayRef], shape: &Shape) -> Result<ScalarValue> {
        let percentages = shape.constant(1);
        let descending = shape.constant(2) == ScalarValue::from(true);
        let discrete = shape.constant(3) == ScalarValue::from(true);
        let counted = Counted::try_new(&columns[0], columns.get(1), descending)?;
        if counted.total() == 0 {
            return ScalarValue::try_from(shape.result.data_type());
        }
        let results = percentages_of(&percentages).into_iter().map(|p| match discrete {
            true => counted.discrete(p),
            false => counted.continuous(p),
        });
        let results = from_doubles(results.collect(), &element_type(columns[0].data_type()))?;
        let element = Field::new("element", results.data_type().clone(), false);
        shaped(results, &percentages, Arc::new(element))
    }
}

/// Sorted values and, for each, how many values stand up to and including it.
struct Counted {
    values: Vec<f64>,
    upto: Vec<i64>,
}

impl Counted {
    fn try_new(values: &ArrayRef, frequencies: Option<&ArrayRef>, descending: bool) -> Result<Self> {
        let values = to_doubles(values)?;
        let frequency = |row: usize| frequencies.map_or(1, |f| f.as_primitive::<Int64Type>().value(row));
        let mut rows = Vec::with_capacity(values.len());
        for row in 0..values.len() {
            match frequency(row) {
                0 => {}
                count if count < 0 => return Err(error::external(negative_frequency(count))),
                count => rows.push((values.value(row), count)),
            }
        }
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        if descending {
            rows.reverse();
        }
        let mut sum = 0;
        let upto = rows.iter().map(|(_, count)| {
            sum += count;
            sum
        });
        let upto = upto.collect();
        Ok(Counted { values: rows.into_iter().map(|(value, _)| value).collect(), upto })
    }

    fn total(&self) -> i64 {
        self.upto.last().copied().unwrap_or(0)
    }

    /// The value at `position`, counted from 0.
    fn at(&self, position: i64) -> f64 {
        let index = self.upto.partition_point(|upto| *upto <= position);
        self.values[index.min(self.values.len() - 1)]
    }

    fn continuous(&self, percentage: f64) -> f64 {
        let position = (self.total() - 1) as f64 * percentage;
        let (low, high) = (position.floor(), position.ceil());
        let (low_value, high_value) = (self.at(low as i64), self.at(high as i64));
        if low == high || low_value == high_value {
            return low_value;
        }
        low_value + (high_value - low_value) * (position - low)
    }

    fn discrete(&self, percentage: f64) -> f64 {
        self.at(((self.total() as f64 * percentage).ceil() as i64 - 1).max(0))
    }
}

fn negative_frequency(count: i64) -> Error {
    Error::runtime(RuntimeClass::Other, "NEGATIVE_VALUES_IN_FREQUENCY_EXPRESSION")
        .with("frequencyExpression", "\"frequency\"")
        .with("negativeValue", format!("{count}L"))
}
