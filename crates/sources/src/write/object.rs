//! Commit on object stores: multipart uploads that are completed last.

use std::collections::{BTreeSet, HashMap, HashSet};

use futures::{FutureExt, StreamExt, TryStreamExt};
use lang::ir::SaveMode;
use lang::{Error, Result};
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use parking_lot::Mutex;
use plan::contract::StagedFile;

use super::output::Output;
use crate::error::{from_object_store, unwritable};
use crate::path::{Location, key};
use crate::store::Store;

/// Uploads completed at once.
const PARALLEL: usize = 16;

/// The uploads of one write.
#[derive(Debug)]
pub(super) struct Uploads {
    store: Store,
    target: Location,
    mode: SaveMode,
    dynamic: bool,
    kept: Mutex<HashMap<String, Box<dyn MultipartUpload>>>,
}

pub(super) async fn exists(store: &Store, target: &Location) -> Result<bool> {
    let prefix = key(target)?;
    match store.object.list(Some(&prefix)).next().await {
        None => match store.object.head(&prefix).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(from_object_store(&error, &target.to_string())),
        },
        Some(Ok(_)) => Ok(true),
        Some(Err(error)) => Err(from_object_store(&error, &target.to_string())),
    }
}

pub(super) async fn remove(store: &Store, target: &Location) -> Result<()> {
    let prefix = key(target)?;
    let found = list(store, &prefix).await?;
    delete(store, found).await
}

impl Uploads {
    pub(super) fn new(store: Store, target: Location, mode: SaveMode, dynamic: bool) -> Self {
        Uploads { store, target, mode, dynamic, kept: Mutex::default() }
    }

    /// Starts the upload of what will be `target` below the write's own.
    pub(super) async fn create(&self, target: &str) -> Result<(String, Output)> {
        let location = self.target.child(target);
        let path = key(&location)?;
        let upload = self
            .store
            .object
            .put_multipart(&path)
            .await
            .map_err(|e| unwritable(&location.to_string(), &e.to_string()))?;
        Ok((path.to_string(), Output::upload(upload, location.to_string())))
    }

    /// Keeps an upload whose parts have all arrived.
    pub(super) fn keep(&self, staged: &str, upload: Box<dyn MultipartUpload>) {
        self.kept.lock().insert(staged.to_string(), upload);
    }

    /// # Errors
    /// What the store refuses. Before the first old object is deleted, all new ones are taken back then.
    pub(super) async fn commit(&self, files: &[StagedFile]) -> Result<()> {
        let old = self.replaced(files).await?;
        let mut uploads = Vec::with_capacity(files.len());
        for file in files {
            let upload = self.kept.lock().remove(&file.staged);
            let missing = || Error::internal(format!("no upload of {}", file.staged));
            uploads.push((file.staged.clone(), upload.ok_or_else(missing)?));
        }
        let completing = uploads.into_iter().map(|(staged, upload)| complete(staged, upload).boxed());
        let completed: Vec<_> =
            futures::stream::iter(completing.collect::<Vec<_>>()).buffer_unordered(PARALLEL).collect().await;
        if let Some((staged, Err(error))) = completed.iter().find(|(_, result)| result.is_err()) {
            let failure = unwritable(staged, &error.to_string());
            let done = completed.iter().filter(|(_, result)| result.is_ok());
            let paths = done.filter_map(|(staged, _)| Path::parse(staged).ok()).collect();
            delete(&self.store, paths).await?;
            return Err(failure);
        }
        let new: HashSet<&str> = files.iter().map(|file| file.staged.as_str()).collect();
        delete(&self.store, old.into_iter().filter(|path| !new.contains(path.as_ref())).collect()).await?;
        let mark = key(&self.target.child("_SUCCESS"))?;
        self.store
            .object
            .put(&mark, PutPayload::default())
            .await
            .map_err(|e| unwritable(mark.as_ref(), &e.to_string()))?;
        Ok(())
    }

    pub(super) async fn abort(&self) {
        let uploads: Vec<_> = self.kept.lock().drain().collect();
        for (key, mut upload) in uploads {
            if let Err(error) = upload.abort().await {
                log::warn!("aborting the upload of {key}: {error}");
            }
        }
    }

    /// The objects that this write replaces.
    async fn replaced(&self, files: &[StagedFile]) -> Result<Vec<Path>> {
        if self.mode != SaveMode::Overwrite {
            return Ok(Vec::new());
        }
        if !self.dynamic {
            return list(&self.store, &key(&self.target)?).await;
        }
        let folders: BTreeSet<&str> =
            files.iter().filter_map(|file| file.target.rsplit_once('/').map(|(folder, _)| folder)).collect();
        let mut found = Vec::new();
        for folder in folders {
            found.extend(list(&self.store, &key(&self.target.child(folder))?).await?);
        }
        Ok(found)
    }
}

async fn complete(
    staged: String,
    mut upload: Box<dyn MultipartUpload>,
) -> (String, object_store::Result<object_store::PutResult>) {
    let result = upload.complete().await;
    (staged, result)
}

async fn list(store: &Store, prefix: &Path) -> Result<Vec<Path>> {
    store
        .object
        .list(Some(prefix))
        .map_ok(|meta| meta.location)
        .try_collect()
        .await
        .map_err(|e| from_object_store(&e, prefix.as_ref()))
}

async fn delete(store: &Store, paths: Vec<Path>) -> Result<()> {
    let deleted = store.object.delete_stream(futures::stream::iter(paths.into_iter().map(Ok)).boxed());
    deleted.try_for_each(|_| async { Ok(()) }).await.map_err(|e| unwritable("", &e.to_string()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::execution::object_store::ObjectStoreUrl;
    use object_store::memory::InMemory;

    use super::*;
    use crate::path::StoreName;

    fn uploads(store: &Store, mode: SaveMode) -> Uploads {
        let name = StoreName::S3 { scheme: "s3a".to_string(), bucket: "b".to_string() };
        Uploads::new(store.clone(), Location { store: name, path: "/t".to_string() }, mode, false)
    }

    async fn put(uploads: &Uploads, target: &str) -> Result<StagedFile> {
        let (staged, mut output) = uploads.create(target).await?;
        output.write(&mut b"x".to_vec()).await?;
        if let Some(upload) = output.close().await? {
            uploads.keep(&staged, upload);
        }
        Ok(StagedFile { staged, target: target.to_string() })
    }

    async fn names(store: &Store) -> Result<Vec<String>> {
        let mut found: Vec<String> =
            list(store, &Path::from("t")).await?.iter().map(Path::to_string).collect();
        found.sort();
        Ok(found)
    }

    #[tokio::test]
    async fn objects_appear_at_commit_and_old_ones_go() -> Result<()> {
        let url = ObjectStoreUrl::parse("s3a://b").map_err(crate::error::from_datafusion)?;
        let store = Store { url, object: Arc::new(InMemory::new()), local: false };
        let first = uploads(&store, SaveMode::Append);
        let a = put(&first, "a").await?;
        assert!(names(&store).await?.is_empty());
        first.commit(&[a]).await?;
        assert_eq!(names(&store).await?, ["t/_SUCCESS", "t/a"]);
        let aborted = uploads(&store, SaveMode::Overwrite);
        put(&aborted, "b").await?;
        aborted.abort().await;
        assert_eq!(names(&store).await?, ["t/_SUCCESS", "t/a"]);
        let second = uploads(&store, SaveMode::Overwrite);
        let c = put(&second, "c").await?;
        second.commit(&[c]).await?;
        assert_eq!(names(&store).await?, ["t/_SUCCESS", "t/c"]);
        Ok(())
    }
}
