//! `kll_sketch_agg_*`, `kll_merge_agg_*`.

use std::fmt;
use std::marker::PhantomData;

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use datasketches::kll::KllSketch;
use lang::{Error, Result, RuntimeClass};

use super::aggregate::{Builder, Sketch, counting_node, for_each_sketch};
use super::arguments::{size, sketch};
use super::errors::{internal, invalid_buffer, type_check};
use super::kll_item::{Item, name_of, read};
use crate::aggregate::{not_foldable, unexpected_null};
use crate::types::is_integral;
use crate::{Call, cast};

const DEFAULT_K: u16 = 200;
const LEAST_K: i32 = 8;

/// `kll_sketch_agg_*(number [, k])`
pub(super) fn sketch_agg<T: Item>(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let argument = &call.arguments[0];
    let accepted = match (T::INDEX, argument.data_type()) {
        (_, DataType::Null) | (1, DataType::Float32 | DataType::Float64) | (2, DataType::Float32) => true,
        (0, given) => is_integral(given),
        _ => false,
    };
    if !accepted {
        let names = [
            "(\"TINYINT\" or \"INT\" or \"BIGINT\" or \"SMALLINT\")",
            "(\"FLOAT\" or \"DOUBLE\")",
            "\"FLOAT\"",
        ];
        return Err(call.unexpected_type(0, names[T::INDEX]));
    }
    let to = <T::Arrow as arrow::array::ArrowPrimitiveType>::DATA_TYPE;
    let number = cast::implicit(argument, &to, call.context)?;
    let k = k(call)?.unwrap_or(DEFAULT_K);
    let sketch = Quantiles::<T> { merges: false, k: Some(k), item: PhantomData };
    counting_node(call, sketch, vec![number, lit(i32::from(k))])
}

/// `kll_merge_agg_*(sketch [, k])`
pub(super) fn merge_agg<T: Item>(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let value = sketch(call, 0)?;
    let k = k(call)?;
    let sketch = Quantiles::<T> { merges: true, k, item: PhantomData };
    counting_node(call, sketch, vec![value, lit(ScalarValue::Int32(k.map(i32::from)))])
}

/// The constant `k`, if there is one.
fn k(call: &Call<'_>) -> Result<Option<u16>> {
    if call.arguments.len() < 2 {
        return Ok(None);
    }
    let size = size(call, 1)?;
    if !size.is_constant {
        return Err(not_foldable(call, 1, "k", "INT"));
    }
    let value = size.value.ok_or_else(|| unexpected_null(call, "k"))?;
    match u16::try_from(value) {
        Ok(k) if value >= LEAST_K => Ok(Some(k)),
        _ => {
            let error = Error::runtime(RuntimeClass::Other, "KLL_SKETCH_K_OUT_OF_RANGE")
                .with("functionName", format!("`{}`", call.name))
                .with("k", value.to_string());
            Err(type_check(call, &error))
        }
    }
}

struct Quantiles<T> {
    merges: bool,
    /// Without it a merge takes the size of the first sketch.
    k: Option<u16>,
    item: PhantomData<fn() -> T>,
}

impl<T> Clone for Quantiles<T> {
    fn clone(&self) -> Self {
        Quantiles { merges: self.merges, k: self.k, item: PhantomData }
    }
}

impl<T> fmt::Debug for Quantiles<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Quantiles({:?})", self.k)
    }
}

impl<T> PartialEq for Quantiles<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.merges, self.k) == (other.merges, other.k)
    }
}

impl<T> Eq for Quantiles<T> {}

impl<T> std::hash::Hash for Quantiles<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.merges, self.k).hash(state);
    }
}

impl<T: Item> Sketch for Quantiles<T> {
    fn name(&self) -> &'static str {
        match self.merges {
            false => name_of::<T>(["kll_sketch_agg_bigint", "kll_sketch_agg_double", "kll_sketch_agg_float"]),
            true => name_of::<T>(["kll_merge_agg_bigint", "kll_merge_agg_double", "kll_merge_agg_float"]),
        }
    }

    fn start(&self) -> Result<Box<dyn Builder>> {
        let sketch = self.k.map(KllSketch::new).transpose().map_err(internal)?;
        Ok(Box::new(Building::<T> { merges: self.merges, function: self.name(), sketch }))
    }
}

struct Building<T: Item> {
    merges: bool,
    function: &'static str,
    sketch: Option<KllSketch<T::Kept>>,
}

impl<T: Item> fmt::Debug for Building<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function)
    }
}

impl<T: Item> Building<T> {
    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        let other = read::<T>(bytes, self.function)?;
        let sketch = match &mut self.sketch {
            Some(sketch) => sketch,
            none => none.insert(KllSketch::new(other.k()).map_err(internal)?),
        };
        sketch.merge(&other).map_err(|_| invalid_buffer("KLL", self.function))
    }
}

impl<T: Item> Builder for Building<T> {
    fn update(&mut self, columns: &[ArrayRef]) -> Result<()> {
        if self.merges {
            return for_each_sketch(&columns[0], |bytes| self.add(bytes));
        }
        if let Some(sketch) = &mut self.sketch {
            let numbers = columns[0].as_primitive::<T::Arrow>();
            numbers.iter().flatten().filter_map(T::keep).for_each(|kept| sketch.update(kept));
        }
        Ok(())
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        self.add(state)
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(self.sketch.as_ref().map(KllSketch::serialize))
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        match &self.sketch {
            Some(sketch) => Ok(sketch.serialize()),
            None => Ok(KllSketch::<T::Kept>::new(DEFAULT_K).map_err(internal)?.serialize()),
        }
    }

    fn size(&self) -> usize {
        self.sketch.as_ref().map_or(0, |sketch| sketch.num_retained() * T::WIDTH)
    }
}
