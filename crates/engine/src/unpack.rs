//! Archives that clients send along, unpacked where their functions look.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::read::GzDecoder;

/// What an archive may hold at most.
const MOST_BYTES: u64 = 8 * 1024 * 1024 * 1024;

/// Unpacks `archive` into the folder `target`, which appears when it is whole. `name` is the archive's own: its ending says
/// what it is (`.zip`, `.jar`, `.tar`, `.tar.gz`, `.tgz`). Members that would leave the folder are refused or left out by the
/// libraries that read them.
///
/// # Errors
/// Archives that are broken, too large, or of another kind.
pub(crate) fn unpack(archive: &Path, name: &str, target: &Path) -> io::Result<()> {
    let partial = target.with_file_name(format!(".{}", uuid::Uuid::new_v4()));
    let unpacked = into(archive, &name.to_ascii_lowercase(), &partial);
    let unpacked = unpacked.and_then(|()| match target.exists() {
        true => fs::remove_dir_all(target),
        false => Ok(()),
    });
    unpacked.and_then(|()| fs::rename(&partial, target)).inspect_err(|_| {
        // What was unpacked of it is of no use.
        let _ = fs::remove_dir_all(&partial);
    })
}

fn into(archive: &Path, name: &str, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let file = BufReader::new(File::open(archive)?);
    if name.ends_with(".zip") || name.ends_with(".jar") {
        let mut members = zip::ZipArchive::new(file).map_err(io::Error::other)?;
        if members.decompressed_size().is_some_and(|bytes| bytes > u128::from(MOST_BYTES)) {
            return Err(io::Error::other(format!("it holds more than {MOST_BYTES} bytes")));
        }
        return members.extract(folder).map_err(io::Error::other);
    }
    if name.ends_with(".tar.gz") || name.ends_with(".tgz") {
        return unpack_tar(GzDecoder::new(file), folder);
    }
    if name.ends_with(".tar") {
        return unpack_tar(file, folder);
    }
    Err(io::Error::other("it ends in none of .zip, .jar, .tar, .tar.gz and .tgz"))
}

fn unpack_tar(members: impl Read, folder: &Path) -> io::Result<()> {
    tar::Archive::new(members.take(MOST_BYTES)).unpack(folder)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn all_kinds_are_unpacked_whole_or_not_at_all() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let at = |name: &str| folder.path().join(name);
        let mut zipped = zip::ZipWriter::new(File::create(at("a.zip"))?);
        zipped.start_file("in/x.txt", zip::write::SimpleFileOptions::default()).map_err(io::Error::other)?;
        zipped.write_all(b"zip")?;
        zipped.finish().map_err(io::Error::other)?;
        fs::write(at("x.txt"), "tar")?;
        let mut packed = tar::Builder::new(File::create(at("a.tar"))?);
        packed.append_path_with_name(at("x.txt"), "in/x.txt")?;
        packed.into_inner()?;
        for (name, content) in [("a.zip", "zip"), ("a.tar", "tar")] {
            unpack(&at(name), name, &at("unpacked"))?;
            assert_eq!(fs::read_to_string(at("unpacked/in/x.txt"))?, content);
        }
        fs::write(at("broken.tgz"), "no archive")?;
        assert!(unpack(&at("broken.tgz"), "broken.tgz", &at("none")).is_err());
        assert!(!at("none").exists());
        Ok(())
    }
}
