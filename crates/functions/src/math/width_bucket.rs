//! `width_bucket`: the bucket of an equi-width histogram.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, DurationMicrosecondType, Float64Type, Int64Type, IntervalYearMonthType};
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use crate::scalar::{Input, apply};
use crate::types::from_field;
use crate::{Call, expect};

/// `width_bucket(value, minimum, maximum, buckets)`; NULL when there is no such histogram.
pub(super) fn width_bucket(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(4..=4)?;
    let interval = |t: &DataType| matches!(t, DataType::Duration(_) | DataType::Interval(_));
    let first = call.arguments[0].data_type();
    if interval(first) && call.arguments[1..3].iter().any(|argument| argument.data_type() != first) {
        let types = call.arguments[..3].iter().map(|argument| from_field(&argument.field).sql());
        return Err(Error::analysis("DATATYPE_MISMATCH.DATA_DIFF_TYPES")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("functionName", "`width_bucket`")
            .with("dataType", types.collect::<Vec<_>>().join(", ")));
    }
    let mut arguments = vec![];
    for index in 0..3 {
        let given = call.arguments[index].data_type();
        arguments.push(if interval(given) && given == first {
            call.arguments[index].expr.clone()
        } else {
            expect::double(call, index)?
        });
    }
    arguments.push(expect::long(call, 3)?);
    Ok(apply("width_bucket", DataType::Int64, arguments, run))
}

fn run(input: &Input) -> Result<ArrayRef> {
    let buckets = input.numbers::<Int64Type>(3)?;
    input.to_numbers::<Int64Type>(|row| {
        Ok(bucket(number(input, 0, row), number(input, 1, row), number(input, 2, row), buckets.value(row)))
    })
}

fn number(input: &Input, index: usize, row: usize) -> f64 {
    let (array, at) = (input.raw(index), input.position(index, row));
    match array.data_type() {
        DataType::Duration(_) => array.as_primitive::<DurationMicrosecondType>().value(at) as f64,
        DataType::Interval(_) => f64::from(array.as_primitive::<IntervalYearMonthType>().value(at)),
        _ => array.as_primitive::<Float64Type>().value(at),
    }
}

fn bucket(value: f64, low: f64, high: f64, buckets: i64) -> Option<i64> {
    if buckets <= 0
        || buckets == i64::MAX
        || value.is_nan()
        || low == high
        || !low.is_finite()
        || !high.is_finite()
    {
        return None;
    }
    let (below, above) = if low < high { (value < low, value >= high) } else { (value > low, value <= high) };
    Some(match (below, above) {
        (true, _) => 0,
        (_, true) => buckets + 1,
        _ => (buckets as f64 * (value - low) / (high - low)) as i64 + 1,
    })
}
