//! Gives meaning to the IR: names, types and Spark's rules become a typed DataFusion `LogicalPlan`.
//!
//! ```text
//! ir::Relation ──► Resolver ──► Resolved { plan: LogicalPlan, columns: [Column] }
//!                     │ asks
//!                     ▼
//!               Environment (tables, sources, functions of the session)
//! ```
//!
//! The nouns: a [`Resolver`] walks one relation; the [`Environment`] is what a session lets it see; a [`Column`] is an
//! output column: the name users see and the opaque unique name inside the plan; [`Resolved`] is both together.
//! [`contract`] holds the traits through which the outside (files, databases, Python) comes in, [`lake`] those of tables
//! that keep versions.
//!
//! # Guarantees
//! - Names are resolved here, once. Inside the plan every column has a unique opaque name, so duplicate and
//!   case-colliding names, self-joins and `df.col` references cannot be confused.
//! - Every expression is fully typed with Spark's coercion.
//! - Resolving is a pure function of the relation and the environment's answers.
//!
//! # Does not
//! Execute (the environment does, for the few relations that need rows to be planned: pivot, transpose), know
//! protobuf, touch files.
//!
//! # Where to start
//! `resolve/mod.rs`, then one file per kind of relation.

mod coalesce;
pub mod contract;
mod exchange;
pub mod lake;
mod local_sort;
pub mod modify;
mod observe;
mod python;
mod python_accumulated;
mod python_scalar;
mod range;
mod recursion;
mod resolve;

pub use coalesce::Coalesce;
pub use contract::{Environment, TableEntry};
pub use exchange::{Exchange, Routing};
pub use local_sort::LocalSort;
pub use observe::Observe;
pub use recursion::RecursionStep;
pub use resolve::{Column, Resolved, Resolver, read_stream};
