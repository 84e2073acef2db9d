//! Domain to protobuf: schemas, constants, Arrow batches and errors, as the client reads them.
//!
//! ```text
//! StructType ──► data_type.rs      Literal ──► literal.rs
//! RecordBatch ──► arrow.rs         Error ──► error.rs, context.rs ──► tonic::Status
//! ```
//!
//! # Guarantees
//! - Every batch is a complete Arrow IPC stream of bounded size.
//! - An error keeps its condition, parameters and context; what does not fit into HTTP headers is fetched separately.
//!
//! # Does not
//! Convert values: batches arrive in the types that clients expect.
//!
//! # Where to start
//! [`arrow`] for results, [`error`] for failures.

pub(crate) mod arrow;
mod context;
mod data_type;
pub(crate) mod error;
mod literal;

pub(crate) use data_type::{data_type, schema};
pub(crate) use literal::literal;
