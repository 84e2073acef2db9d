//! Theta sketches: estimate, union, intersection and difference of two.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr;
use datasketches::theta::{CompactThetaSketch, ThetaANotB, ThetaIntersection, ThetaUnionBuilder};
use lang::Result;

use super::arguments::{DEFAULT_LG_ENTRIES, check_lg_entries, filled, sketch};
use super::errors::{internal, invalid_family};
use crate::scalar::{Input, apply_field};
use crate::{Call, cast, expect};

/// `theta_sketch_estimate(sketch)`
pub(super) fn estimate(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let field = Field::new("theta_sketch_estimate", DataType::Int64, call.arguments[0].nullable());
    Ok(apply_field("theta_sketch_estimate", field, vec![sketch(call, 0)?], |input| {
        let sketches = input.bytes(0)?;
        input.to_numbers::<Int64Type>(|row| {
            let sketch = read(sketches.value(row), "theta_sketch_estimate")?;
            Ok(Some((sketch.estimate() + 0.5).floor() as i64))
        })
    }))
}

/// `theta_union(first, second [, lgNomEntries])`
pub(super) fn union(call: &Call<'_>) -> Result<Expr> {
    let call = &filled(call, 3, &[ScalarValue::from(DEFAULT_LG_ENTRIES)])?;
    let size = match call.arguments[2].data_type() {
        DataType::Int32 => call.arguments[2].expr.clone(),
        DataType::Null => cast::implicit(&call.arguments[2], &DataType::Int32, call.context)?,
        _ => return Err(call.unexpected_type(2, "\"INT\"")),
    };
    let field = Field::new("theta_union", DataType::Binary, expect::any_nullable(call));
    Ok(apply_field("theta_union", field, vec![sketch(call, 0)?, sketch(call, 1)?, size], |input| {
        let (left, right, sizes) = (input.bytes(0)?, input.bytes(1)?, input.numbers::<Int32Type>(2)?);
        input.to_binaries(|row| {
            let lg_k = check_lg_entries(sizes.value(row), "theta_union")?;
            let mut union = ThetaUnionBuilder::default().lg_k(lg_k).build().map_err(internal)?;
            for sketches in [&left, &right] {
                union.update(&read(sketches.value(row), "theta_union")?).map_err(internal)?;
            }
            Ok(Some(write(&union.to_sketch(true)).into()))
        })
    }))
}

/// `theta_intersection(first, second)`
pub(super) fn intersection(call: &Call<'_>) -> Result<Expr> {
    of_two(call, "theta_intersection", |input| {
        let (left, right) = (input.bytes(0)?, input.bytes(1)?);
        input.to_binaries(|row| {
            let mut intersection = ThetaIntersection::default();
            for sketches in [&left, &right] {
                intersection.update(&read(sketches.value(row), "theta_intersection")?).map_err(internal)?;
            }
            Ok(intersection.to_sketch(true).map(|sketch| write(&sketch).into()))
        })
    })
}

/// `theta_difference(first, second)`
pub(super) fn difference(call: &Call<'_>) -> Result<Expr> {
    of_two(call, "theta_difference", |input| {
        let (left, right) = (input.bytes(0)?, input.bytes(1)?);
        input.to_binaries(|row| {
            let left = read(left.value(row), "theta_difference")?;
            let right = read(right.value(row), "theta_difference")?;
            let rest = ThetaANotB::default().compute(&left, &right, true).map_err(internal)?;
            Ok(Some(write(&rest).into()))
        })
    })
}

fn of_two(call: &Call<'_>, name: &'static str, body: fn(&Input) -> Result<ArrayRef>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let field = Field::new(name, DataType::Binary, expect::any_nullable(call));
    Ok(apply_field(name, field, vec![sketch(call, 0)?, sketch(call, 1)?], body))
}

/// The flag of a sketch with a single key, which other readers do without.
const SINGLE_KEY: u8 = 0x20;

/// The bytes of a sketch, as short as they can be.
pub(super) fn write(sketch: &CompactThetaSketch) -> Vec<u8> {
    let mut bytes = sketch.serialize_compressed();
    // One word of preamble and one key.
    if sketch.num_retained() == 1 && bytes.len() == 16 {
        bytes[5] |= SINGLE_KEY;
    }
    bytes
}

/// A theta sketch from its bytes.
///
/// # Errors
/// `THETA_INVALID_INPUT_SKETCH_BUFFER`, `THETA_INVALID_INPUT_SKETCH_BUFFER_FAMILY`
pub(super) fn read(bytes: &[u8], function: &str) -> Result<CompactThetaSketch> {
    CompactThetaSketch::deserialize(bytes).map_err(|_| invalid_family("THETA", "COMPACT", bytes, function))
}
