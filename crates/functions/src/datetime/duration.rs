//! Durations as text: `10 minutes`, `1 day 12 hours`, `interval 5 seconds`.

use lang::{Error, ErrorKind, Result};

/// The microseconds of a duration of weeks, days, hours and smaller units.
///
/// # Errors
/// `CANNOT_PARSE_INTERVAL`; months and years are refused since they have no fixed length.
pub fn parse_duration(text: &str) -> Result<i64> {
    let invalid = || {
        Error::new(ErrorKind::InvalidArgument, "CANNOT_PARSE_INTERVAL")
            .with("intervalString", format!("'{text}'"))
    };
    let lower = text.trim().to_ascii_lowercase();
    let body = lower.strip_prefix("interval ").unwrap_or(&lower);
    let words: Vec<&str> = body.split_whitespace().collect();
    if words.is_empty() || words.len() % 2 == 1 {
        return Err(invalid());
    }
    let mut total = 0_i64;
    for pair in words.chunks_exact(2) {
        let unit = unit_micros(pair[1]).ok_or_else(|| {
            if is_calendar_unit(pair[1]) {
                Error::new(ErrorKind::InvalidArgument, "_LEGACY_ERROR_TEMP_3231").with("intervalString", text)
            } else {
                invalid()
            }
        })?;
        let micros = count_micros(pair[0], unit).ok_or_else(invalid)?;
        total = total.checked_add(micros).ok_or_else(invalid)?;
    }
    Ok(total)
}

fn is_calendar_unit(word: &str) -> bool {
    matches!(word, "month" | "months" | "year" | "years")
}

fn unit_micros(word: &str) -> Option<i64> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "microsecond" => 1,
        "millisecond" => 1_000,
        "second" => 1_000_000,
        "minute" => 60_000_000,
        "hour" => 3_600_000_000,
        "day" => 86_400_000_000,
        "week" => 604_800_000_000,
        _ => return None,
    })
}

/// Only seconds may have a fraction.
fn count_micros(number: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let count = whole.parse::<i64>().ok()?.checked_mul(unit)?;
    if fraction.is_empty() {
        return Some(count);
    }
    if unit != 1_000_000 || fraction.len() > 9 || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let micros = format!("{fraction:0<9}").parse::<i64>().ok()? / 1000;
    count.checked_add(if number.starts_with('-') { -micros } else { micros })
}

#[cfg(test)]
mod tests {
    use super::parse_duration;

    #[test]
    fn durations() {
        for (text, expected) in [
            ("10 minutes", Some(600_000_000)),
            ("1 day 12 hours", Some(129_600_000_000)),
            ("INTERVAL 1.5 seconds", Some(1_500_000)),
            ("1 month", None),
            ("minutes", None),
            ("", None),
        ] {
            assert_eq!(parse_duration(text).ok(), expected, "{text}");
        }
    }
}
