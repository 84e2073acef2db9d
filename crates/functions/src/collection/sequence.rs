//! `sequence(start, stop[, step])` of integers, dates and timestamps.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, PrimitiveArray};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType, Date32Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType,
};
use datafusion::common::{Result as DataFusionResult, ScalarValue, internal_err};
use datafusion::logical_expr::Expr;
use lang::{Error, ErrorKind, Result};

use super::list::{check_count, check_length, element, list_of};
use crate::coercion::common_type;
use crate::datetime::calendar::{DAY, add_months, join, split};
use crate::datetime::zone::Zone;
use crate::error::external;
use crate::kernel::{Inputs, Invoke, conform, typed};
use crate::signature::any_nullable;
use crate::types::is_integral;
use crate::{Call, cast};

pub(super) fn sequence(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let (start, stop) = (&call.arguments[0], &call.arguments[1]);
    let common = common_type(start.data_type(), stop.data_type(), call.context.ansi)
        .ok_or_else(|| wrong_types(call))?;
    let integral = is_integral(&common);
    if !integral && !matches!(common, DataType::Date32 | DataType::Timestamp(..)) {
        return Err(wrong_types(call));
    }
    let mut arguments =
        vec![cast::implicit(start, &common, call.context)?, cast::implicit(stop, &common, call.context)?];
    if let Some(step) = call.arguments.get(2) {
        let fits = if integral { is_integral(step.data_type()) } else { is_interval(step.data_type()) };
        if !fits && *step.data_type() != DataType::Null {
            return Err(wrong_types(call));
        }
        let step =
            if integral { cast::implicit(step, &DataType::Int64, call.context)? } else { step.expr.clone() };
        arguments.push(step);
    }
    let (name, kernel): (_, Invoke) =
        if integral { ("sequence", integers) } else { ("datetime_sequence", datetimes) };
    Ok(typed(name, kernel, list_of(&common, false), any_nullable(call), arguments))
}

fn is_interval(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Interval(_) | DataType::Duration(_))
}

fn wrong_types(call: &Call<'_>) -> Error {
    Error::analysis("DATATYPE_MISMATCH.SEQUENCE_WRONG_INPUT_TYPES")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("functionName", "`sequence`")
        .with("startType", "(\"TIMESTAMP\" or \"TIMESTAMP_NTZ\" or \"DATE\")")
        .with("stepType", "(\"INTERVAL\" or \"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")")
        .with("otherStartType", "\"INTEGRAL\"")
}

fn illegal(start: i64, stop: i64, step: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT")
        .with("message", format!("Illegal sequence boundaries: {start} to {stop} by {step}"))
}

/// Sequences of all rows while they are built.
struct Sequences {
    values: Vec<i64>,
    lengths: Vec<usize>,
    valid: Vec<bool>,
}

impl Sequences {
    fn new(rows: usize) -> Self {
        Sequences { values: Vec::new(), lengths: Vec::with_capacity(rows), valid: Vec::with_capacity(rows) }
    }

    fn null(&mut self) {
        self.lengths.push(0);
        self.valid.push(false);
    }

    fn row(&mut self, values: impl Iterator<Item = i64>) {
        let before = self.values.len();
        self.values.extend(values);
        self.lengths.push(self.values.len() - before);
        self.valid.push(true);
    }

    fn finish(self, returns: &DataType) -> DataFusionResult<ArrayRef> {
        let Some(field) = element(returns) else {
            return internal_err!("a sequence is an array");
        };
        check_length("sequence", self.values.len() as i128)?;
        let values = from_i64(Int64Array::from(self.values), field.data_type())?;
        let nulls = self.valid.contains(&false).then(|| NullBuffer::from(self.valid));
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, values, nulls)?))
    }
}

/// The values as numbers, whatever their type.
fn to_i64(array: &ArrayRef) -> DataFusionResult<Int64Array> {
    fn widen<T: ArrowPrimitiveType>(array: &ArrayRef) -> Int64Array
    where
        T::Native: Into<i64>,
    {
        array.as_primitive::<T>().unary(Into::into)
    }
    Ok(match array.data_type() {
        DataType::Int8 => widen::<Int8Type>(array),
        DataType::Int16 => widen::<Int16Type>(array),
        DataType::Int32 => widen::<Int32Type>(array),
        DataType::Int64 => widen::<Int64Type>(array),
        DataType::Date32 => widen::<Date32Type>(array),
        DataType::Timestamp(..) => widen::<TimestampMicrosecondType>(array),
        other => return internal_err!("no sequence of {other}"),
    })
}

/// The inverse: all values lie between a start and a stop of that type.
fn from_i64(values: Int64Array, to: &DataType) -> DataFusionResult<ArrayRef> {
    Ok(match to {
        DataType::Date32 => Arc::new(values.unary::<_, Date32Type>(|days| days as i32)),
        DataType::Timestamp(..) => {
            let timestamps: PrimitiveArray<TimestampMicrosecondType> = values.unary(|micros| micros);
            Arc::new(timestamps.with_data_type(to.clone()))
        }
        _ => conform(Arc::new(values), to)?,
    })
}

fn integers(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (starts, stops) = (to_i64(&inputs.array(0)?)?, to_i64(&inputs.array(1)?)?);
    let steps = if inputs.count() > 2 { Some(inputs.primitive::<Int64Type>(2)?) } else { None };
    let mut sequences = Sequences::new(inputs.rows);
    for row in 0..inputs.rows {
        if starts.is_null(row) || stops.is_null(row) || steps.as_ref().is_some_and(|steps| steps.is_null(row))
        {
            sequences.null();
            continue;
        }
        let (start, stop) = (starts.value(row), stops.value(row));
        let step = steps.as_ref().map_or(if start <= stop { 1 } else { -1 }, |steps| steps.value(row));
        let length = length(start, stop, step).map_err(external)?;
        check_count("sequence", length)?;
        check_length("sequence", length + sequences.values.len() as i128)?;
        sequences.row((0..length as i64).map(|place| start + place * step));
    }
    sequences.finish(inputs.returns)
}

fn length(start: i64, stop: i64, step: i64) -> Result<i128> {
    let distance = i128::from(stop) - i128::from(start);
    if distance == 0 {
        return Ok(1);
    }
    if step == 0 || (distance > 0) != (step > 0) {
        return Err(illegal(start, stop, step));
    }
    Ok(distance / i128::from(step) + 1)
}

/// A step of months, days and microseconds.
#[derive(Clone, Copy, Default)]
struct Step {
    months: i64,
    days: i64,
    micros: i64,
}

fn datetimes(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (start_array, stop_array) = (inputs.array(0)?, inputs.array(1)?);
    let (starts, stops) = (to_i64(&start_array)?, to_i64(&stop_array)?);
    let dates = start_array.data_type() == &DataType::Date32;
    let zone = match start_array.data_type() {
        DataType::Timestamp(_, Some(_)) => Zone::parse(inputs.time_zone()).map_err(external)?,
        _ => Zone::UTC,
    };
    let unit = if dates { DAY } else { 1 };
    let steps = if inputs.count() > 2 { Some(inputs.array(2)?) } else { None };
    let mut sequences = Sequences::new(inputs.rows);
    for row in 0..inputs.rows {
        if starts.is_null(row) || stops.is_null(row) || steps.as_ref().is_some_and(|steps| steps.is_null(row))
        {
            sequences.null();
            continue;
        }
        let (start, stop) = (starts.value(row) * unit, stops.value(row) * unit);
        let step = match &steps {
            Some(steps) => step(steps, row)?,
            None => Step { days: if start <= stop { 1 } else { -1 }, ..Step::default() },
        };
        let moments = moments(start, stop, step, zone)?;
        check_length("sequence", (moments.len() + sequences.values.len()) as i128)?;
        sequences.row(moments.into_iter().map(|moment| moment.div_euclid(unit)));
    }
    sequences.finish(inputs.returns)
}

fn step(steps: &ArrayRef, row: usize) -> DataFusionResult<Step> {
    Ok(match ScalarValue::try_from_array(steps, row)? {
        ScalarValue::DurationMicrosecond(Some(micros)) => {
            Step { months: 0, days: micros / DAY, micros: micros % DAY }
        }
        ScalarValue::IntervalYearMonth(Some(months)) => Step { months: months.into(), ..Step::default() },
        ScalarValue::IntervalMonthDayNano(Some(step)) => {
            Step { months: step.months.into(), days: step.days.into(), micros: step.nanoseconds / 1000 }
        }
        other => return internal_err!("{other} is no step"),
    })
}

/// From start to stop by the wall clock of `zone`; each moment is reckoned from the start, so that months do
/// not shrink.
fn moments(start: i64, stop: i64, step: Step, zone: Zone) -> DataFusionResult<Vec<i64>> {
    if start == stop {
        return Ok(vec![start]);
    }
    // A month counts as 28 days here: the direction is all that matters.
    let direction = i128::from(step.months) * 28 * i128::from(DAY)
        + i128::from(step.days) * i128::from(DAY)
        + i128::from(step.micros);
    if direction == 0 || (stop > start) != (direction > 0) {
        return Err(external(illegal(start, stop, format_step(step))));
    }
    check_count("sequence", (i128::from(stop) - i128::from(start)) / direction)?;
    let (days, time) = split(zone.to_local(start));
    let mut moments = Vec::new();
    for place in 0_i64.. {
        let shifted = add_months(days, step.months.saturating_mul(place))
            .and_then(|days| i32::try_from(i64::from(days) + step.days.saturating_mul(place)).ok())
            .and_then(|days| join(days, time));
        let Some(local) = shifted else { break };
        let moment = zone.to_instant(local).saturating_add(step.micros.saturating_mul(place));
        if (direction > 0 && moment > stop) || (direction < 0 && moment < stop) {
            break;
        }
        moments.push(moment);
    }
    Ok(moments)
}

fn format_step(step: Step) -> String {
    format!("{} months {} days {} microseconds", step.months, step.days, step.micros)
}
