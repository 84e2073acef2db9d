//! The commits of a log: which there are, when they were made, and what stands in them.

use futures::TryStreamExt;
use lang::{Error, Result};
use object_store::ObjectStoreExt;
use plan::lake::At;
use serde_json::Value;

use crate::error::{from_store, not_a_table, unreadable};
use crate::log::{FOLDER, Log};

/// A commit of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub number: u64,
    /// When it was made, later than the one before.
    pub millis: i64,
}

/// The relative path of a version's commit.
pub(crate) fn commit_path(version: u64) -> String {
    format!("{FOLDER}/{version:020}.json")
}

/// The number of a commit by the name of its file.
fn number(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".json")?;
    (digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

impl Log {
    /// The commits that are there, oldest first. Later ones have later times, as Spark counts them.
    ///
    /// # Errors
    /// `DELTA_TABLE_NOT_FOUND` where there are none.
    pub(crate) async fn versions(&self) -> Result<Vec<Version>> {
        let prefix = self.folder.object(FOLDER)?;
        let listed = self.folder.object_store().list(Some(&prefix)).try_collect::<Vec<_>>().await;
        let listed = listed.map_err(|e| from_store(&e, &self.location))?;
        let mut versions: Vec<Version> = listed
            .iter()
            .filter(|meta| meta.location.parts_count() == prefix.parts_count() + 1)
            .filter_map(|meta| {
                let number = number(meta.location.filename()?)?;
                Some(Version { number, millis: meta.last_modified.timestamp_millis() })
            })
            .collect();
        if versions.is_empty() {
            return Err(not_a_table(&self.location));
        }
        versions.sort_by_key(|version| version.number);
        for at in 1..versions.len() {
            versions[at].millis = versions[at].millis.max(versions[at - 1].millis + 1);
        }
        Ok(versions)
    }

    /// The number of a version; `None` is the latest, whatever it is.
    ///
    /// # Errors
    /// `DELTA_TIMESTAMP_GREATER_THAN_COMMIT`, `DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION`,
    /// `DELTA_VERSION_NOT_FOUND`
    pub(crate) async fn resolve(&self, at: At) -> Result<Option<u64>> {
        match at {
            At::Latest => Ok(None),
            At::Version(version) => {
                let versions = self.versions().await?;
                let (first, last) = ends(&versions)?;
                match (first.number..=last.number).contains(&version) {
                    true => Ok(Some(version)),
                    false => Err(Error::analysis("DELTA_VERSION_NOT_FOUND")
                        .with("userVersion", version.to_string())
                        .with("earliest", first.number.to_string())
                        .with("latest", last.number.to_string())),
                }
            }
            At::Timestamp(micros) => self.at_instant(micros, false).await.map(Some),
        }
    }

    /// The last version that was there at an instant; instants after the last are an error unless `after` allows them.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub(crate) async fn at_instant(&self, micros: i64, after: bool) -> Result<u64> {
        let versions = self.versions().await?;
        let (first, last) = ends(&versions)?;
        let millis = micros.div_euclid(1000);
        if millis < first.millis {
            return Err(Error::analysis("DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION")
                .with("userTimestamp", shown(micros))
                .with("commitTs", shown(first.millis * 1000))
                .with("timestampString", shown_seconds(first.millis * 1000)));
        }
        if millis > last.millis && !after {
            return Err(Error::analysis("DELTA_TIMESTAMP_GREATER_THAN_COMMIT")
                .with("providedTimestamp", shown(micros))
                .with("lastCommitTimestamp", shown(last.millis * 1000))
                .with("maximumTimestamp", shown_seconds(last.millis * 1000)));
        }
        let found = versions.iter().rev().find(|version| version.millis <= millis);
        Ok(found.unwrap_or(&first).number)
    }

    /// The actions of a commit; `None` where there is no such commit.
    ///
    /// # Errors
    /// Commits that cannot be read.
    pub(crate) async fn actions(&self, version: u64) -> Result<Option<Vec<Value>>> {
        let path = commit_path(version);
        let found = match self.folder.object_store().get(&self.folder.object(&path)?).await {
            Ok(found) => found.bytes().await,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => Err(error),
        };
        let bytes = found.map_err(|e| from_store(&e, &path))?;
        let mut actions = Vec::new();
        for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
            let action = serde_json::from_slice(line).map_err(|e| unreadable(&path, &e.to_string()))?;
            actions.push(action);
        }
        Ok(Some(actions))
    }
}

/// The first and the last of some versions.
///
/// # Errors
/// No versions at all.
pub(crate) fn ends(versions: &[Version]) -> Result<(Version, Version)> {
    match (versions.first(), versions.last()) {
        (Some(first), Some(last)) => Ok((*first, *last)),
        _ => Err(Error::internal("a log without commits")),
    }
}

/// Microseconds as `2024-01-01 12:00:00.5` in UTC: as many digits of the fraction as there are, one at least.
pub(crate) fn shown(micros: i64) -> String {
    let time = chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default();
    let text = time.format("%Y-%m-%d %H:%M:%S.%6f").to_string();
    let trimmed = text.trim_end_matches('0');
    if trimmed.ends_with('.') { format!("{trimmed}0") } else { trimmed.to_string() }
}

/// Microseconds as whole seconds in UTC.
fn shown_seconds(micros: i64) -> String {
    let time = chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default();
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_told_by_their_names() {
        assert_eq!(number("00000000000000000012.json"), Some(12));
        for other in
            ["12.json", "00000000000000000012.crc", "00000000000000000012.checkpoint.parquet", "x.json"]
        {
            assert_eq!(number(other), None);
        }
    }
}
