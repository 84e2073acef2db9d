//! The proleptic Gregorian calendar on plain integers, for all years Spark's dates and timestamps reach.

pub const MICROS_PER_SECOND: i64 = 1_000_000;
pub const MICROS_PER_MINUTE: i64 = 60 * MICROS_PER_SECOND;
pub const MICROS_PER_HOUR: i64 = 60 * MICROS_PER_MINUTE;
pub const MICROS_PER_DAY: i64 = 24 * MICROS_PER_HOUR;
pub const NANOS_PER_MICRO: i64 = 1_000;

/// A day as year, month 1..=12 and day of month 1..=31.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    pub month: u8,
    pub day: u8,
}

/// The calendar day of a day number (0 is 1970-01-01).
pub fn civil_of_days(days: i64) -> Civil {
    // Years start in March here, so that the leap day is the last of its year.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * march_month + 2) / 5 + 1) as u8;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 } as u8;
    Civil { year: era * 400 + year_of_era + i64::from(month <= 2), month, day }
}

/// The day number of a calendar day, which must exist.
pub fn days_of_civil(year: i64, month: u8, day: u8) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let march_month = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * march_month + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

pub fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        2 if is_leap_year(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day number, if year, month and day name a day.
pub fn days_checked(year: i64, month: u32, day: u32) -> Option<i64> {
    let month = u8::try_from(month).ok().filter(|m| (1..=12).contains(m))?;
    let day = u8::try_from(day).ok().filter(|d| (1..=days_in_month(year, month)).contains(d))?;
    Some(days_of_civil(year, month, day))
}

/// `days` moved by whole months; the day of month is cut to the length of the month it lands in.
pub fn add_months(days: i64, months: i64) -> i64 {
    let civil = civil_of_days(days);
    let month = civil.year * 12 + i64::from(civil.month) - 1 + months;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) as u8 + 1);
    days_of_civil(year, month, civil.day.min(days_in_month(year, month)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_civil_agree() {
        for (days, year, month, day) in [
            (0, 1970, 1, 1),
            (-1, 1969, 12, 31),
            (19_782, 2024, 2, 29),
            (-719_162, 1, 1, 1),
            (2_932_896, 9999, 12, 31),
            (-719_528, 0, 1, 1),
        ] {
            assert_eq!(civil_of_days(days), Civil { year, month, day }, "{days}");
            assert_eq!(days_of_civil(year, month, day), days);
        }
        for days in (-800_000..800_000).step_by(13) {
            let civil = civil_of_days(days);
            assert_eq!(days_of_civil(civil.year, civil.month, civil.day), days);
        }
    }

    #[test]
    fn months_are_cut_to_their_length() {
        let january = days_of_civil(2024, 1, 31);
        assert_eq!(add_months(january, 1), days_of_civil(2024, 2, 29));
        assert_eq!(add_months(january, 13), days_of_civil(2025, 2, 28));
        assert_eq!(add_months(january, -2), days_of_civil(2023, 11, 30));
    }
}
