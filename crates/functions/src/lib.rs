//! Spark's functions, operators and casts as DataFusion expressions: one registry, one contract.
//!
//! ```text
//! name ──► registry::find ──► Definition ──build(Call)──► typed DataFusion Expr
//!                                            │
//!                        arguments with types, DISTINCT, FILTER, session context
//! ```
//!
//! The nouns: a [`Definition`] is one Spark function under all its names; a [`Call`] is one use of it, its arguments
//! already resolved and typed; a [`Context`] holds what the session decides (ANSI, time zone); a [`place`] is what errors of
//! values point at.
//!
//! # Guarantees
//! - The expression that comes back is fully typed by Spark's rules: every implicit cast is explicit in it, so that
//!   DataFusion's own coercion has nothing left to do.
//! - Wrong argument counts and types are Spark's errors, raised while building.
//! - Everything registered under a name Spark has behaves as Spark's function of that name or is absent.
//!
//! # Does not
//! Look up columns, know plans, read session state. Time zone and ANSI reach kernels through DataFusion's
//! `ConfigOptions` (`execution.time_zone`, `execution.enable_ansi_mode`), never through globals.
//!
//! # Where to start
//! [`definition`] for the contract, [`registry`] for the list, [`types`] and [`coercion`] for the type rules.

pub mod cast;
pub mod coercion;
pub mod definition;
pub mod error;
pub mod float;
pub mod partition;
pub mod place;
pub mod registry;
pub mod sampling;
pub mod sorted_map;
pub mod text_length;
pub mod types;
pub mod value;

mod aggregate;
#[cfg(test)]
mod answers;
pub mod collection;
mod condition;
pub mod datetime;
mod expect;
mod format;
mod generator;
mod higher_order;
mod java_decimal;
mod kernel;
mod math;
mod misc;
mod operator;
#[cfg(test)]
mod oracle;
mod scalar;
mod signature;
mod sketch;
mod string;
#[cfg(test)]
mod testing;
mod variant;
mod vector;
mod window;

pub use aggregate::{frequent_items, percentile_key};
pub use definition::{Argument, Call, Context, Definition, Generated, Kind};
pub use format::{avro, json_lines};
pub use generator::{COLLATION_COLUMNS, Collation, all_collations};
pub use math::XorShift;
pub use operator::chain;
