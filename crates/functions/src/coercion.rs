//! Spark's type coercion: common types of operands, branches, set operations and arguments.

use arrow::datatypes::{DataType, Field};
use lang::{DataType as Spark, StructField, StructType};

use crate::types;

/// Spark's limit for decimal digits.
pub const MAX_PRECISION: u8 = 38;

/// The type both can be brought to without being asked (`CASE` branches, UNION, `coalesce`, comparisons of equal
/// kind); `None` when there is none.
pub fn common_type(left: &DataType, right: &DataType, ansi: bool) -> Option<DataType> {
    if left == right || *right == DataType::Null {
        return Some(left.clone());
    }
    if *left == DataType::Null {
        return Some(right.clone());
    }
    if types::is_string(left) && types::is_string(right) {
        return Some(DataType::Utf8);
    }
    let common = common_spark_type(&types::from_arrow(left), &types::from_arrow(right), ansi)?;
    Some(types::to_arrow(&common))
}

/// [`common_type`] of any number of types; `Null` of none.
pub fn common_type_of(data_types: &[DataType], ansi: bool) -> Option<DataType> {
    // String promotion is not associative: strings come last, as in Spark.
    let (strings, others): (Vec<_>, Vec<_>) = data_types.iter().partition(|t| types::is_string(t));
    let mut common = DataType::Null;
    for data_type in others.into_iter().chain(strings) {
        common = common_type(&common, data_type, ansi)?;
    }
    Some(common)
}

/// [`common_type_of`] on fields, so that interval units and other Spark-only type details survive.
pub fn common_field<'a>(fields: impl IntoIterator<Item = &'a Field>, ansi: bool) -> Option<Field> {
    let fields: Vec<_> = fields.into_iter().collect();
    let nullable = fields.iter().any(|f| f.is_nullable());
    let Some(first) = fields.first() else {
        return Some(Field::new("", DataType::Null, true));
    };
    if fields.iter().all(|f| f.data_type() == first.data_type() && f.metadata() == first.metadata()) {
        return Some((*first).clone().with_nullable(nullable));
    }
    let spark: Vec<_> = fields.iter().map(|f| types::from_field(f)).collect();
    let (strings, others): (Vec<_>, Vec<_>) = spark.iter().partition(|t| is_string(t));
    let mut common = Spark::Null;
    for data_type in others.into_iter().chain(strings) {
        common = common_spark_type(&common, data_type, ansi)?;
    }
    Some(types::to_field(first.name(), &common, nullable))
}

/// Spark's `findWiderTypeForTwo`, on Spark types.
pub fn common_spark_type(left: &Spark, right: &Spark, ansi: bool) -> Option<Spark> {
    tightest_common_type(left, right, ansi)
        .or_else(|| wider_decimal(left, right))
        .or_else(|| if ansi { promote_string_ansi(left, right) } else { promote_string(left, right) })
        .or_else(|| nested(left, right, ansi))
}

/// The common type that loses nothing, without string promotion.
pub fn tightest_common_type(left: &Spark, right: &Spark, ansi: bool) -> Option<Spark> {
    match (left, right) {
        (a, b) if a == b => Some(a.clone()),
        (Spark::Null, other) | (other, Spark::Null) => Some(other.clone()),
        (a, b) if is_string(a) && is_string(b) => Some(Spark::STRING),
        (a, b) if numeric_rank(a).is_some() && numeric_rank(b).is_some() => wider_number(a, b, ansi),
        (Spark::Decimal { precision, scale }, other) | (other, Spark::Decimal { precision, scale })
            if integral_digits(other).is_some_and(|digits| digits <= precision - *scale as u8) =>
        {
            Some(Spark::Decimal { precision: *precision, scale: *scale })
        }
        (Spark::Date, Spark::Timestamp) | (Spark::Timestamp, Spark::Date | Spark::TimestampNtz) => {
            Some(Spark::Timestamp)
        }
        (Spark::TimestampNtz, Spark::Timestamp) => Some(Spark::Timestamp),
        (Spark::Date, Spark::TimestampNtz) | (Spark::TimestampNtz, Spark::Date) => Some(Spark::TimestampNtz),
        (Spark::Time { precision: a }, Spark::Time { precision: b }) => {
            Some(Spark::Time { precision: *a.max(b) })
        }
        (Spark::YearMonthInterval { start: s, end: e }, Spark::YearMonthInterval { start, end }) => {
            Some(Spark::YearMonthInterval { start: *s.min(start), end: *e.max(end) })
        }
        (Spark::DayTimeInterval { start: s, end: e }, Spark::DayTimeInterval { start, end }) => {
            Some(Spark::DayTimeInterval { start: *s.min(start), end: *e.max(end) })
        }
        _ => None,
    }
}

/// The place of a non-decimal number in Spark's widening order.
fn numeric_rank(data_type: &Spark) -> Option<u8> {
    match data_type {
        Spark::Byte => Some(0),
        Spark::Short => Some(1),
        Spark::Integer => Some(2),
        Spark::Long => Some(3),
        Spark::Float => Some(4),
        Spark::Double => Some(5),
        _ => None,
    }
}

fn wider_number(left: &Spark, right: &Spark, ansi: bool) -> Option<Spark> {
    let wider = if numeric_rank(left) >= numeric_rank(right) { left } else { right };
    // A float cannot hold all integers, so ANSI mode goes on to double.
    Some(if ansi && *wider == Spark::Float { Spark::Double } else { wider.clone() })
}

/// How many decimal digits an integral type needs.
pub fn integral_digits(data_type: &Spark) -> Option<u8> {
    match data_type {
        Spark::Byte => Some(3),
        Spark::Short => Some(5),
        Spark::Integer => Some(10),
        Spark::Long => Some(20),
        _ => None,
    }
}

/// A decimal type as (precision, scale): decimals themselves and integral types.
pub fn as_decimal(data_type: &Spark) -> Option<(u8, i8)> {
    match data_type {
        Spark::Decimal { precision, scale } => Some((*precision, *scale)),
        other => integral_digits(other).map(|digits| (digits, 0)),
    }
}

fn wider_decimal(left: &Spark, right: &Spark) -> Option<Spark> {
    let is_decimal = |t: &Spark| matches!(t, Spark::Decimal { .. });
    let is_float = |t: &Spark| matches!(t, Spark::Float | Spark::Double);
    if !is_decimal(left) && !is_decimal(right) {
        return None;
    }
    if is_float(left) || is_float(right) {
        return Some(Spark::Double);
    }
    let ((p1, s1), (p2, s2)) = (as_decimal(left)?, as_decimal(right)?);
    let (precision, scale) = wider_decimal_type((p1, s1), (p2, s2));
    Some(Spark::Decimal { precision, scale })
}

/// The decimal type that holds both; beyond 38 digits the integral digits win.
pub fn wider_decimal_type((p1, s1): (u8, i8), (p2, s2): (u8, i8)) -> (u8, i8) {
    let scale = s1.max(s2);
    let integral = (p1 as i8 - s1).max(p2 as i8 - s2);
    let excess = (integral + scale - MAX_PRECISION as i8).max(0);
    ((integral + scale - excess) as u8, (scale - excess).max(0))
}

pub(crate) fn is_string(data_type: &Spark) -> bool {
    matches!(data_type, Spark::String { .. } | Spark::Char(_) | Spark::Varchar(_))
}

fn is_nested(data_type: &Spark) -> bool {
    matches!(
        data_type,
        Spark::Array { .. } | Spark::Map { .. } | Spark::Struct(_) | Spark::Variant | Spark::Udt { .. }
    )
}

/// Under ANSI a string becomes what the other side is; numbers become the widest of their kind.
pub fn promote_string_ansi(left: &Spark, right: &Spark) -> Option<Spark> {
    let other = match (is_string(left), is_string(right)) {
        (true, false) => right,
        (false, true) => left,
        _ => return None,
    };
    match other {
        Spark::Byte | Spark::Short | Spark::Integer | Spark::Long => Some(Spark::Long),
        Spark::Float | Spark::Double | Spark::Decimal { .. } => Some(Spark::Double),
        // Which interval the text means cannot be decided.
        Spark::YearMonthInterval { .. } | Spark::DayTimeInterval { .. } | Spark::CalendarInterval => None,
        other if is_nested(other) => None,
        other => Some(other.clone()),
    }
}

/// Without ANSI the other side becomes a string, except where Spark knows no such promotion.
fn promote_string(left: &Spark, right: &Spark) -> Option<Spark> {
    let other = match (is_string(left), is_string(right)) {
        (true, false) => right,
        (false, true) => left,
        _ => return None,
    };
    let refused =
        is_nested(other) || matches!(other, Spark::Binary | Spark::Boolean | Spark::CalendarInterval);
    (!refused).then_some(Spark::STRING)
}

/// Arrays, maps and structs, part by part.
fn nested(left: &Spark, right: &Spark, ansi: bool) -> Option<Spark> {
    let wider = |a: &Spark, b: &Spark| common_spark_type(a, b, ansi);
    match (left, right) {
        (Spark::Array { element: a, contains_null: n }, Spark::Array { element: b, contains_null: m }) => {
            let element = Box::new(wider(a, b)?);
            Some(Spark::Array { element, contains_null: n | m })
        }
        (
            Spark::Map { key: k, value: v, value_contains_null: n },
            Spark::Map { key, value, value_contains_null: m },
        ) => Some(Spark::Map {
            key: Box::new(wider(k, key)?),
            value: Box::new(wider(v, value)?),
            value_contains_null: n | m,
        }),
        (Spark::Struct(a), Spark::Struct(b)) if a.fields.len() == b.fields.len() => {
            let fields = a.fields.iter().zip(&b.fields).map(|(f, g)| {
                let same_name = f.name.eq_ignore_ascii_case(&g.name);
                let data_type = if same_name { wider(&f.data_type, &g.data_type) } else { None }?;
                Some(StructField::new(f.name.clone(), data_type, f.nullable | g.nullable))
            });
            Some(Spark::Struct(StructType::new(fields.collect::<Option<_>>()?)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line each: mode, two types, and the type Spark 4.3 gives `coalesce` of both (`-` for none). Legacy mode
    /// only where it differs.
    const SPARK_TYPES: &str = include_str!("coercion_values.tsv");

    #[test]
    fn common_types_agree_with_spark() {
        for line in SPARK_TYPES.lines() {
            let [mode, left, right, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("malformed line: {line}");
            };
            let parse = |text: &str| lang::parse_data_type(text).expect("a type");
            let (l, r) = (parse(left), parse(right));
            for (l, r) in [(&l, &r), (&r, &l)] {
                let common = common_spark_type(l, r, mode == "ansi");
                let common = common.map_or("-".to_string(), |t| t.simple_string());
                assert_eq!(common, expected, "{mode}: {left} and {right}");
            }
        }
    }

    #[test]
    fn decimals_beyond_38_digits_keep_their_integral_digits() {
        for (left, right, expected) in [
            ((10, 2), (5, 4), (12, 4)),
            ((38, 0), (10, 5), (38, 0)),
            ((30, 10), (38, 18), (38, 18)),
            ((38, 18), (38, 0), (38, 0)),
        ] {
            assert_eq!(wider_decimal_type(left, right), expected, "{left:?} {right:?}");
        }
    }
}
