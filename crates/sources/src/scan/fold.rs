//! Passes over all records of all files, in parallel, to learn something about them.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt};
use lang::{Error, Result};

use super::{Chunks, Encoding, RECORD_LIMIT, is_compressed};
use crate::error::in_file;
use crate::path::LeafFile;
use crate::store::Store;

/// Bytes one task looks at.
const PIECE: u64 = 32 << 20;

/// Something learned from the records of a file or a range of it.
pub(crate) trait Fold: Send + 'static {
    /// Looks at complete records from the start of `data`; answers how many bytes they took.
    fn take(&mut self, data: &[u8], last: bool) -> Result<usize>;

    /// Whether more records would tell nothing.
    fn is_done(&self) -> bool {
        false
    }
}

/// A file or a range of it.
struct Piece {
    file: LeafFile,
    range: Option<(u64, u64)>,
}

/// Where a fold begins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    pub at_file_start: bool,
    /// How many files and ranges come before.
    pub piece: usize,
}

/// Folds every file with what `start` makes; the answers come in the order of files and ranges.
///
/// # Errors
/// Files that cannot be read, and what the folds refuse.
pub(crate) async fn fold<F: Fold>(
    store: &Store,
    files: &[LeafFile],
    boundary: Option<u8>,
    encoding: Encoding,
    mut start: impl FnMut(Start) -> F + Send,
) -> Result<Vec<F>> {
    let tasks: Vec<_> = pieces(files, boundary)
        .into_iter()
        .enumerate()
        .map(|(index, piece)| {
            let at_file_start = piece.range.is_none_or(|(start, _)| start == 0);
            (piece, start(Start { at_file_start, piece: index }), store.clone())
        })
        .collect();
    let parallel = std::thread::available_parallelism().map_or(4, usize::from);
    let running = tasks.into_iter().map(|(piece, state, store)| async move {
        let runtime = tokio::runtime::Handle::current();
        // Parsing keeps a thread busy: not one of those that serve requests.
        tokio::task::spawn_blocking(move || {
            runtime.block_on(run(store, piece, boundary.unwrap_or(b'\n'), encoding, state))
        })
        .await
        .map_err(|e| Error::internal(format!("schema inference failed: {e}")))?
    });
    futures::stream::iter(running).buffered(parallel).try_collect().await
}

fn pieces(files: &[LeafFile], boundary: Option<u8>) -> Vec<Piece> {
    let mut out = Vec::new();
    for file in files {
        if boundary.is_none() || is_compressed(&file.path) || file.meta.size <= PIECE {
            out.push(Piece { file: file.clone(), range: None });
            continue;
        }
        let size = file.meta.size;
        out.extend(
            (0..size)
                .step_by(PIECE as usize)
                .map(|start| Piece { file: file.clone(), range: Some((start, (start + PIECE).min(size))) }),
        );
    }
    out
}

async fn run<F: Fold>(
    store: Store,
    piece: Piece,
    boundary: u8,
    encoding: Encoding,
    mut state: F,
) -> Result<F> {
    let shown = &piece.file.path;
    let meta = &piece.file.meta;
    let mut chunks =
        Chunks::open(Arc::clone(&store.object), meta.location.clone(), meta.size, piece.range, boundary)
            .await
            .map_err(|e| in_file(e, shown))?
            .with_encoding(encoding);
    let (mut buffer, mut last) = (Vec::new(), false);
    while !last && !state.is_done() {
        last = !chunks.fill(&mut buffer).await.map_err(|e| in_file(e, shown))?;
        let mut read = 0;
        loop {
            let consumed = state.take(&buffer[read..], last)?;
            read += consumed;
            if consumed == 0 || read == buffer.len() || state.is_done() {
                break;
            }
        }
        buffer.drain(..read);
        if buffer.len() > RECORD_LIMIT {
            return Err(Error::unsupported(format!("a record of more than {RECORD_LIMIT} bytes")));
        }
    }
    Ok(state)
}
