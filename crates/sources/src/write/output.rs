//! Where the bytes of one staged file go: a file on disk or a multipart upload.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use bytes::Bytes;
use lang::{Error, Result};
use object_store::MultipartUpload;
use tokio::task::JoinSet;

use crate::error::{from_object_store, from_write, unwritable};

/// Bytes of one part of an upload.
const PART: usize = 8 << 20;
/// Parts of one upload on their way at once.
const IN_FLIGHT: usize = 4;

pub(super) enum Output {
    Disk {
        file: File,
        path: PathBuf,
    },
    Upload {
        upload: Box<dyn MultipartUpload>,
        key: String,
        buffer: Vec<u8>,
        parts: JoinSet<object_store::Result<()>>,
    },
}

impl Output {
    pub(super) fn disk(path: PathBuf) -> Result<Self> {
        let failed = |e: std::io::Error| from_write(&e, &path.to_string_lossy());
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = File::options().write(true).create_new(true).open(&path).map_err(failed)?;
        Ok(Output::Disk { file, path })
    }

    pub(super) fn upload(upload: Box<dyn MultipartUpload>, key: String) -> Self {
        Output::Upload { upload, key, buffer: Vec::new(), parts: JoinSet::new() }
    }

    /// Takes all of `bytes`, which is empty then.
    pub(super) async fn write(&mut self, bytes: &mut Vec<u8>) -> Result<()> {
        match self {
            Output::Disk { file, path } => {
                file.write_all(bytes).map_err(|e| from_write(&e, &path.to_string_lossy()))?;
                bytes.clear();
            }
            Output::Upload { upload, key, buffer, parts } => {
                buffer.append(bytes);
                while buffer.len() >= PART {
                    let rest = buffer.split_off(PART);
                    let part = std::mem::replace(buffer, rest);
                    send(upload.as_mut(), part, parts, key).await?;
                }
            }
        }
        Ok(())
    }

    /// Sends what is left. The answer for uploads is what is to be completed at commit.
    pub(super) async fn close(self) -> Result<Option<Box<dyn MultipartUpload>>> {
        match self {
            Output::Disk { .. } => Ok(None),
            Output::Upload { mut upload, key, buffer, mut parts } => {
                send(upload.as_mut(), buffer, &mut parts, &key).await?;
                while let Some(done) = parts.join_next().await {
                    arrived(done, &key)?;
                }
                Ok(Some(upload))
            }
        }
    }

    /// Stops an upload; files on disk go with their stage.
    pub(super) async fn abort(self) {
        if let Output::Upload { mut upload, key, mut parts, .. } = self {
            parts.shutdown().await;
            if let Err(error) = upload.abort().await {
                log::warn!("aborting the upload of {key}: {error}");
            }
        }
    }
}

async fn send(
    upload: &mut dyn MultipartUpload,
    part: Vec<u8>,
    parts: &mut JoinSet<object_store::Result<()>>,
    key: &str,
) -> Result<()> {
    while parts.len() >= IN_FLIGHT
        && let Some(done) = parts.join_next().await
    {
        arrived(done, key)?;
    }
    parts.spawn(upload.put_part(Bytes::from(part).into()));
    Ok(())
}

fn arrived(done: Result<object_store::Result<()>, tokio::task::JoinError>, key: &str) -> Result<()> {
    match done {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(match from_object_store(&error, key) {
            known if known.condition() != "FAILED_READ_FILE.NO_HINT" => known,
            _ => unwritable(key, &error.to_string()),
        }),
        Err(error) => Err(Error::internal(format!("uploading {key}: {error}"))),
    }
}
