//! Casts of strings to intervals.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray, StringArray};
use arrow::datatypes::{
    ArrowPrimitiveType, DurationMicrosecondType, IntervalMonthDayNano, IntervalMonthDayNanoType,
    IntervalYearMonthType,
};
use lang::{DataType as Spark, DayTimeField, Error, Result, RuntimeClass, YearMonthField};

use super::calendar::{MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND, NANOS_PER_MICRO};
use super::format_interval::micros_of;
use super::kernel::{Mode, Options, unexpected};
use super::parse_number::trim;

/// An array of strings as intervals.
pub(super) fn cast(array: &ArrayRef, target: &Spark, options: &Options) -> Result<ArrayRef> {
    let array = array.as_string::<i32>();
    Ok(match target {
        Spark::YearMonthInterval { start, end } => {
            // Spark knows no lenient mode for ANSI intervals.
            let strict = options.mode != Mode::Try;
            let parse = |text: &str| parse_year_month(text, *start, *end);
            Arc::new(parsed::<IntervalYearMonthType>(array, target, strict, parse)?)
        }
        Spark::DayTimeInterval { start, end } => {
            let strict = options.mode != Mode::Try;
            let parse = |text: &str| parse_day_time(text, *start, *end);
            Arc::new(parsed::<DurationMicrosecondType>(array, target, strict, parse)?)
        }
        // And no strict one for calendar intervals.
        Spark::CalendarInterval => {
            Arc::new(parsed::<IntervalMonthDayNanoType>(array, target, false, parse_calendar)?)
        }
        _ => return Err(unexpected(&Spark::STRING, target)),
    })
}

fn parsed<T: ArrowPrimitiveType>(
    array: &StringArray,
    target: &Spark,
    strict: bool,
    parse: impl Fn(&str) -> Option<T::Native>,
) -> Result<PrimitiveArray<T>> {
    let mut builder = PrimitiveArray::<T>::builder(array.len());
    for text in array.iter() {
        let value = text.and_then(&parse);
        if let (Some(text), None, true) = (text, &value, strict) {
            return Err(malformed(text, target));
        }
        builder.append_option(value);
    }
    Ok(builder.finish())
}

fn malformed(text: &str, target: &Spark) -> Error {
    let error = |sub: &str| {
        Error::runtime(RuntimeClass::Other, format!("INVALID_INTERVAL_FORMAT.{sub}")).with("input", text)
    };
    let (sub, kind) = match target {
        Spark::YearMonthInterval { start, end } if start != end && has_month_out_of_range(text) => {
            return error("INTERVAL_PARSING").with("interval", "year-month");
        }
        Spark::YearMonthInterval { .. } => ("UNMATCHED_FORMAT_STRING", "year-month"),
        _ => ("UNMATCHED_FORMAT_STRING_WITH_NOTICE", "day-time"),
    };
    error(sub)
        .with("intervalStr", kind)
        .with("typeName", target.simple_string())
        .with("supportedFormat", supported_format(target))
}

/// Whether a text has the shape `y-m`, so that only its months can be wrong.
fn has_month_out_of_range(text: &str) -> bool {
    let (_, text) = split_sign(trim(text));
    text.split_once('-').is_some_and(|(years, months)| digits(years).is_some() && digits(months).is_some())
}

fn supported_format(target: &Spark) -> String {
    let (plain, unit) = match target {
        Spark::YearMonthInterval { start, end } if start == end => {
            ("[+|-]n".to_string(), start.name().to_uppercase())
        }
        Spark::YearMonthInterval { .. } => ("[+|-]y-m".to_string(), "YEAR TO MONTH".to_string()),
        Spark::DayTimeInterval { start, end } => {
            let fields = ["d ", "h:", "m:", "s.n"][*start as usize..=*end as usize].concat();
            let fields = fields.trim_end_matches([' ', ':']).to_string();
            let unit = match start == end {
                true => start.name().to_uppercase(),
                false => format!("{} TO {}", start.name(), end.name()).to_uppercase(),
            };
            (format!("[+|-]{fields}"), unit)
        }
        _ => return String::new(),
    };
    format!("`{plain}`, `INTERVAL [+|-]'{plain}' {unit}`")
}

/// The quoted part of `INTERVAL [+|-]'…' UNIT`, or the text itself; with the sign in front of the quotes.
fn unwrap_literal<'a>(text: &'a str, unit: &str) -> Option<(bool, &'a str)> {
    let text = trim(text);
    let Some(prefix) = text.get(..8).filter(|prefix| prefix.eq_ignore_ascii_case("interval")) else {
        return Some((false, text));
    };
    let rest = text[prefix.len()..].trim_start();
    let (negative, rest) = match rest.as_bytes().first()? {
        b'-' => (true, &rest[1..]),
        b'+' => (false, &rest[1..]),
        _ => (false, rest),
    };
    let (inner, tail) = rest.strip_prefix('\'')?.split_once('\'')?;
    let words: Vec<_> = tail.split_whitespace().collect();
    words.join(" ").eq_ignore_ascii_case(unit).then_some((negative, inner.trim()))
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// `1-2`, `INTERVAL '1-2' YEAR TO MONTH`, or one number for an interval of one unit; in months.
pub fn parse_year_month(text: &str, start: YearMonthField, end: YearMonthField) -> Option<i32> {
    let unit = match (start, end) {
        (YearMonthField::Year, YearMonthField::Year) => "YEAR",
        (YearMonthField::Month, _) => "MONTH",
        _ => "YEAR TO MONTH",
    };
    let (outer, inner) = unwrap_literal(text, unit)?;
    let (negative, inner) = split_sign(inner);
    let months = match (start, end) {
        (YearMonthField::Year, YearMonthField::Year) => digits(inner)?.checked_mul(12)?,
        (YearMonthField::Month, _) => digits(inner)?,
        _ => {
            let (years, months) = inner.split_once('-')?;
            let months = digits(months).filter(|m| *m <= 11)?;
            digits(years)?.checked_mul(12)?.checked_add(months)?
        }
    };
    i32::try_from(if negative != outer { -months } else { months }).ok()
}

/// `1 02:03:04.5`, `INTERVAL '…' DAY TO SECOND` and their shorter forms; in microseconds.
pub fn parse_day_time(text: &str, start: DayTimeField, end: DayTimeField) -> Option<i64> {
    let unit = match start == end {
        true => start.name().to_string(),
        false => format!("{} to {}", start.name(), end.name()),
    };
    let (outer, inner) = unwrap_literal(text, &unit)?;
    let (negative, mut rest) = split_sign(inner);
    let mut micros = 0_i64;
    for field in [DayTimeField::Day, DayTimeField::Hour, DayTimeField::Minute, DayTimeField::Second] {
        if field < start || field > end {
            continue;
        }
        let part = if field == end {
            std::mem::take(&mut rest)
        } else {
            let separator = if field == DayTimeField::Day { ' ' } else { ':' };
            let (part, tail) = rest.split_once(separator)?;
            rest = tail.trim_start();
            part
        };
        // With its sign at once, so that the least interval is in range.
        let sign = if negative != outer { -1 } else { 1 };
        micros = micros.checked_add(sign * day_time_part(part, field, field == start)?)?;
    }
    Some(micros)
}

fn day_time_part(text: &str, field: DayTimeField, leading: bool) -> Option<i64> {
    let (whole, fraction) = match (field, text.split_once('.')) {
        (DayTimeField::Second, Some((whole, fraction))) => (whole, fraction_micros(fraction)?),
        _ => (text, 0),
    };
    let limit = match field {
        _ if leading => i64::MAX,
        DayTimeField::Hour => 23,
        _ => 59,
    };
    let longest = if leading { 9 + usize::from(field != DayTimeField::Day) * 4 } else { 2 };
    let value = digits(whole).filter(|value| *value <= limit && whole.len() <= longest)?;
    value.checked_mul(micros_of(field))?.checked_add(fraction)
}

/// Up to nine digits of a second's fraction, those beyond six cut off.
fn fraction_micros(text: &str) -> Option<i64> {
    if text.len() > 9 {
        return None;
    }
    digits(&format!("{text:0<6}")[..6])
}

/// `[interval] 1 year 2 months -3 days …`
pub fn parse_calendar(text: &str) -> Option<IntervalMonthDayNano> {
    let text = trim(text).to_ascii_lowercase();
    let text = match text.strip_prefix("interval") {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest,
        _ => &text,
    };
    let (mut months, mut days, mut micros) = (0_i64, 0_i64, 0_i64);
    let spaced = text.replace('+', " +").replace('-', " -");
    let mut words = spaced.split_whitespace();
    let mut any = false;
    while let Some(mut number) = words.next() {
        let (negative, rest) = split_sign(number);
        number = if rest.is_empty() { words.next()? } else { rest };
        let sign = if negative { -1 } else { 1 };
        let unit = words.next()?;
        let unit = unit.strip_suffix('s').unwrap_or(unit);
        if unit == "second" {
            let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
            let whole = if whole.is_empty() && !fraction.is_empty() { 0 } else { digits(whole)? };
            let fraction = if fraction.is_empty() { 0 } else { fraction_micros(fraction)? };
            let seconds = whole.checked_mul(MICROS_PER_SECOND)?.checked_add(fraction)?;
            micros = micros.checked_add(sign * seconds)?;
        } else {
            let value = sign * digits(number)?;
            let (field, factor) = match unit {
                "year" => (&mut months, 12),
                "month" => (&mut months, 1),
                "week" => (&mut days, 7),
                "day" => (&mut days, 1),
                "hour" => (&mut micros, MICROS_PER_HOUR),
                "minute" => (&mut micros, MICROS_PER_MINUTE),
                "millisecond" => (&mut micros, 1_000),
                "microsecond" => (&mut micros, 1),
                _ => return None,
            };
            *field = field.checked_add(value.checked_mul(factor)?)?;
        }
        any = true;
    }
    let nanoseconds = micros.checked_mul(NANOS_PER_MICRO)?;
    let (months, days) = (i32::try_from(months).ok()?, i32::try_from(days).ok()?);
    any.then_some(IntervalMonthDayNano { months, days, nanoseconds })
}

#[cfg(test)]
mod tests {
    use super::super::calendar::MICROS_PER_DAY;
    use super::*;

    #[test]
    fn ansi_intervals() {
        use DayTimeField::{Day, Second};
        for (text, expected) in [
            ("1 02:03:04.5", Some(MICROS_PER_DAY + 7_384_500_000)),
            ("-0 00:00:01", Some(-1_000_000)),
            ("INTERVAL '1 00:00:00' DAY TO SECOND", Some(MICROS_PER_DAY)),
            ("interval -'1 00:00:00' day to second", Some(-MICROS_PER_DAY)),
            ("1 24:00:00", None),
            ("1", None),
        ] {
            assert_eq!(parse_day_time(text, Day, Second), expected, "{text}");
        }
        let months = |text| parse_year_month(text, YearMonthField::Year, YearMonthField::Month);
        assert_eq!(months("1-2"), Some(14));
        assert_eq!(months("INTERVAL '-1-2' YEAR TO MONTH"), Some(-14));
        assert_eq!(months("1-12"), None);
    }

    #[test]
    fn calendar_intervals() {
        let parts = |text| parse_calendar(text).map(|i| (i.months, i.days, i.nanoseconds));
        assert_eq!(parts("interval 1 year 2 months 3 days"), Some((14, 3, 0)));
        assert_eq!(parts("-1 week 1.5 seconds"), Some((0, -7, 1_500_000_000)));
        assert_eq!(parts("1"), None);
        assert_eq!(parts(""), None);
    }
}
