//! `mode`: the most frequent value of a group.

use std::collections::HashMap;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef};
use arrow::row::{RowConverter, SortField};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{Expr, lit};
use lang::Error;

use super::collected::{Collected, Collector};
use super::distinct::normal_floats;
use super::own::{Shape, udaf};
use crate::Call;

/// Arguments: the value, which of equally frequent values wins.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Mode;

const FIRST: &str = "first";
const LOWEST: &str = "lowest";
const HIGHEST: &str = "highest";

/// `mode(value [, deterministic])`, `mode() WITHIN GROUP (ORDER BY value)`
pub(super) fn build(call: &Call<'_>) -> lang::Result<Expr> {
    call.expect_arguments(0..=2)?;
    let (value, winner) = match (call.arguments.as_slice(), call.order_by.as_slice()) {
        ([], [key]) => (key.expr.clone(), if key.asc { LOWEST } else { HIGHEST }),
        ([value], []) => (value.expr.clone(), FIRST),
        ([value, _], []) => match super::constant(call, 1)? {
            Some(ScalarValue::Boolean(Some(true))) => (value.expr.clone(), LOWEST),
            Some(ScalarValue::Boolean(Some(false))) => (value.expr.clone(), FIRST),
            Some(ScalarValue::Boolean(None) | ScalarValue::Null) => {
                return Err(super::unexpected_null(call, "deterministic"));
            }
            Some(_) => return Err(call.unexpected_type(1, "\"BOOLEAN\"")),
            None => return Err(super::not_foldable(call, 1, "deterministic", "BOOLEAN")),
        },
        _ => return Err(super::wrong_within_group(call)),
    };
    if call.arguments.first().is_some_and(|v| matches!(v.data_type(), DataType::Map(..))) {
        return Err(Error::unsupported("mode of maps"));
    }
    Ok(super::node(call, udaf(Collected(Mode)), vec![value, lit(winner)]))
}

impl Collector for Mode {
    fn name(&self) -> &'static str {
        "mode"
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(inputs[0].as_ref().clone().with_nullable(true))
    }

    fn collected(&self, _: usize) -> Vec<usize> {
        vec![0]
    }

    fn finish(&self, columns: &[ArrayRef], shape: &Shape) -> Result<ScalarValue> {
        let values = normal_floats(&columns[0]);
        let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
        let rows = converter.convert_columns(std::slice::from_ref(&values))?;
        // Frequency and first position of every value.
        let mut counts: HashMap<&[u8], (usize, usize)> = HashMap::new();
        for position in 0..rows.num_rows() {
            counts.entry(rows.row(position).data()).or_insert((0, position)).0 += 1;
        }
        let winner = shape.constant(1);
        let winner = winner.try_as_str().flatten().unwrap_or(FIRST);
        let best = counts.iter().max_by(|(a, (a_count, a_first)), (b, (b_count, b_first))| {
            a_count.cmp(b_count).then_with(|| match winner {
                LOWEST => b.cmp(a),
                HIGHEST => a.cmp(b),
                _ => b_first.cmp(a_first),
            })
        });
        match best {
            Some((_, (_, position))) => ScalarValue::try_from_array(&values, *position),
            None => ScalarValue::try_from(values.data_type()),
        }
    }
}
