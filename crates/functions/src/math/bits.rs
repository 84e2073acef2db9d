//! Single bits and bitmaps.

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Int8Type, Int32Type, Int64Type};
use datafusion::logical_expr::Expr;
use lang::{Error, Result, RuntimeClass};

use crate::scalar::apply;
use crate::types::is_integral;
use crate::{Call, cast, expect};

/// The number of one bits of an integer or boolean, widened to 64 bits.
pub(super) fn bit_count(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    if *argument.data_type() == DataType::Boolean {
        return Ok(apply("bit_count", DataType::Int32, call.exprs(), |input| {
            let values = input.raw(0).as_boolean();
            input.to_numbers::<Int32Type>(|row| Ok(Some(values.value(input.position(0, row)).into())))
        }));
    }
    if !is_integral(argument.data_type()) && *argument.data_type() != DataType::Null {
        return Err(call.unexpected_type(0, "(\"INTEGRAL\" or \"BOOLEAN\")"));
    }
    Ok(apply("bit_count", DataType::Int32, vec![expect::long(call, 0)?], |input| {
        let numbers = input.numbers::<Int64Type>(0)?;
        input.to_numbers::<Int32Type>(|row| Ok(Some(numbers.value(row).count_ones() as i32)))
    }))
}

/// `bit_get(integer, position)`; positions count from the lowest bit.
pub(super) fn bit_get(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let argument = &call.arguments[0];
    let size = match argument.data_type() {
        DataType::Int8 => 8,
        DataType::Int16 => 16,
        DataType::Int32 => 32,
        DataType::Int64 | DataType::Null => 64,
        _ => return Err(call.unexpected_type(0, "\"INTEGRAL\"")),
    };
    let number = cast::implicit(argument, &DataType::Int64, call.context)?;
    let size = datafusion::logical_expr::lit(size);
    Ok(apply("bit_get", DataType::Int8, vec![number, expect::int(call, 1)?, size], |input| {
        let (numbers, positions) = (input.numbers::<Int64Type>(0)?, input.numbers::<Int32Type>(1)?);
        let sizes = input.numbers::<Int32Type>(2)?;
        input.to_numbers::<Int8Type>(|row| {
            let (position, size) = (positions.value(row), sizes.value(row));
            if !(0..size).contains(&position) {
                return Err(Error::runtime(
                    RuntimeClass::Other,
                    "INVALID_PARAMETER_VALUE.BIT_POSITION_RANGE",
                )
                .with("functionName", "`bit_get`")
                .with("parameter", "`pos`")
                .with("upper", size.to_string())
                .with("invalidValue", position.to_string()));
            }
            Ok(Some((numbers.value(row) >> position & 1) as i8))
        })
    }))
}

/// Bits of a bitmap that Spark builds: 4 KiB.
const BITMAP_BITS: i64 = 8 * 4096;

pub(super) fn bitmap_bit_position(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("bitmap_bit_position", DataType::Int64, vec![expect::long(call, 0)?], |input| {
        let numbers = input.numbers::<Int64Type>(0)?;
        input.to_numbers::<Int64Type>(|row| {
            let number = numbers.value(row);
            let position = if number > 0 { number - 1 } else { number.wrapping_neg() };
            Ok(Some(position % BITMAP_BITS))
        })
    }))
}

pub(super) fn bitmap_bucket_number(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(apply("bitmap_bucket_number", DataType::Int64, vec![expect::long(call, 0)?], |input| {
        let numbers = input.numbers::<Int64Type>(0)?;
        input.to_numbers::<Int64Type>(|row| {
            let number = numbers.value(row);
            Ok(Some(if number > 0 { 1 + (number - 1) / BITMAP_BITS } else { number / BITMAP_BITS }))
        })
    }))
}

pub(super) fn bitmap_count(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let given = call.arguments[0].data_type();
    if crate::types::is_string(given) || *given == DataType::Null {
        return Err(call.unexpected_type(0, "\"BINARY\""));
    }
    Ok(apply("bitmap_count", DataType::Int64, vec![expect::binary(call, 0)?], |input| {
        let bytes = input.bytes(0)?;
        input.to_numbers::<Int64Type>(|row| {
            Ok(Some(bytes.value(row).iter().map(|b| i64::from(b.count_ones())).sum()))
        })
    }))
}
