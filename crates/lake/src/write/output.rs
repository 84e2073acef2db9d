//! Where a file's bytes go.

use lang::Result;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use sources::Folder;
use std::sync::Arc;
use tokio::io::AsyncWriteExt;

use crate::error::unwritable;

/// The bytes of one part of an upload.
const PART: usize = 8 << 20;

/// One file on its way into the store; it is there once it is closed.
pub(super) struct Output {
    writer: BufWriter,
    path: String,
}

impl Output {
    pub(super) fn new(folder: &Folder, object: Path, path: &str) -> Self {
        let writer = BufWriter::with_capacity(Arc::clone(folder.object_store()), object, PART);
        Output { writer, path: path.to_string() }
    }

    pub(super) async fn write(&mut self, bytes: &mut Vec<u8>) -> Result<()> {
        let written = self.writer.write_all(bytes).await;
        bytes.clear();
        written.map_err(|e| unwritable(&self.path, &e.to_string()))
    }

    pub(super) async fn close(mut self) -> Result<()> {
        self.writer.shutdown().await.map_err(|e| unwritable(&self.path, &e.to_string()))
    }

    pub(super) async fn abort(mut self) {
        if let Err(error) = self.writer.abort().await {
            log::warn!("taking {} back: {error}", self.path);
        }
    }
}
