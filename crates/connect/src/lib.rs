//! Serves Spark Connect: the only crate that knows Spark's protobuf.
//!
//! ```text
//! client ──gRPC──► service.rs ──► decode/ ──► engine ──► encode/ ──► service.rs ──► client
//!                      │                        ▲
//!                      └──► execute/ ───────────┘ (operations that outlive their stream)
//! ```
//!
//! The nouns: a `Caller` is the user and session of a request; an `Execution`
//! is one running plan with the responses it has produced; the decoder turns messages into the IR, the encoder turns
//! schemas, rows and errors into messages.
//!
//! # Guarantees
//! - Every request is answered or refused with Spark's error condition; a panic is an error of its request.
//! - A client is heard while plans keep all working threads busy: requests are taken on one runtime, plans run on another.
//! - A client that reads slowly or not at all holds a bounded amount of memory.
//! - A client that goes away does not leave work behind, and after a while no session either.
//!
//! # Does not
//! Resolve names, compute rows, keep session state of its own, authenticate.
//!
//! # Where to start
//! [`serve`], then `service.rs` for the RPCs and `decode/` for plans.

mod analyze;
mod artifacts;
mod caller;
mod codec;
mod config;
mod crc32;
mod decode;
mod encode;
mod error_log;
mod execute;
mod protocol;
mod serve;
mod service;
mod sessions;
mod settings;
mod task;

pub use serve::serve;
