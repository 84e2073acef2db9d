//! Texts inside of JSON and CSV as typed values, and values as such texts.

use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, PrimitiveBuilder,
    StringBuilder, TimestampMicrosecondBuilder,
};
use arrow::datatypes::{
    ArrowPrimitiveType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use lang::{DataType as Spark, Error, Result};
use std::sync::Arc;

use super::options::Options;
use crate::cast::{parse_datetime, zone::Zone as CastZone};
use crate::datetime::pattern::{DateTimePattern, Moment};
use crate::datetime::zone::Zone;
use crate::string::java_number;

/// How dates and timestamps are written: zone and patterns.
pub(super) struct Texts {
    zone: Zone,
    cast_zone: CastZone,
    date: Option<DateTimePattern>,
    timestamp: Option<DateTimePattern>,
    timestamp_ntz: Option<DateTimePattern>,
}

impl Texts {
    pub(super) fn new(options: &Options, session_zone: &str) -> Result<Self> {
        let zone = options.get("timeZone").unwrap_or(session_zone);
        let pattern = |name| options.get(name).map(DateTimePattern::compile).transpose();
        Ok(Texts {
            zone: Zone::parse(zone)?,
            cast_zone: CastZone::parse(zone)?,
            date: pattern("dateFormat")?,
            timestamp: pattern("timestampFormat")?,
            timestamp_ntz: pattern("timestampNTZFormat")?,
        })
    }

    pub(super) fn date(&self, text: &str) -> Option<i32> {
        match &self.date {
            Some(pattern) => pattern.parse(text)?.date(),
            None => parse_datetime::parse_date(text),
        }
    }

    pub(super) fn timestamp(&self, text: &str) -> Option<i64> {
        match &self.timestamp {
            Some(pattern) => pattern.parse(text)?.instant(self.zone),
            None => parse_datetime::parse_timestamp(text, self.cast_zone),
        }
    }

    pub(super) fn timestamp_ntz(&self, text: &str) -> Option<i64> {
        match &self.timestamp_ntz {
            Some(pattern) => pattern.parse(text)?.local(),
            None => parse_datetime::parse_timestamp_ntz(text),
        }
    }

    pub(super) fn write_date(&self, days: i32, out: &mut String) -> Result<()> {
        self.print(&self.date, "yyyy-MM-dd", &Moment::date(days), out)
    }

    pub(super) fn write_timestamp(&self, micros: i64, out: &mut String) -> Result<()> {
        let moment = Moment::at(micros, self.zone);
        self.print(&self.timestamp, "yyyy-MM-dd'T'HH:mm:ss.SSSXXXXX", &moment, out)
    }

    pub(super) fn write_timestamp_ntz(&self, micros: i64, out: &mut String) -> Result<()> {
        self.print(&self.timestamp_ntz, "yyyy-MM-dd'T'HH:mm:ss.SSS", &Moment::local(micros), out)
    }

    fn print(
        &self,
        given: &Option<DateTimePattern>,
        default: &str,
        moment: &Moment,
        out: &mut String,
    ) -> Result<()> {
        match given {
            Some(pattern) => pattern.format(moment, out),
            None => DateTimePattern::compile(default)?.format(moment, out),
        }
        Ok(())
    }

    pub(super) fn cast_zone(&self) -> CastZone {
        self.cast_zone
    }
}

/// A decimal of `precision` and `scale` from plain or scientific notation, rounded HALF_UP; `None` when it does not
/// fit.
pub(super) fn decimal(text: &str, precision: u8, scale: i8) -> Option<i128> {
    let text = text.trim();
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok().filter(|e| e.abs() <= 400)?),
        None => (text, 0),
    };
    let (negative, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
    };
    let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{integer}{fraction}");
    if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let point = integer.len() as i32 + exponent;
    let plain = if point <= 0 {
        format!("0.{}{all}", "0".repeat(point.unsigned_abs() as usize))
    } else if (point as usize) < all.len() {
        format!("{}.{}", &all[..point as usize], &all[point as usize..])
    } else {
        format!("{all}{}", "0".repeat(point as usize - all.len()))
    };
    let rounded = java_number::fixed(&plain, scale.max(0) as usize).replace('.', "");
    let significant = rounded.trim_start_matches('0');
    let value: i128 = if significant.is_empty() { 0 } else { significant.parse().ok()? };
    let fits = value < 10i128.pow(u32::from(precision));
    fits.then_some(if negative { -value } else { value })
}

/// Builds a column of an atomic type from one value a row; the flags say which values failed.
///
/// `None` from `read` is a failure, `Some(None)` a NULL.
pub(super) fn column<V>(
    data_type: &Spark,
    values: &[V],
    read: &dyn Fn(&V) -> Option<Option<Atom>>,
) -> Result<(ArrayRef, Vec<bool>)> {
    let mut failed = Vec::with_capacity(values.len());
    let atoms = values.iter().map(|value| {
        let atom = read(value);
        failed.push(atom.is_none());
        atom.flatten()
    });
    let array: ArrayRef = match data_type {
        Spark::Boolean => {
            let mut builder = BooleanBuilder::new();
            atoms.for_each(|atom| builder.append_option(atom.and_then(Atom::boolean)));
            Arc::new(builder.finish())
        }
        Spark::Byte => whole::<Int8Type>(atoms),
        Spark::Short => whole::<Int16Type>(atoms),
        Spark::Integer => whole::<Int32Type>(atoms),
        Spark::Long => whole::<Int64Type>(atoms),
        Spark::Float => {
            let mut builder = PrimitiveBuilder::<Float32Type>::new();
            atoms.for_each(|atom| {
                builder.append_option(atom.and_then(Atom::double).map(|value| value as f32))
            });
            Arc::new(builder.finish())
        }
        Spark::Double => {
            let mut builder = PrimitiveBuilder::<Float64Type>::new();
            atoms.for_each(|atom| builder.append_option(atom.and_then(Atom::double)));
            Arc::new(builder.finish())
        }
        Spark::Decimal { precision, scale } => {
            let mut builder = Decimal128Builder::new();
            atoms.for_each(|atom| builder.append_option(atom.and_then(Atom::decimal)));
            let array = builder.finish().with_precision_and_scale(*precision, *scale);
            Arc::new(array.map_err(|e| crate::error::from_arrow(&e))?)
        }
        Spark::Date => {
            let mut builder = Date32Builder::new();
            atoms.for_each(|atom| {
                builder.append_option(atom.and_then(Atom::whole).and_then(|v| i32::try_from(v).ok()))
            });
            Arc::new(builder.finish())
        }
        Spark::Timestamp | Spark::TimestampNtz => {
            let mut builder = TimestampMicrosecondBuilder::new();
            atoms.for_each(|atom| builder.append_option(atom.and_then(Atom::whole)));
            let zone = (*data_type == Spark::Timestamp).then_some("UTC");
            Arc::new(builder.finish().with_timezone_opt(zone))
        }
        Spark::String { .. } => {
            let mut builder = StringBuilder::new();
            atoms.for_each(|atom| builder.append_option(atom.and_then(Atom::text)));
            Arc::new(builder.finish())
        }
        Spark::Binary => {
            let mut builder = BinaryBuilder::new();
            atoms.for_each(|atom| builder.append_option(atom.and_then(Atom::bytes)));
            Arc::new(builder.finish())
        }
        other => return Err(unsupported(other)),
    };
    Ok((array, failed))
}

fn whole<T: ArrowPrimitiveType>(atoms: impl Iterator<Item = Option<Atom>>) -> ArrayRef
where
    T::Native: TryFrom<i64>,
{
    let mut builder = PrimitiveBuilder::<T>::new();
    atoms.for_each(|atom| {
        builder.append_option(atom.and_then(Atom::whole).and_then(|value| T::Native::try_from(value).ok()));
    });
    Arc::new(builder.finish())
}

/// `UNSUPPORTED_DATATYPE`
pub(super) fn unsupported(data_type: &Spark) -> Error {
    Error::analysis("UNSUPPORTED_DATATYPE").with("typeName", format!("\"{}\"", data_type.sql()))
}

/// One atomic value on its way into a column.
pub(super) enum Atom {
    Boolean(bool),
    Whole(i64),
    Double(f64),
    Decimal(i128),
    Text(String),
    Bytes(Vec<u8>),
}

impl Atom {
    fn boolean(self) -> Option<bool> {
        if let Atom::Boolean(value) = self { Some(value) } else { None }
    }

    fn whole(self) -> Option<i64> {
        if let Atom::Whole(value) = self { Some(value) } else { None }
    }

    fn double(self) -> Option<f64> {
        if let Atom::Double(value) = self { Some(value) } else { None }
    }

    fn decimal(self) -> Option<i128> {
        if let Atom::Decimal(value) = self { Some(value) } else { None }
    }

    fn text(self) -> Option<String> {
        if let Atom::Text(value) = self { Some(value) } else { None }
    }

    fn bytes(self) -> Option<Vec<u8>> {
        if let Atom::Bytes(value) = self { Some(value) } else { None }
    }
}

/// Whether `value` fits the integral type.
pub(super) fn in_range(data_type: &Spark, value: i64) -> bool {
    match data_type {
        Spark::Byte => i8::try_from(value).is_ok(),
        Spark::Short => i16::try_from(value).is_ok(),
        Spark::Integer => i32::try_from(value).is_ok(),
        _ => true,
    }
}
