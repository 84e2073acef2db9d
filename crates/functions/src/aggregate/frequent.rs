//! Frequent items of a column (`df.freqItems`): a bounded number of counters, after Misra and Gries.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int64Array, new_empty_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{Accumulator, Expr, lit};

use super::distinct::one_list;
use super::own::{Aggregate, Shape, udaf};
use crate::math::murmur3::spark_hash;
use crate::{Argument, types};

/// Arguments: the value, how many are counted at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct FrequentItems;

/// An array of all values that make up at least one in `size` rows, and maybe others.
pub fn frequent_items(value: &Argument, size: i64) -> Argument {
    let arguments = vec![value.expr.clone(), lit(size)];
    let expr = Expr::AggregateFunction(AggregateFunction::new_udf(
        udaf(FrequentItems),
        arguments,
        false,
        None,
        vec![],
        None,
    ));
    let field = Arc::new(list_of(&value.field, &format!("{}_freqItems", value.name())));
    Argument { expr, field, keyword: None }
}

fn list_of(value: &Field, name: &str) -> Field {
    let element = types::to_field("element", &types::from_field(value), true);
    Field::new(name, DataType::List(Arc::new(element)), false)
}

impl Aggregate for FrequentItems {
    fn name(&self) -> &'static str {
        "collect_frequent_items"
    }

    fn result(&self, inputs: &[FieldRef]) -> Result<Field> {
        Ok(list_of(&inputs[0], self.name()))
    }

    fn state(&self, _: &[FieldRef], result: &FieldRef) -> Vec<Field> {
        let count = Arc::new(Field::new("item", DataType::Int64, true));
        vec![
            Field::new("items", result.data_type().clone(), true),
            Field::new("counts", DataType::List(count), true),
        ]
    }

    fn accumulator(&self, shape: &Shape) -> Result<Box<dyn Accumulator>> {
        let size = match shape.constant(1) {
            ScalarValue::Int64(Some(size)) => usize::try_from(size).unwrap_or(1),
            _ => 1,
        };
        let DataType::List(element) = shape.result.data_type() else {
            return datafusion::common::internal_err!("frequent items are an array");
        };
        Ok(Box::new(Counters { size, element: Arc::clone(element), counts: HashMap::new(), arrived: 0 }))
    }

    fn empty(&self, data_type: &DataType) -> Result<ScalarValue> {
        match data_type {
            DataType::List(element) => one_list(Arc::clone(element), new_empty_array(element.data_type())),
            other => ScalarValue::try_from(other),
        }
    }
}

/// A value's counter, and when it came.
#[derive(Debug, Clone, Copy)]
struct Counter {
    count: i64,
    place: usize,
}

#[derive(Debug)]
struct Counters {
    size: usize,
    element: FieldRef,
    counts: HashMap<ScalarValue, Counter>,
    arrived: usize,
}

impl Counters {
    fn add(&mut self, value: ScalarValue, count: i64) {
        if let Some(counter) = self.counts.get_mut(&value) {
            counter.count += count;
            return;
        }
        self.arrived += 1;
        let new = Counter { count, place: self.arrived };
        if self.counts.len() < self.size {
            self.counts.insert(value, new);
            return;
        }
        // All counters are taken: the new value costs the others as much as it brings.
        let least = self.counts.values().map(|counter| counter.count).min().unwrap_or(0);
        if count >= least {
            self.counts.insert(value, new);
            self.counts.retain(|_, counter| counter.count > least);
        }
        let cost = count.min(least);
        self.counts.values_mut().for_each(|counter| counter.count -= cost);
    }

    /// In the order of Scala's hash map, which Spark keeps them in.
    fn in_order(&self) -> Vec<(&ScalarValue, &Counter)> {
        let mut slots: usize = 16;
        while self.counts.len() * 4 >= slots * 3 {
            slots *= 2;
        }
        let mut entries: Vec<_> = self.counts.iter().collect();
        entries.sort_by_key(|(value, counter)| {
            let hash = scala_hash(value) as u32;
            let hash = hash ^ (hash >> 16);
            (hash as usize & (slots - 1), hash as i32, counter.place)
        });
        entries
    }

    fn items(&self) -> Result<ScalarValue> {
        if self.counts.is_empty() {
            return one_list(Arc::clone(&self.element), new_empty_array(self.element.data_type()));
        }
        let values = self.in_order().into_iter().map(|(value, _)| value.clone());
        let values = cast(&ScalarValue::iter_to_array(values)?, self.element.data_type())?;
        one_list(Arc::clone(&self.element), values)
    }
}

impl Accumulator for Counters {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for row in 0..values[0].len() {
            self.add(ScalarValue::try_from_array(&values[0], row)?.compacted(), 1);
        }
        Ok(())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.items()
    }

    fn size(&self) -> usize {
        let values: usize = self.counts.keys().map(ScalarValue::size).sum();
        size_of_val(self) + values + self.counts.capacity() * size_of::<Counter>()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let counts: Int64Array =
            self.in_order().into_iter().map(|(_, counter)| Some(counter.count)).collect();
        let counts = one_list(Arc::new(Field::new("item", DataType::Int64, true)), Arc::new(counts))?;
        Ok(vec![self.items()?, counts])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let (items, counts) = (states[0].as_list::<i32>(), states[1].as_list::<i32>());
        for state in 0..items.len() {
            let (items, counts) = (items.value(state), counts.value(state));
            let counts = counts.as_primitive::<Int64Type>();
            for row in 0..items.len() {
                self.add(ScalarValue::try_from_array(&items, row)?.compacted(), counts.value(row));
            }
        }
        Ok(())
    }
}

/// What Scala hashes a value of Spark to; 0 where that is not known.
fn scala_hash(value: &ScalarValue) -> i32 {
    const TEXT_SEED: i32 = 42;
    match value {
        ScalarValue::Boolean(Some(value)) => {
            if *value {
                1231
            } else {
                1237
            }
        }
        ScalarValue::Int8(Some(value)) => i32::from(*value),
        ScalarValue::Int16(Some(value)) => i32::from(*value),
        ScalarValue::Int32(Some(value)) | ScalarValue::Date32(Some(value)) => *value,
        ScalarValue::Int64(Some(value)) | ScalarValue::TimestampMicrosecond(Some(value), _) => {
            long_hash(*value)
        }
        ScalarValue::Float32(Some(value)) => double_hash(f64::from(*value), value.to_bits() as i32),
        ScalarValue::Float64(Some(value)) => {
            let bits = value.to_bits();
            double_hash(*value, (bits ^ (bits >> 32)) as i32)
        }
        ScalarValue::Utf8(Some(text))
        | ScalarValue::Utf8View(Some(text))
        | ScalarValue::LargeUtf8(Some(text)) => spark_hash(text.as_bytes(), TEXT_SEED),
        _ => 0,
    }
}

fn long_hash(value: i64) -> i32 {
    i32::try_from(value).unwrap_or((value ^ ((value as u64) >> 32) as i64) as i32)
}

/// Numbers that are equal hash alike, whatever their type.
fn double_hash(value: f64, bits: i32) -> i32 {
    match value as i64 {
        whole if whole as f64 == value => long_hash(whole),
        _ if f64::from(value as f32) == value => (value as f32).to_bits() as i32,
        _ => bits,
    }
}
