//! How special numbers, dates and timestamps are written.

use functions::datetime::pattern::{DateTimePattern, Parsed};
use functions::datetime::zone::Zone;
use lang::Result;

use super::{datetime, number};
use crate::option::OptionReader;

/// Texts and patterns of one read; without a pattern, dates and timestamps parse as Spark's casts do.
#[derive(Debug, Clone)]
pub(crate) struct Formats {
    pub zone: Zone,
    nan: Vec<u8>,
    positive_infinity: Vec<u8>,
    negative_infinity: Vec<u8>,
    date: Option<DateTimePattern>,
    timestamp: Option<DateTimePattern>,
    timestamp_ntz: Option<DateTimePattern>,
    /// What a pattern does not read, the casts do.
    fallback: bool,
}

impl Formats {
    /// Spark's defaults.
    pub(crate) fn new(zone: Zone) -> Self {
        Formats {
            zone,
            nan: b"NaN".to_vec(),
            positive_infinity: b"Inf".to_vec(),
            negative_infinity: b"-Inf".to_vec(),
            date: None,
            timestamp: None,
            timestamp_ntz: None,
            fallback: false,
        }
    }

    /// # Errors
    /// Malformed patterns and time zones.
    pub(crate) fn from_options(options: &OptionReader<'_>, session_zone: Zone) -> Result<Self> {
        let zone = options.text("timezone").map_or(Ok(session_zone), Zone::parse)?;
        let mut formats = Formats::new(zone);
        let take = |key: &str, target: &mut Vec<u8>| {
            if let Some(text) = options.text(key) {
                *target = text.as_bytes().to_vec();
            }
        };
        take("nanvalue", &mut formats.nan);
        take("positiveinf", &mut formats.positive_infinity);
        take("negativeinf", &mut formats.negative_infinity);
        formats.date = pattern(options, "dateformat")?;
        formats.timestamp = pattern(options, "timestampformat")?;
        formats.timestamp_ntz = pattern(options, "timestampntzformat")?;
        formats.fallback = options.flag("enabledatetimeparsingfallback", false)?;
        Ok(formats)
    }

    pub(crate) fn double(&self, text: &[u8]) -> Option<f64> {
        match number::plain_double(text) {
            Some(value) => Some(value),
            None => self.special(text).or_else(|| number::java_double(text)),
        }
    }

    pub(super) fn float(&self, text: &[u8]) -> Option<f32> {
        self.special(text).map(|value| value as f32).or_else(|| number::java_float(text))
    }

    fn special(&self, text: &[u8]) -> Option<f64> {
        if text == self.nan {
            Some(f64::NAN)
        } else if text == self.positive_infinity {
            Some(f64::INFINITY)
        } else if text == self.negative_infinity {
            Some(f64::NEG_INFINITY)
        } else {
            None
        }
    }

    pub(super) fn date(&self, text: &[u8]) -> Option<i32> {
        match &self.date {
            None => datetime::date(text),
            Some(pattern) => {
                let found = read(pattern, text).and_then(|parsed| parsed.date());
                found.or_else(|| if self.fallback { datetime::date(text) } else { None })
            }
        }
    }

    /// What inference takes for a date: the pattern given, or exactly `yyyy-MM-dd`.
    pub(crate) fn strict_date(&self, text: &[u8]) -> Option<i32> {
        match &self.date {
            None => datetime::strict_date(text),
            Some(pattern) => read(pattern, text)?.date(),
        }
    }

    pub(crate) fn timestamp(&self, text: &[u8]) -> Option<i64> {
        match &self.timestamp {
            None => datetime::timestamp(text, self.zone),
            Some(pattern) => {
                let found = read(pattern, text).and_then(|parsed| parsed.instant(self.zone));
                found.or_else(|| if self.fallback { datetime::timestamp(text, self.zone) } else { None })
            }
        }
    }

    /// Whether [`Self::timestamp`] finds an instant.
    pub(crate) fn is_timestamp(&self, text: &[u8]) -> bool {
        (self.timestamp.is_none() && datetime::plain_timestamp(text).is_some())
            || self.timestamp(text).is_some()
    }

    pub(crate) fn timestamp_ntz(&self, text: &[u8]) -> Option<i64> {
        match &self.timestamp_ntz {
            None => datetime::timestamp_ntz(text),
            Some(pattern) => read(pattern, text).filter(|parsed| parsed.zone().is_none())?.local(),
        }
    }
}

fn read(pattern: &DateTimePattern, text: &[u8]) -> Option<Parsed> {
    pattern.parse(std::str::from_utf8(text).ok()?)
}

fn pattern(options: &OptionReader<'_>, key: &str) -> Result<Option<DateTimePattern>> {
    let Some(text) = options.text(key) else { return Ok(None) };
    let pattern = DateTimePattern::compile(text)?;
    pattern.expect_readable()?;
    Ok(Some(pattern))
}
