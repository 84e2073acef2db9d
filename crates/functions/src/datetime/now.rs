//! The current date, time and time zone: constants of the query.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use super::calendar::split;
use super::zone::Zone;
use crate::Call;

fn literal(value: ScalarValue) -> Expr {
    Expr::Literal(value, None)
}

fn local(call: &Call<'_>) -> Result<i64> {
    Ok(Zone::parse(&call.context.time_zone)?.to_local(call.context.now_micros))
}

pub(super) fn current_date(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(literal(ScalarValue::Date32(Some(split(local(call)?).0))))
}

pub(super) fn current_timestamp(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    let zone: Option<Arc<str>> = Some("UTC".into());
    Ok(literal(ScalarValue::TimestampMicrosecond(Some(call.context.now_micros), zone)))
}

pub(super) fn localtimestamp(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(literal(ScalarValue::TimestampMicrosecond(Some(local(call)?), None)))
}

pub(super) fn current_timezone(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(literal(ScalarValue::Utf8(Some(call.context.time_zone.to_string()))))
}

/// `current_time([precision])`: cut to that many fractional digits.
pub(super) fn current_time(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=1)?;
    let digits = match call.arguments.first().map(|argument| argument.literal()) {
        None => 6,
        Some(Some(ScalarValue::Int32(Some(digits @ 0..=6)))) => *digits as u32,
        Some(_) => {
            return Err(Error::analysis("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE")
                .with("sqlExpr", format!("\"{}\"", call.sql()))
                .with("exprName", "`precision`")
                .with("valueRange", "[0, 6]")
                .with("currentValue", call.arguments[0].name().to_string()));
        }
    };
    let unit = 10_i64.pow(6 - digits);
    let micros = split(local(call)?).1 / unit * unit;
    let value = literal(ScalarValue::Time64Nanosecond(Some(micros * 1000)));
    Ok(if digits == 6 { value } else { super::time::with_precision(value, digits as u8) })
}
