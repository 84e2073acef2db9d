//! `round`, `bround`, `ceil` and `floor` of every number type.

use std::sync::Arc;

use arrow::array::{ArrayRef, ArrowPrimitiveType, AsArray};
use arrow::datatypes::{
    DataType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use datafusion::logical_expr::{Expr, lit};
use lang::{Error, Result, RuntimeClass};

use crate::scalar::{Input, apply};
use crate::string::java_number;
use crate::types::is_integral;
use crate::{Argument, Call, cast, coercion, error, expect};

#[derive(Debug, Clone, Copy, PartialEq)]
enum Mode {
    HalfUp,
    HalfEven,
    Ceiling,
    Floor,
}

/// `round(number[, scale])`: halves away from zero.
pub(super) fn round(call: &Call<'_>) -> Result<Expr> {
    to_scale(call, "round", |input| run(input, Mode::HalfUp))
}

/// `bround(number[, scale])`: halves to the even neighbour.
pub(super) fn bround(call: &Call<'_>) -> Result<Expr> {
    to_scale(call, "bround", |input| run(input, Mode::HalfEven))
}

/// `ceil(number[, scale])`
pub(super) fn ceil(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    if call.arguments.len() == 1 {
        return to_whole(call, "ceil", |input| run(input, Mode::Ceiling));
    }
    to_decimal_scale(call, "ceil", |input| run(input, Mode::Ceiling))
}

/// `floor(number[, scale])`
pub(super) fn floor(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    if call.arguments.len() == 1 {
        return to_whole(call, "floor", |input| run(input, Mode::Floor));
    }
    to_decimal_scale(call, "floor", |input| run(input, Mode::Floor))
}

type Body = crate::scalar::Body;

fn to_scale(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    call.expect_arguments(1..=2)?;
    let Some(scale) = scale(call)? else {
        let returns = match call.arguments[0].data_type() {
            DataType::Decimal128(precision, scale) => rounded_decimal(*precision, *scale, 0),
            given if crate::types::is_numeric(given) => given.clone(),
            _ => DataType::Float64,
        };
        return datafusion::common::ScalarValue::try_from(&returns).map(lit).map_err(error::from_datafusion);
    };
    let number = match call.arguments[0].data_type() {
        DataType::Float32 | DataType::Decimal128(..) => call.arguments[0].expr.clone(),
        given if is_integral(given) => call.arguments[0].expr.clone(),
        _ => expect::double(call, 0)?,
    };
    let returns = match call.arguments[0].data_type() {
        DataType::Decimal128(p, s) => rounded_decimal(*p, *s, scale),
        given if is_integral(given) || *given == DataType::Float32 => given.clone(),
        _ => DataType::Float64,
    };
    Ok(apply(name, returns, vec![number, lit(scale)], body))
}

/// With a scale, `ceil` and `floor` work on decimals only.
fn to_decimal_scale(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    let argument = &call.arguments[0];
    let given = match argument.data_type() {
        DataType::Decimal128(p, s) => (*p, *s),
        DataType::Int8 => (3, 0),
        DataType::Int16 => (5, 0),
        DataType::Int32 => (10, 0),
        DataType::Int64 => (20, 0),
        DataType::Float32 => (14, 7),
        given if *given == DataType::Null || crate::types::is_string(given) => (38, 18),
        _ => (30, 15),
    };
    let decimal = DataType::Decimal128(given.0, given.1);
    let number = expect::number(call, 0, &decimal)?;
    let scale = match *call.arguments[1].data_type() {
        DataType::Int32 => scale(call)?,
        _ => None,
    };
    let Some(scale) = scale else {
        return Err(Error::analysis("NON_FOLDABLE_ARGUMENT")
            .with("funcName", format!("`{}`", call.name))
            .with("paramName", "`scale`")
            .with("paramType", "\"INT\""));
    };
    Ok(apply(name, rounded_decimal(given.0, given.1, scale), vec![number, lit(scale)], body))
}

/// Decimals stay decimals without fraction, everything else becomes a BIGINT.
fn to_whole(call: &Call<'_>, name: &'static str, body: Body) -> Result<Expr> {
    let argument: &Argument = &call.arguments[0];
    match argument.data_type() {
        DataType::Decimal128(_, 0) => Ok(argument.expr.clone()),
        DataType::Decimal128(p, s) => {
            let returns = DataType::Decimal128((*p as i8 - s + 1).clamp(1, 38) as u8, 0);
            Ok(apply(name, returns, vec![argument.expr.clone(), lit(0i32)], body))
        }
        given if is_integral(given) => cast::implicit(argument, &DataType::Int64, call.context),
        _ => Ok(apply(name, DataType::Int64, vec![expect::double(call, 0)?, lit(0i32)], body)),
    }
}

/// The constant scale, 0 when there is none.
fn scale(call: &Call<'_>) -> Result<Option<i32>> {
    if call.arguments.len() == 1 { Ok(Some(0)) } else { expect::constant_int(call, 1) }
}

/// One more integral digit than before, for the carry.
fn rounded_decimal(precision: u8, scale: i8, to: i32) -> DataType {
    let integral = i32::from(precision) - i32::from(scale) + 1;
    if to < 0 {
        let digits = integral.max(to.saturating_neg().saturating_add(1));
        return DataType::Decimal128(digits.min(coercion::MAX_PRECISION.into()) as u8, 0);
    }
    let scale = i32::from(scale).min(to);
    DataType::Decimal128((integral + scale).min(coercion::MAX_PRECISION.into()) as u8, scale as i8)
}

fn run(input: &Input, mode: Mode) -> Result<ArrayRef> {
    let column = input.column(0)?;
    let scale = input.numbers::<Int32Type>(1)?.value(0);
    match column.data_type() {
        DataType::Int8 => whole::<Int8Type>(&column, scale, mode, input.ansi()),
        DataType::Int16 => whole::<Int16Type>(&column, scale, mode, input.ansi()),
        DataType::Int32 => whole::<Int32Type>(&column, scale, mode, input.ansi()),
        DataType::Int64 => whole::<Int64Type>(&column, scale, mode, input.ansi()),
        DataType::Decimal128(_, from) => decimals(input, &column, *from, scale, mode),
        DataType::Float32 => {
            let rounded = column.as_primitive::<Float32Type>().unary::<_, Float32Type>(|x| {
                rounded_text(f64::from(x), x.is_finite(), scale, mode, || java_number::exact_float(x))
                    .and_then(|text| text.parse().ok())
                    .unwrap_or(x)
                    + 0.0
            });
            Ok(Arc::new(rounded))
        }
        _ => doubles(input, &column, scale, mode),
    }
}

fn doubles(input: &Input, column: &ArrayRef, scale: i32, mode: Mode) -> Result<ArrayRef> {
    let values = column.as_primitive::<Float64Type>();
    if *input.returns.data_type() != DataType::Int64 {
        return Ok(Arc::new(values.unary::<_, Float64Type>(|x| double(x, scale, mode))));
    }
    // As Java casts: NaN is 0; too large is an error in ANSI mode and the nearest long otherwise.
    let whole = values.try_unary::<_, Int64Type, Error>(|x| {
        let x = if mode == Mode::Ceiling { x.ceil() } else { x.floor() };
        if input.ansi() && (x >= i64::MAX as f64 || x < i64::MIN as f64) {
            return Err(error::overflow("overflow", None));
        }
        Ok(x as i64)
    });
    Ok(Arc::new(whole?))
}

/// Rounds the decimal digits that Java shows, not the binary value: 2.675 becomes 2.68.
fn double(x: f64, scale: i32, mode: Mode) -> f64 {
    if (0..=15).contains(&scale) && x.abs() < 1e15 {
        let factor = 10f64.powi(scale);
        let scaled = x * factor;
        let distance = (scaled.fract().abs() - 0.5).abs();
        // Far from a half both ways agree, and the quotient of two exact numbers is the nearest double.
        if scaled.abs() < 1e15 && distance > 1e-4 {
            return scaled.round() / factor + 0.0;
        }
    }
    rounded_text(x, x.is_finite(), scale, mode, || java_number::exact(x))
        .and_then(|text| text.parse().ok())
        .unwrap_or(x)
        // Rounded numbers know no negative zero.
        + 0.0
}

/// The rounded number as text; `None` when it stays as it is.
fn rounded_text(x: f64, finite: bool, scale: i32, mode: Mode, digits: impl Fn() -> String) -> Option<String> {
    if !finite {
        return None;
    }
    let digits = digits();
    let (integer, fraction) = digits.split_once('.')?;
    if scale >= 0 && fraction.len() <= scale as usize {
        return None;
    }
    // A negative scale moves the point to the left of the digits it drops.
    let shift = scale.min(0).unsigned_abs() as usize;
    let padded = format!("{}{integer}", "0".repeat((shift + 1).saturating_sub(integer.len())));
    let point = padded.len() - shift;
    let moved = format!("{}.{}{fraction}", &padded[..point], &padded[point..]);
    let kept = scale.max(0) as usize;
    let rounded = match mode {
        Mode::HalfEven => java_number::fixed_half_even(&moved, kept),
        _ => java_number::fixed(&moved, kept),
    };
    let sign = if x.is_sign_negative() { "-" } else { "" };
    Some(format!("{sign}{rounded}{}", "0".repeat(shift)))
}

fn decimals(input: &Input, column: &ArrayRef, from: i8, scale: i32, mode: Mode) -> Result<ArrayRef> {
    let DataType::Decimal128(precision, to) = *input.returns.data_type() else {
        return Err(Error::internal("decimals round to decimals"));
    };
    let limit = 10i128.pow(u32::from(precision));
    let values = column.as_primitive::<Decimal128Type>();
    let rounded = values.try_unary::<_, Decimal128Type, Error>(|value| {
        let dropped = i32::from(from) - scale.min(from.into());
        let units = drop_digits(value, dropped, mode);
        // A negative scale leaves zeros behind.
        let zeros = u32::try_from(-scale.min(0)).unwrap_or(0);
        let value = 10i128.checked_pow(zeros).and_then(|factor| units.checked_mul(factor)).unwrap_or(0);
        if value.abs() < limit {
            return Ok(value);
        }
        Err(Error::runtime(RuntimeClass::Arithmetic, "NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION")
            .with("roundedValue", value.to_string())
            .with("precision", precision.to_string())
            .with("scale", to.to_string()))
    });
    let rounded = rounded?.with_precision_and_scale(precision, to).map_err(|e| error::from_arrow(&e))?;
    Ok(Arc::new(rounded))
}

fn whole<T>(column: &ArrayRef, scale: i32, mode: Mode, ansi: bool) -> Result<ArrayRef>
where
    T: ArrowPrimitiveType,
    T::Native: Into<i128> + TryFrom<i128> + num_cast::Wrap,
{
    if scale >= 0 {
        return Ok(column.clone());
    }
    let values = column.as_primitive::<T>();
    let rounded = values.try_unary::<_, T, Error>(|value| {
        let units = drop_digits(value.into(), scale.saturating_neg(), mode);
        let zeros = scale.unsigned_abs();
        let value = 10i128.checked_pow(zeros).and_then(|factor| units.checked_mul(factor)).unwrap_or(0);
        match T::Native::try_from(value) {
            Ok(value) => Ok(value),
            Err(_) if ansi => Err(error::overflow("Overflow", None)),
            Err(_) => Ok(num_cast::Wrap::wrap(value)),
        }
    });
    Ok(Arc::new(rounded?))
}

/// `value` without its last `digits` digits, rounded.
fn drop_digits(value: i128, digits: i32, mode: Mode) -> i128 {
    if digits <= 0 {
        return value;
    }
    let Some(unit) = 10i128.checked_pow(digits as u32) else {
        return match mode {
            Mode::Ceiling => i128::from(value > 0),
            Mode::Floor => -i128::from(value < 0),
            _ => 0,
        };
    };
    let (quotient, remainder) = (value.div_euclid(unit), value.rem_euclid(unit));
    let up = match mode {
        Mode::Ceiling => remainder > 0,
        Mode::Floor => false,
        Mode::HalfUp if value < 0 => remainder > unit / 2,
        Mode::HalfUp => remainder >= unit / 2,
        Mode::HalfEven => remainder > unit / 2 || (remainder == unit / 2 && quotient % 2 != 0),
    };
    quotient + i128::from(up)
}

mod num_cast {
    //! Integers cut to their width, as Java casts them.

    pub(super) trait Wrap {
        fn wrap(value: i128) -> Self;
    }

    macro_rules! wrap {
        ($($type:ty),*) => { $(impl Wrap for $type {
            fn wrap(value: i128) -> Self {
                value as $type
            }
        })* };
    }

    wrap!(i8, i16, i32, i64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_drop_by_mode() {
        let cases = [
            (25, Mode::HalfUp, 3),
            (-25, Mode::HalfUp, -3),
            (25, Mode::HalfEven, 2),
            (-25, Mode::HalfEven, -2),
            (35, Mode::HalfEven, 4),
            (21, Mode::Ceiling, 3),
            (-29, Mode::Ceiling, -2),
            (-21, Mode::Floor, -3),
        ];
        for (value, mode, expected) in cases {
            assert_eq!(drop_digits(value, 1, mode), expected, "{value} {mode:?}");
        }
    }

    #[test]
    fn doubles_round_as_shown() {
        let cases = [
            (2.675, 2, 2.68),
            (1.005, 2, 1.01),
            (-2.5, 0, -3.0),
            (1234.5, -2, 1200.0),
            (0.1, 20, 0.1),
            (2.5e20, 0, 2.5e20),
            (55.0, -2, 100.0),
        ];
        for (value, scale, expected) in cases {
            assert_eq!(double(value, scale, Mode::HalfUp), expected, "round({value}, {scale})");
        }
        assert_eq!(double(2.5, 0, Mode::HalfEven), 2.0);
    }
}
