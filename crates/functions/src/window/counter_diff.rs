//! `counter_diff`: by how much a counter grew since its last value; NULL when it was reset in between.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Scalar};
use arrow::compute::kernels::cmp::lt;
use arrow::datatypes::{DataType, Field, TimestampMicrosecondType};
use datafusion::common::ScalarValue;
use datafusion::functions::core::expr_fn::{get_field, r#struct as struct_of};
use datafusion::functions_window::lead_lag::lag_udwf;
use datafusion::logical_expr::{Cast, Expr, lit, when};
use lang::{Error, Result, RuntimeClass};

use super::shift::window;
use crate::scalar::{self, Input};
use crate::{Call, error, types};

/// `counter_diff(value [, start])`
pub(super) fn build(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let data_type = call.arguments[0].data_type().clone();
    if !types::is_numeric(&data_type) {
        return Err(call.unexpected_type(0, "\"NUMERIC\""));
    }
    if call.arguments.get(1).is_some_and(|s| !matches!(s.data_type(), DataType::Timestamp(..))) {
        return Err(call.unexpected_type(1, "(\"TIMESTAMP\" or \"TIMESTAMP_NTZ\")"));
    }
    let value = call.arguments[0].expr.clone();
    let counter = scalar::apply("counter", data_type.clone(), vec![value.clone()], counter);
    // Rows without a counter value are as if they were not there.
    let row = when(value.is_not_null(), struct_of(call.exprs())).end().map_err(error::from_datafusion)?;
    let before = window(lag_udwf(), vec![row, lit(1i64)], true);
    let before_value = get_field(before.clone(), "c0");
    let mut grew = counter.clone().gt_eq(before_value.clone());
    if let Some(start) = call.arguments.get(1) {
        let starts = vec![start.expr.clone(), get_field(before, "c1")];
        grew = scalar::apply_field(
            "same_start",
            Field::new("same_start", DataType::Boolean, true),
            starts,
            same_start,
        )
        .and(grew);
    }
    let difference = Expr::Cast(Cast::new(Box::new(counter - before_value), data_type));
    when(grew, difference).end().map_err(error::from_datafusion)
}

/// The counter itself.
///
/// # Errors
/// `COUNTER_DIFF_NEGATIVE_COUNTER_VALUE`
fn counter(input: &Input) -> Result<ArrayRef> {
    let values = input.column(0)?;
    let zero = ScalarValue::new_zero(values.data_type())
        .and_then(|z| z.to_array())
        .map_err(error::from_datafusion)?;
    let negative = lt(&values, &Scalar::new(zero)).map_err(|e| error::from_arrow(&e))?;
    match negative.iter().position(|n| n == Some(true)) {
        None => Ok(values),
        Some(row) => {
            let value = ScalarValue::try_from_array(&values, row).map_err(error::from_datafusion)?;
            Err(Error::runtime(RuntimeClass::Arithmetic, "COUNTER_DIFF_NEGATIVE_COUNTER_VALUE")
                .with("value", value.to_string()))
        }
    }
}

/// Whether the counter started when it did a row before.
///
/// # Errors
/// `COUNTER_DIFF_START_TIME_DECREASED`
fn same_start(input: &Input) -> Result<ArrayRef> {
    let (now, before) = (input.column(0)?, input.column(1)?);
    let (now, before) =
        (now.as_primitive::<TimestampMicrosecondType>(), before.as_primitive::<TimestampMicrosecondType>());
    let same = |(now, before): (Option<i64>, Option<i64>)| match (now, before) {
        (Some(now), Some(before)) if now < before => {
            Err(Error::runtime(RuntimeClass::Other, "COUNTER_DIFF_START_TIME_DECREASED")
                .with("before", format!("{before}"))
                .with("now", format!("{now}")))
        }
        (Some(now), Some(before)) => Ok(Some(now == before)),
        // Nothing is known about a reset then.
        _ => Ok(Some(true)),
    };
    let same: BooleanArray = now.iter().zip(before.iter()).map(same).collect::<Result<_>>()?;
    Ok(Arc::new(same))
}
