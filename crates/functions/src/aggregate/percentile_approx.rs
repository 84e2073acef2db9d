//! `percentile_approx` (`approx_percentile`): from summaries of bounded size.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field, FieldRef, IntervalUnit};
use datafusion::common::{Result, ScalarValue, internal_datafusion_err};
use datafusion::logical_expr::{Accumulator, Expr, lit};

use super::doubles::{from_doubles, to_doubles};
use super::own::{Aggregate, Shape, udaf};
use super::percentile::{percentages, percentages_of, result_field, shaped};
use super::quantile_summary::QuantileSummary;
use crate::{Call, cast, types};

const ACCEPTED: &str = "(\"NUMERIC\", \"DATE\", \"TIMESTAMP\", \"TIMESTAMP_NTZ\" or \"ANSI INTERVAL\")";
const DEFAULT_ACCURACY: i64 = 10_000;

/// Arguments: value, percentage or percentages, relative error.
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
    if matches!(call.arguments[1].data_type(), DataType::List(element) if element.is_nullable()) {
        return Err(call.unexpected_type(1, "(\"DOUBLE\" or \"ARRAY<DOUBLE>\")"));
    }
    let error = 1.0 / accuracy(call)? as f64;
    let args = vec![value, percentages(call, 1)?, lit(error)];
    Ok(super::node(call, udaf(PercentileApprox), args))
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

impl Aggregate for PercentileApprox {
    fn name(&self) -> &'static str {
        "percentile_approx"
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(result_field(self.name(), inputs[0].as_ref().clone(), inputs[1].data_type()))
    }

    fn state(&self, _: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        vec![Field::new("summary", DataType::Binary, true)]
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        let error = match shape.constant(2) {
            ScalarValue::Float64(Some(error)) => error,
            _ => 1.0 / DEFAULT_ACCURACY as f64,
        };
        Ok(Box::new(Summary { error, summary: QuantileSummary::new(error), shape: shape.clone() }))
    }
}

#[derive(Debug)]
struct Summary {
    error: f64,
    summary: QuantileSummary,
    shape: Shape,
}

impl Accumulator for Summary {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        to_doubles(&values[0])?.iter().flatten().for_each(|value| self.summary.insert(value));
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let percentages = self.shape.constant(1);
        let quantiles = self.summary.quantiles(&percentages_of(&percentages));
        let Some(quantiles) = quantiles.filter(|quantiles| !quantiles.is_empty()) else {
            return ScalarValue::try_from(self.shape.result.data_type());
        };
        let element = self.shape.inputs[0].as_ref().clone().with_name("element").with_nullable(false);
        let values = from_doubles(quantiles, element.data_type())?;
        shaped(values, &percentages, Arc::new(element))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.summary.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(Some(self.summary.write_bytes()))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for state in states[0].as_binary::<i32>().iter().flatten() {
            let other = QuantileSummary::from_bytes(self.error, state)
                .ok_or_else(|| internal_datafusion_err!("the state of percentile_approx is no summary"))?;
            self.summary.merge(other);
        }
        Ok(())
    }
}
