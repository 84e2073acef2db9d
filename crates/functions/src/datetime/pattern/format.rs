//! Printing by a pattern.

use std::fmt::Write;

use super::{DateTimePattern, Item, MONTHS, Number, OffsetStyle, QUARTERS, Text, WEEKDAYS, name};
use crate::datetime::calendar::{civil, day_of_year, iso_weekday, split};
use crate::datetime::zone::{Zone, offset_text};

/// What a pattern prints: a wall clock and where it hangs.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    days: i32,
    micros_of_day: i64,
    instant: i64,
    zone: Zone,
}

impl Moment {
    /// An instant seen in a zone.
    pub fn at(instant: i64, zone: Zone) -> Self {
        let (days, micros_of_day) = split(zone.to_local(instant));
        Moment { days, micros_of_day, instant, zone }
    }

    /// A wall clock without a zone.
    pub fn local(micros: i64) -> Self {
        Moment::at(micros, Zone::UTC)
    }

    /// Midnight of a date.
    pub fn date(days: i32) -> Self {
        Moment { days, micros_of_day: 0, instant: 0, zone: Zone::UTC }
    }

    fn number(&self, field: Number) -> i64 {
        let (year, month, day) = civil(self.days);
        let hour = self.micros_of_day / 3_600_000_000;
        match field {
            Number::Year => year.into(),
            Number::YearOfEra => i64::from(if year > 0 { year } else { 1 - year }),
            Number::Month => month.into(),
            Number::Day => day.into(),
            Number::DayOfYear => day_of_year(self.days).into(),
            Number::Quarter => i64::from((month - 1) / 3 + 1),
            Number::AlignedDay => i64::from((day - 1) % 7 + 1),
            Number::Hour => hour,
            Number::ClockHour => (hour + 23) % 24 + 1,
            Number::HalfDayHour => hour % 12,
            Number::HalfDayClockHour => (hour + 11) % 12 + 1,
            Number::Minute => self.micros_of_day / 60_000_000 % 60,
            Number::Second => self.micros_of_day / 1_000_000 % 60,
        }
    }

    fn text(&self, text: Text) -> &'static str {
        let (year, month, _) = civil(self.days);
        match text {
            Text::Month { full } => name(&MONTHS, month as usize - 1, full),
            Text::Weekday { full } => name(&WEEKDAYS, iso_weekday(self.days) as usize - 1, full),
            Text::Quarter { full: true } => QUARTERS[(month as usize - 1) / 3],
            Text::Quarter { full: false } => ["Q1", "Q2", "Q3", "Q4"][(month as usize - 1) / 3],
            Text::Era { full } => match (year > 0, full) {
                (true, true) => "Anno Domini",
                (true, false) => "AD",
                (false, true) => "Before Christ",
                (false, false) => "BC",
            },
            Text::HalfDay if self.micros_of_day < 43_200_000_000 => "AM",
            Text::HalfDay => "PM",
        }
    }
}

impl DateTimePattern {
    /// Appends `moment` to `out`.
    pub fn format(&self, moment: &Moment, out: &mut String) {
        items(&self.items, moment, out);
    }
}

fn items(list: &[Item], moment: &Moment, out: &mut String) {
    for item in list {
        match item {
            Item::Literal(text) => out.push_str(text),
            Item::Number { field, min, .. } => number(moment.number(*field), *field, *min, out),
            // Writing into a String cannot fail.
            Item::ShortYear { .. } => {
                let _ = write!(out, "{:02}", moment.number(Number::Year).rem_euclid(100));
            }
            Item::Fraction(digits) => {
                let nanos = format!("{:09}", moment.micros_of_day % 1_000_000 * 1000);
                out.push_str(&nanos[..*digits]);
            }
            Item::Text(text) => out.push_str(moment.text(*text)),
            Item::ZoneId => out.push_str(&moment.zone.id()),
            Item::ZoneName => out.push_str(&moment.zone.abbreviation(moment.instant)),
            Item::LocalizedOffset { full } => localized(moment.zone.offset_at(moment.instant), *full, out),
            Item::Offset { style, zero } => offset(moment.zone.offset_at(moment.instant), *style, zero, out),
            Item::Optional(inner) => items(inner, moment, out),
        }
    }
}

fn number(value: i64, field: Number, min: usize, out: &mut String) {
    let digits = value.unsigned_abs().to_string();
    let year = matches!(field, Number::Year | Number::YearOfEra);
    if value < 0 {
        out.push('-');
    } else if year && min >= 4 && digits.len() > min {
        out.push('+');
    }
    for _ in digits.len()..min {
        out.push('0');
    }
    out.push_str(&digits);
}

fn offset(seconds: i32, style: OffsetStyle, zero: &str, out: &mut String) {
    if seconds == 0 {
        out.push_str(zero);
        return;
    }
    let whole_minutes = seconds / 60 * 60;
    match style {
        OffsetStyle::HoursThenMinutes if whole_minutes % 3600 == 0 => {
            out.push_str(&offset_text(whole_minutes, "")[..3]);
        }
        OffsetStyle::HoursThenMinutes | OffsetStyle::Compact => out.push_str(&offset_text(whole_minutes, "")),
        OffsetStyle::Colon => out.push_str(&offset_text(whole_minutes, ":")),
        OffsetStyle::CompactSeconds => out.push_str(&offset_text(seconds, "")),
        OffsetStyle::ColonSeconds => out.push_str(&offset_text(seconds, ":")),
    }
}

/// `GMT`, `GMT+8`, `GMT+8:30`, or `GMT+08:00` in full.
fn localized(seconds: i32, full: bool, out: &mut String) {
    out.push_str("GMT");
    if seconds == 0 {
        return;
    }
    if full {
        out.push_str(&offset_text(seconds, ":"));
        return;
    }
    let minutes = seconds.unsigned_abs() / 60;
    out.push(if seconds < 0 { '-' } else { '+' });
    out.push_str(&(minutes / 60).to_string());
    if !minutes.is_multiple_of(60) {
        out.push_str(&format!(":{:02}", minutes % 60));
    }
}
