//! Units of date and time arithmetic and truncation.

use super::calendar::{DAY, add_months, civil, day_number, iso_weekday, join, split};
use super::zone::Zone;

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// The unit of `timestampadd` and `timestampdiff`.
    pub(super) fn of_arithmetic(text: &str) -> Option<Unit> {
        Some(match text.to_ascii_uppercase().as_str() {
            "MICROSECOND" => Unit::Microsecond,
            "MILLISECOND" => Unit::Millisecond,
            "SECOND" => Unit::Second,
            "MINUTE" => Unit::Minute,
            "HOUR" => Unit::Hour,
            "DAY" | "DAYOFYEAR" => Unit::Day,
            "WEEK" => Unit::Week,
            "MONTH" => Unit::Month,
            "QUARTER" => Unit::Quarter,
            "YEAR" => Unit::Year,
            _ => return None,
        })
    }

    /// The unit of `date_trunc` and, from weeks up, `trunc`.
    pub(super) fn of_truncation(text: &str) -> Option<Unit> {
        Some(match text.to_ascii_uppercase().as_str() {
            "MICROSECOND" => Unit::Microsecond,
            "MILLISECOND" => Unit::Millisecond,
            "SECOND" => Unit::Second,
            "MINUTE" => Unit::Minute,
            "HOUR" => Unit::Hour,
            "DAY" | "DD" => Unit::Day,
            "WEEK" => Unit::Week,
            "MONTH" | "MM" | "MON" => Unit::Month,
            "QUARTER" => Unit::Quarter,
            "YEAR" | "YYYY" | "YY" => Unit::Year,
            _ => return None,
        })
    }

    /// Microseconds of a unit that always has the same length.
    pub(super) fn micros(self) -> Option<i64> {
        Some(match self {
            Unit::Microsecond => 1,
            Unit::Millisecond => 1_000,
            Unit::Second => 1_000_000,
            Unit::Minute => 60_000_000,
            Unit::Hour => 3_600_000_000,
            _ => return None,
        })
    }

    /// Days of a unit counted in days, months of one counted in months.
    fn days_or_months(self) -> (i64, i64) {
        match self {
            Unit::Day => (1, 0),
            Unit::Week => (7, 0),
            Unit::Month => (0, 1),
            Unit::Quarter => (0, 3),
            Unit::Year => (0, 12),
            _ => (0, 0),
        }
    }

    /// `instant` moved by `count` units; days and longer units keep the wall clock of `zone`.
    pub(super) fn add(self, instant: i64, count: i64, zone: Zone) -> Option<i64> {
        if let Some(micros) = self.micros() {
            return instant.checked_add(count.checked_mul(micros)?);
        }
        let (days, time) = split(zone.to_local(instant));
        let (unit_days, unit_months) = self.days_or_months();
        let moved = if unit_months > 0 {
            add_months(days, count.checked_mul(unit_months)?)?
        } else {
            i32::try_from(i64::from(days).checked_add(count.checked_mul(unit_days)?)?).ok()?
        };
        Some(zone.to_instant(join(moved, time)?))
    }

    /// Whole units from one wall clock to another.
    pub(super) fn between(self, start: i64, end: i64) -> i64 {
        if let Some(micros) = self.micros() {
            return (end - start) / micros;
        }
        let (unit_days, unit_months) = self.days_or_months();
        if unit_months > 0 {
            months_between(start, end) / unit_months
        } else {
            (end - start) / (unit_days * DAY)
        }
    }

    /// The first day of the unit that `days` lies in.
    pub(super) fn truncate_date(self, days: i32) -> i32 {
        let (year, month, _) = civil(days);
        let first = |month| day_number(year, month, 1) as i32;
        match self {
            Unit::Year => first(1),
            Unit::Quarter => first((month - 1) / 3 * 3 + 1),
            Unit::Month => first(month),
            Unit::Week => days - (iso_weekday(days) - 1),
            _ => days,
        }
    }

    /// The first instant of the unit that `instant` lies in, by the wall clock of `zone`.
    pub(super) fn truncate(self, instant: i64, zone: Zone) -> i64 {
        let local = zone.to_local(instant);
        match self.micros() {
            Some(micros) => instant - local.rem_euclid(micros),
            None => {
                let (days, _) = split(local);
                zone.to_instant(i64::from(self.truncate_date(days)) * DAY)
            }
        }
    }
}

/// Whole months from one wall clock to another, negative when the second is earlier. As in Java, the last day counts only
/// when its time is reached, and the rest is counted in days.
fn months_between(start: i64, end: i64) -> i64 {
    let ((start_day, start_time), (end_day, end_time)) = (split(start), split(end));
    let end_day = if end_day > start_day && end_time < start_time {
        end_day - 1
    } else if end_day < start_day && end_time > start_time {
        end_day + 1
    } else {
        end_day
    };
    // Months of 32 days, so that no day of a month reaches into the next.
    let position = |days: i32| {
        let (year, month, day) = civil(days);
        (i64::from(year) * 12 + i64::from(month)) * 32 + i64::from(day)
    };
    (position(end_day) - position(start_day)) / 32
}
