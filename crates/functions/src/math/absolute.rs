//! `abs` and `sign`, of numbers and intervals.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{
    DataType, Decimal128Type, DurationMicrosecondType, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, IntervalUnit, IntervalYearMonthType, TimeUnit,
};
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use crate::scalar::{Input, apply, apply_field};
use crate::types::{is_numeric, is_string};
use crate::{Call, error, expect, java_decimal};

/// The type stays; the most negative integers overflow.
pub(super) fn abs(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    match argument.data_type() {
        given if is_numeric(given) || is_interval(given) => {
            Ok(apply_field("abs", argument.field.as_ref().clone().with_name("abs"), call.exprs(), run_abs))
        }
        given if is_string(given) || *given == DataType::Null => {
            Ok(apply("abs", DataType::Float64, vec![expect::double(call, 0)?], run_abs))
        }
        _ => Err(call
            .unexpected_type(0, "(\"NUMERIC\" or \"INTERVAL DAY TO SECOND\" or \"INTERVAL YEAR TO MONTH\")")),
    }
}

fn is_interval(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Duration(TimeUnit::Microsecond) | DataType::Interval(IntervalUnit::YearMonth)
    )
}

fn run_abs(input: &Input) -> Result<ArrayRef> {
    let column = input.column(0)?;
    Ok(match column.data_type() {
        DataType::Float32 => Arc::new(column.as_primitive::<Float32Type>().unary::<_, Float32Type>(f32::abs)),
        DataType::Float64 => Arc::new(column.as_primitive::<Float64Type>().unary::<_, Float64Type>(f64::abs)),
        DataType::Decimal128(precision, scale) => {
            let values = column.as_primitive::<Decimal128Type>();
            let array = values.try_unary::<_, Decimal128Type, Error>(|value| match value {
                0.. => Ok(value),
                _ => error::fitting(-java_decimal::rounded(value), *precision, *scale),
            })?;
            Arc::new(array.with_precision_and_scale(*precision, *scale).map_err(|e| error::from_arrow(&e))?)
        }
        DataType::Int8 => whole::<Int8Type>(&column, input.ansi(), i8::checked_abs, i8::wrapping_abs)?,
        DataType::Int16 => whole::<Int16Type>(&column, input.ansi(), i16::checked_abs, i16::wrapping_abs)?,
        DataType::Int32 => whole::<Int32Type>(&column, input.ansi(), i32::checked_abs, i32::wrapping_abs)?,
        DataType::Int64 => whole::<Int64Type>(&column, input.ansi(), i64::checked_abs, i64::wrapping_abs)?,
        // Intervals overflow whatever the mode.
        DataType::Duration(_) => {
            whole::<DurationMicrosecondType>(&column, true, i64::checked_abs, i64::wrapping_abs)?
        }
        DataType::Interval(_) => {
            whole::<IntervalYearMonthType>(&column, true, i32::checked_abs, i32::wrapping_abs)?
        }
        other => return Err(Error::internal(format!("abs of {other}"))),
    })
}

fn whole<T: ArrowPrimitiveType>(
    column: &ArrayRef,
    ansi: bool,
    checked: fn(T::Native) -> Option<T::Native>,
    wrapping: fn(T::Native) -> T::Native,
) -> Result<ArrayRef> {
    let array: &PrimitiveArray<T> = column.as_primitive();
    if !ansi {
        return Ok(Arc::new(array.unary::<_, T>(wrapping)));
    }
    let result = array.try_unary::<_, T, Error>(|value| {
        checked(value).ok_or_else(|| error::overflow("overflow", None).placeless())
    });
    Ok(Arc::new(result?))
}

/// -1, 0 or 1 as a double.
pub(super) fn sign(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = if is_interval(call.arguments[0].data_type()) {
        call.arguments[0].expr.clone()
    } else {
        expect::double(call, 0)?
    };
    Ok(apply("signum", DataType::Float64, vec![argument], |input| {
        let column = input.column(0)?;
        let whole = |value: i64| value.signum() as f64;
        Ok(match column.data_type() {
            DataType::Duration(_) => {
                Arc::new(column.as_primitive::<DurationMicrosecondType>().unary::<_, Float64Type>(whole))
            }
            DataType::Interval(_) => {
                let months = column.as_primitive::<IntervalYearMonthType>();
                Arc::new(months.unary::<_, Float64Type>(|value| whole(value.into())))
            }
            _ => Arc::new(column.as_primitive::<Float64Type>().unary::<_, Float64Type>(|x| {
                // Zeros keep their sign and NaN stays.
                if x == 0.0 || x.is_nan() { x } else { x.signum() }
            })),
        })
    }))
}
