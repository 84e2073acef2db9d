//! The texts of DATE, TIMESTAMP and TIME literals.
//!
//! Only constants are decided here: a timestamp without a fixed offset stays text, because the session time zone is
//! not known to the parser.

use crate::DataType;
use crate::ir::{Expr, ExprKind, Literal};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// `2020-01-02`, `2020-1`, `2020`, `today` …
pub(super) fn date(text: &str) -> Option<Expr> {
    let text = text.trim();
    if let Some(expr) = special_date(text) {
        return Some(expr);
    }
    let end =
        text.char_indices().skip(1).find(|(_, c)| matches!(c, 'T' | ' ')).map_or(text.len(), |(i, _)| i);
    let (year, month, day) = date_fields(&text[..end])?;
    // What follows the full date is ignored, as Spark's cast does.
    if end < text.len() && text[..end].trim_start_matches(['+', '-']).matches('-').count() != 2 {
        return None;
    }
    Some(Expr::literal(Literal::Date(i32::try_from(days_from_civil(year, month, day)).ok()?)))
}

fn special_date(text: &str) -> Option<Expr> {
    let today = || Expr::call("current_date", Vec::new());
    let days = |n: i32| Expr::call("date_add", vec![today(), Expr::literal(Literal::Integer(n))]);
    match text.to_ascii_lowercase().as_str() {
        "epoch" => Some(Expr::literal(Literal::Date(0))),
        "now" | "today" => Some(today()),
        "tomorrow" => Some(days(1)),
        "yesterday" => Some(days(-1)),
        _ => None,
    }
}

/// An instant; without a fixed offset it stays text for the session time zone.
pub(super) fn timestamp(text: &str) -> Option<Expr> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("now") {
        return Some(Expr::call("current_timestamp", Vec::new()));
    }
    if text.eq_ignore_ascii_case("epoch") {
        return Some(Expr::literal(Literal::Timestamp(0)));
    }
    if let Some(day) = special_date(text) {
        let data_type = DataType::Timestamp;
        let kind = ExprKind::Cast { expr: Box::new(day), data_type, mode: Default::default() };
        return Some(kind.into());
    }
    let (local, zone) = local_timestamp(text)?;
    let literal = match zone {
        Zone::None | Zone::Region => Literal::TimestampText(text.to_string()),
        Zone::Offset(seconds) => Literal::Timestamp(local.checked_sub(i64::from(seconds) * 1_000_000)?),
    };
    Some(Expr::literal(literal))
}

/// A wall-clock time; a zone in the text is read and ignored, as Spark does.
pub(super) fn timestamp_ntz(text: &str) -> Option<Expr> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("epoch") {
        return Some(Expr::literal(Literal::TimestampNtz(0)));
    }
    let special = if text.eq_ignore_ascii_case("now") {
        Some(Expr::call("current_timestamp", Vec::new()))
    } else {
        special_date(text)
    };
    if let Some(moment) = special {
        let data_type = DataType::TimestampNtz;
        let kind = ExprKind::Cast { expr: Box::new(moment), data_type, mode: Default::default() };
        return Some(kind.into());
    }
    local_timestamp(text).map(|(local, _)| Expr::literal(Literal::TimestampNtz(local)))
}

/// `12:34:56.789`; up to six fractional digits decide nothing about the type, which is TIME(6).
pub(super) fn time(text: &str) -> Option<Expr> {
    let text = text.trim();
    let upper = text.to_ascii_uppercase();
    let (body, shift) = match (upper.strip_suffix("AM"), upper.strip_suffix("PM")) {
        (Some(body), _) => (body.trim_end(), Some(0)),
        (_, Some(body)) => (body.trim_end(), Some(12)),
        _ => (upper.as_str(), None),
    };
    let mut micros = time_fields(body.trim_start_matches('T'))?;
    if let Some(hours) = shift {
        let hour = micros / 3_600_000_000;
        if !(1..=12).contains(&hour) {
            return None;
        }
        micros += (hours - if hour == 12 { 12 } else { 0 }) * 3_600_000_000;
    }
    Some(Expr::literal(Literal::Time { value_ns: micros * 1000, precision: 6 }))
}

enum Zone {
    None,
    /// A named region, whose offset depends on the date.
    Region,
    /// Seconds east of UTC.
    Offset(i32),
}

/// Microseconds of the wall clock, and the zone that was written behind it.
fn local_timestamp(text: &str) -> Option<(i64, Zone)> {
    let split = text.char_indices().skip(1).find(|(_, c)| matches!(c, 'T' | ' ')).map(|(i, _)| i);
    let (date_text, rest) = match split {
        Some(i) => (&text[..i], text[i + 1..].trim_start()),
        None => (text, ""),
    };
    let (year, month, day) = date_fields(date_text)?;
    let midnight = days_from_civil(year, month, day).checked_mul(MICROS_PER_DAY)?;
    if rest.is_empty() {
        return split.is_none().then_some((midnight, Zone::None));
    }
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(rest.len());
    let zone = zone(rest[end..].trim())?;
    Some((midnight.checked_add(time_fields(&rest[..end])?)?, zone))
}

fn zone(text: &str) -> Option<Zone> {
    if text.is_empty() {
        return Some(Zone::None);
    }
    let bare = ["UTC", "GMT", "UT"].iter().find_map(|p| text.strip_prefix(p)).unwrap_or(text);
    if bare.is_empty() || bare == "Z" {
        return Some(Zone::Offset(0));
    }
    if bare.starts_with(['+', '-']) {
        return offset(bare).map(Zone::Offset);
    }
    let region = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+'));
    region.then_some(Zone::Region)
}

/// `+8`, `-08:30`, `+0830`, `+08:30:15`
fn offset(text: &str) -> Option<i32> {
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let body = &text[1..];
    let parts: Vec<&str> = match body.contains(':') {
        true => body.split(':').collect(),
        false if body.is_ascii() && matches!(body.len(), 4 | 6) => {
            (0..body.len()).step_by(2).map(|i| &body[i..i + 2]).collect()
        }
        false => vec![body],
    };
    let mut seconds = 0;
    for (part, unit) in parts.iter().zip([3600, 60, 1]) {
        let limit = if unit == 3600 { 18 } else { 59 };
        seconds += unit * digits(part, 2).filter(|v| *v <= limit)?;
    }
    (parts.len() <= 3 && seconds <= 18 * 3600).then_some(sign * seconds as i32)
}

/// Year, month and day; the last two default to 1.
fn date_fields(text: &str) -> Option<(i64, u32, u32)> {
    let (sign, body) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    let mut parts = body.split('-');
    let year = parts.next().filter(|p| (4..=7).contains(&p.len()))?;
    let year = sign * digits(year, 7)?;
    let month = parts.next().map_or(Some(1), |p| digits(p, 2))? as u32;
    let day = parts.next().map_or(Some(1), |p| digits(p, 2))? as u32;
    let valid =
        parts.next().is_none() && (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
    valid.then_some((year, month, day))
}

/// Microseconds since midnight of `h:m[:s[.f]]`, `h` alone included.
fn time_fields(text: &str) -> Option<i64> {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, ""));
    let parts: Vec<&str> = clock.split(':').collect();
    if parts.len() > 3 || (text.contains('.') && parts.len() != 3) {
        return None;
    }
    let mut seconds = 0;
    for (part, (unit, limit)) in parts.iter().zip([(3600, 23), (60, 59), (1, 59)]) {
        seconds += unit * digits(part, 2).filter(|v| *v <= limit)?;
    }
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
    Some(seconds * 1_000_000 + micros.parse::<i64>().ok()?)
}

fn digits(text: &str, most: usize) -> Option<i64> {
    let valid = !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    valid.then(|| text.parse().ok()).flatten()
}

fn days_in_month(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar. Years start in March, so that the leap day is last.
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = i64::from((month + 9) % 12);
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11016),
            ("1969-12-31", -1),
            ("2020", 18262),
            ("2020-1-2", 18263),
        ] {
            assert_eq!(date(text), Some(Expr::literal(Literal::Date(days))), "{text}");
        }
        for text in ["2021-02-29", "20-01-01", "2020-13-01", "abc", ""] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn timestamps_with_an_offset_are_instants() {
        let literal = |text| timestamp(text).map(|e| e.kind);
        let instant = |micros| Some(ExprKind::Literal(Literal::Timestamp(micros)));
        assert_eq!(literal("1970-01-01 00:00:01Z"), instant(1_000_000));
        assert_eq!(literal("1970-01-01T01:00:00.5+01:00"), instant(500_000));
        let text = "2020-01-01 12:34:56.789";
        assert_eq!(literal(text), Some(ExprKind::Literal(Literal::TimestampText(text.into()))));
        assert_eq!(literal("2020-01-01 25:00:00"), None);
        let ntz = Expr::literal(Literal::TimestampNtz(86_400_000_000));
        assert_eq!(timestamp_ntz("1970-01-02"), Some(ntz));
        assert!(time("12:34:56.789").is_some());
        assert!(time("24:00:00").is_none());
    }
}
