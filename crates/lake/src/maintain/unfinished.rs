//! Files that writers who were killed have begun on a disk: the store writes beside the name, and never lists them.

use std::fs::{self, DirEntry};
use std::io::{Error as IoError, ErrorKind, Result as IoResult};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use lang::Result;

use super::vacuum::is_apart;
use crate::error::unwritable;
use crate::log::Log;

/// Removes what was begun and has not been written to since `cutoff`, in milliseconds since 1970. Blocks.
///
/// # Errors
/// `TASK_WRITE_FAILED`
pub(super) fn remove_unfinished(log: &Log, partition_by: &[String], cutoff: i64) -> Result<()> {
    let mut folders = vec![PathBuf::from(log.folder.path())];
    while let Some(folder) = folders.pop() {
        let failed = |error: IoError| unwritable(&folder.to_string_lossy(), &error.to_string());
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if is_apart(&name, partition_by) {
                continue;
            }
            match entry.file_type().map_err(failed)?.is_dir() {
                true => folders.push(entry.path()),
                false if is_unfinished(&name) && is_older(&entry, cutoff).map_err(failed)? => {
                    remove(&entry.path()).map_err(failed)?;
                }
                false => {}
            }
        }
    }
    Ok(())
}

/// Whether the store names a file so that is not whole yet: the name to be, `#`, and a number.
fn is_unfinished(name: &str) -> bool {
    name.rsplit_once('#').is_some_and(|(whole, number)| {
        let is_table_file = whole.ends_with(".parquet") || whole.ends_with(".bin");
        is_table_file && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_older(entry: &DirEntry, cutoff: i64) -> IoResult<bool> {
    let modified = match entry.metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        metadata => metadata?.modified()?,
    };
    let millis = modified.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis());
    Ok(i64::try_from(millis).is_ok_and(|millis| millis < cutoff))
}

fn remove(path: &Path) -> IoResult<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_store_has_begun_is_unfinished() {
        for name in ["part-0.snappy.parquet#1", "cdc-1.parquet#12", "vector.bin#2"] {
            assert!(is_unfinished(name), "{name}");
        }
        for name in ["part-0.parquet", "part#1.parquet", "part-0.parquet#", "part-0.parquet#a", "notes#1"] {
            assert!(!is_unfinished(name), "{name}");
        }
    }
}
