//! Dates and timestamps from text without a pattern, by the rules of Spark's casts from strings.

use functions::datetime::zone::Zone;

use super::number::trim;

pub(crate) const MICROS_PER_SECOND: i64 = 1_000_000;
pub(crate) const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// Days since 1970-01-01: `[+-]yyyy[-m[-d]]`, anything after a `T` or a blank behind the day.
pub(crate) fn date(text: &[u8]) -> Option<i32> {
    if let Some(days) = plain_date(text) {
        return Some(days);
    }
    let text = trim(text);
    let (negative, mut rest) = match text.first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let mut parts = [0i32, 1, 1];
    let mut index = 0;
    loop {
        let length = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let allowed = if index == 0 { 4..=7 } else { 1..=2 };
        if !allowed.contains(&length) {
            return None;
        }
        parts[index] = rest[..length].iter().fold(0, |value, b| value * 10 + i32::from(b - b'0'));
        rest = &rest[length..];
        match rest.first() {
            None => break,
            Some(b'-') if index < 2 => rest = &rest[1..],
            Some(b' ' | b'T') if index == 2 => break,
            _ => return None,
        }
        index += 1;
    }
    let year = if negative { -parts[0] } else { parts[0] };
    days(year, parts[1], parts[2])
}

/// Exactly `yyyy-MM-dd`.
pub(crate) fn strict_date(text: &[u8]) -> Option<i32> {
    plain_date(text)
}

/// `yyyy-MM-dd`, the way most dates are written.
fn plain_date(text: &[u8]) -> Option<i32> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = text else { return None };
    days(two_digits(*a, *b)? * 100 + two_digits(*c, *d)?, two_digits(*e, *f)?, two_digits(*g, *h)?)
}

/// The wall clock of `yyyy-MM-dd HH:mm:ss`, or with a `T`, in microseconds: the way most timestamps are written.
pub(crate) fn plain_timestamp(text: &[u8]) -> Option<i64> {
    let (date, [b' ' | b'T', a, b, b':', c, d, b':', e, f]) = text.split_at_checked(10)? else { return None };
    let (hour, minute, second) = (two_digits(*a, *b)?, two_digits(*c, *d)?, two_digits(*e, *f)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = i64::from(plain_date(date)?) * 86_400 + i64::from(hour * 3600 + minute * 60 + second);
    Some(seconds * MICROS_PER_SECOND)
}

#[inline]
fn two_digits(tens: u8, ones: u8) -> Option<i32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i32::from(tens) * 10 + i32::from(ones))
}

/// An instant in microseconds; texts without a zone are wall clocks of `zone`.
pub(crate) fn timestamp(text: &[u8], zone: Zone) -> Option<i64> {
    if let Some(local) = plain_timestamp(text) {
        return Some(zone.to_instant(local));
    }
    let parsed = Parsed::read(text)?;
    let zone = match parsed.zone {
        Some(name) => Zone::find(std::str::from_utf8(name).ok()?)?,
        None => zone,
    };
    Some(zone.to_instant(parsed.local(zone)?))
}

/// A wall clock in microseconds; texts that name a zone or have no date are none.
pub(crate) fn timestamp_ntz(text: &[u8]) -> Option<i64> {
    if let Some(local) = plain_timestamp(text) {
        return Some(local);
    }
    let parsed = Parsed::read(text)?;
    if parsed.zone.is_some() || parsed.just_time {
        return None;
    }
    parsed.local(Zone::UTC)
}

/// The pieces of a timestamp text: year, month, day, hour, minute, second, microsecond.
struct Parsed<'a> {
    segments: [i64; 7],
    zone: Option<&'a [u8]>,
    just_time: bool,
}

const YEAR: usize = 0;
const DAY: usize = 2;
const HOUR: usize = 3;
const MINUTE: usize = 4;
const SECOND: usize = 5;
const FRACTION: usize = 6;

impl<'a> Parsed<'a> {
    fn read(text: &'a [u8]) -> Option<Self> {
        let text = trim(text);
        let (sign, mut rest) = match text.first()? {
            b'-' => (Some(-1), &text[1..]),
            b'+' => (Some(1), &text[1..]),
            _ => (None, text),
        };
        let mut parsed = Parsed { segments: [1, 1, 1, 0, 0, 0, 0], zone: None, just_time: false };
        let mut segment = YEAR;
        if sign.is_none() && rest.first() == Some(&b'T') {
            (segment, parsed.just_time, rest) = (HOUR, true, &rest[1..]);
        }
        loop {
            let length = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            let separator = rest.get(length);
            if segment == YEAR && separator == Some(&b':') && sign.is_none() {
                (segment, parsed.just_time) = (HOUR, true);
            }
            parsed.segments[segment] = number(segment, &rest[..length])?;
            rest = &rest[length..];
            match (segment, separator) {
                (_, None) => break,
                (..DAY, Some(b'-')) | (DAY, Some(b' ' | b'T')) | (HOUR | MINUTE, Some(b':')) => {}
                (SECOND, Some(b'.')) => {}
                (SECOND | FRACTION, Some(_)) => {
                    parsed.zone = Some(rest);
                    break;
                }
                _ => return None,
            }
            rest = &rest[1..];
            segment += 1;
        }
        parsed.segments[YEAR] *= sign.unwrap_or(1);
        Some(parsed)
    }

    /// The wall clock in microseconds; a time without a date is today's in `zone`.
    fn local(&self, zone: Zone) -> Option<i64> {
        let [year, month, day, hour, minute, second, micros] = self.segments;
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let days = if self.just_time {
            zone.to_local(chrono::Utc::now().timestamp_micros()).div_euclid(MICROS_PER_DAY)
        } else {
            i64::from(days(i32::try_from(year).ok()?, month as i32, day as i32)?)
        };
        let time = (hour * 3600 + minute * 60 + second) * MICROS_PER_SECOND + micros;
        days.checked_mul(MICROS_PER_DAY)?.checked_add(time)
    }
}

/// One segment's number, if its digits are as many as that segment has.
fn number(segment: usize, digits: &[u8]) -> Option<i64> {
    let fits = match segment {
        YEAR => (4..=6).contains(&digits.len()),
        FRACTION => true,
        _ => (1..=2).contains(&digits.len()),
    };
    if !fits {
        return None;
    }
    let read = digits.len().min(6);
    let value = digits[..read].iter().fold(0, |value, b| value * 10 + i64::from(b - b'0'));
    Some(if segment == FRACTION { value * 10i64.pow(6 - read as u32) } else { value })
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar; `None` for days that do not exist.
pub(crate) fn days(year: i32, month: i32, day: i32) -> Option<i32> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years that start in March make the leap day the last one.
    let shifted = i64::from(year) - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let day_of_year = (153 * i64::from((month + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (text, expected) in [
            ("1970-01-01", Some(0)),
            ("2020-02-29", Some(18_321)),
            ("2019-02-29", None),
            ("2020-1-1", Some(18_262)),
            ("2020", Some(18_262)),
            ("2020-01", Some(18_262)),
            (" 2020-01-01 ", Some(18_262)),
            ("2020-01-01T10:00", Some(18_262)),
            ("0001-01-01", Some(-719_162)),
            ("-0001-01-01", Some(-719_893)),
            ("20200101", None),
            ("2020-13-01", None),
            ("epoch", None),
            ("", None),
        ] {
            assert_eq!(date(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn timestamps() {
        let at =
            |h: i64, m: i64, s: i64| 18_262 * MICROS_PER_DAY + (h * 3600 + m * 60 + s) * MICROS_PER_SECOND;
        for (text, expected) in [
            ("2020-01-01", Some(at(0, 0, 0))),
            ("2020-01-01 10:00:00", Some(at(10, 0, 0))),
            ("2020-01-01T10:00:00.123456789Z", Some(at(10, 0, 0) + 123_456)),
            ("2020-01-01 10:00:00+02:00", Some(at(8, 0, 0))),
            ("2020-01-01 10:00:00 America/Los_Angeles", Some(at(18, 0, 0))),
            ("2020-01-01 10:00:00 GMT+3", Some(at(7, 0, 0))),
            ("2020-01-01 10:00:00-0800", Some(at(18, 0, 0))),
            ("2020-01-01 1:2:3", Some(at(1, 2, 3))),
            ("2020-01-01T10", Some(at(10, 0, 0))),
            ("2020-01-01 10:00:00.1", Some(at(10, 0, 0) + 100_000)),
            ("2020-01-01 10:00 UTC", None),
            ("2020-01-01 24:00:00", None),
            ("2020-01-01 10:00:60", None),
            ("2020-01-01x", None),
            ("12/31/2020", None),
        ] {
            assert_eq!(timestamp(text.as_bytes(), Zone::UTC), expected, "{text}");
        }
        assert_eq!(timestamp_ntz(b"2020-01-01T10:00:00Z"), None);
        assert_eq!(timestamp_ntz(b"2020-01-01T10:00:00.5"), Some(at(10, 0, 0) + 500_000));
    }
}
