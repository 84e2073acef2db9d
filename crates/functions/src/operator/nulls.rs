//! `isnull isnotnull isnan nanvl equal_null`: what is missing, and what is not a number.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::datatypes::{DataType, Field, Float32Type, Float64Type};
use datafusion::logical_expr::{Expr, when};
use lang::{DataType as Spark, Result};

use crate::coercion::is_string;
use crate::scalar::{self, Input};
use crate::{Argument, Call, cast, error, types};

pub(super) fn is_null(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(Expr::IsNull(Box::new(call.arguments[0].expr.clone())))
}

pub(super) fn is_not_null(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    Ok(Expr::IsNotNull(Box::new(call.arguments[0].expr.clone())))
}

/// `isnan(x)`; NULL is a number here: the answer is false.
pub(super) fn is_nan(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    Ok(nan_test(floating(call, argument, 0)?))
}

fn nan_test(operand: Expr) -> Expr {
    scalar::apply_field("isnan", Field::new("isnan", DataType::Boolean, false), vec![operand], |input| {
        Ok(Arc::new(nan_rows(input)?) as ArrayRef)
    })
}

fn nan_rows(input: &Input) -> Result<BooleanArray> {
    let rows = 0..input.rows;
    if *input.data_type(0) == DataType::Float32 {
        let values = input.numbers::<Float32Type>(0)?;
        return Ok(rows.map(|row| Some(!input.is_null(0, row) && values.value(row).is_nan())).collect());
    }
    let values = input.numbers::<Float64Type>(0)?;
    Ok(rows.map(|row| Some(!input.is_null(0, row) && values.value(row).is_nan())).collect())
}

/// Floats as they are, other numbers and strings as doubles.
fn floating(call: &Call<'_>, argument: &Argument, index: usize) -> Result<Expr> {
    match types::from_field(&argument.field) {
        Spark::Float => Ok(argument.expr.clone()),
        other if is_string(&other) || other == Spark::Null || types::is_numeric(argument.data_type()) => {
            cast::implicit(argument, &DataType::Float64, call.context)
        }
        _ => Err(call.unexpected_type(index, "(\"DOUBLE\" or \"FLOAT\")")),
    }
}

/// `nanvl(x, y)`: `y` where `x` is not a number.
pub(super) fn nan_value(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    let [first, second] = [0, 1].map(|index| floating(call, &call.arguments[index], index));
    let both_floats = call.arguments.iter().all(|a| *a.data_type() == DataType::Float32);
    let target = if both_floats { DataType::Float32 } else { DataType::Float64 };
    let widen = |expr: Expr, argument: &Argument| {
        let is_float = *argument.data_type() == DataType::Float32;
        if is_float && !both_floats { datafusion::logical_expr::cast(expr, target.clone()) } else { expr }
    };
    let first = widen(first?, &call.arguments[0]);
    let second = widen(second?, &call.arguments[1]);
    when(nan_test(first.clone()), second).otherwise(first).map_err(error::from_datafusion)
}
