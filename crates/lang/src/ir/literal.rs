//! Constant values.

use crate::DataType;

/// A constant with Spark's type.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// NULL of a type (`DataType::Null` when nothing is known).
    Null(DataType),
    Boolean(bool),
    Byte(i8),
    Short(i16),
    Integer(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    /// Unscaled value with its precision and scale: 1.50 is (150, 3, 2).
    Decimal {
        value: i128,
        precision: u8,
        scale: i8,
    },
    String(String),
    Binary(Vec<u8>),
    /// Days since 1970-01-01.
    Date(i32),
    /// Nanoseconds since midnight.
    Time {
        value_ns: i64,
        precision: u8,
    },
    /// Microseconds since the epoch, UTC.
    Timestamp(i64),
    /// A timestamp text without a zone, to be read in the session time zone by the resolver.
    TimestampText(String),
    /// Microseconds since the epoch, wall clock.
    TimestampNtz(i64),
    YearMonthInterval {
        months: i32,
        data_type: DataType,
    },
    DayTimeInterval {
        micros: i64,
        data_type: DataType,
    },
    CalendarInterval {
        months: i32,
        days: i32,
        micros: i64,
    },
    Array {
        element_type: DataType,
        values: Vec<Literal>,
    },
    Map {
        key_type: DataType,
        value_type: DataType,
        keys: Vec<Literal>,
        values: Vec<Literal>,
    },
    Struct {
        data_type: DataType,
        values: Vec<Literal>,
    },
}
