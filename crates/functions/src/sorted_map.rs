//! Maps as grouping keys: two maps are equal when they have the same entries, in whatever order.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, MapArray, StructArray, UInt32Array, make_comparator,
};
use arrow::compute::{SortOptions, take};
use arrow::datatypes::{DataType, FieldRef};
use arrow::error::ArrowError;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::error::external;

/// The entries of all maps in a value in the order of their keys.
#[derive(Debug, PartialEq, Eq, Hash)]
struct SortedMap {
    signature: Signature,
}

/// `expr` with the entries of its maps, at any depth, in one order; types without maps stay as they are.
pub fn sorted(expr: Expr, data_type: &DataType) -> Expr {
    if !holds_map(data_type) {
        return expr;
    }
    let signature = Signature::any(1, Volatility::Immutable);
    ScalarUDF::new_from_impl(SortedMap { signature }).call(vec![expr])
}

fn holds_map(data_type: &DataType) -> bool {
    match data_type {
        DataType::Map(..) => true,
        DataType::List(element) => holds_map(element.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| holds_map(field.data_type())),
        _ => false,
    }
}

impl ScalarUDFImpl for SortedMap {
    fn name(&self) -> &str {
        "sorted_map"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(types.first().cloned().unwrap_or(DataType::Null))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let field = args.arg_fields.first().cloned();
        field.ok_or_else(|| external(lang::Error::internal("a map to sort is one argument")))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let values = arrays.first().ok_or_else(|| external(lang::Error::internal("a map was expected")))?;
        Ok(ColumnarValue::Array(in_order(values)?))
    }
}

fn in_order(values: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match values.data_type() {
        DataType::Map(field, ordered) => {
            let map = values.as_map();
            let entries: ArrayRef = Arc::new(map.entries().clone());
            let order = order_of(map)?;
            let sorted = take(&in_order(&entries)?, &order, None)?;
            let (offsets, nulls) = (map.offsets().clone(), map.nulls().cloned());
            let entries = sorted.as_struct().clone();
            Ok(Arc::new(MapArray::try_new(Arc::clone(field), offsets, entries, nulls, *ordered)?))
        }
        DataType::List(field) if holds_map(field.data_type()) => {
            let list = values.as_list::<i32>();
            let inner = in_order(list.values())?;
            let (offsets, nulls) = (list.offsets().clone(), list.nulls().cloned());
            Ok(Arc::new(ListArray::try_new(Arc::clone(field), offsets, inner, nulls)?))
        }
        DataType::Struct(fields) if holds_map(values.data_type()) => {
            let all = values.as_struct();
            let columns = all.columns().iter().map(in_order).collect::<Result<Vec<_>, _>>()?;
            Ok(Arc::new(StructArray::try_new(fields.clone(), columns, all.nulls().cloned())?))
        }
        _ => Ok(Arc::clone(values)),
    }
}

/// Where each entry comes from: within its map they follow their keys.
fn order_of(map: &MapArray) -> Result<UInt32Array, ArrowError> {
    let keys = map.keys();
    let compare = make_comparator(keys.as_ref(), keys.as_ref(), SortOptions::default())?;
    let mut order: Vec<usize> = (0..map.entries().len()).collect();
    for row in map.offsets().windows(2) {
        let (from, to) = (row[0].max(0) as usize, row[1].max(0) as usize);
        if let Some(entries) = order.get_mut(from..to) {
            entries.sort_by(|a, b| compare(*a, *b));
        }
    }
    let order = order.into_iter().map(|place| u32::try_from(place).unwrap_or(u32::MAX));
    Ok(UInt32Array::from_iter_values(order))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int32Builder, MapBuilder};

    use super::*;

    #[test]
    fn entries_follow_their_keys() {
        let mut builder = MapBuilder::new(None, Int32Builder::new(), Int32Builder::new());
        for keys in [[3, 1], [1, 3]] {
            for key in keys {
                builder.keys().append_value(key);
                builder.values().append_value(key + 1);
            }
            builder.append(true).expect("as many keys as values");
        }
        let values: ArrayRef = Arc::new(builder.finish());
        let sorted = in_order(&values).expect("sorts");
        assert_eq!(sorted.as_map().value(0).column(0), sorted.as_map().value(1).column(0));
    }
}
