//! Intervals from their parts: `make_interval`, `make_dt_interval`, `make_ym_interval`.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, DurationMicrosecondArray, IntervalMonthDayNanoArray, IntervalYearMonthArray,
};
use arrow::datatypes::{DataType, Decimal128Type, IntervalMonthDayNano, IntervalUnit};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::make::{at, ints};
use crate::Call;
use crate::error::external;
use crate::kernel::{Inputs, Invoke, typed};
use crate::signature::{DAY_TIME, any_nullable, expect};

/// Seconds with microseconds, as wide as a BIGINT.
const SECONDS: DataType = DataType::Decimal128(18, 6);

/// `count` INT arguments and then, with `seconds`, the seconds; what is not given is 0.
fn arguments(call: &Call<'_>, count: usize, seconds: bool) -> Result<Vec<Expr>> {
    call.expect_arguments(0..=count + usize::from(seconds))?;
    let given = call.arguments.len();
    let mut arguments = (0..count)
        .map(|index| if index < given { expect(call, index, &DataType::Int32) } else { Ok(lit(0_i32)) })
        .collect::<Result<Vec<_>>>()?;
    if seconds {
        let zero = Expr::Literal(ScalarValue::Decimal128(Some(0), 18, 6), None);
        arguments.push(if count < given { expect(call, count, &SECONDS)? } else { zero });
    }
    Ok(arguments)
}

fn overflow() -> Error {
    Error::runtime(RuntimeClass::Arithmetic, "INTERVAL_ARITHMETIC_OVERFLOW.WITHOUT_SUGGESTION")
}

pub(super) fn make_interval(call: &Call<'_>) -> Result<Expr> {
    calendar(call, !call.context.ansi)
}

pub(super) fn try_make_interval(call: &Call<'_>) -> Result<Expr> {
    calendar(call, true)
}

fn calendar(call: &Call<'_>, lenient: bool) -> Result<Expr> {
    fn strict_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        calendar_intervals(inputs, true)
    }
    fn lenient_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        calendar_intervals(inputs, false)
    }
    let (name, kernel): (_, Invoke) =
        if lenient { ("try_make_interval", lenient_kernel) } else { ("make_interval", strict_kernel) };
    let returns = DataType::Interval(IntervalUnit::MonthDayNano);
    Ok(typed(name, kernel, returns, any_nullable(call) || lenient, arguments(call, 6, true)?))
}

fn calendar_intervals(inputs: &Inputs<'_>, strict: bool) -> DataFusionResult<ArrayRef> {
    let (parts, seconds) = (ints(inputs, 6)?, inputs.primitive::<Decimal128Type>(6)?);
    let mut result = IntervalMonthDayNanoArray::builder(inputs.rows);
    for row in 0..inputs.rows {
        let Some(parts) = at::<6>(&parts, row).filter(|_| seconds.is_valid(row)) else {
            result.append_null();
            continue;
        };
        match calendar_interval(parts, seconds.value(row)) {
            Some(interval) => result.append_value(interval),
            None if strict => return Err(external(crate::error::overflow("integer overflow", None))),
            None => result.append_null(),
        }
    }
    Ok(Arc::new(result.finish()))
}

fn calendar_interval(
    [years, months, weeks, days, hours, minutes]: [i32; 6],
    second_micros: i128,
) -> Option<IntervalMonthDayNano> {
    let months = years.checked_mul(12)?.checked_add(months)?;
    let days = weeks.checked_mul(7)?.checked_add(days)?;
    let micros = (i128::from(hours) * 60 + i128::from(minutes)) * 60_000_000 + second_micros;
    Some(IntervalMonthDayNano::new(months, days, i64::try_from(micros * 1000).ok()?))
}

pub(super) fn make_dt_interval(call: &Call<'_>) -> Result<Expr> {
    Ok(typed("make_dt_interval", day_time_kernel, DAY_TIME, any_nullable(call), arguments(call, 3, true)?))
}

fn day_time_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (parts, seconds) = (ints(inputs, 3)?, inputs.primitive::<Decimal128Type>(3)?);
    let mut result = DurationMicrosecondArray::builder(inputs.rows);
    for row in 0..inputs.rows {
        let Some([days, hours, minutes]) = at::<3>(&parts, row).filter(|_| seconds.is_valid(row)) else {
            result.append_null();
            continue;
        };
        let total = (i128::from(days) * 24 + i128::from(hours)) * 60 + i128::from(minutes);
        let micros = i64::try_from(total * 60_000_000 + seconds.value(row));
        result.append_value(micros.map_err(|_| external(overflow()))?);
    }
    Ok(Arc::new(result.finish()))
}

pub(super) fn make_ym_interval(call: &Call<'_>) -> Result<Expr> {
    let returns = DataType::Interval(IntervalUnit::YearMonth);
    Ok(typed("make_ym_interval", year_month_kernel, returns, any_nullable(call), arguments(call, 2, false)?))
}

fn year_month_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let parts = ints(inputs, 2)?;
    let mut result = IntervalYearMonthArray::builder(inputs.rows);
    for row in 0..inputs.rows {
        let Some([years, months]) = at::<2>(&parts, row) else {
            result.append_null();
            continue;
        };
        let total = years.checked_mul(12).and_then(|total| total.checked_add(months));
        result.append_value(total.ok_or_else(|| external(overflow()))?);
    }
    Ok(Arc::new(result.finish()))
}
