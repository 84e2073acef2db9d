//! Spark's casts: legacy, ANSI and `try_cast`, between all types.
//!
//! ```text
//! cast(argument, field, mode) ──► allowed? ──► literal? fold now
//!                                          ├─► Arrow agrees and cannot fail? Expr::Cast
//!                                          └─► SparkCast (ScalarUDF) ──► kernel::cast_array ──► one file per family
//! ```
//!
//! The nouns: a [`Mode`] says what happens to values that do not fit, [`Options`] adds the time zone, a
//! [`zone::Zone`] is a session time zone, [`kernel`] converts one array.
//!
//! # Guarantees
//! - A cast Spark refuses is refused while building, with Spark's condition.
//! - Errors of values carry Spark's condition and come out of DataFusion through [`crate::error`].
//! - Literals are folded, so that file pruning sees constants of the column's type.
//!
//! # Does not
//! Decide which casts are needed; that is [`crate::coercion`] and the functions.
//!
//! # Where to start
//! [`cast`] here, then [`kernel`].

use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion::common::ScalarValue;
use datafusion::common::metadata::FieldMetadata;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{Cast, Expr, ScalarUDF};
use lang::ir::CastMode;
use lang::{DataType as Spark, Error, Result};

use crate::{Argument, Context, types};

mod allowed;
pub mod calendar;
mod datetime;
pub mod format;
mod format_interval;
pub mod format_number;
mod function;
mod interval;
pub mod kernel;
mod nested;
mod numeric;
pub mod parse_datetime;
pub mod parse_interval;
pub mod parse_number;
mod special_datetime;
#[cfg(test)]
mod tests;
mod to_decimal;
pub mod zone;

pub(crate) use allowed::can_cast;
pub use function::SparkCast;
pub use kernel::{Mode, Options};

/// `argument` cast to `to` (whose metadata may carry a Spark type); plain Arrow casts stay [`Expr::Cast`] so that the
/// optimizer sees through them, everything else becomes a Spark cast function.
///
/// # Errors
/// `DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION` and its siblings when Spark does not allow the cast.
pub fn cast(argument: &Argument, to: &Field, mode: CastMode, context: &Context) -> Result<Expr> {
    let target = cast_target(to)?;
    let source = types::from_field(&argument.field);
    let mode = Mode::new(mode, context.ansi);
    allowed::check(argument, &source, &target, mode)?;
    // A folded integer would be taken for a literal of minimal precision by decimal arithmetic.
    let fold = crate::coercion::integral_digits(&target).is_none();
    build(argument, &source, &target, to, mode, context, fold)
}

/// An implicit cast to `to` by the session's mode; nothing when the type is already right.
pub fn implicit(argument: &Argument, to: &DataType, context: &Context) -> Result<Expr> {
    implicit_to(argument, &Field::new(argument.name(), to.clone(), true), context)
}

/// [`implicit`] to a field, so that Spark-only type details survive.
pub fn implicit_to(argument: &Argument, to: &Field, context: &Context) -> Result<Expr> {
    if argument.data_type() == to.data_type() {
        return Ok(argument.expr.clone());
    }
    let target = cast_target(to)?;
    let source = types::from_field(&argument.field);
    let mode = Mode::new(CastMode::Session, context.ansi);
    allowed::check(argument, &source, &target, mode)?;
    build(argument, &source, &target, to, mode, context, true)
}

/// `expr`, whose values are of `field`'s type already, typed as `field` where Arrow's type alone would lose what Spark
/// knows (interval units).
pub fn retyped(expr: Expr, field: &Field) -> Expr {
    if field.metadata().is_empty() {
        return expr;
    }
    let target = types::from_field(field);
    let field = types::to_field(field.name(), &target, true);
    ScalarUDF::new_from_impl(SparkCast::new(target, Arc::new(field), Mode::Ansi)).call(vec![expr])
}

/// The Spark type a cast goes to: `CHAR(n)` and `VARCHAR(n)` are strings there.
fn cast_target(to: &Field) -> Result<Spark> {
    match types::from_field(to) {
        Spark::Char(_) | Spark::Varchar(_) => Ok(Spark::STRING),
        Spark::String { collation: Some(name) } if !name.eq_ignore_ascii_case("UTF8_BINARY") => {
            Err(Error::unsupported(format!("the collation {name}")))
        }
        other => Ok(other),
    }
}

fn build(
    argument: &Argument,
    source: &Spark,
    target: &Spark,
    to: &Field,
    mode: Mode,
    context: &Context,
    fold: bool,
) -> Result<Expr> {
    if source == target && argument.data_type() == to.data_type() {
        return Ok(argument.expr.clone());
    }
    let output = types::to_field(argument.name(), target, true).with_data_type(to.data_type().clone());
    if fold && let Some(literal) = argument.literal() {
        let options = Options { mode, zone: zone::Zone::parse(&context.time_zone)? };
        if let Some(special) = special_datetime::fold(literal, target, options.zone, context.now_micros) {
            return Ok(Expr::Literal(special, None));
        }
        if let Some(folded) = fold_literal(literal, source, target, &output, &options) {
            return Ok(folded);
        }
    }
    if plain(source, target, argument.data_type(), output.data_type()) {
        return Ok(Expr::Cast(Cast::new_from_field(Box::new(argument.expr.clone()), Arc::new(output))));
    }
    let function = SparkCast::new(source.clone(), Arc::new(output), mode);
    let function =
        ScalarFunction::new_udf(Arc::new(ScalarUDF::new_from_impl(function)), vec![argument.expr.clone()]);
    Ok(Expr::ScalarFunction(function))
}

/// The literal of the new type; `None` when the value does not fit, so that the error comes at run time, if ever.
fn fold_literal(
    literal: &ScalarValue,
    source: &Spark,
    target: &Spark,
    output: &Field,
    options: &Options,
) -> Option<Expr> {
    let metadata = (!output.metadata().is_empty()).then(|| FieldMetadata::from(output));
    if literal.is_null() {
        return Some(Expr::Literal(ScalarValue::try_from(output.data_type()).ok()?, metadata));
    }
    let array = literal.to_array().ok()?;
    let array = kernel::cast_array(&array, source, target, output, options).ok()?;
    Some(Expr::Literal(ScalarValue::try_from_array(&array, 0).ok()?, metadata))
}

/// Whether Arrow's own cast yields exactly Spark's value for every input and never fails.
fn plain(source: &Spark, target: &Spark, from: &DataType, to: &DataType) -> bool {
    use crate::coercion::integral_digits;
    if (types::is_string(from) && types::is_string(to)) || *from == DataType::Null {
        return true;
    }
    match (source, target) {
        (Spark::Byte, Spark::Short | Spark::Integer | Spark::Long)
        | (Spark::Short, Spark::Integer | Spark::Long)
        | (Spark::Integer, Spark::Long)
        | (Spark::Byte | Spark::Short | Spark::Integer | Spark::Long, Spark::Float | Spark::Double)
        | (Spark::Float, Spark::Double)
        | (
            Spark::Boolean | Spark::Byte | Spark::Short | Spark::Integer | Spark::Long,
            Spark::String { .. },
        ) => true,
        (Spark::Byte | Spark::Short | Spark::Integer | Spark::Long, Spark::Decimal { precision, scale }) => {
            integral_digits(source).is_some_and(|digits| digits.min(19) as i8 <= *precision as i8 - *scale)
        }
        (Spark::Decimal { precision: p, scale: s }, Spark::Decimal { precision, scale }) => {
            scale >= s && *precision as i8 - *scale >= *p as i8 - *s
        }
        // Both the digits and the power of ten are exact doubles then, so that the division rounds once.
        (Spark::Decimal { precision, .. }, Spark::Double) => *precision <= 15,
        (Spark::String { .. }, Spark::Binary) => *from == DataType::Utf8,
        _ => false,
    }
}
