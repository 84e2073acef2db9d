//! `CASE WHEN`, `if`, `coalesce`, `nvl`, `nullif` and their kin.

use arrow::datatypes::DataType;
use datafusion::functions::core::expr_fn;
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, lit};
use lang::{DataType as Spark, Result};

use super::branch::unified;
use crate::coercion::is_string;
use crate::operator::comparison;
use crate::{Argument, Call, cast, types};

/// `when(condition, value, …[, otherwise])`
pub(super) fn when(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=usize::MAX)?;
    let pairs = call.arguments.len() / 2;
    let conditions = (0..pairs).map(|index| test(call, index * 2)).collect::<Result<Vec<_>>>()?;
    branches(call, conditions)
}

/// The condition of a CASE is a boolean already; Spark casts nothing here.
fn test(call: &Call<'_>, index: usize) -> Result<Expr> {
    let argument = &call.arguments[index];
    match argument.data_type() {
        DataType::Boolean => Ok(argument.expr.clone()),
        _ => Err(call.unexpected_type(index, "\"BOOLEAN\"")),
    }
}

/// `conditions` with the values that stand after them, and the last argument as ELSE if it is left over.
fn branches(call: &Call<'_>, conditions: Vec<Expr>) -> Result<Expr> {
    let pairs = conditions.len();
    let has_else = call.arguments.len() % 2 == 1;
    let values: Vec<&Argument> = (0..pairs)
        .map(|index| &call.arguments[index * 2 + 1])
        .chain(call.arguments.last().filter(|_| has_else))
        .collect();
    let mut values = unified(call, &values)?;
    let otherwise = if has_else { values.exprs.pop() } else { None };
    Ok(cast::retyped(case(conditions.into_iter().zip(values.exprs).collect(), otherwise), &values.field))
}

fn case(branches: Vec<(Expr, Expr)>, otherwise: Option<Expr>) -> Expr {
    let branches = branches.into_iter().map(|(when, then)| (Box::new(when), Box::new(then))).collect();
    Expr::Case(Case::new(None, branches, otherwise.map(Box::new)))
}

fn condition(call: &Call<'_>, index: usize) -> Result<Expr> {
    let argument = &call.arguments[index];
    match types::from_field(&argument.field) {
        Spark::Boolean => Ok(argument.expr.clone()),
        other if other == Spark::Null || is_string(&other) => {
            cast::implicit(argument, &DataType::Boolean, call.context)
        }
        _ => Err(call.unexpected_type(index, "\"BOOLEAN\"")),
    }
}

/// `if(condition, then, else)`
pub(super) fn if_else(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let condition = condition(call, 0)?;
    branches(call, vec![condition])
}

pub(super) fn coalesce(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=usize::MAX)?;
    first_of(call)
}

pub(super) fn nvl(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    first_of(call)
}

fn first_of(call: &Call<'_>) -> Result<Expr> {
    let mut values = unified(call, &call.arguments.iter().collect::<Vec<_>>())?;
    match values.exprs.len() {
        1 => Ok(values.exprs.remove(0)),
        _ => Ok(cast::retyped(expr_fn::coalesce(values.exprs), &values.field)),
    }
}

/// `nvl2(test, not_null, null)`
pub(super) fn nvl2(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let mut values = unified(call, &[&call.arguments[1], &call.arguments[2]])?;
    let otherwise = values.exprs.pop();
    let test = Expr::IsNotNull(Box::new(call.arguments[0].expr.clone()));
    let branches = values.exprs.into_iter().map(|then| (test.clone(), then)).collect();
    Ok(cast::retyped(case(branches, otherwise), &values.field))
}

/// `nullif(a, b)`: `a` unless it equals `b`.
pub(super) fn null_if(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let equal = comparison::equal(call)?;
    Ok(unless(equal, &call.arguments[0]))
}

fn unless(test: Expr, value: &Argument) -> Expr {
    // NULL as an answer to the test leaves the value.
    let test = Expr::IsNotTrue(Box::new(test));
    cast::retyped(case(vec![(test, value.expr.clone())], None), &value.field)
}

/// `nullifzero(a)`
pub(super) fn null_if_zero(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    let zero = zero_like(call)?;
    let test = BinaryExpr::new(Box::new(cast_number(call)?), Operator::Eq, Box::new(zero));
    Ok(unless(Expr::BinaryExpr(test), argument))
}

/// `zeroifnull(a)`
pub(super) fn zero_if_null(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    if !call.context.ansi && types::is_string(argument.data_type()) {
        // Without ANSI the zero becomes a text.
        return Ok(expr_fn::coalesce(vec![argument.expr.clone(), lit("0")]));
    }
    Ok(expr_fn::coalesce(vec![cast_number(call)?, zero_like(call)?]))
}

/// The type a number has beside an integer zero.
fn number_type(call: &Call<'_>) -> Result<DataType> {
    let argument = &call.arguments[0];
    match types::from_field(&argument.field) {
        text if is_string(&text) => Ok(DataType::Int64),
        Spark::Null => Ok(DataType::Int32),
        Spark::Byte | Spark::Short => Ok(DataType::Int32),
        _ if types::is_numeric(argument.data_type()) => {
            let data_type = argument.data_type();
            Ok(crate::coercion::common_type(data_type, &DataType::Int32, call.context.ansi)
                .unwrap_or_else(|| data_type.clone()))
        }
        _ => Err(call.unexpected_type(0, "\"NUMERIC\"")),
    }
}

fn cast_number(call: &Call<'_>) -> Result<Expr> {
    cast::implicit(&call.arguments[0], &number_type(call)?, call.context)
}

fn zero_like(call: &Call<'_>) -> Result<Expr> {
    let zero = Argument {
        expr: lit(0_i32),
        field: arrow::datatypes::Field::new("0", DataType::Int32, false).into(),
        keyword: None,
    };
    cast::implicit(&zero, &number_type(call)?, call.context)
}
