//! Tuple sketches: estimate, theta, total of the numbers, and set operations of two sketches.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, lit};
use datasketches::tuple::{TupleANotB, TupleIntersection, TupleUnionBuilder};
use lang::{Error, Result, RuntimeClass};

use super::arguments::{DEFAULT_LG_ENTRIES, filled, lg_entries, sketch};
use super::errors::{internal, type_check};
use super::summary::{Mode, ModePolicy, Number};
use super::tuple_bytes::{from_theta, read, write};
use crate::aggregate::{constant, not_foldable, unexpected_null};
use crate::scalar::{Body, Input, apply_field};
use crate::{Call, expect};

/// The names of one function for both kinds of numbers.
type Names = [&'static str; 2];

fn name_of<N: Number>(names: Names) -> &'static str {
    if N::TYPE == DataType::Float64 { names[0] } else { names[1] }
}

/// `tuple_sketch_estimate_*(sketch)`
pub(super) fn estimate<N: Number>(call: &Call<'_>) -> Result<Expr> {
    of_one(call, ["tuple_sketch_estimate_double", "tuple_sketch_estimate_integer"], |input| {
        let sketches = input.bytes(0)?;
        let function = input.returns.name();
        input.to_numbers::<Float64Type>(|row| Ok(Some(read::<N>(sketches.value(row), function)?.estimate())))
    })
}

/// `tuple_sketch_theta_*(sketch)`
pub(super) fn theta<N: Number>(call: &Call<'_>) -> Result<Expr> {
    of_one(call, ["tuple_sketch_theta_double", "tuple_sketch_theta_integer"], |input| {
        let sketches = input.bytes(0)?;
        let function = input.returns.name();
        input.to_numbers::<Float64Type>(|row| Ok(Some(read::<N>(sketches.value(row), function)?.theta())))
    })
}

fn of_one(call: &Call<'_>, names: Names, body: Body) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let name = names.into_iter().find(|name| *name == call.name).unwrap_or(names[0]);
    let field = Field::new(name, DataType::Float64, call.arguments[0].nullable());
    Ok(apply_field(name, field, vec![sketch(call, 0)?], body))
}

/// `tuple_sketch_summary_*(sketch [, mode])`
pub(super) fn summary<N: Number>(call: &Call<'_>) -> Result<Expr> {
    let call = &filled(call, 2, &[ScalarValue::from("sum")])?;
    let name = name_of::<N>(["tuple_sketch_summary_double", "tuple_sketch_summary_integer"]);
    let args = vec![sketch(call, 0)?, lit(mode(call, 1)?.name())];
    let field = Field::new(
        name,
        <N::Total as arrow::array::ArrowPrimitiveType>::DATA_TYPE,
        call.arguments[0].nullable(),
    );
    Ok(apply_field(name, field, args, |input| {
        let sketches = input.bytes(0)?;
        let mode = mode_of(input, 1);
        input.to_numbers::<N::Total>(|row| {
            let sketch = read::<N>(sketches.value(row), input.returns.name())?;
            Ok(Some(N::total(sketch.iter().map(|entry| entry.summary().number), mode)))
        })
    }))
}

/// `tuple_union_*(first, second [, lgNomEntries [, mode]])`
pub(super) fn union<N: Number>(call: &Call<'_>) -> Result<Expr> {
    union_of(call, name_of::<N>(["tuple_union_double", "tuple_union_integer"]), |input| {
        united::<N>(input, false)
    })
}

/// `tuple_union_theta_*(sketch, theta sketch [, lgNomEntries [, mode]])`
pub(super) fn union_theta<N: Number>(call: &Call<'_>) -> Result<Expr> {
    let name = name_of::<N>(["tuple_union_theta_double", "tuple_union_theta_integer"]);
    union_of(call, name, |input| united::<N>(input, true))
}

fn union_of(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    let call = &filled(call, 4, &[ScalarValue::from(DEFAULT_LG_ENTRIES), ScalarValue::from("sum")])?;
    let args = vec![
        sketch(call, 0)?,
        sketch(call, 1)?,
        lit(mode(call, 3)?.name()),
        lit(i32::from(lg_entries(call, 2)?)),
    ];
    let nullable = call.arguments[..2].iter().any(crate::Argument::nullable);
    Ok(apply_field(name, Field::new(name, DataType::Binary, nullable), args, body))
}

fn united<N: Number>(input: &Input, with_theta: bool) -> Result<ArrayRef> {
    let (left, right) = (input.bytes(0)?, input.bytes(1)?);
    let (function, mode) = (input.returns.name(), mode_of(input, 2));
    let sizes = input.numbers::<arrow::datatypes::Int32Type>(3)?;
    input.to_binaries(|row| {
        let builder = TupleUnionBuilder::new(ModePolicy::<N>::new(mode)).lg_k(sizes.value(row) as u8);
        let mut union = builder.build().map_err(internal)?;
        union.update(&read(left.value(row), function)?).map_err(internal)?;
        let other = second::<N>(right.value(row), mode, with_theta, function)?;
        union.update(&other).map_err(internal)?;
        Ok(Some(write(&union.to_sketch(false)).into()))
    })
}

/// `tuple_intersection_*(first, second [, mode])`
pub(super) fn intersection<N: Number>(call: &Call<'_>) -> Result<Expr> {
    let name = name_of::<N>(["tuple_intersection_double", "tuple_intersection_integer"]);
    intersection_of(call, name, |input| intersected::<N>(input, false))
}

/// `tuple_intersection_theta_*(sketch, theta sketch [, mode])`
pub(super) fn intersection_theta<N: Number>(call: &Call<'_>) -> Result<Expr> {
    let name = name_of::<N>(["tuple_intersection_theta_double", "tuple_intersection_theta_integer"]);
    intersection_of(call, name, |input| intersected::<N>(input, true))
}

fn intersection_of(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    let call = &filled(call, 3, &[ScalarValue::from("sum")])?;
    let args = vec![sketch(call, 0)?, sketch(call, 1)?, lit(mode(call, 2)?.name())];
    let nullable = call.arguments[..2].iter().any(crate::Argument::nullable);
    Ok(apply_field(name, Field::new(name, DataType::Binary, nullable), args, body))
}

fn intersected<N: Number>(input: &Input, with_theta: bool) -> Result<ArrayRef> {
    let (left, right) = (input.bytes(0)?, input.bytes(1)?);
    let (function, mode) = (input.returns.name(), mode_of(input, 2));
    input.to_binaries(|row| {
        let mut intersection = TupleIntersection::new(ModePolicy::<N>::new(mode));
        intersection.update(&read(left.value(row), function)?).map_err(internal)?;
        let other = second::<N>(right.value(row), mode, with_theta, function)?;
        intersection.update(&other).map_err(internal)?;
        Ok(intersection.to_sketch(false).map(|sketch| write(&sketch).into()))
    })
}

/// `tuple_difference_*(first, second)`
pub(super) fn difference<N: Number>(call: &Call<'_>) -> Result<Expr> {
    let name = name_of::<N>(["tuple_difference_double", "tuple_difference_integer"]);
    difference_of(call, name, |input| subtracted::<N>(input, false))
}

/// `tuple_difference_theta_*(sketch, theta sketch)`
pub(super) fn difference_theta<N: Number>(call: &Call<'_>) -> Result<Expr> {
    let name = name_of::<N>(["tuple_difference_theta_double", "tuple_difference_theta_integer"]);
    difference_of(call, name, |input| subtracted::<N>(input, true))
}

fn difference_of(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let field = Field::new(name, DataType::Binary, expect::any_nullable(call));
    Ok(apply_field(name, field, vec![sketch(call, 0)?, sketch(call, 1)?], body))
}

fn subtracted<N: Number>(input: &Input, with_theta: bool) -> Result<ArrayRef> {
    let (left, right, function) = (input.bytes(0)?, input.bytes(1)?, input.returns.name());
    input.to_binaries(|row| {
        let first = read::<N>(left.value(row), function)?;
        let other = second::<N>(right.value(row), Mode::Sum, with_theta, function)?;
        let rest = TupleANotB::default().compute(&first, &other, false).map_err(internal)?;
        Ok(Some(write(&rest).into()))
    })
}

/// The second operand, which the name of the function says to be a theta or a tuple sketch.
fn second<N: Number>(
    bytes: &[u8],
    mode: Mode,
    is_theta: bool,
    function: &str,
) -> Result<datasketches::tuple::CompactTupleSketch<super::summary::Summary<N>>> {
    if is_theta { from_theta(bytes, mode, function) } else { read(bytes, function) }
}

/// The mode that the constant argument names; the kernels get it as a literal.
fn mode_of(input: &Input, index: usize) -> Mode {
    input.constant_string(index).and_then(Mode::parse).unwrap_or(Mode::Sum)
}

/// The checked `mode` of a tuple function.
pub(super) fn mode(call: &Call<'_>, index: usize) -> Result<Mode> {
    let value = constant(call, index)?.ok_or_else(|| not_foldable(call, index, "mode", "STRING"))?;
    let text = match value.try_as_str() {
        Some(Some(text)) => text,
        Some(None) => return Err(unexpected_null(call, "mode")),
        None if value.is_null() => return Err(unexpected_null(call, "mode")),
        None => return Err(call.unexpected_type(index, "\"STRING\"")),
    };
    Mode::parse(text).ok_or_else(|| {
        let error = Error::runtime(RuntimeClass::Other, "TUPLE_INVALID_SKETCH_MODE")
            .with("function", format!("`{}`", call.name))
            .with("mode", text)
            .with("validModes", "sum, min, max, alwaysone");
        type_check(call, &error)
    })
}
