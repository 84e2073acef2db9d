//! `approx_top_k_accumulate`, `approx_top_k_combine` and `approx_top_k_estimate`: counts that are kept between queries.
//!
//! A state is a struct of the sketch, `maxItemsTracked`, a NULL of the items' type and that type as text.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, ListArray, StringArray, StructArray};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{cast as arrow_cast, concat};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Int32Type};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, RuntimeClass};

use super::arguments::{filled, refuse_collation};
use super::errors::type_check_message;
use super::top_k::{DEFAULT_K, DEFAULT_TRACKED, expect_room, positive_k, refuse_uncounted, tracked};
use super::top_k_aggregates::{Accumulate, Combine};
use super::top_k_counts::{Counts, entry};
use super::top_k_item::is_supported;
use crate::Call;
use crate::aggregate::own::udaf;
use crate::aggregate::{node, unordered};
use crate::error::external;
use crate::scalar::{Input, apply_field};
use crate::types::{from_arrow, from_field, is_string};

/// The `maxItemsTracked` that Spark prints where none is given: that of the states.
const UNKNOWN: i32 = -1;

/// `approx_top_k_accumulate(value [, maxItemsTracked])`
pub(super) fn accumulate(call: &Call<'_>) -> lang::Result<Expr> {
    let call = &filled(call, 2, &[ScalarValue::from(DEFAULT_TRACKED)])?;
    unordered(call)?;
    refuse_collation(&call.arguments[0], call.name)?;
    refuse_uncounted(call)?;
    let tracked = tracked(call, 1)?;
    Ok(node(call, udaf(Accumulate { tracked }), vec![call.arguments[0].expr.clone(), lit(tracked)]))
}

/// `approx_top_k_combine(state [, maxItemsTracked])`
pub(super) fn combine(call: &Call<'_>) -> lang::Result<Expr> {
    let given = call.arguments.len() > 1;
    let call = &filled(call, 2, &[ScalarValue::from(UNKNOWN)])?;
    unordered(call)?;
    expect_state(call)?;
    let size = if given { Some(tracked(call, 1)?) } else { None };
    let arguments = vec![call.arguments[0].expr.clone(), lit(size.unwrap_or(UNKNOWN))];
    Ok(node(call, udaf(Combine { size }), arguments))
}

/// `approx_top_k_estimate(state [, k])`
pub(super) fn estimate(call: &Call<'_>) -> lang::Result<Expr> {
    let call = &filled(call, 2, &[ScalarValue::from(DEFAULT_K)])?;
    let item = expect_state(call)?;
    let k = positive_k(call, 1)?;
    let nullable = call.arguments[0].nullable();
    let returns = Field::new("approx_top_k_estimate", DataType::List(entry(&item)), nullable);
    Ok(apply_field("approx_top_k_estimate", returns, vec![call.arguments[0].expr.clone(), lit(k)], |input| {
        estimated(input).map_err(crate::error::from_datafusion)
    }))
}

/// The field of the items in the state that is the first argument.
///
/// # Errors
/// Spark's, for what is no struct of a state's four fields.
fn expect_state(call: &Call<'_>) -> lang::Result<FieldRef> {
    let DataType::Struct(fields) = call.arguments[0].data_type() else {
        return Err(call.unexpected_type(0, "\"STRUCT\""));
    };
    let shown = |field: &Field| from_field(field).simple_string();
    let [sketch, size, item, text] = fields.iter().as_slice() else {
        let expected = "struct<sketch:binary,maxItemsTracked:int,itemDataType:any,itemDataTypeDDL:string>";
        let got = from_arrow(call.arguments[0].data_type()).simple_string();
        let message =
            format!("State must be a struct with 4 fields. Expected struct: {expected}. Got: {got}");
        return Err(type_check_message(call, &message));
    };
    let wrong = |place: &str, required: &str, field: &Field| {
        let got = shown(field);
        let message = format!("State struct must have the {place} field to be {required}. Got: {got}");
        Err(type_check_message(call, &message))
    };
    if !crate::expect::is_binary(sketch.data_type()) {
        return wrong("first", "binary", sketch);
    }
    if *size.data_type() != DataType::Int32 {
        return wrong("second", "int", size);
    }
    if !is_supported(item.data_type()) {
        return wrong("third", "a supported data type", item);
    }
    if !is_string(text.data_type()) {
        return wrong("fourth", "string", text);
    }
    Ok(Arc::clone(item))
}

/// The fields of a state of items like `item`.
pub(super) fn state_fields(item: &Field) -> Fields {
    Fields::from(vec![
        Field::new("sketch", DataType::Binary, false),
        Field::new("maxItemsTracked", DataType::Int32, false),
        item.clone().with_name("itemDataType").with_nullable(true),
        Field::new("itemDataTypeDDL", DataType::Utf8, false),
    ])
}

/// The type of the items as a state tells it.
fn type_text(item: &Field) -> String {
    match from_field(item) {
        lang::DataType::String { .. } => "item string not null".to_string(),
        other => format!("item {} NOT NULL", other.sql()),
    }
}

/// A state as a value.
pub(super) fn state_value(sketch: Vec<u8>, tracked: i32, item: &Field) -> Result<ScalarValue> {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(BinaryArray::from_vec(vec![&sketch])),
        Arc::new(arrow::array::Int32Array::from(vec![tracked])),
        arrow::array::new_null_array(item.data_type(), 1),
        Arc::new(StringArray::from(vec![type_text(item)])),
    ];
    let state = StructArray::try_new(state_fields(item), columns, None)?;
    Ok(ScalarValue::Struct(Arc::new(state)))
}

/// A state taken apart.
pub(super) struct State {
    pub(super) counts: Counts,
    pub(super) tracked: i32,
}

/// The states of a column; `None` for NULL.
pub(super) fn states(column: &ArrayRef) -> Result<Vec<Option<State>>> {
    let rows = column.as_struct();
    let sketches = arrow_cast(rows.column(0), &DataType::Binary)?;
    let texts = arrow_cast(rows.column(3), &DataType::Utf8)?;
    let (sketches, texts) = (sketches.as_binary::<i32>(), texts.as_string::<i32>());
    let sizes = rows.column(1).as_primitive::<Int32Type>();
    let DataType::Struct(fields) = column.data_type() else { return internal_err!("a state is a struct") };
    let expected = type_text(&fields[2]);
    let one = |row: usize| -> Result<Option<State>> {
        if column.is_null(row) || sketches.is_null(row) || sizes.is_null(row) || texts.is_null(row) {
            return Ok(None);
        }
        if texts.value(row) != expected {
            return Err(external(differing(texts.value(row), &expected)));
        }
        match Counts::from_bytes(sketches.value(row), fields[2].data_type()) {
            Some(counts) => Ok(Some(State { counts, tracked: sizes.value(row) })),
            None => Err(external(Error::unsupported("a state of approx_top_k that is no sketch"))),
        }
    };
    (0..rows.len()).map(one).collect()
}

/// States of items of two types.
fn differing(first: &str, second: &str) -> Error {
    let name = |text: &str| {
        let words = text.strip_prefix("item ").unwrap_or(text);
        let end = words.to_ascii_uppercase().find(" NOT NULL").unwrap_or(words.len());
        format!("\"{}\"", words[..end].to_uppercase())
    };
    Error::runtime(RuntimeClass::Other, "APPROX_TOP_K_SKETCH_TYPE_NOT_MATCH")
        .with("type1", name(first))
        .with("type2", name(second))
}

fn estimated(input: &Input) -> Result<ArrayRef> {
    let states = states(input.raw(0))?;
    let k = match ScalarValue::try_from_array(input.raw(1), 0)? {
        ScalarValue::Int32(Some(k)) => k,
        _ => return internal_err!("k is a constant"),
    };
    let DataType::List(element) = input.returns.data_type() else {
        return internal_err!("approx_top_k_estimate yields lists");
    };
    let DataType::Struct(fields) = element.data_type() else { return internal_err!("lists of structs") };
    let mut lists: Vec<ArrayRef> = Vec::with_capacity(states.len());
    let mut lengths = Vec::with_capacity(states.len());
    for state in &states {
        if let Some(state) = state {
            expect_room(k, state.tracked).map_err(external)?;
            let top = state.counts.top(k as usize, &fields[0])?;
            lengths.push(top.len());
            lists.push(Arc::new(top));
        } else {
            lengths.push(0);
        }
    }
    let parts: Vec<&dyn Array> = lists.iter().map(AsRef::as_ref).collect();
    let values =
        if parts.is_empty() { arrow::array::new_empty_array(element.data_type()) } else { concat(&parts)? };
    let nulls = states.iter().any(Option::is_none).then(|| states.iter().map(Option::is_some).collect());
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(Arc::clone(element), offsets, values, nulls)?))
}
