//! Checkpoints: the log up to a version in one file, so that readers need not read it from the beginning.

use lang::Result;

use crate::log::Log;

/// Versions between checkpoints when no property says otherwise, Delta's default.
const INTERVAL: u64 = 10;

/// Writes a checkpoint of a version that has just been committed, if it is one that gets one. A failure is no failure of
/// the commit.
pub(crate) async fn after(log: &Log, version: u64, interval: Option<&str>) {
    let interval = interval.and_then(|text| text.trim().parse().ok()).filter(|n| *n > 0).unwrap_or(INTERVAL);
    if version == 0 || !version.is_multiple_of(interval) {
        return;
    }
    if let Err(error) = write(log, version).await {
        log::warn!("no checkpoint of version {version} of {}: {error}", log.location);
    }
}

async fn write(log: &Log, version: u64) -> Result<()> {
    let work = log.blocking(move |log| {
        let snapshot = log.snapshot(Some(version))?;
        snapshot.checkpoint(log.engine().as_ref(), None).map_err(|e| log.failed(&e))?;
        Ok(())
    });
    work.await
}
