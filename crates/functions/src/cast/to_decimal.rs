//! Casts of numbers to decimals.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray};
use arrow::datatypes::{
    DataType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use lang::{DataType as Spark, Error, Result};

use super::format_number::{decimal_text, double_text};
use super::kernel::{Options, unexpected};
use super::numeric::checked;
use super::parse_number::parse_decimal;
use crate::error::decimal_out_of_range;

/// `array` as decimals of `precision` and `scale`, rounded half up.
pub(super) fn cast(
    array: &ArrayRef,
    source: &Spark,
    precision: u8,
    scale: i8,
    options: &Options,
) -> Result<ArrayRef> {
    let error = |value: i128, from: i8| decimal_out_of_range(&decimal_text(value, from), precision, scale);
    let fit = |value: i128, from: i8| rescale(value, from, precision, scale);
    macro_rules! integers {
        ($t:ty) => {
            checked(array.as_primitive::<$t>(), options, |v| fit(v.into(), 0), |v| error(v.into(), 0))?
        };
    }
    macro_rules! floats {
        ($t:ty, $double:expr) => {{
            // Floats go by their shortest text, as Java's BigDecimal.valueOf does; what is no number becomes NULL.
            let array = array.as_primitive::<$t>().unary_opt::<_, $t>(|v| v.is_finite().then_some(v));
            let convert = |v| parse_decimal(&double_text($double(v))).and_then(|(value, from)| fit(value, from));
            let error = |v| decimal_out_of_range(&double_text($double(v)), precision, scale);
            checked(&array, options, convert, error)?
        }};
    }
    let result: PrimitiveArray<Decimal128Type> = match array.data_type() {
        DataType::Boolean => {
            let booleans = array.as_boolean();
            let numbers: arrow::array::Int8Array = (0..booleans.len())
                .map(|i| booleans.is_valid(i).then(|| i8::from(booleans.value(i))))
                .collect();
            checked(&numbers, options, |v| fit(v.into(), 0), |v| error(v.into(), 0))?
        }
        DataType::Int8 => integers!(Int8Type),
        DataType::Int16 => integers!(Int16Type),
        DataType::Int32 => integers!(Int32Type),
        DataType::Int64 => integers!(Int64Type),
        DataType::Float32 => floats!(Float32Type, f64::from),
        DataType::Float64 => floats!(Float64Type, |v: f64| v),
        DataType::Decimal128(_, from) => {
            let from = *from;
            checked(array.as_primitive::<Decimal128Type>(), options, |v| fit(v, from), |v| error(v, from))?
        }
        _ => return Err(unexpected(source, &Spark::Decimal { precision, scale })),
    };
    let result =
        result.with_precision_and_scale(precision, scale).map_err(|e| Error::internal(e.to_string()))?;
    Ok(Arc::new(result))
}

/// An unscaled `value` at another scale, rounded half up; `None` when it needs more than `precision` digits.
pub fn rescale(value: i128, from: i8, precision: u8, to: i8) -> Option<i128> {
    let limit = 10_i128.pow(u32::from(precision));
    let rescaled = match i32::from(to) - i32::from(from) {
        0 => value,
        shift @ 1.. => value.checked_mul(10_i128.checked_pow(shift as u32)?)?,
        shift => match 10_i128.checked_pow(shift.unsigned_abs()) {
            Some(divisor) => divide_half_up(value, divisor),
            None => 0,
        },
    };
    (rescaled.unsigned_abs() < limit as u128).then_some(rescaled)
}

/// `value / divisor` rounded half away from zero; the divisor is positive.
pub fn divide_half_up(value: i128, divisor: i128) -> i128 {
    let (quotient, remainder) = (value / divisor, value % divisor);
    let up = remainder.unsigned_abs() >= divisor.unsigned_abs() - remainder.unsigned_abs();
    if divisor > 1 && up { quotient + value.signum() } else { quotient }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rescaling_rounds_half_up_and_checks_digits() {
        for (value, from, precision, to, expected) in [
            (12_345, 2, 5, 2, Some(12_345)),
            (12_345, 2, 5, 1, Some(1_235)),
            (-12_345, 2, 5, 1, Some(-1_235)),
            (12_344, 2, 5, 1, Some(1_234)),
            (99_999, 2, 5, 3, None),
            (999, 0, 3, 0, Some(999)),
            (1_000, 0, 3, 0, None),
            (9_995, 1, 3, 0, None),
            (5, 1, 1, 0, Some(1)),
            (4, 38, 38, 0, Some(0)),
        ] {
            assert_eq!(
                rescale(value, from, precision, to),
                expected,
                "{value} e-{from} to ({precision}, {to})"
            );
        }
    }
}
