//! How deep resolving may nest, and whether anybody still waits for it.

use std::sync::atomic::{AtomicUsize, Ordering};

use lang::{Error, Result};

use super::Resolver;

/// How many relations and expressions may stand inside each other, those of views and SQL functions included. Texts and
/// messages have narrower limits of their own.
const MAX_DEPTH: usize = 12_000;

/// One level of nesting, left when this is dropped.
pub(super) struct Level<'r> {
    depth: &'r AtomicUsize,
}

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.depth.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Resolver<'_> {
    /// One level deeper.
    ///
    /// # Errors
    /// `INVALID_PLAN_INPUT` where that is too deep; what the environment says when resolving is interrupted.
    pub(super) fn deeper(&self) -> Result<Level<'_>> {
        self.environment.check_wanted()?;
        let level = Level { depth: &self.depth };
        if self.depth.fetch_add(1, Ordering::Relaxed) >= MAX_DEPTH {
            let reason = format!("the query nests deeper than {MAX_DEPTH} levels");
            return Err(Error::analysis("INVALID_PLAN_INPUT").with("reason", reason));
        }
        Ok(level)
    }
}
