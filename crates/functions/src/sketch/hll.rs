//! `hll_sketch_agg`, `hll_union_agg`, `hll_sketch_estimate`, `hll_union`: HyperLogLog with registers of 8 bits.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use datasketches::hll::{Coupon, HllSketch, HllType, HllUnion};
use lang::{Error, Result, RuntimeClass};

use super::aggregate::{Builder, Sketch, for_each_sketch, node};
use super::arguments::{filled, refuse_collation, size, sketch};
use super::errors::{internal, invalid_buffer, invalid_size};
use super::hll_bytes::{readable, updatable};
use super::key;
use crate::aggregate::constant;
use crate::scalar::{Input, apply_field};
use crate::types::is_string;
use crate::{Call, cast, expect};

const DEFAULT_LG_K: i32 = 12;
const LG_K: [i32; 2] = [4, 21];

/// `hll_sketch_agg(value [, lgConfigK])`
pub(super) fn sketch_agg(call: &Call<'_>) -> Result<Expr> {
    let call = &filled(call, 2, &[ScalarValue::from(DEFAULT_LG_K)])?;
    let argument = &call.arguments[0];
    let value = match argument.data_type() {
        DataType::Int32 | DataType::Int64 => argument.expr.clone(),
        given if is_string(given) || expect::is_binary(given) => argument.expr.clone(),
        DataType::Null => cast::implicit(argument, &DataType::Int32, call.context)?,
        _ => {
            return Err(call.unexpected_type(0, "(\"INT\" or \"BIGINT\" or \"STRING\" or \"BINARY\")"));
        }
    };
    refuse_collation(argument, call.name)?;
    let size = size(call, 1)?;
    if !size.is_constant {
        return Err(Error::runtime(RuntimeClass::Other, "HLL_K_MUST_BE_CONSTANT")
            .with("function", format!("`{}`", call.name)));
    }
    let lg_k = size.value.unwrap_or(0);
    if !(LG_K[0]..=LG_K[1]).contains(&lg_k) {
        return Err(invalid_size("HLL_INVALID_LG_K", call.name, LG_K, lg_k));
    }
    node(call, Count { lg_k: lg_k as u8 }, vec![value, lit(lg_k)])
}

/// `hll_union_agg(sketch [, allowDifferentLgConfigK])`
pub(super) fn union_agg(call: &Call<'_>) -> Result<Expr> {
    let call = &filled(call, 2, &[ScalarValue::from(false)])?;
    let value = sketch(call, 0)?;
    let any_size = match constant(call, 1)? {
        Some(ScalarValue::Boolean(allowed)) => allowed.unwrap_or(false),
        Some(ScalarValue::Null) => false,
        _ => return Err(call.unexpected_type(1, "\"BOOLEAN\"")),
    };
    node(call, Union { any_size }, vec![value, lit(any_size)])
}

/// `hll_sketch_estimate(sketch)`
pub(super) fn estimate(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let field = Field::new("hll_sketch_estimate", DataType::Int64, call.arguments[0].nullable());
    Ok(apply_field("hll_sketch_estimate", field, vec![sketch(call, 0)?], |input| {
        let sketches = input.bytes(0)?;
        input.to_numbers::<Int64Type>(|row| {
            let sketch = read(sketches.value(row), "hll_sketch_estimate")?;
            Ok(Some((sketch.estimate() + 0.5).floor() as i64))
        })
    }))
}

/// `hll_union(first, second [, allowDifferentLgConfigK])`
pub(super) fn union(call: &Call<'_>) -> Result<Expr> {
    let call = &filled(call, 3, &[ScalarValue::from(false)])?;
    let any_size = match call.arguments[2].data_type() {
        DataType::Boolean => call.arguments[2].expr.clone(),
        DataType::Null => cast::implicit(&call.arguments[2], &DataType::Boolean, call.context)?,
        _ => return Err(call.unexpected_type(2, "\"BOOLEAN\"")),
    };
    let field = Field::new("hll_union", DataType::Binary, expect::any_nullable(call));
    Ok(apply_field("hll_union", field, vec![sketch(call, 0)?, sketch(call, 1)?, any_size], union_of_two))
}

fn union_of_two(input: &Input) -> Result<ArrayRef> {
    use arrow::array::AsArray;
    let (left, right, any_size) = (input.bytes(0)?, input.bytes(1)?, input.raw(2).as_boolean());
    input.to_binaries(|row| {
        let first = read(left.value(row), "hll_union")?;
        let second = read(right.value(row), "hll_union")?;
        let any_size = any_size.value(input.position(2, row));
        if !any_size && first.lg_config_k() != second.lg_config_k() {
            return Err(different_sizes(first.lg_config_k(), second.lg_config_k(), "hll_union"));
        }
        let lg_k = first.lg_config_k().min(second.lg_config_k());
        Ok(Some(bytes_of(&united(lg_k, [&first, &second])?).into()))
    })
}

fn read(bytes: &[u8], function: &str) -> Result<HllSketch> {
    HllSketch::deserialize(&readable(bytes)).map_err(|_| invalid_buffer("HLL", function))
}

fn bytes_of(sketch: &HllSketch) -> Vec<u8> {
    updatable(&sketch.serialize())
}

fn united<'a>(lg_k: u8, sketches: impl IntoIterator<Item = &'a HllSketch>) -> Result<HllSketch> {
    let mut union = HllUnion::new(lg_k).map_err(internal)?;
    sketches.into_iter().for_each(|sketch| union.update(sketch));
    Ok(union.to_sketch(HllType::Hll8))
}

fn different_sizes(left: u8, right: u8, function: &str) -> Error {
    Error::runtime(RuntimeClass::Other, "HLL_UNION_DIFFERENT_LG_K")
        .with("left", left.to_string())
        .with("right", right.to_string())
        .with("function", format!("`{function}`"))
}

/// `hll_sketch_agg` with a size.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Count {
    lg_k: u8,
}

impl Sketch for Count {
    fn name(&self) -> &'static str {
        "hll_sketch_agg"
    }

    fn start(&self) -> Result<Box<dyn Builder>> {
        let sketch = HllSketch::new(self.lg_k, HllType::Hll8).map_err(internal)?;
        Ok(Box::new(Counting { sketch, is_merged: false }))
    }
}

#[derive(Debug)]
struct Counting {
    sketch: HllSketch,
    is_merged: bool,
}

impl Builder for Counting {
    fn update(&mut self, columns: &[ArrayRef]) -> Result<()> {
        key::for_each(&columns[0], |_, key| self.sketch.update_with_coupon(Coupon::from_value(key)))
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        let other = read(state, "hll_sketch_agg")?;
        self.sketch = united(self.sketch.lg_config_k(), [&self.sketch, &other])?;
        self.is_merged = true;
        Ok(())
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(Some(bytes_of(&self.sketch)))
    }

    /// Spark merges partial results even where there is one only.
    fn finish(&mut self) -> Result<Vec<u8>> {
        if !self.is_merged {
            self.sketch = united(self.sketch.lg_config_k(), [&self.sketch])?;
        }
        Ok(bytes_of(&self.sketch))
    }

    fn size(&self) -> usize {
        self.sketch.estimated_size()
    }
}

/// `hll_union_agg`
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Union {
    any_size: bool,
}

impl Sketch for Union {
    fn name(&self) -> &'static str {
        "hll_union_agg"
    }

    fn start(&self) -> Result<Box<dyn Builder>> {
        Ok(Box::new(Uniting { any_size: self.any_size, union: None }))
    }
}

#[derive(Debug)]
struct Uniting {
    any_size: bool,
    union: Option<HllUnion>,
}

impl Uniting {
    fn add(&mut self, bytes: &[u8]) -> Result<()> {
        let sketch = read(bytes, "hll_union_agg")?;
        let mut union = match self.union.take() {
            Some(union) => union,
            None => HllUnion::new(sketch.lg_config_k()).map_err(internal)?,
        };
        if !self.any_size && union.lg_config_k() != sketch.lg_config_k() {
            return Err(different_sizes(union.lg_config_k(), sketch.lg_config_k(), "hll_union_agg"));
        }
        union.update(&sketch);
        self.union = Some(union);
        Ok(())
    }
}

impl Builder for Uniting {
    fn update(&mut self, columns: &[ArrayRef]) -> Result<()> {
        for_each_sketch(&columns[0], |bytes| self.add(bytes))
    }

    fn merge(&mut self, state: &[u8]) -> Result<()> {
        self.add(state)
    }

    fn state(&mut self) -> Result<Option<Vec<u8>>> {
        Ok(self.union.as_ref().map(|union| bytes_of(&union.to_sketch(HllType::Hll8))))
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        match self.state()? {
            Some(bytes) => Ok(bytes),
            None => Ok(bytes_of(&HllSketch::new(DEFAULT_LG_K as u8, HllType::Hll8).map_err(internal)?)),
        }
    }

    fn size(&self) -> usize {
        self.union.as_ref().map_or(0, HllUnion::estimated_size)
    }
}
