//! What the options of a read say: which version, or which changes.

use functions::datetime::zone::Zone;
use lang::ir::Options;
use lang::{Error, ErrorKind, Result};
use plan::contract::OpenRequest;
use plan::lake::At;

use crate::partition::instant;

/// Digits of a point in time behind `@`: `yyyyMMddHHmmssSSS`.
const STAMP_DIGITS: usize = 17;
/// Options that change nothing of what is read.
const WITHOUT_EFFECT: &[&str] =
    &["path", "ignoredeletes", "ignorechanges", "skipchangecommits", "maxfilespertrigger"];

/// A read of a table.
#[derive(Debug, PartialEq)]
pub(crate) struct ReadOptions {
    pub location: String,
    pub at: At,
    /// The changes from one version to another instead of the rows.
    pub feed: Option<(At, Option<At>)>,
}

impl ReadOptions {
    /// # Errors
    /// Options that contradict each other, or are not honoured; several paths, or none.
    pub(crate) fn new(request: &OpenRequest) -> Result<Self> {
        let options = &request.options;
        let zone =
            request.conf.get("spark.sql.session.timeZone").map_or(Ok(Zone::UTC), |text| Zone::parse(text))?;
        let own = options.get("path").into_iter();
        let paths: Vec<&String> =
            if request.paths.is_empty() { own.collect() } else { request.paths.iter().collect() };
        let [path] = paths.as_slice() else {
            let message = match paths.len() {
                0 => "'path' is not specified",
                _ => "'path' is not one: a Delta table has one folder",
            };
            return Err(illegal(message));
        };
        let (location, suffix) = split_suffix(path, zone);
        let mut at = request.at;
        let version = number(options, "versionasof")?.map(At::Version);
        let time = time(options, "timestampasof", zone)?;
        if version.is_some() && time.is_some() {
            return Err(Error::new(ErrorKind::InvalidArgument, "DELTA_ONEOF_IN_TIMETRAVEL"));
        }
        for given in [suffix, version, time].into_iter().flatten() {
            if at != At::Latest {
                return Err(Error::analysis("DELTA_UNSUPPORTED_TIME_TRAVEL_MULTIPLE_FORMATS"));
            }
            at = given;
        }
        let is_feed = ["readchangefeed", "readchangedata"]
            .iter()
            .any(|key| options.get(*key).is_some_and(|value| value.eq_ignore_ascii_case("true")));
        let feed = if is_feed { Some(feed(options, zone)?) } else { None };
        expect_known(options, is_feed)?;
        if request.schema.is_some() {
            return Err(Error::unsupported("a schema of the user for a Delta table"));
        }
        Ok(ReadOptions { location, at, feed })
    }
}

fn feed(options: &Options, zone: Zone) -> Result<(At, Option<At>)> {
    let end = |name: &str| -> Result<Option<At>> {
        let version = number(options, &format!("{name}version"))?;
        let time = time(options, &format!("{name}timestamp"), zone)?;
        match (version, time) {
            (Some(_), Some(_)) => {
                Err(Error::analysis("DELTA_MULTIPLE_CDC_BOUNDARY").with("startingOrEnding", name))
            }
            (Some(version), None) => Ok(Some(At::Version(version))),
            (None, time) => Ok(time),
        }
    };
    let from = match options.get("startingversion").is_some_and(|text| text.eq_ignore_ascii_case("latest")) {
        true => Some(At::Latest),
        false => end("starting")?,
    };
    let from = from.ok_or_else(|| Error::analysis("DELTA_NO_START_FOR_CDC_READ"))?;
    Ok((from, end("ending")?))
}

/// # Errors
/// Options by name.
fn expect_known(options: &Options, is_feed: bool) -> Result<()> {
    let of_feed = [
        "readchangefeed",
        "readchangedata",
        "startingversion",
        "startingtimestamp",
        "endingversion",
        "endingtimestamp",
    ];
    let known = |key: &str| {
        matches!(key, "versionasof" | "timestampasof" | "readchangefeed" | "readchangedata")
            || WITHOUT_EFFECT.contains(&key)
            || key.starts_with("fs.")
            || (is_feed && of_feed.contains(&key))
    };
    match options.keys().find(|key| !known(key)) {
        // Spark's Delta reads over options that it does not know.
        Some(key) if key.starts_with("delta.") || key.contains("schema") => {
            Err(Error::unsupported(format!("the option {key} of a read of a Delta table")))
        }
        _ => Ok(()),
    }
}

/// `/t@v12` and `/t@20260101000000000`.
fn split_suffix(path: &str, zone: Zone) -> (String, Option<At>) {
    let whole = (path.to_string(), None);
    let Some((base, suffix)) = path.trim_end_matches('/').rsplit_once('@') else { return whole };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some(version) =
        suffix.strip_prefix(['v', 'V']).filter(|text| digits(text)).and_then(|v| v.parse().ok())
    {
        return (base.to_string(), Some(At::Version(version)));
    }
    if digits(suffix) && suffix.len() == STAMP_DIGITS {
        let time = format!(
            "{}-{}-{} {}:{}:{}.{}",
            &suffix[..4],
            &suffix[4..6],
            &suffix[6..8],
            &suffix[8..10],
            &suffix[10..12],
            &suffix[12..14],
            &suffix[14..]
        );
        if let Some(micros) = instant(&time, Some(zone)) {
            return (base.to_string(), Some(At::Timestamp(micros)));
        }
    }
    whole
}

fn number(options: &Options, key: &str) -> Result<Option<u64>> {
    let Some(text) = options.get(key) else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| {
        Error::new(ErrorKind::InvalidArgument, "DELTA_TIME_TRAVEL_INVALID_BEGIN_VALUE")
            .with("timeTravelKey", key)
    })
}

fn time(options: &Options, key: &str, zone: Zone) -> Result<Option<At>> {
    let Some(text) = options.get(key) else { return Ok(None) };
    match instant(text.trim(), Some(zone)) {
        Some(micros) => Ok(Some(At::Timestamp(micros))),
        None => Err(Error::analysis("DELTA_TIMESTAMP_INVALID").with("expr", format!("'{text}'"))),
    }
}

fn illegal(message: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, "ILLEGAL_ARGUMENT").with("message", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_behind_a_path() {
        assert_eq!(split_suffix("/t@v12", Zone::UTC), ("/t".to_string(), Some(At::Version(12))));
        assert_eq!(split_suffix("/a@b/t", Zone::UTC), ("/a@b/t".to_string(), None));
        let (path, at) = split_suffix("/t@19700101000001000", Zone::UTC);
        assert_eq!((path.as_str(), at), ("/t", Some(At::Timestamp(1_000_000))));
    }
}
