//! Literals: constants of the protocol to constants of the IR.

use lang::ir::Literal;
use lang::{DataType, Error, Result};
use spark_connect_proto as proto;
use spark_connect_proto::expression::literal::specialized_array::ValueType;
use spark_connect_proto::expression::literal::{self, LiteralType};

use super::data_type::{data_type, time_precision};
use super::{invalid, required};

pub(super) fn literals(messages: &[proto::expression::Literal]) -> Result<Vec<Literal>> {
    messages.iter().map(literal).collect()
}

pub(super) fn literal(message: &proto::expression::Literal) -> Result<Literal> {
    Ok(match required(&message.literal_type, "Literal.literal_type")? {
        LiteralType::Null(null) => Literal::Null(data_type(null)?),
        LiteralType::Binary(bytes) => Literal::Binary(bytes.to_vec()),
        LiteralType::Boolean(value) => Literal::Boolean(*value),
        LiteralType::Byte(value) => Literal::Byte(narrow(*value, "BYTE")?),
        LiteralType::Short(value) => Literal::Short(narrow(*value, "SHORT")?),
        LiteralType::Integer(value) => Literal::Integer(*value),
        LiteralType::Long(value) => Literal::Long(*value),
        LiteralType::Float(value) => Literal::Float(*value),
        LiteralType::Double(value) => Literal::Double(*value),
        LiteralType::Decimal(decimal) => decimal_literal(&decimal.value)?,
        LiteralType::String(value) => Literal::String(value.clone()),
        LiteralType::Date(days) => Literal::Date(*days),
        LiteralType::Time(time) => {
            Literal::Time { value_ns: time.nano, precision: time_precision(time.precision)? }
        }
        LiteralType::Timestamp(micros) => Literal::Timestamp(*micros),
        LiteralType::TimestampNtz(micros) => Literal::TimestampNtz(*micros),
        LiteralType::CalendarInterval(interval) => Literal::CalendarInterval {
            months: interval.months,
            days: interval.days,
            micros: interval.microseconds,
        },
        LiteralType::YearMonthInterval(months) => Literal::YearMonthInterval {
            months: *months,
            data_type: declared(message, DataType::YEAR_MONTH)?,
        },
        LiteralType::DayTimeInterval(micros) => {
            Literal::DayTimeInterval { micros: *micros, data_type: declared(message, DataType::DAY_TIME)? }
        }
        LiteralType::Array(array) => array_literal(message, array)?,
        LiteralType::Map(map) => map_literal(message, map)?,
        LiteralType::Struct(value) => struct_literal(message, value)?,
        LiteralType::SpecializedArray(array) => {
            specialized(required(&array.value_type, "SpecializedArray.value_type")?)
        }
        LiteralType::TimestampNtzNanos(_) => {
            return Err(Error::unsupported("TIMESTAMP_NTZ with nanoseconds"));
        }
        LiteralType::TimestampLtzNanos(_) => {
            return Err(Error::unsupported("TIMESTAMP_LTZ with nanoseconds"));
        }
    })
}

fn narrow<T: TryFrom<i32>>(value: i32, type_name: &str) -> Result<T> {
    T::try_from(value).map_err(|_| invalid(format!("the {type_name} literal {value} is out of range")))
}

fn declared(message: &proto::expression::Literal, default: DataType) -> Result<DataType> {
    message.data_type.as_ref().map_or(Ok(default), data_type)
}

/// The type of a decimal literal is that of its digits, whatever the client declares: Spark does the same.
fn decimal_literal(text: &str) -> Result<Literal> {
    let malformed = || invalid(format!("`{text}` is not a decimal of at most 38 digits"));
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| malformed())?),
        None => (text, 0),
    };
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{integer}{fraction}");
    let mut value: i128 = digits.parse().map_err(|_| malformed())?;
    let mut scale = i32::try_from(fraction.len())
        .map_err(|_| malformed())?
        .checked_sub(exponent)
        .ok_or_else(malformed)?;
    while scale < 0 {
        value = value.checked_mul(10).ok_or_else(malformed)?;
        scale += 1;
    }
    let precision =
        i32::try_from(value.unsigned_abs().to_string().len()).map_err(|_| malformed())?.max(scale);
    if precision > 38 {
        return Err(malformed());
    }
    Ok(Literal::Decimal { value, precision: precision as u8, scale: scale as i8 })
}

#[allow(deprecated)] // Clients before 4.1 send types nowhere else.
fn array_literal(message: &proto::expression::Literal, array: &literal::Array) -> Result<Literal> {
    let values = literals(&array.elements)?;
    let element_type = match (&array.element_type, declared(message, DataType::Null)?) {
        (_, DataType::Array { element, .. }) => *element,
        (Some(element), _) => data_type(element)?,
        (None, _) => first_type(&values),
    };
    Ok(Literal::Array { element_type, values })
}

#[allow(deprecated)] // Clients before 4.1 send types nowhere else.
fn map_literal(message: &proto::expression::Literal, map: &literal::Map) -> Result<Literal> {
    let (keys, values) = (literals(&map.keys)?, literals(&map.values)?);
    if keys.len() != values.len() {
        return Err(invalid(format!("a map literal with {} keys and {} values", keys.len(), values.len())));
    }
    let (key_type, value_type) = match declared(message, DataType::Null)? {
        DataType::Map { key, value, .. } => (*key, *value),
        _ => (
            map.key_type.as_ref().map_or_else(|| Ok(first_type(&keys)), data_type)?,
            map.value_type.as_ref().map_or_else(|| Ok(first_type(&values)), data_type)?,
        ),
    };
    Ok(Literal::Map { key_type, value_type, keys, values })
}

#[allow(deprecated)] // Clients before 4.1 send types nowhere else.
fn struct_literal(message: &proto::expression::Literal, value: &literal::Struct) -> Result<Literal> {
    let values = literals(&value.elements)?;
    let data_type = match &value.struct_type {
        Some(struct_type) => data_type(struct_type)?,
        None => data_type(required(&message.data_type, "Literal.Struct.struct_type")?)?,
    };
    match &data_type {
        DataType::Struct(schema) if schema.fields.len() == values.len() => {
            Ok(Literal::Struct { data_type, values })
        }
        other => {
            Err(invalid(format!("a struct literal with {} values of type {}", values.len(), other.sql())))
        }
    }
}

fn specialized(values: &ValueType) -> Literal {
    fn array<T: Clone>(element_type: DataType, values: &[T], literal: impl Fn(T) -> Literal) -> Literal {
        Literal::Array { element_type, values: values.iter().cloned().map(literal).collect() }
    }
    match values {
        ValueType::Bools(v) => array(DataType::Boolean, &v.values, Literal::Boolean),
        ValueType::Ints(v) => array(DataType::Integer, &v.values, Literal::Integer),
        ValueType::Longs(v) => array(DataType::Long, &v.values, Literal::Long),
        ValueType::Floats(v) => array(DataType::Float, &v.values, Literal::Float),
        ValueType::Doubles(v) => array(DataType::Double, &v.values, Literal::Double),
        ValueType::Strings(v) => array(DataType::STRING, &v.values, Literal::String),
    }
}

fn first_type(values: &[Literal]) -> DataType {
    values.iter().map(literal_type).find(|found| *found != DataType::Null).unwrap_or(DataType::Null)
}

/// The type of a literal.
pub(crate) fn literal_type(literal: &Literal) -> DataType {
    match literal {
        Literal::Null(data_type) => data_type.clone(),
        Literal::Boolean(_) => DataType::Boolean,
        Literal::Byte(_) => DataType::Byte,
        Literal::Short(_) => DataType::Short,
        Literal::Integer(_) => DataType::Integer,
        Literal::Long(_) => DataType::Long,
        Literal::Float(_) => DataType::Float,
        Literal::Double(_) => DataType::Double,
        Literal::Decimal { precision, scale, .. } => {
            DataType::Decimal { precision: *precision, scale: *scale }
        }
        Literal::String(_) => DataType::STRING,
        Literal::Binary(_) => DataType::Binary,
        Literal::Date(_) => DataType::Date,
        Literal::Time { precision, .. } => DataType::Time { precision: *precision },
        Literal::Timestamp(_) | Literal::TimestampText(_) => DataType::Timestamp,
        Literal::TimestampNtz(_) => DataType::TimestampNtz,
        Literal::YearMonthInterval { data_type, .. } | Literal::DayTimeInterval { data_type, .. } => {
            data_type.clone()
        }
        Literal::CalendarInterval { .. } => DataType::CalendarInterval,
        Literal::Array { element_type, .. } => {
            DataType::Array { element: Box::new(element_type.clone()), contains_null: true }
        }
        Literal::Map { key_type, value_type, .. } => DataType::Map {
            key: Box::new(key_type.clone()),
            value: Box::new(value_type.clone()),
            value_contains_null: true,
        },
        Literal::Struct { data_type, .. } => data_type.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_take_the_type_of_their_digits() {
        let cases = [
            ("1.50", 150, 3, 2),
            ("-0.05", -5, 2, 2),
            ("12", 12, 2, 0),
            ("1E+3", 1000, 4, 0),
            ("1.5e-3", 15, 4, 4),
            ("0", 0, 1, 0),
        ];
        for (text, value, precision, scale) in cases {
            let expected = Literal::Decimal { value, precision, scale };
            assert_eq!(decimal_literal(text).expect(text), expected, "{text}");
        }
        for text in ["", "x", "1e", "NaN", "123456789012345678901234567890123456789"] {
            assert_eq!(decimal_literal(text).expect_err(text).condition(), "INVALID_PLAN_INPUT");
        }
    }

    #[test]
    fn bytes_out_of_range_are_refused() {
        let message = |kind| proto::expression::Literal { literal_type: Some(kind), data_type: None };
        assert_eq!(literal(&message(LiteralType::Byte(-128))).expect("in range"), Literal::Byte(-128));
        assert!(literal(&message(LiteralType::Byte(128))).is_err());
        assert!(literal(&message(LiteralType::Short(40_000))).is_err());
    }

    #[test]
    #[allow(deprecated)]
    fn arrays_without_a_declared_type_take_their_elements() {
        let element =
            proto::expression::Literal { literal_type: Some(LiteralType::Long(1)), data_type: None };
        let array = literal::Array { element_type: None, elements: vec![element] };
        let message =
            proto::expression::Literal { literal_type: Some(LiteralType::Array(array)), data_type: None };
        let expected = Literal::Array { element_type: DataType::Long, values: vec![Literal::Long(1)] };
        assert_eq!(literal(&message).expect("valid"), expected);
    }
}
