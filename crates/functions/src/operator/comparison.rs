//! `= == <=> < <= > >= != <>`, `IN` and `BETWEEN`: DataFusion's operators on operands of one type.

use arrow::datatypes::{DataType, Field};
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use lang::{DataType as Spark, Error, Result};

use super::refusal::mismatch;
use super::temporal::is_interval;
use crate::coercion::{self, is_string};
use crate::{Argument, Call, cast, float, types};

pub(crate) fn equal(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operator::Eq)
}

pub(super) fn equal_null_safe(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operator::IsNotDistinctFrom)
}

pub(super) fn not_equal(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operator::NotEq)
}

pub(super) fn less(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operator::Lt)
}

pub(super) fn less_or_equal(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operator::LtEq)
}

pub(super) fn greater(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operator::Gt)
}

pub(super) fn greater_or_equal(call: &Call<'_>) -> Result<Expr> {
    binary(call, Operator::GtEq)
}

fn binary(call: &Call<'_>, operator: Operator) -> Result<Expr> {
    call.expect_arguments(2..=2)?;
    compare(call, &call.arguments[0], operator, &call.arguments[1])
}

/// `left operator right` on a common type.
fn compare(call: &Call<'_>, left: &Argument, operator: Operator, right: &Argument) -> Result<Expr> {
    let (l, r) = (types::from_field(&left.field), types::from_field(&right.field));
    let equality = matches!(operator, Operator::Eq | Operator::IsNotDistinctFrom | Operator::NotEq);
    let Some(common) = common_type(&l, &named_like(&l, r.clone()), equality, call.context.ansi) else {
        return Err(mismatch(call, &l, &r, "\"ANY\""));
    };
    check_comparable(call, &common)?;
    let field = Field::new("", arrow_target(&[left, right], &common), left.nullable() || right.nullable());
    let [left, right] = operands(call, [left, right], &common)?.map(|o| float::normalized(o, &field));
    Ok(Expr::BinaryExpr(BinaryExpr::new(Box::new(left), operator, Box::new(right))))
}

/// Both sides in one Arrow type; a constant follows the other side's layout, so that columns stay bare.
fn operands(call: &Call<'_>, [left, right]: [&Argument; 2], common: &Spark) -> Result<[Expr; 2]> {
    let target = arrow_target(&[left, right], common);
    Ok([cast::implicit(left, &target, call.context)?, cast::implicit(right, &target, call.context)?])
}

/// `data_type` with the field names of `other`, where nothing but names tells them apart: structs compare by position.
fn named_like(other: &Spark, data_type: Spark) -> Spark {
    if same_shape(other, &data_type) { other.clone() } else { data_type }
}

/// Whether the types are equal but for names of fields and what may be NULL.
fn same_shape(left: &Spark, right: &Spark) -> bool {
    match (left, right) {
        (Spark::Struct(left), Spark::Struct(right)) => {
            left.fields.len() == right.fields.len()
                && left.fields.iter().zip(&right.fields).all(|(l, r)| same_shape(&l.data_type, &r.data_type))
        }
        (Spark::Array { element: left, .. }, Spark::Array { element: right, .. }) => same_shape(left, right),
        _ => left == right,
    }
}

/// The Arrow type for a comparison in `common`: the one a column of that type has already, if any.
pub(crate) fn arrow_target(arguments: &[&Argument], common: &Spark) -> DataType {
    let of_type = |argument: &&&Argument| types::from_field(&argument.field) == *common;
    let columns = arguments.iter().filter(|a| a.literal().is_none()).find(of_type);
    match columns.or_else(|| arguments.iter().find(of_type)) {
        Some(argument) => argument.data_type().clone(),
        None => types::to_arrow(common),
    }
}

/// The type two operands are compared in.
pub(crate) fn common_type(left: &Spark, right: &Spark, equality: bool, ansi: bool) -> Option<Spark> {
    // What kind of interval a string would be cannot be decided.
    if (is_string(left) && is_interval(right)) || (is_interval(left) && is_string(right)) {
        return None;
    }
    if !ansi && let Some(common) = legacy_common_type(left, right, equality) {
        return Some(common);
    }
    coercion::common_spark_type(left, right, ansi)
}

/// Without ANSI a string beside another type becomes that type, and booleans equal numbers.
fn legacy_common_type(left: &Spark, right: &Spark, equality: bool) -> Option<Spark> {
    let is_number =
        |t: &Spark| coercion::as_decimal(t).is_some() || matches!(t, Spark::Float | Spark::Double);
    match (left, right) {
        (text, other) | (other, text) if is_string(text) && !is_string(other) => match other {
            Spark::Decimal { .. } => Some(Spark::Double),
            Spark::Boolean | Spark::Binary | Spark::Date | Spark::Timestamp | Spark::TimestampNtz => {
                Some(other.clone())
            }
            other if is_number(other) => Some(other.clone()),
            _ => None,
        },
        (Spark::Boolean, number) | (number, Spark::Boolean) if equality && is_number(number) => {
            Some(number.clone())
        }
        _ => None,
    }
}

/// Maps and calendar intervals have no order.
fn check_comparable(call: &Call<'_>, data_type: &Spark) -> Result<()> {
    fn comparable(data_type: &Spark) -> bool {
        match data_type {
            Spark::Map { .. } | Spark::CalendarInterval | Spark::Variant => false,
            Spark::Array { element, .. } => comparable(element),
            Spark::Struct(schema) => schema.fields.iter().all(|f| comparable(&f.data_type)),
            _ => true,
        }
    }
    if comparable(data_type) {
        return Ok(());
    }
    Err(Error::analysis("DATATYPE_MISMATCH.INVALID_ORDERING_TYPE")
        .with("sqlExpr", format!("\"{}\"", call.sql()))
        .with("functionName", format!("`{}`", call.name))
        .with("dataType", format!("\"{}\"", data_type.sql())))
}

/// `value IN (a, b, …)`
pub(super) fn is_in(call: &Call<'_>) -> Result<Expr> {
    let [value, list @ ..] = call.arguments.as_slice() else {
        return Err(Error::analysis("WRONG_NUM_ARGS.WITHOUT_SUGGESTION")
            .with("functionName", "`in`")
            .with("expectedNum", "> 0")
            .with("actualNum", "0"));
    };
    if list.is_empty() {
        return Ok(datafusion::logical_expr::lit(false));
    }
    let spark: Vec<_> = call.arguments.iter().map(|a| types::from_field(&a.field)).collect();
    let mut common = Spark::Null;
    for data_type in spark.iter().filter(|t| !is_string(t)).chain(spark.iter().filter(|t| is_string(t))) {
        let data_type = named_like(&common, data_type.clone());
        common = coercion::common_spark_type(&common, &data_type, call.context.ansi).ok_or_else(|| {
            let names: Vec<_> = spark.iter().map(|t| format!("\"{}\"", t.sql())).collect();
            Error::analysis("DATATYPE_MISMATCH.DATA_DIFF_TYPES")
                .with("sqlExpr", format!("\"{}\"", call.sql()))
                .with("functionName", "`in`")
                .with("dataType", format!("[{}]", names.join(", ")))
        })?;
    }
    check_comparable(call, &common)?;
    let target = arrow_target(&call.arguments.iter().collect::<Vec<_>>(), &common);
    let field = Field::new("", target.clone(), true);
    let operand = |item: &Argument| -> Result<Expr> {
        Ok(float::normalized(cast::implicit(item, &target, call.context)?, &field))
    };
    let list = list.iter().map(operand).collect::<Result<Vec<_>>>()?;
    Ok(Expr::InList(InList::new(Box::new(operand(value)?), list, false)))
}

/// `value BETWEEN low AND high`
pub(super) fn between(call: &Call<'_>) -> Result<Expr> {
    call.expect_arguments(3..=3)?;
    let [value, low, high] = call.arguments.as_slice() else {
        return Err(Error::internal("three arguments expected"));
    };
    let above = compare(call, value, Operator::GtEq, low)?;
    let below = compare(call, value, Operator::LtEq, high)?;
    Ok(above.and(below))
}
