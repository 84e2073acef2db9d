//! Which types a column takes: `spark.sql.storeAssignmentPolicy`.

use lang::ir::CastMode;
use lang::{DataType, Error, RuntimeClass};

use crate::catalog::{Table, quoted};
use crate::session::Session;

/// How strictly types must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Ansi,
    /// Anything that can be cast; what does not fit wraps or is NULL.
    Legacy,
    /// Anything that can be cast; what does not fit is an error.
    Castable,
    /// Nothing may be lost.
    Strict,
}

impl Policy {
    pub(super) fn cast_mode(self) -> CastMode {
        match self {
            Policy::Ansi | Policy::Strict | Policy::Castable => CastMode::Ansi,
            Policy::Legacy => CastMode::Legacy,
        }
    }
}

impl Session {
    pub(crate) fn assignment_policy(&self) -> Policy {
        match self.conf().get("spark.sql.storeAssignmentPolicy").map(|text| text.to_uppercase()).as_deref() {
            Some("LEGACY") => Policy::Legacy,
            Some("STRICT") => Policy::Strict,
            _ => Policy::Ansi,
        }
    }
}

pub(crate) fn can_assign(policy: Policy, from: &DataType, to: &DataType) -> bool {
    use DataType as T;
    match (from, to) {
        (from, to) if from == to => true,
        (T::Null, _) => true,
        (T::Array { element: from, .. }, T::Array { element: to, .. }) => can_assign(policy, from, to),
        (T::Map { key, value, .. }, T::Map { key: to_key, value: to_value, .. }) => {
            can_assign(policy, key, to_key) && can_assign(policy, value, to_value)
        }
        (T::Struct(from), T::Struct(to)) => {
            let both = || from.fields.iter().zip(&to.fields);
            from.fields.len() == to.fields.len()
                && both().all(|(from, to)| can_assign(policy, &from.data_type, &to.data_type))
        }
        // Whether there is a cast at all is told when it is made.
        _ if matches!(policy, Policy::Legacy | Policy::Castable) => true,
        (T::Array { .. } | T::Map { .. } | T::Struct(_) | T::Variant, _) => false,
        (T::String { .. }, T::String { .. } | T::Char(_) | T::Varchar(_)) => true,
        (from, to) if policy == Policy::Strict => widens(from, to),
        (_, T::String { .. } | T::Char(_) | T::Varchar(_)) => true,
        (from, to) => {
            is_numeric(from) && is_numeric(to)
                || is_datetime(from) && is_datetime(to)
                || is_same_interval(from, to)
        }
    }
}

/// Spark's up-casts between plain types: every value of `from` is one of `to`.
fn widens(from: &DataType, to: &DataType) -> bool {
    use DataType as T;
    match (from, to) {
        (_, T::String { .. } | T::Char(_) | T::Varchar(_)) => true,
        (T::Date, T::Timestamp | T::TimestampNtz) => true,
        (T::Timestamp, T::TimestampNtz) | (T::TimestampNtz, T::Timestamp) => true,
        (T::Decimal { precision, scale }, T::Decimal { precision: to_precision, scale: to_scale }) => {
            i16::from(*to_precision) - i16::from(*to_scale) >= i16::from(*precision) - i16::from(*scale)
                && to_scale >= scale
        }
        (T::Decimal { .. }, T::Float | T::Double) => false,
        (from, T::Decimal { precision, scale }) => {
            whole_digits(from).is_some_and(|digits| i16::from(*precision) - i16::from(*scale) >= digits)
        }
        (from, to) => match (rank(from), rank(to)) {
            (Some(from), Some(to)) => from <= to,
            _ => is_same_interval(from, to),
        },
    }
}

fn whole_digits(data_type: &DataType) -> Option<i16> {
    match data_type {
        DataType::Byte => Some(3),
        DataType::Short => Some(5),
        DataType::Integer => Some(10),
        DataType::Long => Some(20),
        _ => None,
    }
}

fn rank(data_type: &DataType) -> Option<u8> {
    use DataType as T;
    let order = [T::Byte, T::Short, T::Integer, T::Long, T::Float, T::Double];
    order.iter().position(|known| known == data_type).and_then(|place| u8::try_from(place).ok())
}

fn is_numeric(data_type: &DataType) -> bool {
    rank(data_type).is_some() || matches!(data_type, DataType::Decimal { .. })
}

fn is_datetime(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date | DataType::Timestamp | DataType::TimestampNtz)
}

fn is_same_interval(from: &DataType, to: &DataType) -> bool {
    use DataType as T;
    matches!(
        (from, to),
        (T::YearMonthInterval { .. }, T::YearMonthInterval { .. })
            | (T::DayTimeInterval { .. }, T::DayTimeInterval { .. })
    )
}

/// Says of which column an overflow is, when a value did not fit a column's type.
pub(crate) fn overflow_of_insert(error: Error, table: &Table) -> Error {
    if error.condition() != "CAST_OVERFLOW" {
        return error;
    }
    let target = error.parameters().get("targetType").cloned().unwrap_or_default();
    let is_target = |data_type: &DataType| format!("\"{}\"", data_type.sql()) == target;
    let mut columns = table.schema.fields.iter().filter(|field| is_target(&field.data_type));
    let (Some(column), None) = (columns.next(), columns.next()) else { return error };
    let source = error.parameters().get("sourceType").cloned().unwrap_or_default();
    Error::runtime(RuntimeClass::Arithmetic, "CAST_OVERFLOW_IN_TABLE_INSERT")
        .with("sourceType", source)
        .with("targetType", target)
        .with("columnName", quoted(&[&column.name]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignment_is_stricter_than_casting() {
        use DataType as T;
        let cases = [
            (T::Integer, T::Byte, true, false),
            (T::Byte, T::Long, true, true),
            (T::STRING, T::Integer, false, false),
            (T::Integer, T::STRING, true, true),
            (T::Date, T::Timestamp, true, true),
            (T::Timestamp, T::Date, true, false),
            (T::Long, T::Timestamp, false, false),
            (T::Null, T::Date, true, true),
            (T::Boolean, T::Integer, false, false),
            (T::STRING, T::Varchar(3), true, true),
            (T::Integer, T::Decimal { precision: 10, scale: 2 }, true, false),
        ];
        for (from, to, ansi, strict) in cases {
            assert_eq!(can_assign(Policy::Ansi, &from, &to), ansi, "{from} to {to}");
            assert_eq!(can_assign(Policy::Strict, &from, &to), strict, "{from} to {to}");
            assert!(can_assign(Policy::Legacy, &from, &to), "{from} to {to}");
        }
    }
}
