//! `timestampadd`, `timestampdiff`, `trunc` and `date_trunc`.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, PrimitiveArray};
use arrow::datatypes::{DataType, Date32Type, Int64Type, TimestampMicrosecondType};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use super::arithmetic::overflow;
use super::unit::Unit;
use super::zone::Zone;
use crate::Call;
use crate::error::external;
use crate::kernel::{Inputs, typed};
use crate::signature::{TIMESTAMP_NTZ, any_nullable, expect, expect_text, timestamp};

/// Timestamps in microseconds.
pub(super) type Timestamps = PrimitiveArray<TimestampMicrosecondType>;

/// The zone whose wall clock a timestamp type shows: the session's, or none.
pub(super) fn zone_of(inputs: &Inputs<'_>, timestamps: &Timestamps) -> DataFusionResult<Zone> {
    match timestamps.timezone() {
        Some(_) => Zone::parse(inputs.time_zone()).map_err(external),
        None => Ok(Zone::UTC),
    }
}

/// TIMESTAMP_NTZ stays, everything else becomes TIMESTAMP.
pub(super) fn any_timestamp(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Timestamp(_, None) => TIMESTAMP_NTZ,
        _ => timestamp(),
    }
}

fn expect_unit(call: &Call<'_>) -> Result<Unit> {
    let text = expect_text(call, 0)?;
    Unit::of_arithmetic(text).ok_or_else(|| {
        Error::analysis("INVALID_PARAMETER_VALUE.DATETIME_UNIT")
            .with("functionName", format!("`{}`", call.name))
            .with("parameter", "`unit`")
            .with("invalidValue", format!("'{text}'"))
    })
}

/// `timestampadd(unit, count, timestamp)`
pub(super) fn timestampadd(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    expect_unit(call)?;
    let returns = any_timestamp(call.arguments[2].data_type());
    let unit = call.arguments[0].expr.clone();
    let arguments = vec![unit, expect(call, 1, &DataType::Int64)?, expect(call, 2, &returns)?];
    Ok(typed("timestampadd", add_kernel, returns, any_nullable(call), arguments))
}

fn add_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (units, counts) = (inputs.strings(0)?, inputs.primitive::<Int64Type>(1)?);
    let timestamps = inputs.primitive::<TimestampMicrosecondType>(2)?;
    let zone = zone_of(inputs, &timestamps)?;
    let mut result = Timestamps::builder(inputs.rows).with_data_type(inputs.returns.clone());
    for ((unit, count), timestamp) in units.iter().zip(counts.iter()).zip(timestamps.iter()) {
        match (unit.and_then(Unit::of_arithmetic), count, timestamp) {
            (Some(unit), Some(count), Some(timestamp)) => {
                let moved = unit.add(timestamp, count, zone);
                result.append_value(moved.ok_or_else(|| external(overflow("add to a timestamp")))?);
            }
            _ => result.append_null(),
        }
    }
    Ok(Arc::new(result.finish()))
}

/// `timestampdiff(unit, start, end)`
pub(super) fn timestampdiff(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    expect_unit(call)?;
    let unit = call.arguments[0].expr.clone();
    let arguments = vec![unit, expect(call, 1, &timestamp())?, expect(call, 2, &timestamp())?];
    Ok(typed("timestampdiff", diff_kernel, DataType::Int64, any_nullable(call), arguments))
}

fn diff_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let units = inputs.strings(0)?;
    let starts = inputs.primitive::<TimestampMicrosecondType>(1)?;
    let ends = inputs.primitive::<TimestampMicrosecondType>(2)?;
    let zone = zone_of(inputs, &starts)?;
    let differences = units.iter().zip(starts.iter()).zip(ends.iter()).map(|((unit, start), end)| {
        Some(unit.and_then(Unit::of_arithmetic)?.between(zone.to_local(start?), zone.to_local(end?)))
    });
    Ok(Arc::new(differences.collect::<Int64Array>()))
}

/// `trunc(date, format)`
pub(super) fn trunc(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let (dates, formats) = (inputs.primitive::<Date32Type>(0)?, inputs.strings(1)?);
        let truncated = dates.iter().zip(formats.iter()).map(|(date, format)| {
            let unit = Unit::of_truncation(format?).filter(|unit| *unit >= Unit::Week)?;
            Some(unit.truncate_date(date?))
        });
        Ok(Arc::new(truncated.collect::<Date32Array>()))
    }
    call.expect_arguments(2..=2)?;
    let arguments = vec![expect(call, 0, &DataType::Date32)?, expect(call, 1, &DataType::Utf8)?];
    Ok(typed("trunc", kernel, DataType::Date32, true, arguments))
}

/// `date_trunc(format, timestamp)`
pub(super) fn date_trunc(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        let (formats, timestamps) = (inputs.strings(0)?, inputs.primitive::<TimestampMicrosecondType>(1)?);
        let zone = zone_of(inputs, &timestamps)?;
        let truncated = formats
            .iter()
            .zip(timestamps.iter())
            .map(|(format, timestamp)| Some(Unit::of_truncation(format?)?.truncate(timestamp?, zone)));
        Ok(Arc::new(truncated.collect::<Timestamps>().with_data_type(inputs.returns.clone())))
    }
    call.expect_arguments(2..=2)?;
    let returns = timestamp();
    let arguments = vec![expect(call, 0, &DataType::Utf8)?, expect(call, 1, &returns)?];
    Ok(typed("date_trunc", kernel, returns, true, arguments))
}
