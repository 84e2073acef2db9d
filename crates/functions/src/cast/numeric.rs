//! Casts between numbers and booleans.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, BinaryArray, BooleanArray, PrimitiveArray};
use arrow::datatypes::{
    DataType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use lang::{DataType as Spark, Error, Result};

use super::format_number::{decimal_text, double_text, float_text};
use super::kernel::{Mode, Options, overflow, unexpected};

/// Every valid value through `convert`; where it has no answer, NULL or (under ANSI) the error of the first such value.
pub(super) fn checked<A: ArrowPrimitiveType, B: ArrowPrimitiveType>(
    array: &PrimitiveArray<A>,
    options: &Options,
    convert: impl Fn(A::Native) -> Option<B::Native>,
    error: impl Fn(A::Native) -> Error,
) -> Result<PrimitiveArray<B>> {
    let result: PrimitiveArray<B> = array.unary_opt(&convert);
    if options.mode == Mode::Ansi && result.null_count() > array.null_count() {
        let failed = (0..array.len()).find(|&row| array.is_valid(row) && result.is_null(row));
        if let Some(row) = failed {
            return Err(error(array.value(row)));
        }
    }
    Ok(result)
}

/// Whether values are converted as Java does, rather than checked.
fn wraps(options: &Options) -> bool {
    options.mode == Mode::Legacy
}

/// A cast between numbers and booleans; decimals only as the source.
pub(super) fn cast(array: &ArrayRef, source: &Spark, target: &Spark, options: &Options) -> Result<ArrayRef> {
    if *target == Spark::Boolean {
        return to_boolean(array, source);
    }
    match array.data_type() {
        DataType::Boolean => from_boolean(array.as_boolean(), source, target),
        DataType::Int8 => from_integer::<Int8Type>(array, source, target, options),
        DataType::Int16 => from_integer::<Int16Type>(array, source, target, options),
        DataType::Int32 => from_integer::<Int32Type>(array, source, target, options),
        DataType::Int64 => from_integer::<Int64Type>(array, source, target, options),
        DataType::Float32 => from_float::<Float32Type>(array, source, target, options),
        DataType::Float64 => from_float::<Float64Type>(array, source, target, options),
        DataType::Decimal128(_, scale) => from_decimal(array.as_primitive(), *scale, source, target, options),
        _ => Err(unexpected(source, target)),
    }
}

fn to_boolean(array: &ArrayRef, source: &Spark) -> Result<ArrayRef> {
    macro_rules! nonzero {
        ($t:ty, $zero:expr) => {
            BooleanArray::from_unary(array.as_primitive::<$t>(), |value| value != $zero)
        };
    }
    let result = match array.data_type() {
        DataType::Int8 => nonzero!(Int8Type, 0),
        DataType::Int16 => nonzero!(Int16Type, 0),
        DataType::Int32 => nonzero!(Int32Type, 0),
        DataType::Int64 => nonzero!(Int64Type, 0),
        DataType::Float32 => nonzero!(Float32Type, 0.0),
        DataType::Float64 => nonzero!(Float64Type, 0.0),
        DataType::Decimal128(..) => nonzero!(Decimal128Type, 0),
        _ => return Err(unexpected(source, &Spark::Boolean)),
    };
    Ok(Arc::new(result))
}

fn from_boolean(array: &BooleanArray, source: &Spark, target: &Spark) -> Result<ArrayRef> {
    macro_rules! numbers {
        ($t:ty, $one:expr, $zero:expr) => {{
            let values = array.values().iter().map(|value| if value { $one } else { $zero });
            Arc::new(PrimitiveArray::<$t>::new(values.collect(), array.nulls().cloned()))
        }};
    }
    Ok(match target {
        Spark::Byte => numbers!(Int8Type, 1, 0),
        Spark::Short => numbers!(Int16Type, 1, 0),
        Spark::Integer => numbers!(Int32Type, 1, 0),
        Spark::Long => numbers!(Int64Type, 1, 0),
        Spark::Float => numbers!(Float32Type, 1.0, 0.0),
        Spark::Double => numbers!(Float64Type, 1.0, 0.0),
        _ => return Err(unexpected(source, target)),
    })
}

fn from_integer<A>(array: &ArrayRef, source: &Spark, target: &Spark, options: &Options) -> Result<ArrayRef>
where
    A: ArrowPrimitiveType,
    A::Native: Into<i64>,
{
    let array = array.as_primitive::<A>();
    macro_rules! integers {
        ($t:ty, $n:ty) => {
            if wraps(options) {
                Arc::new(array.unary::<_, $t>(|value| Into::<i64>::into(value) as $n))
            } else {
                let convert = |value: A::Native| <$n>::try_from(Into::<i64>::into(value)).ok();
                let error =
                    |value: A::Native| overflow(&integer_literal(value.into(), source), source, target);
                Arc::new(checked::<A, $t>(array, options, convert, error)?)
            }
        };
    }
    Ok(match target {
        Spark::Byte => integers!(Int8Type, i8),
        Spark::Short => integers!(Int16Type, i16),
        Spark::Integer => integers!(Int32Type, i32),
        Spark::Long => Arc::new(array.unary::<_, Int64Type>(Into::into)),
        Spark::Float => Arc::new(array.unary::<_, Float32Type>(|value| Into::<i64>::into(value) as f32)),
        Spark::Double => Arc::new(array.unary::<_, Float64Type>(|value| Into::<i64>::into(value) as f64)),
        _ => return Err(unexpected(source, target)),
    })
}

fn from_float<A>(array: &ArrayRef, source: &Spark, target: &Spark, options: &Options) -> Result<ArrayRef>
where
    A: ArrowPrimitiveType,
    A::Native: Into<f64>,
{
    let array = array.as_primitive::<A>();
    macro_rules! integers {
        ($t:ty, $n:ty, $through:ty) => {
            if wraps(options) {
                // Java saturates at int or long and wraps from there.
                Arc::new(array.unary::<_, $t>(|value| Into::<f64>::into(value) as $through as $n))
            } else {
                let convert = |value: A::Native| {
                    let value: f64 = value.into();
                    let fits = value.floor() <= <$n>::MAX as f64 && value.ceil() >= <$n>::MIN as f64;
                    fits.then_some(value as $n)
                };
                let error = |value: A::Native| overflow(&float_literal(value.into(), source), source, target);
                Arc::new(checked::<A, $t>(array, options, convert, error)?)
            }
        };
    }
    Ok(match target {
        Spark::Byte => integers!(Int8Type, i8, i32),
        Spark::Short => integers!(Int16Type, i16, i32),
        Spark::Integer => integers!(Int32Type, i32, i32),
        Spark::Long => integers!(Int64Type, i64, i64),
        Spark::Float => Arc::new(array.unary::<_, Float32Type>(|value| Into::<f64>::into(value) as f32)),
        Spark::Double => Arc::new(array.unary::<_, Float64Type>(Into::into)),
        _ => return Err(unexpected(source, target)),
    })
}

fn from_decimal(
    array: &PrimitiveArray<Decimal128Type>,
    scale: i8,
    source: &Spark,
    target: &Spark,
    options: &Options,
) -> Result<ArrayRef> {
    let unit = 10_i128.pow(scale.max(0) as u32);
    macro_rules! integers {
        ($t:ty, $n:ty) => {
            if wraps(options) {
                Arc::new(array.unary::<_, $t>(|value| (value / unit) as $n))
            } else {
                let convert = |value: i128| <$n>::try_from(value / unit).ok();
                let error =
                    |value: i128| overflow(&format!("{}BD", decimal_text(value, scale)), source, target);
                Arc::new(checked::<Decimal128Type, $t>(array, options, convert, error)?)
            }
        };
    }
    Ok(match target {
        Spark::Byte => integers!(Int8Type, i8),
        Spark::Short => integers!(Int16Type, i16),
        Spark::Integer => integers!(Int32Type, i32),
        Spark::Long => integers!(Int64Type, i64),
        Spark::Float => Arc::new(array.unary::<_, Float32Type>(|value| decimal_to_float(value, scale))),
        Spark::Double => Arc::new(array.unary::<_, Float64Type>(|value| decimal_to_double(value, scale))),
        _ => return Err(unexpected(source, target)),
    })
}

/// The double nearest to a decimal.
pub fn decimal_to_double(value: i128, scale: i8) -> f64 {
    // Both operands are exact then, so that the division rounds only once.
    if value.unsigned_abs() < 1 << 53 && scale <= 22 {
        return value as f64 / 10_f64.powi(i32::from(scale));
    }
    format!("{value}e-{scale}").parse().unwrap_or(f64::NAN)
}

fn decimal_to_float(value: i128, scale: i8) -> f32 {
    format!("{value}e-{scale}").parse().unwrap_or(f32::NAN)
}

/// Integers as big-endian bytes.
pub(super) fn to_binary(array: &ArrayRef) -> Result<ArrayRef> {
    macro_rules! bytes {
        ($t:ty) => {
            array
                .as_primitive::<$t>()
                .iter()
                .map(|value| value.map(|v| v.to_be_bytes()))
                .collect::<BinaryArray>()
        };
    }
    Ok(Arc::new(match array.data_type() {
        DataType::Int8 => bytes!(Int8Type),
        DataType::Int16 => bytes!(Int16Type),
        DataType::Int32 => bytes!(Int32Type),
        DataType::Int64 => bytes!(Int64Type),
        other => return Err(Error::internal(format!("no cast from {other} to BINARY"))),
    }))
}

/// An integer as the SQL literal of its type.
fn integer_literal(value: i64, source: &Spark) -> String {
    let suffix = match source {
        Spark::Byte => "Y",
        Spark::Short => "S",
        Spark::Long => "L",
        _ => "",
    };
    format!("{value}{suffix}")
}

fn float_literal(value: f64, source: &Spark) -> String {
    match (source, value.is_finite()) {
        (Spark::Float, true) => format!("CAST('{}' AS FLOAT)", float_text(value as f32)),
        (Spark::Float, false) => format!("float('{}')", double_text(value)),
        (_, true) => format!("{}D", double_text(value)),
        (_, false) => format!("double('{}')", double_text(value)),
    }
}
