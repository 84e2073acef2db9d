//! `listagg` (`string_agg`): the non-NULL values of a group as one string or binary, in a given order.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array};
use arrow::compute::{SortColumn, SortOptions, lexsort_to_indices, take};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Expr, lit};
use lang::Error;

use super::collected::{Collected, Collector};
use super::own::{Shape, udaf};
use crate::{Call, cast, types};

/// Arguments: the value, the delimiter, how each key sorts (see [`directions`]), the keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ListAgg;

/// `listagg(value [, delimiter]) [WITHIN GROUP (ORDER BY …)]`
pub(super) fn build(call: &Call<'_>) -> lang::Result<Expr> {
    call.expect_arguments(1..=2)?;
    let value = &call.arguments[0];
    let target = match value.data_type() {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => DataType::Binary,
        DataType::List(_) | DataType::Struct(_) | DataType::Map(..) => {
            return Err(call.unexpected_type(0, "(\"STRING\" or \"BINARY\")"));
        }
        _ => DataType::Utf8,
    };
    let mut args = vec![
        cast::implicit(value, &target, call.context)?,
        lit(delimiter(call, &target)?),
        lit(directions(&call.order_by)),
    ];
    if call.distinct && call.order_by.iter().any(|key| key.expr != value.expr) {
        return Err(Error::unsupported("listagg(DISTINCT …) ordered by something else than its value"));
    }
    args.extend(call.order_by.iter().map(|key| key.expr.clone()));
    Ok(super::node(call, udaf(Collected(ListAgg)), args))
}

/// The constant delimiter, NULL for none.
fn delimiter(call: &Call<'_>, target: &DataType) -> lang::Result<ScalarValue> {
    let value = match call.arguments.get(1) {
        None => ScalarValue::Null,
        Some(_) => {
            super::constant(call, 1)?.ok_or_else(|| super::not_foldable(call, 1, "delimiter", "STRING"))?
        }
    };
    if value.is_null() {
        return ScalarValue::try_from(target).map_err(crate::error::from_datafusion);
    }
    match (target, types::is_string(&value.data_type())) {
        (DataType::Utf8, true) | (DataType::Binary, false) => Ok(value),
        (DataType::Utf8, false) => Err(call.unexpected_type(1, "\"STRING\"")),
        _ => Err(call.unexpected_type(1, "\"BINARY\"")),
    }
}

/// Two letters a key: ascending or descending, NULLs first or last.
fn directions(keys: &[Sort]) -> String {
    let letters = |key: &Sort| [if key.asc { 'a' } else { 'd' }, if key.nulls_first { 'f' } else { 'l' }];
    keys.iter().flat_map(letters).collect()
}

fn sort_options(directions: &ScalarValue) -> Vec<SortOptions> {
    let letters = directions.try_as_str().flatten().unwrap_or_default().as_bytes();
    let option = |key: &[u8]| SortOptions { descending: key[0] == b'd', nulls_first: key[1] == b'f' };
    letters.chunks_exact(2).map(option).collect()
}

impl Collector for ListAgg {
    fn name(&self) -> &'static str {
        "listagg"
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(Field::new(self.name(), inputs[0].data_type().clone(), true))
    }

    fn collected(&self, inputs: usize) -> Vec<usize> {
        std::iter::once(0).chain(3..inputs).collect()
    }

    fn finish(&self, columns: &[ArrayRef], shape: &Shape) -> Result<ScalarValue> {
        let values = sorted(columns, &sort_options(&shape.constant(2)))?;
        if values.is_empty() {
            return ScalarValue::try_from(values.data_type());
        }
        let delimiter = shape.constant(1);
        Ok(match values.data_type() {
            DataType::Binary => {
                let delimiter = match &delimiter {
                    ScalarValue::Binary(Some(bytes)) => bytes.as_slice(),
                    _ => &[],
                };
                let parts: Vec<_> = values.as_binary::<i32>().iter().flatten().collect();
                ScalarValue::Binary(Some(parts.join(delimiter)))
            }
            _ => {
                let parts: Vec<_> = values.as_string::<i32>().iter().flatten().collect();
                ScalarValue::Utf8(Some(parts.join(delimiter.try_as_str().flatten().unwrap_or_default())))
            }
        })
    }
}

/// The first column ordered by the others; equal keys keep their order.
fn sorted(columns: &[ArrayRef], options: &[SortOptions]) -> Result<ArrayRef> {
    if options.is_empty() {
        return Ok(columns[0].clone());
    }
    let positions: ArrayRef = Arc::new(UInt32Array::from_iter_values(0..columns[0].len() as u32));
    let keys = columns[1..].iter().zip(options).map(|(values, option)| (values.clone(), Some(*option)));
    let keys = keys.chain([(positions, None)]).map(|(values, options)| SortColumn { values, options });
    let order = lexsort_to_indices(&keys.collect::<Vec<_>>(), None)?;
    Ok(take(&columns[0], &order, None)?)
}
