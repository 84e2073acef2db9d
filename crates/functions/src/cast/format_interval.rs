//! Intervals as text, the way Spark's casts print them.

use std::fmt::Write;

use lang::{DayTimeField, YearMonthField};

use super::calendar::{MICROS_PER_DAY, MICROS_PER_HOUR, MICROS_PER_MINUTE, MICROS_PER_SECOND};
use super::format::write_fraction;

/// `INTERVAL '1-2' YEAR TO MONTH`
pub(super) fn write_year_month(months: i32, start: YearMonthField, end: YearMonthField, out: &mut String) {
    let sign = if months < 0 { "-" } else { "" };
    let months = months.unsigned_abs();
    let _ = match (start, end) {
        (YearMonthField::Year, YearMonthField::Year) => write!(out, "INTERVAL '{sign}{}' YEAR", months / 12),
        (YearMonthField::Month, _) => write!(out, "INTERVAL '{sign}{months}' MONTH"),
        _ => write!(out, "INTERVAL '{sign}{}-{}' YEAR TO MONTH", months / 12, months % 12),
    };
}

/// `INTERVAL '1 02:03:04.5' DAY TO SECOND`
pub(super) fn write_day_time(micros: i64, start: DayTimeField, end: DayTimeField, out: &mut String) {
    out.push_str("INTERVAL '");
    if micros < 0 {
        out.push('-');
    }
    let mut rest = micros.unsigned_abs();
    for field in [DayTimeField::Day, DayTimeField::Hour, DayTimeField::Minute, DayTimeField::Second] {
        if field < start || field > end {
            continue;
        }
        let unit = micros_of(field) as u64;
        let separator = match (field == start, field) {
            (true, _) => "",
            (false, DayTimeField::Hour) => " ",
            (false, _) => ":",
        };
        let _ = match field {
            DayTimeField::Day => write!(out, "{}", rest / unit),
            _ => write!(out, "{separator}{:02}", rest / unit),
        };
        rest %= unit;
        if field == DayTimeField::Second {
            write_fraction(rest as i64, out);
        }
    }
    out.push_str("' ");
    out.push_str(&start.name().to_uppercase());
    if start != end {
        let _ = write!(out, " TO {}", end.name().to_uppercase());
    }
}

/// The length of a field's unit.
pub(super) fn micros_of(field: DayTimeField) -> i64 {
    match field {
        DayTimeField::Day => MICROS_PER_DAY,
        DayTimeField::Hour => MICROS_PER_HOUR,
        DayTimeField::Minute => MICROS_PER_MINUTE,
        DayTimeField::Second => MICROS_PER_SECOND,
    }
}

/// `1 years 2 months 3 days 4 hours 5 minutes 6.5 seconds`; zero is `0 seconds`.
pub(super) fn write_calendar(months: i32, days: i32, micros: i64, out: &mut String) {
    if months == 0 && days == 0 && micros == 0 {
        return out.push_str("0 seconds");
    }
    let start = out.len();
    let mut part = |value: i64, unit: &str| {
        if value != 0 {
            let space = if out.len() > start { " " } else { "" };
            let _ = write!(out, "{space}{value} {unit}");
        }
    };
    part(i64::from(months / 12), "years");
    part(i64::from(months % 12), "months");
    part(i64::from(days), "days");
    part(micros / MICROS_PER_HOUR, "hours");
    part(micros % MICROS_PER_HOUR / MICROS_PER_MINUTE, "minutes");
    let rest = micros % MICROS_PER_MINUTE;
    if rest != 0 {
        let space = if out.len() > start { " " } else { "" };
        let sign = if rest < 0 { "-" } else { "" };
        let rest = rest.unsigned_abs();
        let _ = write!(out, "{space}{sign}{}", rest / 1_000_000);
        write_fraction((rest % 1_000_000) as i64, out);
        out.push_str(" seconds");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn day_time_intervals() {
        use DayTimeField::{Day, Hour, Minute, Second};
        let value = MICROS_PER_DAY + 2 * MICROS_PER_HOUR + 3 * MICROS_PER_MINUTE + 4_500_000;
        for (micros, start, end, text) in [
            (value, Day, Second, "INTERVAL '1 02:03:04.5' DAY TO SECOND"),
            (-value, Day, Minute, "INTERVAL '-1 02:03' DAY TO MINUTE"),
            (value, Hour, Hour, "INTERVAL '26' HOUR"),
            (MICROS_PER_HOUR, Hour, Second, "INTERVAL '01:00:00' HOUR TO SECOND"),
            (1_000_000, Second, Second, "INTERVAL '01' SECOND"),
            (0, Day, Day, "INTERVAL '0' DAY"),
        ] {
            let mut out = String::new();
            write_day_time(micros, start, end, &mut out);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn calendar_intervals() {
        for (months, days, micros, text) in [
            (14, 3, 14_706_500_000, "1 years 2 months 3 days 4 hours 5 minutes 6.5 seconds"),
            (-1, 0, -500_000, "-1 months -0.5 seconds"),
            (0, 0, 0, "0 seconds"),
        ] {
            let mut out = String::new();
            write_calendar(months, days, micros, &mut out);
            assert_eq!(out, text);
        }
    }
}
