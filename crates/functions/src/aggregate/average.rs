//! `avg` and `try_avg`: doubles natively; decimals and intervals as a rounded quotient of sum and count.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{
    DataType, Decimal128Type, DurationMicrosecondType, Field, Int64Type, IntervalUnit, IntervalYearMonthType,
    TimeUnit, i256,
};
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use super::checked_sum::Overflow;
use crate::scalar::{self, Input};
use crate::{Call, cast, error, types};

/// `avg(value)`
pub(super) fn avg(call: &Call<'_>) -> Result<Expr> {
    build(call, call.context.ansi)
}

/// `try_avg(value)`
pub(super) fn try_avg(call: &Call<'_>) -> Result<Expr> {
    build(call, false)
}

fn build(call: &Call<'_>, fails: bool) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    super::unordered(call)?;
    let argument = &call.arguments[0];
    match argument.data_type() {
        DataType::Decimal128(precision, scale) => {
            let result = DataType::Decimal128((precision + 4).min(38), (scale + 4).min(38));
            let overflow = if fails { Overflow::Fails("try_avg") } else { Overflow::Null };
            let body = if fails { decimal_or_error } else { decimal_or_null };
            Ok(quotient(call, "decimal_average", result, overflow, body))
        }
        DataType::Duration(_) => {
            let result = DataType::Duration(TimeUnit::Microsecond);
            Ok(quotient(call, "interval_average", result, interval_overflow(call), day_time))
        }
        DataType::Interval(IntervalUnit::YearMonth) => {
            let result = DataType::Interval(IntervalUnit::YearMonth);
            Ok(quotient(call, "interval_average", result, interval_overflow(call), year_month))
        }
        t if types::is_numeric(t) || types::is_string(t) || *t == DataType::Null => {
            let value = cast::implicit(argument, &DataType::Float64, call.context)?;
            Ok(super::node(call, avg_udaf(), vec![value]))
        }
        _ => Err(call.unexpected_type(0, "(\"NUMERIC\" or \"ANSI INTERVAL\")")),
    }
}

/// Intervals always fail on overflow unless asked to try.
fn interval_overflow(call: &Call<'_>) -> Overflow {
    if call.name == "try_avg" { Overflow::Null } else { Overflow::Fails("try_avg") }
}

/// `sum / count`; both are shared with other uses of them in the query.
fn quotient(
    call: &Call<'_>,
    name: &'static str,
    result: DataType,
    overflow: Overflow,
    body: scalar::Body,
) -> Expr {
    let sum = super::sum::for_average(call, overflow);
    let count = super::node(call, count_udaf(), call.exprs());
    scalar::apply_field(name, Field::new(name, result, true), vec![sum, count], body)
}

fn decimal_or_error(input: &Input) -> Result<ArrayRef> {
    decimal(input, true)
}

fn decimal_or_null(input: &Input) -> Result<ArrayRef> {
    decimal(input, false)
}

fn decimal(input: &Input, fails: bool) -> Result<ArrayRef> {
    let DataType::Decimal128(precision, scale) = *input.returns.data_type() else {
        return Err(Error::internal("decimal average of no decimal type"));
    };
    let DataType::Decimal128(_, sum_scale) = *input.data_type(0) else {
        return Err(Error::internal("decimal average of no decimal sum"));
    };
    let factor = 10i128.pow(u32::try_from(scale - sum_scale).unwrap_or(0));
    let limit = 10i128.pow(u32::from(precision));
    let average = |sum: i128, count: i64| -> Result<Option<i128>> {
        let rounded = rounded(sum, factor, count);
        match rounded.filter(|r| -limit < *r && *r < limit) {
            None if fails => Err(error::decimal_out_of_range(&sum.to_string(), precision, scale)),
            fitting => Ok(fitting),
        }
    };
    let averages = divide::<Decimal128Type, i128>(input, |sum| sum, average)?;
    let averages: PrimitiveArray<Decimal128Type> = averages.into_iter().collect();
    Ok(Arc::new(averages.with_data_type(input.returns.data_type().clone())))
}

/// `sum * factor / count`, halves away from zero.
fn rounded(sum: i128, factor: i128, count: i64) -> Option<i128> {
    let count = i128::from(count);
    if let Some(scaled) = sum.checked_mul(factor) {
        let (quotient, rest) = (scaled / count, scaled % count);
        let up = i128::from(rest.unsigned_abs() * 2 >= count.unsigned_abs());
        return Some(quotient + up * scaled.signum());
    }
    let wide = i256::from_i128(sum).checked_mul(i256::from_i128(factor))?;
    let half = i256::from_i128(count / 2);
    let shifted = if sum < 0 { wide.checked_sub(half)? } else { wide.checked_add(half)? };
    // Adding half rounds right for odd counts too: the rest is never exactly one half.
    shifted.checked_div(i256::from_i128(count))?.to_i128()
}

fn day_time(input: &Input) -> Result<ArrayRef> {
    let average = |sum: i128, count: i64| Ok(rounded(sum, 1, count).and_then(|a| i64::try_from(a).ok()));
    let averages = divide::<DurationMicrosecondType, i64>(input, i128::from, average)?;
    Ok(Arc::new(averages.into_iter().collect::<PrimitiveArray<DurationMicrosecondType>>()))
}

fn year_month(input: &Input) -> Result<ArrayRef> {
    let average = |sum: i128, count: i64| Ok(rounded(sum, 1, count).and_then(|a| i32::try_from(a).ok()));
    let averages = divide::<IntervalYearMonthType, i32>(input, i128::from, average)?;
    Ok(Arc::new(averages.into_iter().collect::<PrimitiveArray<IntervalYearMonthType>>()))
}

/// Divides every sum by its count; NULL where there is nothing to divide.
fn divide<T: ArrowPrimitiveType, R>(
    input: &Input,
    widen: impl Fn(T::Native) -> i128,
    average: impl Fn(i128, i64) -> Result<Option<R>>,
) -> Result<Vec<Option<R>>> {
    let (sums, counts) = (input.column(0)?, input.column(1)?);
    let (sums, counts) = (sums.as_primitive::<T>(), counts.as_primitive::<Int64Type>());
    let one = |row: usize| match (sums.is_valid(row), counts.value(row)) {
        (false, _) | (_, 0) => Ok(None),
        (true, count) => average(widen(sums.value(row)), count),
    };
    (0..sums.len()).map(one).collect()
}
