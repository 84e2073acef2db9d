//! Constants: the values of observed metrics.

use lang::DataType;
use lang::ir::Literal;
use spark_connect_proto as proto;
use spark_connect_proto::expression::literal::{self as kinds, LiteralType};

use super::data_type;

/// The message of a constant.
pub(crate) fn literal(value: &Literal) -> proto::expression::Literal {
    let (literal_type, declared) = match value {
        Literal::Array { element_type, values } => (array(element_type, values), None),
        Literal::Map { key_type, value_type, keys, values } => {
            (map(key_type, value_type, keys, values), None)
        }
        Literal::Struct { data_type, values } => (structure(data_type, values), None),
        Literal::YearMonthInterval { months, data_type } => {
            (LiteralType::YearMonthInterval(*months), Some(data_type))
        }
        Literal::DayTimeInterval { micros, data_type } => {
            (LiteralType::DayTimeInterval(*micros), Some(data_type))
        }
        atomic => (atom(atomic), None),
    };
    proto::expression::Literal { literal_type: Some(literal_type), data_type: declared.map(data_type) }
}

fn atom(value: &Literal) -> LiteralType {
    match value {
        Literal::Null(null) => LiteralType::Null(data_type(null)),
        Literal::Boolean(value) => LiteralType::Boolean(*value),
        Literal::Byte(value) => LiteralType::Byte(i32::from(*value)),
        Literal::Short(value) => LiteralType::Short(i32::from(*value)),
        Literal::Integer(value) => LiteralType::Integer(*value),
        Literal::Long(value) => LiteralType::Long(*value),
        Literal::Float(value) => LiteralType::Float(*value),
        Literal::Double(value) => LiteralType::Double(*value),
        Literal::Decimal { value, precision, scale } => LiteralType::Decimal(kinds::Decimal {
            value: decimal_text(*value, *scale),
            precision: Some(i32::from(*precision)),
            scale: Some(i32::from(*scale)),
        }),
        Literal::String(value) | Literal::TimestampText(value) => LiteralType::String(value.clone()),
        Literal::Binary(value) => LiteralType::Binary(value.clone().into()),
        Literal::Date(days) => LiteralType::Date(*days),
        Literal::Time { value_ns, precision } => {
            LiteralType::Time(kinds::Time { nano: *value_ns, precision: Some(i32::from(*precision)) })
        }
        Literal::Timestamp(micros) => LiteralType::Timestamp(*micros),
        Literal::TimestampNtz(micros) => LiteralType::TimestampNtz(*micros),
        Literal::CalendarInterval { months, days, micros } => {
            LiteralType::CalendarInterval(kinds::CalendarInterval {
                months: *months,
                days: *days,
                microseconds: *micros,
            })
        }
        Literal::YearMonthInterval { .. }
        | Literal::DayTimeInterval { .. }
        | Literal::Array { .. }
        | Literal::Map { .. }
        | Literal::Struct { .. } => LiteralType::Null(data_type(&DataType::Null)),
    }
}

#[allow(deprecated)]
fn array(element_type: &DataType, values: &[Literal]) -> LiteralType {
    let elements = values.iter().map(literal).collect();
    LiteralType::Array(kinds::Array { element_type: Some(data_type(element_type)), elements })
}

#[allow(deprecated)]
fn map(key_type: &DataType, value_type: &DataType, keys: &[Literal], values: &[Literal]) -> LiteralType {
    LiteralType::Map(kinds::Map {
        key_type: Some(data_type(key_type)),
        value_type: Some(data_type(value_type)),
        keys: keys.iter().map(literal).collect(),
        values: values.iter().map(literal).collect(),
    })
}

#[allow(deprecated)]
fn structure(struct_type: &DataType, values: &[Literal]) -> LiteralType {
    let elements = values.iter().map(literal).collect();
    LiteralType::Struct(kinds::Struct { struct_type: Some(data_type(struct_type)), elements })
}

/// `(-5, 2)` is `-0.05`.
fn decimal_text(value: i128, scale: i8) -> String {
    let Ok(scale @ 1..) = usize::try_from(scale) else {
        return value.to_string();
    };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = scale + 1);
    let (integer, fraction) = digits.split_at(digits.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{integer}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_in_full() {
        let cases = [(150, 2, "1.50"), (-5, 2, "-0.05"), (7, 0, "7"), (0, 3, "0.000"), (-1234, 1, "-123.4")];
        for (value, scale, text) in cases {
            assert_eq!(decimal_text(value, scale), text);
        }
    }
}
