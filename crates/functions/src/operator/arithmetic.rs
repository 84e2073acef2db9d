//! `+ - * / % div pmod` and their signs: the types Spark gives them, then DataFusion's operator or ours.

use arrow::datatypes::{DataType, Field};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use lang::{DataType as Spark, Error, Result};

use super::function::{Operation, apply};
use super::refusal::refused;
use super::{decimal, sign, temporal};
use crate::cast::{self, Mode};
use crate::coercion::{self, as_decimal, integral_digits, is_string};
use crate::{Argument, Call, types};

pub(super) fn add(call: &Call<'_>) -> Result<Expr> {
    if call.arguments.len() == 1 {
        return sign::positive(call);
    }
    binary(call, Operation::Add, session_mode(call))
}

pub(super) fn subtract(call: &Call<'_>) -> Result<Expr> {
    if call.arguments.len() == 1 {
        return sign::negative(call);
    }
    binary(call, Operation::Subtract, session_mode(call))
}

pub(super) fn multiply(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operation::Multiply, session_mode(call))
}

pub(super) fn divide(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operation::Divide, session_mode(call))
}

pub(super) fn integral_divide(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operation::IntegralDivide, session_mode(call))
}

pub(super) fn remainder(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operation::Remainder, session_mode(call))
}

pub(super) fn positive_remainder(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operation::PositiveRemainder, session_mode(call))
}

pub(super) fn try_add(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operation::Add, Mode::Try)
}

pub(super) fn try_subtract(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operation::Subtract, Mode::Try)
}

pub(super) fn try_multiply(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operation::Multiply, Mode::Try)
}

pub(super) fn try_divide(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operation::Divide, Mode::Try)
}

pub(super) fn try_remainder(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operation::Remainder, Mode::Try)
}

pub(super) fn session_mode(call: &Call<'_>) -> Mode {
    if call.context.ansi { Mode::Ansi } else { Mode::Legacy }
}

fn binary(call: &Call<'_>, operation: Operation, mode: Mode) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let [left, right] = call.arguments.as_slice() else {
        return Err(Error::internal("two arguments expected"));
    };
    let (l, r) = (types::from_field(&left.field), types::from_field(&right.field));
    if let Some(expr) = temporal::build(call, operation, mode, &l, &r)? {
        return Ok(expr);
    }
    let Some((l, r)) = operand_types(operation, (left, &l), (right, &r), call.context.ansi) else {
        return Err(refused(call, operation, &l, &r));
    };
    let through =
        (operation == Operation::Divide && call.context.ansi).then(|| as_divided(left, right)).flatten();
    let operands =
        vec![operand(call, left, through.as_ref(), &l)?, operand(call, right, through.as_ref(), &r)?];
    Ok(build(operation, mode, &l, &r, operands))
}

/// A string beside an integer is read as an integer, even though the division is one of doubles.
fn as_divided(left: &Argument, right: &Argument) -> Option<Spark> {
    let promoted =
        coercion::promote_string_ansi(&types::from_field(&left.field), &types::from_field(&right.field))?;
    (promoted == Spark::Long).then_some(promoted)
}

pub(super) fn operand(
    call: &Call<'_>,
    argument: &Argument,
    through: Option<&Spark>,
    to: &Spark,
) -> Result<Expr> {
    let Some(first) = through.filter(|_| types::is_string(argument.data_type())) else {
        return cast::implicit(argument, &types::to_arrow(to), call.context);
    };
    let field = types::to_field(argument.name(), first, argument.nullable());
    let expr = cast::implicit(argument, field.data_type(), call.context)?;
    let read = Argument { expr, field: field.into(), keyword: None };
    cast::implicit(&read, &types::to_arrow(to), call.context)
}

/// The types both operands are cast to; `None` when Spark has no such arithmetic.
fn operand_types(
    operation: Operation,
    (left, l): (&Argument, &Spark),
    (right, r): (&Argument, &Spark),
    ansi: bool,
) -> Option<(Spark, Spark)> {
    let integral_only = operation == Operation::IntegralDivide;
    let (l, r) = match (l, r) {
        (Spark::Null, Spark::Null) => {
            let both = if integral_only { Spark::Long } else { Spark::Double };
            return Some((both.clone(), both));
        }
        (Spark::Null, other) => (other.clone(), other.clone()),
        (other, Spark::Null) => (other.clone(), other.clone()),
        _ => (l.clone(), r.clone()),
    };
    let (l, r) = promoted_strings(&l, &r, ansi, integral_only)?;
    if !is_number(&l) || !is_number(&r) {
        return None;
    }
    let is_decimal = |t: &Spark| matches!(t, Spark::Decimal { .. });
    let is_float = |t: &Spark| matches!(t, Spark::Float | Spark::Double);
    if integral_only && (is_float(&l) || is_float(&r)) {
        return None;
    }
    if (is_decimal(&l) || is_decimal(&r)) && !is_float(&l) && !is_float(&r) {
        return Some((decimal_operand(left, &l, &r)?, decimal_operand(right, &r, &l)?));
    }
    let common = match operation {
        Operation::Divide => Spark::Double,
        Operation::IntegralDivide => Spark::Long,
        _ if is_decimal(&l) || is_decimal(&r) => Spark::Double,
        _ => coercion::tightest_common_type(&l, &r, ansi)?,
    };
    Some((common.clone(), common))
}

/// Strings become numbers: under ANSI of the other side's kind, otherwise doubles.
fn promoted_strings(l: &Spark, r: &Spark, ansi: bool, integral_only: bool) -> Option<(Spark, Spark)> {
    if !is_string(l) && !is_string(r) {
        return Some((l.clone(), r.clone()));
    }
    if integral_only {
        let fits = |t: &Spark| is_string(t) || integral_digits(t).is_some();
        return (fits(l) && fits(r) && !(is_string(l) && is_string(r))).then_some((Spark::Long, Spark::Long));
    }
    if ansi {
        let promoted = coercion::promote_string_ansi(l, r)?;
        return Some((promoted.clone(), promoted));
    }
    let number = |t: &Spark| if is_string(t) { Spark::Double } else { t.clone() };
    Some((number(l), number(r)))
}

/// The decimal type of one operand beside `other`: an integer literal beside a decimal is as narrow as it can be.
fn decimal_operand(argument: &Argument, own: &Spark, other: &Spark) -> Option<Spark> {
    let literal = match (own, other) {
        (own, Spark::Decimal { .. }) if integral_digits(own).is_some() => {
            argument.literal().and_then(integer_literal)
        }
        _ => None,
    };
    let (precision, scale) = match literal {
        Some(value) => (value.unsigned_abs().to_string().len() as u8, 0),
        None => as_decimal(own)?,
    };
    Some(Spark::Decimal { precision, scale })
}

fn integer_literal(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Int16(value) => value.map(i64::from),
        ScalarValue::Int32(value) => value.map(i64::from),
        ScalarValue::Int64(value) => *value,
        _ => None,
    }
}

pub(super) fn is_number(data_type: &Spark) -> bool {
    as_decimal(data_type).is_some() || matches!(data_type, Spark::Float | Spark::Double)
}

/// The expression on operands of settled types.
fn build(operation: Operation, mode: Mode, l: &Spark, r: &Spark, operands: Vec<Expr>) -> Expr {
    if let (Spark::Decimal { precision: p1, scale: s1 }, Spark::Decimal { precision: p2, scale: s2 }) = (l, r)
    {
        return build_decimal(operation, mode, (*p1, *s1), (*p2, *s2), operands);
    }
    let float = matches!(l, Spark::Float | Spark::Double);
    if let Some(operator) = native(operation)
        && (float || mode == Mode::Legacy)
    {
        return native_binary(operator, operands);
    }
    if float && operation == Operation::Divide && operands.get(1).is_some_and(is_nonzero_literal) {
        return native_binary(Operator::Divide, operands);
    }
    let returns = if operation == Operation::IntegralDivide { Spark::Long } else { l.clone() };
    apply(operation, mode, Field::new("result", types::to_arrow(&returns), true), operands)
}

fn build_decimal(operation: Operation, mode: Mode, l: (u8, i8), r: (u8, i8), operands: Vec<Expr>) -> Expr {
    let exact = match operation {
        Operation::Add | Operation::Subtract => decimal::add(l, r),
        Operation::Multiply => decimal::multiply(l, r),
        Operation::Divide => decimal::divide(l, r),
        _ => decimal::remainder(l, r),
    };
    // Within 38 digits Arrow has the same result type as Spark, and nothing can overflow.
    if let Some(operator) = native(operation)
        && exact.fits()
    {
        return native_binary(operator, operands);
    }
    let (precision, scale) = exact.adjusted();
    let returns = match operation {
        Operation::IntegralDivide => DataType::Int64,
        _ => DataType::Decimal128(precision, scale),
    };
    apply(operation, mode, Field::new("result", returns, true), operands)
}

fn native(operation: Operation) -> Option<Operator> {
    match operation {
        Operation::Add => Some(Operator::Plus),
        Operation::Subtract => Some(Operator::Minus),
        Operation::Multiply => Some(Operator::Multiply),
        _ => None,
    }
}

fn native_binary(operator: Operator, operands: Vec<Expr>) -> Expr {
    let mut operands = operands.into_iter();
    let (left, right) = (operands.next().unwrap_or_default(), operands.next().unwrap_or_default());
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), operator, Box::new(right)))
}

fn is_nonzero_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(ScalarValue::Float32(Some(value)), _) => *value != 0.0,
        Expr::Literal(ScalarValue::Float64(Some(value)), _) => *value != 0.0,
        _ => false,
    }
}
