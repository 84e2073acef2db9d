//! The texts inside INTERVAL literals: amounts of units and the `d h:m:s` forms.

use crate::{DayTimeField, YearMonthField};

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;
const MICROS_PER_HOUR: i64 = 60 * MICROS_PER_MINUTE;
const MICROS_PER_DAY: i64 = 24 * MICROS_PER_HOUR;

/// A unit an interval may be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
}

impl Unit {
    /// Singular or plural, any case.
    pub(super) fn parse(word: &str) -> Option<Unit> {
        let lower = word.to_ascii_lowercase();
        Some(match lower.strip_suffix('s').unwrap_or(&lower) {
            "year" => Unit::Year,
            "month" => Unit::Month,
            "week" => Unit::Week,
            "day" => Unit::Day,
            "hour" => Unit::Hour,
            "minute" => Unit::Minute,
            "second" => Unit::Second,
            "millisecond" => Unit::Millisecond,
            "microsecond" => Unit::Microsecond,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Unit::Year => "year",
            Unit::Month => "month",
            Unit::Week => "week",
            Unit::Day => "day",
            Unit::Hour => "hour",
            Unit::Minute => "minute",
            Unit::Second => "second",
            Unit::Millisecond => "millisecond",
            Unit::Microsecond => "microsecond",
        }
    }

    /// Units that may stand on a side of TO.
    pub(super) fn is_range_end(self) -> bool {
        matches!(self, Unit::Day | Unit::Hour | Unit::Minute | Unit::Second)
    }

    pub(super) fn year_month_field(self) -> Option<YearMonthField> {
        match self {
            Unit::Year => Some(YearMonthField::Year),
            Unit::Month => Some(YearMonthField::Month),
            _ => None,
        }
    }

    pub(super) fn day_time_field(self) -> Option<DayTimeField> {
        match self {
            Unit::Year | Unit::Month => None,
            Unit::Week | Unit::Day => Some(DayTimeField::Day),
            Unit::Hour => Some(DayTimeField::Hour),
            Unit::Minute => Some(DayTimeField::Minute),
            Unit::Second | Unit::Millisecond | Unit::Microsecond => Some(DayTimeField::Second),
        }
    }
}

/// So many of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amount {
    pub unit: Unit,
    pub months: i64,
    pub micros: i64,
}

impl Amount {
    /// `text` is an integer, or for seconds a decimal, with a sign of its own.
    pub(super) fn parse(text: &str, negative: bool, unit: Unit) -> Option<Amount> {
        let text = text.trim();
        let (negative, body) = match text.as_bytes().first()? {
            b'-' => (!negative, text[1..].trim_start()),
            b'+' => (negative, text[1..].trim_start()),
            _ => (negative, text),
        };
        let (whole, fraction) = body.split_once('.').map_or((body, None), |(w, f)| (w, Some(f)));
        if fraction.is_some() && unit != Unit::Second {
            return None;
        }
        let sign = if negative { -1 } else { 1 };
        let whole = if whole.is_empty() && fraction.is_some() { 0 } else { signed_digits(whole, negative)? };
        let fraction = sign * fraction_micros(fraction.unwrap_or(""))?;
        let micros = |factor: i64| whole.checked_mul(factor);
        let (months, micros) = match unit {
            Unit::Year => (whole.checked_mul(12)?, 0),
            Unit::Month => (whole, 0),
            Unit::Week => (0, micros(7 * MICROS_PER_DAY)?),
            Unit::Day => (0, micros(MICROS_PER_DAY)?),
            Unit::Hour => (0, micros(MICROS_PER_HOUR)?),
            Unit::Minute => (0, micros(MICROS_PER_MINUTE)?),
            Unit::Second => (0, micros(MICROS_PER_SECOND)?.checked_add(fraction)?),
            Unit::Millisecond => (0, micros(1000)?),
            Unit::Microsecond => (0, whole),
        };
        Some(Amount { unit, months, micros })
    }
}

/// `[interval] 1 day -2 hours`: the amounts of a text.
pub(super) fn units_of_text(text: &str) -> Option<Vec<Amount>> {
    let lower = text.trim().to_ascii_lowercase();
    let mut rest = match lower.strip_prefix("interval") {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        Some(_) => return None,
        None => lower.as_str(),
    };
    let mut amounts = Vec::new();
    while !rest.is_empty() {
        let unsigned = rest.trim_start_matches(['+', '-']);
        if rest.len() - unsigned.len() > 1 {
            return None;
        }
        let negative = rest.starts_with('-');
        let unsigned = unsigned.trim_start();
        let end = unsigned.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (number, after) = unsigned.split_at(end);
        // Blanks between number and unit are required.
        let unit_text = after.trim_start();
        if number.is_empty() || unit_text.len() == after.len() {
            return None;
        }
        let end = unit_text.find(char::is_whitespace).unwrap_or(unit_text.len());
        amounts.push(Amount::parse(number, negative, Unit::parse(&unit_text[..end])?)?);
        rest = unit_text[end..].trim_start();
    }
    (!amounts.is_empty()).then_some(amounts)
}

/// Months of `[-]y-m`.
pub(super) fn year_month_range(text: &str, negative: bool) -> Option<i32> {
    let (negative, body) = signed(text.trim(), negative);
    let (years, months) = body.split_once('-')?;
    let months = digits(months).filter(|m| *m <= 11)?;
    let total = digits(years)?.checked_mul(12)?.checked_add(months)?;
    i32::try_from(if negative { -total } else { total }).ok()
}

/// Microseconds of `[-]d h:m:s.f`, cut to the fields from `start` to `end`.
pub(super) fn day_time_range(
    text: &str,
    negative: bool,
    start: DayTimeField,
    end: DayTimeField,
) -> Option<i64> {
    let (negative, body) = signed(text.trim(), negative);
    let mut fields: Vec<&str> = Vec::new();
    let mut clock = body;
    if start == DayTimeField::Day {
        let (day, rest) = body.split_once([' ', 'T'])?;
        fields.push(day);
        clock = rest.trim_start();
    }
    fields.extend(clock.split(':'));
    if fields.len() != end as usize - start as usize + 1 {
        return None;
    }
    let mut micros = 0i64;
    for (i, field) in fields.iter().enumerate() {
        let unit = start as usize + i;
        let (factor, limit) = [
            (MICROS_PER_DAY, i64::MAX),
            (MICROS_PER_HOUR, 23),
            (MICROS_PER_MINUTE, 59),
            (MICROS_PER_SECOND, 59),
        ][unit];
        let (whole, fraction) = match field.split_once('.') {
            Some((whole, fraction)) if unit == DayTimeField::Second as usize => (whole, fraction),
            Some(_) => return None,
            None => (*field, ""),
        };
        // Only the leading field may exceed its usual range.
        let value = digits(whole).filter(|v| i == 0 || *v <= limit)?;
        // With its sign at once, so that the least interval is in range.
        let sign = if negative { -1 } else { 1 };
        let fraction = sign * fraction_micros(fraction)?;
        micros = micros.checked_add(sign * value.checked_mul(factor)?)?.checked_add(fraction)?;
    }
    Some(micros)
}

fn signed(text: &str, negative: bool) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (!negative, &text[1..]),
        Some(b'+') => (negative, &text[1..]),
        _ => (negative, text),
    }
}

fn digits(text: &str) -> Option<i64> {
    let valid = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if valid { text.parse().ok() } else { None }
}

/// With its sign parsed along, so that the least BIGINT is in range.
fn signed_digits(text: &str, negative: bool) -> Option<i64> {
    let valid = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !valid {
        return None;
    }
    if negative { format!("-{text}").parse().ok() } else { text.parse().ok() }
}

/// Up to nine digits after the point, cut to microseconds.
fn fraction_micros(digits: &str) -> Option<i64> {
    if digits.len() > 9 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let micros: String = digits.chars().chain("000000".chars()).take(6).collect();
    micros.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        use DayTimeField::*;
        assert_eq!(year_month_range("1-2", false), Some(14));
        assert_eq!(year_month_range("-1-2", false), Some(-14));
        assert_eq!(year_month_range("1-12", false), None);
        let second = 1_000_000;
        assert_eq!(day_time_range("1 02", false, Day, Hour), Some(26 * 3600 * second));
        assert_eq!(day_time_range("1 02:03:04.5", true, Day, Second), Some(-(93_784 * second + 500_000)));
        assert_eq!(day_time_range("30:10", false, Hour, Minute), Some((30 * 60 + 10) * 60 * second));
        assert_eq!(day_time_range("1 24:00", false, Day, Minute), None);
        assert_eq!(day_time_range("1", false, Day, Hour), None);
    }

    #[test]
    fn texts() {
        let amounts = units_of_text("interval 1 day -2 hours 1.5 seconds").expect("valid");
        assert_eq!(amounts.iter().map(|a| a.micros).sum::<i64>(), 86_400_000_000 - 7_200_000_000 + 1_500_000);
        for text in ["", "1", "1day", "day", "1.5 days", "1 day 2"] {
            assert_eq!(units_of_text(text), None, "{text}");
        }
    }
}
