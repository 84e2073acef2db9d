//! Casts of strings to dates, timestamps and times, by Spark's lenient grammar.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray, StringArray};
use arrow::datatypes::{Date32Type, Time64NanosecondType, TimestampMicrosecondType};
use chrono::Utc;
use lang::{DataType as Spark, Result, RuntimeClass};

use super::calendar::{
    MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, NANOS_PER_MICRO, days_checked,
};
use super::kernel::{Options, invalid_input, unexpected};
use super::parse_number::trim;
use super::zone::Zone;

/// An array of strings as dates, timestamps or times.
pub(super) fn cast(array: &ArrayRef, target: &Spark, options: &Options) -> Result<ArrayRef> {
    let array = array.as_string::<i32>();
    Ok(match target {
        Spark::Date => Arc::new(parsed::<Date32Type>(array, target, options, parse_date)?),
        Spark::Timestamp => {
            let parse = |text: &str| parse_timestamp(text, options.zone);
            Arc::new(parsed::<TimestampMicrosecondType>(array, target, options, parse)?.with_timezone("UTC"))
        }
        Spark::TimestampNtz => {
            Arc::new(parsed::<TimestampMicrosecondType>(array, target, options, parse_timestamp_ntz)?)
        }
        Spark::Time { precision } => {
            let unit = 10_i64.pow(9 - u32::from(*precision).min(9));
            let parse = |text: &str| parse_time(text).map(|micros| micros * NANOS_PER_MICRO / unit * unit);
            Arc::new(parsed::<Time64NanosecondType>(array, target, options, parse)?)
        }
        _ => return Err(unexpected(&Spark::STRING, target)),
    })
}

fn parsed<T: ArrowPrimitiveType>(
    array: &StringArray,
    target: &Spark,
    options: &Options,
    parse: impl Fn(&str) -> Option<T::Native>,
) -> Result<PrimitiveArray<T>> {
    let mut builder = PrimitiveArray::<T>::builder(array.len());
    for text in array.iter() {
        let value = match text {
            None => None,
            Some(text) => match parse(text) {
                None => options.reject(|| invalid_input(text, target, RuntimeClass::DateTime))?,
                value => value,
            },
        };
        builder.append_option(value);
    }
    Ok(builder.finish())
}

/// `[+-]yyyy[-m[-d[( |T)…]]]` as days since the epoch.
pub fn parse_date(text: &str) -> Option<i32> {
    let bytes = trim(text).as_bytes();
    let (negative, mut rest) = sign(bytes);
    let mut parts = [0_i64, 1, 1];
    for (index, part) in parts.iter_mut().enumerate() {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let expected = if index == 0 { 4..=7 } else { 1..=2 };
        if !expected.contains(&digits) {
            return None;
        }
        *part = number(&rest[..digits]);
        rest = &rest[digits..];
        match (index, rest.first()) {
            (_, None) => break,
            (0 | 1, Some(b'-')) => rest = &rest[1..],
            // Whatever follows a complete date is not looked at.
            (2, Some(b' ' | b'T')) => break,
            _ => return None,
        }
    }
    let [year, month, day] = parts;
    let year = if negative { -year } else { year };
    i32::try_from(days_checked(year, month as u32, day as u32)?).ok()
}

fn sign(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes.first() {
        Some(b'-') => (true, &bytes[1..]),
        Some(b'+') => (false, &bytes[1..]),
        _ => (false, bytes),
    }
}

fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
}

/// What a timestamp text says: a date unless it is only a time, a time of day, and perhaps a zone.
struct Parts<'a> {
    date: Option<i64>,
    micros_of_day: i64,
    zone: Option<&'a str>,
}

/// A timestamp text as microseconds since the epoch; without a zone of its own it is read in `zone`, without a date
/// it is of today.
pub fn parse_timestamp(text: &str, zone: Zone) -> Option<i64> {
    let parts = parse_parts(text)?;
    let zone = match parts.zone {
        Some(id) => Zone::find(id.trim())?,
        None => zone,
    };
    let days =
        parts.date.unwrap_or_else(|| zone.to_local(Utc::now().timestamp_micros()).div_euclid(MICROS_PER_DAY));
    Some(zone.to_instant(wall_clock(days, parts.micros_of_day)?))
}

/// A timestamp text as wall-clock microseconds; a zone in it is not looked at.
pub fn parse_timestamp_ntz(text: &str) -> Option<i64> {
    let parts = parse_parts(text)?;
    if let Some(id) = parts.zone {
        Zone::find(id.trim())?;
    }
    wall_clock(parts.date?, parts.micros_of_day)
}

/// A day and a time of it in microseconds; the first day of all begins before the first microsecond.
fn wall_clock(days: i64, micros_of_day: i64) -> Option<i64> {
    i64::try_from(i128::from(days) * i128::from(MICROS_PER_DAY) + i128::from(micros_of_day)).ok()
}

/// `[T][h]h[:[m]m[:[s]s[.ffffff]]]`, of twelve hours with ` AM` or ` PM` behind, as microseconds since midnight.
pub fn parse_time(text: &str) -> Option<i64> {
    let (text, afternoon) = half_day(trim(text));
    let parts = parse_parts(text)?;
    let micros = (parts.date.is_none() && parts.zone.is_none()).then_some(parts.micros_of_day)?;
    let Some(afternoon) = afternoon else { return Some(micros) };
    let half = MICROS_PER_DAY / 2;
    let of_twelve_hours = (MICROS_PER_HOUR..half + MICROS_PER_HOUR).contains(&micros);
    of_twelve_hours.then_some(micros % half + if afternoon { half } else { 0 })
}

/// A clock without the mark of the half of the day, and whether that is the second.
fn half_day(text: &str) -> (&str, Option<bool>) {
    let mark = text.len().checked_sub(2).and_then(|at| text.split_at_checked(at));
    match mark {
        Some((clock, mark)) if mark.eq_ignore_ascii_case("am") => (clock.trim_end(), Some(false)),
        Some((clock, mark)) if mark.eq_ignore_ascii_case("pm") => (clock.trim_end(), Some(true)),
        _ => (text, None),
    }
}

/// The grammar: `[+-]yyyy[-m[-d[( |T)[h]h[:[m]m[:[s]s[.f…][zone]]]]]]`, or the time alone.
fn parse_parts(text: &str) -> Option<Parts<'_>> {
    let text = trim(text);
    let time_only = text.starts_with('T') || text.find(':').is_some_and(|at| at <= 2);
    if time_only {
        let (micros_of_day, zone) = parse_clock(text.strip_prefix('T').unwrap_or(text))?;
        return Some(Parts { date: None, micros_of_day, zone });
    }
    let (date, clock) = match text.find([' ', 'T']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    // A clock needs a complete date before it, and years have at most six digits here.
    let separators = date.bytes().skip(1).filter(|b| *b == b'-').count();
    let year_digits = sign(date.as_bytes()).1.iter().take_while(|b| b.is_ascii_digit()).count();
    if year_digits > 6 || (clock.is_some() && separators != 2) {
        return None;
    }
    let date = Some(i64::from(parse_date(date)?));
    let (micros_of_day, zone) = clock.map_or(Some((0, None)), parse_clock)?;
    Some(Parts { date, micros_of_day, zone })
}

/// `h[:m[:s[.f…][zone]]]` as microseconds of the day and the zone's text.
fn parse_clock(text: &str) -> Option<(i64, Option<&str>)> {
    let mut rest = text;
    let mut fields = [0_i64; 3];
    let mut complete = false;
    for (index, field) in fields.iter_mut().enumerate() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=2).contains(&digits) {
            return None;
        }
        *field = number(&rest.as_bytes()[..digits]);
        rest = &rest[digits..];
        complete = index == 2;
        if rest.is_empty() {
            break;
        }
        if !complete {
            rest = rest.strip_prefix(':')?;
        }
    }
    let [hour, minute, second] = fields;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut micros = hour * MICROS_PER_HOUR + minute * MICROS_PER_MINUTE + second * MICROS_PER_SECOND;
    if complete && let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        let kept = digits.min(6);
        micros += number(&fraction.as_bytes()[..kept]) * 10_i64.pow(6 - kept as u32);
        rest = &fraction[digits..];
    }
    Some((micros, (!rest.is_empty()).then_some(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (text, expected) in [
            ("2024", Some(19_723)),
            ("2024-2", Some(19_754)),
            (" 2024-02-29 ", Some(19_782)),
            ("2024-2-9T whatever", Some(19_762)),
            ("2024-02-30", None),
            ("24-01-01", None),
            ("2024-", None),
            ("2024/01/01", None),
            ("-0001-01-01", Some(-719_893)),
            ("9999999-12-31", None),
        ] {
            assert_eq!(parse_date(text), expected, "{text}");
        }
    }

    #[test]
    fn timestamps() {
        let second = |text| parse_timestamp(text, Zone::UTC).map(|micros| micros as f64 / 1e6);
        for (text, expected) in [
            ("1970-01-01 00:00:01", Some(1.0)),
            ("1970-01-01T0:0:1.5", Some(1.5)),
            ("1970-01-01 01:00:00+01:00", Some(0.0)),
            ("1970-01-01 00:00:00.1234567 UTC", Some(0.123_456)),
            ("1969-12-31 19:00:00 America/New_York", Some(0.0)),
            ("1970-01-01 12", Some(43_200.0)),
            ("1970-01", Some(0.0)),
            ("1970-01-01 24:00:00", None),
            ("1970-01-01 00:00Z", None),
            ("1970-01 00:00:00", None),
            ("x", None),
        ] {
            assert_eq!(second(text), expected, "{text}");
        }
        assert_eq!(parse_timestamp_ntz("1970-01-01 00:00:01+05:00"), Some(1_000_000));
        assert_eq!(parse_timestamp_ntz("12:00:00"), None);
        assert_eq!(parse_time("12:00:00.5"), Some(43_200_500_000));
    }
}
