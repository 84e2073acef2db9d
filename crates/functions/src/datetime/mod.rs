//! Dates, timestamps, times and intervals.
//!
//! ```text
//! text ──pattern──► wall clock ──zone──► instant (microseconds, UTC)
//!                       │
//!                   calendar ──► year, month, day, week …
//! ```
//!
//! The nouns: an instant is microseconds since the epoch; a wall clock is what a [`zone::Zone`] shows at an
//! instant; a [`pattern::DateTimePattern`] prints and reads either.
//!
//! # Guarantees
//! - The session time zone reaches kernels through `execution.time_zone`, and the query's start is one
//!   instant.
//! - The calendar is proleptic Gregorian; gaps and overlaps of wall clocks resolve as in Java.
//!
//! # Does not
//! Cast (see [`crate::cast`]); know leap seconds; merge session windows or multiply rows by sliding ones, which is the
//! resolver's.
//!
//! # Where to start
//! `definitions` for the list, [`pattern`] for text.

mod arithmetic;
mod bucket;
pub(crate) mod calendar;
mod casts;
pub mod duration;
mod epoch;
mod extract;
mod interval;
mod make;
mod now;
mod parts;
pub mod pattern;
mod shift;
mod text;
mod time;
mod timestamp_arithmetic;
mod unit;
mod window;
pub mod zone;

pub use window::{RowWindows, row_windows, window_of};

use crate::Definition;

/// The functions of this group, sorted by name.
pub(crate) fn definitions() -> Vec<Definition> {
    vec![
        Definition::scalar(&["add_months"], arithmetic::add_months),
        Definition::scalar(&["bigint"], casts::cast_to_name),
        Definition::scalar(&["binary"], casts::cast_to_name),
        Definition::scalar(&["boolean"], casts::cast_to_name),
        Definition::scalar(&["convert_timezone"], shift::convert_timezone),
        Definition::scalar(&["current_date", "curdate"], now::current_date),
        Definition::scalar(&["current_time", "localtime"], now::current_time),
        Definition::scalar(&["current_timestamp", "now"], now::current_timestamp),
        Definition::scalar(&["current_timezone"], now::current_timezone),
        Definition::scalar(&["date"], casts::cast_to_name),
        Definition::scalar(&["date_add", "dateadd"], arithmetic::date_add),
        Definition::scalar(&["date_diff", "datediff"], arithmetic::date_diff),
        Definition::scalar(&["date_format"], text::date_format),
        Definition::scalar(&["date_from_unix_date"], epoch::date_from_unix_date),
        Definition::scalar(&["date_part", "datepart", "extract"], extract::extract),
        Definition::scalar(&["date_sub"], arithmetic::date_sub),
        Definition::scalar(&["date_trunc"], timestamp_arithmetic::date_trunc),
        Definition::scalar(&["day", "dayofmonth"], parts::day),
        Definition::scalar(&["dayname"], parts::dayname),
        Definition::scalar(&["dayofweek"], parts::dayofweek),
        Definition::scalar(&["dayofyear"], parts::dayofyear),
        Definition::scalar(&["decimal"], casts::cast_to_name),
        Definition::scalar(&["double"], casts::cast_to_name),
        Definition::scalar(&["float"], casts::cast_to_name),
        Definition::scalar(&["from_unixtime"], text::from_unixtime),
        Definition::scalar(&["from_utc_timestamp"], shift::from_utc_timestamp),
        Definition::scalar(&["hour"], parts::hour),
        Definition::scalar(&["int"], casts::cast_to_name),
        Definition::scalar(&["last_day"], arithmetic::last_day),
        Definition::scalar(&["localtimestamp"], now::localtimestamp),
        Definition::scalar(&["make_date"], make::make_date),
        Definition::scalar(&["make_dt_interval"], interval::make_dt_interval),
        Definition::scalar(&["make_interval"], interval::make_interval),
        Definition::scalar(&["make_time"], time::make_time),
        Definition::scalar(&["make_timestamp", "make_timestamp_ltz"], make::make_timestamp),
        Definition::scalar(&["make_timestamp_ntz"], make::make_timestamp_ntz),
        Definition::scalar(&["make_ym_interval"], interval::make_ym_interval),
        Definition::scalar(&["minute"], parts::minute),
        Definition::scalar(&["month"], parts::month),
        Definition::scalar(&["monthname"], parts::monthname),
        Definition::scalar(&["months_between"], arithmetic::months_between),
        Definition::scalar(&["next_day"], arithmetic::next_day),
        Definition::scalar(&["quarter"], parts::quarter),
        Definition::scalar(&["second"], parts::second),
        Definition::scalar(&["session_window"], window::session_window),
        Definition::scalar(&["smallint"], casts::cast_to_name),
        Definition::scalar(&["string"], casts::cast_to_name),
        Definition::scalar(&["time"], casts::cast_to_name),
        Definition::scalar(&["time_bucket"], bucket::time_bucket),
        Definition::scalar(&["time_diff"], time::time_diff),
        Definition::scalar(&["time_from_micros"], time::time_from_micros),
        Definition::scalar(&["time_from_millis"], time::time_from_millis),
        Definition::scalar(&["time_from_seconds"], time::time_from_seconds),
        Definition::scalar(&["time_to_micros"], time::time_to_micros),
        Definition::scalar(&["time_to_millis"], time::time_to_millis),
        Definition::scalar(&["time_to_seconds"], time::time_to_seconds),
        Definition::scalar(&["time_trunc"], time::time_trunc),
        Definition::scalar(&["timestamp"], casts::cast_to_name),
        Definition::scalar(&["timestamp_micros"], epoch::timestamp_micros),
        Definition::scalar(&["timestamp_millis"], epoch::timestamp_millis),
        Definition::scalar(&["timestamp_seconds"], epoch::timestamp_seconds),
        Definition::scalar(&["timestampadd", "timestamp_add"], timestamp_arithmetic::timestampadd),
        Definition::scalar(&["timestampdiff", "timestamp_diff"], timestamp_arithmetic::timestampdiff),
        Definition::scalar(&["tinyint"], casts::cast_to_name),
        Definition::scalar(&["to_date"], text::to_date),
        Definition::scalar(&["to_time"], time::to_time),
        Definition::scalar(&["to_timestamp", "to_timestamp_ltz"], text::to_timestamp),
        Definition::scalar(&["to_timestamp_ntz"], text::to_timestamp_ntz),
        Definition::scalar(&["to_unix_timestamp"], text::to_unix_timestamp),
        Definition::scalar(&["to_utc_timestamp"], shift::to_utc_timestamp),
        Definition::scalar(&["trunc"], timestamp_arithmetic::trunc),
        Definition::scalar(&["try_make_interval"], interval::try_make_interval),
        Definition::scalar(&["try_make_timestamp", "try_make_timestamp_ltz"], make::try_make_timestamp),
        Definition::scalar(&["try_make_timestamp_ntz"], make::try_make_timestamp_ntz),
        Definition::scalar(&["try_to_date"], text::try_to_date),
        Definition::scalar(&["try_to_time"], time::try_to_time),
        Definition::scalar(&["try_to_timestamp"], text::try_to_timestamp),
        Definition::scalar(&["unix_date"], epoch::unix_date),
        Definition::scalar(&["unix_micros"], epoch::unix_micros),
        Definition::scalar(&["timestamp_nanos"], epoch::timestamp_nanos),
        Definition::scalar(&["unix_nanos"], epoch::unix_nanos),
        Definition::scalar(&["unix_millis"], epoch::unix_millis),
        Definition::scalar(&["unix_seconds"], epoch::unix_seconds),
        Definition::scalar(&["unix_timestamp"], text::unix_timestamp),
        Definition::scalar(&["weekday"], parts::weekday),
        Definition::scalar(&["weekofyear"], parts::weekofyear),
        Definition::scalar(&["window"], window::window),
        Definition::scalar(&["window_time"], window::window_time),
        Definition::scalar(&["year"], parts::year),
    ]
}

#[cfg(test)]
mod tests {
    use crate::{answers, testing};

    #[test]
    fn answers_like_spark() {
        answers::check(include_str!("answers.tsv"), &testing::context());
    }

    #[test]
    fn answers_like_spark_where_clocks_change() {
        let context = crate::Context { time_zone: "America/Los_Angeles".into(), ..testing::context() };
        answers::check(include_str!("answers_los_angeles.tsv"), &context);
    }
}
