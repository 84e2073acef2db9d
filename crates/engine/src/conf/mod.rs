//! Settings: a session's own values over the engine's over Spark's defaults.
//!
//! ```text
//! set() ──check──► session values ──┐
//!                  engine's --conf ─┼─► get()
//!                  Spark's defaults ┘
//! ```
//!
//! The noun: a [`Conf`] is one session's view of all settings.
//!
//! # Guarantees
//! - Static settings and core settings of a cluster cannot be changed in a session; values of the wrong type are refused.
//!
//! # Does not
//! Know what a setting does; readers ask for it by name.
//!
//! # Where to start
//! [`Conf::get`], `defaults.rs` for the table.

mod check;
mod defaults;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use lang::Result;
use parking_lot::RwLock;

/// One session's settings.
#[derive(Debug)]
pub struct Conf {
    /// What every session starts with, and what RESET goes back to.
    initial: Arc<BTreeMap<String, String>>,
    values: RwLock<BTreeMap<String, String>>,
}

impl Conf {
    pub(crate) fn new(initial: Arc<BTreeMap<String, String>>) -> Self {
        Conf { values: RwLock::new(initial.as_ref().clone()), initial }
    }

    /// The session's value, else Spark's default; `None` when neither exists.
    pub fn get(&self, key: &str) -> Option<String> {
        self.get_explicit(key).or_else(|| default(key))
    }

    /// The value somebody set.
    pub fn get_explicit(&self, key: &str) -> Option<String> {
        self.values.read().get(key).cloned()
    }

    /// A boolean setting; anything but `true` counts as false.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.get(key).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// # Errors
    /// `CANNOT_MODIFY_STATIC_CONFIG`, `CANNOT_MODIFY_CONFIG`, `INVALID_CONF_VALUE`.
    pub fn set(&self, key: &str, value: &str) -> Result<()> {
        check::modifiable(key)?;
        check::value(key, value, default(key).as_deref())?;
        self.values.write().insert(key.to_string(), value.to_string());
        Ok(())
    }

    /// Removes the session's value: Spark's default holds again.
    ///
    /// # Errors
    /// `CANNOT_MODIFY_STATIC_CONFIG`, `CANNOT_MODIFY_CONFIG`.
    pub fn unset(&self, key: &str) -> Result<()> {
        check::modifiable(key)?;
        self.values.write().remove(key);
        Ok(())
    }

    /// Goes back to the value the session started with.
    pub(crate) fn reset(&self, key: &str) -> Result<()> {
        check::modifiable(key)?;
        let mut values = self.values.write();
        match self.initial.get(key) {
            Some(value) => values.insert(key.to_string(), value.clone()),
            None => values.remove(key),
        };
        Ok(())
    }

    /// [`reset`](Self::reset) for everything.
    pub(crate) fn reset_all(&self) {
        *self.values.write() = self.initial.as_ref().clone();
    }

    /// The explicit settings, those whose names start with `prefix` only (and without it), sorted.
    pub fn all(&self, prefix: Option<&str>) -> Vec<(String, String)> {
        let values = self.values.read();
        let shorten = |key: &str| prefix.map_or(Some(key), |p| key.strip_prefix(p)).map(str::to_string);
        values.iter().filter_map(|(k, v)| Some((shorten(k)?, v.clone()))).collect()
    }

    /// The SQL settings with their current values: the table of defaults under the explicit ones.
    pub(crate) fn all_with_defaults(&self) -> BTreeMap<String, String> {
        let mut all: BTreeMap<_, _> = defaults::all().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        all.extend(self.values.read().iter().map(|(k, v)| (k.clone(), v.clone())));
        all
    }

    /// What a connector or a worker may need: everything that was set.
    pub(crate) fn explicit(&self) -> BTreeMap<String, String> {
        self.values.read().clone()
    }

    pub fn is_modifiable(&self, key: &str) -> bool {
        check::modifiable(key).is_ok() && default(key).is_some()
    }

    pub fn has_default(&self, key: &str) -> bool {
        default(key).is_some()
    }

    /// Takes over another session's values.
    pub(crate) fn copy_from(&self, other: &Conf) {
        *self.values.write() = other.explicit();
    }
}

/// Whether a session could be given these values, be they of settings that it may change or not.
///
/// # Errors
/// `INVALID_CONF_VALUE`
pub(crate) fn check_values(values: &BTreeMap<String, String>) -> Result<()> {
    values.iter().try_for_each(|(key, value)| check::value(key, value, default(key).as_deref()))
}

/// `spark.sql.session.timeZone`
pub(crate) const TIME_ZONE: &str = "spark.sql.session.timeZone";
/// `spark.sql.warehouse.dir`
pub(crate) const WAREHOUSE: &str = "spark.sql.warehouse.dir";

fn default(key: &str) -> Option<String> {
    if key == TIME_ZONE {
        return Some(MACHINE_TIME_ZONE.clone());
    }
    defaults::find(key).map(str::to_string)
}

static MACHINE_TIME_ZONE: LazyLock<String> = LazyLock::new(machine_time_zone);

/// The machine's time zone: `TZ`, else what `/etc/localtime` points to, else UTC.
fn machine_time_zone() -> String {
    let from_link = || {
        let target = std::fs::read_link("/etc/localtime").ok()?;
        let text = target.to_str()?;
        text.split_once("zoneinfo/").map(|(_, zone)| zone.to_string())
    };
    std::env::var("TZ")
        .ok()
        .map(|zone| zone.trim_start_matches(':').to_string())
        .or_else(from_link)
        .filter(|zone| zone.parse::<chrono_tz::Tz>().is_ok())
        .unwrap_or_else(|| "UTC".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conf() -> Conf {
        Conf::new(Arc::new(BTreeMap::from([("spark.sql.shuffle.partitions".to_string(), "7".to_string())])))
    }

    #[test]
    fn session_values_hide_defaults() {
        let conf = conf();
        assert_eq!(conf.get("spark.sql.ansi.enabled").as_deref(), Some("true"));
        conf.set("spark.sql.ansi.enabled", "false").expect("modifiable");
        assert_eq!(conf.get("spark.sql.ansi.enabled").as_deref(), Some("false"));
        conf.unset("spark.sql.ansi.enabled").expect("modifiable");
        assert_eq!(conf.get("spark.sql.ansi.enabled").as_deref(), Some("true"));
    }

    #[test]
    fn reset_goes_back_to_what_the_engine_said_unset_to_the_default() {
        let conf = conf();
        conf.set("spark.sql.shuffle.partitions", "9").expect("modifiable");
        conf.reset("spark.sql.shuffle.partitions").expect("modifiable");
        assert_eq!(conf.get("spark.sql.shuffle.partitions").as_deref(), Some("7"));
        conf.unset("spark.sql.shuffle.partitions").expect("modifiable");
        assert_eq!(conf.get("spark.sql.shuffle.partitions").as_deref(), Some("200"));
    }

    #[test]
    fn refused_values_leave_the_old_one() {
        let conf = conf();
        let cases = [
            ("spark.sql.warehouse.dir", "/x", "CANNOT_MODIFY_STATIC_CONFIG"),
            ("spark.executor.memory", "1g", "CANNOT_MODIFY_CONFIG"),
            ("spark.sql.ansi.enabled", "maybe", "INVALID_CONF_VALUE.TYPE_MISMATCH"),
            ("spark.sql.shuffle.partitions", "x", "INVALID_CONF_VALUE.TYPE_MISMATCH"),
            ("spark.sql.session.timeZone", "xx", "INVALID_CONF_VALUE.TIME_ZONE"),
        ];
        for (key, value, condition) in cases {
            let before = conf.get(key);
            assert_eq!(conf.set(key, value).expect_err(key).condition(), condition, "{key}");
            assert_eq!(conf.get(key), before, "{key}");
        }
    }

    #[test]
    fn only_known_sql_settings_are_modifiable() {
        let conf = conf();
        let cases = [
            ("spark.sql.ansi.enabled", true),
            ("spark.sql.session.timeZone", true),
            ("spark.sql.warehouse.dir", false),
            ("spark.executor.memory", false),
            ("spark.sql.nope", false),
        ];
        for (key, expected) in cases {
            assert_eq!(conf.is_modifiable(key), expected, "{key}");
        }
    }

    #[test]
    fn a_prefix_is_cut_off() {
        let conf = conf();
        conf.set("spark.hadoop.fs.x", "1").expect("free key");
        assert_eq!(conf.all(Some("spark.hadoop.")), [("fs.x".to_string(), "1".to_string())]);
    }
}
