//! `and`, `or`, `not`: three-valued logic, DataFusion's own.

use arrow::datatypes::DataType;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use lang::{DataType as Spark, Error, Result};

use super::refusal::mismatch;
use crate::{Argument, Call, cast, types};

pub(super) fn and(call: &Call<'_>) -> Result<Expr> {
    chain(call, Operator::And)
}

pub(super) fn or(call: &Call<'_>) -> Result<Expr> {
    chain(call, Operator::Or)
}

fn chain(call: &Call<'_>, operator: Operator) -> Result<Expr> {
    call.expect_arguments(2..=usize::MAX)?;
    let mut operands = call.arguments.iter().map(|argument| boolean(call, argument));
    let first = operands.next().unwrap_or_else(|| Err(Error::internal("no operands")))?;
    operands.try_fold(first, |left, right| {
        Ok(Expr::BinaryExpr(BinaryExpr::new(Box::new(left), operator, Box::new(right?))))
    })
}

fn boolean(call: &Call<'_>, argument: &Argument) -> Result<Expr> {
    match types::from_field(&argument.field) {
        Spark::Boolean | Spark::Null | Spark::String { .. } => {
            cast::implicit(argument, &DataType::Boolean, call.context)
        }
        other => {
            let [left, right] = [call.arguments.first(), call.arguments.last()]
                .map(|a| a.map_or(other.clone(), |a| types::from_field(&a.field)));
            Err(mismatch(call, &left, &right, "\"BOOLEAN\""))
        }
    }
}

pub(super) fn not(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(1..=1)?;
    let argument = &call.arguments[0];
    match types::from_field(&argument.field) {
        Spark::Boolean | Spark::Null | Spark::String { .. } => {
            Ok(Expr::Not(Box::new(cast::implicit(argument, &DataType::Boolean, call.context)?)))
        }
        _ => Err(call.unexpected_type(0, "\"BOOLEAN\"")),
    }
}
