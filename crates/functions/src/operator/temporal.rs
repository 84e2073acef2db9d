//! `+ - * / div` on dates, timestamps, times and intervals: which operation Spark means, and its result type.

use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::common::metadata::FieldMetadata;
use datafusion::logical_expr::Expr;
use lang::{DataType as Spark, DayTimeField, Result};

use super::function::{Operation, apply};
use super::temporal_operation::Operation as Kernel;
use crate::cast::{self, Mode};
use crate::coercion::{as_decimal, is_string, tightest_common_type};
use crate::{Argument, Call, types};

const DAY: Spark = Spark::DayTimeInterval { start: DayTimeField::Day, end: DayTimeField::Day };

/// The expression for temporal operands; `None` when the operands are not temporal, or not for this operation.
pub(super) fn build(
    call: &Call<'_>,
    operation: Operation,
    mode: Mode,
    l: &Spark,
    r: &Spark,
) -> Result<Option<Expr>> {
    let [left, right] = call.arguments.as_slice() else { return Ok(None) };
    if !is_temporal(l) && !is_temporal(r) {
        return Ok(None);
    }
    if let Some(data_type) = null_result(operation, l, r) {
        return Ok(Some(null_of(&data_type)));
    }
    match operation {
        Operation::Add if is_interval(l) && !is_interval(r) => shift(call, mode, right, r, left, l, false),
        Operation::Add if is_days(l) && *r == Spark::Date => shift(call, mode, right, r, left, l, false),
        Operation::Add => shift(call, mode, left, l, right, r, false),
        Operation::Subtract => match difference(call, mode, left, l, right, r)? {
            Some(expr) => Ok(Some(expr)),
            None => shift(call, mode, left, l, right, r, true),
        },
        Operation::Multiply if is_interval(r) => scale(call, mode, right, r, left, l, false),
        Operation::Multiply => scale(call, mode, left, l, right, r, false),
        Operation::Divide => scale(call, mode, left, l, right, r, true),
        Operation::IntegralDivide => Ok(ratio(mode, left, l, right, r)),
        _ => Ok(None),
    }
}

pub(super) fn is_interval(data_type: &Spark) -> bool {
    matches!(
        data_type,
        Spark::YearMonthInterval { .. } | Spark::DayTimeInterval { .. } | Spark::CalendarInterval
    )
}

pub(super) fn is_temporal(data_type: &Spark) -> bool {
    is_interval(data_type) || is_point(data_type)
}

pub(super) fn is_point(data_type: &Spark) -> bool {
    matches!(data_type, Spark::Date | Spark::Timestamp | Spark::TimestampNtz | Spark::Time { .. })
}

fn is_days(data_type: &Spark) -> bool {
    matches!(data_type, Spark::Byte | Spark::Short | Spark::Integer)
}

/// What NULL of no type makes of the other operand.
fn null_result(operation: Operation, l: &Spark, r: &Spark) -> Option<Spark> {
    let other = match (l, r) {
        (Spark::Null, other) | (other, Spark::Null) => other,
        _ => return None,
    };
    let null_left = *l == Spark::Null;
    match (operation, other) {
        (Operation::Add, Spark::Date) => Some(Spark::Timestamp),
        (Operation::Add, other) => Some(other.clone()),
        (Operation::Subtract, Spark::Date) => Some(DAY),
        (Operation::Subtract, Spark::Timestamp | Spark::TimestampNtz | Spark::Time { .. }) => {
            Some(Spark::DAY_TIME)
        }
        (Operation::Subtract, other) => Some(other.clone()),
        (Operation::Multiply, other) if is_interval(other) => Some(whole(other)),
        (Operation::Divide, other) if is_interval(other) && !null_left => Some(whole(other)),
        (Operation::IntegralDivide, Spark::YearMonthInterval { .. } | Spark::DayTimeInterval { .. }) => {
            Some(Spark::Long)
        }
        _ => None,
    }
}

fn null_of(data_type: &Spark) -> Expr {
    let field = types::to_field("null", data_type, true);
    let metadata = (!field.metadata().is_empty()).then(|| FieldMetadata::from(&field));
    Expr::Literal(ScalarValue::try_from(field.data_type()).unwrap_or(ScalarValue::Null), metadata)
}

/// The interval type with all units: what scaling an interval yields.
fn whole(interval: &Spark) -> Spark {
    match interval {
        Spark::YearMonthInterval { .. } => Spark::YEAR_MONTH,
        Spark::DayTimeInterval { .. } => Spark::DAY_TIME,
        other => other.clone(),
    }
}

fn run(kernel: Kernel, mode: Mode, returns: &Spark, operands: Vec<Expr>) -> Expr {
    apply(Operation::Temporal(kernel), mode, types::to_field("result", returns, true), operands)
}

fn coerced(call: &Call<'_>, argument: &Argument, to: &Spark) -> Result<Expr> {
    cast::implicit(argument, &types::to_arrow(to), call.context)
}

/// A point in time (or an interval) moved by an interval or a number of days.
fn shift(
    call: &Call<'_>,
    mode: Mode,
    base: &Argument,
    b: &Spark,
    step: &Argument,
    s: &Spark,
    back: bool,
) -> Result<Option<Expr>> {
    let exprs = || vec![base.expr.clone(), step.expr.clone()];
    let zoned = *b != Spark::TimestampNtz;
    if is_interval(b) && is_interval(s) {
        return Ok(sum(mode, b, s, exprs(), back));
    }
    let (kernel, returns, from) = match (b, s) {
        (Spark::Date, days) if is_days(days) => {
            let days = coerced(call, step, &Spark::Integer)?;
            return Ok(Some(run(Kernel::AddDays { back }, mode, b, vec![base.expr.clone(), days])));
        }
        (Spark::Date, s) if *s == DAY => (Kernel::AddWholeDays { back }, Spark::Date, Spark::Date),
        (Spark::Date, Spark::YearMonthInterval { .. }) => {
            (Kernel::AddMonths { back }, Spark::Date, Spark::Date)
        }
        (Spark::Date, Spark::CalendarInterval) => {
            (Kernel::AddCalendarToDate { back }, Spark::Date, Spark::Date)
        }
        (Spark::Date, Spark::DayTimeInterval { .. }) => {
            (Kernel::AddDayTime { back, zoned }, Spark::Timestamp, Spark::Timestamp)
        }
        (Spark::Timestamp | Spark::TimestampNtz, Spark::YearMonthInterval { .. }) => {
            (Kernel::AddMonthsToTimestamp { back, zoned }, b.clone(), b.clone())
        }
        (Spark::Timestamp | Spark::TimestampNtz, Spark::DayTimeInterval { .. }) => {
            (Kernel::AddDayTime { back, zoned }, b.clone(), b.clone())
        }
        (Spark::Timestamp | Spark::TimestampNtz, Spark::CalendarInterval) => {
            (Kernel::AddCalendar { back, zoned }, b.clone(), b.clone())
        }
        (Spark::Time { .. }, Spark::DayTimeInterval { .. }) => {
            (Kernel::AddToTime { back }, b.clone(), b.clone())
        }
        (text, Spark::DayTimeInterval { .. } | Spark::CalendarInterval) if is_string(text) => {
            return shift_text(call, mode, base, step, s, back).map(Some);
        }
        _ => return Ok(None),
    };
    let base = coerced(call, base, &from)?;
    Ok(Some(run(kernel, mode, &returns, vec![base, step.expr.clone()])))
}

/// A string moved by an interval is read as a timestamp and written as a string again.
fn shift_text(
    call: &Call<'_>,
    mode: Mode,
    base: &Argument,
    step: &Argument,
    s: &Spark,
    back: bool,
) -> Result<Expr> {
    let kernel = match s {
        Spark::CalendarInterval => Kernel::AddCalendar { back, zoned: true },
        _ => Kernel::AddDayTime { back, zoned: true },
    };
    let base = coerced(call, base, &Spark::Timestamp)?;
    let moved = run(kernel, mode, &Spark::Timestamp, vec![base, step.expr.clone()]);
    let field = types::to_field(step.name(), &Spark::Timestamp, true);
    let moved = Argument { expr: moved, field: field.into(), keyword: None };
    coerced(call, &moved, &Spark::STRING)
}

/// Intervals added or subtracted.
fn sum(mode: Mode, l: &Spark, r: &Spark, operands: Vec<Expr>, back: bool) -> Option<Expr> {
    let returns = tightest_common_type(l, r, true)?;
    let kernel = match returns {
        Spark::YearMonthInterval { .. } => Kernel::AddYearMonth { back },
        Spark::DayTimeInterval { .. } => Kernel::AddIntervals { back },
        _ => Kernel::AddCalendarIntervals { back },
    };
    Some(run(kernel, mode, &returns, operands))
}

/// The interval between two points in time.
fn difference(
    call: &Call<'_>,
    mode: Mode,
    left: &Argument,
    l: &Spark,
    right: &Argument,
    r: &Spark,
) -> Result<Option<Expr>> {
    let readable = |t: &Spark| is_point(t) || is_string(t);
    if !readable(l) || !readable(r) {
        return Ok(None);
    }
    if matches!((l, r), (Spark::Time { .. }, Spark::Time { .. })) {
        let operands = vec![left.expr.clone(), right.expr.clone()];
        let hours = Spark::DayTimeInterval { start: DayTimeField::Hour, end: DayTimeField::Second };
        return Ok(Some(run(Kernel::TimeDifference, mode, &hours, operands)));
    }
    let is_timestamp = |t: &Spark| matches!(t, Spark::Timestamp | Spark::TimestampNtz);
    let both = |to: &Spark| Ok(vec![coerced(call, left, to)?, coerced(call, right, to)?]);
    let zoned = match (l, r) {
        _ if !is_timestamp(l) && !is_timestamp(r) => {
            return Ok(Some(run(Kernel::DateDifference, mode, &DAY, both(&Spark::Date)?)));
        }
        // A wall clock beside an instant: both are compared as wall clocks.
        (Spark::TimestampNtz, _) | (_, Spark::TimestampNtz) => false,
        _ => true,
    };
    let common = if zoned { Spark::Timestamp } else { Spark::TimestampNtz };
    Ok(Some(run(Kernel::TimestampDifference { zoned }, mode, &Spark::DAY_TIME, both(&common)?)))
}

/// An interval multiplied or divided by a number.
fn scale(
    call: &Call<'_>,
    mode: Mode,
    interval: &Argument,
    i: &Spark,
    number: &Argument,
    n: &Spark,
    divide: bool,
) -> Result<Option<Expr>> {
    let numeric = as_decimal(n).is_some() || matches!(n, Spark::Float | Spark::Double) || is_string(n);
    if !is_interval(i) || !numeric {
        return Ok(None);
    }
    let number = match (i, n) {
        (Spark::CalendarInterval, _) | (_, Spark::Float | Spark::Double) => {
            coerced(call, number, &Spark::Double)?
        }
        (_, text) if is_string(text) => coerced(call, number, &Spark::Double)?,
        (_, Spark::Decimal { .. }) => number.expr.clone(),
        _ => coerced(call, number, &Spark::Long)?,
    };
    let kernel = match i {
        Spark::YearMonthInterval { .. } => Kernel::ScaleYearMonth { divide },
        Spark::DayTimeInterval { .. } => Kernel::ScaleDayTime { divide },
        _ => Kernel::ScaleCalendar { divide },
    };
    Ok(Some(run(kernel, mode, &whole(i), vec![interval.expr.clone(), number])))
}

/// How often one interval goes into another.
fn ratio(mode: Mode, left: &Argument, l: &Spark, right: &Argument, r: &Spark) -> Option<Expr> {
    let same = matches!(
        (l, r),
        (Spark::YearMonthInterval { .. }, Spark::YearMonthInterval { .. })
            | (Spark::DayTimeInterval { .. }, Spark::DayTimeInterval { .. })
    );
    same.then(|| run(Kernel::Ratio, mode, &Spark::Long, vec![left.expr.clone(), right.expr.clone()]))
}

/// The negative of an interval.
pub(super) fn negate(argument: &Argument, interval: &Spark, mode: Mode) -> Expr {
    debug_assert!(!matches!(argument.data_type(), DataType::Null), "NULL has no interval type");
    run(Kernel::Negate, mode, interval, vec![argument.expr.clone()])
}
