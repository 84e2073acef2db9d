//! The `AddArtifacts` RPC: files that come along, small ones in batches, large ones in chunks.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use engine::{Engine, Session};
use futures::{Stream, StreamExt as _};
use lang::{Error, ErrorKind, Result};
use spark_connect_proto as proto;
use spark_connect_proto::add_artifacts_request::{ArtifactChunk, BeginChunkedArtifact, Payload};
use spark_connect_proto::add_artifacts_response::ArtifactSummary;
use tokio::fs::File;
use tokio::io::{AsyncWriteExt as _, BufWriter};
use tonic::Status;
use uuid::Uuid;

use crate::caller::Caller;
use crate::crc32::crc32;
use crate::decode::{invalid, missing, required};

/// What an upload has brought.
pub(crate) struct Uploaded {
    pub session: Arc<Session>,
    pub artifacts: Vec<ArtifactSummary>,
}

/// A file whose chunks are still coming.
struct Partial {
    name: String,
    path: PathBuf,
    file: BufWriter<File>,
    chunks_left: i64,
    bytes_left: i64,
    intact: bool,
}

/// Takes the requests of one upload; artifacts with a wrong checksum are reported and not kept.
pub(crate) async fn receive(
    engine: &Arc<Engine>,
    mut requests: impl Stream<Item = Result<proto::AddArtifactsRequest, Status>> + Unpin,
) -> Result<Uploaded> {
    let mut uploaded: Option<Uploaded> = None;
    let mut partial: Option<Partial> = None;
    while let Some(request) = requests.next().await {
        let request =
            request.map_err(|status| invalid(format!("the upload broke off: {}", status.message())))?;
        let uploaded = match &mut uploaded {
            Some(uploaded) => uploaded,
            None => uploaded.insert(begin_upload(engine, &request)?),
        };
        match required(&request.payload, "AddArtifactsRequest.payload")? {
            _ if partial.is_some() && !matches!(request.payload, Some(Payload::Chunk(_))) => {
                return Err(invalid("an artifact begins before all chunks of the one before have come"));
            }
            Payload::Batch(batch) => {
                for artifact in &batch.artifacts {
                    let chunk = required(&artifact.data, "SingleChunkArtifact.data")?;
                    uploaded.add(&artifact.name, chunk)?;
                }
            }
            Payload::BeginChunk(begin) => {
                partial = uploaded.finish_if_complete(begin_file(uploaded, begin).await?).await?
            }
            Payload::Chunk(chunk) => {
                let mut file =
                    partial.take().ok_or_else(|| invalid("a chunk comes before its artifact begins"))?;
                file.append(chunk).await?;
                partial = uploaded.finish_if_complete(file).await?;
            }
        }
    }
    match partial {
        Some(file) => Err(invalid(format!("{} chunks of {} are missing", file.chunks_left, file.name))),
        None => uploaded.ok_or_else(|| missing("AddArtifactsRequest")),
    }
}

fn begin_upload(engine: &Arc<Engine>, request: &proto::AddArtifactsRequest) -> Result<Uploaded> {
    let caller = Caller::new(
        &request.user_context,
        &request.session_id,
        &request.client_observed_server_side_session_id,
    );
    Ok(Uploaded { session: caller.session(engine)?, artifacts: Vec::new() })
}

async fn begin_file(uploaded: &Uploaded, begin: &BeginChunkedArtifact) -> Result<Partial> {
    if begin.num_chunks < 1 || begin.total_bytes < 0 {
        return Err(invalid(format!("{} has {} chunks", begin.name, begin.num_chunks)));
    }
    let path = uploaded.session.artifacts().directory().join(format!(".upload-{}", Uuid::new_v4()));
    let file = File::create(&path).await.map_err(|error| failed(&path, &error))?;
    let mut partial = Partial {
        name: begin.name.clone(),
        path,
        file: BufWriter::new(file),
        chunks_left: begin.num_chunks,
        bytes_left: begin.total_bytes,
        intact: true,
    };
    partial.append(required(&begin.initial_chunk, "BeginChunkedArtifact.initial_chunk")?).await?;
    Ok(partial)
}

impl Partial {
    async fn append(&mut self, chunk: &ArtifactChunk) -> Result<()> {
        self.chunks_left -= 1;
        self.bytes_left -= chunk.data.len() as i64;
        if self.bytes_left < 0 {
            return Err(invalid(format!("{} is larger than announced", self.name)));
        }
        self.intact &= is_intact(chunk);
        self.file.write_all(&chunk.data).await.map_err(|error| failed(&self.path, &error))
    }
}

impl Drop for Partial {
    /// What was kept has been moved away by then; what was not goes.
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            log::trace!("no temporary file left of {}: {error}", self.name);
        }
    }
}

impl Uploaded {
    fn add(&mut self, name: &str, chunk: &ArtifactChunk) -> Result<()> {
        let intact = is_intact(chunk);
        if intact {
            self.session.artifacts().add(name, Bytes::clone(&chunk.data))?;
        }
        self.artifacts.push(ArtifactSummary { name: name.to_string(), is_crc_successful: intact });
        Ok(())
    }

    /// Keeps a file whose last chunk has come; hands back one that is still growing.
    async fn finish_if_complete(&mut self, mut file: Partial) -> Result<Option<Partial>> {
        if file.chunks_left > 0 {
            return Ok(Some(file));
        }
        if file.bytes_left != 0 {
            return Err(invalid(format!("{} bytes of {} are missing", file.bytes_left, file.name)));
        }
        file.file.shutdown().await.map_err(|error| failed(&file.path, &error))?;
        if file.intact {
            self.session.artifacts().add_file(&file.name, &file.path)?;
        }
        self.artifacts.push(ArtifactSummary { name: file.name.clone(), is_crc_successful: file.intact });
        Ok(None)
    }
}

fn is_intact(chunk: &ArtifactChunk) -> bool {
    i64::from(crc32(&chunk.data)) == chunk.crc
}

fn failed(path: &std::path::Path, error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Data, "FAILED_READ_FILE.NO_HINT")
        .with("path", path.display().to_string())
        .with("reason", error.to_string())
}
