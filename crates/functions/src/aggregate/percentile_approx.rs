//! `percentile_approx` (`approx_percentile`): percentiles that are elements of the group.
//!
//! All values of the group are kept, so the result is as accurate as it can be whatever accuracy was asked
//! for; at the two ends, where Spark returns minimum and maximum within its accuracy, this does too.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, UInt64Array};
use arrow::compute::{SortOptions, sort_to_indices, take};
use arrow::datatypes::{DataType, Field, FieldRef, IntervalUnit};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Expr, lit};

use super::collected::{Collected, Collector};
use super::own::{Shape, udaf};
use super::percentile::{percentages, percentages_of, result_field, shaped};
use crate::{Call, cast, types};

const ACCEPTED: &str = "(\"NUMERIC\", \"DATE\", \"TIMESTAMP\", \"TIMESTAMP_NTZ\" or \"ANSI INTERVAL\")";
const DEFAULT_ACCURACY: i64 = 10_000;

/// Arguments: value, percentage or percentages, accuracy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct PercentileApprox;

/// `percentile_approx(value, percentage [, accuracy])`
pub(super) fn build(call: &Call<'_>) -> lang::Result<Expr> {
    call.expect_arguments(2..=3)?;
    super::unordered(call)?;
    let argument = &call.arguments[0];
    let value = match argument.data_type() {
        DataType::Date32 | DataType::Timestamp(..) | DataType::Duration(_) => argument.expr.clone(),
        DataType::Interval(IntervalUnit::YearMonth) => argument.expr.clone(),
        t if types::is_numeric(t) => argument.expr.clone(),
        t if types::is_string(t) || *t == DataType::Null => {
            cast::implicit(argument, &DataType::Float64, call.context)?
        }
        _ => return Err(call.unexpected_type(0, ACCEPTED)),
    };
    let args = vec![value, percentages(call, 1)?, lit(accuracy(call)?)];
    Ok(super::node(call, udaf(Collected(PercentileApprox)), args))
}

fn accuracy(call: &Call<'_>) -> lang::Result<i64> {
    if call.arguments.len() < 3 {
        return Ok(DEFAULT_ACCURACY);
    }
    match super::constant_integer(call, 2, "accuracy")? {
        accuracy if (1..=i64::from(i32::MAX)).contains(&accuracy) => Ok(accuracy),
        wrong => Err(super::out_of_range(call, "accuracy", "(0, 2147483647]", &format!("{wrong}L"))),
    }
}

impl Collector for PercentileApprox {
    fn name(&self) -> &'static str {
        "percentile_approx"
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(result_field(self.name(), inputs[0].as_ref().clone(), inputs[1].data_type()))
    }

    fn collected(&self, _: usize) -> Vec<usize> {
        vec![0]
    }

    fn finish(&self, columns: &[ArrayRef], shape: &Shape) -> Result<ScalarValue> {
        let values = &columns[0];
        if values.is_empty() {
            return ScalarValue::try_from(shape.result.data_type());
        }
        let accuracy = match shape.constant(2) {
            ScalarValue::Int64(Some(accuracy)) => accuracy,
            _ => DEFAULT_ACCURACY,
        };
        let percentages = shape.constant(1);
        let order = sort_to_indices(values, Some(SortOptions::default()), None)?;
        let position = |p: f64| order.value(position(p, values.len(), accuracy)) as u64;
        let positions: UInt64Array =
            percentages_of(&percentages).into_iter().map(|p| Some(position(p))).collect();
        let element = shape.inputs[0].as_ref().clone().with_name("element").with_nullable(false);
        shaped(take(values, &positions, None)?, &percentages, Arc::new(element))
    }
}

/// Where in `count` sorted values the percentile stands.
fn position(percentage: f64, count: usize, accuracy: i64) -> usize {
    let error = 1.0 / accuracy as f64;
    if percentage <= error {
        return 0;
    }
    if percentage >= 1.0 - error {
        return count - 1;
    }
    ((percentage * count as f64).ceil() as usize).clamp(1, count) - 1
}
