//! `approx_top_k`: the most frequent values with how often they come.

use arrow::array::{ArrayRef, AsArray, new_empty_array};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::{Accumulator, Expr, lit};
use lang::{Error, RuntimeClass};

use super::arguments::{filled, refuse_collation};
use super::errors::type_check_message;
use super::top_k_counts::{Counts, entry};
use super::top_k_item::is_supported;
use crate::Call;
use crate::aggregate::own::{Aggregate, Shape, udaf};
use crate::aggregate::{constant, node, one_list, unordered};
use crate::types::from_arrow;

pub(super) const DEFAULT_K: i32 = 5;
pub(super) const DEFAULT_TRACKED: i32 = 10_000;
pub(super) const MOST_TRACKED: i32 = 1_000_000;

/// `approx_top_k(value [, k [, maxItemsTracked]])`
pub(super) fn build(call: &Call<'_>) -> lang::Result<Expr> {
    let defaults = [ScalarValue::from(DEFAULT_K), ScalarValue::from(DEFAULT_TRACKED)];
    let call = &filled(call, 3, &defaults)?;
    unordered(call)?;
    let argument = &call.arguments[0];
    refuse_collation(argument, call.name)?;
    refuse_uncounted(call)?;
    let k = positive_k(call, 1)?;
    let tracked = tracked(call, 2)?;
    expect_room(k, tracked)?;
    let top = TopK { k: k as usize, tracked: tracked as usize };
    Ok(node(call, udaf(top), vec![argument.expr.clone(), lit(k), lit(tracked)]))
}

/// Refuses values of types that cannot be counted.
pub(super) fn refuse_uncounted(call: &Call<'_>) -> lang::Result<()> {
    let data_type = call.arguments[0].data_type();
    if is_supported(data_type) {
        return Ok(());
    }
    let name = from_arrow(data_type).simple_string();
    let name = name.split(['<', '(']).next().unwrap_or_default();
    Err(type_check_message(call, &format!("{name} columns are not supported")))
}

/// The `k` at `index`.
pub(super) fn positive_k(call: &Call<'_>, index: usize) -> lang::Result<i32> {
    positive(call, index, "k", "K must be a constant literal")
}

/// The `maxItemsTracked` at `index`.
pub(super) fn tracked(call: &Call<'_>, index: usize) -> lang::Result<i32> {
    let not_constant = "Number of items tracked must be a constant literal";
    match positive(call, index, "maxItemsTracked", not_constant)? {
        tracked if tracked > MOST_TRACKED => {
            Err(limit("APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT", tracked)
                .with("limit", MOST_TRACKED.to_string()))
        }
        tracked => Ok(tracked),
    }
}

/// Fails unless `k` items can be among those tracked.
pub(super) fn expect_room(k: i32, tracked: i32) -> lang::Result<()> {
    if tracked >= k {
        return Ok(());
    }
    Err(limit("APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K", tracked).with("k", k.to_string()))
}

fn limit(condition: &str, tracked: i32) -> Error {
    Error::runtime(RuntimeClass::Other, condition).with("maxItemsTracked", tracked.to_string())
}

fn positive(call: &Call<'_>, index: usize, name: &str, not_constant: &str) -> lang::Result<i32> {
    if !matches!(call.arguments[index].data_type(), DataType::Int32 | DataType::Null) {
        return Err(call.unexpected_type(index, "\"INT\""));
    }
    match constant(call, index)? {
        None => Err(type_check_message(call, not_constant)),
        Some(ScalarValue::Int32(Some(value))) if value > 0 => Ok(value),
        Some(ScalarValue::Int32(Some(value))) => {
            Err(Error::runtime(RuntimeClass::Other, "APPROX_TOP_K_NON_POSITIVE_ARG")
                .with("argName", format!("`{name}`"))
                .with("argValue", value.to_string()))
        }
        Some(_) => {
            Err(Error::runtime(RuntimeClass::Other, "APPROX_TOP_K_NULL_ARG")
                .with("argName", format!("`{name}`")))
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct TopK {
    k: usize,
    tracked: usize,
}

impl Aggregate for TopK {
    fn name(&self) -> &'static str {
        "approx_top_k"
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(Field::new(self.name(), DataType::List(entry(&inputs[0])), false))
    }

    fn state(&self, _: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        vec![Field::new("sketch", DataType::Binary, true)]
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        let counts = Counts::new(self.tracked);
        Ok(Box::new(Counting { k: self.k, input: shape.inputs[0].clone(), counts }))
    }

    fn empty(&self, data_type: &DataType) -> Result<ScalarValue> {
        match data_type {
            DataType::List(element) => one_list(element.clone(), new_empty_array(element.data_type())),
            other => internal_err!("approx_top_k yields lists, not {other}"),
        }
    }
}

#[derive(Debug)]
struct Counting {
    k: usize,
    input: FieldRef,
    counts: Counts,
}

impl Accumulator for Counting {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.counts.update(&values[0])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.counts.top_list(self.k, &self.input)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.counts.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(Some(self.counts.to_bytes(self.input.data_type())))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for state in states[0].as_binary::<i32>().iter().flatten() {
            self.counts.merge(&Counts::from_state(state, self.input.data_type())?);
        }
        Ok(())
    }
}
