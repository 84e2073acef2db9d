//! Time zones the way Spark names them: regions, offsets and the old three-letter ids.

use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::{OffsetComponents, OffsetName, Tz};
use lang::{Error, ErrorKind, Result, RuntimeClass};

use super::calendar::SECOND;
use crate::cast::zone::listed;

/// A time zone: a fixed offset from UTC or a region with rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Seconds east of UTC.
    Fixed(i32),
    Region(Tz),
}

/// Three-letter ids that Java still maps to regions.
const SHORT_IDS: &[(&str, &str)] = &[
    ("ACT", "Australia/Darwin"),
    ("AET", "Australia/Sydney"),
    ("AGT", "America/Argentina/Buenos_Aires"),
    ("ART", "Africa/Cairo"),
    ("AST", "America/Anchorage"),
    ("BET", "America/Sao_Paulo"),
    ("BST", "Asia/Dhaka"),
    ("CAT", "Africa/Harare"),
    ("CNT", "America/St_Johns"),
    ("CST", "America/Chicago"),
    ("CTT", "Asia/Shanghai"),
    ("EAT", "Africa/Addis_Ababa"),
    ("ECT", "Europe/Paris"),
    ("EST", "-05:00"),
    ("HST", "-10:00"),
    ("IET", "America/Indiana/Indianapolis"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("MIT", "Pacific/Apia"),
    ("MST", "-07:00"),
    ("NET", "Asia/Yerevan"),
    ("NST", "Pacific/Auckland"),
    ("PLT", "Asia/Karachi"),
    ("PNT", "America/Phoenix"),
    ("PRT", "America/Puerto_Rico"),
    ("PST", "America/Los_Angeles"),
    ("SST", "Pacific/Guadalcanal"),
    ("VST", "Asia/Ho_Chi_Minh"),
];

impl Zone {
    pub const UTC: Zone = Zone::Fixed(0);

    /// # Errors
    /// `INVALID_TIMEZONE`
    pub fn parse(text: &str) -> Result<Self> {
        Zone::find(text).ok_or_else(|| {
            Error::new(ErrorKind::Runtime(RuntimeClass::DateTime), "INVALID_TIMEZONE")
                .with("timeZone", format!("'{text}'"))
        })
    }

    /// The zone of that name, if there is one.
    pub fn find(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((_, long)) = SHORT_IDS.iter().find(|(short, _)| *short == text) {
            return Zone::find(long);
        }
        if matches!(text, "Z" | "UTC" | "GMT" | "UT") {
            return Some(Zone::UTC);
        }
        let offset = ["UTC", "GMT", "UT"].iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
        if offset.starts_with(['+', '-']) {
            return parse_offset(offset).map(Zone::Fixed);
        }
        text.parse::<Tz>().ok().map(Zone::Region)
    }

    /// Seconds east of UTC at an instant.
    pub fn offset_at(&self, micros: i64) -> i32 {
        match self {
            Zone::Fixed(seconds) => *seconds,
            Zone::Region(zone) => match instant(listed(micros)) {
                Some(utc) => zone.offset_from_utc_datetime(&utc).fix().local_minus_utc(),
                None => 0,
            },
        }
    }

    /// The wall clock at an instant, as microseconds since 1970-01-01 00:00 of that clock.
    pub fn to_local(&self, micros: i64) -> i64 {
        micros.saturating_add(i64::from(self.offset_at(micros)) * SECOND)
    }

    /// The instant of a wall clock: the earlier one where the clock was set back, moved on by the gap where
    /// the clock was set forward.
    pub fn to_instant(&self, local: i64) -> i64 {
        match self {
            Zone::Fixed(seconds) => local.saturating_sub(i64::from(*seconds) * SECOND),
            Zone::Region(zone) => {
                let Some(wall) = instant(listed(local)) else { return local };
                let offset = match zone.offset_from_local_datetime(&wall) {
                    chrono::LocalResult::Single(offset) | chrono::LocalResult::Ambiguous(offset, _) => offset,
                    // Before a gap the old offset holds: applied inside the gap it yields the time moved on.
                    chrono::LocalResult::None => zone.offset_from_utc_datetime(&(wall - TimeDelta::days(1))),
                };
                local.saturating_sub(i64::from(offset.fix().local_minus_utc()) * SECOND)
            }
        }
    }

    /// `America/Los_Angeles`, `UTC`, `+01:00`
    pub fn id(&self) -> String {
        match self {
            Zone::Fixed(0) => "UTC".to_string(),
            Zone::Fixed(seconds) => offset_text(*seconds, ":"),
            Zone::Region(zone) => zone.name().to_string(),
        }
    }

    /// `PST`, `CEST`, `UTC`
    pub fn abbreviation(&self, micros: i64) -> String {
        match self {
            Zone::Fixed(0) => "UTC".to_string(),
            Zone::Fixed(seconds) => offset_text(*seconds, ":"),
            Zone::Region(zone) => abbreviation(*zone, listed(micros)).unwrap_or_else(|| self.id()),
        }
    }
}

/// The abbreviation in force; before there was a standard time, the first one of it, as Java knows no local mean time.
fn abbreviation(zone: Tz, micros: i64) -> Option<String> {
    let at = |micros| {
        instant(micros).and_then(|utc| zone.offset_from_utc_datetime(&utc).abbreviation().map(str::to_string))
    };
    // A winter of today, on whichever half of the globe.
    let (january, july) = (1_704_067_200 * SECOND, 1_719_792_000 * SECOND);
    match at(micros) {
        Some(local) if local == "LMT" => {
            let standard = |micros| {
                instant(micros).is_some_and(|utc| zone.offset_from_utc_datetime(&utc).dst_offset().is_zero())
            };
            at(if standard(january) { january } else { july })
        }
        other => other,
    }
}

/// `+01:00` with the given separator; seconds only when there are some.
pub(crate) fn offset_text(seconds: i32, separator: &str) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let total = seconds.unsigned_abs();
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60);
    let tail = if rest == 0 { String::new() } else { format!("{separator}{rest:02}") };
    format!("{sign}{hours:02}{separator}{minutes:02}{tail}")
}

fn instant(micros: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp_micros(micros).map(|utc| utc.naive_utc())
}

/// `+1`, `+01`, `+0130`, `+01:30`, `+1:30`, `+01:30:15`; up to 18 hours.
fn parse_offset(text: &str) -> Option<i32> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = &text[1..];
    let parts: Vec<&str> = if digits.contains(':') {
        digits.split(':').collect()
    } else {
        match digits.len() {
            1 | 2 => vec![digits],
            4 => vec![digits.get(..2)?, digits.get(2..)?],
            6 => vec![digits.get(..2)?, digits.get(2..4)?, digits.get(4..)?],
            _ => return None,
        }
    };
    if parts.len() > 3
        || parts.iter().any(|p| p.is_empty() || p.len() > 2 || !p.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    let number = |index: usize| parts.get(index).map_or(Some(0), |part| part.parse::<i32>().ok());
    let (hours, minutes, seconds) = (number(0)?, number(1)?, number(2)?);
    let total = hours * 3600 + minutes * 60 + seconds;
    (minutes < 60 && seconds < 60 && total <= 18 * 3600).then_some(sign * total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_spark_knows() {
        for (text, expected) in [
            ("UTC", Some(Zone::Fixed(0))),
            ("+01:00", Some(Zone::Fixed(3600))),
            ("GMT-8", Some(Zone::Fixed(-28_800))),
            ("PST", Some(Zone::Region(chrono_tz::America::Los_Angeles))),
            ("Europe/Berlin", Some(Zone::Region(chrono_tz::Europe::Berlin))),
            ("+19:00", None),
            ("Europe/Nowhere", None),
        ] {
            assert_eq!(Zone::find(text), expected, "{text}");
        }
    }

    #[test]
    fn gaps_move_on_and_overlaps_take_the_earlier() {
        let zone = Zone::Region(chrono_tz::America::Los_Angeles);
        let local = |d: i64, h: i64, m: i64| (d * 86_400 + h * 3600 + m * 60) * SECOND;
        // 2019-03-10 02:30 does not exist: 03:30 PDT is 10:30 UTC.
        assert_eq!(zone.to_instant(local(17_965, 2, 30)), local(17_965, 10, 30));
        // 2019-11-03 01:30 exists twice: the first is PDT, 08:30 UTC.
        assert_eq!(zone.to_instant(local(18_203, 1, 30)), local(18_203, 8, 30));
    }
}
