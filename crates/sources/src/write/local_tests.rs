//! What commits, aborts and races leave on disk.

use super::*;
use crate::path::StoreName;

fn location(path: &Path) -> Location {
    Location { store: StoreName::Local, path: path.to_string_lossy().into_owned() }
}

fn stage(target: &Path, mode: SaveMode, dynamic: bool) -> Result<Stage> {
    Stage::create(&location(target), mode, dynamic)
}

fn put(stage: &Stage, target: &str, text: &str) -> IoResult<StagedFile> {
    let path = stage.path(target);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(&path, text)?;
    Ok(StagedFile { staged: path.to_string_lossy().into_owned(), target: target.to_string() })
}

/// All files below a folder with their texts, marks left out.
fn tree(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(current) = open.pop() {
        for name in entries(&current).unwrap_or_default() {
            let path = current.join(&name);
            if path.is_dir() {
                open.push(path);
            } else if name != "_SUCCESS" {
                let below = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
                found.push((below, fs::read_to_string(&path).unwrap_or_default()));
            }
        }
    }
    found.sort();
    found
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect()
}

#[test]
fn nothing_is_visible_before_the_commit() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let base = tempfile::tempdir()?;
    let target = base.path().join("t");
    let first = stage(&target, SaveMode::ErrorIfExists, false)?;
    let file = put(&first, "a", "1")?;
    assert!(!target.exists());
    first.commit(&[file])?;
    assert_eq!(tree(&target), pairs(&[("a", "1")]));
    assert!(target.join("_SUCCESS").exists());
    assert_eq!(entries(base.path())?, ["t"]);
    Ok(())
}

#[test]
fn overwrites_replace_all_and_aborts_nothing() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let base = tempfile::tempdir()?;
    let target = base.path().join("t");
    fs::create_dir(&target)?;
    fs::write(target.join("old"), "0")?;
    let aborted = stage(&target, SaveMode::Overwrite, false)?;
    put(&aborted, "x", "?")?;
    aborted.abort();
    assert_eq!(tree(&target), pairs(&[("old", "0")]));
    drop(stage(&target, SaveMode::Overwrite, false)?);
    let second = stage(&target, SaveMode::Overwrite, false)?;
    let file = put(&second, "p=1/new", "1")?;
    second.commit(&[file])?;
    assert_eq!(tree(&target), pairs(&[("p=1/new", "1")]));
    assert_eq!(entries(base.path())?, ["t"]);
    Ok(())
}

#[test]
fn appends_add_and_dynamic_overwrites_touch_their_partitions()
-> std::result::Result<(), Box<dyn std::error::Error>> {
    let base = tempfile::tempdir()?;
    let target = base.path().join("t");
    for (mode, dynamic, name, text) in [
        (SaveMode::Append, false, "p=1/a", "1"),
        (SaveMode::Append, false, "p=2/b", "2"),
        (SaveMode::Overwrite, true, "p=2/c", "3"),
        (SaveMode::Overwrite, true, "p=3/d", "4"),
    ] {
        let stage = stage(&target, mode, dynamic)?;
        let file = put(&stage, name, text)?;
        stage.commit(&[file])?;
    }
    assert_eq!(tree(&target), pairs(&[("p=1/a", "1"), ("p=2/c", "3"), ("p=3/d", "4")]));
    Ok(())
}

#[test]
fn entries_are_replaced_where_the_folder_cannot_be() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let base = tempfile::tempdir()?;
    let target = base.path().join("t");
    fs::create_dir(&target)?;
    fs::write(target.join("old"), "0")?;
    let beside = stage(&target, SaveMode::Overwrite, false)?;
    let folder = target.join(TEMPORARY).join("job");
    fs::create_dir_all(folder.join(DATA))?;
    let inside = Stage {
        target: target.clone(),
        folder,
        inside: true,
        effect: Effect::Replace,
        mode: SaveMode::Overwrite,
        _alive: File::create(base.path().join("alive"))?,
    };
    let file = put(&inside, "new", "1")?;
    inside.commit(&[file])?;
    assert_eq!(tree(&target), pairs(&[("new", "1")]));
    assert!(!target.join(TEMPORARY).exists());
    drop(beside);
    Ok(())
}

#[test]
fn races_end_in_errors_not_in_mixtures() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let base = tempfile::tempdir()?;
    let target = base.path().join("t");
    let (first, second) =
        (stage(&target, SaveMode::ErrorIfExists, false)?, stage(&target, SaveMode::Overwrite, false)?);
    let (a, b) = (put(&first, "a", "1")?, put(&second, "b", "2")?);
    first.commit(&[a])?;
    assert_eq!(
        second.commit(&[b]).err().map(|e| e.condition().to_string()).as_deref(),
        Some("CONCURRENT_WRITE")
    );
    assert_eq!(tree(&target), pairs(&[("a", "1")]));
    let append = stage(&target, SaveMode::Append, false)?;
    let c = put(&append, "c", "3")?;
    fs::remove_dir_all(&target)?;
    assert_eq!(
        append.commit(&[c]).err().map(|e| e.condition().to_string()).as_deref(),
        Some("CONCURRENT_WRITE")
    );
    Ok(())
}

#[test]
fn folders_of_killed_writers_are_removed() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let base = tempfile::tempdir()?;
    let target = base.path().join("t");
    let living = stage(&target, SaveMode::Overwrite, false)?;
    let dead = base.path().join(format!(".t.{}", Uuid::new_v4()));
    fs::create_dir(&dead)?;
    File::create(dead.join(ALIVE))?;
    let next = stage(&target, SaveMode::Overwrite, false)?;
    assert!(!dead.exists());
    assert!(living.folder.exists() && next.folder.exists());
    Ok(())
}
