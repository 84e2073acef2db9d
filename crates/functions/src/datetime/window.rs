//! Tumbling time windows: `window(time, duration[, slide[, start]])` and `window_time`.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StructArray};
use arrow::datatypes::{DataType, Field, Fields, TimestampMicrosecondType};
use datafusion::common::{Result as DataFusionResult, ScalarValue, internal_err};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result};

use super::duration::parse_duration;
use super::timestamp_arithmetic::any_timestamp;
use crate::kernel::{Inputs, call as kernel_call, typed};
use crate::signature::expect;
use crate::{Argument, Call};

/// `struct<start, end>` of a timestamp type.
fn window_fields(time: &DataType) -> Fields {
    Fields::from(vec![Field::new("start", time.clone(), true), Field::new("end", time.clone(), true)])
}

/// Whether an argument is itself a window.
fn is_window(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Struct(fields)
        if fields.len() == 2 && fields[0].name() == "start" && fields[1].name() == "end"
            && matches!(fields[1].data_type(), DataType::Timestamp(..)))
}

pub(super) fn window(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=4)?;
    let duration = micros(call, 1)?;
    let slide = if call.arguments.len() > 2 { micros(call, 2)? } else { duration };
    let start = if call.arguments.len() > 3 { micros(call, 3)? } else { 0 };
    check(call, duration, slide, start)?;
    if slide != duration {
        return Err(Error::unsupported("window() with a slide duration other than the window duration"));
    }
    let (time, to) = if is_window(call.arguments[0].data_type()) {
        let time = end_of(&call.arguments[0]);
        (time, any_timestamp(&end_type(call.arguments[0].data_type())))
    } else {
        let to = any_timestamp(call.arguments[0].data_type());
        (expect(call, 0, &to)?, to)
    };
    let field = Field::new("window", DataType::Struct(window_fields(&to)), false);
    Ok(kernel_call("window", window_kernel, field, vec![time, lit(duration), lit(start)]))
}

fn check(call: &Call<'_>, duration: i64, slide: i64, start: i64) -> Result<()> {
    let refuse = |name: &str, constraint: &str, value: i64| {
        Err(Error::analysis("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("exprName", format!("`{name}`"))
            .with("valueRange", constraint)
            .with("currentValue", value.to_string()))
    };
    if duration <= 0 {
        return refuse("window_duration", "(0, 9223372036854775807]", duration);
    }
    if slide <= 0 || slide > duration {
        return refuse("slide_duration", &format!("(0, {duration}]"), slide);
    }
    if start.unsigned_abs() >= slide.unsigned_abs() {
        return refuse("start_time", &format!("(-{slide}, {slide})"), start);
    }
    Ok(())
}

/// The microseconds of a constant duration.
fn micros(call: &Call<'_>, index: usize) -> Result<i64> {
    match call.arguments[index].literal() {
        Some(ScalarValue::DurationMicrosecond(Some(micros))) => Ok(*micros),
        Some(value) => match value.try_as_str().flatten() {
            Some(text) => parse_duration(text),
            None => Err(call.unexpected_type(index, "\"INTERVAL\"")),
        },
        None => Err(call.unexpected_type(index, "a constant \"INTERVAL\"")),
    }
}

fn window_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let times = inputs.primitive::<TimestampMicrosecondType>(0)?;
    let (Some(ScalarValue::Int64(Some(duration))), Some(ScalarValue::Int64(Some(start)))) =
        (inputs.constant(1), inputs.constant(2))
    else {
        return internal_err!("a window has constant bounds");
    };
    let (duration, start) = (*duration, *start);
    let starts = times
        .unary::<_, TimestampMicrosecondType>(|time| time - time.wrapping_sub(start).rem_euclid(duration));
    let ends = starts.unary::<_, TimestampMicrosecondType>(|time| time.wrapping_add(duration));
    let DataType::Struct(fields) = inputs.returns else {
        return internal_err!("a window is a struct");
    };
    let time = fields[0].data_type().clone();
    let columns: Vec<ArrayRef> =
        vec![Arc::new(starts.with_data_type(time.clone())), Arc::new(ends.with_data_type(time))];
    // A NULL time has a window of NULLs, not a NULL window.
    Ok(Arc::new(StructArray::try_new(fields.clone(), columns, None)?))
}

fn end_type(window: &DataType) -> DataType {
    match window {
        DataType::Struct(fields) if fields.len() == 2 => fields[1].data_type().clone(),
        _ => DataType::Null,
    }
}

/// The last instant inside a window.
fn end_of(window: &Argument) -> Expr {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let windows = inputs.array(0)?;
        let windows = windows.as_struct();
        let ends = windows.column(1).as_primitive::<TimestampMicrosecondType>();
        let last = ends.unary::<_, TimestampMicrosecondType>(|end| end.wrapping_sub(1));
        let nulls = arrow::buffer::NullBuffer::union(windows.nulls(), last.nulls());
        let (_, values, _) = last.into_parts();
        let times = arrow::array::PrimitiveArray::<TimestampMicrosecondType>::try_new(values, nulls)?;
        Ok(Arc::new(times.with_data_type(inputs.returns.clone())))
    }
    typed("window_time", kernel, end_type(window.data_type()), window.nullable(), vec![window.expr.clone()])
}

/// `window_time(window)`: the window's end less a microsecond.
pub(super) fn window_time(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    if !is_window(call.arguments[0].data_type()) {
        return Err(call.unexpected_type(0, "\"STRUCT<start: TIMESTAMP, end: TIMESTAMP>\""));
    }
    Ok(end_of(&call.arguments[0]))
}

pub(super) fn session_window(_: &Call<'_>) -> Result<Expr> {
    Err(Error::unsupported("session_window()"))
}
