//! The proleptic Gregorian calendar on day numbers since 1970-01-01.

/// Microseconds of a day.
pub(crate) const DAY: i64 = 86_400_000_000;
/// Microseconds of a second.
pub(crate) const SECOND: i64 = 1_000_000;

/// Year, month and day of a day number.
pub(crate) fn civil(days: i32) -> (i32, u32, u32) {
    // Years start in March, so that the leap day is the last of the year; eras have 400 years of 146,097
    // days.
    let shifted = i64::from(days) + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u32, day as u32)
}

/// The day number of a valid date.
pub(crate) fn day_number(year: i32, month: u32, day: u32) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = i64::from(if month > 2 { month - 3 } else { month + 9 });
    let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The day number, if that date exists and fits.
pub(crate) fn checked_day_number(year: i64, month: i64, day: i64) -> Option<i32> {
    let (year, month, day) =
        (i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    i32::try_from(day_number(year, month, day)).ok()
}

pub(crate) fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(crate) fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// 1 is Monday, 7 is Sunday.
pub(crate) fn iso_weekday(days: i32) -> i32 {
    (days.rem_euclid(7) + 3) % 7 + 1
}

pub(crate) fn day_of_year(days: i32) -> i32 {
    let (year, _, _) = civil(days);
    (i64::from(days) - day_number(year, 1, 1)) as i32 + 1
}

/// The ISO week's year and number.
pub(crate) fn iso_week(days: i32) -> (i32, i32) {
    let thursday = days - iso_weekday(days) + 4;
    (civil(thursday).0, (day_of_year(thursday) - 1) / 7 + 1)
}

/// `days` moved by whole months; the day of the month is clipped to the month's length.
pub(crate) fn add_months(days: i32, months: i64) -> Option<i32> {
    let (year, month, day) = civil(days);
    let total = (i64::from(year) * 12 + i64::from(month) - 1).checked_add(months)?;
    let year = i32::try_from(total.div_euclid(12)).ok()?;
    let month = total.rem_euclid(12) as u32 + 1;
    i32::try_from(day_number(year, month, day.min(days_in_month(year, month)))).ok()
}

/// Day number and microseconds of the day.
pub(crate) fn split(local_micros: i64) -> (i32, i64) {
    (local_micros.div_euclid(DAY) as i32, local_micros.rem_euclid(DAY))
}

/// The inverse of [`split`], unless it overflows.
pub(crate) fn join(days: i32, micros_of_day: i64) -> Option<i64> {
    i64::from(days).checked_mul(DAY)?.checked_add(micros_of_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_day_numbers_agree() {
        for (days, date) in [
            (0, (1970, 1, 1)),
            (-1, (1969, 12, 31)),
            (19_782, (2024, 2, 29)),
            (-719_162, (1, 1, 1)),
            (-719_163, (0, 12, 31)),
            (2_932_896, (9999, 12, 31)),
        ] {
            assert_eq!(civil(days), date);
            assert_eq!(day_number(date.0, date.1, date.2), i64::from(days));
        }
    }

    #[test]
    fn weeks_belong_to_the_year_of_their_thursday() {
        let days = |y, m, d| day_number(y, m, d) as i32;
        assert_eq!(iso_week(days(2016, 1, 3)), (2015, 53));
        assert_eq!(iso_week(days(2024, 12, 30)), (2025, 1));
        assert_eq!(iso_weekday(days(2024, 2, 29)), 4);
        assert_eq!(add_months(days(2024, 1, 31), 1), Some(days(2024, 2, 29)));
    }
}
