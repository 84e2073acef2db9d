//! `ExecutePlan` and its relatives: operations that outlive the stream they answer on.
//!
//! ```text
//! ExecutePlan ──► Execution ──spawns──► run.rs ──responses──► buffer.rs ──► stream.rs ──► client
//!                     ▲                                          ▲
//! ReattachExecute ────┘ (a new stream)    ReleaseExecute ────────┘ (drops what arrived)
//! ```
//!
//! The nouns: an [`Execution`] is one running plan with its [`ResponseBuffer`]; [`Executions`] are all of this server's.
//!
//! # Guarantees
//! - A producer never runs further ahead of its client than the buffer allows.
//! - An execution whose client is gone is interrupted: at once if it is not reattachable, else after
//!   [`ABANDONED_AFTER`].
//! - A panic in a query is an error of that query.
//!
//! # Does not
//! Know how rows are computed: that is `engine`.
//!
//! # Where to start
//! [`Executions`], then `run.rs`.

mod buffer;
mod executions;
mod rows;
mod run;
mod stream;

pub(crate) use executions::{Execution, Executions, Key};
pub(crate) use rows::Chunking;
pub(crate) use run::start;
pub(crate) use stream::{ResponseStream, stream};

pub(crate) use buffer::ResponseBuffer;

use std::time::Duration;

/// How long an execution waits for its client to reattach: Spark's default.
pub(crate) const ABANDONED_AFTER: Duration = Duration::from_secs(5 * 60);
