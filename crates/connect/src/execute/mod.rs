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
//! - A request that is sent again, because its answer was lost, is answered by the execution that it began.
//! - A producer never runs further ahead of its client than the buffer allows.
//! - An execution whose client is gone is interrupted: at once if it is not reattachable, else after
//!   the server's detached timeout.
//! - A panic in a query is an error of that query.
//!
//! # Does not
//! Know how rows are computed: that is `engine`.
//!
//! # Where to start
//! [`Executions`], then `run.rs`.

mod buffer;
mod executions;
mod head_start;
mod place;
mod rows;
mod run;
mod stream;

pub(crate) use executions::{Execution, Executions, Key};
pub(crate) use head_start::HeadStart;
pub(crate) use rows::Chunking;
pub(crate) use run::run;
pub(crate) use stream::{ResponseStream, stream};

pub(crate) use buffer::ResponseBuffer;
