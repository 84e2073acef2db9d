//! Argument types a function asks for, and the implicit casts that bring arguments to them.

use arrow::datatypes::{DataType, IntervalUnit, TimeUnit};
use datafusion::logical_expr::Expr;
use lang::{Error, Result};

use crate::types::{from_arrow, is_integral, is_numeric, is_string};
use crate::{Argument, Call, cast};

/// Spark's TIMESTAMP.
pub(crate) fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// Spark's TIMESTAMP_NTZ.
pub(crate) const TIMESTAMP_NTZ: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);
/// Spark's TIME.
pub(crate) const TIME: DataType = DataType::Time64(TimeUnit::Nanosecond);
/// Spark's day-time interval.
pub(crate) const DAY_TIME: DataType = DataType::Duration(TimeUnit::Microsecond);

/// The argument at `index`, cast to `to` where Spark casts implicitly.
///
/// # Errors
/// `DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE`
pub(crate) fn expect(call: &Call<'_>, index: usize, to: &DataType) -> Result<Expr> {
    let argument = &call.arguments[index];
    // Without ANSI Spark makes no text of intervals of months, days and microseconds.
    let is_calendar = *argument.data_type() == DataType::Interval(IntervalUnit::MonthDayNano);
    // Nor truth of a text.
    let is_truth = is_string(argument.data_type()) && *to == DataType::Boolean;
    if !casts_implicitly(argument.data_type(), to)
        || (is_truth && !call.context.ansi)
        || (is_calendar && is_string(to) && !call.context.ansi)
    {
        return Err(call.unexpected_type(index, &format!("\"{}\"", from_arrow(to).sql())));
    }
    cast::implicit(argument, to, call.context)
}

/// All arguments, each cast to its type in `types`; there may be fewer arguments than types.
pub(crate) fn expect_all(call: &Call<'_>, types: &[DataType]) -> Result<Vec<Expr>> {
    call.arguments.iter().zip(types).enumerate().map(|(index, (_, to))| expect(call, index, to)).collect()
}

/// Whether Spark passes a `from` where a `to` is asked for.
pub(crate) fn casts_implicitly(from: &DataType, to: &DataType) -> bool {
    if from == to || *from == DataType::Null {
        return true;
    }
    let datetime = |t: &DataType| matches!(t, DataType::Date32 | DataType::Timestamp(..));
    let atomic = |t: &DataType| {
        is_numeric(t) || is_string(t) || datetime(t) || matches!(t, DataType::Boolean | DataType::Time64(_))
    };
    let interval = |t: &DataType| matches!(t, DataType::Interval(_) | DataType::Duration(_));
    let binary = |t: &DataType| matches!(t, DataType::Binary | DataType::LargeBinary | DataType::BinaryView);
    if is_string(to) {
        return atomic(from) || interval(from) || binary(from);
    }
    if is_string(from) {
        return atomic(to) || interval(to) || binary(to);
    }
    (is_numeric(from) && is_numeric(to))
        || (datetime(from) && datetime(to))
        || (binary(from) && binary(to))
        || (matches!(from, DataType::Time64(_) | DataType::Time32(_)) && matches!(to, DataType::Time64(_)))
        || (matches!(from, DataType::Duration(_)) && matches!(to, DataType::Duration(_)))
}

/// The integral argument at `index` as it is, others cast to INT.
pub(crate) fn expect_int(call: &Call<'_>, index: usize) -> Result<Expr> {
    let argument = &call.arguments[index];
    // Narrowing a BIGINT silently is not among Spark's implicit casts here.
    if matches!(
        argument.data_type(),
        DataType::Int64 | DataType::Float32 | DataType::Float64 | DataType::Decimal128(..)
    ) {
        return Err(call.unexpected_type(index, "(\"INT\" or \"SMALLINT\" or \"TINYINT\")"));
    }
    expect(call, index, &DataType::Int32)
}

/// The string constant at `index`.
///
/// # Errors
/// `DATATYPE_MISMATCH.NON_FOLDABLE_INPUT` when it is no string constant.
pub(crate) fn expect_text<'a>(call: &'a Call<'_>, index: usize) -> Result<&'a str> {
    let argument = &call.arguments[index];
    text(argument).ok_or_else(|| {
        Error::analysis("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT")
            .with("sqlExpr", format!("\"{}\"", call.sql()))
            .with("inputName", argument.name().to_string())
            .with("inputType", "\"STRING\"")
            .with("inputExpr", format!("\"{}\"", argument.name()))
    })
}

/// The value of a string constant.
pub(crate) fn text(argument: &Argument) -> Option<&str> {
    argument.literal().and_then(|value| value.try_as_str()).flatten()
}

/// Whether any argument may be NULL.
pub(crate) fn any_nullable(call: &Call<'_>) -> bool {
    call.arguments.iter().any(Argument::nullable)
}

/// Whether this cast can turn a value into NULL or fail: strings parsed without ANSI yield NULL.
pub(crate) fn nullable_as(argument: &Argument, to: &DataType) -> bool {
    argument.nullable()
        || (argument.data_type() != to && !(is_integral(argument.data_type()) && is_integral(to)))
}

impl<'a> Call<'a> {
    /// The same call with other arguments, for functions that are spelled in terms of others.
    pub(crate) fn with_arguments(&self, arguments: Vec<Argument>) -> Call<'a> {
        Call {
            name: self.name,
            arguments,
            distinct: false,
            filter: None,
            order_by: Vec::new(),
            ignore_nulls: None,
            context: self.context,
        }
    }
}
