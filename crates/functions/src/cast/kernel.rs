//! One array cast to another type: the dispatch to the files that know the families of types.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, new_null_array};
use arrow::datatypes::Field;
use lang::ir::CastMode;
use lang::{DataType as Spark, Error, Result, RuntimeClass};

use super::zone::Zone;
use super::{
    datetime, format, interval, nested, numeric, parse_datetime, parse_interval, parse_number, to_decimal,
};
use crate::coercion::is_string;
use crate::{error, types, variant};

/// What happens to values that do not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// NULL, or Java's wrapping and saturating conversions between numbers.
    Legacy,
    /// An error.
    Ansi,
    /// NULL.
    Try,
}

impl Mode {
    /// The mode of a cast in a session.
    pub fn new(mode: CastMode, ansi: bool) -> Mode {
        match mode {
            CastMode::Session if ansi => Mode::Ansi,
            CastMode::Session | CastMode::Legacy => Mode::Legacy,
            CastMode::Ansi => Mode::Ansi,
            CastMode::Try => Mode::Try,
        }
    }
}

/// All a kernel needs to know beside the values.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub mode: Mode,
    pub zone: Zone,
}

impl Options {
    /// A value that does not fit: the error under ANSI, NULL otherwise.
    pub fn reject<T>(&self, error: impl FnOnce() -> Error) -> Result<Option<T>> {
        match self.mode {
            Mode::Ansi => Err(error()),
            Mode::Legacy | Mode::Try => Ok(None),
        }
    }
}

/// `array` of the Spark type `source` as an array of `target`, in `field`'s Arrow type.
///
/// # Errors
/// Spark's conditions for values that do not fit, under ANSI; an internal error for casts Spark does not allow.
pub fn cast_array(
    array: &ArrayRef,
    source: &Spark,
    target: &Spark,
    field: &Field,
    options: &Options,
) -> Result<ArrayRef> {
    if source == target && array.data_type() == field.data_type() {
        return Ok(Arc::clone(array));
    }
    if *source == Spark::Null || array.null_count() == array.len() {
        return Ok(new_null_array(field.data_type(), array.len()));
    }
    let array = normalized(array, source)?;
    let result = dispatch(&array, source, target, field, options)?;
    if result.data_type() == field.data_type() { Ok(result) } else { arrow_cast(&result, field.data_type()) }
}

/// Scalars in the one Arrow type the kernels expect; nested values as they are.
fn normalized(array: &ArrayRef, source: &Spark) -> Result<ArrayRef> {
    let expected = types::to_arrow(source);
    if expected.is_nested() || *array.data_type() == expected {
        return Ok(Arc::clone(array));
    }
    arrow_cast(array, &expected)
}

fn arrow_cast(array: &ArrayRef, to: &arrow::datatypes::DataType) -> Result<ArrayRef> {
    arrow::compute::cast(array, to).map_err(|e| error::from_arrow(&e))
}

fn dispatch(
    array: &ArrayRef,
    source: &Spark,
    target: &Spark,
    field: &Field,
    options: &Options,
) -> Result<ArrayRef> {
    match (source, target) {
        (a, b) if a == b => Ok(Arc::clone(array)),
        (Spark::Variant, _) => variant::cast::from_variants(array, target, options),
        (_, Spark::Variant) => variant::cast::to_variants(array, source),
        (Spark::Udt { sql_type, .. }, _) => cast_array(array, sql_type, target, field, options),
        (_, to) if is_string(to) => to_text(array, source, options),
        (from, to) if is_string(from) => from_string(array, to, options),
        (Spark::Array { .. }, Spark::Array { .. })
        | (Spark::Map { .. }, Spark::Map { .. })
        | (Spark::Struct(_), Spark::Struct(_)) => nested::cast(array, source, target, field, options),
        (_, Spark::Binary) => numeric::to_binary(array),
        (Spark::YearMonthInterval { .. } | Spark::DayTimeInterval { .. }, _)
        | (_, Spark::YearMonthInterval { .. } | Spark::DayTimeInterval { .. }) => {
            interval::cast(array, source, target, options)
        }
        (Spark::Date | Spark::Timestamp | Spark::TimestampNtz | Spark::Time { .. }, _)
        | (_, Spark::Timestamp | Spark::TimestampNtz | Spark::Date | Spark::Time { .. }) => {
            datetime::cast(array, source, target, options)
        }
        (_, Spark::Decimal { precision, scale }) => {
            to_decimal::cast(array, source, *precision, *scale, options)
        }
        _ => numeric::cast(array, source, target, options),
    }
}

fn to_text(array: &ArrayRef, source: &Spark, options: &Options) -> Result<ArrayRef> {
    let style = if options.mode == Mode::Legacy { format::Style::LegacyCast } else { format::Style::Cast };
    Ok(Arc::new(format::to_string_array(array, source, options.zone, style)?))
}

fn from_string(array: &ArrayRef, target: &Spark, options: &Options) -> Result<ArrayRef> {
    match target {
        Spark::Binary => arrow_cast(array, &arrow::datatypes::DataType::Binary),
        Spark::Date | Spark::Timestamp | Spark::TimestampNtz | Spark::Time { .. } => {
            parse_datetime::cast(array, target, options)
        }
        Spark::YearMonthInterval { .. } | Spark::DayTimeInterval { .. } | Spark::CalendarInterval => {
            parse_interval::cast(array, target, options)
        }
        _ => parse_number::cast(array, target, options),
    }
}

/// `CAST_INVALID_INPUT` for a malformed text.
pub fn invalid_input(text: &str, target: &Spark, class: RuntimeClass) -> Error {
    Error::runtime(class, "CAST_INVALID_INPUT")
        .with("expression", quote_text(text))
        .with("sourceType", "\"STRING\"")
        .with("targetType", format!("\"{}\"", target.sql()))
        .with("ansiConfig", "\"spark.sql.ansi.enabled\"")
}

/// `CAST_OVERFLOW`; `value` as a SQL literal.
pub fn overflow(value: &str, source: &Spark, target: &Spark) -> Error {
    Error::runtime(RuntimeClass::Arithmetic, "CAST_OVERFLOW")
        .with("value", value)
        .with("sourceType", format!("\"{}\"", source.sql()))
        .with("targetType", format!("\"{}\"", target.sql()))
        .with("ansiConfig", "\"spark.sql.ansi.enabled\"")
}

/// A text as a SQL string literal.
pub fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

pub(super) fn unexpected(source: &Spark, target: &Spark) -> Error {
    Error::internal(format!("no cast from {} to {}", source.sql(), target.sql()))
}
