//! Settings of the server itself: read once, when it starts.

use std::time::Duration;

use engine::Engine;
use lang::{Error, ErrorKind, Result};

const DETACHED_TIMEOUT: &str = "spark.connect.execute.manager.detachedTimeout";
const SESSION_TIMEOUT: &str = "spark.connect.session.manager.defaultSessionTimeout";
/// Spark's defaults.
const DEFAULT_DETACHED_TIMEOUT: Duration = Duration::from_secs(5 * 60);
const DEFAULT_SESSION_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// How long the server waits for clients that say nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timeouts {
    /// An execution waits this long for its client to reattach.
    pub detached: Duration,
    /// A session that nobody uses is closed after this time.
    pub session: Duration,
}

impl Timeouts {
    /// # Errors
    /// `INVALID_CONF_VALUE.TYPE_MISMATCH`
    pub fn read(engine: &Engine) -> Result<Self> {
        Ok(Timeouts {
            detached: setting(engine, DETACHED_TIMEOUT, DEFAULT_DETACHED_TIMEOUT)?,
            session: setting(engine, SESSION_TIMEOUT, DEFAULT_SESSION_TIMEOUT)?,
        })
    }
}

fn setting(engine: &Engine, key: &str, default: Duration) -> Result<Duration> {
    let Some(text) = engine.setting(key) else { return Ok(default) };
    duration(text).ok_or_else(|| {
        Error::new(ErrorKind::InvalidArgument, "INVALID_CONF_VALUE.TYPE_MISMATCH")
            .with("confName", format!("\"{key}\""))
            .with("confValue", text)
            .with("confType", "time")
    })
}

/// Spark's spelling of durations: `90s`, `5m`, `1h`; a number alone counts milliseconds.
fn duration(text: &str) -> Option<Duration> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: u64 = digits.trim().parse().ok()?;
    let seconds = match &text[digits.len()..] {
        "us" => return Some(Duration::from_micros(number)),
        "" | "ms" => return Some(Duration::from_millis(number)),
        "s" => 1,
        "m" | "min" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    number.checked_mul(seconds).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        let seconds = |text| duration(text).map(|d| d.as_secs_f64());
        assert_eq!(seconds("90s"), Some(90.0));
        assert_eq!(seconds(" 5min "), Some(300.0));
        assert_eq!(seconds("1500"), Some(1.5));
        assert_eq!(seconds("2d"), Some(172_800.0));
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds("-1s"), None);
    }
}
