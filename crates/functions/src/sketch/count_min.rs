//! `count_min_sketch`: how often every value occurs, roughly.

use arrow::array::{ArrayRef, AsArray};
use arrow::compute::cast as arrow_cast;
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use lang::Result;

use super::aggregate::{Builder, Sketch, counting_node};
use super::count_min_table::Table;
use crate::aggregate::{constant, not_foldable, out_of_range, unexpected_null};
use crate::cast::format_number::double_text;
use crate::types::{is_integral, is_string};
use crate::{Call, cast, error, expect};

/// `count_min_sketch(value, eps, confidence, seed)`
pub(super) fn sketch_agg(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(4..=4)?;
    let argument = &call.arguments[0];
    let value = match argument.data_type() {
        given if is_integral(given) || is_string(given) || expect::is_binary(given) => argument.expr.clone(),
        DataType::Null => cast::implicit(argument, &DataType::Int64, call.context)?,
        _ => return Err(call.unexpected_type(0, "(\"INTEGRAL\" or \"STRING\" or \"BINARY\")")),
    };
    for index in 1..3 {
        if !matches!(call.arguments[index].data_type(), DataType::Float64 | DataType::Null) {
            return Err(call.unexpected_type(index, "\"DOUBLE\""));
        }
    }
    if !matches!(call.arguments[3].data_type(), DataType::Int32 | DataType::Int64 | DataType::Null) {
        return Err(call.unexpected_type(3, "(\"INT\" or \"BIGINT\")"));
    }
    let eps = number(call, 1, "eps", f64::MAX, "(0.0, 1.7976931348623157E308]")?;
    let confidence = number(call, 2, "confidence", 1.0f64.next_down(), "(0.0, 1.0]")?;
    let seed = seed(call)?;
    let sketch = CountMin { eps: eps.to_bits(), confidence: confidence.to_bits(), seed };
    counting_node(call, sketch, vec![value, lit(eps), lit(confidence), lit(seed)])
}

/// The positive constant at `index`, up to `most`.
fn number(call: &Call<'_>, index: usize, name: &str, most: f64, range: &str) -> Result<f64> {
    let value = constant(call, index)?.ok_or_else(|| not_foldable(call, index, name, "DOUBLE"))?;
    match value {
        ScalarValue::Float64(Some(value)) if value > 0.0 && value <= most => Ok(value),
        ScalarValue::Float64(Some(value)) => {
            Err(out_of_range(call, name, range, &format!("{}D", double_text(value))))
        }
        _ => Err(unexpected_null(call, name)),
    }
}

fn seed(call: &Call<'_>) -> Result<i64> {
    match constant(call, 3)?.ok_or_else(|| not_foldable(call, 3, "seed", "INT"))? {
        ScalarValue::Int32(Some(seed)) => Ok(seed.into()),
        // Spark keeps the lower half.
        ScalarValue::Int64(Some(seed)) => Ok(i64::from(seed as i32)),
        _ => Err(unexpected_null(call, "seed")),
    }
}

/// Error and confidence are kept as their bits, which can be compared and hashed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct CountMin {
    eps: u64,
    confidence: u64,
    seed: i64,
}

impl Sketch for CountMin {
    fn name(&self) -> &'static str {
        "count_min_sketch"
    }

    fn start(&self) -> Result<Box<dyn Builder>> {
        Ok(Box::new(Table::new(f64::from_bits(self.eps), f64::from_bits(self.confidence), self.seed)?))
    }
}

impl Builder for Table {
    fn update(&mut self, columns: &[ArrayRef]) -> Result<()> {
        let column = &columns[0];
        let converted = |to: &DataType| arrow_cast(column, to).map_err(|e| error::from_arrow(&e));
        if is_integral(column.data_type()) {
            let values = converted(&DataType::Int64)?;
            values.as_primitive::<Int64Type>().iter().flatten().for_each(|value| self.add_long(value));
        } else {
            let values = converted(&DataType::Binary)?;
            values.as_binary::<i32>().iter().flatten().for_each(|bytes| self.add_bytes(bytes));
        }
        Ok(())
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        Table::merge(self, state)
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(Some(self.bytes()))
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        Ok(self.bytes())
    }

    fn size(&self) -> usize {
        Table::size(self)
    }
}
