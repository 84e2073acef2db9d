//! `approx_top_k`: the most frequent values with how often they come.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StructArray, new_empty_array};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, FieldRef, Fields, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use datafusion::common::{Result, ScalarValue, internal_err};
use datafusion::logical_expr::{Accumulator, Expr, lit};
use lang::{Error, RuntimeClass};

use super::arguments::{filled, refuse_collation};
use super::errors::type_check_message;
use super::frequent::{FrequentItems, Item};
use crate::Call;
use crate::aggregate::own::{Aggregate, Shape, udaf};
use crate::aggregate::{constant, node, one_list, unordered};
use crate::types::{from_arrow, is_string};

const DEFAULT_K: i32 = 5;
const DEFAULT_TRACKED: i32 = 10_000;
const MOST_TRACKED: i32 = 1_000_000;

/// `approx_top_k(value [, k [, maxItemsTracked]])`
pub(super) fn build(call: &Call<'_>) -> lang::Result<Expr> {
    let defaults = [ScalarValue::from(DEFAULT_K), ScalarValue::from(DEFAULT_TRACKED)];
    let call = &filled(call, 3, &defaults)?;
    unordered(call)?;
    let argument = &call.arguments[0];
    refuse_collation(argument, call.name)?;
    if !is_supported(argument.data_type()) {
        let name = from_arrow(argument.data_type()).simple_string();
        let name = name.split(['<', '(']).next().unwrap_or_default();
        return Err(type_check_message(call, &format!("{name} columns are not supported")));
    }
    let k = positive(call, 1, "k", "K must be a constant literal")?;
    let tracked = positive(call, 2, "maxItemsTracked", "Number of items tracked must be a constant literal")?;
    if tracked > MOST_TRACKED {
        return Err(limit("APPROX_TOP_K_MAX_ITEMS_TRACKED_EXCEEDS_LIMIT", tracked)
            .with("limit", MOST_TRACKED.to_string()));
    }
    if tracked < k {
        return Err(limit("APPROX_TOP_K_MAX_ITEMS_TRACKED_LESS_THAN_K", tracked).with("k", k.to_string()));
    }
    let top = TopK { k: k as usize, tracked: tracked as usize };
    Ok(node(call, udaf(top), vec![argument.expr.clone(), lit(k), lit(tracked)]))
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

fn is_supported(data_type: &DataType) -> bool {
    use DataType as T;
    is_string(data_type)
        || matches!(
            data_type,
            T::Boolean | T::Int8 | T::Int16 | T::Int32 | T::Int64 | T::Float32 | T::Float64
        )
        || matches!(data_type, T::Date32 | T::Timestamp(..) | T::Decimal128(..))
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct TopK {
    k: usize,
    tracked: usize,
}

fn entry_fields(item: &Field) -> Fields {
    let item = item.clone().with_name("item").with_nullable(true);
    Fields::from(vec![item, Field::new("count", DataType::Int64, false)])
}

fn entry(item: &Field) -> FieldRef {
    Arc::new(Field::new("element", DataType::Struct(entry_fields(item)), false))
}

impl Aggregate for TopK {
    fn name(&self) -> &'static str {
        "approx_top_k"
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(Field::new(self.name(), DataType::List(entry(&inputs[0])), false))
    }

    fn state(&self, inputs: &[FieldRef], _: &FieldRef) -> Vec<Field> {
        vec![
            Field::new("items", DataType::List(entry(&inputs[0])), true),
            Field::new("offset", DataType::Int64, true),
            Field::new("nulls", DataType::Int64, true),
        ]
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Counts {
            k: self.k,
            input: shape.inputs[0].clone(),
            items: FrequentItems::new(self.tracked),
            nulls: 0,
        }))
    }

    fn empty(&self, data_type: &DataType) -> Result<ScalarValue> {
        match data_type {
            DataType::List(element) => one_list(element.clone(), new_empty_array(element.data_type())),
            other => internal_err!("approx_top_k yields lists, not {other}"),
        }
    }
}

#[derive(Debug)]
struct Counts {
    k: usize,
    input: FieldRef,
    items: FrequentItems,
    nulls: i64,
}

impl Counts {
    /// Entries as a list; the item of the NULLs is `None`.
    fn list(&self, entries: &[(Option<&Item>, i64)]) -> Result<ScalarValue> {
        let data_type = self.input.data_type();
        let items = entries.iter().map(|(item, _)| scalar(*item, data_type)).collect::<Result<Vec<_>>>()?;
        let items = match items.is_empty() {
            true => new_empty_array(data_type),
            false => ScalarValue::iter_to_array(items)?,
        };
        let counts: ArrayRef =
            Arc::new(Int64Array::from_iter_values(entries.iter().map(|(_, count)| *count)));
        let structs = StructArray::try_new(entry_fields(&self.input), vec![items, counts], None)?;
        one_list(entry(&self.input), Arc::new(structs))
    }
}

impl Accumulator for Counts {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.nulls += values[0].logical_null_count() as i64;
        for_each(&values[0], |_, item| self.items.add(item, 1))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let mut entries: Vec<_> =
            self.items.ranked().into_iter().map(|(item, count)| (Some(item), count)).collect();
        if self.nulls > 0 {
            let place = entries.partition_point(|(_, count)| *count >= self.nulls);
            entries.insert(place, (None, self.nulls));
        }
        entries.truncate(self.k);
        self.list(&entries)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.items.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let entries: Vec<_> = self.items.iter().map(|(item, count)| (Some(item), count)).collect();
        let offset = ScalarValue::Int64(Some(self.items.offset()));
        Ok(vec![self.list(&entries)?, offset, ScalarValue::Int64(Some(self.nulls))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let lists = states[0].as_list::<i32>();
        let (offsets, nulls) = (states[1].as_primitive::<Int64Type>(), states[2].as_primitive::<Int64Type>());
        for row in (0..lists.len()).filter(|row| lists.is_valid(*row)) {
            let entries = lists.value(row);
            let entries = entries.as_struct();
            let counts = entries.column(1).as_primitive::<Int64Type>();
            for_each(entries.column(0), |row, item| self.items.add(item, counts.value(row)))?;
            self.items.add_offset(offsets.value(row));
            self.nulls += nulls.value(row);
        }
        Ok(())
    }
}

/// Calls `visit` with row and item of every value that is not NULL.
fn for_each(column: &ArrayRef, mut visit: impl FnMut(usize, Item)) -> Result<()> {
    macro_rules! each {
        ($array:expr, $item:expr) => {
            for (row, value) in $array.iter().enumerate() {
                if let Some(value) = value {
                    visit(row, $item(value));
                }
            }
        };
    }
    match column.data_type() {
        DataType::Boolean => each!(column.as_boolean(), Item::Bool),
        DataType::Int8 => each!(column.as_primitive::<Int8Type>(), |v| Item::Int(i32::from(v))),
        DataType::Int16 => each!(column.as_primitive::<Int16Type>(), |v| Item::Int(i32::from(v))),
        DataType::Int32 => each!(column.as_primitive::<Int32Type>(), Item::Int),
        DataType::Date32 => each!(column.as_primitive::<Date32Type>(), Item::Int),
        DataType::Int64 => each!(column.as_primitive::<Int64Type>(), Item::Long),
        DataType::Timestamp(..) => each!(column.as_primitive::<TimestampMicrosecondType>(), Item::Long),
        DataType::Decimal128(_, scale) => {
            each!(column.as_primitive::<Decimal128Type>(), |v| Item::Decimal(v, *scale))
        }
        DataType::Float32 => each!(column.as_primitive::<Float32Type>(), |v: f32| {
            Item::Float(if v.is_nan() { f32::NAN.to_bits() } else { v.to_bits() })
        }),
        DataType::Float64 => each!(column.as_primitive::<Float64Type>(), |v: f64| {
            Item::Double(if v.is_nan() { f64::NAN.to_bits() } else { v.to_bits() })
        }),
        DataType::Utf8 => each!(column.as_string::<i32>(), |v: &str| Item::Text(v.into())),
        DataType::LargeUtf8 => each!(column.as_string::<i64>(), |v: &str| Item::Text(v.into())),
        DataType::Utf8View => each!(column.as_string_view(), |v: &str| Item::Text(v.into())),
        other => return internal_err!("approx_top_k of {other}"),
    }
    Ok(())
}

/// An item as a value of the column's type.
fn scalar(item: Option<&Item>, data_type: &DataType) -> Result<ScalarValue> {
    let value = match item {
        None => return ScalarValue::try_from(data_type),
        Some(Item::Bool(value)) => ScalarValue::from(*value),
        Some(Item::Int(value)) if *data_type == DataType::Date32 => ScalarValue::Date32(Some(*value)),
        Some(Item::Int(value)) => ScalarValue::from(*value),
        Some(Item::Long(value)) => match data_type {
            DataType::Timestamp(_, zone) => ScalarValue::TimestampMicrosecond(Some(*value), zone.clone()),
            _ => ScalarValue::from(*value),
        },
        Some(Item::Float(bits)) => ScalarValue::from(f32::from_bits(*bits)),
        Some(Item::Double(bits)) => ScalarValue::from(f64::from_bits(*bits)),
        Some(Item::Decimal(value, _)) => match data_type {
            DataType::Decimal128(precision, scale) => {
                ScalarValue::Decimal128(Some(*value), *precision, *scale)
            }
            other => return internal_err!("a decimal among {other}"),
        },
        Some(Item::Text(text)) => ScalarValue::from(text.as_ref()),
    };
    if value.data_type() == *data_type { Ok(value) } else { value.cast_to(data_type) }
}
