//! Timestamps moved between time zones.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray};
use arrow::datatypes::{DataType, TimestampMicrosecondType};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::{Expr, lit};
use lang::Result;

use super::timestamp_arithmetic::Timestamps;
use super::zone::Zone;
use crate::Call;
use crate::error::external;
use crate::kernel::{Inputs, Invoke, typed};
use crate::signature::{TIMESTAMP_NTZ, any_nullable, expect, timestamp};

/// A column of zones, the last one looked up kept.
struct Zones {
    names: StringArray,
    last: Option<(String, Zone)>,
}

impl Zones {
    fn new(inputs: &Inputs<'_>, index: usize) -> DataFusionResult<Self> {
        Ok(Zones { names: inputs.strings(index)?, last: None })
    }

    fn get(&mut self, row: usize) -> DataFusionResult<Option<Zone>> {
        if self.names.is_null(row) {
            return Ok(None);
        }
        let name = self.names.value(row);
        if let Some((known, zone)) = &self.last
            && known == name
        {
            return Ok(Some(*zone));
        }
        let zone = Zone::parse(name).map_err(external)?;
        self.last = Some((name.to_string(), zone));
        Ok(Some(zone))
    }
}

/// `from_utc_timestamp(timestamp, zone)`: the zone's wall clock, shown as if it were UTC's.
pub(super) fn from_utc_timestamp(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        shift(inputs, |micros, zone| zone.to_local(micros))
    }
    build(call, "from_utc_timestamp", kernel)
}

/// `to_utc_timestamp(timestamp, zone)`: the opposite.
pub(super) fn to_utc_timestamp(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        shift(inputs, |micros, zone| zone.to_instant(micros))
    }
    build(call, "to_utc_timestamp", kernel)
}

fn build(call: &Call<'_>, name: &'static str, kernel: Invoke) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let arguments = vec![expect(call, 0, &timestamp())?, expect(call, 1, &DataType::Utf8)?];
    Ok(typed(name, kernel, timestamp(), any_nullable(call), arguments))
}

fn shift(inputs: &Inputs<'_>, moved: fn(i64, Zone) -> i64) -> DataFusionResult<ArrayRef> {
    let timestamps = inputs.primitive::<TimestampMicrosecondType>(0)?;
    let mut zones = Zones::new(inputs, 1)?;
    let mut result = Timestamps::builder(inputs.rows).with_data_type(inputs.returns.clone());
    for (row, timestamp) in timestamps.iter().enumerate() {
        let zone = zones.get(row)?;
        result.append_option(timestamp.zip(zone).map(|(micros, zone)| moved(micros, zone)));
    }
    Ok(Arc::new(result.finish()))
}

/// `convert_timezone([from, ]to, timestamp)`
pub(super) fn convert_timezone(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=3)?;
    let last = call.arguments.len() - 1;
    let from =
        if last == 2 { expect(call, 0, &DataType::Utf8)? } else { lit(call.context.time_zone.to_string()) };
    let arguments = vec![expect(call, last, &TIMESTAMP_NTZ)?, from, expect(call, last - 1, &DataType::Utf8)?];
    Ok(typed("convert_timezone", convert_kernel, TIMESTAMP_NTZ, any_nullable(call), arguments))
}

fn convert_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let timestamps = inputs.primitive::<TimestampMicrosecondType>(0)?;
    let (mut from, mut to) = (Zones::new(inputs, 1)?, Zones::new(inputs, 2)?);
    let mut result = Timestamps::builder(inputs.rows);
    for (row, timestamp) in timestamps.iter().enumerate() {
        let zones = from.get(row)?.zip(to.get(row)?);
        result.append_option(
            timestamp.zip(zones).map(|(local, (from, to))| to.to_local(from.to_instant(local))),
        );
    }
    Ok(Arc::new(result.finish()))
}
