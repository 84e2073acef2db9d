//! Counts of seconds, milliseconds, microseconds and days since the epoch, both ways.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use super::timestamp_arithmetic::Timestamps;
use crate::Call;
use crate::error::{external, overflow};
use crate::expect::only;
use crate::kernel::{Inputs, Invoke, typed};
use crate::signature::{expect, nullable_as, timestamp};
use crate::types::is_integral;

/// Defines functions of a timestamp to a BIGINT.
macro_rules! count_since_epoch {
    ($($name:ident: $unit:expr;)*) => {$(
        pub(super) fn $name(call: &Call<'_>) -> Result<Expr> {
            fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
                let instants = inputs.primitive::<TimestampMicrosecondType>(0)?;
                Ok(Arc::new(instants.unary::<_, Int64Type>(|micros| micros.div_euclid($unit))))
            }
            call.expect_arguments(1..=1)?;
            let nullable = call.arguments[0].nullable();
            let arguments = vec![match call.arguments[0].data_type() {
                DataType::Timestamp(_, None) => expect(call, 0, &timestamp())?,
                _ => only(call, 0, &timestamp())?,
            }];
            Ok(typed(stringify!($name), kernel, DataType::Int64, nullable, arguments))
        }
    )*};
}

count_since_epoch! {
    unix_seconds: 1_000_000;
    unix_millis: 1_000;
    unix_micros: 1;
}

pub(super) fn unix_date(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        Ok(Arc::new(inputs.primitive::<Date32Type>(0)?.unary::<_, Int32Type>(|days| days)))
    }
    call.expect_arguments(1..=1)?;
    let arguments = vec![only(call, 0, &DataType::Date32)?];
    Ok(typed("unix_date", kernel, DataType::Int32, call.arguments[0].nullable(), arguments))
}

pub(super) fn date_from_unix_date(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        Ok(Arc::new(inputs.primitive::<Int32Type>(0)?.unary::<_, Date32Type>(|days| days)))
    }
    call.expect_arguments(1..=1)?;
    let nullable = nullable_as(&call.arguments[0], &DataType::Int32);
    let arguments = vec![expect(call, 0, &DataType::Int32)?];
    Ok(typed("date_from_unix_date", kernel, DataType::Date32, nullable, arguments))
}

pub(super) fn timestamp_millis(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        scaled(inputs, 1_000)
    }
    of_integral(call, "timestamp_millis", kernel)
}

pub(super) fn timestamp_micros(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        scaled(inputs, 1)
    }
    of_integral(call, "timestamp_micros", kernel)
}

fn of_integral(call: &Call<'_>, name: &'static str, kernel: Invoke) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    if !is_integral(argument.data_type()) && *argument.data_type() != DataType::Null {
        return Err(call.unexpected_type(0, "\"INTEGRAL\""));
    }
    Ok(typed(name, kernel, timestamp(), argument.nullable(), vec![expect(call, 0, &DataType::Int64)?]))
}

/// `timestamp_seconds(x)`: integers, decimals and floating point numbers.
pub(super) fn timestamp_seconds(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    let (to, name, kernel): (DataType, &'static str, Invoke) = match argument.data_type() {
        DataType::Float32 | DataType::Float64 => {
            (DataType::Float64, "timestamp_float_seconds", float_seconds)
        }
        decimal @ DataType::Decimal128(..) => (decimal.clone(), "timestamp_decimal_seconds", decimal_seconds),
        other if is_integral(other) || *other == DataType::Null => {
            (DataType::Int64, "timestamp_seconds", whole_seconds)
        }
        _ => return Err(call.unexpected_type(0, "\"NUMERIC\"")),
    };
    let nullable = argument.nullable() || to == DataType::Float64;
    Ok(typed(name, kernel, timestamp(), nullable, vec![expect(call, 0, &to)?]))
}

fn whole_seconds(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    scaled(inputs, 1_000_000)
}

fn scaled(inputs: &Inputs<'_>, unit: i64) -> DataFusionResult<ArrayRef> {
    let counts = inputs.primitive::<Int64Type>(0)?;
    let instants: Timestamps =
        counts.try_unary(|count| count.checked_mul(unit).ok_or_else(|| external(too_late())))?;
    Ok(Arc::new(instants.with_data_type(inputs.returns.clone())))
}

fn too_late() -> Error {
    super::arithmetic::overflow("make a timestamp of a number")
}

/// Digits below microseconds are refused, not dropped.
fn decimal_seconds(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let seconds = inputs.primitive::<Decimal128Type>(0)?;
    let scale = i32::from(seconds.scale());
    let (up, down) = (10_i128.pow((6 - scale).max(0) as u32), 10_i128.pow((scale - 6).max(0) as u32));
    let instants: Timestamps = seconds.try_unary(|value| {
        if value % down != 0 {
            return Err(external(overflow("Rounding necessary", None)));
        }
        let micros = (value / down).checked_mul(up).and_then(|micros| i64::try_from(micros).ok());
        micros.ok_or_else(|| external(too_late()))
    })?;
    Ok(Arc::new(instants.with_data_type(inputs.returns.clone())))
}

/// NaN and the infinities have no instant.
fn float_seconds(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let seconds = inputs.primitive::<Float64Type>(0)?;
    let instants: Timestamps =
        seconds.unary_opt(|seconds| seconds.is_finite().then_some((seconds * 1e6) as i64));
    Ok(Arc::new(instants.with_data_type(inputs.returns.clone())))
}

/// `timestamp_nanos(count)`: there are no timestamps finer than microseconds.
///
/// # Errors
/// Always: for a number because of that.
pub(super) fn timestamp_nanos(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    match call.arguments[0].data_type() {
        DataType::Decimal128(..) | DataType::Null => {}
        given if is_integral(given) => {}
        _ => return Err(call.unexpected_type(0, "(\"INTEGRAL\" or \"DECIMAL\")")),
    }
    Err(Error::unsupported("the function timestamp_nanos: timestamps with nanoseconds"))
}

/// `unix_nanos(timestamp)` takes timestamps with nanoseconds alone, of which there are none but NULL.
pub(super) fn unix_nanos(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    if *argument.data_type() != DataType::Null {
        let required = "\"(TIMESTAMP_LTZ(P) OR TIMESTAMP_NTZ(P) WITH P IN [7, 9])\"";
        return Err(call.unexpected_type(0, required));
    }
    crate::cast::implicit(argument, &DataType::Decimal128(21, 0), call.context)
}
