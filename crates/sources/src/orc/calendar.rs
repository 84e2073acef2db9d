//! Days and instants before 15 October 1582, which ORC files count in the Julian calendar.

use crate::value::datetime::{MICROS_PER_DAY, days};

/// The first day of the Gregorian calendar, in days since 1970-01-01.
const GREGORIAN: i32 = -141_427;
/// Julian day of 1970-01-01, at noon.
const EPOCH: i64 = 2_440_588;

/// The day of the same name in the Gregorian calendar, followed back without end.
pub(super) fn from_julian(day: i32) -> i32 {
    if day >= GREGORIAN {
        return day;
    }
    // The algorithm of Richards for the Julian calendar.
    let f = i64::from(day) + EPOCH + 1401;
    let e = 4 * f + 3;
    let g = e.rem_euclid(1461).div_euclid(4);
    let h = 5 * g + 2;
    let day_of_month = h.rem_euclid(153).div_euclid(5) + 1;
    let month = (h.div_euclid(153) + 2).rem_euclid(12) + 1;
    let year = e.div_euclid(1461) - 4716 + (14 - month).div_euclid(12);
    // 29 February of centuries is no day of the Gregorian calendar: the next one is.
    days(year as i32, month as i32, day_of_month as i32).or_else(|| days(year as i32, 3, 1)).unwrap_or(day)
}

/// The inverse of [`from_julian`].
pub(super) fn to_julian(day: i32) -> i32 {
    if day >= GREGORIAN {
        return day;
    }
    let date = chrono::DateTime::UNIX_EPOCH.date_naive();
    let Some(date) = date.checked_add_signed(chrono::TimeDelta::days(day.into())) else { return day };
    use chrono::Datelike;
    let (year, month) = (i64::from(date.year()), i64::from(date.month()));
    let julian = 367 * year - 7 * (year + 5001 + (month - 9) / 7) / 4
        + 275 * month / 9
        + i64::from(date.day())
        + 1_729_777;
    i32::try_from(julian - EPOCH).unwrap_or(day)
}

/// The same for wall clocks in microseconds.
pub(super) fn micros(micros: i64, rebase: fn(i32) -> i32) -> i64 {
    let day = micros.div_euclid(MICROS_PER_DAY);
    match i32::try_from(day) {
        Ok(day) if day < GREGORIAN => {
            i64::from(rebase(day)) * MICROS_PER_DAY + micros.rem_euclid(MICROS_PER_DAY)
        }
        _ => micros,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_keep_their_names() {
        // 0001-01-01 and 1582-10-04 in both calendars.
        for (gregorian, julian) in [(-719_162, -719_164), (-141_438, -141_428), (-141_427, -141_427), (0, 0)]
        {
            assert_eq!(to_julian(gregorian), julian, "{gregorian}");
            assert_eq!(from_julian(julian), gregorian, "{julian}");
        }
        for day in (-719_162..-141_437).step_by(13) {
            assert_eq!(from_julian(to_julian(day)), day);
        }
    }
}
