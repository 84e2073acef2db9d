//! Reading by a pattern.

use super::{DateTimePattern, Item, MONTHS, Number, OffsetStyle, QUARTERS, Text, WEEKDAYS};
use crate::datetime::calendar::{SECOND, checked_day_number, day_number, is_leap, join};
use crate::datetime::zone::Zone;

/// What a pattern found in a text; what it did not find is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Parsed {
    year: Option<i64>,
    year_of_era: Option<i64>,
    before_christ: Option<bool>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: Option<i64>,
    clock_hour: Option<i64>,
    half_day_hour: Option<i64>,
    half_day_clock_hour: Option<i64>,
    afternoon: Option<bool>,
    minute: Option<i64>,
    second: Option<i64>,
    micros: Option<i64>,
    zone: Option<Zone>,
}

impl Parsed {
    /// The zone the text named.
    pub fn zone(&self) -> Option<Zone> {
        self.zone
    }

    /// The day number; missing fields are those of 1970-01-01. `None` when there is no such date.
    pub fn date(&self) -> Option<i32> {
        let year = match (self.year, self.year_of_era) {
            (Some(year), _) => year,
            (None, Some(year)) if self.before_christ == Some(true) => 1 - year,
            (None, Some(year)) => year,
            (None, None) => 1970,
        };
        if let Some(day) = self.day_of_year.filter(|_| self.year.or(self.year_of_era).is_some()) {
            let year = i32::try_from(year).ok()?;
            let length = if is_leap(year) { 366 } else { 365 };
            return (1..=length).contains(&day).then(|| (day_number(year, 1, 1) + day - 1) as i32);
        }
        checked_day_number(year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// Microseconds of the day; missing fields are zero. `None` when a field is out of range.
    pub fn time(&self) -> Option<i64> {
        let half_day = match (self.half_day_hour, self.half_day_clock_hour) {
            (Some(hour), _) => Some(Some(hour).filter(|h| (0..12).contains(h))?),
            (None, Some(hour)) => Some(Some(hour).filter(|h| (1..=12).contains(h))? % 12),
            (None, None) => None,
        };
        let hour = match (self.hour, self.clock_hour, half_day) {
            (Some(hour), ..) => Some(hour).filter(|h| (0..24).contains(h))?,
            (None, Some(hour), _) => Some(hour).filter(|h| (1..=24).contains(h))? % 24,
            (None, None, Some(hour)) => hour + if self.afternoon == Some(true) { 12 } else { 0 },
            (None, None, None) if self.afternoon == Some(true) => 12,
            _ => 0,
        };
        let minute = self.minute.unwrap_or(0);
        let second = self.second.unwrap_or(0);
        let valid = (0..60).contains(&minute) && (0..60).contains(&second);
        valid.then(|| (hour * 3600 + minute * 60 + second) * SECOND + self.micros.unwrap_or(0))
    }

    /// The wall clock in microseconds.
    pub fn local(&self) -> Option<i64> {
        join(self.date()?, self.time()?)
    }

    /// The instant, in the zone the text named or else in `zone`.
    pub fn instant(&self, zone: Zone) -> Option<i64> {
        Some(self.zone.unwrap_or(zone).to_instant(self.local()?))
    }

    fn set(&mut self, field: Number, value: i64) -> bool {
        let slot = match field {
            Number::Year => &mut self.year,
            Number::YearOfEra => &mut self.year_of_era,
            Number::Month => &mut self.month,
            Number::Day => &mut self.day,
            Number::DayOfYear => &mut self.day_of_year,
            Number::Hour => &mut self.hour,
            Number::ClockHour => &mut self.clock_hour,
            Number::HalfDayHour => &mut self.half_day_hour,
            Number::HalfDayClockHour => &mut self.half_day_clock_hour,
            Number::Minute => &mut self.minute,
            Number::Second => &mut self.second,
            Number::Quarter | Number::AlignedDay => return true,
        };
        // A field that occurs twice must agree with itself.
        slot.replace(value).is_none_or(|earlier| earlier == value)
    }
}

impl DateTimePattern {
    /// Reads all of `text`; `None` when it does not fit.
    pub fn parse(&self, text: &str) -> Option<Parsed> {
        let mut parsed = Parsed::default();
        let rest = items(&self.items, text, &mut parsed)?;
        rest.is_empty().then_some(parsed)
    }
}

fn items<'a>(list: &[Item], mut text: &'a str, parsed: &mut Parsed) -> Option<&'a str> {
    for item in list {
        text = match item {
            Item::Literal(literal) => strip(text, literal)?,
            Item::Number { field, min, max, reserved } => {
                number(text, *field, *min, *max, *reserved, parsed)?
            }
            Item::ShortYear { .. } => {
                let (digits, rest) = digits(text, 2, 2)?;
                if !parsed.set(Number::Year, 2000 + digits.parse::<i64>().ok()?) {
                    return None;
                }
                rest
            }
            Item::Fraction(most) => {
                let (found, rest) = digits(text, 1, *most)?;
                let padded = format!("{found:0<9}");
                parsed.micros = Some(padded.parse::<i64>().ok()? / 1000);
                rest
            }
            Item::Text(kind) => word(text, *kind, parsed)?,
            Item::ZoneId | Item::ZoneName => zone(text, parsed)?,
            Item::LocalizedOffset { .. } => {
                let rest = strip(text, "GMT")?;
                if rest.starts_with(['+', '-']) {
                    zone(rest, parsed)?
                } else {
                    parsed.zone = Some(Zone::UTC);
                    rest
                }
            }
            Item::Offset { style, zero } => offset(text, *style, zero, parsed)?,
            Item::Optional(inner) => {
                let mut attempt = *parsed;
                match items(inner, text, &mut attempt) {
                    Some(rest) => {
                        *parsed = attempt;
                        rest
                    }
                    None => text,
                }
            }
        };
    }
    Some(text)
}

/// `text` without `prefix`, letters compared without case.
fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// Splits off as many digits as there are, up to `most`.
fn digits(text: &str, least: usize, most: usize) -> Option<(&str, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    (count >= least).then(|| text.split_at(count))
}

fn number<'a>(
    text: &'a str,
    field: Number,
    min: usize,
    max: usize,
    reserved: usize,
    parsed: &mut Parsed,
) -> Option<&'a str> {
    let year = matches!(field, Number::Year | Number::YearOfEra);
    let (negative, plus, body) = match text.as_bytes().first() {
        Some(b'-') if year => (true, false, &text[1..]),
        Some(b'+') if year && min >= 4 => (false, true, &text[1..]),
        _ => (false, false, text),
    };
    let run = body.bytes().take_while(u8::is_ascii_digit).count();
    let most = if reserved > 0 && min != max { run.saturating_sub(reserved).clamp(min, max) } else { max };
    let (found, rest) = digits(body, min, most)?;
    // A year of more digits than letters needs its plus sign, and only such a year may have one.
    let longer = found.len() > min;
    if year && min >= 4 && !negative && longer != plus {
        return None;
    }
    let value = found.parse::<i64>().ok()?;
    parsed.set(field, if negative { -value } else { value }).then_some(rest)
}

fn word<'a>(text: &'a str, kind: Text, parsed: &mut Parsed) -> Option<&'a str> {
    match kind {
        Text::Month { full } => {
            let (index, rest) = pick(text, &MONTHS, full)?;
            parsed.set(Number::Month, index as i64 + 1).then_some(rest)
        }
        Text::Weekday { full } => pick(text, &WEEKDAYS, full).map(|(_, rest)| rest),
        Text::Quarter { .. } => pick(text, &QUARTERS, true).map(|(_, rest)| rest),
        Text::Era { full } => {
            let names = if full { ["Anno Domini", "Before Christ"] } else { ["AD", "BC"] };
            let (index, rest) = pick(text, &names, true)?;
            parsed.before_christ = Some(index == 1);
            Some(rest)
        }
        Text::HalfDay => {
            let (index, rest) = pick(text, &["AM", "PM"], true)?;
            parsed.afternoon = Some(index == 1);
            Some(rest)
        }
    }
}

fn pick<'a>(text: &'a str, names: &[&str], full: bool) -> Option<(usize, &'a str)> {
    names.iter().enumerate().find_map(|(index, name)| {
        let rest = strip(text, if full { name } else { &name[..3] })?;
        Some((index, rest))
    })
}

/// A zone id or offset, as long as it goes.
fn zone<'a>(text: &'a str, parsed: &mut Parsed) -> Option<&'a str> {
    let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'+' | b'-' | b':');
    let mut length = text.bytes().take_while(|b| letter(*b)).count();
    while length > 0 {
        if let Some(zone) = Zone::find(&text[..length]) {
            parsed.zone = Some(zone);
            return Some(&text[length..]);
        }
        length -= 1;
    }
    None
}

fn offset<'a>(text: &'a str, style: OffsetStyle, zero: &str, parsed: &mut Parsed) -> Option<&'a str> {
    if let Some(rest) = strip(text, zero) {
        parsed.zone = Some(Zone::UTC);
        return Some(rest);
    }
    let lengths: &[usize] = match style {
        OffsetStyle::HoursThenMinutes => &[5, 3],
        OffsetStyle::Compact => &[5],
        OffsetStyle::Colon => &[6],
        OffsetStyle::CompactSeconds => &[7, 5],
        OffsetStyle::ColonSeconds => &[9, 6],
    };
    lengths.iter().find_map(|length| {
        let head = text.get(..*length).filter(|head| head.starts_with(['+', '-']))?;
        parsed.zone = Some(Zone::find(head)?);
        Some(&text[*length..])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datetime::pattern::Moment;

    fn pattern(text: &str) -> DateTimePattern {
        DateTimePattern::compile(text).expect(text)
    }

    #[test]
    fn reads_what_spark_reads() {
        for (text, format, expected) in [
            ("2015-04-08", "yyyy-MM-dd", Some(1_428_451_200)),
            ("2015-4-8", "yyyy-MM-dd", None),
            ("2015-4-8", "y-M-d", Some(1_428_451_200)),
            ("20150408", "yyyyMMdd", Some(1_428_451_200)),
            ("04/08/15 01:02 PM", "MM/dd/yy hh:mm a", Some(1_428_498_120)),
            ("8 apr 2015", "d MMM yyyy", Some(1_428_451_200)),
            ("2015-04-08T13:08:15Z", "yyyy-MM-dd'T'HH:mm:ssX", Some(1_428_498_495)),
            ("2015-04-08 15:08:15+02:00", "yyyy-MM-dd HH:mm:ssXXX", Some(1_428_498_495)),
            ("2015-02-29", "yyyy-MM-dd", None),
            ("2015-04-08 rest", "yyyy-MM-dd", None),
            ("2015-04-08", "yyyy-MM-dd[ HH:mm]", Some(1_428_451_200)),
            ("2015-098", "yyyy-DDD", Some(1_428_451_200)),
            ("12", "HH", Some(43_200)),
        ] {
            let found = pattern(format).parse(text).and_then(|p| p.instant(Zone::UTC));
            assert_eq!(found, expected.map(|s: i64| s * SECOND), "{text} by {format}");
        }
    }

    #[test]
    fn prints_what_spark_prints() {
        let moment = Moment::at(1_428_498_495_123_456, Zone::Region(chrono_tz::America::Los_Angeles));
        for (format, expected) in [
            ("yyyy-MM-dd HH:mm:ss.SSS", "2015-04-08 06:08:15.123"),
            ("MM/dd/yyy", "04/08/2015"),
            ("EEEE, d MMMM yy h:mm a", "Wednesday, 8 April 15 6:08 AM"),
            ("D Q QQQ QQQQ F", "98 2 Q2 2nd quarter 1"),
            (
                "VV z O OOOO X XXX x Z ZZZZ",
                "America/Los_Angeles PDT GMT-7 GMT-07:00 -07 -07:00 -07 -0700 GMT-07:00",
            ),
            ("G 'o''clock' k K", "AD o'clock 6 6"),
        ] {
            let mut out = String::new();
            pattern(format).format(&moment, &mut out);
            assert_eq!(out, expected, "{format}");
        }
    }

    #[test]
    fn refuses_letters_spark_refuses() {
        for format in ["b", "YYYY", "MMMMM", "SSSSSSSSSS", "yyyy#", "'open"] {
            assert!(DateTimePattern::compile(format).is_err(), "{format}");
        }
    }
}
