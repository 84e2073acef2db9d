//! Functions from double to double, and the few constants.
//!
//! Spark computes most of them by Java's `StrictMath`, which fixes every bit; so do these.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::{DataType, Field, Float64Type, Int32Type, Int64Type};
use datafusion::logical_expr::{Expr, lit};
use lang::Result;

use super::strict;
use crate::scalar::{Body, Input, apply, apply_field};
use crate::{Call, Definition, expect};

/// One line a function: names, builder.
macro_rules! unary {
    ($($name:ident $(| $other:ident)* => $compute:expr;)*) => {
        /// The one-argument functions, sorted by name.
        pub(super) fn definitions() -> Vec<Definition> {
            vec![
                $(Definition::scalar(&[stringify!($name) $(, stringify!($other))*], |call| {
                    build(call, stringify!($name), |input| map(input, $compute))
                }),)*
                Definition::scalar(&["atan2"], |call| binary(call, "atan2", |input| zip(input, atan2))),
                Definition::scalar(&["hypot"], |call| binary(call, "hypot", |input| zip(input, f64::hypot))),
                Definition::scalar(&["pow", "power"], |call| binary(call, "pow", |input| zip(input, pow))),
            ]
        }
    };
}

unary! {
    acos => |x| Some(libm::acos(x));
    acosh => |x| Some(acosh(x));
    asin => |x| Some(libm::asin(x));
    asinh => |x| Some(libm::asinh(x));
    atan => |x| Some(libm::atan(x));
    atanh => |x| Some(0.5 * (libm::log1p(x) - libm::log1p(-x)));
    cbrt => |x| Some(x.cbrt());
    cos => |x| Some(x.cos());
    cosh => |x| Some(strict::cosh(x));
    cot => |x| Some(1.0 / x.tan());
    csc => |x| Some(1.0 / x.sin());
    degrees => |x| Some(x * (180.0 / std::f64::consts::PI));
    exp => |x| Some(libm::exp(x));
    expm1 => |x| Some(libm::expm1(x));
    ln => |x| logarithm(x, libm::log);
    log10 => |x| logarithm(x, strict::log10);
    log1p => |x| if x <= -1.0 { None } else { Some(libm::log1p(x)) };
    log2 => |x| logarithm(x, |x| libm::log(x) / libm::log(2.0));
    radians => |x| Some(x * (std::f64::consts::PI / 180.0));
    rint => |x| Some(x.round_ties_even());
    sec => |x| Some(1.0 / x.cos());
    sin => |x| Some(x.sin());
    sinh => |x| Some(strict::sinh(x));
    sqrt => |x| Some(x.sqrt());
    tan => |x| Some(x.tan());
    tanh => |x| Some(strict::tanh(x));
}

fn build(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply(name, DataType::Float64, vec![expect::double(call, 0)?], body))
}

fn binary(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let arguments = vec![expect::double(call, 0)?, expect::double(call, 1)?];
    Ok(apply_field(name, Field::new(name, DataType::Float64, expect::any_nullable(call)), arguments, body))
}

/// `None` becomes NULL; a function that never answers it costs no more than a plain loop.
fn map(input: &Input, compute: fn(f64) -> Option<f64>) -> Result<ArrayRef> {
    let column = input.column(0)?;
    let array: Float64Array = column.as_primitive::<Float64Type>().unary_opt(compute);
    Ok(Arc::new(array))
}

fn zip(input: &Input, compute: fn(f64, f64) -> f64) -> Result<ArrayRef> {
    let (left, right) = (input.numbers::<Float64Type>(0)?, input.numbers::<Float64Type>(1)?);
    input.to_numbers::<Float64Type>(|row| Ok(Some(compute(left.value(row), right.value(row)))))
}

/// Logarithms of what is not positive are NULL.
fn logarithm(x: f64, compute: fn(f64) -> f64) -> Option<f64> {
    if x <= 0.0 { None } else { Some(compute(x)) }
}

/// By the logarithm of 1 and a bit, where that keeps digits.
fn acosh(x: f64) -> f64 {
    const LARGE: f64 = (1u64 << 28) as f64;
    if x >= LARGE {
        return libm::log(x) + std::f64::consts::LN_2;
    }
    let above = x - 1.0;
    libm::log1p(above + (2.0 * above + above * above).sqrt())
}

/// Java adds positive zero first, so that negative zero counts as zero.
fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y + 0.0, x + 0.0)
}

/// Java's `Math.pow`: 1 to the power of NaN or infinity is NaN there.
fn pow(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || (base.abs() == 1.0 && exponent.is_infinite()) {
        return f64::NAN;
    }
    libm::pow(base, exponent)
}

/// `log(x)` or `log(base, x)`
pub(super) fn log(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    if call.arguments.len() == 1 {
        return build(call, "ln", |input| map(input, |x| logarithm(x, libm::log)));
    }
    let arguments = vec![expect::double(call, 0)?, expect::double(call, 1)?];
    Ok(apply("log", DataType::Float64, arguments, |input| {
        let (bases, values) = (input.numbers::<Float64Type>(0)?, input.numbers::<Float64Type>(1)?);
        input.to_numbers::<Float64Type>(|row| {
            let (base, value) = (bases.value(row), values.value(row));
            Ok((base > 0.0 && value > 0.0 || base.is_nan() || value.is_nan())
                .then(|| libm::log(value) / libm::log(base)))
        })
    }))
}

pub(super) fn e(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(lit(std::f64::consts::E))
}

pub(super) fn pi(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(0..=0)?;
    Ok(lit(std::f64::consts::PI))
}

/// NULL outside of 0 to 20.
pub(super) fn factorial(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("factorial", DataType::Int64, vec![expect::int(call, 0)?], |input| {
        let numbers = input.numbers::<Int32Type>(0)?;
        input.to_numbers::<Int64Type>(|row| {
            let number = numbers.value(row);
            Ok((0..=20).contains(&number).then(|| (1..=i64::from(number)).product()))
        })
    }))
}
