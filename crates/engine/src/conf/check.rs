//! Which settings a session may change, and to which values.

use lang::{Error, ErrorKind, Result};

use super::TIME_ZONE;

/// Settings of the SQL engine that are fixed when it starts.
const STATIC: &[&str] = &[
    "spark.sql.cache.serializer",
    "spark.sql.catalog.spark_catalog.defaultDatabase",
    "spark.sql.catalogImplementation",
    "spark.sql.event.truncate.length",
    "spark.sql.extensions",
    "spark.sql.extensions.test.loadFromCp",
    "spark.sql.globalTempDatabase",
    "spark.sql.metadataCacheTTLSeconds",
    "spark.sql.queryExecutionListeners",
    "spark.sql.reflect.allowList",
    "spark.sql.sources.disabledJdbcConnProviderList",
    "spark.sql.streaming.streamingQueryListeners",
    "spark.sql.ui.retainedExecutions",
    "spark.sql.warehouse.dir",
];

/// First parts of the names of static settings.
const STATIC_PREFIXES: &[&str] =
    &["spark.sql.hive.metastore.", "spark.sql.hive.thriftServer.", "spark.sql.streaming.ui."];

/// First parts of the names of core settings, which belong to a cluster.
const CORE_PREFIXES: &[&str] = &[
    "spark.broadcast.",
    "spark.cores.",
    "spark.default.parallelism",
    "spark.driver.",
    "spark.dynamicAllocation.",
    "spark.eventLog.",
    "spark.executor.",
    "spark.files.",
    "spark.io.",
    "spark.jars",
    "spark.kryo",
    "spark.local.",
    "spark.locality.",
    "spark.master",
    "spark.memory.",
    "spark.network.",
    "spark.pyspark.",
    "spark.python.worker.",
    "spark.rdd.",
    "spark.rpc.",
    "spark.scheduler.",
    "spark.serializer",
    "spark.shuffle.",
    "spark.speculation",
    "spark.submit.",
    "spark.task.",
    "spark.ui.",
];

/// # Errors
/// `CANNOT_MODIFY_STATIC_CONFIG`, `CANNOT_MODIFY_CONFIG`
pub(super) fn modifiable(key: &str) -> Result<()> {
    let quoted = format!("\"{key}\"");
    if STATIC.binary_search(&key).is_ok() || STATIC_PREFIXES.iter().any(|p| key.starts_with(p)) {
        return Err(Error::analysis("CANNOT_MODIFY_STATIC_CONFIG").with("key", quoted));
    }
    if CORE_PREFIXES.iter().any(|p| key.starts_with(p)) {
        return Err(Error::analysis("CANNOT_MODIFY_CONFIG").with("key", quoted));
    }
    Ok(())
}

/// Checks a value against the type that the default shows.
///
/// # Errors
/// `INVALID_CONF_VALUE.TYPE_MISMATCH`, `INVALID_CONF_VALUE.TIME_ZONE`, `INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS`
pub(super) fn value(key: &str, value: &str, default: Option<&str>) -> Result<()> {
    if key == TIME_ZONE && !is_time_zone(value) {
        return Err(invalid("INVALID_CONF_VALUE.TIME_ZONE", key, value));
    }
    if let Some((_, options)) = OPTIONS.iter().find(|(name, _)| *name == key) {
        if options.iter().any(|option| option.eq_ignore_ascii_case(value)) {
            return Ok(());
        }
        return Err(invalid("INVALID_CONF_VALUE.OUT_OF_RANGE_OF_OPTIONS", key, value)
            .with("confOptions", options.join(", ")));
    }
    let expected = match default {
        Some("true" | "false") if !is_boolean(value) => "boolean",
        Some(number) if is_integer(number) && !is_number(value) => "int",
        _ => return Ok(()),
    };
    Err(invalid("INVALID_CONF_VALUE.TYPE_MISMATCH", key, value).with("confType", expected))
}

/// Settings with a closed list of values.
const OPTIONS: &[(&str, &[&str])] = &[
    ("spark.sql.legacy.timeParserPolicy", &["EXCEPTION", "LEGACY", "CORRECTED"]),
    ("spark.sql.mapKeyDedupPolicy", &["EXCEPTION", "LAST_WIN"]),
    ("spark.sql.sources.partitionOverwriteMode", &["STATIC", "DYNAMIC"]),
    ("spark.sql.storeAssignmentPolicy", &["ANSI", "LEGACY", "STRICT"]),
    ("spark.sql.timestampType", &["TIMESTAMP_LTZ", "TIMESTAMP_NTZ"]),
];

fn invalid(condition: &str, key: &str, value: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, condition)
        .with("confName", format!("\"{key}\""))
        .with("confValue", value)
}

fn is_boolean(value: &str) -> bool {
    let value = value.trim();
    value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")
}

fn is_integer(value: &str) -> bool {
    value.trim().parse::<i64>().is_ok()
}

/// An integer, with or without a unit (`10MB`, `5s`).
fn is_number(value: &str) -> bool {
    is_integer(value.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic()))
}

/// A region (`Europe/Paris`), `UTC`, `Z` or an offset (`+02:00`, `GMT+2`).
fn is_time_zone(value: &str) -> bool {
    let offset = ["UTC", "GMT", "UT"].iter().find_map(|p| value.strip_prefix(p)).unwrap_or(value);
    value.parse::<chrono_tz::Tz>().is_ok() || value == "Z" || is_offset(offset)
}

/// `+h`, `+hh`, `+hh:mm`, `+hh:mm:ss`, at most 18 hours.
fn is_offset(value: &str) -> bool {
    let Some(digits) = value.strip_prefix(['+', '-']) else { return false };
    let parts: Vec<_> = digits.split(':').collect();
    let number = |text: &str| (1..=2).contains(&text.len()).then(|| text.parse::<u8>().ok()).flatten();
    let hours = parts.first().and_then(|text| number(text)).is_some_and(|hours| hours <= 18);
    hours && parts.len() <= 3 && parts[1..].iter().all(|text| number(text).is_some_and(|n| n < 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn static_settings_are_sorted() {
        assert!(STATIC.is_sorted());
    }

    #[test]
    fn time_zones() {
        for zone in ["UTC", "Z", "Europe/Paris", "+02:00", "-8", "GMT+2", "UTC-03:30", "America/Los_Angeles"]
        {
            assert!(is_time_zone(zone), "{zone}");
        }
        for zone in ["xx", "", "+25:00", "+2:99", "Mars/Base"] {
            assert!(!is_time_zone(zone), "{zone}");
        }
    }
}
