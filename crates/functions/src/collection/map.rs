//! Maps: their keys, values and entries, and maps from arrays, entries and text.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, StructArray, UInt32Array};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result as DataFusionResult, ScalarValue, internal_err};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use super::arguments::{expect_array, expect_map, map_fields, map_like, retyped};
use super::keys::{ASCENDING, keys_of};
use super::list::{as_list, element, list_like, list_of, range};
use crate::Call;
use crate::coercion::common_type;
use crate::error::external;
use crate::kernel::{Inputs, conform, typed};
use crate::signature::any_nullable;

/// What happens when a key occurs twice in a map.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Duplicates {
    Fail,
    LastWins,
}

impl Duplicates {
    /// By the boolean constant at `index`.
    pub(crate) fn by_flag(inputs: &Inputs<'_>, index: usize) -> Self {
        match inputs.constant(index) {
            Some(ScalarValue::Boolean(Some(true))) => Duplicates::LastWins,
            _ => Duplicates::Fail,
        }
    }
}

/// Maps of the keys and values at those ranges; `None` makes a NULL.
///
/// # Errors
/// `NULL_MAP_KEY`, `DUPLICATED_MAP_KEY`
pub(crate) fn build_maps(
    keys: &ArrayRef,
    values: &ArrayRef,
    rows: &[Option<Range<usize>>],
    returns: &DataType,
    duplicates: Duplicates,
) -> DataFusionResult<ArrayRef> {
    let known = keys_of(keys, ASCENDING)?;
    let nulls = keys.logical_nulls();
    let (mut key_indices, mut value_indices) =
        (Vec::with_capacity(keys.len()), Vec::with_capacity(keys.len()));
    let mut lengths = Vec::with_capacity(rows.len());
    let mut seen = HashMap::new();
    for row in rows {
        let start = key_indices.len();
        seen.clear();
        for index in row.clone().unwrap_or_default() {
            if nulls.as_ref().is_some_and(|nulls| nulls.is_null(index)) {
                return Err(external(Error::runtime(RuntimeClass::Other, "NULL_MAP_KEY")));
            }
            // The first occurrence fixes the place, the last one the value.
            match seen.entry(known.row(index)) {
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(key_indices.len());
                    key_indices.push(index as u32);
                    value_indices.push(index as u32);
                }
                std::collections::hash_map::Entry::Occupied(_) if duplicates == Duplicates::Fail => {
                    return Err(external(duplicated(keys, index)));
                }
                std::collections::hash_map::Entry::Occupied(entry) => {
                    value_indices[*entry.get()] = index as u32;
                }
            }
        }
        lengths.push(key_indices.len() - start);
    }
    let keys = take(keys, &UInt32Array::from(key_indices), None)?;
    let values = take(values, &UInt32Array::from(value_indices), None)?;
    let nulls =
        rows.iter().any(Option::is_none).then(|| NullBuffer::from_iter(rows.iter().map(Option::is_some)));
    assemble(keys, values, OffsetBuffer::from_lengths(lengths), nulls, returns)
}

/// Keys as Spark puts them into a map one by one: of the two zeros there is one. Arrays of keys that become a map's as
/// they are keep theirs.
pub(super) fn normal_keys(keys: &ArrayRef) -> DataFusionResult<ArrayRef> {
    crate::float::normalized_array(keys).map_err(external)
}

fn duplicated(keys: &ArrayRef, index: usize) -> Error {
    let key = ScalarValue::try_from_array(keys, index).map(|key| key.to_string()).unwrap_or_default();
    Error::runtime(RuntimeClass::Other, "DUPLICATED_MAP_KEY")
        .with("key", key)
        .with("mapKeyDedupPolicy", "\"spark.sql.mapKeyDedupPolicy\"")
}

/// A map array of type `returns` from its parts.
pub(crate) fn assemble(
    keys: ArrayRef,
    values: ArrayRef,
    offsets: OffsetBuffer<i32>,
    nulls: Option<NullBuffer>,
    returns: &DataType,
) -> DataFusionResult<ArrayRef> {
    let (DataType::Map(entries, sorted), Some((key, value))) = (returns, map_fields(returns)) else {
        return internal_err!("expected a map type, got {returns}");
    };
    let fields = Fields::from(vec![Arc::clone(key), Arc::clone(value)]);
    let columns = vec![conform(keys, key.data_type())?, conform(values, value.data_type())?];
    let structs = StructArray::try_new(fields, columns, None)?;
    Ok(Arc::new(MapArray::try_new(Arc::clone(entries), offsets, structs, nulls, *sorted)?))
}

pub(super) fn map_keys(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let (key, _) = expect_map(call, 0)?;
    Ok(typed("map_keys", keys_as_list, list_like(key, false), call.arguments[0].nullable(), call.exprs()))
}

pub(super) fn keys_as_list(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    as_lists(inputs, |map| Arc::clone(map.keys()))
}

pub(super) fn map_values(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        as_lists(inputs, |map| Arc::clone(map.values()))
    }
    call.expect_arguments(1..=1)?;
    let (_, value) = expect_map(call, 0)?;
    let returns = list_like(value, value.is_nullable());
    Ok(typed("map_values", kernel, returns, call.arguments[0].nullable(), call.exprs()))
}

/// `map_entries(map)`: an array of `struct<key, value>`.
pub(crate) fn map_entries(call: &Call<'_>) -> Result<Expr> {
    fn kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
        as_lists(inputs, |map| Arc::new(map.entries().clone()))
    }
    call.expect_arguments(1..=1)?;
    let (key, value) = expect_map(call, 0)?;
    let fields = vec![key.as_ref().clone().with_name("key"), value.as_ref().clone().with_name("value")];
    let returns = list_of(&DataType::Struct(fields.into()), false);
    Ok(typed("map_entries", kernel, returns, call.arguments[0].nullable(), call.exprs()))
}

fn as_lists(inputs: &Inputs<'_>, values: fn(&MapArray) -> ArrayRef) -> DataFusionResult<ArrayRef> {
    let array = inputs.array(0)?;
    let map = array.as_map();
    let Some(field) = element(inputs.returns) else {
        return internal_err!("parts of a map are lists");
    };
    let values = conform(values(map), field.data_type())?;
    Ok(Arc::new(ListArray::try_new(Arc::clone(field), map.offsets().clone(), values, map.nulls().cloned())?))
}

/// `map_from_arrays(keys, values)`
pub(super) fn map_from_arrays(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let returns = map_like(expect_array(call, 0)?, expect_array(call, 1)?);
    let mut arguments = call.exprs();
    arguments.push(lit(call.context.map_key_last_wins));
    Ok(typed("map_from_arrays", from_arrays_kernel, returns, any_nullable(call), arguments))
}

fn from_arrays_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let (keys, values) = (as_list(&inputs.array(0)?)?, as_list(&inputs.array(1)?)?);
    let mut rows = Vec::with_capacity(inputs.rows);
    let mut value_indices = vec![0_u32; keys.values().len()];
    for row in 0..inputs.rows {
        let pair = range(&keys, row).zip(range(&values, row));
        if let Some((mine, theirs)) = &pair {
            if mine.len() != theirs.len() {
                return Err(external(Error::runtime(RuntimeClass::Other, "_LEGACY_ERROR_TEMP_2128")));
            }
            mine.clone().zip(theirs.clone()).for_each(|(key, value)| value_indices[key] = value as u32);
        }
        rows.push(pair.map(|(mine, _)| mine));
    }
    // Values move to the places of their keys; places without a row keep any value, nothing refers to them.
    let aligned = if values.values().is_empty() {
        arrow::array::new_null_array(values.values().data_type(), keys.values().len())
    } else {
        take(values.values(), &UInt32Array::from(value_indices), None)?
    };
    build_maps(keys.values(), &aligned, &rows, inputs.returns, Duplicates::by_flag(inputs, 2))
}

/// `map_from_entries(array of structs)`: NULL when an entry is NULL.
pub(super) fn map_from_entries(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let entry = expect_array(call, 0)?;
    let fields = match entry.data_type() {
        DataType::Struct(fields) if fields.len() == 2 => fields,
        _ => return Err(call.unexpected_type(0, "\"ARRAY\" of pair \"STRUCT\"")),
    };
    let returns = map_like(&fields[0], &fields[1]);
    let nullable = call.arguments[0].nullable() || entry.is_nullable();
    let arguments = vec![call.arguments[0].expr.clone(), lit(call.context.map_key_last_wins)];
    Ok(typed("map_from_entries", from_entries_kernel, returns, nullable, arguments))
}

fn from_entries_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let list = as_list(&inputs.array(0)?)?;
    let entries = list.values().as_struct();
    let rows: Vec<_> = (0..inputs.rows)
        .map(|row| range(&list, row).filter(|range| range.clone().all(|index| entries.is_valid(index))))
        .collect();
    let duplicates = Duplicates::by_flag(inputs, 1);
    let keys = normal_keys(entries.column(0))?;
    build_maps(&keys, entries.column(1), &rows, inputs.returns, duplicates)
}

/// `map_concat(map, …)`
pub(super) fn map_concat(call: &Call<'_>) -> Result<Expr> {
    if call.arguments.is_empty() {
        let text = |name, nullable| Field::new(name, DataType::Utf8, nullable);
        return Ok(super::construct::empty_map(&text("key", false), &text("value", true)));
    }
    let (mut key, mut value) = {
        let (key, value) = expect_map(call, 0)?;
        (key.as_ref().clone(), value.as_ref().clone())
    };
    for index in 1..call.arguments.len() {
        let (other_key, other_value) = expect_map(call, index)?;
        let join = |mine: &Field, theirs: &Field| {
            common_type(mine.data_type(), theirs.data_type(), call.context.ansi).map(|joined| {
                retyped(mine, &joined).with_nullable(mine.is_nullable() || theirs.is_nullable())
            })
        };
        match (join(&key, other_key), join(&value, other_value)) {
            (Some(joined_key), Some(joined_value)) => (key, value) = (joined_key, joined_value),
            _ => return Err(diff_maps(call)),
        }
    }
    let returns = map_like(&key, &value);
    let mut arguments = call
        .arguments
        .iter()
        .map(|argument| super::arguments::as_type(argument, &returns, call))
        .collect::<Result<Vec<_>>>()?;
    arguments.push(lit(call.context.map_key_last_wins));
    Ok(typed("map_concat", concat_kernel, returns, any_nullable(call), arguments))
}

fn diff_maps(call: &Call<'_>) -> Error {
    let types: Vec<_> = call.arguments.iter().map(super::arguments::quoted).collect();
    Error::analysis("DATATYPE_MISMATCH.MAP_CONCAT_DIFF_TYPES")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("functionName", "`map_concat`")
        .with("dataType", format!("[{}]", types.join(", ")))
}

fn concat_kernel(inputs: &Inputs<'_>) -> DataFusionResult<ArrayRef> {
    let Some((key, value)) = map_fields(inputs.returns) else {
        return internal_err!("concatenated maps are a map");
    };
    let count = inputs.count() - 1;
    let arrays = (0..count).map(|index| inputs.array(index)).collect::<DataFusionResult<Vec<_>>>()?;
    let maps: Vec<&MapArray> = arrays.iter().map(|array| array.as_map()).collect();
    let column = |part: fn(&MapArray) -> &ArrayRef, to: &DataType| -> DataFusionResult<ArrayRef> {
        let parts = maps
            .iter()
            .map(|map| conform(Arc::clone(part(map)), to))
            .collect::<DataFusionResult<Vec<_>>>()?;
        Ok(concat(&parts.iter().map(AsRef::as_ref).collect::<Vec<_>>())?)
    };
    let (keys, values) =
        (column(MapArray::keys, key.data_type())?, column(MapArray::values, value.data_type())?);
    // Entries of one result must lie together: gather them row by row.
    let (mut order, mut rows) = (Vec::with_capacity(keys.len()), Vec::with_capacity(inputs.rows));
    for row in 0..inputs.rows {
        if maps.iter().any(|map| map.is_null(row)) {
            rows.push(None);
            continue;
        }
        let (start, mut shift) = (order.len(), 0);
        for map in &maps {
            let offsets = map.value_offsets();
            order.extend((offsets[row]..offsets[row + 1]).map(|index| shift + index as u32));
            shift += map.keys().len() as u32;
        }
        rows.push(Some(start..order.len()));
    }
    let order = UInt32Array::from(order);
    let (keys, values) = (take(&keys, &order, None)?, take(&values, &order, None)?);
    build_maps(&normal_keys(&keys)?, &values, &rows, inputs.returns, Duplicates::by_flag(inputs, count))
}
