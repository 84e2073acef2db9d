//! Types of partition columns: what a folder's text may be, and the widest type of several.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use functions::datetime::zone::Zone;
use functions::types::to_arrow;
use lang::DataType;

use crate::value::{Formats, datetime, parse_column};

/// The type Spark infers for one value: int, bigint, decimal without fraction, double, date, timestamp, string.
pub(super) fn infer(text: &str) -> DataType {
    if text.parse::<i32>().is_ok() {
        return DataType::Integer;
    }
    if text.parse::<i64>().is_ok() {
        return DataType::Long;
    }
    if let Some(precision) = whole_number_digits(text) {
        return DataType::Decimal { precision, scale: 0 };
    }
    if is_double(text) {
        return DataType::Double;
    }
    if datetime::strict_date(text.as_bytes()).is_some() {
        return DataType::Date;
    }
    if is_timestamp(text) {
        return DataType::Timestamp;
    }
    DataType::STRING
}

/// The digits of a number without fraction that is at most 38 digits long, exponents allowed.
fn whole_number_digits(text: &str) -> Option<u8> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<u32>().ok()?),
        None => (text, 0),
    };
    let digits = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_start_matches('0').len().max(1) as u64 + u64::from(exponent);
    u8::try_from(significant).ok().filter(|precision| *precision <= 38)
}

fn is_double(text: &str) -> bool {
    let number = text.trim();
    let number = number.strip_suffix(['d', 'D', 'f', 'F']).unwrap_or(number);
    matches!(number, "NaN" | "Infinity" | "+Infinity" | "-Infinity")
        || (number.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
            && !number.contains(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E'))
            && number.parse::<f64>().is_ok())
}

/// `yyyy-MM-dd HH:mm:ss` with at most one digit of a second's fraction.
fn is_timestamp(text: &str) -> bool {
    let (seconds, fraction) = text.split_at_checked(19).unwrap_or((text, "?"));
    let fraction_fits = fraction.is_empty()
        || (fraction.len() == 2 && fraction.starts_with('.') && fraction.as_bytes()[1].is_ascii_digit());
    seconds.as_bytes().get(10) == Some(&b' ')
        && fraction_fits
        && datetime::timestamp_ntz(seconds.as_bytes()).is_some()
}

/// The type both values fit in.
pub(super) fn widest(a: DataType, b: DataType) -> DataType {
    use DataType::{Date, Decimal, Double, Integer, Long, Timestamp};
    match (a, b) {
        (a, b) if a == b => a,
        (Integer, Long) | (Long, Integer) => Long,
        (Integer, Double) | (Double, Integer) => Double,
        (Date, Timestamp) | (Timestamp, Date) => Timestamp,
        (Decimal { precision: p, .. }, Decimal { precision: q, .. }) => {
            Decimal { precision: p.max(q), scale: 0 }
        }
        (Decimal { precision, .. }, Integer) | (Integer, Decimal { precision, .. }) => {
            Decimal { precision: precision.max(10), scale: 0 }
        }
        (Decimal { precision, .. }, Long) | (Long, Decimal { precision, .. }) => {
            Decimal { precision: precision.max(20), scale: 0 }
        }
        _ => DataType::STRING,
    }
}

/// A folder's text as a value of the column's type.
pub(super) fn scalar(text: Option<&str>, data_type: &DataType, zone: Zone) -> Option<ScalarValue> {
    let arrow = to_arrow(data_type);
    let Some(text) = text else { return ScalarValue::try_from(&arrow).ok() };
    let formats = Formats::new(zone);
    let mut bad = [false];
    let cells = std::iter::once(Some(text.as_bytes()));
    let array = parse_column(&arrow, cells, &formats, &mut bad).ok()?;
    if bad[0] {
        return None;
    }
    ScalarValue::try_from_array(&Arc::clone(&array), 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_values() {
        for (text, expected) in [
            ("1", "int"),
            ("01", "int"),
            ("3000000000", "bigint"),
            ("99999999999999999999", "decimal(20,0)"),
            ("1e5", "decimal(6,0)"),
            ("1.5", "double"),
            ("2020-01-01", "date"),
            ("2020-01-01 10:00:00", "timestamp"),
            ("2020-01-01T10:00:00Z", "string"),
            ("true", "string"),
            ("a/b", "string"),
        ] {
            assert_eq!(infer(text).simple_string(), expected, "{text}");
        }
    }

    #[test]
    fn types_of_columns() {
        for (a, b, expected) in [
            ("1", "x", "string"),
            ("1", "1.5", "double"),
            ("1", "3000000000", "bigint"),
            ("9999999999", "1.5", "string"),
            ("99999999999999999999", "1", "decimal(20,0)"),
            ("2020-01-01", "2020-01-01 10:00:00", "timestamp"),
            ("2020-01-01", "1", "string"),
        ] {
            assert_eq!(widest(infer(a), infer(b)).simple_string(), expected, "{a} {b}");
        }
    }
}
