//! The errors for operands that Spark has no operator for.

use lang::{DataType as Spark, Error};

use super::function::Operation;
use super::temporal::{is_interval, is_point, is_temporal};
use crate::{Call, coercion};

/// The error for arithmetic Spark does not have: where it takes the operation for one on times, the other operand is
/// wrong.
pub(super) fn refused(call: &Call<'_>, operation: Operation, l: &Spark, r: &Spark) -> Error {
    let step = |t: &Spark| matches!(t, Spark::DayTimeInterval { .. } | Spark::CalendarInterval);
    let moved = match operation {
        Operation::Add => *l == Spark::Date || *r == Spark::Date || step(l) || step(r),
        Operation::Subtract => is_point(l) || is_point(r) || step(r),
        Operation::Multiply => is_interval(l) || is_interval(r),
        Operation::Divide => is_interval(l),
        _ => false,
    };
    if moved {
        let index = usize::from(is_temporal(l));
        return call.unexpected_type(index, "(\"INT\" or \"SMALLINT\" or \"TINYINT\")");
    }
    mismatch(call, l, r, "\"NUMERIC\"")
}

/// The error for operands no arithmetic or comparison exists for.
pub(super) fn mismatch(call: &Call<'_>, left: &Spark, right: &Spark, required: &str) -> Error {
    let sql = match call.arguments.as_slice() {
        [left, right] => format!("\"({} {} {})\"", left.name(), call.name, right.name()),
        _ => format!("\"{}\"", call.sql()),
    };
    // Only where Spark has cast both sides by now does it complain about the one type they have.
    let common = match (left, right) {
        (l, r) if l == r => Some(l.clone()),
        (text, Spark::Null) | (Spark::Null, text) if coercion::is_string(text) => Some(Spark::STRING),
        (Spark::Decimal { .. }, Spark::Float | Spark::Double)
        | (Spark::Float | Spark::Double, Spark::Decimal { .. }) => Some(Spark::Double),
        _ if call.context.ansi => coercion::promote_string_ansi(left, right),
        _ => None,
    };
    if let Some(common) = common {
        return Error::analysis("DATATYPE_MISMATCH.BINARY_OP_WRONG_TYPE")
            .with("sqlExpr", sql)
            .with("inputType", required)
            .with("actualDataType", format!("\"{}\"", common.sql()));
    }
    Error::analysis("DATATYPE_MISMATCH.BINARY_OP_DIFF_TYPES")
        .with("sqlExpr", sql)
        .with("left", format!("\"{}\"", left.sql()))
        .with("right", format!("\"{}\"", right.sql()))
}
