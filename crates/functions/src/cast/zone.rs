//! Time zones: what Spark accepts as a zone id, and the way between instants and wall clocks.

use std::sync::Arc;

use chrono::{DateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{OffsetName, Tz};
use datafusion::config::ConfigOptions;
use lang::{Error, Result};

use super::calendar::{MICROS_PER_DAY, MICROS_PER_SECOND, civil_of_days, days_of_civil, is_leap_year};

/// The first year for which the zone database lists no transitions; its last rules hold on.
const FIRST_UNLISTED_YEAR: i64 = 2100;
/// Years after which weekdays and leap years repeat, as long as no century lies between.
const CALENDAR_CYCLE: i64 = 28;
/// The largest offset Java knows, in seconds.
const MAX_OFFSET: i32 = 18 * 3600;

/// A time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Seconds east of UTC.
    Fixed(i32),
    Region(Tz),
}

impl Zone {
    pub const UTC: Zone = Zone::Fixed(0);

    /// The session time zone of a running query.
    pub fn of(config: &Arc<ConfigOptions>) -> Result<Zone> {
        config.execution.time_zone.as_deref().map_or(Ok(Zone::UTC), Zone::parse)
    }

    /// A zone by its id: `America/New_York`, `+01:00`, `GMT+1`, `UTC`, `Z`.
    ///
    /// # Errors
    /// `INVALID_TIMEZONE`
    pub fn parse(id: &str) -> Result<Zone> {
        Zone::find(id.trim()).ok_or_else(|| Error::analysis("INVALID_TIMEZONE").with("timeZone", id))
    }

    /// [`Zone::parse`] without an error.
    pub fn find(id: &str) -> Option<Zone> {
        if matches!(id, "Z" | "UTC" | "GMT" | "UT" | "Etc/UTC" | "Etc/GMT") {
            return Some(Zone::UTC);
        }
        let offset = ["UTC", "GMT", "UT"].iter().find_map(|prefix| id.strip_prefix(prefix)).unwrap_or(id);
        if offset.starts_with(['+', '-']) {
            return parse_offset(offset).map(Zone::Fixed);
        }
        let region = short_id(id).unwrap_or(id);
        match region.starts_with(['+', '-']) {
            true => parse_offset(region).map(Zone::Fixed),
            false => region.parse().ok().map(Zone::Region),
        }
    }

    /// Seconds east of UTC at an instant (microseconds since the epoch).
    pub fn offset_seconds(&self, micros: i64) -> i32 {
        match self {
            Zone::Fixed(seconds) => *seconds,
            Zone::Region(tz) => region_offset(*tz, micros),
        }
    }

    /// The wall clock at an instant, both in microseconds.
    pub fn to_local(&self, micros: i64) -> i64 {
        micros.saturating_add(i64::from(self.offset_seconds(micros)) * MICROS_PER_SECOND)
    }

    /// The instant of a wall clock reading: the earlier one where clocks were set back; where they were set forward
    /// the reading is moved on by the gap.
    pub fn to_instant(&self, local: i64) -> i64 {
        let Zone::Region(tz) = self else {
            return local.saturating_sub(i64::from(self.offset_seconds(0)) * MICROS_PER_SECOND);
        };
        // The offset well before the reading is the right one unless a transition lies between; trying the offset of
        // the day before first yields the earlier instant in an overlap and the shift by the gap in a gap.
        let before = region_offset(*tz, local.saturating_sub(MICROS_PER_DAY));
        let early = local.saturating_sub(i64::from(before) * MICROS_PER_SECOND);
        let there = region_offset(*tz, early);
        if there == before {
            return early;
        }
        let late = local.saturating_sub(i64::from(there) * MICROS_PER_SECOND);
        if region_offset(*tz, late) == there { late } else { early }
    }

    /// [`Zone::to_instant`] for a reading reached from an instant with `offset`, which is kept where clocks were set
    /// back.
    pub fn to_instant_from(&self, local: i64, offset: i32) -> i64 {
        let kept = local.saturating_sub(i64::from(offset) * MICROS_PER_SECOND);
        if self.offset_seconds(kept) == offset { kept } else { self.to_instant(local) }
    }

    /// The abbreviation in force at an instant, as `date_format` prints it with `z`.
    pub fn abbreviation(&self, micros: i64) -> Option<String> {
        match self {
            Zone::Fixed(_) => None,
            Zone::Region(tz) => {
                let instant = instant(micros);
                tz.offset_from_utc_datetime(&instant.naive_utc()).abbreviation().map(str::to_string)
            }
        }
    }
}

fn region_offset(tz: Tz, micros: i64) -> i32 {
    tz.offset_from_utc_datetime(&instant(listed(micros)).naive_utc()).fix().local_minus_utc()
}

/// A time of the same calendar (leap year, weekdays) for which the zone database lists transitions: the time itself
/// where it does.
pub(crate) fn listed(micros: i64) -> i64 {
    let days = micros.div_euclid(MICROS_PER_DAY);
    let year = civil_of_days(days).year;
    if year < FIRST_UNLISTED_YEAR {
        return micros;
    }
    let new_year = days_of_civil(year, 1, 1);
    let same_calendar = |other: &i64| {
        is_leap_year(*other) == is_leap_year(year) && (new_year - days_of_civil(*other, 1, 1)) % 7 == 0
    };
    let like = (FIRST_UNLISTED_YEAR - CALENDAR_CYCLE..FIRST_UNLISTED_YEAR).find(same_calendar);
    like.map_or(micros, |like| micros - (new_year - days_of_civil(like, 1, 1)) * MICROS_PER_DAY)
}

/// An instant within chrono's range; zones have no transitions beyond it.
fn instant(micros: i64) -> DateTime<Utc> {
    let range = |bound: DateTime<Utc>| bound.timestamp_micros();
    let low = range(DateTime::<Utc>::MIN_UTC) + MICROS_PER_DAY;
    let high = range(DateTime::<Utc>::MAX_UTC) - MICROS_PER_DAY;
    DateTime::UNIX_EPOCH + TimeDelta::microseconds(micros.clamp(low, high))
}

/// `+h`, `+hh`, `+hh:mm`, `+hhmm`, `+hh:mm:ss`, one digit hours and minutes included.
fn parse_offset(text: &str) -> Option<i32> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let number = |part: &str, limit: i32| -> Option<i32> {
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|n| digits && *n <= limit)
    };
    let mut parts = rest.split(':');
    let first = parts.next()?;
    let seconds = match (first.len(), parts.next(), parts.next(), parts.next()) {
        (4, None, ..) if first.is_ascii() => number(&first[..2], 18)? * 3600 + number(&first[2..], 59)? * 60,
        (6, None, ..) if first.is_ascii() => {
            number(&first[..2], 18)? * 3600 + number(&first[2..4], 59)? * 60 + number(&first[4..], 59)?
        }
        (_, None, ..) => number(first, 18)? * 3600,
        (_, Some(minutes), None, _) => number(first, 18)? * 3600 + number(minutes, 59)? * 60,
        (_, Some(minutes), Some(seconds), None) => {
            number(first, 18)? * 3600 + number(minutes, 59)? * 60 + number(seconds, 59)?
        }
        _ => return None,
    };
    (seconds <= MAX_OFFSET).then_some(sign * seconds)
}

/// Java's three-letter ids, which the zone database does not know or means otherwise.
fn short_id(id: &str) -> Option<&'static str> {
    Some(match id {
        "ACT" => "Australia/Darwin",
        "AET" => "Australia/Sydney",
        "AGT" => "America/Argentina/Buenos_Aires",
        "ART" => "Africa/Cairo",
        "AST" => "America/Anchorage",
        "BET" => "America/Sao_Paulo",
        "BST" => "Asia/Dhaka",
        "CAT" => "Africa/Harare",
        "CNT" => "America/St_Johns",
        "CST" => "America/Chicago",
        "CTT" => "Asia/Shanghai",
        "EAT" => "Africa/Addis_Ababa",
        "ECT" => "Europe/Paris",
        "IET" => "America/Indiana/Indianapolis",
        "IST" => "Asia/Kolkata",
        "JST" => "Asia/Tokyo",
        "MIT" => "Pacific/Apia",
        "NET" => "Asia/Yerevan",
        "NST" => "Pacific/Auckland",
        "PLT" => "Asia/Karachi",
        "PNT" => "America/Phoenix",
        "PRT" => "America/Puerto_Rico",
        "PST" => "America/Los_Angeles",
        "SST" => "Pacific/Guadalcanal",
        "VST" => "Asia/Ho_Chi_Minh",
        "EST" => "-05:00",
        "MST" => "-07:00",
        "HST" => "-10:00",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        for (id, seconds) in [
            ("Z", 0),
            ("UTC", 0),
            ("+01:00", 3600),
            ("-8", -28_800),
            ("GMT+1", 3600),
            ("UTC-03:30", -12_600),
            ("EST", -18_000),
        ] {
            assert_eq!(Zone::find(id), Some(Zone::Fixed(seconds)), "{id}");
        }
        assert_eq!(Zone::find("Europe/Paris"), Some(Zone::Region(Tz::Europe__Paris)));
        for id in ["", "+19:00", "+1:60", "Mars/Olympus", "+"] {
            assert_eq!(Zone::find(id), None, "{id}");
        }
    }

    #[test]
    fn the_last_rules_hold_forever() {
        let zone = Zone::find("America/New_York").expect("a zone");
        for (day, hours) in
            [((9999, 7, 1), -4), ((9999, 12, 31), -5), ((2100, 3, 13), -5), ((2100, 3, 15), -4)]
        {
            let micros = days_of_civil(day.0, day.1, day.2) * MICROS_PER_DAY;
            assert_eq!(zone.offset_seconds(micros), hours * 3600, "{day:?}");
        }
    }

    #[test]
    fn gaps_move_on_and_overlaps_take_the_earlier() {
        let zone = Zone::find("America/Los_Angeles").expect("a zone");
        let local = |text: &str| {
            let parsed = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").expect("a date");
            parsed.and_utc().timestamp_micros()
        };
        for (wall, utc) in [
            ("2024-03-10 02:30:00", "2024-03-10 10:30:00"),
            ("2024-03-10 01:59:59", "2024-03-10 09:59:59"),
            ("2024-03-10 03:00:00", "2024-03-10 10:00:00"),
            ("2024-11-03 01:30:00", "2024-11-03 08:30:00"),
            ("2024-11-03 02:00:00", "2024-11-03 10:00:00"),
            ("2024-07-01 00:00:00", "2024-07-01 07:00:00"),
        ] {
            assert_eq!(zone.to_instant(local(wall)), local(utc), "{wall}");
        }
    }
}
