//! `time_bucket(size, timestamp[, origin])`: the start of the bucket a timestamp falls into.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{DataType, IntervalUnit, TimestampMicrosecondType};
use datafusion::common::{Result as DataFusionResult, ScalarValue, internal_err};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result};

use super::arithmetic::overflow;
use super::calendar::{DAY, add_months, join, split};
use super::timestamp_arithmetic::{Timestamps, zone_of};
use super::zone::Zone;
use crate::Call;
use crate::error::external;
use crate::expect::only;
use crate::kernel::{Inputs, typed};

/// The size of buckets.
#[derive(Clone, Copy)]
enum Size {
    /// Months by the calendar.
    Months(i64),
    /// A day or more: whole days go by the wall clock.
    Days(i64),
    /// Less than a day: exact microseconds.
    Micros(i64),
}

impl Size {
    fn of(value: &ScalarValue) -> Option<Size> {
        match value {
            ScalarValue::IntervalYearMonth(Some(months)) if *months > 0 => {
                Some(Size::Months((*months).into()))
            }
            ScalarValue::DurationMicrosecond(Some(micros)) if *micros >= DAY => Some(Size::Days(*micros)),
            ScalarValue::DurationMicrosecond(Some(micros)) if *micros > 0 => Some(Size::Micros(*micros)),
            _ => None,
        }
    }

    /// The start of the bucket `count` buckets after the origin.
    fn start(self, origin: i64, count: i64, zone: Zone) -> Option<i64> {
        match self {
            Size::Micros(micros) => origin.checked_add(count.checked_mul(micros)?),
            Size::Days(micros) => {
                let total = count.checked_mul(micros)?;
                let (days, time) = split(zone.to_local(origin));
                let days = i64::from(days) + total.div_euclid(DAY);
                let moved = zone.to_instant(join(i32::try_from(days).ok()?, time)?);
                moved.checked_add(total.rem_euclid(DAY))
            }
            Size::Months(months) => {
                let (days, time) = split(zone.to_local(origin));
                Some(zone.to_instant(join(add_months(days, count.checked_mul(months)?)?, time)?))
            }
        }
    }

    /// About how many buckets lie between origin and timestamp; at most one off.
    fn estimate(self, origin: i64, timestamp: i64, zone: Zone) -> i64 {
        match self {
            Size::Micros(micros) => timestamp.saturating_sub(origin).div_euclid(micros),
            Size::Days(micros) => {
                zone.to_local(timestamp).saturating_sub(zone.to_local(origin)).div_euclid(micros)
            }
            Size::Months(months) => {
                let month = |local: i64| {
                    let (year, month, _) = super::calendar::civil(split(local).0);
                    i64::from(year) * 12 + i64::from(month)
                };
                (month(zone.to_local(timestamp)) - month(zone.to_local(origin))).div_euclid(months)
            }
        }
    }

    /// The start of the bucket of `timestamp`.
    fn bucket(self, origin: i64, timestamp: i64, zone: Zone) -> Option<i64> {
        let estimate = self.estimate(origin, timestamp, zone);
        let starts = [estimate + 1, estimate, estimate - 1].map(|count| self.start(origin, count, zone));
        starts.into_iter().flatten().find(|start| *start <= timestamp)
    }
}

pub(super) fn time_bucket(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let size = &call.arguments[0];
    if !matches!(size.data_type(), DataType::Interval(IntervalUnit::YearMonth) | DataType::Duration(_)) {
        return Err(call.unexpected_type(0, "(\"INTERVAL YEAR TO MONTH\" or \"INTERVAL DAY TO SECOND\")"));
    }
    if size.literal().and_then(Size::of).is_none() {
        return Err(Error::analysis("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("exprName", "`bucket_size`")
            .with("valueRange", "a positive constant")
            .with("currentValue", size.name().to_string()));
    }
    let returns = match call.arguments[1].data_type() {
        timestamp @ DataType::Timestamp(..) => timestamp.clone(),
        _ => return Err(call.unexpected_type(1, "(\"TIMESTAMP\" or \"TIMESTAMP_NTZ\")")),
    };
    let mut arguments = vec![size.expr.clone(), call.arguments[1].expr.clone()];
    if call.arguments.len() == 3 {
        arguments.push(only(call, 2, &returns)?);
    } else {
        let zone = match returns {
            DataType::Timestamp(_, Some(_)) => Zone::parse(&call.context.time_zone)?,
            _ => Zone::UTC,
        };
        let text = match &returns {
            DataType::Timestamp(_, zone) => zone.clone(),
            _ => None,
        };
        arguments.push(lit(ScalarValue::TimestampMicrosecond(Some(zone.to_instant(0)), text)));
    }
    Ok(typed("time_bucket", kernel, returns, call.arguments[1].nullable(), arguments))
}

fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let Some(size) = inputs.constant(0).and_then(Size::of) else {
        return internal_err!("time_bucket needs a constant size");
    };
    let timestamps = inputs.primitive::<TimestampMicrosecondType>(1)?;
    let origins = inputs.primitive::<TimestampMicrosecondType>(2)?;
    let zone = zone_of(inputs, &timestamps)?;
    let mut result = Timestamps::builder(inputs.rows).with_data_type(inputs.returns.clone());
    for row in 0..inputs.rows {
        if timestamps.is_null(row) || origins.is_null(row) {
            result.append_null();
            continue;
        }
        let start = size.bucket(origins.value(row), timestamps.value(row), zone);
        result.append_value(start.ok_or_else(|| external(overflow("find the bucket of a timestamp")))?);
    }
    Ok(Arc::new(result.finish()))
}
