//! Time windows: `window(time, duration[, slide[, start]])`, `session_window(time, gap)` and `window_time`.
//!
//! Windows may add rows and leave rows out, so that the resolver makes a column of [`row_windows`] before anything else
//! is computed.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, StructArray, TimestampMicrosecondArray};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, Fields, IntervalUnit, TimestampMicrosecondType};
use datafusion::common::{Result as DataFusionResult, ScalarValue, internal_err};
use datafusion::logical_expr::{Expr, lit};
use lang::ir::CastMode;
use lang::{Error, Result};

use super::duration::parse_duration;
use super::timestamp_arithmetic::any_timestamp;
use crate::kernel::{Inputs, call as kernel_call, typed};
use crate::signature::casts_implicitly;
use crate::{Argument, Call, Kind, cast, registry, types};

/// So many windows a row may be in at most: all of a batch are in memory at once.
const MOST_WINDOWS: i64 = 2_000;

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

/// The windows that a row is in, by its time.
#[derive(Debug)]
pub enum RowWindows {
    /// One, a struct of start and end, where the condition holds; none elsewhere.
    One { window: Expr, condition: Expr },
    /// A list of such structs, the latest first; empty where the time is NULL.
    Several(Expr),
}

/// The windows of a call of `window` or `session_window`.
///
/// # Errors
/// Those of Spark for arguments of the wrong number, type or range.
pub fn row_windows(call: &Call<'_>) -> Result<RowWindows> {
    if call.name == "session_window" {
        return session(call);
    }
    let bounds = Bounds::of(call)?;
    let (time, to) = time_of(call, &bounds.shown(call))?;
    if bounds.slide == bounds.duration {
        let condition = time.clone().is_not_null();
        return Ok(RowWindows::One { window: tumbling(time, &to, &bounds), condition });
    }
    if bounds.count() > MOST_WINDOWS {
        return Err(Error::unsupported(format!(
            "window() with more than {MOST_WINDOWS} windows for each row"
        )));
    }
    let element = Field::new("element", DataType::Struct(window_fields(&to)), false);
    let field = Field::new("windows", DataType::List(Arc::new(element)), false);
    let arguments = vec![time, lit(bounds.duration), lit(bounds.slide), lit(bounds.start)];
    Ok(RowWindows::Several(kernel_call("sliding_windows", sliding_kernel, field, arguments)))
}

/// `window` where no rows can be added or left out: tumbling windows only, windows of NULLs for NULL.
pub(super) fn window(call: &Call<'_>) -> Result<Expr> {
    let bounds = Bounds::of(call)?;
    if bounds.slide != bounds.duration {
        return Err(Error::unsupported("window() with a slide duration outside of SELECT and GROUP BY"));
    }
    let (time, to) = time_of(call, &bounds.shown(call))?;
    Ok(tumbling(time, &to, &bounds))
}

/// `session_window` where no rows can be left out.
///
/// # Errors
/// Always.
pub(super) fn session_window(_: &Call<'_>) -> Result<Expr> {
    Err(Error::unsupported("session_window() outside of SELECT and GROUP BY"))
}

const TIMES: &str = "(\"(TIMESTAMP OR TIMESTAMP WITHOUT TIME ZONE)\" or \"STRUCT<start: TIMESTAMP, end: TIMESTAMP>\" \
                     or \"STRUCT<start: TIMESTAMP_NTZ, end: TIMESTAMP_NTZ>\")";

/// The first argument as a time, and its type; the time of a window is its last instant. Errors tell of the call as it is
/// `shown`.
fn time_of(call: &Call<'_>, shown: &Call<'_>) -> Result<(Expr, DataType)> {
    let argument = &call.arguments[0];
    if is_window(argument.data_type()) {
        return Ok((end_of(argument), any_timestamp(&end_type(argument.data_type()))));
    }
    let to = any_timestamp(argument.data_type());
    if !casts_implicitly(argument.data_type(), &to) {
        return Err(shown.unexpected_type(0, TIMES));
    }
    Ok((cast::implicit(argument, &to, call.context)?, to))
}

fn tumbling(time: Expr, to: &DataType, bounds: &Bounds) -> Expr {
    let field = Field::new("window", DataType::Struct(window_fields(to)), false);
    kernel_call("window", window_kernel, field, vec![time, lit(bounds.duration), lit(bounds.start)])
}

/// The constant arguments of `window`, in microseconds.
struct Bounds {
    duration: i64,
    slide: i64,
    start: i64,
}

impl Bounds {
    fn of(call: &Call<'_>) -> Result<Bounds> {
        call.expect_arguments(2..=4)?;
        let duration = micros(call, 1)?;
        let slide = if call.arguments.len() > 2 { micros(call, 2)? } else { duration };
        let start = if call.arguments.len() > 3 { micros(call, 3)? } else { 0 };
        let bounds = Bounds { duration, slide, start };
        bounds.check(call)?;
        Ok(bounds)
    }

    /// In how many windows a row is at most.
    fn count(&self) -> i64 {
        (self.duration - 1) / self.slide + 1
    }
}

/// A window of its own for each row, from its time to a gap after it; sessions are made of those that touch.
fn session(call: &Call<'_>) -> Result<RowWindows> {
    call.expect_arguments(2..=2)?;
    let shown = Call { name: "sessionwindow", ..call.with_arguments(call.arguments.clone()) };
    let (time, to) = time_of(call, &shown)?;
    let gap = &call.arguments[1];
    let interval = DataType::Interval(IntervalUnit::MonthDayNano);
    // A text that is no interval is no gap.
    let gap = match gap.data_type() {
        given if *given == interval => gap.expr.clone(),
        given if types::is_string(given) => {
            cast::cast(gap, &Field::new("gap", interval.clone(), true), CastMode::Try, call.context)?
        }
        _ => {
            return Err(Error::analysis("_LEGACY_ERROR_TEMP_1040")
                .with("dt", types::from_field(&gap.field).simple_string()));
        }
    };
    let argument = |expr: Expr, data_type: &DataType| Argument {
        expr,
        field: Arc::new(Field::new("time", data_type.clone(), true)),
        keyword: None,
    };
    let Some(Kind::Scalar(plus)) = registry::find("+").map(|plus| plus.kind) else {
        return Err(Error::internal("there is no addition"));
    };
    let arguments = vec![argument(time.clone(), &to), argument(gap, &interval)];
    let end = plus(&Call { name: "+", ..call.with_arguments(arguments) })?;
    let condition = time.clone().is_not_null().and(end.clone().gt(time.clone()));
    Ok(RowWindows::One { window: window_of(time, end, &to), condition })
}

/// A window from its bounds, which are timestamps of the type `time`.
pub fn window_of(start: Expr, end: Expr, time: &DataType) -> Expr {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let DataType::Struct(fields) = inputs.returns else {
            return internal_err!("a window is a struct");
        };
        Ok(Arc::new(StructArray::try_new(fields.clone(), inputs.arrays()?, None)?))
    }
    let field = Field::new("session_window", DataType::Struct(window_fields(time)), false);
    kernel_call("window_of", kernel, field, vec![start, end])
}

impl Bounds {
    /// # Errors
    /// Spark's, for windows that are empty, and for slides and starts that leave gaps.
    fn check(&self, call: &Call<'_>) -> Result<()> {
        let Bounds { duration, slide, start } = *self;
        for (name, value) in [("window_duration", duration), ("slide_duration", slide)] {
            if value <= 0 {
                return Err(Error::analysis("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE")
                    .with("sqlExpr", format!("\"{}\"", self.shown(call).sql()))
                    .with("exprName", format!("`{name}`"))
                    .with("valueRange", "(0, 9223372036854775807]")
                    .with("currentValue", format!("{value}L")));
            }
        }
        let violated = |left: (&str, i64), constraint: &str, right: (&str, i64)| {
            Err(Error::analysis("DATATYPE_MISMATCH.PARAMETER_CONSTRAINT_VIOLATION")
                .with("sqlExpr", format!("\"{}\"", self.shown(call).sql()))
                .with("leftExprName", format!("`{}`", left.0))
                .with("leftExprValue", format!("{}L", left.1))
                .with("constraint", constraint)
                .with("rightExprName", format!("`{}`", right.0))
                .with("rightExprValue", format!("{}L", right.1)))
        };
        if slide > duration {
            return violated(("slide_duration", slide), "<=", ("window_duration", duration));
        }
        match start.checked_abs() {
            Some(distance) if distance < slide => Ok(()),
            distance => {
                violated(("abs(start_time)", distance.unwrap_or(i64::MAX)), "<", ("slide_duration", slide))
            }
        }
    }

    /// The call with all its bounds as microseconds, as Spark prints it.
    fn shown<'a>(&self, call: &Call<'a>) -> Call<'a> {
        let number = |micros: i64| Argument {
            expr: lit(micros),
            field: Arc::new(Field::new(micros.to_string(), DataType::Int64, false)),
            keyword: None,
        };
        let bounds = [self.duration, self.slide, self.start].map(number);
        call.with_arguments(call.arguments.iter().take(1).cloned().chain(bounds).collect())
    }
}

/// The microseconds of a constant duration: a number of them, or a text.
fn micros(call: &Call<'_>, index: usize) -> Result<i64> {
    let value = call.arguments[index].literal();
    match value.map(|value| (value.try_as_str().flatten(), value)) {
        Some((Some(text), _)) => parse_duration(text),
        Some((None, value)) if types::is_integral(&value.data_type()) => {
            match value.cast_to(&DataType::Int64) {
                Ok(ScalarValue::Int64(Some(micros))) => Ok(micros),
                _ => Err(Error::analysis("_LEGACY_ERROR_TEMP_1207")),
            }
        }
        _ => Err(Error::analysis("_LEGACY_ERROR_TEMP_1207")),
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

fn sliding_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let times = inputs.primitive::<TimestampMicrosecondType>(0)?;
    let constant = |index| match inputs.constant(index) {
        Some(ScalarValue::Int64(Some(value))) => Ok(*value),
        _ => internal_err!("a window has constant bounds"),
    };
    let (duration, slide, start) = (constant(1)?, constant(2)?, constant(3)?);
    let DataType::List(element) = inputs.returns else {
        return internal_err!("sliding windows are a list");
    };
    let DataType::Struct(fields) = element.data_type() else {
        return internal_err!("a window is a struct");
    };
    let mut starts = Vec::with_capacity(times.len() * ((duration - 1) / slide + 1) as usize);
    let mut lengths = Vec::with_capacity(times.len());
    for time in &times {
        let before = starts.len();
        if let Some(time) = time {
            let into = time.wrapping_sub(start).rem_euclid(slide);
            // Windows that began `into`, `into + slide` … ago and are not over yet.
            let steps = (0..).map(|step| into + step * slide).take_while(|age| *age < duration);
            starts.extend(steps.map(|age| time.wrapping_sub(age)));
        }
        lengths.push(starts.len() - before);
    }
    let starts = TimestampMicrosecondArray::from(starts);
    let ends = starts.unary::<_, TimestampMicrosecondType>(|start| start.wrapping_add(duration));
    let time = fields[0].data_type();
    let columns: Vec<ArrayRef> =
        vec![Arc::new(starts.with_data_type(time.clone())), Arc::new(ends.with_data_type(time.clone()))];
    let windows = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(Arc::clone(element), offsets, Arc::new(windows), None)?))
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
    typed("window_time", kernel, end_type(window.data_type()), true, vec![window.expr.clone()])
}

/// `window_time(window)`: the window's end less a microsecond.
pub(super) fn window_time(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    if !is_window(call.arguments[0].data_type()) {
        return Err(call.unexpected_type(0, "\"STRUCT\""));
    }
    Ok(end_of(&call.arguments[0]))
}
