//! Staging and commit on local disks: everything by renames on one file system.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Error as IoError, ErrorKind as IoKind, Result as IoResult};
use std::path::{Path, PathBuf};

use lang::ir::SaveMode;
use lang::{Error, ErrorKind, Result};
use plan::contract::StagedFile;
use uuid::Uuid;

use crate::error::from_write;
use crate::path::Location;

/// What the commit does with what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// Nothing was there.
    Create,
    Append,
    Replace,
    ReplacePartitions,
}

/// The hidden folder of one write. Dropping it removes it, unless the commit made it the target.
#[derive(Debug)]
pub(super) struct Stage {
    target: PathBuf,
    folder: PathBuf,
    /// Whether the folder is below the target, because beside it there is no place.
    inside: bool,
    effect: Effect,
    mode: SaveMode,
    /// Locked as long as the writer lives; the lock goes with the process.
    _alive: File,
}

const TEMPORARY: &str = "_temporary";
const ALIVE: &str = "alive";
const DATA: &str = "data";

pub(super) fn exists(target: &Location) -> bool {
    Path::new(&target.path).exists()
}

pub(super) fn remove(target: &Location) -> Result<()> {
    remove_path(Path::new(&target.path)).map_err(|e| from_write(&e, &target.to_string()))
}

impl Stage {
    /// # Errors
    /// A folder that cannot be made.
    pub(super) fn create(target: &Location, mode: SaveMode, dynamic: bool) -> Result<Self> {
        Self::new(Path::new(&target.path), mode, dynamic).map_err(|e| from_write(&e, &target.to_string()))
    }

    fn new(target: &Path, mode: SaveMode, dynamic: bool) -> IoResult<Self> {
        // A link stays; what it points at is replaced.
        let (target, found) = match target.canonicalize() {
            Ok(path) => (path, true),
            Err(_) => (target.to_path_buf(), false),
        };
        let effect = match mode {
            _ if !found => Effect::Create,
            SaveMode::Overwrite if dynamic => Effect::ReplacePartitions,
            SaveMode::Overwrite => Effect::Replace,
            _ => Effect::Append,
        };
        let (folder, inside) = stage_folder(&target, found)?;
        let prepare = || {
            let alive = locked(&folder)?;
            fs::create_dir(folder.join(DATA))?;
            Ok(alive)
        };
        match prepare() {
            Ok(alive) => Ok(Stage { target, folder, inside, effect, mode, _alive: alive }),
            Err(error) => {
                let _ = remove_path(&folder);
                Err(error)
            }
        }
    }

    /// Where the file that will be `target` is staged.
    pub(super) fn path(&self, target: &str) -> PathBuf {
        self.folder.join(DATA).join(target)
    }

    /// # Errors
    /// `CONCURRENT_WRITE`, `PATH_ALREADY_EXISTS`, and what the disk refuses; what was there is as before then.
    pub(super) fn commit(&self, files: &[StagedFile]) -> Result<()> {
        let data = self.folder.join(DATA);
        let failed = |e: IoError| from_write(&e, &self.target.to_string_lossy());
        match self.effect {
            Effect::Create => {
                File::create(data.join("_SUCCESS")).map_err(failed)?;
                match fs::rename(&data, &self.target) {
                    Ok(()) => Ok(()),
                    Err(error) if is_taken(&error) => self.lost_race(files),
                    Err(error) => Err(failed(error)),
                }
            }
            Effect::Append => self.append(files),
            Effect::Replace => {
                File::create(data.join("_SUCCESS")).map_err(failed)?;
                if self.inside {
                    self.replace_entries(&data)
                } else {
                    replace(&data, &self.target, &self.old())
                }
                .map_err(failed)
            }
            Effect::ReplacePartitions => self.replace_partitions(files).map_err(failed),
        }?;
        self.clean();
        Ok(())
    }

    pub(super) fn abort(&self) {
        self.clean();
    }

    /// Somebody made the target since this write began.
    fn lost_race(&self, files: &[StagedFile]) -> Result<()> {
        if self.mode == SaveMode::Append {
            return self.append(files);
        }
        let path = format!("file:{}", self.target.display());
        Err(match self.mode {
            SaveMode::Overwrite => Error::new(ErrorKind::Data, "CONCURRENT_WRITE").with("path", path),
            _ => Error::analysis("PATH_ALREADY_EXISTS").with("outputPath", path),
        })
    }

    /// Moves the files in; those already moved are taken back when one cannot be.
    fn append(&self, files: &[StagedFile]) -> Result<()> {
        if !self.target.is_dir() {
            let path = format!("file:{}", self.target.display());
            return Err(Error::new(ErrorKind::Data, "CONCURRENT_WRITE").with("path", path));
        }
        let mut moved: Vec<PathBuf> = Vec::with_capacity(files.len());
        for file in files {
            let to = self.target.join(&file.target);
            if let Err(error) = move_file(Path::new(&file.staged), &to) {
                moved.iter().for_each(|path| {
                    let _ = fs::remove_file(path);
                });
                return Err(from_write(&error, &to.to_string_lossy()));
            }
            moved.push(to);
        }
        // Only a mark: without it the data is as complete.
        let _ = File::create(self.target.join("_SUCCESS"));
        Ok(())
    }

    fn replace_partitions(&self, files: &[StagedFile]) -> IoResult<()> {
        let folders: BTreeSet<&str> =
            files.iter().filter_map(|file| file.target.rsplit_once('/').map(|(folder, _)| folder)).collect();
        for (index, folder) in folders.iter().enumerate() {
            let (staged, target) = (self.path(folder), self.target.join(folder));
            if let Some(parent) = target.parent() {
                fs::create_dir_all(parent)?;
            }
            replace(&staged, &target, &self.folder.join(format!("old-{index}")))?;
        }
        File::create(self.target.join("_SUCCESS")).map(drop)
    }

    /// Replaces what is in the target, one entry after the other; goes back when one cannot be moved.
    fn replace_entries(&self, data: &Path) -> IoResult<()> {
        let old = self.folder.join("old");
        fs::create_dir(&old)?;
        let mut undo: Vec<(PathBuf, PathBuf)> = Vec::new();
        let moves = entries(&self.target)?
            .into_iter()
            .filter(|name| name != TEMPORARY)
            .map(|name| (self.target.join(&name), old.join(&name)))
            .chain(entries(data)?.into_iter().map(|name| (data.join(&name), self.target.join(&name))));
        for (from, to) in moves {
            if let Err(error) = fs::rename(&from, &to) {
                for (from, to) in undo.iter().rev() {
                    let _ = fs::rename(to, from);
                }
                return Err(error);
            }
            undo.push((from, to));
        }
        Ok(())
    }

    fn old(&self) -> PathBuf {
        let mut name = self.folder.file_name().unwrap_or_default().to_os_string();
        name.push(".old");
        self.folder.with_file_name(name)
    }

    fn clean(&self) {
        if let Err(error) = remove_path(&self.folder) {
            log::warn!("removing {}: {error}", self.folder.display());
        }
        if self.inside {
            // Other writers may have their folders there.
            let _ = fs::remove_dir(self.target.join(TEMPORARY));
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.folder.exists() {
            self.clean();
        }
    }
}

/// Makes the hidden folder: beside the target or, if that is another file system or forbidden, below it.
fn stage_folder(target: &Path, found: bool) -> IoResult<(PathBuf, bool)> {
    let id = Uuid::new_v4();
    if let (Some(parent), Some(name)) = (target.parent(), target.file_name()) {
        if !found {
            fs::create_dir_all(parent)?;
        }
        let prefix = format!(".{}.", name.to_string_lossy());
        if !found || same_file_system(parent, target) {
            let folder = parent.join(format!("{prefix}{id}"));
            remove_dead(parent, &prefix);
            match fs::create_dir(&folder) {
                Ok(()) => return Ok((folder, false)),
                Err(error) if found && error.kind() == IoKind::PermissionDenied => {}
                Err(error) => return Err(error),
            }
        }
    }
    let folder = target.join(TEMPORARY).join(id.to_string());
    fs::create_dir_all(&folder)?;
    Ok((folder, true))
}

/// The mark of a living writer; it gets its name when it is locked, so that nobody takes it for that of a dead one.
fn locked(folder: &Path) -> IoResult<File> {
    let unnamed = folder.join(Uuid::new_v4().to_string());
    let alive = File::create(&unnamed)?;
    alive.lock()?;
    fs::rename(unnamed, folder.join(ALIVE))?;
    Ok(alive)
}

/// Removes the hidden folders of writers that were killed: their lock is free.
fn remove_dead(parent: &Path, prefix: &str) {
    for name in entries(parent).unwrap_or_default() {
        let is_stage = name.strip_prefix(prefix).is_some_and(|id| Uuid::parse_str(id).is_ok());
        let folder = parent.join(&name);
        let dead = || File::open(folder.join(ALIVE)).is_ok_and(|alive| alive.try_lock().is_ok());
        if is_stage && dead() {
            let _ = fs::remove_dir_all(&folder);
        }
    }
}

#[cfg(unix)]
fn same_file_system(a: &Path, b: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    matches!((fs::metadata(a), fs::metadata(b)), (Ok(a), Ok(b)) if a.dev() == b.dev())
}

#[cfg(not(unix))]
fn same_file_system(_: &Path, _: &Path) -> bool {
    true
}

/// Puts `new` where `target` is or was, and removes what was there.
fn replace(new: &Path, target: &Path, old: &Path) -> IoResult<()> {
    if !target.exists() {
        return fs::rename(new, target);
    }
    if swap(new, target)? {
        return remove_path(new);
    }
    fs::rename(target, old)?;
    if let Err(error) = fs::rename(new, target) {
        let _ = fs::rename(old, target);
        return Err(error);
    }
    remove_path(old)
}

/// Exchanges two names at once; `false` where the file system cannot.
#[cfg(target_os = "linux")]
fn swap(a: &Path, b: &Path) -> IoResult<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
fn swap(_: &Path, _: &Path) -> IoResult<bool> {
    Ok(false)
}

fn move_file(from: &Path, to: &Path) -> IoResult<()> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::rename(from, to)
}

fn entries(folder: &Path) -> IoResult<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn is_taken(error: &IoError) -> bool {
    matches!(error.kind(), IoKind::AlreadyExists | IoKind::DirectoryNotEmpty | IoKind::NotADirectory)
}

/// Removes a file or folder; nothing there is fine.
fn remove_path(path: &Path) -> IoResult<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() == IoKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
#[path = "local_tests.rs"]
mod tests;
