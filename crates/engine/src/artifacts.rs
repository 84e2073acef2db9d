//! Files that a client sent along: Python modules, archives, data for `SparkFiles`, cached blobs.

use std::fs;
use std::io::ErrorKind as IoErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use lang::{Error, ErrorKind, Result, RuntimeClass};

use crate::unpack::unpack;

/// Kinds of artifacts of Spark's that have no use here, and what they are for.
const UNSUPPORTED: [(&str, &str); 3] = [
    ("classes", "Java classes as artifacts"),
    ("forward_to_fs", "copyFromLocalToFs"),
    ("jars", "Java archives as artifacts"),
];

/// The artifact folder of one session. Names are `kind/name`: `pyfiles/x.py`, `files/x`, `archives/x.zip#folder`,
/// `cache/<sha256>`.
#[derive(Debug)]
pub struct Artifacts {
    directory: PathBuf,
}

impl Artifacts {
    pub(crate) fn new(directory: PathBuf) -> Result<Self> {
        let artifacts = Artifacts { directory };
        let files = artifacts.files();
        fs::create_dir_all(&files).map_err(|e| failed(&files, &e))?;
        Ok(artifacts)
    }

    /// Where `SparkFiles` finds what was sent along as a file.
    pub(crate) fn files(&self) -> PathBuf {
        self.directory.join("files")
    }

    /// Where the artifacts are; temporary files of uploads belong here too, so that [`add_file`](Self::add_file) is a rename.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Keeps `data` under a name.
    ///
    /// # Errors
    /// `ARTIFACT_ALREADY_EXISTS` when other content is already kept under that name.
    pub fn add(&self, name: &str, data: Bytes) -> Result<()> {
        let target = self.target(name)?;
        if let Some(present) = read(&target)? {
            return accept_equal(name, present == data);
        }
        let parent = target.parent().unwrap_or(&self.directory);
        fs::create_dir_all(parent).map_err(|e| failed(parent, &e))?;
        // Written beside and renamed: a reader never sees half a file.
        let partial = self.directory.join(format!(".{}", uuid::Uuid::new_v4()));
        fs::write(&partial, &data).and_then(|()| fs::rename(&partial, &target)).map_err(|e| {
            // What a full disk has taken of it is of no use.
            let _ = fs::remove_file(&partial);
            failed(&target, &e)
        })?;
        self.unpack(name, &target)
    }

    /// Like [`add`](Self::add) for a file below [`directory`](Self::directory), which is moved.
    pub fn add_file(&self, name: &str, file: &Path) -> Result<()> {
        let target = self.target(name)?;
        if let Some(present) = read(&target)? {
            let new = fs::read(file).map_err(|e| failed(file, &e))?;
            fs::remove_file(file).map_err(|e| failed(file, &e))?;
            return accept_equal(name, present == new);
        }
        let parent = target.parent().unwrap_or(&self.directory);
        fs::create_dir_all(parent).map_err(|e| failed(parent, &e))?;
        fs::rename(file, &target).map_err(|e| failed(&target, &e))?;
        self.unpack(name, &target)
    }

    /// Archives become folders among the files, under their own names or the one behind a `#`.
    fn unpack(&self, name: &str, kept: &Path) -> Result<()> {
        let Some(archive) = name.strip_prefix("archives/") else { return Ok(()) };
        let (archive, folder) = archive.split_once('#').unwrap_or((archive, archive));
        let folder = self.target(&format!("files/{folder}"))?;
        unpack(kept, archive, &folder).map_err(|error| {
            // An archive that is kept counts as unpacked.
            let _ = fs::remove_file(kept);
            failed(kept, &error)
        })
    }

    pub fn exists(&self, name: &str) -> bool {
        self.target(name).is_ok_and(|target| target.exists())
    }

    /// A blob that the client cached under its hash (large local relations).
    pub fn cached(&self, sha256: &str) -> Option<Arc<[u8]>> {
        let target = self.target(&format!("cache/{sha256}")).ok()?;
        fs::read(target).ok().map(Arc::from)
    }

    /// What goes onto `PYTHONPATH`: the folder of modules, and packed modules by themselves.
    pub(crate) fn python_path(&self) -> Vec<String> {
        let folder = self.directory.join("pyfiles");
        let Ok(entries) = fs::read_dir(&folder) else { return Vec::new() };
        let mut packed: Vec<_> = entries
            .filter_map(|entry| entry.ok().map(|e| e.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "zip" || e == "egg" || e == "jar"))
            .map(|path| path.to_string_lossy().into_owned())
            .collect();
        packed.sort();
        let mut paths = vec![folder.to_string_lossy().into_owned()];
        paths.append(&mut packed);
        paths
    }

    /// Copies everything into another session's folder.
    pub(crate) fn copy_to(&self, other: &Artifacts) -> Result<()> {
        copy_folder(&self.directory, &other.directory)
    }

    pub(crate) fn remove(&self) {
        if let Err(error) = fs::remove_dir_all(&self.directory) {
            log::debug!("artifacts at {} stay behind: {error}", self.directory.display());
        }
    }

    /// The file for a name; names that would leave the folder are refused, and kinds that nothing would be done with.
    fn target(&self, name: &str) -> Result<PathBuf> {
        let relative = Path::new(name);
        let kind = name.split('/').next().unwrap_or_default();
        if let Some((_, feature)) = UNSUPPORTED.iter().find(|(unsupported, _)| *unsupported == kind) {
            return Err(Error::unsupported(*feature));
        }
        let inside = relative.components().all(|c| matches!(c, Component::Normal(_)));
        if !inside || relative.as_os_str().is_empty() {
            return Err(Error::new(ErrorKind::InvalidArgument, "INVALID_ARTIFACT_PATH").with("name", name));
        }
        Ok(self.directory.join(relative))
    }
}

fn accept_equal(name: &str, equal: bool) -> Result<()> {
    // Modules are sent again by every client that needs them; only a change would be surprising.
    if equal {
        return Ok(());
    }
    Err(Error::runtime(RuntimeClass::Other, "ARTIFACT_ALREADY_EXISTS")
        .with("normalizedRemoteRelativePath", name))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(data) => Ok(Some(data)),
        Err(error) if error.kind() == IoErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(path, &error)),
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).map_err(|e| failed(to, &e))?;
    for entry in fs::read_dir(from).map_err(|e| failed(from, &e))? {
        let path = entry.map_err(|e| failed(from, &e))?.path();
        let Some(name) = path.file_name() else { continue };
        let target = to.join(name);
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(|e| failed(&target, &e))?;
        }
    }
    Ok(())
}

fn failed(path: &Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Data, "FAILED_READ_FILE.NO_HINT")
        .with("path", path.display().to_string())
        .with("reason", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifacts() -> (tempfile::TempDir, Artifacts) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let artifacts = Artifacts::new(folder.path().join("a")).expect("a new folder");
        (folder, artifacts)
    }

    #[test]
    fn equal_content_may_come_twice_other_content_not() {
        let (_folder, artifacts) = artifacts();
        artifacts.add("pyfiles/x.py", Bytes::from_static(b"1")).expect("first");
        artifacts.add("pyfiles/x.py", Bytes::from_static(b"1")).expect("same again");
        let error = artifacts.add("pyfiles/x.py", Bytes::from_static(b"2")).expect_err("changed");
        assert_eq!(error.condition(), "ARTIFACT_ALREADY_EXISTS");
    }

    #[test]
    fn blobs_are_found_by_hash() {
        let (_folder, artifacts) = artifacts();
        assert!(artifacts.cached("abc").is_none());
        artifacts.add("cache/abc", Bytes::from_static(b"data")).expect("kept");
        assert_eq!(artifacts.cached("abc").as_deref(), Some(&b"data"[..]));
        assert!(artifacts.exists("cache/abc"));
    }

    #[test]
    fn names_cannot_leave_the_folder() {
        let (_folder, artifacts) = artifacts();
        for name in ["../x", "/etc/x", "files/../../x", ""] {
            let error = artifacts.add(name, Bytes::new()).expect_err(name);
            assert_eq!(error.condition(), "INVALID_ARTIFACT_PATH", "{name}");
        }
    }

    #[test]
    fn packed_modules_are_on_the_python_path_themselves() {
        let (_folder, artifacts) = artifacts();
        artifacts.add("pyfiles/m.zip", Bytes::from_static(b"z")).expect("kept");
        artifacts.add("pyfiles/x.py", Bytes::from_static(b"x")).expect("kept");
        let path = artifacts.python_path();
        assert_eq!(path.len(), 2);
        assert!(path[1].ends_with("m.zip"));
    }
}
